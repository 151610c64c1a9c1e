//===- Table.cpp - The table of the C interface ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A line of the table reads as it will in the header. What stands in braces is
// filled in: {net} and {NET} are a network's name, {forward} the name of an
// entry's forward function, {ENTRY} what its macros begin with;
// Declarations.cpp has the others. A comment that is empty goes on with the
// group above.
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Declarations.h"

namespace nascent {

static bool hasParameters(const Subject &subject) {
  return !subject.network.parameters.empty();
}

static bool hasWeights(const Subject &subject) {
  return !subject.network.weights.empty();
}

static bool hasSteps(const Subject &subject) {
  return subject.entry->steps != 0;
}

static bool hasState(const Subject &subject) {
  return subject.network.isStream;
}

static bool hasFixedSizes(const Subject &subject) {
  return !subject.entry->hasOpenSizes();
}

static bool hasOpenSizes(const Subject &subject) {
  return subject.entry->hasOpenSizes();
}

static bool hasFixedSizesAndNumbers(const Subject &subject) {
  return hasFixedSizes(subject) && !subject.entry->hasIndices();
}

static bool hasFixedSizesAndIndices(const Subject &subject) {
  return hasFixedSizes(subject) && subject.entry->hasIndices();
}

static constexpr Declaration kNetwork[] = {
    //===------------------------------------------------------------------===//
    // Macros
    //===------------------------------------------------------------------===//

    {"parameters_bytes", Each::Network, false, nullptr,
     R"(/* Sizes of the caller's buffers, in bytes. */)",
     R"(#define {NET}_PARAMETERS_BYTES {parameter_bytes}u)"},

    {"scratch_bytes", Each::Entry, false, hasFixedSizes, "",
     R"(#define {ENTRY}_SCRATCH_BYTES {scratch_bytes}u)"},

    {"state_bytes", Each::Network, false, hasState, "",
     R"(#define {NET}_STATE_BYTES {state_bytes}u)"},

    {"steps", Each::Entry, false, hasSteps, "",
     R"(#define {ENTRY}_STEPS {steps} /* of {forward}_step */)"},

    {"alignment", Each::Network, false, nullptr, "",
     R"(#define {NET}_ALIGNMENT {alignment}u)"},

    {"size", Each::Buffer, false, nullptr,
     R"(/* Sizes of inputs and outputs, in floats{open_sizes}. */)",
     R"(#define {ENTRY}_{BUFFER}_SIZE{size})"},

    //===------------------------------------------------------------------===//
    // Parameters
    //===------------------------------------------------------------------===//

    {"enumerator", Each::Parameter, false, nullptr,
     R"(/* The parameters in layer order: each is its index. Beside it: name, shape,
   registered initialiser. */
enum {{)",
     R"(  {PARAMETER}, /* {parameter}: {shape} {init} */)"},

    {"parameter_count", Each::Network, false, hasParameters, "",
     R"(  {NET}_PARAMETER_COUNT
}};)"},

    {"alias", Each::Alias, false, nullptr, "",
     R"(#define {ALIAS} {PARAMETER} /* tied */)"},

    {"parameters", Each::Network, true, hasParameters,
     R"(/* Name, element type and shape of each parameter. */)",
     R"(extern const nascent_parameter_info {net}_parameters[{NET}_PARAMETER_COUNT];)"},

