//===- CInterface.cpp - What a C program sees of a network ----------------===//

#include "nascent/Target/CInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

bool EntryInterface::hasOpenBatch() const {
  return llvm::any_of(
      inputs, [](RankedTensorType type) { return !type.hasStaticShape(); });
}

static std::string numbered(const char *stem, size_t index, size_t count) {
  return count == 1 ? stem : fmt::format("{}{}", stem, index);
}

std::string EntryInterface::inputName(size_t index) const {
  return numbered("x", index, inputs.size());
}

std::string EntryInterface::outputName(size_t index) const {
  return numbered("y", index, outputs.size());
}

//===----------------------------------------------------------------------===//
// Identifiers
//===----------------------------------------------------------------------===//

namespace {

/// Where each C identifier comes from.
class Identifiers {
public:
  /// Claims `identifier` for `what`; fails, after an error, if it is taken.
  LogicalResult claim(Location location, StringRef identifier,
                      const std::string &what) {
    auto [it, inserted] = owners.try_emplace(identifier, Owner{location, what});
    if (inserted)
      return success();
    InFlightDiagnostic diag = emitError(location)
                              << what << " has the name '" << identifier
                              << "' in C, which is also that of "
                              << it->second.what << "; rename one of them";
    diag.attachNote(it->second.location) << it->second.what << " is here";
    return diag;
  }

private:
  struct Owner {
    Location location;
    std::string what;
  };
  llvm::StringMap<Owner> owners;
};

} // namespace

/// A macro of an entry: MLP_SCRATCH_BYTES, MLP_B64_SCRATCH_BYTES.
static std::string entryMacro(const NetworkInterface &network,
                              const EntryInterface &entry, StringRef suffix) {
  std::string label = StringRef(entry.label).upper();
  return mangleUpper(network.name) + (label.empty() ? "" : "_" + label) +
         suffix.str();
}

static std::string scratchMacro(const NetworkInterface &network,
                                const EntryInterface &entry) {
  return entryMacro(network, entry, "_SCRATCH_BYTES");
}

static std::string stepsMacro(const NetworkInterface &network,
                              const EntryInterface &entry) {
  return entryMacro(network, entry, "_STEPS");
}

static LogicalResult claimNames(const NetworkInterface &network, bool hasSteps,
                                Identifiers &identifiers) {
  std::string what = fmt::format("network '{}'", network.name);
  std::string lower = mangle(network.name), upper = mangleUpper(network.name);
  for (const char *suffix :
       {"_init", "_init_rows", "_get", "_set", "_get_range", "_set_range",
        "_find", "_parameters", "_weights"})
    if (failed(identifiers.claim(network.location, lower + suffix, what)))
      return failure();
  for (const char *suffix :
       {"_PARAMETERS_BYTES", "_ALIGNMENT", "_PARAMETER_COUNT"})
    if (failed(identifiers.claim(network.location, upper + suffix, what)))
      return failure();
  for (const EntryInterface &entry : network.entries) {
    std::string whose = entry.label.empty() ? what
                                            : fmt::format("entry '{}' of {}",
                                                          entry.label, what);
    std::vector<std::string> names = {forwardName(network.name, entry.label),
                                      scratchMacro(network, entry)};
    if (hasSteps && !entry.hasOpenBatch()) {
      names.push_back(stepName(network.name, entry.label));
      names.push_back(stepsMacro(network, entry));
    }
    for (const std::string &name : names)
      if (failed(identifiers.claim(network.location, name, whose)))
        return failure();
  }
  for (const ParameterInterface &parameter : network.parameters) {
    auto claim = [&](const std::string &name) {
      return identifiers.claim(
          network.location, upper + "_" + mangleUpper("p" + name).substr(1),
          fmt::format("parameter '{}' of network '{}'", name, network.name));
    };
    if (failed(claim(parameter.name)))
      return failure();
    for (const std::string &alias : parameter.aliases)
      if (failed(claim(alias)))
        return failure();
  }
  return success();
}

