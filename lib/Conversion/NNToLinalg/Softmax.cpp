//===- Softmax.cpp - Activations of a row ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {
namespace {

Value maximumOfRows(OpBuilder &builder, Location loc, Value x) {
  return reduceRows(builder, loc, x, -std::numeric_limits<double>::infinity(),
                    [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                      return arith::MaximumFOp::create(b, v[0], v[1]);
                    });
}

/// e^(x − max), the difference never positive.
Value expOfDifference(ImplicitLocOpBuilder &b, Value x, Value maximum) {
  return math::ExpOp::create(b, arith::SubFOp::create(b, x, maximum));
}

Value sumOfExponentials(OpBuilder &builder, Location loc, Value x,
                        Value maximum) {
  return reduceRows(builder, loc, {x, maximum}, 0.0,
                    [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                      return arith::AddFOp::create(
                          b, v[2], expOfDifference(b, v[0], v[1]));
                    });
}

struct SoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<SoftmaxLowering, SoftmaxOp> {
  Value lowerToLinalg(Operation *, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    Value x = toMatrix(builder, loc, inputs[0]);
    Value maximum = maximumOfRows(builder, loc, x);
    Value sum = sumOfExponentials(builder, loc, x, maximum);
    Value result = elementwise(
        builder, loc, {x, maximum, sum},
        [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          return arith::DivFOp::create(b, expOfDifference(b, v[0], v[1]), v[2]);
        });
    return fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(inputs[0].getType()), inputs[0]);
  }
};

struct LogSoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<LogSoftmaxLowering,
                                               LogSoftmaxOp> {
  Value lowerToLinalg(Operation *, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    Value x = toMatrix(builder, loc, inputs[0]);
    Value maximum = maximumOfRows(builder, loc, x);
    Value sum = sumOfExponentials(builder, loc, x, maximum);
    Value log = elementwise(builder, loc, sum,
                            [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                              return math::LogOp::create(b, v[0]);
                            });
    Value result =
        elementwise(builder, loc, {x, maximum, log},
                    [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                      return arith::SubFOp::create(
                          b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                    });
    return fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(inputs[0].getType()), inputs[0]);
  }
};

} // namespace

void attachSoftmaxLowerings(MLIRContext &context) {
  SoftmaxOp::attachInterface<SoftmaxLowering>(context);
  LogSoftmaxOp::attachInterface<LogSoftmaxLowering>(context);
}

} // namespace nascent::nn
