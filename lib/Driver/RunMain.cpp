//===- RunMain.cpp - The nascent-run tool ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a forward pass gives, whether it is what was expected, and how long it
// takes.
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/RunMain.h"
#include "CommandLine.h"
#include "LoadModel.h"
#include "Progress.h"
#include "RunInputs.h"
#include "RunReport.h"
#include "nascent/Support/NumpyText.h"
#include "nascent/Support/OutputFile.h"
#include "nascent/Support/TensorFile.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {

/// One run of the tool.
class RunTool {
public:
  explicit RunTool(const RunCommandLine &options) : options(options) {}

  LogicalResult run();

private:
  /// Makes buffers for a forward pass, and draws inputs that are not given.
  LogicalResult prepare();
  LogicalResult drawInputs();
  LogicalResult writeOutputs();
  void printOutputs();
  LogicalResult compare();
  LogicalResult time(Team &team);

  std::string outputName(size_t index) const {
    return model.entry->outputName(index);
  }
  /// How many rows the forward pass has; nothing if the network has no batch.
  std::optional<int64_t> getRows() const;

  const RunCommandLine &options;
  LoadedModel model;
  std::vector<Array> outputs;
  std::optional<ForwardCall> call;
  std::unique_ptr<StreamRun> stream;
};

LogicalResult RunTool::drawInputs() {
  uint64_t drawn = 0;
  for (auto [index, type] : llvm::enumerate(model.entry->inputs)) {
    SmallVector<int64_t> shape(type.getShape());
    if (model.stream)
      shape = model.stream->wholeShape(shape, model.stream->inputDims[index]);
    auto array = allocateArray(shape);
    if (!array)
      return reportRun(array.takeError());
    array->isIndices = type.getElementType().isInteger(32);
    int64_t limit = array->isIndices ? model.entry->limits[index] : 0;
    if (array->isIndices)
      fillRandomIndices(array->buffer.floats(), model.entry->leastIndex(index),
                        limit, options.seed, drawn);
    else
      fillRandom(array->buffer.floats(), options.seed, drawn);
    drawn += array->buffer.floats().size();
    model.inputs.push_back(std::move(*array));
    llvm::outs() << fmt::format(
        "{} {}: random, {}, seed {}\n", model.entry->inputName(index),
        nn::formatShape(shape),
        array->isIndices ? model.entry->describeElements(index)
                         : "uniform in [0, 1)",
        options.seed.getValue());
  }
  return success();
}

std::optional<int64_t> RunTool::getRows() const {
  if (model.inputs.empty() || model.inputs.front().shape.empty())
    return std::nullopt;
  return model.inputs.front().shape.front();
}

LogicalResult RunTool::prepare() {
  if (model.inputs.empty() && failed(drawInputs()))
    return failure();
  for (auto [index, type] : llvm::enumerate(model.entry->outputs)) {
    SmallVector<int64_t> shape(type.getShape());
    if (model.stream)
      shape = model.stream->wholeShape(shape, model.stream->outputDims[index]);
    for (int64_t &size : shape)
      if (ShapedType::isDynamic(size))
        size = *getRows();
    auto array = allocateArray(shape);
    if (!array)
      return reportRun(array.takeError());
    outputs.push_back(std::move(*array));
  }
  if (llvm::Error error = verifyIndices(*model.entry, model.inputs))
    return reportRun(std::move(error));
  if (model.stream) {
    auto made =
        StreamRun::create(*model.stream, *model.network, model.inputs, outputs);
    if (!made)
      return reportRun(made.takeError());
    stream = std::move(*made);
    return success();
  }
  SmallVector<ArrayRef<float>> from;
  SmallVector<llvm::MutableArrayRef<float>> to;
  for (const Array &input : model.inputs)
    from.push_back(input.buffer.floats());
  for (const Array &output : outputs)
    to.push_back(output.buffer.floats());
  auto prepared = model.network->prepare(*model.entry, from, to);
  if (!prepared)
    return reportRun(prepared.takeError());
  call = std::move(*prepared);
  return success();
}