/// The enumerator of a parameter: MLP_0_WEIGHT.
static std::string enumerator(const NetworkInterface &network,
                              const std::string &parameter) {
  return mangleUpper(network.name) + "_" +
         mangleUpper("p" + parameter).substr(1);
}

//===----------------------------------------------------------------------===//
// Collection
//===----------------------------------------------------------------------===//

/// C has no arrays without elements: a buffer's size is never 0.
static int64_t declarable(int64_t bytes) {
  return std::max<int64_t>(bytes, nn::kBufferAlignment);
}

static EntryInterface describeEntry(nn::SequentialOp network) {
  EntryInterface entry;
  entry.label = network.getEntry().value_or("").str();
  for (Type type : network.getArgumentTypes())
    entry.inputs.push_back(cast<RankedTensorType>(type));
  for (Type type : network.getResultTypes())
    entry.outputs.push_back(cast<RankedTensorType>(type));
  return entry;
}

/// The interface of a network that owns parameters, without its entries.
static FailureOr<NetworkInterface> describe(nn::SequentialOp network,
                                            SymbolTableCollection &symbols) {
  NetworkInterface interface{
      network.getSymName().str(), network.getLoc(), {}, {}, 0, {}};
  auto parameters = nn::collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  for (nn::NetworkParameter &parameter : *parameters) {
    std::string init;
    llvm::raw_string_ostream(init) << parameter.op.getInit();
    ArrayRef<int64_t> shape = parameter.op.getTensorType().getShape();
    interface.parameters.push_back(
        {parameter.name,
         {parameter.aliases.begin(), parameter.aliases.end()},
         shape.vec(),
         init});
  }
  if (auto bytes =
          network->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName))
    interface.parameterBytes = declarable(bytes.getInt());
  return interface;
}

FailureOr<std::vector<NetworkInterface>> collectInterfaces(ModuleOp module,
                                                           bool hasSteps) {
  std::vector<NetworkInterface> interfaces;
  SymbolTableCollection symbols;
  llvm::StringMap<size_t> indices;
  for (auto network : module.getOps<nn::SequentialOp>()) {
    if (!network.ownsParameters())
      continue;
    FailureOr<NetworkInterface> interface = describe(network, symbols);
    if (failed(interface))
      return failure();
    indices[network.getSymName()] = interfaces.size();
    interfaces.push_back(std::move(*interface));
  }
  for (auto network : module.getOps<nn::SequentialOp>())
    interfaces[indices.at(network.getNetworkName())].entries.push_back(
        describeEntry(network));
  Identifiers identifiers;
  for (const NetworkInterface &interface : interfaces)
    if (failed(claimNames(interface, hasSteps, identifiers)))
      return failure();
  return interfaces;
}

