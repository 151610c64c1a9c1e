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
  return subject.network.weights != nullptr;
}

static bool hasSelfTest(const Subject &subject) {
  return subject.network.selfTestBytes != 0;
}

static bool isTrained(const Subject &subject) {
  return !subject.network.optimizers.empty();
}

static bool hasLoss(const Subject &subject) { return subject.entry->hasLoss(); }

static bool hasTrainSgd(const Subject &subject) {
  return hasLoss(subject) && subject.network.hasTrainSgd;
}

static bool hasLossWithoutWeights(const Subject &subject) {
  return hasLoss(subject) && subject.entry->weights.empty();
}

static bool hasLossWithWeights(const Subject &subject) {
  return !subject.entry->weights.empty();
}

static bool hasTrainingSteps(const Subject &subject) {
  return subject.entry->trainingSteps != 0;
}

static bool hasTrainSgdSteps(const Subject &subject) {
  return hasTrainingSteps(subject) && hasTrainSgd(subject);
}

static bool hasOwnLoss(const Subject &subject) {
  return subject.entry->hasOwnLoss;
}

static bool hasTraining(const Subject &subject) {
  return subject.entry->isTrained();
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

static bool hasFixedSizesAndRunsAll(const Subject &subject) {
  return hasFixedSizes(subject) && !subject.entry->mayRefuse();
}

static bool hasFixedSizesAndMayRefuse(const Subject &subject) {
  return hasFixedSizes(subject) && subject.entry->mayRefuse();
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

    {"training_scratch_bytes", Each::Entry, false, hasTraining, "",
     R"(#define {ENTRY}_TRAINING_SCRATCH_BYTES{training_scratch_bytes})"},

    {"training_steps", Each::Entry, false, hasTrainingSteps, "",
     R"(#define {ENTRY}_TRAINING_STEPS {training_steps} /* of each step function that trains */)"},

    {"state_bytes", Each::Network, false, hasState, "",
     R"(#define {NET}_STATE_BYTES {state_bytes}u)"},

    {"steps", Each::Entry, false, hasSteps, "",
     R"(#define {ENTRY}_STEPS {steps} /* of {forward}_step */)"},

    {"self_test_bytes", Each::Network, false, hasSelfTest, "",
     R"(#define {NET}_SELF_TEST_BYTES {self_test_bytes}u)"},

    {"alignment", Each::Network, false, nullptr, "",
     R"(#define {NET}_ALIGNMENT {alignment}u)"},

    {"gradients_bytes", Each::Network, false, isTrained, "",
     R"(#define {NET}_GRADIENTS_BYTES {gradient_bytes}u)"},

    {"optimizer_bytes", Each::Optimizer, false, nullptr, "",
     R"(#define {NET}_{OPTIMIZER}_STATE_BYTES {optimizer_bytes}u)"},

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
     R"(void {net}_init(void *parameters, uint64_t seed) NASCENT_NONBLOCKING;)"},

    {"init_rows", Each::Network, true, hasParameters,
     R"(/* Initialises count rows of one parameter, from row first on; a row has the
   values that it has when all are initialised from the same seed.
   Rows are counted along the first dimension of its shape, so that a
   vector's are its elements. No other row is read or written: several threads may
   initialise different rows at once. Returns 0, or -1 and writes nothing, if the
   parameter does not have the rows, or if they are not all and its initialiser
   needs all of them: #nn.orthogonal, #nn.sparse. */)",
     R"(int {net}_init_rows(void *parameters, uint32_t index, int64_t first, int64_t count,
    uint64_t seed) NASCENT_NONBLOCKING;)"},

    {"get", Each::Network, true, hasParameters,
     R"(/* Copies one parameter out of or into the parameter buffer. values: all its
   elements as floats in row-major order of its shape. Returns 0, or -1 if
   index is not below {NET}_PARAMETER_COUNT. */)",
     R"(int {net}_get(const void *parameters, uint32_t index,
    void *values) NASCENT_NONBLOCKING;)"},

    {"set", Each::Network, true, hasParameters, "",
     R"(int {net}_set(void *parameters, uint32_t index,
    const void *values) NASCENT_NONBLOCKING;)"},

    {"get_range", Each::Network, true, hasParameters,
     R"(/* Copies count elements of one parameter, from element first on, out of or into the
   parameter buffer, as floats in row-major order of its shape. Returns 0, or -1 and
   copies nothing, where the parameter does not have them. */)",
     R"(int {net}_get_range(const void *parameters, uint32_t index, int64_t first,
    int64_t count, void *values) NASCENT_NONBLOCKING;)"},

    {"set_range", Each::Network, true, hasParameters, "",
     R"(int {net}_set_range(void *parameters, uint32_t index, int64_t first, int64_t count,
    const void *values) NASCENT_NONBLOCKING;)"},

    {"find", Each::Network, true, hasParameters,
     R"(/* The index of the parameter called name ("0.weight"), or -1. Tied names lead to
   the parameter they share. */)",
     R"(int {net}_find(const char *name) NASCENT_NONBLOCKING;)"},

    {"reset", Each::Network, false, hasState,
     R"(/* Has a sequence begin: what comes before it is zeros.
   state: {NET}_STATE_BYTES bytes, which must have been reset before a block is
   given to forward, and stay as they are from one block to the next. A copy of them
   is a state, too: that of a sequence which goes on from there. */)",
     R"(void {net}_reset(void *state) NASCENT_NONBLOCKING;)"},

    {"weights", Each::Network, false, hasWeights,
     R"(/* The trained parameters, read-only, to be passed as parameters. */)",
     R"(extern const unsigned char {net}_weights[{NET}_PARAMETERS_BYTES];)"},

    {"self_test", Each::Network, false, hasSelfTest,
     R"(/* Whether this machine computes what the compiler did: runs each forward
   function on inputs of its own, and compares the outputs with those that strict
   arithmetic gave. Returns how many elements are not within their bounds: 0.
   parameters: {NET}_PARAMETERS_BYTES bytes, {tested_parameters}.
   workspace: {NET}_SELF_TEST_BYTES bytes, for inputs, outputs and scratch.
   worst: of all elements the one that is farthest from what is expected. */)",
     R"(int32_t {net}_self_test(const void *parameters, unsigned char *workspace,
    nascent_self_test *worst) NASCENT_NONBLOCKING;)"},

    //===------------------------------------------------------------------===//
    // Training
    //===------------------------------------------------------------------===//

    {"step", Each::Optimizer, false, nullptr,
     R"(/* A step of training: changes the parameters by their gradients, as the structure
   says. Nothing but what training changes is read or written.
   parameters: {NET}_PARAMETERS_BYTES bytes, initialised or set.
   gradients: {NET}_GRADIENTS_BYTES bytes; each lies where its parameter does, so
   that get and set read and write those of parameters that training changes, too,
   as they do each part of a state.
   state: {NET}_<OPTIMISER>_STATE_BYTES bytes, zero-filled before the first step; where
   momentum is 0, what it needs is not touched, and sgd's may be NULL.
   No two buffers may overlap; alignment to 4 bytes suffices. */)",
     R"(void {net}_step_{optimizer}(void *parameters, const void *gradients, void *state,
    const nascent_{optimizer} *hyper) NASCENT_NONBLOCKING;)"},

    {"gradient_norm", Each::Network, false, isTrained,
     R"(/* The square root of the sum of all squares of gradients, of parameters that
   change. To clip by it, make gradient_scale the least of 1 and
   limit / (norm + 1e-6). */)",
     R"(float {net}_gradient_norm(const void *gradients) NASCENT_NONBLOCKING;)"},

    {"clip_gradients", Each::Network, false, isTrained,
     R"(/* Makes each gradient the nearest number between -limit and limit. */)",
     R"(void {net}_clip_gradients(void *gradients, float limit) NASCENT_NONBLOCKING;)"},
};

