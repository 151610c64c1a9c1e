//===- LoadModel.cpp - From a model to a network that runs ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What deferred initialisation does when the first batch arrives: the batch
// settles all shapes, and the parameters are initialised, or read. The code is
// what nascent-compile would put into an object.
//
//===----------------------------------------------------------------------===//

#include "LoadModel.h"
#include "NetworkChoice.h"
#include "Progress.h"
#include "RunInputs.h"
#include "mlir/IR/BuiltinTypes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent {

namespace {

/// A binding of this shape, with a letter for what is open: "Nx20xf32".
std::string formatExample(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += (ShapedType::isDynamic(size) ? "N" : std::to_string(size)) + "x";
  return text + "f32";
}

/// The shapes of a network's inputs; in parentheses if there are several.
std::string listShapes(nn::SequentialOp network,
                       std::string (*format)(ArrayRef<int64_t>)) {
  std::vector<std::string> shapes;
  for (Type type : network.getArgumentTypes())
    shapes.push_back(format(cast<RankedTensorType>(type).getShape()));
  return shapes.size() == 1 ? shapes.front()
                            : fmt::format("({})", fmt::join(shapes, ", "));
}

class ModelLoader {
public:
  explicit ModelLoader(const RunCommandLine &options) : options(options) {}

  FailureOr<LoadedModel> load();

private:
  LogicalResult openModel();
  /// The network's of those that a module has.
  NetworkInterface find(const std::vector<NetworkInterface> &interfaces) const;
  /// There must be as many files as there are outputs.
  LogicalResult verifyOutputs();
  /// Reads inputs, and finds out what they bind.
  LogicalResult readInputs();
  /// Brings files that are for an input each, by its name, into their order.
  llvm::Error sortInputs();
  LogicalResult bindByInput();
  /// Without inputs, the network must have shapes to draw some of; for steps, a
  /// number of rows.
  LogicalResult verifyBound();
  /// Files of parameters must be of the network.
  LogicalResult chooseParameters();
  LogicalResult compile();
  /// Has blocks of a stream bound in place of the sequence.
  LogicalResult cut(std::vector<std::string> &bindings);
  LogicalResult lower(Compiler &compiler);
  LogicalResult initialize();

