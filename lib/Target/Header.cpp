//===- Header.cpp - The C header of an object -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/Header.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Version.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// "2 x 20" or "batch x 20".
static std::string shapeText(RankedTensorType type) {
  std::string text;
  for (int64_t size : type.getShape())
    text += fmt::format("{}{}", text.empty() ? "" : " x ",
                        ShapedType::isDynamic(size) ? "batch"
                                                    : std::to_string(size));
  return text;
}

/// A name inside a comment must not end it, nor seem to begin another. GCC
/// refuses characters that turn the direction of text.
static std::string inComment(StringRef name) {
  std::string text = printable(name);
  for (const char *mark : {"*/", "/*"})
    for (size_t at; (at = text.find(mark)) != std::string::npos;)
      text[text[at] == '/' ? at : at + 1] = ' ';
  return text;
}

/// Writes the declaration of a function, in lines of at most 80 columns.
static void writePrototype(const std::string &start,
                           ArrayRef<std::string> arguments,
                           llvm::raw_ostream &os) {
  std::string line = start + "(";
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    std::string text = argument + (index + 1 < arguments.size() ? "," : ");");
    if (index == 0) {
      line += text;
    } else if (line.size() + 1 + text.size() <= 80) {
      line += " " + text;
    } else {
      os << line << "\n";
      line = "    " + text;
    }
  }
  os << line << "\n";
}

/// Macros for the sizes of an entry's inputs and outputs.
static void writeSizes(const NetworkInterface &network,
                       const EntryInterface &entry, llvm::raw_ostream &os) {
  auto write = [&](RankedTensorType type, const std::string &name) {
    std::string macro = sizeMacro(network, entry, name);
    if (type.hasStaticShape())
      os << fmt::format("#define {} {}\n", macro, type.getNumElements());
    else
      os << fmt::format(
          "#define {}(batch) ((size_t)(batch) * {})\n", macro,
          ShapedType::getNumElements(type.getShape().drop_front()));
  };
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    write(entry.inputs[i], entry.inputName(i));
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    write(entry.outputs[i], entry.outputName(i));
}

static void writeMacros(const NetworkInterface &network,
                        llvm::raw_ostream &os) {
  std::string upper = mangleUpper(network.name);
  os << fmt::format("/* Sizes of the caller's buffers, in bytes. */\n"
                    "#define {}_PARAMETERS_BYTES {}u\n",
                    upper, network.parameterBytes);
  for (const EntryInterface &entry : network.entries)
    os << fmt::format("#define {} {}u\n",
                      entryMacro(network, entry, "scratch_bytes"),
                      entry.scratchBytes);
  for (const EntryInterface &entry : network.entries)
    if (entry.steps)
      os << fmt::format("#define {} {} /* of {} */\n",
                        entryMacro(network, entry, "steps"), entry.steps,
                        stepName(network.name, entry.label));
  os << fmt::format("#define {}_ALIGNMENT {}u\n\n", upper,
                    nn::kBufferAlignment);
  bool isOpen =
      llvm::any_of(network.entries, std::mem_fn(&EntryInterface::hasOpenBatch));
  os << "/* Sizes of inputs and outputs, in floats"
     << (isOpen ? "; an open batch's go by its rows" : "") << ". */\n";
  for (const EntryInterface &entry : network.entries)
    writeSizes(network, entry, os);
  os << "\n";
}

static void writeParameterEnum(const NetworkInterface &network,
                               llvm::raw_ostream &os) {
  std::string upper = mangleUpper(network.name);
  os << "/* The parameters in layer order: each is its index. Beside it: name, "
        "shape,\n   registered initialiser. */\nenum {\n";
  for (const ParameterInterface &parameter : network.parameters)
    os << fmt::format(
        "  {}, /* {}: {} {} */\n", enumerator(network, parameter.name),
        inComment(parameter.name), nn::formatShape(parameter.shape),
        inComment(parameter.init));
  os << fmt::format("  {}_PARAMETER_COUNT\n}};\n", upper);
  for (const ParameterInterface &parameter : network.parameters)
    for (const std::string &alias : parameter.aliases)
      os << fmt::format("#define {} {} /* tied */\n",
                        enumerator(network, alias),
                        enumerator(network, parameter.name));
  os << "\n";
}

