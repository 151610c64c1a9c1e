//===- Dense.cpp - Fully connected layers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// y = x·Wᵀ + b: the bias is what the matmul accumulates onto.
struct DenseLowering
    : LinalgLoweringOpInterface::ExternalModel<DenseLowering, DenseOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    Value input = toMatrix(builder, loc, inputs[0]);
    Value product =
        matrixProduct(builder, loc, input, parameters[0],
                      parameters.size() == 2 ? parameters[1] : Value());
    return fromMatrix(builder, loc, product, cast<DenseOp>(op).getType(),
                      inputs[0]);
  }
};

} // namespace

void attachDenseLowerings(MLIRContext &context) {
  DenseOp::attachInterface<DenseLowering>(context);
}

} // namespace nascent::nn