  const RunCommandLine &options;
  /// Of inputs.
  std::vector<std::string> paths = options.getInputFiles().paths;
  ModuleOp module;
  Stage stage = Stage::Authored;
  /// The network's name, and the network while it is one.
  std::string name;
  nn::SequentialOp network;
  /// Its inputs' before they are bound.
  ArrayRef<Type> stated;
  std::vector<std::string> bindings;
  std::vector<ParameterFile> parameterFiles;
  LoadedModel result;
};

LogicalResult ModelLoader::openModel() {
  bindings.assign(options.bindings.begin(), options.bindings.end());
  // A model that is imported is easier to read once sizes are known. A stream
  // has a length of its own.
  std::vector<std::string> known = bindings;
  std::vector<std::string> inputs;
  if (options.getBlock() != 0) {
    known.clear();
  } else if (known.empty() && !paths.empty()) {
    known = {fmt::format("inputs=(@{})", fmt::join(paths, ", @"))};
    inputs = options.getInputFiles().names;
  }
  auto opened = Model::open(options.input, "nascent-run", known, inputs);
  if (!opened)
    return reportRun(opened.takeError());
  result.model = std::move(*opened);
  if (failed(result.model->parse()))
    return failure();
  module = result.model->getModule();
  FailureOr<Stage> found = findStage(module);
  if (failed(found))
    return failure();
  stage = *found;
  if (llvm::Error error = options.verifyStage(stage))
    return reportRun(std::move(error));
  if (module->hasAttr(nn::kStreamAttrName))
    return reportRun(fmt::format(
        "'{}' was compiled with --stream; give the model itself, and --stream "
        "here",
        options.input.getValue()));
  if (llvm::Error error =
          verifyBoundNetworks(module, options.bindings, options.input))
    return reportRun(std::move(error));
  auto chosen = chooseNetwork(module, options.network);
  if (!chosen)
    return reportRun(chosen.takeError());
  name = *chosen;
  network = module.lookupSymbol<nn::SequentialOp>(name);
  return success();
}

NetworkInterface
ModelLoader::find(const std::vector<NetworkInterface> &interfaces) const {
  return *llvm::find_if(interfaces, [&](const NetworkInterface &each) {
    return each.name == name;
  });
}

LogicalResult ModelLoader::verifyOutputs() {
  size_t expected =
      network ? network.getResultTypes().size()
              : find(getInterfaces(module)).entries.front().outputs.size();
  for (auto [option, count] : {std::pair("--output", options.outputs.size()),
                               std::pair("--expect", options.expected.size())})
    if (count != 0 && count != expected)
      return reportRun(fmt::format("network '{}' has {}, found {} of {}",
                                   printable(name), counted(expected, "output"),
                                   count, option));
  return success();
}

llvm::Error ModelLoader::sortInputs() {
  auto [given, names] = options.getInputFiles();
  if (names.empty())
    return llvm::Error::success();
  std::vector<std::string> known;
  if (network) {
    known = network.getInputsInC();
  } else {
    EntryInterface entry = find(getInterfaces(module)).entries.front();
    for (size_t i = 0; i < entry.inputs.size(); ++i)
      known.push_back(entry.inputName(i));
  }
  if (known.size() != given.size())
    return makeError("network '{}' has the inputs {}, found {} of --input",
                     printable(name), quoteAll(known), given.size());
  for (auto [input, path] : llvm::zip(names, given)) {
    auto place = llvm::find(known, input);
    if (place == known.end() || llvm::count(names, input) != 1)
      return makeError(
          "--input {}={}: network '{}' has {}", input, path, printable(name),
          place == known.end()
              ? "the inputs " + quoteAll(known)
              : fmt::format("one input '{}', and it is given twice", input));
    paths[place - known.begin()] = path;
  }
  return llvm::Error::success();
}

LogicalResult ModelLoader::readInputs() {
  size_t given = paths.size();
  if (network && given != 0 && given != network.getNumArguments())
    return reportRun(
        fmt::format("network '{}' has {}, found {} of --input", printable(name),
                    counted(network.getNumArguments(), "input"), given));
  if (llvm::Error error = sortInputs())
    return reportRun(std::move(error));
  for (const std::string &path : paths) {
    FailureOr<Array> array = readReported(path);
    if (failed(array))
      return failure();
    result.inputs.push_back(std::move(*array));
  }
  return bindByInput();
}

LogicalResult ModelLoader::bindByInput() {
  bool isBound = llvm::any_of(bindings, [](const std::string &text) {
    auto binding = parseBinding(text);
    // Read a moment ago without an error.
    return binding ? binding->checkpoint.empty()
                   : (llvm::consumeError(binding.takeError()), true);
  });
  if (isBound || result.inputs.empty() || stage > Stage::Inferred)
    return success();
  auto binding = bindingFor(name, result.inputs, paths);
  if (!binding)
    return reportRun(binding.takeError());
  sayLine(fmt::format("the first batch, {}, settles the shapes: {}",
                      quoteAll(paths), *binding));
  bindings.push_back(*binding);
  return success();
}

LogicalResult ModelLoader::verifyBound() {
  bool isOpen = llvm::any_of(network.getArgumentTypes(), [](Type type) {
    return !cast<RankedTensorType>(type).hasStaticShape();
  });
  // Of several bindings the input chooses one.
  if (!isOpen || network.getEntry())
    return success();
  if (!result.inputs.empty())
    return options.needsSteps()
               ? reportRun(fmt::format(
                     "the batch of network '{}' is open, but {} needs to know "
                     "how many rows there are; leave out --bind, or bind a "
                     "number",
                     printable(name),
                     options.perLayer ? "--per-layer" : "--threads"))
               : success();
  return reportRun(fmt::format(
      "network '{0}' has nothing to run on: the shape of its input is {1}; "
      "give "
      "--input with a file, whose shape binds it, or '--bind {0}={2}', each N "
      "being a size, for random numbers",
      printable(name), listShapes(network, nn::formatShape),
      listShapes(network, formatExample)));
}

LogicalResult ModelLoader::chooseParameters() {
  auto files = parseParameterFiles(module, options.parameterFiles, name);
  if (!files)
    return reportRun(files.takeError());
  parameterFiles = std::move(*files);
  if (const auto &own = result.model->getWeights();
      own && parameterFiles.empty())
    parameterFiles.push_back(*own);
  // Importers write them there.
  SmallString<128> beside(options.input);
  llvm::sys::path::replace_extension(beside, ".safetensors");
  if (parameterFiles.empty() && !options.seed.getNumOccurrences() &&
      llvm::sys::fs::exists(beside))
    reportRemarks(fmt::format("'{0}' is not used; --params {0} uses it",
                              beside.str().str()),
                  "nascent-run");
  return success();
}

LogicalResult ModelLoader::cut(std::vector<std::string> &bindings) {
  std::vector<Binding> wholes;
  llvm::erase_if(bindings, [&](const std::string &text) {
    // Read a moment ago without an error.
    Binding binding = llvm::cantFail(parseBinding(text));
    if (!binding.checkpoint.empty() || binding.network != name)
      return false;
    wholes.push_back(std::move(binding));
    return true;
  });
  if (wholes.empty() && failed(verifyBound()))
    return failure();
  // What is bound in the file leaves nothing open.
  wholes.resize(std::max<size_t>(wholes.size(), 1));
  if (wholes.size() > 1)
    return reportRun("--stream cuts one sequence; give one --bind of it");
  const Binding &whole = wholes.front();
  auto plan = StreamPlan::create(network, whole, options.getBlock());
  if (!plan)
    return reportRun(plan.takeError());
  llvm::append_range(bindings, plan->bind(whole));
  sayLine(fmt::format(
      "a stream of {}: {} of {}{}", counted(plan->steps, "step"),
      counted(plan->steps / plan->block, "block"), plan->block,
      plan->rest == 0 ? "" : fmt::format(" and one of {}", plan->rest)));
  result.stream = std::move(*plan);
  return success();
}

LogicalResult ModelLoader::compile() {
  if (failed(chooseParameters()))
    return failure();
  CompilerOptions compilerOptions = options.getCompilerOptions();
  compilerOptions.bindings = bindings;
  // Initialisers take longer to compile than a small network.
  if (!parameterFiles.empty())
    compilerOptions.without.push_back("init");
  compilerOptions.parameterFiles = parameterFiles;
  Progress progress("nascent-run: compiling");
  // Other networks need not be bound, once none is a block of this one.
  if (network && stage < Stage::Materialized) {
    if (failed(Compiler(module, compilerOptions).run(Stage::Materialized)))
      return failure();
    // Its rules have been followed.
    compilerOptions.init.clear();
  }
  if (options.getBlock() != 0 && failed(cut(compilerOptions.bindings)))
    return failure();
  Compiler compiler(module, std::move(compilerOptions));
  if (network) {
    for (auto other : llvm::to_vector(module.getOps<nn::SequentialOp>()))
      if (other.getNetworkName() != name)
        other.erase();
    stated = network.getArgumentTypes();
    if (stage < Stage::Inferred && failed(compiler.run(Stage::Inferred))) {
      remarkOnImages(paths, result.inputs, stated);
      return failure();
    }
    if (failed(verifyBound()))
      return failure();
    if (result.stream)
      result.stream->settle(module, name);
    nameLocations(module);
  }
  return lower(compiler);
}

LogicalResult ModelLoader::lower(Compiler &compiler) {
  // Entries are known from here on.
  if (stage < Stage::Linalg && failed(compiler.run(Stage::Linalg)))
    return failure();
  auto entry =
      result.stream
          ? llvm::Expected<std::string>(StreamPlan::kBlock.str())
          : chooseEntry(find(compiler.getInterfaces()), result.inputs, paths);
  if (!entry) {
    remarkOnImages(paths, result.inputs, stated);
    return reportRun(entry.takeError());
  }
  if (stage < Stage::LLVM)
    result.costs = countForward(module, name, *entry);
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  auto network = LoadedNetwork::load(module, find(compiler.getInterfaces()),
                                     options.getOptimization());
  if (!network)
    return reportRun(network.takeError());
  result.network = std::move(*network);
  result.entry = &*llvm::find_if(
      result.network->getInterface().entries,
      [&](const EntryInterface &each) { return each.label == *entry; });
  return initialize();
}

LogicalResult ModelLoader::initialize() {
  if (result.network->getInterface().parameters.empty())
    return success();
  if (!parameterFiles.empty()) {
    sayLine(fmt::format("parameters: '{}'", parameterFiles.front().path));
    return success();
  }
  sayLine(
      fmt::format("parameters: initialised, seed {}", options.seed.getValue()));
  return reportRun(result.network->init(options.seed));
}

FailureOr<LoadedModel> ModelLoader::load() {
  if (failed(openModel()) || failed(verifyOutputs()) || failed(readInputs()) ||
      failed(compile()))
    return failure();
  return std::move(result);
}

} // namespace

FailureOr<LoadedModel> loadModel(const RunCommandLine &options) {
  return ModelLoader(options).load();
}

} // namespace nascent
