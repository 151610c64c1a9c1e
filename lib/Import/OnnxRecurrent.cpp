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

namespace {
/// What a node may have beside its first input.
struct MoreOperands {
  ImportedValue *lengths = nullptr;
  /// With which the layer begins; none for zeros.
  std::vector<ImportedValue *> states;
};
} // namespace

/// False after a refusal.
static bool readLengths(OnnxCall &call, const ImportedValue &x,
                        MoreOperands &more) {
  if (!call.hasInput(4))
    return true;
  if (const OnnxConstant *constant = call.anyConstant(4)) {
    bool areWhole = constant->isInteger &&
                    llvm::all_of(constant->integers, [&](OpenSize length) {
                      return length == x.sizes[1];
                    });
    return call.need(areWhole, "constant lengths of sequences are supported "
                               "where they are that of all; an input of the "
                               "network may have others");
  }
  more.lengths = call.indices(4);
  return more.lengths &&
         call.need(more.lengths->rank() == 1,
                   fmt::format("expected lengths of rank 1, got rank {}",
                               more.lengths->rank()));
}

/// Reads the states before the first step, (batch, directions, units). False
/// after a refusal.
static bool readStates(OnnxCall &call, size_t count, bool isBatchFirst,
                       int64_t directions, int64_t units, MoreOperands &more) {
  if (call.hasInput(7)) {
    const OnnxConstant *constant = call.anyConstant(7);
    if (!call.need(constant && areZeros(*constant),
                   "peepholes are supported where they are zeros"))
      return false;
  }
  size_t zeros = 0;
  for (size_t index = 5; index < 5 + count; ++index) {
    const OnnxOperand *operand = call.findOperand(index);
    if (call.hasInput(index) && !operand)
      return false;
    if (!operand || (operand->constant && areZeros(*operand->constant))) {
      ++zeros;
      continue;
    }
    if (!call.need(operand->value,
                   "initial states that are constant are supported where they "
                   "are zeros"))
      return false;
    ImportedValue *state = isBatchFirst ? call.value(index, /*minRank=*/3)
                                        : statesOf(call, *operand);
    bool fits = state && state->rank() == 3 &&
                state->sizes[1] == OpenSize(directions) &&
                state->sizes[2] == OpenSize(units);
    if (!call.need(
            fits, fmt::format(
                      "expected initial states {}, or a state that a "
                      "recurrent operator gives",
                      isBatchFirst
                          ? fmt::format("(batch, {}, {})", directions, units)
                          : fmt::format("({}, batch, {})", directions, units))))
      return false;
    more.states.push_back(state);
  }
  return call.need(zeros == 0 || zeros == count,
                   "one initial state without the other is not supported");
}