LogicalResult RunTool::writeOutputs() {
  OutputFiles files;
  files.protect(options.input);
  for (const std::string &path : options.getInputFiles().paths)
    files.protect(path);
  for (const std::string &path : options.expected)
    files.protect(path);
  for (StringRef text : options.parameterFiles) {
    files.protect(text);
    files.protect(text.split('=').second);
  }
  for (auto [index, path] : llvm::enumerate(options.outputs)) {
    const Array &output = outputs[index];
    Tensor tensor{outputName(index),
                  DType::F32,
                  {output.shape.begin(), output.shape.end()},
                  StringRef(output.buffer.data(), output.buffer.size())};
    if (llvm::Error error = writeTensorFile(path, tensor, files))
      return reportRun(std::move(error));
  }
  return reportRun(files.commit());
}

void RunTool::printOutputs() {
  for (auto [index, output] : llvm::enumerate(outputs))
    llvm::outs() << fmt::format(
        "{} {}:\n{}\n", outputName(index), nn::formatShape(output.shape),
        toNumpyText(output.shape, output.buffer.floats()));
}

LogicalResult RunTool::compare() {
  LogicalResult result = success();
  for (auto [index, path] : llvm::enumerate(options.expected)) {
    FailureOr<Array> expected = readReported(path);
    if (failed(expected))
      return failure();
    const Array &output = outputs[index];
    if (expected->shape != output.shape)
      return reportRun(
          fmt::format("'{}' has the shape {}, but output '{}' has {}", path,
                      nn::formatShape(expected->shape), outputName(index),
                      nn::formatShape(output.shape)));
    llvm::Error error = reportComparison(
        outputName(index), output.shape, output.buffer.floats(), path,
        expected->buffer.floats(), {options.relative, options.absolute},
        llvm::outs());
    if (failed(reportRun(std::move(error))))
      result = failure();
  }
  return result;
}

LogicalResult RunTool::time(Team &team) {
  auto probe = PeakProbe::create(model.model->getModule());
  if (!probe)
    return reportRun(probe.takeError());
  Progress progress("nascent-run: measuring");
  Timing timing =
      timeForward(stream ? stream->getBlock() : *call, team, **probe);
  std::vector<Timing> steps;
  if (options.perLayer)
    steps = timeSteps(*call, team, **probe);
  std::optional<int64_t> multiplyAdds;
  if (!model.costs.empty()) {
    multiplyAdds = 0;
    for (const LayerCost &cost : model.costs)
      *multiplyAdds += cost.getMultiplyAdds(getRows().value_or(1));
  }
  if (options.perLayer)
    reportSteps(steps, model.costs, (*probe)->getBest(), llvm::outs());
  return reportRun(reportTiming(timing, multiplyAdds, (*probe)->getBest(),
                                options.threads, llvm::outs()));
}

LogicalResult RunTool::run() {
  if (llvm::Error error = options.verify())
    return reportRun(std::move(error));
  for (const std::string &path : options.outputs)
    if (llvm::Error error = OutputFiles::verify(path))
      return reportRun(std::move(error));
  FailureOr<LoadedModel> read = loadModel(options);
  if (failed(read))
    return failure();
  model = std::move(*read);
  if (failed(prepare()))
    return failure();
  if (options.perLayer && call->getSteps() == 0)
    return reportRun("--per-layer needs to know how many rows there are, but "
                     "the input is for a binding whose batch is open");
  Team team(options.threads);
  if (!stream)
    runForward(*call, team);
  else if (llvm::Error error = stream->run())
    return reportRun(std::move(error));
  if (!options.outputs.empty() && failed(writeOutputs()))
    return failure();
  if (options.outputs.empty() && options.expected.empty() && !options.time)
    printOutputs();
  if (failed(compare()))
    return failure();
  return options.time ? time(team) : success();
}

} // namespace

int runMain(int argc, char **argv) {
  // LLVM's is for linking, which is not done here.
  removeForeignOption("threads");
  RunCommandLine options;
  cl::HideUnrelatedOptions(options.category);
  parseCommandLine(argc, argv,
                   "Nascent: runs a network on the first batch, which settles "
                   "its shapes\n");
  return failed(RunTool(options).run());
}

} // namespace nascent
