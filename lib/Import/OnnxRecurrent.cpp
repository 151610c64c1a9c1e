//===- OnnxRecurrent.cpp - What goes through sequences --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX has steps first, the batch behind them, and a dimension of directions.
// Layers have the batch first, so that a node's results stand for values whose
// dimensions are in another order, which the nodes behind bring back.
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include "OnnxSteps.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

namespace {
/// An operator, and how its parts are called here.
struct Kind {
  llvm::StringRef mnemonic;
  /// PyTorch's gates, by their places in ONNX's order.
  ArrayRef<int64_t> gates;
  /// The activations of one direction, as ONNX calls them.
  ArrayRef<llvm::StringRef> activations;
};
} // namespace

/// Rows of `units` for each gate, gates in PyTorch's order.
static std::vector<float> orderGates(ArrayRef<float> rows, const Kind &kind) {
  std::vector<float> ordered;
  size_t gate = rows.size() / kind.gates.size();
  for (int64_t place : kind.gates)
    llvm::append_range(ordered, rows.slice(place * gate, gate));
  return ordered;
}

/// Whether inputs that begin states, or look at them, are not there, or zeros.
static bool verifyStates(OnnxCall &call) {
  static constexpr std::pair<size_t, llvm::StringLiteral> inputs[] = {
      {5, "initial states"}, {6, "initial states"}, {7, "peepholes"}};
  for (auto [index, what] : inputs) {
    if (!call.hasInput(index))
      continue;
    const OnnxConstant *constant = call.anyConstant(index);
    if (!call.need(constant && areZeros(*constant),
                   what + " are supported where they are zeros"))
      return false;
  }
  return call.need(!call.hasInput(4),
                   "lengths of sequences are not supported; leave them out, so "
                   "that all have the same");
}

/// Whether the activations of all directions are those of the layer; of an
/// `rnn`, which they are.
static bool readActivations(OnnxCall &call, const Kind &kind, size_t directions,
                            bool &isRelu) {
  std::vector<std::string> names = call.strings("activations");
  if (names.empty())
    return true;
  isRelu = kind.mnemonic == "rnn" && names.front() == "Relu";
  std::vector<llvm::StringRef> wanted;
  for (size_t i = 0; i < directions; ++i)
    llvm::append_range(wanted, kind.activations);
  if (isRelu)
    wanted.assign(directions, "Relu");
  return call.need(
      std::equal(names.begin(), names.end(), wanted.begin(), wanted.end()),
      fmt::format("activations {} are not supported; {} are",
                  fmt::join(names, ", "), fmt::join(wanted, ", ")));
}

/// Adds the parameters of each direction: (directions, gates · units, columns).
static bool addParameters(OnnxCall &call, ImportedLayer &layer,
                          const Kind &kind, int64_t directions, int64_t units) {
  int64_t rows = kind.gates.size() * units;
  const OnnxConstant *input = call.floats(1), *state = call.floats(2);
  const OnnxConstant *bias = call.hasInput(3) ? call.floats(3) : nullptr;
  if (!input || !state || (call.hasInput(3) && !bias))
    return false;
  layer.hasNoBias = !bias;
  for (int64_t direction = 0; direction < directions; ++direction) {
    auto add = [&](llvm::StringRef name, const OnnxConstant &constant,
                   int64_t part, int64_t parts,
                   llvm::SmallVector<int64_t, 4> shape) {
      size_t size = constant.size() / directions / parts;
      auto values = ArrayRef<float>(constant.floats)
                        .slice((direction * parts + part) * size, size);
      layer.parameters.push_back({(name + (direction ? "_reverse" : "")).str(),
                                  std::move(shape), orderGates(values, kind),
                                  ""});
    };
    add("weight_ih_l0", *input, 0, 1, {rows, input->shape[2]});
    add("weight_hh_l0", *state, 0, 1, {rows, units});
    if (!bias)
      continue;
    add("bias_ih_l0", *bias, 0, 2, {rows});
    add("bias_hh_l0", *bias, 1, 2, {rows});
  }
  return true;
}

/// Whether the constants have the shapes that the node's numbers ask for.
static bool verifyShapes(OnnxCall &call, int64_t directions, int64_t rows,
                         int64_t units) {
  auto expect = [&](size_t index, llvm::StringRef what,
                    ArrayRef<int64_t> shape) {
    const OnnxConstant *constant = call.floats(index);
    if (!constant)
      return false;
    llvm::SmallVector<int64_t> wanted(shape);
    ArrayRef<int64_t> got = constant->shape;
    if (wanted.back() < 0 && got.size() == wanted.size())
      wanted.back() = got.back();
    return call.need(got == ArrayRef<int64_t>(wanted),
                     fmt::format("expected {} of the shape ({}), got ({})",
                                 what.str(), fmt::join(shape, ", "),
                                 fmt::join(got, ", ")));
  };
  return expect(1, "W", {directions, rows, -1}) &&
         expect(2, "R", {directions, rows, units}) &&
         (!call.hasInput(3) || expect(3, "B", {directions, 2 * rows}));
}