static void writeInit(const NetworkInterface &network, llvm::raw_ostream &os) {
  std::string name = mangle(network.name), upper = mangleUpper(network.name);
  if (network.has("init"))
    os << fmt::format(
        "/* Initialises all parameters by their registered initialisers.\n"
        "   parameters: {1}_PARAMETERS_BYTES bytes. The same seed gives the "
        "same\n"
        "   values on every machine. */\n"
        "void {0}_init(void *parameters, uint64_t seed);\n\n",
        name, upper);
  if (network.has("init_rows"))
    os << fmt::format(
        "/* Initialises count rows of one parameter, from row first on; a row "
        "has the\n"
        "   values that it has when all are initialised from the same seed.\n"
        "   Rows are counted along the first dimension of its shape, so that "
        "a\n"
        "   vector's are its elements. No other row is read or written: "
        "several threads may\n"
        "   initialise different rows at once. Returns 0, or -1 and writes "
        "nothing, if the\n"
        "   parameter does not have the rows, or if they are not all and its "
        "initialiser\n"
        "   needs all of them: #nn.orthogonal, #nn.sparse. */\n"
        "int {0}_init_rows(void *parameters, uint32_t index, int64_t first, "
        "int64_t count,\n"
        "    uint64_t seed);\n\n",
        name);
}

static void writeAccess(const NetworkInterface &network,
                        llvm::raw_ostream &os) {
  std::string name = mangle(network.name), upper = mangleUpper(network.name);
  bool get = network.has("get"), set = network.has("set");
  if (get || set)
    os << fmt::format(
        "/* Copies one parameter out of or into the parameter buffer. values: "
        "all its\n"
        "   elements as floats in row-major order of its shape. Returns 0, or "
        "-1 if\n"
        "   index is not below {0}_PARAMETER_COUNT. */\n",
        upper);
  if (get)
    os << fmt::format("int {0}_get(const void *parameters, uint32_t index, "
                      "void *values);\n",
                      name);
  if (set)
    os << fmt::format("int {0}_set(void *parameters, uint32_t index, const "
                      "void *values);\n",
                      name);
  if (get || set)
    os << "\n";

  bool getRange = network.has("get_range"), setRange = network.has("set_range");
  if (getRange || setRange)
    os << "/* Copies count elements of one parameter, from element first on, "
          "out of or into the\n   parameter buffer, as floats in row-major "
          "order of its shape. Returns 0, or -1 and\n   copies nothing, where "
          "the parameter does not have them. */\n";
  if (getRange)
    os << fmt::format("int {0}_get_range(const void *parameters, uint32_t "
                      "index, int64_t first,\n"
                      "    int64_t count, void *values);\n",
                      name);
  if (setRange)
    os << fmt::format("int {0}_set_range(void *parameters, uint32_t index, "
                      "int64_t first, int64_t count,\n"
                      "    const void *values);\n",
                      name);
  if (getRange || setRange)
    os << "\n";

  if (network.has("find"))
    os << fmt::format("/* The index of the parameter called name "
                      "(\"0.weight\"), or -1. Tied names lead to\n"
                      "   the parameter they share. */\n"
                      "int {0}_find(const char *name);\n\n",
                      name);
}

/// `arguments` as `<net>_forward` has them.
static void writeStep(const NetworkInterface &network,
                      const EntryInterface &entry,
                      std::vector<std::string> arguments,
                      llvm::raw_ostream &os) {
  os << fmt::format(
      "\n/* Runs a part of a step of {0}, for callers with threads of their "
      "own.\n"
      "   step: 0 to {1} - 1, in order. All parts of a step must be done "
      "before the\n"
      "   next begins: with several threads, there is a barrier between "
      "steps.\n"
      "   part, parts: which part, and of how many. Each part from 0 to parts "
      "- 1 must be\n"
      "   run, in any order or at once. Results do not depend on parts.\n"
      "   A step or a part that there is not does nothing. All calls share one "
      "scratch,\n"
      "   which must stay as it is from one step to the next. */\n",
      forwardName(network.name, entry.label),
      entryMacro(network, entry, "steps"));
  for (const char *argument : {"int32_t step", "int32_t part", "int32_t parts"})
    arguments.push_back(argument);
  writePrototype("void " + stepName(network.name, entry.label), arguments, os);
}

