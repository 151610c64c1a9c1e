//===- ExportAttention.cpp - Attention in ONNX ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operator set 17 has no attention: it is written as the products that it is
// made of, as exporters do.
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/Sequence.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace nascent {

/// x·weightᵀ, onto a bias where there is one.
static std::string project(const LayerExport &layer, std::string x,
                           unsigned parameter, bool hasBias) {
  OnnxGraph &graph = layer.graph;
  std::string turned = graph.add("Transpose", {layer.parameter(parameter)},
                                 {onnxInts("perm", {1, 0})});
  std::string product = graph.add("MatMul", {std::move(x), turned});
  return hasBias ? graph.add("Add", {product, layer.parameter(parameter + 1)})
                 : product;
}

/// The length of a layer's input, a list of one integer.
static std::string lengthOf(const LayerExport &layer) {
  int64_t length = layer.inputType().getDimSize(1);
  return ShapedType::isDynamic(length)
             ? layer.graph.add("Shape", {layer.input()},
                               {onnxInt("start", 1), onnxInt("end", 2)})
             : layer.graph.ints(length);
}

/// What is added to scores: 0 where a place sees another one, else -∞.
static std::string maskOf(const LayerExport &layer, nn::AttentionOp op) {
  constexpr float nothing = -std::numeric_limits<float>::infinity();
  OnnxGraph &graph = layer.graph;
  int64_t length = layer.inputType().getDimSize(1);
  std::optional<uint64_t> window = op.getWindow();
  if (!ShapedType::isDynamic(length)) {
    std::vector<float> mask;
    for (int64_t query = 0; query < length; ++query)
      for (int64_t key = 0; key < length; ++key)
        mask.push_back(
            key > query || (window && query - key >= int64_t(*window)) ? nothing
                                                                       : 0);
    return graph.floats({length, length}, std::move(mask));
  }
  std::string size = lengthOf(layer);
  std::string sizes = graph.add("Concat", {size, size}, {onnxInt("axis", 0)});
  std::string all = graph.add("Expand", {graph.number(nothing), sizes});
  std::string after = graph.ints(1);
  std::string mask = graph.add("Trilu", {all, after}, {onnxInt("upper", 1)});
  if (!window)
    return mask;
  std::string before = graph.ints(-int64_t(*window));
  std::string far = graph.add("Trilu", {all, before}, {onnxInt("upper", 0)});
  return graph.add("Add", {mask, far});
}

static llvm::Expected<std::string> exportAttention(const LayerExport &layer) {
  auto op = layer.as<nn::AttentionOp>();
  OnnxGraph &graph = layer.graph;
  int64_t width = layer.inputType().getDimSize(2);
  if (ShapedType::isDynamic(width))
    return llvm::createStringError(
        "needs to know the width of its input; bind it");
  int64_t heads = op.getHeads();
  bool hasBias = !op.getNoBias();
  std::string all = project(layer, layer.input(), 0, hasBias);
  std::string apart = graph.ints({0, 0, 3 * heads, width / heads});
  std::string places = graph.add("Reshape", {all, apart});
  std::string turned =
      graph.add("Transpose", {places}, {onnxInts("perm", {0, 2, 1, 3})});
  std::string thirds = graph.ints({heads, heads, heads});
  std::vector<std::string> parts =
      graph.addNode("Split", {turned, thirds}, {onnxInt("axis", 1)}, 3);
  std::string keys =
      graph.add("Transpose", {parts[1]}, {onnxInts("perm", {0, 1, 3, 2})});
  std::string scores = graph.add("MatMul", {parts[0], keys});
  std::string factor = graph.number(1 / std::sqrt(double(width / heads)));
  scores = graph.add("Mul", {scores, factor});
  if (op.getCausal())
    scores = graph.add("Add", {scores, maskOf(layer, op)});
  std::string weights = graph.add("Softmax", {scores}, {onnxInt("axis", -1)});
  std::string seen = graph.add("MatMul", {weights, parts[2]});
  std::string rows =
      graph.add("Transpose", {seen}, {onnxInts("perm", {0, 2, 1, 3})});
  std::string joined = graph.ints({0, 0, width});
  std::string value = graph.add("Reshape", {rows, joined});
  return project(layer, value, hasBias ? 2 : 1, hasBias);
}

static llvm::Expected<std::string> exportPosition(const LayerExport &layer) {
  OnnxGraph &graph = layer.graph;
  if (layer.countParameters() != 0) {
    std::string start = graph.ints(0), length = lengthOf(layer);
    std::string axis = graph.ints(0);
    std::string rows =
        graph.add("Slice", {layer.parameter(0), start, length, axis});
    return graph.add("Add", {layer.input(), rows});
  }
  int64_t length = layer.inputType().getDimSize(1);
  int64_t width = layer.inputType().getDimSize(2);
  if (ShapedType::isDynamic(length) || ShapedType::isDynamic(width))
    return llvm::createStringError(
        "needs to know the length and width of its input; bind them");
  std::vector<float> table;
  for (int64_t place = 0; place < length; ++place)
    for (int64_t column = 0; column < width; ++column) {
      double angle = place / std::pow(1e4, double(column - column % 2) / width);
      table.push_back(column % 2 ? std::cos(angle) : std::sin(angle));
    }
  std::string rows = graph.floats({length, width}, std::move(table));
  return graph.add("Add", {layer.input(), rows});
}

static llvm::Expected<std::string> exportMatmul(const LayerExport &layer) {
  std::string second = layer.input(1);
  if (layer.as<nn::MatmulOp>().getTransposed()) {
    int64_t rank = layer.inputType().getRank();
    auto dims = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::swap(dims[rank - 2], dims[rank - 1]);
    second = layer.graph.add("Transpose", {second}, {onnxInts("perm", dims)});
  }
  return layer.graph.add("MatMul", {layer.input(), second});
}

void addAttentionVisitors(LayerVisitors &visitors) {
  visitors["attention"] = exportAttention;
  visitors["matmul"] = exportMatmul;
  visitors["position"] = exportPosition;
}

} // namespace nascent
