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
#include "nascent/Support/Binding.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>
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

/// Before what may go wrong next.
void say(const std::string &line) {
  llvm::outs() << line;
  llvm::outs().flush();
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
  LogicalResult bindByInput();
  /// Without inputs, the network must have shapes to draw some of; for steps, a
  /// number of rows.
  LogicalResult verifyBound();
  /// Files of parameters must be of the network.
  LogicalResult chooseParameters();
  LogicalResult compile();
  LogicalResult lower(Compiler &compiler);
  LogicalResult initialize();

  const RunCommandLine &options;
  ModuleOp module;
  Stage stage = Stage::Authored;
  /// The network's name, and the network while it is one.
  std::string name;
  nn::SequentialOp network;
  std::vector<std::string> bindings;
  std::vector<ParameterFile> parameterFiles;
  LoadedModel result;
};

LogicalResult ModelLoader::openModel() {
  auto opened = Model::open(options.input, "nascent-run");
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
  if (llvm::Error error =
          verifyBoundNetworks(module, options.bindings, options.input))
    return reportRun(std::move(error));
  auto chosen = chooseNetwork(module, options.network);
  if (!chosen)
    return reportRun(chosen.takeError());
  name = *chosen;
  network = module.lookupSymbol<nn::SequentialOp>(name);
  bindings.assign(options.bindings.begin(), options.bindings.end());
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
      return reportRun(fmt::format("network '{}' has {} output{}, found {} of "
                                   "{}",
                                   printable(name), expected,
                                   expected == 1 ? "" : "s", count, option));
  return success();
}

LogicalResult ModelLoader::readInputs() {
  size_t given = options.inputs.size();
  if (network && given != 0 && given != network.getNumArguments())
    return reportRun(
        fmt::format("network '{}' has {} input{}, found {} of --input",
                    printable(name), network.getNumArguments(),
                    network.getNumArguments() == 1 ? "" : "s", given));
  for (const std::string &path : options.inputs) {
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
  auto binding = bindingFor(name, result.inputs, options.inputs);
  if (!binding)
    return reportRun(binding.takeError());
  say(fmt::format("the first batch, {}, settles the shapes: {}\n",
                  quoteAll(options.inputs), *binding));
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
  auto files = parseParameterFiles(module, options.parameterFiles);
  if (!files)
    return reportRun(files.takeError());
  parameterFiles = std::move(*files);
  if (const auto &own = result.model->getWeights();
      own && parameterFiles.empty())
    parameterFiles.push_back(*own);
  for (const ParameterFile &file : parameterFiles)
    if (file.network != name)
      return reportRun(fmt::format(
          "--params gives the parameters of network '{}', but '{}' is run",
          printable(file.network), printable(name)));
  return success();
}

LogicalResult ModelLoader::compile() {
  if (failed(chooseParameters()))
    return failure();
  CompilerOptions compilerOptions = options.getCompilerOptions();
  compilerOptions.bindings = bindings;
  compilerOptions.parameterFiles = parameterFiles;
  Compiler compiler(module, std::move(compilerOptions));
  Progress progress("nascent-run: compiling");
  if (network) {
    // Other networks need not be bound, once none is a block of this one.
    if (stage < Stage::Materialized &&
        failed(compiler.run(Stage::Materialized)))
      return failure();
    for (auto other : llvm::to_vector(module.getOps<nn::SequentialOp>()))
      if (other.getNetworkName() != name)
        other.erase();
    if (stage < Stage::Inferred && failed(compiler.run(Stage::Inferred)))
      return failure();
    if (failed(verifyBound()))
      return failure();
    nameLocations(module);
  }
  return lower(compiler);
}

LogicalResult ModelLoader::lower(Compiler &compiler) {
  // Entries are known from here on.
  if (stage < Stage::Linalg && failed(compiler.run(Stage::Linalg)))
    return failure();
  auto entry = chooseEntry(find(compiler.getInterfaces()), result.inputs,
                           options.inputs);
  if (!entry)
    return reportRun(entry.takeError());
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
    say(fmt::format("parameters: '{}'\n", parameterFiles.front().path));
    return success();
  }
  say(fmt::format("parameters: initialised, seed {}\n",
                  options.seed.getValue()));
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
