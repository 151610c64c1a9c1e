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
#include "CommandLine.h"
#include "NetworkChoice.h"
#include "Progress.h"
#include "RunInputs.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Support/DebugStringHelper.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/WithColor.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {

LogicalResult report(llvm::Error error) {
  return reportError(std::move(error), "nascent-run");
}

LogicalResult reportText(const std::string &message) {
  return report(llvm::createStringError(message));
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
    return report(opened.takeError());
  result.model = std::move(*opened);
  if (failed(result.model->parse()))
    return failure();
  module = result.model->getModule();
  FailureOr<Stage> found = findStage(module);
  if (failed(found))
    return failure();
  stage = *found;
  if (llvm::Error error = options.verifyStage(stage))
    return report(std::move(error));
  if (llvm::Error error =
          verifyBoundNetworks(module, options.bindings, options.input))
    return report(std::move(error));
  auto chosen = chooseNetwork(module, options.network);
  if (!chosen)
    return report(chosen.takeError());
  name = *chosen;
  network = module.lookupSymbol<nn::SequentialOp>(name);
  bindings.assign(options.bindings.begin(), options.bindings.end());
  return success();
}

LogicalResult ModelLoader::readInputs() {
  size_t given = options.inputs.size();
  if (network && given != 0 && given != network.getNumArguments())
    return reportText(
        fmt::format("network '{}' has {} input{}, found {} of --input",
                    printable(name), network.getNumArguments(),
                    network.getNumArguments() == 1 ? "" : "s", given));
  for (const std::string &path : options.inputs) {
    auto array = readArray(path);
    if (!array)
      return report(array.takeError());
    for (const std::string &remark : array->remarks)
      llvm::WithColor::remark(llvm::errs(), "nascent-run")
          << printable(remark) << "\n";
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
  if (isBound || result.inputs.size() != 1 || stage > Stage::Inferred)
    return success();
  const std::string &path = options.inputs.front();
  auto binding = bindingFor(name, result.inputs.front().shape, path);
  if (!binding)
    return report(binding.takeError());
  say(fmt::format("the first batch, '{}', settles the shapes: {}\n", path,
                  *binding));
  bindings.push_back(*binding);
  return success();
}

LogicalResult ModelLoader::verifyBound() {
  for (Type type : network.getArgumentTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    if (tensor.hasStaticShape() || network.getEntry())
      continue;
    if (!result.inputs.empty() && options.needsSteps())
      return reportText(fmt::format(
          "the batch of network '{}' is open, but {} needs to know how many "
          "rows there are; leave out --bind, or bind a number",
          printable(name), options.perLayer ? "--per-layer" : "--threads"));
    if (!result.inputs.empty())
      continue;
    // What is open besides the batch.
    bool isBatch = tensor.getNumDynamicDims() == 1 && tensor.isDynamicDim(0);
    std::string example = name + "=";
    for (int64_t size : tensor.getShape())
      example += (ShapedType::isDynamic(size) ? "N" : std::to_string(size)) +
                 std::string("x");
    return reportText(fmt::format(
        "network '{}' has nothing to run on: its input {} has {}; give --input "
        "with a file, whose shape binds it, or '--bind {}f32', each N being a "
        "size, for random numbers",
        printable(name), debugString(type),
        isBatch ? "an open batch" : "open sizes", example));
  }
  return success();
}

LogicalResult ModelLoader::chooseParameters() {
  auto files = parseParameterFiles(module, options.parameterFiles);
  if (!files)
    return report(files.takeError());
  parameterFiles = std::move(*files);
  for (const ParameterFile &file : parameterFiles)
    if (file.network != name)
      return reportText(fmt::format(
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
  auto find = [&](std::vector<NetworkInterface> interfaces) {
    return *llvm::find_if(interfaces, [&](const NetworkInterface &each) {
      return each.name == name;
    });
  };
  auto entry = chooseEntry(find(compiler.getInterfaces()), result.inputs,
                           options.inputs);
  if (!entry)
    return report(entry.takeError());
  if (stage < Stage::LLVM)
    result.cost = countForward(module, name, *entry);
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  auto network = LoadedNetwork::load(module, find(compiler.getInterfaces()),
                                     options.getOptimization());
  if (!network)
    return report(network.takeError());
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
  return report(result.network->init(options.seed));
}

FailureOr<LoadedModel> ModelLoader::load() {
  if (failed(openModel()) || failed(readInputs()) || failed(compile()))
    return failure();
  return std::move(result);
}

} // namespace

FailureOr<LoadedModel> loadModel(const RunCommandLine &options) {
  return ModelLoader(options).load();
}

} // namespace nascent
