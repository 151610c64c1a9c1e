//===- Activations.cpp - Layers that keep the shape -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// The shared rule of softmax and log_softmax, which need an axis.
static LogicalResult relateOverLast(LayerShapes &shapes, EmitError emitError) {
  if (shapes.inputs[0].rank() == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  return relateSame(shapes, emitError);
}

NN_SAME_SHAPE(ReluOp, relateSame, "ReLU()", "Activation(relu)", "ReLU")
NN_SAME_SHAPE(LeakyReluOp, relateSame,
              fmt::format("LeakyReLU(negative_slope={})", python(getSlope())),
              fmt::format("LeakyReLU({})", python(getSlope())), "LeakyReLU")
NN_SAME_SHAPE(EluOp, relateSame,
              fmt::format("ELU(alpha={})", python(getAlpha())), "ELU()", "ELU")
NN_SAME_SHAPE(SigmoidOp, relateSame, "Sigmoid()", "Activation(sigmoid)",
              "Sigmoid")
NN_SAME_SHAPE(TanhOp, relateSame, "Tanh()", "Activation(tanh)", "Tanh")
NN_SAME_SHAPE(GeluOp, relateSame,
              getTanh() ? "GELU(approximate='tanh')"
                        : "GELU(approximate='none')",
              "GELU()", "GELU")
NN_SAME_SHAPE(SiluOp, relateSame, "SiLU()", "SiLU()", "SiLU")
NN_SAME_SHAPE(SoftmaxOp, relateOverLast, "Softmax(dim=-1)", "softmax()",
              "Softmax")
NN_SAME_SHAPE(LogSoftmaxOp, relateOverLast, "LogSoftmax(dim=-1)",
              "log_softmax()", "LogSoftmax")

/// Rows stay apart only where the normalised dimension is not the rows' own.
bool SoftmaxOp::isRowWise() { return getType().getRank() > 1; }
bool LogSoftmaxOp::isRowWise() { return getType().getRank() > 1; }

OpFoldResult ReluOp::fold(FoldAdaptor) {
  return getInput().getDefiningOp<ReluOp>() ? inputIfSameType(*this) : Value();
}

} // namespace nascent::nn
