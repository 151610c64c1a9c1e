//===- Dense.cpp - Fully connected layers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

/// The bias is what the matmul accumulates onto.
Value dense(OpBuilder &builder, Location loc, Value matrix, Value weight,
            Value bias) {
  int64_t rows = typeOf(matrix).getDimSize(0);
  int64_t units = typeOf(weight).getDimSize(0);
  Value init;
  if (bias)
    init =
        linalg::BroadcastOp::create(
            builder, loc, bias, emptyLike(builder, loc, matrix, {rows, units}),
            ArrayRef<int64_t>{0})
            .getResults()[0];
  else
    init = filled(builder, loc, matrix, {rows, units}, 0.0);
  return linalg::MatmulTransposeBOp::create(builder, loc,
                                            ValueRange{matrix, weight}, init)
      .getResult(0);
}

namespace {

struct DenseLowering
    : LinalgLoweringOpInterface::ExternalModel<DenseLowering, DenseOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    Value bias = parameters.size() == 2 ? parameters[1] : Value();
    Value product = dense(builder, loc, toMatrix(builder, loc, inputs[0]),
                          parameters[0], bias);
    return fromMatrix(builder, loc, product, cast<DenseOp>(op).getType(),
                      inputs[0]);
  }
};

} // namespace

void attachDenseLowerings(MLIRContext &context) {
  DenseOp::attachInterface<DenseLowering>(context);
}

} // namespace nascent::nn
