//===- ExportShaping.cpp - Layers that join and move values, in ONNX ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent {

/// A sum or product of several values, from the left.
template <typename Op>
static llvm::Expected<std::string> exportChain(const LayerExport &layer) {
  StringRef op = std::is_same_v<Op, nn::AddOp> ? "Add" : "Mul";
  std::string result = layer.input();
  unsigned count = layer.countOperands();
  for (unsigned i = 1; i < count; ++i)
    result = layer.graph.add(op, {result, layer.input(i)});
  return result;
}

static llvm::Expected<std::string> exportConcat(const LayerExport &layer) {
  std::vector<std::string> inputs;
  for (unsigned i = 0; i < layer.countOperands(); ++i)
    inputs.push_back(layer.input(i));
  int64_t axis = layer.as<nn::ConcatOp>().getAxis();
  return layer.graph.add("Concat", inputs, {onnxInt("axis", axis)});
}

static llvm::Expected<std::string> exportSlice(const LayerExport &layer) {
  auto op = layer.as<nn::SliceOp>();
  std::string start = layer.graph.ints(static_cast<int64_t>(op.getStart()));
  std::string end = layer.graph.ints(static_cast<int64_t>(
      op.getEnd().value_or(std::numeric_limits<int64_t>::max())));
  std::string axis = layer.graph.ints(static_cast<int64_t>(op.getAxis()));
  return layer.graph.add("Slice", {layer.input(), start, end, axis});
}

static llvm::Expected<std::string> exportFlatten(const LayerExport &layer) {
  int64_t start = layer.as<nn::FlattenOp>().getStart();
  if (start == 1) {
    return layer.graph.add("Flatten", {layer.input()}, {onnxInt("axis", 1)});
  }
  // 0 keeps a dimension.
  SmallVector<int64_t> shape(start, 0);
  shape.push_back(-1);
  std::string sizes = layer.graph.ints(shape);
  return layer.graph.add("Reshape", {layer.input(), sizes});
}

static llvm::Expected<std::string> exportReshape(const LayerExport &layer) {
  SmallVector<int64_t> shape(layer.as<nn::ReshapeOp>().getShape());
  // The batch, which is as it was.
  if (shape.front() == -1)
    shape.front() = 0;
  std::string sizes = layer.graph.ints(shape);
  return layer.graph.add("Reshape", {layer.input(), sizes});
}

static llvm::Expected<std::string> exportPermute(const LayerExport &layer) {
  ArrayRef<int64_t> dims = layer.as<nn::PermuteOp>().getDims();
  return layer.graph.add("Transpose", {layer.input()},
                         {onnxInts("perm", dims)});
}

static llvm::Expected<std::string> exportPad(const LayerExport &layer) {
  auto op = layer.as<nn::PadOp>();
  SmallVector<int64_t> margins = op.getMargins();
  size_t spatial = margins.size() / 2;
  // Before, then after; batch and channels have none.
  SmallVector<int64_t> pads(margins.size() + 4, 0);
  for (size_t i = 0; i < spatial; ++i) {
    pads[2 + i] = margins[i];
    pads[spatial + 4 + i] = margins[spatial + i];
  }
  StringRef mode = op.getMode();
  std::vector<std::string> inputs = {layer.input(), layer.graph.ints(pads)};
  if (mode == "constant")
    inputs.push_back(layer.graph.number(op.getValue().convertToDouble()));
  return layer.graph.add(
      "Pad", inputs, {onnxString("mode", mode == "replicate" ? "edge" : mode)});
}

static llvm::Expected<std::string> exportUpsample(const LayerExport &layer) {
  auto op = layer.as<nn::UpsampleOp>();
  bool isNearest = op.getMode() == "nearest";
  std::vector<float> scales = {1, 1};
  for (int64_t factor : op.getFactors())
    scales.push_back(static_cast<float>(factor));
  auto count = static_cast<int64_t>(scales.size());
  std::string factors = layer.graph.floats(count, scales);
  OnnxGraph::Attributes attributes = {
      onnxString("mode", isNearest ? "nearest" : "linear"),
      onnxString("coordinate_transformation_mode",
                 isNearest ? "asymmetric" : "half_pixel")};
  if (isNearest)
    attributes.push_back(onnxString("nearest_mode", "floor"));
  return layer.graph.add("Resize", {layer.input(), "", factors}, attributes);
}

void addShapingVisitors(LayerVisitors &visitors) {
  visitors["add"] = exportChain<nn::AddOp>;
  visitors["mul"] = exportChain<nn::MulOp>;
  visitors["concat"] = exportConcat;
  visitors["slice"] = exportSlice;
  visitors["flatten"] = exportFlatten;
  visitors["reshape"] = exportReshape;
  visitors["permute"] = exportPermute;
  visitors["pad"] = exportPad;
  visitors["upsample"] = exportUpsample;
}

} // namespace nascent
