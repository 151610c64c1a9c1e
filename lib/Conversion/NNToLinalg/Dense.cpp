//===- Dense.cpp - Fully connected layers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

/// The bias is what the matmul accumulates onto.
Value dense(ImplicitLocOpBuilder &b, Value matrix, Value weight, Value bias) {
  int64_t rows = typeOf(matrix).getDimSize(0);
  int64_t units = typeOf(weight).getDimSize(0);
  Value init;
  if (bias)
    init = linalg::BroadcastOp::create(b, bias,
                                       emptyLike(b, matrix, {rows, units}),
                                       ArrayRef<int64_t>{0})
               .getResults()[0];
  else
    init = filled(b, matrix, {rows, units}, 0.0);
  return linalg::MatmulTransposeBOp::create(b, b.getLoc(),
                                            ValueRange{matrix, weight}, init)
      .getResult(0);
}

namespace {

Value lower(DenseOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  Value bias = parameters.size() == 2 ? parameters[1] : Value();
  Value product = dense(b, toMatrix(b, inputs[0]), parameters[0], bias);
  return fromMatrix(b, product, op.getType(), inputs[0]);
}

} // namespace

void attachDenseLowerings(MLIRContext &context) {
  attach<DenseOp, lower>(context);
}

} // namespace nascent::nn
