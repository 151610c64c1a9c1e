//===- TrainLoop.cpp - Epochs and steps -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainLoop.h"
#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/ShellQuote.h"
#include "nascent/Training/PairwiseSum.h"
#include "nascent/Training/Shuffle.h"
#include <cmath>
#include <numeric>

using namespace mlir;

namespace nascent {

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

std::vector<int64_t> TrainLoop::orderOf(int64_t epoch) const {
  if (!options.inOrder)
    return shuffledRows(data.rows(), options.seed, epoch);
  std::vector<int64_t> order(data.rows());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

void TrainLoop::fillLabels(const TrainData &from, ArrayRef<int64_t> rows) {
  size_t input = entry().labelInput;
  if (!entry().endsInLoss)
    gatherRows(from.labels, rows, target.buffer.floats());
  else if (entry().numLabels != 0)
    gatherRows(from.inputs[input], rows, inputs[input].buffer.floats());
  if (entry().hasOpenDims())
    training->setRows(rows.size());
}

void TrainLoop::fill(const TrainData &from, ArrayRef<int64_t> rows) {
  fillLabels(from, rows);
  for (auto [source, input] : llvm::zip_equal(from.inputs, inputs))
    gatherRows(source, rows, input.buffer.floats());
}

namespace {
/// What has the greatest magnitude; what is no number is greater than any.
struct Largest {
  void add(ArrayRef<float> values, const std::string &where) {
    for (float each : values)
      if (!(std::abs(each) <= value) && !std::isnan(value)) {
        value = std::abs(each);
        name = where;
      }
  }
  float value = -1;
  std::string name;
};
} // namespace

llvm::Error TrainLoop::diverged(const std::string &what, double value,
                                const std::string &where) const {
  std::string kept = "nothing was written; --checkpoint keeps what was good";
  if (options.checkpoint.getNumOccurrences())
    kept = fmt::format("'{}' stays as it was", options.checkpoint.getValue());
  return makeError(
      "{} is {} at step {}, in epoch {}{}; training stops, and {}; a lower "
      "learning rate or --clip-norm may help",
      what, std::isnan(value) ? "not a number" : "infinite", state.step + 1,
      state.epoch + 1, where, kept);
}

llvm::Error TrainLoop::lossDiverged(const TrainData &from,
                                    const std::string &what,
                                    double value) const {
  Largest input, parameter;
  for (auto [array, path] : llvm::zip_equal(from.inputs, from.inputPaths))
    if (!array.isIndices)
      input.add(array.buffer.floats(), path);
  if (!from.labels.isIndices)
    input.add(from.labels.buffer.floats(), from.labelsPath);
  for (const ParameterInterface &each : network.getInterface().parameters) {
    std::vector<float> values(*elementCount(each.shape));
    if (llvm::Error error = network.get(each.name, values))
      return error;
    parameter.add(values, printable(each.name));
  }
  std::string where = fmt::format(", with parameters up to {:.2g}, in '{}'",
                                  parameter.value, parameter.name);
  if (!input.name.empty())
    where += fmt::format(", and data up to {:.2g}, in '{}'", input.value,
                         input.name);
  return diverged(what, value, where);
}

llvm::Expected<double> TrainLoop::sumParts(ArrayRef<int64_t> batch,
                                           PartFunction compute) {
  std::vector<double> all(options.microBatches);
  int64_t own = options.microBatches / ranks.getCount();
  auto startOf = [&](int64_t part) {
    return part * int64_t(batch.size()) / options.microBatches;
  };
  for (int64_t part = ranks.getRank() * own, end = part + own; part < end;
       ++part) {
    int64_t first = startOf(part);
    std::optional<double> number =
        compute(batch.slice(first, startOf(part + 1) - first), first);
    if (!number)
      return llvm::createStringError(
          "the data have a label that is out of range");
    all[part] = *number;
  }
  // Zeros, of the other ranks, change no bits.
  if (llvm::Error error = ranks.sum(all))
    return error;
  return std::accumulate(all.begin(), all.end(), 0.0);
}

llvm::Error TrainLoop::runStep(ArrayRef<int64_t> batch) {
  auto terms = sumParts(batch, [&](ArrayRef<int64_t> rows, int64_t) {
    fillLabels(data, rows);
    return training->countTerms();
  });
  if (!terms)
    return terms.takeError();
  // Where all of a batch are ignored, there is nothing to learn.
  if (*terms == 0)
    return llvm::Error::success();
  bool isPairwise = options.microBatches.getNumOccurrences();
  // The last part leaves the sum of all where gradients are.
  PairwiseSum sums(options.microBatches / ranks.getCount());
  auto loss = sumParts(
      batch,
      [&](ArrayRef<int64_t> rows, int64_t first) -> std::optional<double> {
        fill(data, rows);
        std::optional<float> own = training->computeGradients(
            1.0f / static_cast<float>(*terms),
            seedOfStep(options.seed, state.step), first);
        if (isPairwise)
          sums.add(training->getGradients());
        return own;
      });
  if (!loss)
    return loss.takeError();
  if (!std::isfinite(*loss))
    return lossDiverged(data, "the loss", *loss);
  MutableArrayRef<float> gradients = training->getGradients();
  if (llvm::Error error =
          isPairwise ? ranks.sumInPairs(gradients) : ranks.sum(gradients))
    return error;
  double scale = 1.0;
  if (options.clip.getNumOccurrences())
    scale = std::min(1.0, options.clip / (training->getGradientNorm() + 1e-6));
  std::vector<char> hyper(layout.bytes);
  for (const StepStruct::Field &field : layout.fields)
    StepStruct::write(field, field.hyperparameter.value, hyper.data());
  StepStruct::write(*layout.lookup("gradient_scale"), scale, hyper.data());
  // Each micro-batch has statistics of its own.
  StepStruct::write(*layout.lookup("statistics_scale"),
                    1.0 / double(options.microBatches), hyper.data());
  if (const StepStruct::Field *step = layout.lookup("step"))
    StepStruct::write(*step, double(state.step + 1), hyper.data());
  training->step(hyper.data());
  state.lossSum += *loss * *terms;
  state.terms += *terms;
  return llvm::Error::success();
}

llvm::Error TrainLoop::interrupted() const {
  std::string kept =
      "no parameters were written; --checkpoint keeps what was trained";
  if (options.checkpoint.getNumOccurrences())
    kept = fmt::format("'{}' has what was trained; go on with --resume={} and "
                       "the same options",
                       printable(options.checkpoint),
                       quoteForShell(options.checkpoint));
  bool isBetween = state.position == 0;
  return makeError("interrupted at step {}, {} epoch {}; {}", state.step,
                   isBetween ? "after" : "in", state.epoch + !isBetween, kept);
}

llvm::Error TrainLoop::runEpoch() {
  std::vector<int64_t> order = orderOf(state.epoch);
  ArrayRef<int64_t> rows(order);
  while (state.position < batches()) {
    ArrayRef<int64_t> batch = rows.drop_front(state.position * options.batch)
                                  .take_front(options.batch);
    if (llvm::Error error = runStep(batch))
      return error;
    ++state.position;
    ++state.step;
    bar.show(
        {state.epoch + 1, options.epochs, state.position, batches(), meanLoss(),
         state.history.empty() ? std::nullopt : state.history.back().accuracy});
    // An epoch's end comes to a checkpoint by itself.
    if (state.position == batches())
      continue;
    bool isDue =
        options.checkpointSteps && state.step % options.checkpointSteps == 0;
    bool isAsked = stop.isAsked();
    if (isDue || isAsked)
      if (llvm::Error error = writeCheckpointNow())
        return error;
    if (isAsked)
      return interrupted();
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Validation
//===----------------------------------------------------------------------===//

/// The first rows of a batch.
static llvm::MutableArrayRef<float> firstRows(const Array &batch,
                                              int64_t rows) {
  llvm::MutableArrayRef<float> all = batch.buffer.floats();
  return all.take_front(all.size() / batch.shape.front() * rows);
}

llvm::Expected<std::pair<int64_t, int64_t>>
TrainLoop::countRight(int64_t rows) {
  SmallVector<ArrayRef<float>> from;
  SmallVector<llvm::MutableArrayRef<float>> to;
  for (const Array &input : inputs)
    from.push_back(firstRows(input, rows));
  for (const Array &output : outputs)
    to.push_back(firstRows(output, rows));
  auto forward = network.prepare(entry(), from, to);
  if (!forward)
    return forward.takeError();
  forward->run();
  size_t classes = entry().numLabels;
  int64_t labels = 0, right = 0;
  for (auto [row, word] : llvm::enumerate(firstRows(target, rows))) {
    ArrayRef<float> own = to.front().slice(row * classes, classes);
    auto label = llvm::bit_cast<int32_t>(word);
    labels += label != entry().ignoredLabel;
    right += label == std::max_element(own.begin(), own.end()) - own.begin();
  }
  return std::pair(labels, right);
}

llvm::Error TrainLoop::validate(EpochRecord &record) {
  double sum = 0, terms = 0;
  int64_t labels = 0, right = 0;
  // A class for each example, and a number for each class.
  bool hasAccuracy = entry().numLabels != 0 &&
                     entry().outputs.front().getRank() == 2 &&
                     entry().target.getRank() == 1;
  for (int64_t row = 0; row < validation->rows(); row += rowsAtATime()) {
    std::vector<int64_t> rows(
        std::min<int64_t>(rowsAtATime(), validation->rows() - row));
    std::iota(rows.begin(), rows.end(), row);
    fill(*validation, rows);
    std::optional<float> loss = training->computeLoss(1.0f);
    if (!loss)
      return llvm::createStringError(
          "the data of --validation have a label that is out of range");
    sum += *loss;
    terms += training->countTerms();
    if (!hasAccuracy)
      continue;
    auto ofBatch = countRight(int64_t(rows.size()));
    if (!ofBatch)
      return ofBatch.takeError();
    labels += ofBatch->first;
    right += ofBatch->second;
  }
  record.validationLoss = terms ? sum / terms : 0.0;
  if (!std::isfinite(*record.validationLoss))
    return lossDiverged(*validation, "the validation loss",
                        *record.validationLoss);
  if (hasAccuracy)
    record.accuracy = labels ? double(right) / double(labels) : 0.0;
  return llvm::Error::success();
}

llvm::Error TrainLoop::keepBest(const EpochRecord &record) {
  double loss = *record.validationLoss;
  if (state.bestEpoch != 0 && !(loss < state.bestLoss))
    return llvm::Error::success();
  state.bestLoss = loss;
  state.bestEpoch = record.epoch;
  auto values = getParameters("best/");
  if (!values)
    return values.takeError();
  best = std::move(*values);
  return llvm::Error::success();
}

bool TrainLoop::isDone() const {
  if (state.epoch >= options.epochs)
    return true;
  return options.patience && state.bestEpoch != 0 &&
         state.epoch - state.bestEpoch >= options.patience;
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

llvm::Error TrainLoop::prepare() {
  // A batch of rows, as large as the first ones are.
  auto allocate = [&](ArrayRef<int64_t> like, Array &to) -> llvm::Error {
    SmallVector<int64_t> shape(like);
    shape.front() = rowsAtATime();
    auto array = allocateArray(shape);
    if (!array)
      return array.takeError();
    to = std::move(*array);
    return llvm::Error::success();
  };
  for (const Array &input : data.inputs)
    if (llvm::Error error = allocate(input.shape, inputs.emplace_back()))
      return error;
  for (RankedTensorType type : entry().outputs)
    if (llvm::Error error = allocate(type.getShape(), outputs.emplace_back()))
      return error;
  if (!entry().endsInLoss)
    if (llvm::Error error = allocate(data.labels.shape, target))
      return error;
  SmallVector<ArrayRef<float>> from;
  for (const Array &input : inputs)
    from.push_back(input.buffer.floats());
  auto call =
      network.prepareTraining(entry(), optimizer, from, target.buffer.floats());
  if (!call)
    return call.takeError();
  training = std::move(*call);
  state.network = network.getInterface().name;
  state.optimizer = optimizer.getFunctionName().str();
  state.loss = nn::normalizeLoss(entry().endsInLoss ? "the network's own"
                                                    : options.loss.getValue(),
                                 entry().outputs.front());
  state.settings = listSettings();
  state.seed = options.seed;
  state.rows = data.rows();
  state.batch = options.batch;
  return llvm::Error::success();
}

/// Why nothing is trained, and what it takes to go on.
static std::string describeDone(int64_t done, int64_t epochs) {
  std::string text = fmt::format(
      "nothing is left to train: {} of {} epochs are done", done, epochs);
  if (int64_t more = std::max<int64_t>(epochs, 1); done > 0 && done >= epochs)
    text += fmt::format("; --epochs counts those of the checkpoint, too: "
                        "--epochs={} trains {} more",
                        done + more, more);
  return text;
}

llvm::Error TrainLoop::run() {
  if (llvm::Error error = prepare())
    return error;
  if (llvm::Error error = resume())
    return error;
  if (isDone())
    sayLine(describeDone(state.epoch, options.epochs));
  while (!isDone()) {
    llvm::Error failed = runEpoch();
    bar.clear();
    if (failed)
      return failed;
    EpochRecord record{state.epoch + 1, state.step, meanLoss(), std::nullopt,
                       std::nullopt};
    if (validation)
      if (llvm::Error error = validate(record))
        return error;
    state.history.push_back(record);
    ++state.epoch;
    state.position = 0;
    state.lossSum = 0;
    state.terms = 0;
    if (options.patience)
      if (llvm::Error error = keepBest(record))
        return error;
    sayLine(describeEpoch(record, options.epochs));
    if (llvm::Error error = writeCheckpointNow())
      return error;
    if (llvm::Error error = writeHistory())
      return error;
    if (stop.isAsked() && !isDone())
      return interrupted();
  }
  if (options.patience && state.epoch < options.epochs)
    sayLine(fmt::format("the validation loss has not become less for {} epochs",
                        options.patience.getValue()));
  if (llvm::Error error = writeHistory())
    return error;
  return writeParameters();
}

} // namespace nascent