/// `hasSteps`: whether other entries have steps.
static void writeForward(const NetworkInterface &network,
                         const EntryInterface &entry, bool hasSteps,
                         llvm::raw_ostream &os) {
  std::string upper = mangleUpper(network.name);
  if (!entry.label.empty())
    os << fmt::format("/* Applies the network, as bound for '{}'.\n",
                      entry.label);
  else
    os << "/* Applies the network.\n";
  std::string origin = "initialised or set";
  if (!network.weights.empty())
    origin =
        mangle(network.name) + "_weights" +
        (network.has("init") || network.has("set") ? ", or " + origin : "");
  os << fmt::format("   parameters: {}_PARAMETERS_BYTES bytes, {}.\n", upper,
                    origin);
  auto buffer = [&](const std::string &type, RankedTensorType shape,
                    const std::string &name) {
    return shape.hasStaticShape() ? fmt::format("{} {}[{}]", type, name,
                                                sizeMacro(network, entry, name))
                                  : fmt::format("{} *{}", type, name);
  };
  std::vector<std::string> arguments = {"const void *parameters"};
  for (size_t i = 0; i < entry.inputs.size(); ++i) {
    std::string name = entry.inputName(i);
    os << fmt::format("   {}: input, {} floats, row-major.\n", name,
                      shapeText(entry.inputs[i]));
    arguments.push_back(buffer("const float", entry.inputs[i], name));
  }
  if (entry.hasOpenBatch()) {
    os << "   batch: how many rows; zero or less does nothing.\n";
    arguments.push_back("int64_t batch");
  }
  for (size_t i = 0; i < entry.outputs.size(); ++i) {
    std::string name = entry.outputName(i);
    os << fmt::format("   {}: output, {} floats, row-major.\n", name,
                      shapeText(entry.outputs[i]));
    arguments.push_back(buffer("float", entry.outputs[i], name));
  }
  arguments.push_back("void *scratch");
  if (entry.isParallel)
    os << "   Runs on a team of OpenMP threads; link to LLVM's libomp.\n";
  if (hasSteps && entry.hasOpenBatch())
    os << "   Has no steps, and runs on the thread that calls it, for its "
          "batch is open.\n   Several threads may call it, each with rows and "
          "scratch of its own.\n";
  os << fmt::format("   scratch: {0} bytes, contents do not matter.\n"
                    "   No two buffers may overlap. Buffers aligned to "
                    "{1}_ALIGNMENT are fastest;\n"
                    "   alignment to 4 bytes suffices. */\n",
                    entryMacro(network, entry, "scratch_bytes"), upper);
  writePrototype("void " + forwardName(network.name, entry.label), arguments,
                 os);
  if (entry.steps)
    writeStep(network, entry, arguments, os);
}

static void writeFunctions(const NetworkInterface &network, bool hasSteps,
                           llvm::raw_ostream &os) {
  std::string name = mangle(network.name), upper = mangleUpper(network.name);
  if (network.has("parameters"))
    os << fmt::format("/* Name, element type and shape of each parameter. */\n"
                      "extern const nascent_parameter_info "
                      "{0}_parameters[{1}_PARAMETER_COUNT];\n\n",
                      name, upper);
  writeInit(network, os);
  writeAccess(network, os);
  if (!network.weights.empty())
    os << fmt::format(
        "/* The trained parameters, read-only, to be passed as parameters. "
        "*/\n"
        "extern const unsigned char {0}_weights[{1}_PARAMETERS_BYTES];\n\n",
        name, upper);
  for (const EntryInterface &entry : network.entries)
    writeForward(network, entry, hasSteps, os);
}

/// Whether any entry of the networks is so.
static bool hasEntry(ArrayRef<NetworkInterface> interfaces,
                     llvm::function_ref<bool(const EntryInterface &)> isSo) {
  return llvm::any_of(interfaces, [&](const NetworkInterface &network) {
    return llvm::any_of(network.entries, isSo);
  });
}

/// What the header declares.
static std::string declarations(ArrayRef<NetworkInterface> interfaces) {
  bool hasSteps = hasEntry(
      interfaces, [](const EntryInterface &entry) { return entry.steps > 0; });
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "#include <stddef.h>\n#include <stdint.h>\n\n"
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "#ifndef NASCENT_PARAMETER_INFO\n#define NASCENT_PARAMETER_INFO\n"
        "/* A parameter: dtype is \"float32\"; shape has rank sizes, the rest "
        "are 0. */\n"
        "typedef struct {\n  const char *name;\n  const char *dtype;\n"
        "  uint32_t rank;\n  int64_t shape[8];\n} nascent_parameter_info;\n"
        "#endif\n";
  for (const NetworkInterface &network : interfaces) {
    os << fmt::format("\n/* ---- network {} ---- */\n\n",
                      inComment(network.name));
    writeMacros(network, os);
    if (!network.parameters.empty())
      writeParameterEnum(network, os);
    writeFunctions(network, hasSteps, os);
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n";
  return text;
}

void writeHeader(ArrayRef<NetworkInterface> interfaces,
                 const HeaderOrigin &origin, llvm::raw_ostream &os) {
  bool isParallel =
      hasEntry(interfaces, std::mem_fn(&EntryInterface::isParallel));
  os << fmt::format("/* Generated by nascent-compile {}. Every function is "
                    "re-entrant: there\n   is no global state, no allocation "
                    "and no runtime library{}.\n\n"
                    "   Command: {}\n   Model: sha256 {} */\n",
                    version(), isParallel ? " but OpenMP's" : "",
                    inComment(origin.command), origin.modelHash);
  std::string text = declarations(interfaces);
  std::string guard = fmt::format("NASCENT_{:016X}_H", llvm::xxh3_64bits(text));
  os << fmt::format("#ifndef {0}\n#define {0}\n\n{1}\n#endif /* {0} */\n",
                    guard, text);
}

} // namespace nascent
