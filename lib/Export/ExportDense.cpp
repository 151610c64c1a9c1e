//===- ExportDense.cpp - Products with matrices, and tables, in ONNX ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent {

static llvm::Expected<std::string> exportDense(const LayerExport &layer) {
  OnnxGraph &graph = layer.graph;
  std::string weight = layer.parameter(0);
  bool hasBias = layer.countParameters() == 2;
  if (layer.inputType().getRank() == 2) {
    std::vector<std::string> inputs = {layer.input(), weight};
    if (hasBias)
      inputs.push_back(layer.parameter(1));
    return graph.add("Gemm", inputs, {onnxInt("transB", 1)});
  }
  std::string turned =
      graph.add("Transpose", {weight}, {onnxInts("perm", {1, 0})});
  std::string product = graph.add("MatMul", {layer.input(), turned});
  if (hasBias)
    product = graph.add("Add", {product, layer.parameter(1)});
  return product;
}

static llvm::Expected<std::string> exportEmbedding(const LayerExport &layer) {
  return layer.graph.add("Gather", {layer.parameter(0), layer.input()},
                         {onnxInt("axis", 0)});
}

void addDenseVisitors(LayerVisitors &visitors) {
  visitors["dense"] = exportDense;
  visitors["embedding"] = exportEmbedding;
}

} // namespace nascent