/// What is left after the last step, (batch, directions · units), of the
/// outputs of all steps.
static ImportedValue *lastOf(OnnxCall &call, ImportedValue *all,
                             int64_t directions, int64_t units) {
  std::vector<ImportedValue *> parts;
  for (int64_t direction = 0; direction < directions; ++direction) {
    int64_t first = direction ? 0 : -1;
    ImportedValue *step = slice(call, all, 1, first, direction ? 1 : INT64_MAX);
    ImportedValue *part =
        step ? slice(call, step, 2, direction * units, (direction + 1) * units)
             : nullptr;
    part = part ? reshapeTo(call, part, {part->sizes[0], units}) : nullptr;
    if (!part)
      return nullptr;
    parts.push_back(part);
  }
  if (parts.size() == 1)
    return parts.front();
  OpenShape sizes = {all->sizes[0], directions * units};
  return &call.add("concat", parts, sizes, Clauses().integer("axis", 1))
              ->result;
}

static void importRecurrent(OnnxCall &call, const Kind &kind) {
  bool isBatchFirst = call.integer("layout", 0) != 0;
  ImportedValue *x =
      call.value(0, /*minRank=*/3,
                 isBatchFirst ? OnnxOrder::BatchFirst : OnnxOrder::StepsFirst);
  std::string direction = call.string("direction", "forward");
  int64_t directions = direction == "bidirectional" ? 2 : 1;
  int64_t units = call.integer("hidden_size", 0);
  bool isRelu = false;
  if (!x || !verifyStates(call) ||
      !call.need(direction == "forward" || directions == 2,
                 "direction '" + direction +
                     "' is not supported; 'forward' and "
                     "'bidirectional' are") ||
      !call.need(units > 0 && units < kMaxSize / 8,
                 fmt::format("hidden_size is {}", units)) ||
      !call.need(call.integer("input_forget", 0) == 0,
                 "input_forget is not supported") ||
      !call.need(kind.mnemonic != "gru" ||
                     call.integer("linear_before_reset", 0) != 0,
                 "linear_before_reset=0 is not supported; 1, as PyTorch's and "
                 "Keras's reset_after, is") ||
      !readActivations(call, kind, directions, isRelu) ||
      !verifyShapes(call, directions, kind.gates.size() * units, units) ||
      !call.expect(*x, 2, call.floats(1)->shape[2], "features"))
    return;
  bool isLast = !call.isAsked(0);
  OpenShape sizes = {x->sizes[0]};
  if (!isLast)
    sizes.push_back(x->sizes[1]);
  sizes.push_back(directions * units);
  ImportedLayer *layer = call.add(kind.mnemonic, {x}, sizes,
                                  Clauses()
                                      .integer("in", x->sizes[2].number)
                                      .flag("bidirectional", directions == 2)
                                      .flag("last", isLast)
                                      .flag("relu", isRelu));
  layer->leading = std::to_string(units);
  if (!addParameters(call, *layer, kind, directions, units))
    return;
  ImportedValue *all = &layer->result;
  if (!isLast && isBatchFirst) {
    OpenShape apart = {sizes[0], sizes[1], directions, units};
    if (ImportedValue *result = reshapeTo(call, all, apart))
      call.setResult(result);
  } else if (!isLast) {
    call.setResult(0, all, OnnxOrder::StepsOfDirections, directions);
  }
  if (!call.isAsked(1))
    return;
  ImportedValue *last = isLast ? all : lastOf(call, all, directions, units);
  if (last && isBatchFirst)
    last = reshapeTo(call, last, {sizes[0], directions, units});
  if (last && isBatchFirst)
    call.setResult(1, last);
  else if (last)
    call.setResult(1, last, OnnxOrder::StatesOfDirections, directions);
}

static void importLstm(OnnxCall &call) {
  importRecurrent(call, {"lstm", {0, 2, 3, 1}, {"Sigmoid", "Tanh", "Tanh"}});
}
static void importGru(OnnxCall &call) {
  importRecurrent(call, {"gru", {1, 0, 2}, {"Sigmoid", "Tanh"}});
}
static void importRnn(OnnxCall &call) {
  importRecurrent(call, {"rnn", {0}, {"Tanh"}});
}

ArrayRef<OnnxOperator> onnxRecurrent() {
  static constexpr llvm::StringLiteral limits =
      "constant weights; states begin as zeros; forward or bidirectional; the "
      "batch is first, or brought there by nodes as PyTorch's exporter writes "
      "them";
  static constexpr llvm::StringLiteral gru = "as LSTM, and linear_before_reset";
  static constexpr OnnxOperator operators[] = {
      {"GRU", "gru", gru, importGru, 7},
      {"LSTM", "lstm", limits, importLstm, 7},
      {"RNN", "rnn", limits, importRnn, 7}};
  return operators;
}

} // namespace nascent
