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

static llvm::Error exportRecurrent(const LayerExport &layer,
                                   const nn::RecurrentForm &form, Operator op) {
  OnnxGraph &graph = layer.graph;
  if (layer.getOperation()->getNumOperands() > 1)
    return llvm::createStringError(
        "is given its states, which are not written");
  op.attributes.push_back(onnxInt("hidden_size", form.units));
  if (form.directions == 2)
    op.attributes.push_back(onnxString("direction", "bidirectional"));
  std::string x =
      graph.add("Transpose", {layer.input()}, {onnxInts("perm", {1, 0, 2})});
  for (int64_t depth = 0; depth < form.layers; ++depth) {
    auto parameters = exportParameters(layer, form, depth, op.gates);
    if (!parameters)
      return parameters.takeError();
    std::vector<std::string> inputs = {x};
    llvm::append_range(inputs, *parameters);
    std::vector<std::string> outputs =
        graph.addNode(op.name, inputs, op.attributes, 2);
    bool isLast = depth + 1 == form.layers;
    // Y is (length, directions, batch, units), Y_h (directions, batch, units).
    if (isLast && form.last) {
      std::string rows =
          graph.add("Transpose", {outputs[1]}, {onnxInts("perm", {1, 0, 2})});
      layer.setResult(graph.add("Flatten", {rows}, {onnxInt("axis", 1)}));
      return llvm::Error::success();
    }
    std::string steps =
        graph.add("Transpose", {outputs[0]}, {onnxInts("perm", {0, 2, 1, 3})});
    std::string shape = graph.ints({0, 0, -1});
    x = graph.add("Reshape", {steps, shape});
  }
  layer.setResult(graph.add("Transpose", {x}, {onnxInts("perm", {1, 0, 2})}));
  return llvm::Error::success();
}

static llvm::Error exportLstm(const LayerExport &layer) {
  // i, f, g, o become i, o, f, c.
  return exportRecurrent(layer, layer.as<nn::LstmOp>().getForm(),
                         {"LSTM", {0, 3, 1, 2}, {}});
}

static llvm::Error exportGru(const LayerExport &layer) {
  // r, z, n become z, r, h.
  return exportRecurrent(
      layer, layer.as<nn::GruOp>().getForm(),
      {"GRU", {1, 0, 2}, {onnxInt("linear_before_reset", 1)}});
}

static llvm::Error exportRnn(const LayerExport &layer) {
  auto op = layer.as<nn::RnnOp>();
  OnnxAttribute activations;
  activations.name = "activations";
  activations.kind = OnnxAttribute::Strings;
  activations.strings.assign(op.getForm().directions,
                             op.getRelu() ? "Relu" : "Tanh");
  return exportRecurrent(layer, op.getForm(), {"RNN", {0}, {activations}});
}

void addRecurrentVisitors(LayerVisitors &visitors) {
  visitors["lstm"] = exportLstm;
  visitors["gru"] = exportGru;
  visitors["rnn"] = exportRnn;
}

} // namespace nascent
