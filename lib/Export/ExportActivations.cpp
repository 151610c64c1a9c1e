//===- ExportActivations.cpp - Activations in ONNX ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent {

/// A layer that is one operator without attributes.
template <const char *op>
static llvm::Error exportAs(const LayerExport &layer) {
  layer.setResult(layer.graph.add(op, {layer.input()}));
  return llvm::Error::success();
}

static constexpr char kElu[] = "Elu", kCelu[] = "Celu",
                      kLeakyRelu[] = "LeakyRelu", kRelu[] = "Relu",
                      kSelu[] = "Selu", kSigmoid[] = "Sigmoid",
                      kSoftsign[] = "Softsign", kTanh[] = "Tanh",
                      kHardSwish[] = "HardSwish", kIdentity[] = "Identity",
                      kSoftmax[] = "Softmax", kLogSoftmax[] = "LogSoftmax";

static llvm::Error exportLeakyRelu(const LayerExport &layer) {
  double slope = layer.as<nn::LeakyReluOp>().getSlope().convertToDouble();
  layer.setResult(layer.graph.add(kLeakyRelu, {layer.input()},
                                  {onnxFloat("alpha", slope)}));
  return llvm::Error::success();
}

/// Layers of an `alpha`.
template <typename Op, const char *op>
static llvm::Error exportAlpha(const LayerExport &layer) {
  double alpha = layer.as<Op>().getAlpha().convertToDouble();
  layer.setResult(
      layer.graph.add(op, {layer.input()}, {onnxFloat("alpha", alpha)}));
  return llvm::Error::success();
}

template <typename Op, const char *op>
static llvm::Error exportNormalizer(const LayerExport &layer) {
  if (layer.inputType().getRank() == 1)
    return llvm::createStringError("has a value without a batch");
  int64_t axis = layer.as<Op>().getAxis();
  layer.setResult(
      layer.graph.add(op, {layer.input()}, {onnxInt("axis", axis)}));
  return llvm::Error::success();
}

static llvm::Error exportPrelu(const LayerExport &layer) {
  std::string slope = layer.parameter(0);
  int64_t behind = layer.inputType().getRank() - 2;
  // Slopes line up with the last dimension unless ones follow them.
  if (layer.as<nn::PreluOp>().getPerChannel() && behind > 0) {
    SmallVector<int64_t> shape(behind + 1, 1);
    shape.front() = -1;
    slope = layer.graph.add("Reshape", {slope, layer.graph.ints(shape)});
  }
  layer.setResult(layer.graph.add("PRelu", {layer.input(), slope}));
  return llvm::Error::success();
}

static llvm::Error exportHardtanh(const LayerExport &layer) {
  auto op = layer.as<nn::HardtanhOp>();
  std::string least = layer.graph.number(op.getMin().convertToDouble());
  std::string greatest = layer.graph.number(op.getMax().convertToDouble());
  layer.setResult(layer.graph.add("Clip", {layer.input(), least, greatest}));
  return llvm::Error::success();
}

static llvm::Error exportAffine(const LayerExport &layer) {
  auto op = layer.as<nn::AffineOp>();
  std::string scale = layer.graph.number(op.getScale().convertToDouble());
  std::string product = layer.graph.add("Mul", {layer.input(), scale});
  std::string offset = layer.graph.number(op.getOffset().convertToDouble());
  layer.setResult(layer.graph.add("Add", {product, offset}));
  return llvm::Error::success();
}

static llvm::Error exportHardsigmoid(const LayerExport &layer) {
  layer.setResult(
      layer.graph.add("HardSigmoid", {layer.input()},
                      {onnxFloat("alpha", 1.0 / 6), onnxFloat("beta", 0.5)}));
  return llvm::Error::success();
}

/// −log(1 + e⁻ˣ), which stays exact where sigmoid is 0.
static llvm::Error exportLogSigmoid(const LayerExport &layer) {
  OnnxGraph &graph = layer.graph;
  std::string negative = graph.add("Neg", {layer.input()});
  std::string plus = graph.add("Softplus", {negative});
  layer.setResult(graph.add("Neg", {plus}));
  return llvm::Error::success();
}

static llvm::Error exportSoftplus(const LayerExport &layer) {
  auto op = layer.as<nn::SoftplusOp>();
  OnnxGraph &graph = layer.graph;
  // From 20 on, the logarithm is x to the last bit, or nearly.
  if (op.getThreshold().convertToDouble() < 20)
    return llvm::createStringError(
        "has a threshold below 20, which Softplus lacks");
  double beta = op.getBeta().convertToDouble();
  if (beta == 1) {
    layer.setResult(graph.add("Softplus", {layer.input()}));
    return llvm::Error::success();
  }
  std::string scale = graph.number(beta);
  std::string scaled = graph.add("Mul", {layer.input(), scale});
  std::string plus = graph.add("Softplus", {scaled});
  std::string inverse = graph.number(1 / beta);
  layer.setResult(graph.add("Mul", {plus, inverse}));
  return llvm::Error::success();
}

static llvm::Error exportGelu(const LayerExport &layer) {
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
  layer.setResult(graph.add("Mul", {product, half}));
  return llvm::Error::success();
}

static llvm::Error exportSilu(const LayerExport &layer) {
  std::string gate = layer.graph.add("Sigmoid", {layer.input()});
  layer.setResult(layer.graph.add("Mul", {layer.input(), gate}));
  return llvm::Error::success();
}

static llvm::Error exportMish(const LayerExport &layer) {
  std::string plus = layer.graph.add("Softplus", {layer.input()});
  std::string gate = layer.graph.add("Tanh", {plus});
  layer.setResult(layer.graph.add("Mul", {layer.input(), gate}));
  return llvm::Error::success();
}

void addActivationVisitors(LayerVisitors &visitors) {
  visitors["relu"] = exportAs<kRelu>;
  visitors["selu"] = exportAs<kSelu>;
  visitors["sigmoid"] = exportAs<kSigmoid>;
  visitors["softsign"] = exportAs<kSoftsign>;
  visitors["tanh"] = exportAs<kTanh>;
  visitors["hardswish"] = exportAs<kHardSwish>;
  visitors["identity"] = exportAs<kIdentity>;
  visitors["dropout"] = exportAs<kIdentity>;
  visitors["leaky_relu"] = exportLeakyRelu;
  visitors["elu"] = exportAlpha<nn::EluOp, kElu>;
  visitors["celu"] = exportAlpha<nn::CeluOp, kCelu>;
  visitors["softmax"] = exportNormalizer<nn::SoftmaxOp, kSoftmax>;
  visitors["log_softmax"] = exportNormalizer<nn::LogSoftmaxOp, kLogSoftmax>;
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