static constexpr Declaration kEntry[] = {
    {"scratch_bytes_of", Each::Entry, false, hasOpenSizes,
     R"(/* The bytes of scratch that {forward} needs for these sizes, or -1 if
   it refuses them. */)",
     R"(int64_t {scratch_bytes_of}({sizes}) NASCENT_NONBLOCKING;)"},

    {"forward_open", Each::Entry, false, hasOpenSizes,
     R"(/* Applies the network{bound}. Returns 0, or -1 and writes nothing, if the
   sizes do not fit{or_refused}: they must fulfil{conditions}.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}
   scratch: as many bytes as {scratch_bytes_of} says, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch){nonblocking};)"},

    {"forward_of_indices", Each::Entry, false, hasFixedSizesAndMayRefuse,
     R"(/* Applies the network{bound}. Returns 0, or -1 and writes nothing, if {refused}.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}{threads}
   scratch: {ENTRY}_SCRATCH_BYTES bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch){nonblocking};)"},

    {"forward", Each::Entry, false, hasFixedSizesAndRunsAll,
     R"(/* Applies the network{bound}.
   parameters: {NET}_PARAMETERS_BYTES bytes, {origin}.{buffers}{keeps}{threads}
   scratch: {ENTRY}_SCRATCH_BYTES bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(void {forward}(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch){nonblocking};)"},

    {"loss_and_gradients", Each::Entry, false, hasLoss,
     R"(/* Computes the loss{bound} and how it changes with each parameter. {returns}
   parameters: {NET}_PARAMETERS_BYTES bytes, initialised or set.{training_buffers}
   scale: what the sum of all losses is multiplied by; 1 over what {loss_terms}
   returns gives their mean.
   accumulate: whether gradients are added to what is there; else 0.{random}
   gradients: {NET}_GRADIENTS_BYTES bytes, each where its parameter is.
   loss: one float, scale times the sum of all losses.{training_threads}
   scratch: {ENTRY}_TRAINING_SCRATCH_BYTES bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {loss_and_gradients}(const void *parameters, {inputs}, {target}, {sizes}, float scale, int32_t accumulate, {dropout}, void *gradients, float *loss, void *scratch){training_nonblocking};)"},

    {"loss", Each::Entry, false, hasLoss,
     R"(/* The loss as at inference, on the same buffers. */)",
     R"(int {loss}(const void *parameters, {inputs}, {target}, {sizes}, float scale, float *loss, void *scratch){training_nonblocking};)"},

    {"train_sgd", Each::Entry, false, hasTrainSgd,
     R"(/* A step of training in one call, on the same buffers: what {loss_and_gradients}
   and then plain sgd do, as {net}_step_sgd without momentum and decay, but for the
   last bits. Where it can, a parameter is changed by what computes its gradient, so
   that no gradients are in memory. Returns 0, or -1 and writes nothing, as above. */)",
     R"(int {train_sgd}(void *parameters, {inputs}, {target}, {sizes}, float scale, float learning_rate, {dropout}, float *loss, void *scratch){training_nonblocking};)"},

    {"loss_and_gradients_step", Each::Entry, false, hasTrainingSteps,
     R"(/* Runs a part of a step of {loss_and_gradients}, for callers with threads of
   their own.
   step: 0 to {ENTRY}_TRAINING_STEPS - 1, in order. All parts of a step must be done
   before the next begins: with several threads, there is a barrier between steps.
   part, parts: which part, and of how many. Each part from 0 to parts - 1 must be
   run, in any order or at once. Results do not depend on parts.
   A step or a part that there is not does nothing; nor do the last steps of a
   function that needs fewer than others. All calls are given the same arguments
   otherwise, and share one scratch, which must stay as it is from one step
   to the next. {step_returns} */)",
     R"(int {loss_and_gradients}_step(const void *parameters, {inputs}, {target}, {sizes}, float scale, int32_t accumulate, {dropout}, void *gradients, float *loss, void *scratch, int32_t step, int32_t part, int32_t parts) NASCENT_NONBLOCKING;)"},

    {"loss_step", Each::Entry, false, hasTrainingSteps,
     R"(/* The same of {loss}. */)",
     R"(int {loss}_step(const void *parameters, {inputs}, {target}, {sizes}, float scale, float *loss, void *scratch, int32_t step, int32_t part, int32_t parts) NASCENT_NONBLOCKING;)"},

    {"train_sgd_step", Each::Entry, false, hasTrainSgdSteps,
     R"(/* The same of {train_sgd}. */)",
     R"(int {train_sgd}_step(void *parameters, {inputs}, {target}, {sizes}, float scale, float learning_rate, {dropout}, float *loss, void *scratch, int32_t step, int32_t part, int32_t parts) NASCENT_NONBLOCKING;)"},

    {"loss_terms", Each::Entry, false, hasLossWithoutWeights,
     R"(/* How many losses are summed: {counted}. */)",
     R"(int64_t {loss_terms}({counted_buffer}, {sizes}) NASCENT_NONBLOCKING;)"},

    {"weight_of_terms", Each::Entry, false, hasLossWithWeights,
     R"(/* What the losses that are summed weigh: the weights of all labels other than {ignored}.
   With 1 over that for scale, the loss is their weighted mean. */)",
     R"(double {loss_terms}({counted_buffer}, {sizes}) NASCENT_NONBLOCKING;)"},

    {"forward_train", Each::Entry, false, hasOwnLoss,
     R"(/* Applies the network{bound} as it is while it is trained, and keeps in scratch
   what {backward} needs. {returns}
   parameters: {NET}_PARAMETERS_BYTES bytes, initialised or set.{training_buffers}{random}
   scratch: {ENTRY}_TRAINING_SCRATCH_BYTES{of_batch} bytes, contents do not matter.
   No two buffers may overlap. Buffers aligned to {NET}_ALIGNMENT are fastest;
   alignment to 4 bytes suffices. */)",
     R"(int {forward_train}(const void *parameters, {inputs}, {sizes}, {outputs}, {dropout}, void *scratch) NASCENT_NONBLOCKING;)"},

    {"backward", Each::Entry, false, hasOwnLoss,
     R"(/* Computes how a loss changes with each parameter, and with each input, from how it
   changes with each output. Goes once with each call of {forward_train}, the last
   one on this scratch, which must be as that has left it, and is used up by this;
   parameters and inputs{and_random} must be the same. {returns}
   What is not said here is as there.{gradient_buffers}
   accumulate: whether gradients are added to what is there; else 0.
   gradients: {NET}_GRADIENTS_BYTES bytes, each where its parameter is. */)",
     R"(int {backward}(const void *parameters, {inputs}, {sizes}, {output_gradients}, int32_t accumulate, {dropout}, void *gradients, {input_gradients}, void *scratch) NASCENT_NONBLOCKING;)"},

    {"forward_step", Each::Entry, false, hasSteps,
     R"(/* Runs a part of a step of {forward}, for callers with threads of their own.
   step: 0 to {ENTRY}_STEPS - 1, in order. All parts of a step must be done before the
   next begins: with several threads, there is a barrier between steps.
   part, parts: which part, and of how many. Each part from 0 to parts - 1 must be
   run, in any order or at once. Results do not depend on parts.
   A step or a part that there is not does nothing.{unchecked} All calls share one scratch,
   which must stay as it is from one step to the next. */)",
     R"(void {forward}_step(const void *parameters, {inputs}, {sizes}, {outputs}, {state}, void *scratch, int32_t step, int32_t part, int32_t parts) NASCENT_NONBLOCKING;)"},
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
