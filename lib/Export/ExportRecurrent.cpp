//===- ExportRecurrent.cpp - Recurrent layers in ONNX ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX has the steps first, the directions in front of everything, and gates in
// an order of its own, so that parameters are stored anew.
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/RecurrentLayer.h"

using namespace mlir;

namespace nascent {

namespace {
/// An operator, and which of our gates each of its own is.
struct Operator {
  StringRef name;
  SmallVector<int64_t> gates;
  OnnxGraph::Attributes attributes;
};
} // namespace

/// Appends the rows of `values` gate by gate, in the operator's order.
static void appendGates(std::vector<float> &all, ArrayRef<float> values,
                        ArrayRef<int64_t> gates) {
  size_t each = values.size() / gates.size();
  for (int64_t gate : gates)
    llvm::append_range(all, values.slice(gate * each, each));
}

/// W, R and B of one layer, of all directions.
static llvm::Expected<std::vector<std::string>>
exportParameters(const LayerExport &layer, const nn::RecurrentForm &form,
                 int64_t depth, ArrayRef<int64_t> gates) {
  std::vector<float> weights[2], biases;
  int64_t in = 0;
  for (int64_t direction = 0; direction < form.directions; ++direction) {
    unsigned first =
        (depth * form.directions + direction) * form.parametersEach();
    for (unsigned i = 0; i < form.parametersEach(); ++i) {
      auto values = layer.graph.getValues(layer.symbol(first + i));
      if (!values)
        return values.takeError();
      appendGates(i < 2 ? weights[i] : biases, *values, gates);
    }
    in = layer.graph.getShape(layer.symbol(first))[1];
  }
  int64_t rows = form.gates * form.units;
  std::vector<std::string> names;
  names.push_back(
      layer.graph.floats({form.directions, rows, in}, std::move(weights[0])));
  names.push_back(layer.graph.floats({form.directions, rows, form.units},
                                     std::move(weights[1])));
  if (form.hasBias)
    names.push_back(
        layer.graph.floats({form.directions, 2 * rows}, std::move(biases)));
  return names;
}

namespace {
/// What goes from one layer to the next, and along with all of them.
struct Sequences {
  /// Outputs of the layer before, steps first.
  std::string x;
  /// How long each row is; empty where all are as long.
  std::string lengths;
  /// With which layers begin, (layers · directions, batch, units).
  std::vector<std::string> begin;
  /// With which each layer ends, by kinds.
  std::vector<std::string> end[2];
};
} // namespace

static constexpr int64_t kBatchSecond[] = {1, 0, 2};

static Sequences beginSequences(const LayerExport &layer,
                                const nn::RecurrentForm &form) {
  OnnxGraph &graph = layer.graph;
  auto turn = [&](unsigned operand) {
    return graph.add("Transpose", {layer.input(operand)},
                     {onnxInts("perm", kBatchSecond)});
  };
  Sequences sequences;
  sequences.x = turn(0);
  unsigned next = 1;
  if (form.hasLengths)
    sequences.lengths = layer.input(next++);
  while (next < layer.countOperands())
    sequences.begin.push_back(turn(next++));
  return sequences;
}

/// Sets the results behind the first one.
static void setStates(const LayerExport &layer, const Sequences &sequences) {
  OnnxGraph &graph = layer.graph;
  for (OpResult result : layer.getOperation()->getResults().drop_front()) {
    const std::vector<std::string> &parts =
        sequences.end[result.getResultNumber() - 1];
    std::string all = parts.size() == 1
                          ? parts.front()
                          : graph.add("Concat", parts, {onnxInt("axis", 0)});
    graph.setValue(result, graph.add("Transpose", {all},
                                     {onnxInts("perm", kBatchSecond)}));
  }
}

static llvm::Expected<std::string>
exportRecurrent(const LayerExport &layer, const nn::RecurrentForm &form,
                Operator op) {
  OnnxGraph &graph = layer.graph;
  op.attributes.push_back(onnxInt("hidden_size", form.units));
  if (form.directions == 2)
    op.attributes.push_back(onnxString("direction", "bidirectional"));
  Sequences sequences = beginSequences(layer, form);
  for (int64_t depth = 0; depth < form.layers; ++depth) {
    auto parameters = exportParameters(layer, form, depth, op.gates);
    if (!parameters)
      return parameters.takeError();
    std::vector<std::string> inputs = {sequences.x};
    llvm::append_range(inputs, *parameters);
    if (!sequences.lengths.empty() || !sequences.begin.empty()) {
      inputs.resize(4);
      inputs.push_back(sequences.lengths);
    }
    for (const std::string &states : sequences.begin) {
      std::string start = graph.ints(depth * form.directions);
      std::string end = graph.ints((depth + 1) * form.directions);
      std::string axis = graph.ints(0);
      inputs.push_back(graph.add("Slice", {states, start, end, axis}));
    }
    std::vector<std::string> outputs =
        graph.addNode(op.name, inputs, op.attributes, form.states + 1);
    for (unsigned kind = 0; kind < form.states; ++kind)
      sequences.end[kind].push_back(outputs[kind + 1]);
    bool isLast = depth + 1 == form.layers;
    // Y is (length, directions, batch, units), Y_h (directions, batch, units).
    if (isLast && form.last) {
      std::string rows = graph.add("Transpose", {outputs[1]},
                                   {onnxInts("perm", kBatchSecond)});
      std::string result = graph.add("Flatten", {rows}, {onnxInt("axis", 1)});
      setStates(layer, sequences);
      return result;
    }
    std::string steps =
        graph.add("Transpose", {outputs[0]}, {onnxInts("perm", {0, 2, 1, 3})});
    std::string shape = graph.ints({0, 0, -1});
    sequences.x = graph.add("Reshape", {steps, shape});
  }
  std::string result =
      graph.add("Transpose", {sequences.x}, {onnxInts("perm", kBatchSecond)});
  setStates(layer, sequences);
  return result;
}

/// The activations of each direction.
static OnnxAttribute activationsOf(const nn::RecurrentForm &form,
                                   ArrayRef<StringRef> names) {
  OnnxAttribute activations;
  activations.name = "activations";
  activations.kind = OnnxAttribute::Strings;
  for (int64_t direction = 0; direction < form.directions; ++direction)
    llvm::append_range(activations.strings, names);
  return activations;
}

/// Those of a layer whose gates are HardSigmoid, and its numbers.
static OnnxGraph::Attributes hardGates(const nn::RecurrentForm &form,
                                       std::optional<APFloat> slope,
                                       ArrayRef<StringRef> names) {
  if (!slope)
    return {};
  auto numbers = [&](StringRef name, double number) {
    OnnxAttribute attribute;
    attribute.name = name.str();
    attribute.kind = OnnxAttribute::Floats;
    attribute.reals.assign(form.directions, number);
    return attribute;
  };
  return {activationsOf(form, names),
          numbers("activation_alpha", slope->convertToDouble()),
          numbers("activation_beta", 0.5)};
}

static llvm::Expected<std::string> exportLstm(const LayerExport &layer) {
  auto op = layer.as<nn::LstmOp>();
  nn::RecurrentForm form = op.getForm();
  // i, f, g, o become i, o, f, c.
  return exportRecurrent(
      layer, form,
      {"LSTM",
       {0, 3, 1, 2},
       hardGates(form, op.getHardsigmoid(), {"HardSigmoid", "Tanh", "Tanh"})});
}

static llvm::Expected<std::string> exportGru(const LayerExport &layer) {
  auto op = layer.as<nn::GruOp>();
  nn::RecurrentForm form = op.getForm();
  OnnxGraph::Attributes attributes =
      hardGates(form, op.getHardsigmoid(), {"HardSigmoid", "Tanh"});
  attributes.push_back(onnxInt("linear_before_reset", !op.getResetBefore()));
  // r, z, n become z, r, h.
  return exportRecurrent(layer, form, {"GRU", {1, 0, 2}, attributes});
}

static llvm::Expected<std::string> exportRnn(const LayerExport &layer) {
  auto op = layer.as<nn::RnnOp>();
  StringRef activation = op.getRelu() ? "Relu" : "Tanh";
  return exportRecurrent(
      layer, op.getForm(),
      {"RNN", {0}, {activationsOf(op.getForm(), activation)}});
}

void addRecurrentVisitors(LayerVisitors &visitors) {
  visitors["lstm"] = {exportLstm, /*writesLengths=*/true};
  visitors["gru"] = {exportGru, /*writesLengths=*/true};
  visitors["rnn"] = {exportRnn, /*writesLengths=*/true};
}

} // namespace nascent
