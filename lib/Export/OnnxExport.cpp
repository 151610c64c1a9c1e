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

/// Why a layer cannot be written, whatever its kind; empty if it can.
static StringRef refusalOf(nn::LayerOpInterface layer) {
  if (isa<nn::LstmOp, nn::GruOp, nn::RnnOp>(layer))
    return "";
  for (OpOperand &operand : layer->getOpOperands())
    if (layer.getLengthDim(operand.getOperandNumber()))
      return "has lengths of rows, which are written of recurrent layers only";
  return "";
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
    LayerVisitor visitor = visitors.lookup(layer->getName().stripDialect());
    StringRef refusal = refusalOf(layer);
    llvm::Error error = !refusal.empty() ? llvm::createStringError(refusal)
                        : visitor
                            ? visitor({layer, graph})
                            : llvm::createStringError("has no form in ONNX 17");
    if (error)
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
