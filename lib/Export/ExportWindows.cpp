//===- ExportWindows.cpp - Convolutions and pooling in ONNX ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"

using namespace mlir;

namespace nascent {

static SmallVector<nn::Window> windowsOf(const LayerExport &layer) {
  auto emitError = [&] { return layer.getOperation()->emitError(); };
  // The layer's verifier has asked for the same.
  return *nn::windowsOf(layer.getOperation(), layer.inputType().getRank() - 2,
                        emitError);
}

/// The attributes that all windows have.
static OnnxGraph::Attributes attributesOf(ArrayRef<nn::Window> windows) {
  SmallVector<int64_t> kernel, strides, dilations, pads;
  for (const nn::Window &window : windows) {
    kernel.push_back(window.kernel);
    strides.push_back(window.stride);
    dilations.push_back(window.dilation);
    pads.push_back(window.before);
  }
  for (const nn::Window &window : windows)
    pads.push_back(window.after);
  OnnxGraph::Attributes attributes = {onnxInts("kernel_shape", kernel),
                                      onnxInts("strides", strides),
                                      onnxInts("pads", pads)};
  if (llvm::any_of(dilations, [](int64_t dilation) { return dilation != 1; }))
    attributes.push_back(onnxInts("dilations", dilations));
  return attributes;
}

/// Convolutions of one number of spatial dimensions, transposed or not.
template <typename Op>
static llvm::Expected<std::string> exportConvolution(const LayerExport &layer) {
  auto op = layer.as<Op>();
  SmallVector<nn::Window> windows = windowsOf(layer);
  OnnxGraph::Attributes attributes = attributesOf(windows);
  attributes.push_back(onnxInt("group", op.getGroups()));
  bool isTransposed = nn::isTransposed(layer.getOperation());
  if (isTransposed) {
    SmallVector<int64_t> more;
    for (const nn::Window &window : windows)
      more.push_back(window.outputPadding);
    attributes.push_back(onnxInts("output_padding", more));
  }
  std::vector<std::string> inputs = {layer.input()};
  for (unsigned i = 0; i < layer.countParameters(); ++i)
    inputs.push_back(layer.parameter(i));
  return layer.graph.add(isTransposed ? "ConvTranspose" : "Conv", inputs,
                         attributes);
}

/// Whether `ceil` adds a window that `floor` does not have, as far as is known.
static bool needsCeil(const LayerExport &layer, ArrayRef<nn::Window> windows) {
  for (auto [window, size] :
       llvm::zip(windows, layer.inputType().getShape().drop_front(2))) {
    if (!window.ceil)
      continue;
    int64_t rest = size + window.before + window.after - window.extent();
    if (ShapedType::isDynamic(size) || rest % window.stride != 0)
      return true;
  }
  return false;
}

template <typename Op>
static llvm::Expected<std::string> exportPool(const LayerExport &layer) {
  SmallVector<nn::Window> windows = windowsOf(layer);
  OnnxGraph::Attributes attributes = attributesOf(windows);
  if (needsCeil(layer, windows))
    attributes.push_back(onnxInt("ceil_mode", 1));
  StringRef name = "MaxPool";
  if constexpr (!std::is_same_v<Op, void>) {
    name = "AveragePool";
    auto op = layer.as<Op>();
    attributes.push_back(
        onnxInt("count_include_pad", op.getExcludePadding() ? 0 : 1));
  }
  return layer.graph.add(name, {layer.input()}, attributes);
}

/// Windows that lie side by side, of which there are as many as `sizes` say.
static llvm::Expected<std::string>
exportAdaptive(const LayerExport &layer, ArrayRef<int64_t> sizes, bool isMax) {
  if (llvm::all_of(sizes, [](int64_t size) { return size == 1; })) {
    return layer.graph.add(isMax ? "GlobalMaxPool" : "GlobalAveragePool",
                           {layer.input()});
  }
  ArrayRef<int64_t> spatial = layer.inputType().getShape().drop_front(2);
  if (ShapedType::isDynamicShape(spatial))
    return llvm::createStringError(
        "has windows as large as its input says; bind the input");
  SmallVector<int64_t> kernel;
  for (auto [from, index] :
       llvm::zip(spatial, llvm::seq<size_t>(spatial.size())))
    kernel.push_back(from / sizes[sizes.size() == 1 ? 0 : index]);
  return layer.graph.add(
      isMax ? "MaxPool" : "AveragePool", {layer.input()},
      {onnxInts("kernel_shape", kernel), onnxInts("strides", kernel)});
}

template <typename Op, bool isMax>
static llvm::Expected<std::string> exportAdaptive(const LayerExport &layer) {
  return exportAdaptive(layer, layer.as<Op>().getSize(), isMax);
}

static llvm::Expected<std::string>
exportGlobalAverage(const LayerExport &layer) {
  return exportAdaptive(layer, {1}, /*isMax=*/false);
}

template <typename Op>
static llvm::Expected<std::string> exportOver(const LayerExport &layer) {
  constexpr bool isMax = std::is_same_v<Op, nn::MaxOverOp>;
  return layer.graph.add(
      isMax ? "ReduceMax" : "ReduceMean", {layer.input()},
      {onnxInts("axes", layer.as<Op>().getDims()), onnxInt("keepdims", 0)});
}

void addWindowVisitors(LayerVisitors &visitors) {
  visitors["conv1d"] = exportConvolution<nn::Conv1dOp>;
  visitors["conv2d"] = exportConvolution<nn::Conv2dOp>;
  visitors["conv3d"] = exportConvolution<nn::Conv3dOp>;
  visitors["conv_transpose1d"] = exportConvolution<nn::ConvTranspose1dOp>;
  visitors["conv_transpose2d"] = exportConvolution<nn::ConvTranspose2dOp>;
  visitors["conv_transpose3d"] = exportConvolution<nn::ConvTranspose3dOp>;
  visitors["max_pool1d"] = exportPool<void>;
  visitors["max_pool2d"] = exportPool<void>;
  visitors["max_pool3d"] = exportPool<void>;
  visitors["avg_pool1d"] = exportPool<nn::AvgPool1dOp>;
  visitors["avg_pool2d"] = exportPool<nn::AvgPool2dOp>;
  visitors["avg_pool3d"] = exportPool<nn::AvgPool3dOp>;
  visitors["adaptive_avg_pool1d"] =
      exportAdaptive<nn::AdaptiveAvgPool1dOp, false>;
  visitors["adaptive_avg_pool2d"] =
      exportAdaptive<nn::AdaptiveAvgPool2dOp, false>;
  visitors["adaptive_avg_pool3d"] =
      exportAdaptive<nn::AdaptiveAvgPool3dOp, false>;
  visitors["adaptive_max_pool1d"] =
      exportAdaptive<nn::AdaptiveMaxPool1dOp, true>;
  visitors["adaptive_max_pool2d"] =
      exportAdaptive<nn::AdaptiveMaxPool2dOp, true>;
  visitors["adaptive_max_pool3d"] =
      exportAdaptive<nn::AdaptiveMaxPool3dOp, true>;
  visitors["global_avg_pool"] = exportGlobalAverage;
  visitors["mean_over"] = exportOver<nn::MeanOverOp>;
  visitors["max_over"] = exportOver<nn::MaxOverOp>;
}

} // namespace nascent
