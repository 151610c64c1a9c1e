//===- Dense.cpp - Fully connected layers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
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
    int64_t rows = cast<RankedTensorType>(input.getType()).getDimSize(0);
    int64_t units =
        cast<RankedTensorType>(parameters[0].getType()).getDimSize(0);
    Value init;
    if (parameters.size() == 2)
      init = linalg::BroadcastOp::create(
                 builder, loc, parameters[1],
                 emptyLike(builder, loc, input, {rows, units}),
                 ArrayRef<int64_t>{0})
                 .getResults()[0];
    else
      init = filled(builder, loc, input, {rows, units}, 0.0);
    Value product = linalg::MatmulTransposeBOp::create(
                        builder, loc, ValueRange{input, parameters[0]}, init)
                        .getResult(0);
    return fromMatrix(builder, loc, product, cast<DenseOp>(op).getType(),
                      inputs[0]);
  }
};

} // namespace

void attachDenseLowerings(MLIRContext &context) {
  DenseOp::attachInterface<DenseLowering>(context);
}

} // namespace nascent::nn
