//===- OnnxExport.cpp - Networks as ONNX ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers become nodes of operator set 17, the newest that Debian's checker and
// the web's runtimes know; what later sets have an operator for is composed.
//
//===----------------------------------------------------------------------===//

#include "nascent/Export/OnnxExport.h"
#include "OnnxGraph.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

static bool hasLengths(nn::LayerOpInterface layer) {
  return llvm::any_of(layer->getOpOperands(), [&](OpOperand &operand) {
    return layer.getLengthDim(operand.getOperandNumber()).has_value();
  });
}

static llvm::Error exportLayer(nn::LayerOpInterface layer,
                               const LayerVisitor &visitor, OnnxGraph &graph) {
  if (!visitor.writesLengths && hasLengths(layer))
    return llvm::createStringError(
        "has lengths of rows, which are written of recurrent layers only");
  if (!visitor.visit && visitor.op.empty())
    return llvm::createStringError("has no form in ONNX 17");
  LayerExport own = {layer, graph};
  llvm::Expected<std::string> result =
      visitor.visit ? visitor.visit(own) : graph.add(visitor.op, {own.input()});
  if (result)
    graph.setValue(layer->getResult(0), *result);
  return result.takeError();
}

static LayerVisitors allVisitors() {
  LayerVisitors visitors;
  addActivationVisitors(visitors);
  addAttentionVisitors(visitors);
  addDenseVisitors(visitors);
  addNormalizationVisitors(visitors);
  addRecurrentVisitors(visitors);
  addShapingVisitors(visitors);
  addWindowVisitors(visitors);
  return visitors;
}

FailureOr<std::string> exportOnnx(nn::SequentialOp network,
                                  ArrayRef<nn::NetworkParameter> parameters,
                                  ParameterValues values) {
  LayerVisitors visitors = allVisitors();
  OnnxGraph graph(network, parameters, values);
  graph.addInputs();
  std::vector<std::string> refusals;
  for (nn::LayerOpInterface layer : network.getLayers()) {
    graph.beginLayer(layer.getLayerName());
    if (llvm::Error error = exportLayer(
            layer, visitors.lookup(layer->getName().stripDialect()), graph))
      refusals.push_back(fmt::format("layer '{}' (nn.{}) {}",
                                     printable(layer.getLayerName()),
                                     layer->getName().stripDialect().str(),
                                     llvm::toString(std::move(error))));
  }
  if (!refusals.empty()) {
    network.emitError() << "cannot be written as ONNX: "
                        << llvm::join(refusals, "; ");
    return failure();
  }
  if (graph.hasFailed())
    return failure();
  graph.addOutputs();
  auto contents = writeOnnx(graph.getModel());
  if (!contents) {
    network.emitError() << llvm::toString(contents.takeError());
    return failure();
  }
  return std::move(*contents);
}

} // namespace nascent