void addPlan(ModuleOp lowered, std::vector<NetworkInterface> &interfaces) {
  llvm::StringMap<EntryInterface *> entries;
  for (NetworkInterface &interface : interfaces)
    for (EntryInterface &entry : interface.entries)
      entries[interface.name + ":" + entry.label] = &entry;
  for (auto function : lowered.getOps<func::FuncOp>()) {
    auto bytes =
        function->getAttrOfType<IntegerAttr>(nn::kScratchBytesAttrName);
    auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    if (!bytes || !network)
      continue;
    EntryInterface *entry = entries.lookup(
        (network.getValue() + ":" + (label ? label.getValue() : "")).str());
    if (!entry)
      continue;
    entry->scratchBytes =
        std::max(entry->scratchBytes, declarable(bytes.getInt()));
    if (auto steps = function->getAttrOfType<IntegerAttr>(nn::kStepsAttrName))
      entry->steps = steps.getInt();
    entry->isParallel = function->hasAttr(nn::kParallelAttrName);
  }
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

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

static void writeParameterEnum(const NetworkInterface &network,
                               llvm::raw_ostream &os) {
  std::string upper = mangleUpper(network.name);
  os << fmt::format(
      "/* The parameters in layer order, as indices of {0}_get, {0}_set and\n"
      "   {0}_parameters. Beside each: name, shape, registered initialiser. "
      "*/\nenum {{\n",
      mangle(network.name));
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

static void writeInitRows(const std::string &name, llvm::raw_ostream &os) {
  os << fmt::format(
      "/* Gives count rows of one parameter, from row first on, the values "
      "that "
      "{0}_init\n"
      "   gives them. Rows are counted along the first dimension of its shape, "
      "so that a\n"
      "   vector's are its elements. No other row is read or written: several "
      "threads may\n"
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

static void writeAccess(const std::string &name, const std::string &upper,
                        llvm::raw_ostream &os) {
  os << fmt::format(
      "/* Copies one parameter out of or into the parameter buffer. values: "
      "all its\n"
      "   elements as floats in row-major order of its shape. Returns 0, or "
      "-1 if\n"
      "   index is not below {1}_PARAMETER_COUNT. */\n"
      "int {0}_get(const void *parameters, uint32_t index, void *values);\n"
      "int {0}_set(void *parameters, uint32_t index, const void *values);\n\n"
      "/* The same for count elements from element first on. Returns -1, and "
      "copies\n"
      "   nothing, where the parameter does not have them. */\n"
      "int {0}_get_range(const void *parameters, uint32_t index, int64_t "
      "first,\n"
      "    int64_t count, void *values);\n"
      "int {0}_set_range(void *parameters, uint32_t index, int64_t first, "
      "int64_t count,\n"
      "    const void *values);\n\n"
      "/* The index of the parameter called name (\"0.weight\"), or -1. Tied "
      "names lead to\n"
      "   the parameter they share. */\n"
      "int {0}_find(const char *name);\n\n",
      name, upper);
}

/// `arguments` as `<net>_forward` has them.
static void writeStep(const NetworkInterface &network,
                      const EntryInterface &entry, const std::string &arguments,
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
      "   which must stay as it is from one step to the next. */\n"
      "void {2}({3},\n"
      "    int32_t step, int32_t part, int32_t parts);\n",
      forwardName(network.name, entry.label), stepsMacro(network, entry),
      stepName(network.name, entry.label), arguments);
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
  os << fmt::format(
      "   parameters: {}_PARAMETERS_BYTES bytes, initialised or set.\n", upper);
  std::string arguments = "const void *parameters";
  for (size_t i = 0; i < entry.inputs.size(); ++i) {
    os << fmt::format("   {}: input, {} floats, row-major.\n",
                      entry.inputName(i), shapeText(entry.inputs[i]));
    arguments += fmt::format(", const float *{}", entry.inputName(i));
  }
  if (entry.hasOpenBatch()) {
    os << "   batch: how many rows; zero or less does nothing.\n";
    arguments += ", int64_t batch";
  }
  for (size_t i = 0; i < entry.outputs.size(); ++i) {
    os << fmt::format("   {}: output, {} floats, row-major.\n",
                      entry.outputName(i), shapeText(entry.outputs[i]));
    arguments += fmt::format(", float *{}", entry.outputName(i));
  }
  arguments += ", void *scratch";
  if (entry.isParallel)
    os << "   Runs on a team of OpenMP threads; link to LLVM's libomp.\n";
  if (hasSteps && entry.hasOpenBatch())
    os << "   Has no steps, and runs on the thread that calls it, for its "
          "batch "
          "is open.\n   Several threads may call it, each with rows and "
          "scratch "
          "of its own.\n";
  os << fmt::format("   scratch: {0} bytes, contents do not matter.\n"
                    "   No two buffers may overlap. Buffers aligned to "
                    "{1}_ALIGNMENT are fastest;\n"
                    "   alignment to 4 bytes suffices. */\n",
                    scratchMacro(network, entry), upper)
     << fmt::format("void {}({});\n", forwardName(network.name, entry.label),
                    arguments);
  if (entry.steps)
    writeStep(network, entry, arguments, os);
}

static void writeFunctions(const NetworkInterface &network, bool hasSteps,
                           llvm::raw_ostream &os) {
  std::string name = mangle(network.name), upper = mangleUpper(network.name);
  if (!network.parameters.empty()) {
    os << fmt::format("/* Name, element type and shape of each parameter. */\n"
                      "extern const nascent_parameter_info "
                      "{0}_parameters[{1}_PARAMETER_COUNT];\n\n",
                      name, upper);
  }
  os << fmt::format(
      "/* Initialises all parameters by their registered initialisers.\n"
      "   parameters: {1}_PARAMETERS_BYTES bytes. The same seed gives the "
      "same\n"
      "   values on every machine. */\n"
      "void {0}_init(void *parameters, uint64_t seed);\n\n",
      name, upper);
  if (!network.parameters.empty()) {
    writeInitRows(name, os);
    writeAccess(name, upper, os);
  }
  if (!network.weights.empty())
    os << fmt::format(
        "/* The trained parameters, read-only: what {0}_get and {0}_forward "
        "take as\n"
        "   parameters. */\n"
        "extern const unsigned char {0}_weights[{1}_PARAMETERS_BYTES];\n\n",
        name, upper);
  for (const EntryInterface &entry : network.entries)
    writeForward(network, entry, hasSteps, os);
}

void writeHeader(ArrayRef<NetworkInterface> interfaces, StringRef guard,
                 llvm::raw_ostream &os) {
  auto anyEntry = [&](auto isSo) {
    return llvm::any_of(interfaces, [&](const NetworkInterface &network) {
      return llvm::any_of(network.entries, isSo);
    });
  };
  bool isParallel = anyEntry(std::mem_fn(&EntryInterface::isParallel));
  bool hasSteps =
      anyEntry([](const EntryInterface &entry) { return entry.steps > 0; });
  os << "/* Generated by nascent-compile. Every function is re-entrant: there "
        "is no\n   global state, no allocation and no runtime library"
     << (isParallel ? " but OpenMP's" : "") << ". */\n";
  os << fmt::format("#ifndef {0}\n#define {0}\n\n", guard.str());
  os << "#include <stddef.h>\n#include <stdint.h>\n\n"
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "#ifndef NASCENT_PARAMETER_INFO\n#define NASCENT_PARAMETER_INFO\n"
        "/* A parameter: dtype is \"float32\"; shape has rank sizes, the rest "
        "are 0. */\n"
        "typedef struct {\n  const char *name;\n  const char *dtype;\n"
        "  uint32_t rank;\n  int64_t shape[8];\n} nascent_parameter_info;\n"
        "#endif\n";
  for (const NetworkInterface &network : interfaces) {
    std::string upper = mangleUpper(network.name);
    os << fmt::format("\n/* ---- network {} ---- */\n\n",
                      inComment(network.name));
    os << fmt::format("/* Sizes of the caller's buffers, in bytes. */\n"
                      "#define {0}_PARAMETERS_BYTES {1}u\n",
                      upper, network.parameterBytes);
    for (const EntryInterface &entry : network.entries)
      os << fmt::format("#define {} {}u\n", scratchMacro(network, entry),
                        entry.scratchBytes);
    for (const EntryInterface &entry : network.entries)
      if (entry.steps)
        os << fmt::format("#define {} {} /* of {} */\n",
                          stepsMacro(network, entry), entry.steps,
                          stepName(network.name, entry.label));
    os << fmt::format("#define {}_ALIGNMENT {}u\n\n", upper,
                      nn::kBufferAlignment);
    if (!network.parameters.empty())
      writeParameterEnum(network, os);
    writeFunctions(network, hasSteps, os);
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n";
  os << fmt::format("#endif /* {} */\n", guard.str());
}

} // namespace nascent
