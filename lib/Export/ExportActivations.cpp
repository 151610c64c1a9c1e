//===- ExportActivations.cpp - Activations in ONNX ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent {

static llvm::Expected<std::string> exportLeakyRelu(const LayerExport &layer) {
  double slope = layer.as<nn::LeakyReluOp>().getSlope().convertToDouble();
  return layer.graph.add("LeakyRelu", {layer.input()},
                         {onnxFloat("alpha", slope)});
}

/// Layers of an `alpha`.
template <typename Op>
static llvm::Expected<std::string> exportAlpha(const LayerExport &layer) {
  StringRef op = std::is_same_v<Op, nn::EluOp> ? "Elu" : "Celu";
  double alpha = layer.as<Op>().getAlpha().convertToDouble();
  return layer.graph.add(op, {layer.input()}, {onnxFloat("alpha", alpha)});
}

template <typename Op>
static llvm::Expected<std::string> exportNormalizer(const LayerExport &layer) {
  if (layer.inputType().getRank() == 1)
    return llvm::createStringError("has a value without a batch");
  StringRef op = std::is_same_v<Op, nn::SoftmaxOp> ? "Softmax" : "LogSoftmax";
  int64_t axis = layer.as<Op>().getAxis();
  return layer.graph.add(op, {layer.input()}, {onnxInt("axis", axis)});
}

static llvm::Expected<std::string> exportPrelu(const LayerExport &layer) {
  std::string slope = layer.parameter(0);
  int64_t behind = layer.inputType().getRank() - 2;
  // Slopes line up with the last dimension unless ones follow them.
  if (layer.as<nn::PreluOp>().getPerChannel() && behind > 0) {
    SmallVector<int64_t> shape(behind + 1, 1);
    shape.front() = -1;
    slope = layer.graph.add("Reshape", {slope, layer.graph.ints(shape)});
  }
  return layer.graph.add("PRelu", {layer.input(), slope});
}

static llvm::Expected<std::string> exportHardtanh(const LayerExport &layer) {
  auto op = layer.as<nn::HardtanhOp>();
  std::string least = layer.graph.number(op.getMin().convertToDouble());
  std::string greatest = layer.graph.number(op.getMax().convertToDouble());
  return layer.graph.add("Clip", {layer.input(), least, greatest});
}

static llvm::Expected<std::string> exportAffine(const LayerExport &layer) {
  auto op = layer.as<nn::AffineOp>();
  std::string scale = layer.graph.number(op.getScale().convertToDouble());
  std::string product = layer.graph.add("Mul", {layer.input(), scale});
  std::string offset = layer.graph.number(op.getOffset().convertToDouble());
  return layer.graph.add("Add", {product, offset});
}

static llvm::Expected<std::string> exportHardsigmoid(const LayerExport &layer) {
  return layer.graph.add("HardSigmoid", {layer.input()},
                         {onnxFloat("alpha", 1.0 / 6), onnxFloat("beta", 0.5)});
}

/// −log(1 + e⁻ˣ), which stays exact where sigmoid is 0.
static llvm::Expected<std::string> exportLogSigmoid(const LayerExport &layer) {
  OnnxGraph &graph = layer.graph;
  std::string negative = graph.add("Neg", {layer.input()});
  std::string plus = graph.add("Softplus", {negative});
  return graph.add("Neg", {plus});
}

static llvm::Expected<std::string> exportSoftplus(const LayerExport &layer) {
  auto op = layer.as<nn::SoftplusOp>();
  OnnxGraph &graph = layer.graph;
  // From 20 on, the logarithm is x to the last bit, or nearly.
  if (op.getThreshold().convertToDouble() < 20)
    return llvm::createStringError(
        "has a threshold below 20, which Softplus lacks");
  double beta = op.getBeta().convertToDouble();
  if (beta == 1) {
    return graph.add("Softplus", {layer.input()});
  }
  std::string scale = graph.number(beta);
  std::string scaled = graph.add("Mul", {layer.input(), scale});
  std::string plus = graph.add("Softplus", {scaled});
  std::string inverse = graph.number(1 / beta);
  return graph.add("Mul", {plus, inverse});
}

static llvm::Expected<std::string> exportGelu(const LayerExport &layer) {
  OnnxGraph &graph = layer.graph;
  std::string x = layer.input(), inner;
  if (layer.as<nn::GeluOp>().getTanh()) {
    std::string square = graph.add("Mul", {x, x});
    std::string cube = graph.add("Mul", {x, square});
    std::string share = graph.number(0.044715);
    std::string part = graph.add("Mul", {cube, share});
    std::string sum = graph.add("Add", {x, part});
    std::string scale = graph.number(0.7978845608028654);
    std::string scaled = graph.add("Mul", {sum, scale});
    inner = graph.add("Tanh", {scaled});
  } else {
    std::string root = graph.number(1.4142135623730951);
    std::string scaled = graph.add("Div", {x, root});
    inner = graph.add("Erf", {scaled});
  }
  std::string one = graph.number(1);
  std::string more = graph.add("Add", {inner, one});
  std::string product = graph.add("Mul", {x, more});
  std::string half = graph.number(0.5);
  return graph.add("Mul", {product, half});
}

static llvm::Expected<std::string> exportSilu(const LayerExport &layer) {
  std::string gate = layer.graph.add("Sigmoid", {layer.input()});
  return layer.graph.add("Mul", {layer.input(), gate});
}

static llvm::Expected<std::string> exportMish(const LayerExport &layer) {
  std::string plus = layer.graph.add("Softplus", {layer.input()});
  std::string gate = layer.graph.add("Tanh", {plus});
  return layer.graph.add("Mul", {layer.input(), gate});
}

void addActivationVisitors(LayerVisitors &visitors) {
  visitors["relu"] = "Relu";
  visitors["selu"] = "Selu";
  visitors["sigmoid"] = "Sigmoid";
  visitors["softsign"] = "Softsign";
  visitors["tanh"] = "Tanh";
  visitors["hardswish"] = "HardSwish";
  visitors["identity"] = "Identity";
  visitors["dropout"] = "Identity";
  visitors["leaky_relu"] = exportLeakyRelu;
  visitors["elu"] = exportAlpha<nn::EluOp>;
  visitors["celu"] = exportAlpha<nn::CeluOp>;
  visitors["softmax"] = exportNormalizer<nn::SoftmaxOp>;
  visitors["log_softmax"] = exportNormalizer<nn::LogSoftmaxOp>;
  visitors["prelu"] = exportPrelu;
  visitors["affine"] = exportAffine;
  visitors["hardtanh"] = exportHardtanh;
  visitors["hardsigmoid"] = exportHardsigmoid;
  visitors["log_sigmoid"] = exportLogSigmoid;
  visitors["softplus"] = exportSoftplus;
  visitors["gelu"] = exportGelu;
  visitors["silu"] = exportSilu;
  visitors["mish"] = exportMish;
}

} // namespace nascent