    {"init", Each::Network, true, nullptr,
     R"(/* Initialises all parameters by their registered initialisers.
   parameters: {NET}_PARAMETERS_BYTES bytes. The same seed gives the same
   values on every machine. */)",
     R"(void {net}_init(void *parameters, uint64_t seed);)"},

    {"init_rows", Each::Network, true, hasParameters,
     R"(/* Initialises count rows of one parameter, from row first on; a row has the
   values that it has when all are initialised from the same seed.
   Rows are counted along the first dimension of its shape, so that a
   vector's are its elements. No other row is read or written: several threads may
   initialise different rows at once. Returns 0, or -1 and writes nothing, if the
   parameter does not have the rows, or if they are not all and its initialiser
   needs all of them: #nn.orthogonal, #nn.sparse. */)",
     R"(int {net}_init_rows(void *parameters, uint32_t index, int64_t first, int64_t count,
    uint64_t seed);)"},

    {"get", Each::Network, true, hasParameters,
     R"(/* Copies one parameter out of or into the parameter buffer. values: all its
   elements as floats in row-major order of its shape. Returns 0, or -1 if
   index is not below {NET}_PARAMETER_COUNT. */)",
     R"(int {net}_get(const void *parameters, uint32_t index, void *values);)"},

    {"set", Each::Network, true, hasParameters, "",
     R"(int {net}_set(void *parameters, uint32_t index, const void *values);)"},

    {"get_range", Each::Network, true, hasParameters,
     R"(/* Copies count elements of one parameter, from element first on, out of or into the
   parameter buffer, as floats in row-major order of its shape. Returns 0, or -1 and
   copies nothing, where the parameter does not have them. */)",
     R"(int {net}_get_range(const void *parameters, uint32_t index, int64_t first,
    int64_t count, void *values);)"},

    {"set_range", Each::Network, true, hasParameters, "",
     R"(int {net}_set_range(void *parameters, uint32_t index, int64_t first, int64_t count,
    const void *values);)"},

    {"find", Each::Network, true, hasParameters,
     R"(/* The index of the parameter called name ("0.weight"), or -1. Tied names lead to
   the parameter they share. */)",
     R"(int {net}_find(const char *name);)"},

    {"reset", Each::Network, false, hasState,
     R"(/* Has a sequence begin: what comes before it is zeros.
   state: {NET}_STATE_BYTES bytes, which must have been reset before a block is
   given to forward, and stay as they are from one block to the next. A copy of them
   is a state, too: that of a sequence which goes on from there. */)",
     R"(void {net}_reset(void *state);)"},

    {"weights", Each::Network, false, hasWeights,
     R"(/* The trained parameters, read-only, to be passed as parameters. */)",
     R"(extern const unsigned char {net}_weights[{NET}_PARAMETERS_BYTES];)"},
};

static constexpr Declaration kEntry[] = {
    {"scratch_bytes_of", Each::Entry, false, hasOpenSizes,
     R"(/* The bytes of scratch that {forward} needs for these sizes, or -1 if
   it refuses them. */)",
     R"(int64_t {scratch_bytes_of}({sizes});)"},

    {"forward_open", Each::Entry, false, hasOpenSizes,
     R"(/* Applies the network{bound}. Returns 0, or -1 and writes nothing, if the
   sizes do not fit{or_indices}: they must fulfil{conditions}.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}
   scratch: as many bytes as {scratch_bytes_of} says, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch);)"},

    {"forward_of_indices", Each::Entry, false, hasFixedSizesAndIndices,
     R"(/* Applies the network{bound}. Returns 0, or -1 and writes nothing, if an
   index is not one of those that there are.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}{threads}
   scratch: {ENTRY}_SCRATCH_BYTES bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch);)"},

    {"forward", Each::Entry, false, hasFixedSizesAndNumbers,
     R"(/* Applies the network{bound}.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}{threads}
   scratch: {ENTRY}_SCRATCH_BYTES bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(void {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch);)"},

    {"forward_step", Each::Entry, false, hasSteps,
     R"(/* Runs a part of a step of {forward}, for callers with threads of their own.
   step: 0 to {ENTRY}_STEPS - 1, in order. All parts of a step must be done before the
   next begins: with several threads, there is a barrier between steps.
   part, parts: which part, and of how many. Each part from 0 to parts - 1 must be
   run, in any order or at once. Results do not depend on parts.
   A step or a part that there is not does nothing.{unchecked} All calls share one scratch,
   which must stay as it is from one step to the next. */)",
     R"(void {forward}_step(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch, int32_t step, int32_t part, int32_t parts);)"},
};

llvm::ArrayRef<Declaration> networkDeclarations() { return kNetwork; }

llvm::ArrayRef<Declaration> entryDeclarations() { return kEntry; }

const Declaration &getDeclaration(llvm::StringRef name) {
  for (llvm::ArrayRef<Declaration> table :
       {networkDeclarations(), entryDeclarations()})
    for (const Declaration &declaration : table)
      if (declaration.name == name)
        return declaration;
  llvm_unreachable("the C interface has no such declaration");
}

llvm::SmallVector<llvm::StringRef> optionalDeclarations() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Declaration &declaration : networkDeclarations())
    if (declaration.isOptional)
      names.push_back(declaration.name);
  return names;
}

} // namespace nascent
