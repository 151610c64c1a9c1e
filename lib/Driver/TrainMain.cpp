//===- TrainMain.cpp - The nascent-train tool -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The data settles all shapes, as a first batch does; then the network is
// compiled together with its gradients and the steps of an optimiser.
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/TrainMain.h"
#include "CommandLine.h"
#include "NetworkChoice.h"
#include "Progress.h"
#include "RunInputs.h"
#include "StopSignal.h"
#include "TrainLoop.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/IR/ParseOptimizer.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Driver/Model.h"
#include "nascent/Execution/Ranks.h"
#include "nascent/Support/Quote.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent {

namespace {

/// One run of the tool.
class TrainTool {
public:
  TrainTool(TrainCommandLine &options, const Ranks &ranks)
      : options(options), ranks(ranks) {}

  /// All that comes before the first step.
  LogicalResult prepare();
  LogicalResult train(StopSignal &stop);

private:
  LogicalResult readData();
  LogicalResult readOptimizer();
  LogicalResult openModel();
  /// What the data says of the network's inputs.
  LogicalResult bind();
  /// Has the data be of the elements that the network states.
  LogicalResult fitInputs();
  /// Why not all calls have as many rows; empty where they have.
  std::string whyRowsDiffer() const;
  /// Labels are beside the inputs, unless the network ends in its loss.
  LogicalResult verifyLabels(nn::SequentialOp own);
  /// What mixes rows needs as many in all calls.
  LogicalResult verifyRows(nn::SequentialOp own);
  /// Up to what can run, where the data fits the network.
  LogicalResult compile();
  /// Indices must be there, and labels what the loss compares the outputs with.
  llvm::Error fitData(TrainData &all, EntryInterface entry) const;
  LogicalResult initialize();
  /// Nobody trains for what has no place: all are written, and discarded.
  llvm::Error verifyOutputs() const;