/// The clause for the activations of all directions, which must be the same;
/// none after a refusal.
static std::optional<Clauses> readActivations(OnnxCall &call, const Kind &kind,
                                              size_t directions) {
  std::vector<std::string> names = call.strings("activations");
  std::vector<float> alphas = call.reals("activation_alpha"),
                     betas = call.reals("activation_beta");
  bool isRnn = kind.mnemonic == "rnn";
  bool isRelu = isRnn && !names.empty() && names.front() == "Relu";
  bool isHard = !isRnn && !names.empty() && names.front() == "HardSigmoid";
  std::vector<llvm::StringRef> wanted;
  for (size_t i = 0; i < directions; ++i) {
    llvm::append_range(wanted, kind.activations);
    if (isRelu || isHard)
      wanted[i * kind.activations.size()] = isRelu ? "Relu" : "HardSigmoid";
  }
  if (!call.need(names.empty() || std::equal(names.begin(), names.end(),
                                             wanted.begin(), wanted.end()),
                 fmt::format("activations {} are not supported; {} are",
                             fmt::join(names, ", "), fmt::join(wanted, ", "))))
    return std::nullopt;
  // Each HardSigmoid takes one of each.
  float slope = alphas.empty() ? 0.2f : alphas.front();
  auto areAll = [&](ArrayRef<float> numbers, float number) {
    return numbers.empty() ||
           (isHard && numbers.size() == directions &&
            llvm::all_of(numbers, [&](float own) { return own == number; }));
  };
  if (!call.need(areAll(alphas, slope) && areAll(betas, 0.5f),
                 "activation_alpha and activation_beta are supported for "
                 "HardSigmoid, one of all directions, and 0.5"))
    return std::nullopt;
  Clauses clauses;
  clauses.flag("relu", isRelu);
  return isHard ? clauses.real("hardsigmoid", slope) : clauses;
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
                   int64_t part, int64_t parts, std::vector<int64_t> shape) {
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

/// Sets a node's result of states, (directions, batch, units) in the file, from
/// those of a layer, (batch, directions, units).
static void setStates(OnnxCall &call, size_t index, ImportedValue *states,
                      bool isBatchFirst) {
  if (isBatchFirst)
    return call.setResult(index, states);
  int64_t directions = states->sizes[1].number;
  OpenShape row = {states->sizes[0], directions * states->sizes[2].number};
  if (ImportedValue *result = reshapeTo(call, states, row))
    call.setResult(index, result, OnnxOrder::StatesOfDirections, directions);
}

/// Sets the results of a node, of its layer's.
static void setResults(OnnxCall &call, ImportedLayer &layer, bool isLast,
                       bool isBatchFirst, int64_t directions, int64_t units) {
  ImportedValue *all = &layer.result;
  const OpenShape &sizes = all->sizes;
  if (!isLast && isBatchFirst) {
    OpenShape apart = {sizes[0], sizes[1], directions, units};
    call.setResult(reshapeTo(call, all, apart));
  } else if (!isLast) {
    call.setResult(0, all, OnnxOrder::StepsOfDirections, directions);
  }
  for (auto [index, state] : llvm::enumerate(layer.states))
    if (call.isAsked(index + 1))
      setStates(call, index + 1, &state, isBatchFirst);
  if (!call.isAsked(1) || !layer.states.empty())
    return;
  ImportedValue *last = isLast ? all : lastOf(call, all, directions, units);
  if (last && isBatchFirst)
    last = reshapeTo(call, last, {sizes[0], directions, units});
  if (last && isBatchFirst)
    call.setResult(1, last);
  else if (last)
    call.setResult(1, last, OnnxOrder::StatesOfDirections, directions);
}

static void importRecurrent(OnnxCall &call, const Kind &kind) {
  bool isBatchFirst = call.integer("layout", 0) != 0;
  ImportedValue *x =
      call.value(0, /*minRank=*/3,
                 isBatchFirst ? OnnxOrder::BatchFirst : OnnxOrder::StepsFirst);
  std::string direction = call.string("direction", "forward");
  int64_t directions = direction == "bidirectional" ? 2 : 1;
  int64_t units = call.integer("hidden_size", 0);
  size_t states = kind.mnemonic == "lstm" ? 2 : 1;
  bool isGru = kind.mnemonic == "gru";
  MoreOperands more;
  if (!x || !readLengths(call, *x, more) ||
      !call.need(direction == "forward" || directions == 2,
                 "direction '" + direction +
                     "' is not supported; 'forward' and "
                     "'bidirectional' are") ||
      !call.need(units > 0 && units < kMaxSize / 8,
                 fmt::format("hidden_size is {}", units)) ||
      !readStates(call, states, isBatchFirst, directions, units, more) ||
      !call.need(call.integer("input_forget", 0) == 0,
                 "input_forget is not supported"))
    return;
  std::optional<Clauses> clauses = readActivations(call, kind, directions);
  if (!clauses ||
      !verifyShapes(call, directions, kind.gates.size() * units, units) ||
      !call.expect(*x, 2, call.floats(1)->shape[2], "features"))
    return;
  bool isLast = !call.isAsked(0);
  OpenShape sizes = {x->sizes[0]};
  if (!isLast)
    sizes.push_back(x->sizes[1]);
  sizes.push_back(directions * units);
  std::vector<ImportedValue *> operands = {x};
  if (more.lengths)
    operands.push_back(more.lengths);
  llvm::append_range(operands, more.states);
  bool isBefore = isGru && call.integer("linear_before_reset", 0) == 0;
  clauses->integer("in", x->sizes[2].number)
      .flag("bidirectional", directions == 2)
      .flag("last", isLast)
      .flag("reset_before", isBefore);
  ImportedLayer *layer = call.add(kind.mnemonic, operands, sizes, *clauses);
  layer->leading = std::to_string(units);
  if (more.lengths)
    layer->operandClauses.emplace_back("lengths", 1);
  if (!more.states.empty())
    layer->operandClauses.emplace_back("state", states);
  // Where the last step's output is the state, no further result is needed: a
  // stream has none.
  if (call.isAsked(2) || (call.isAsked(1) && !isLast && more.lengths))
    for (size_t index = 0; index < states; ++index) {
      ImportedValue &state = layer->states.emplace_back();
      state.sizes = {x->sizes[0], directions, units};
      state.layer = layer;
    }
  if (addParameters(call, *layer, kind, directions, units))
    setResults(call, *layer, isLast, isBatchFirst, directions, units);
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
  static constexpr llvm::StringLiteral lstm =
      "constant weights; gates are Sigmoid or HardSigmoid, other activations "
      "Tanh; lengths are an input of the network; states begin as zeros, as "
      "those of another recurrent operator, or as an input, whose batch is "
      "first then; forward or bidirectional; steps or batch first";
  static constexpr OnnxOperator operators[] = {
      {"GRU", "gru", "as LSTM; linear_before_reset of both kinds", importGru,
       7},
      {"LSTM", "lstm", lstm, importLstm, 7},
      {"RNN", "rnn", "as LSTM; activations are Tanh or Relu", importRnn, 7}};
  return operators;
}

} // namespace nascent
