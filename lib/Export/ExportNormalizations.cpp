//===- ExportNormalizations.cpp - Normalisations in ONNX ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nascent {

/// What operators need even where it changes nothing: `value` for each element
/// of a shape. Fails where that is not known.
static llvm::Expected<std::string>
constant(const LayerExport &layer, ArrayRef<int64_t> shape, float value) {
  if (ShapedType::isDynamicShape(shape))
    return llvm::createStringError(
        "needs a weight in ONNX, whose size is not known; bind the input");
  return layer.graph.floats(
      shape, std::vector<float>(*nn::checkedProduct(shape), value));
}

static llvm::Expected<std::string> exportBatchNorm(const LayerExport &layer) {
  auto op = layer.as<nn::BatchNormOp>();
  bool isAffine = !op.getNoAffine();
  unsigned mean = isAffine ? 2 : 0;
  std::vector<std::string> inputs = {layer.input()};
  for (unsigned i = 0; i < 2; ++i) {
    if (isAffine) {
      inputs.push_back(layer.parameter(i));
      continue;
    }
    auto name = constant(layer, layer.graph.getShape(layer.symbol(mean)),
                         i == 0 ? 1 : 0);
    if (!name)
      return name.takeError();
    inputs.push_back(*name);
  }
  inputs.push_back(layer.parameter(mean));
  inputs.push_back(layer.parameter(mean + 1));
  return layer.graph.add("BatchNormalization", inputs,
                         {onnxFloat("epsilon", op.getEps().convertToDouble())});
}

static llvm::Expected<std::string> exportLayerNorm(const LayerExport &layer) {
  auto op = layer.as<nn::LayerNormOp>();
  std::vector<std::string> inputs = {layer.input()};
  unsigned count = layer.countParameters();
  if (count == 0) {
    auto scale = constant(
        layer, layer.inputType().getShape().take_back(op.getDims()), 1);
    if (!scale)
      return scale.takeError();
    inputs.push_back(*scale);
  }
  for (unsigned i = 0; i < count; ++i)
    inputs.push_back(layer.parameter(i));
  return layer.graph.add("LayerNormalization", inputs,
                         {onnxInt("axis", -static_cast<int64_t>(op.getDims())),
                          onnxFloat("epsilon", op.getEps().convertToDouble())});
}

static llvm::Expected<std::string>
exportInstanceNorm(const LayerExport &layer) {
  auto op = layer.as<nn::InstanceNormOp>();
  std::vector<std::string> inputs = {layer.input()};
  int64_t channels = layer.inputType().getDimSize(1);
  for (unsigned i = 0; i < 2; ++i) {
    if (op.getAffine()) {
      inputs.push_back(layer.parameter(i));
      continue;
    }
    auto name = constant(layer, channels, i == 0 ? 1 : 0);
    if (!name)
      return name.takeError();
    inputs.push_back(*name);
  }
  return layer.graph.add("InstanceNormalization", inputs,
                         {onnxFloat("epsilon", op.getEps().convertToDouble())});
}

/// Set 17 has none: the groups become channels of instances, as in PyTorch's
/// exporter.
static llvm::Expected<std::string> exportGroupNorm(const LayerExport &layer) {
  auto op = layer.as<nn::GroupNormOp>();
  OnnxGraph &graph = layer.graph;
  int64_t groups = op.getGroups();
  std::string shape = graph.ints({0, groups, -1});
  std::string grouped = graph.add("Reshape", {layer.input(), shape});
  std::string ones = graph.floats(groups, std::vector<float>(groups, 1));
  std::string zeros = graph.floats(groups, std::vector<float>(groups, 0));
  std::string normal =
      graph.add("InstanceNormalization", {grouped, ones, zeros},
                {onnxFloat("epsilon", op.getEps().convertToDouble())});
  std::string whole = graph.add("Shape", {layer.input()});
  std::string result = graph.add("Reshape", {normal, whole});
  if (!op.getNoAffine()) {
    SmallVector<int64_t> channels(layer.inputType().getRank() - 1, 1);
    channels.front() = -1;
    std::string columns = graph.ints(channels);
    std::string weight = graph.add("Reshape", {layer.parameter(0), columns});
    std::string bias = graph.add("Reshape", {layer.parameter(1), columns});
    std::string product = graph.add("Mul", {result, weight});
    result = graph.add("Add", {product, bias});
  }
  return result;
}

void addNormalizationVisitors(LayerVisitors &visitors) {
  visitors["batch_norm"] = exportBatchNorm;
  visitors["layer_norm"] = exportLayerNorm;
  visitors["instance_norm"] = exportInstanceNorm;
  visitors["group_norm"] = exportGroupNorm;
}

} // namespace nascent