  TrainCommandLine &options;
  const Ranks &ranks;
  std::optional<TrainData> data, validation;
  nn::OptimizerAttrInterface optimizer;
  std::unique_ptr<Model> model;
  std::string name, binding, hash;
  std::vector<ParameterFile> parameterFiles;
  std::unique_ptr<LoadedNetwork> network;
};

/// What a user should know of how data was read; every rank reads the same.
void remarkOn(const TrainData &data, const Ranks &ranks) {
  if (!ranks.isFirst())
    return;
  reportRemarks(data.labels.remarks, "nascent-train");
  for (const Array &input : data.inputs)
    reportRemarks(input.remarks, "nascent-train");
}

LogicalResult TrainTool::readData() {
  auto read = [&](ArrayRef<std::string> inputs, const std::string &labels,
                  std::optional<TrainData> &to) -> LogicalResult {
    auto found = readTrainData(inputs, labels, options.labelColumns);
    if (!found)
      return reportTrain(found.takeError());
    remarkOn(*found, ranks);
    to = std::move(*found);
    return success();
  };
  if (failed(read(options.data, options.labels, data)))
    return failure();
  if (options.validation.empty())
    return success();
  if (failed(read(options.validation, options.validationLabels, validation)))
    return failure();
  if (validation->inputs.size() != data->inputs.size())
    return reportTrain(fmt::format("--data has {}, but --validation has {}",
                                   counted(data->inputs.size(), "file"),
                                   validation->inputs.size()));
  for (size_t i = 0; i < options.data.size(); ++i) {
    const Array &own = validation->inputs[i], &other = data->inputs[i];
    if (ArrayRef(own.shape).drop_front() !=
            ArrayRef(other.shape).drop_front() ||
        own.isIndices != other.isIndices)
      return reportTrain(fmt::format(
          "'{}' has the shape {}, but '{}' has {}; an example must be the same",
          options.validation[i], nn::formatShape(own.shape), options.data[i],
          nn::formatShape(other.shape)));
  }
  return success();
}

LogicalResult TrainTool::openModel() {
  // What is imported is easier to read once sizes are known.
  auto opened = Model::open(options.input, "nascent-train",
                            {"inputs=" + binding.substr(1)});
  if (!opened)
    return reportTrain(opened.takeError());
  model = std::move(*opened);
  if (failed(model->parse()))
    return failure();
  ModuleOp module = model->getModule();
  FailureOr<Stage> stage = findStage(module);
  if (failed(stage))
    return failure();
  if (*stage > Stage::Inferred)
    return reportTrain(fmt::format(
        "'{}' is at stage '{}', where layouts are settled; give a file of "
        "stage '{}' or earlier",
        options.input.getValue(), stageName(*stage).str(),
        stageName(Stage::Inferred).str()));
  auto chosen = chooseNetwork(module, options.network);
  if (!chosen)
    return reportTrain(chosen.takeError());
  name = *chosen;
  auto files = parseParameterFiles(module, options.parameterFiles, name);
  if (!files)
    return reportTrain(files.takeError());
  parameterFiles = std::move(*files);
  if (const auto &own = model->getWeights(); own && parameterFiles.empty())
    parameterFiles.push_back(*own);
  return success();
}

std::string TrainTool::whyRowsDiffer() const {
  int64_t batch = options.batch, parts = options.microBatches;
  if (batch % parts != 0)
    return fmt::format("--batch={} is not divided by {} {}", batch, parts,
                       ranks.areSeveral() ? "ranks" : "micro-batches");
  if (data->rows() % batch != 0)
    return fmt::format("--batch={} does not divide {} examples", batch,
                       data->rows());
  if (validation && validation->rows() % (batch / parts) != 0)
    return fmt::format("{} rows at a time do not divide {} examples of "
                       "--validation",
                       batch / parts, validation->rows());
  return "";
}

LogicalResult TrainTool::bind() {
  // A batch has no more examples than there are.
  options.batch = std::min<int64_t>(options.batch, data->rows());
  if (!options.microBatches.getNumOccurrences())
    options.microBatches = ranks.getCount();
  // Otherwise any number of rows must do.
  std::string rows = "?x";
  if (whyRowsDiffer().empty())
    rows = fmt::format("{}x", options.batch / options.microBatches);
  std::vector<std::string> types;
  for (auto [input, path] : llvm::zip_equal(data->inputs, data->inputPaths)) {
    std::string &type = types.emplace_back(rows);
    for (int64_t size : ArrayRef(input.shape).drop_front()) {
      if (size == 0)
        return reportTrain(fmt::format("'{}' has the shape {}; sizes must be "
                                       "positive",
                                       path, nn::formatShape(input.shape)));
      type += fmt::format("{}x", size);
    }
    type += input.isIndices ? "i32" : "f32";
  }
  binding = types.size() == 1 ? "=" + types.front()
                              : fmt::format("=({})", fmt::join(types, ", "));
  return success();
}

LogicalResult TrainTool::fitInputs() {
  auto own = model->getModule().lookupSymbol<nn::SequentialOp>(name);
  if (!own || own.getNumArguments() != data->inputs.size())
    return success();
  for (std::optional<TrainData> *all : {&data, &validation})
    for (auto [index, type] : llvm::enumerate(own.getArgumentTypes()))
      if (*all)
        if (llvm::Error error =
                fitInput((*all)->inputs[index], (*all)->inputPaths[index],
                         cast<RankedTensorType>(type)))
          return reportTrain(std::move(error));
  return success();
}

LogicalResult TrainTool::readOptimizer() {
  std::string why;
  optimizer = nn::parseOptimizer(options.optimizer,
                                 model->getModule().getContext(), why);
  if (!optimizer)
    return reportTrain("--optimizer: " + why);
  for (const nn::Hyperparameter &number : optimizer.getHyperparameters())
    if (number.name == "learning_rate" && float(number.value) == 0)
      return reportTrain("--optimizer: learning_rate is 0; nothing is trained");
  return success();
}

LogicalResult TrainTool::verifyLabels(nn::SequentialOp own) {
  bool hasLoss = bool(nn::getLoss(own)), hasLabels = options.hasLabels();
  if (hasLoss && hasLabels)
    return reportTrain(fmt::format(
        "{}: '{}' ends in a loss of its own, whose target is an input: "
        "give its file by --data, one for each of {} inputs, in their order",
        options.labelColumns ? "--label-columns" : "--labels", printable(name),
        own.getNumArguments()));
  if (!hasLoss && !hasLabels)
    return reportTrain("--labels is missing: name the file of what each "
                       "example should give, or give --label-columns=1 if the "
                       "last column of --data has it");
  return success();
}

LogicalResult TrainTool::verifyRows(nn::SequentialOp own) {
  std::string why = whyRowsDiffer();
  for (nn::LayerOpInterface layer : own.getLayers())
    if (!why.empty() && (!layer.isRowWise() || !nn::isRowWiseInTraining(layer)))
      return layer.emitOpError()
             << nn::quotedName(layer)
             << (layer == nn::getLoss(own)
                     ? " is a loss in the network, one number for a batch"
                     : " mixes the rows of a batch while it is trained")
             << ", so that all batches must have as many rows, but " << why;
  return success();
}

LogicalResult TrainTool::compile() {
  ModuleOp module = model->getModule();
  CompilerOptions compilerOptions = options.getCompilerOptions();
  compilerOptions.bindings = {name + binding};
  compilerOptions.parameterFiles = parameterFiles;
  // Initialisers take longer to compile than a small network.
  if (!parameterFiles.empty() || options.resume.getNumOccurrences())
    compilerOptions.without.push_back("init");
  Progress progress("nascent-train: compiling");
  if (failed(Compiler(module, compilerOptions).run(Stage::Materialized)))
    return failure();
  // Its rules have been followed.
  compilerOptions.init.clear();
  for (auto other : llvm::to_vector(module.getOps<nn::SequentialOp>()))
    if (other.getNetworkName() != name)
      other.erase();
  auto own = module.lookupSymbol<nn::SequentialOp>(name);
  if (failed(verifyLabels(own)))
    return failure();
  if (nn::getLoss(own) && !options.loss.getNumOccurrences())
    compilerOptions.loss.clear();
  Compiler compiler(module, std::move(compilerOptions));
  if (failed(compiler.run(Stage::Inferred)) || failed(verifyRows(own)) ||
      failed(compiler.run(Stage::Linalg)))
    return failure();
  // What takes long comes after all that may be wrong.
  EntryInterface entry = getInterfaces(module).front().entries.front();
  for (std::optional<TrainData> *all : {&data, &validation})
    if (*all)
      if (llvm::Error error = fitData(**all, entry))
        return reportTrain(std::move(error));
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  if (auto whole = module->getAttrOfType<StringAttr>(nn::kModelAttrName))
    hash = whole.getValue().take_front(16).str();
  auto loaded = LoadedNetwork::load(module, compiler.getInterfaces().front(),
                                    options.getOptimization());
  if (!loaded)
    return reportTrain(loaded.takeError());
  network = std::move(*loaded);
  return success();
}

llvm::Error TrainTool::fitData(TrainData &all, EntryInterface entry) const {
  bool isInput = entry.endsInLoss && entry.numLabels != 0;
  Array &labels = isInput ? all.inputs[entry.labelInput] : all.labels;
  std::string &path =
      isInput ? all.inputPaths[entry.labelInput] : all.labelsPath;
  // Labels may be others than the classes, of which they are told apart.
  if (isInput)
    entry.limits[entry.labelInput] = 0;
  if (entry.hasIndices())
    if (llvm::Error error = verifyIndices(entry, all.inputs))
      return error;
  int64_t size = *elementCount(entry.target.getShape().drop_front());
  if (entry.numLabels == 0)
    return entry.endsInLoss ? llvm::Error::success()
                            : makeNumbers(labels, path, size);
  llvm::Error error = makeClasses(labels, path, size, entry.numLabels,
                                  entry.ignoredLabel, entry.weights);
  // Whoever has said which dimension has the classes knows that.
  if (!error || entry.outputs.front().getRank() < 3 ||
      StringRef(options.loss).contains("axis"))
    return error;
  return llvm::createStringError(
      llvm::toString(std::move(error)) +
      "; classes are dimension 1 of the output, " +
      nn::formatShape(entry.outputs.front().getShape()) +
      "; where they are the last one: --loss='cross_entropy axis(-1)'");
}

LogicalResult TrainTool::initialize() {
  // A checkpoint has all parameters.
  if (options.resume.getNumOccurrences())
    return success();
  if (!parameterFiles.empty()) {
    sayLine(fmt::format("parameters: '{}'", parameterFiles.front().path));
    return success();
  }
  sayLine(
      fmt::format("parameters: initialised, seed {}", options.seed.getValue()));
  return reportTrain(network->init(options.seed));
}

llvm::Error TrainTool::verifyOutputs() const {
  OutputFiles files;
  options.protectInputs(files);
  if (ranks.isFirst())
    for (const std::string &path : options.listOutputs())
      if (llvm::Error error = files.add(
              path, [](llvm::raw_ostream &) { return llvm::Error::success(); }))
        return error;
  return llvm::Error::success();
}

LogicalResult TrainTool::prepare() {
  if (llvm::Error error = options.verify())
    return reportTrain(std::move(error));
  if (llvm::Error error = options.verifyMicroBatches(ranks.getCount()))
    return reportTrain(std::move(error));
  if (llvm::Error error = verifyOutputs())
    return reportTrain(std::move(error));
  if (failed(readData()) || failed(bind()) || failed(openModel()) ||
      failed(fitInputs()) || failed(bind()) || failed(readOptimizer()) ||
      failed(compile()))
    return failure();
  return initialize();
}

LogicalResult TrainTool::train(StopSignal &stop) {
  // Several ranks would not stop at the same step: a signal ends them at once.
  if (!ranks.areSeveral())
    stop.listen();
  LogicalResult result = reportTrain(
      TrainLoop(options, *network, optimizer, *data,
                validation ? &*validation : nullptr, hash, ranks, stop)
          .run());
  if (failed(result))
    stop.resend();
  return result;
}

} // namespace

int trainMain(int argc, char **argv) {
  StopSignal stop;
  // LLVM's is for linking, which is not done here.
  removeForeignOption("threads");
  TrainCommandLine options;
  cl::HideUnrelatedOptions(options.category);
  std::string errors;
  llvm::raw_string_ostream os(errors);
  bool hasFailed = !parseCommandLine(
      argc, argv, "Nascent: trains a network whose shapes the data settles\n",
      &os);
  auto ranks = Ranks::join();
  if (!ranks)
    return failed(reportTrain(ranks.takeError()));
  hasFailed |= failed(reportTrain(ranks->mute()));
  llvm::errs() << errors;
  TrainTool tool(options, *ranks);
  hasFailed = hasFailed || failed(tool.prepare());
  hasFailed = ranks->hasAnyFailed(hasFailed);
  if (!hasFailed && failed(tool.train(stop))) {
    hasFailed = true;
    ranks->abortAll();
  }
  ranks->leave();
  return hasFailed;
}

} // namespace nascent
