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

/// Where a matrix has the elements of a row of a value along `axis`, counted
/// from the last one on where negative: what `rows` makes of it, as the value.
template <typename LayerOp>
Value alongAxis(LayerOp layer, OpBuilder &builder, Location loc, Value input,
                function_ref<Value(Value matrix)> rows) {
  auto type = cast<RankedTensorType>(layer.getType());
  int64_t rank = type.getRank(), axis = layer.getAxis();
  // A merged dimension is the last one, too.
  int64_t dim = storedDim(type, axis < 0 ? axis + rank : axis);
  if (dim == rank - 1) {
    Value result = rows(toMatrix(builder, loc, input));
    return fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(input.getType()), input);
  }
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  // Neighbours along the axis become neighbours in memory, and go back.
  std::swap(permutation[dim], permutation[rank - 1]);
  Value turned = transpose(builder, loc, input, permutation);
  Value result = rows(toMatrix(builder, loc, turned));
  result = fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(turned.getType()), turned);
  return transpose(builder, loc, result, permutation);
}

struct SoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<SoftmaxLowering, SoftmaxOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    return alongAxis(
        cast<SoftmaxOp>(op), builder, loc, inputs[0],
        [&](Value matrix) { return softmaxOfRows(builder, loc, matrix); });
  }
};

struct LogSoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<LogSoftmaxLowering,
                                               LogSoftmaxOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    auto rows = [&](Value x) {
      Value maximum = maximumOfRows(builder, loc, x);
      Value sum = sumOfExponentials(builder, loc, x, maximum);
      Value log =
          elementwise(builder, loc, sum,
                      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                        return math::LogOp::create(b, v[0]);
                      });
      return elementwise(builder, loc, {x, maximum, log},
                         [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                           return arith::SubFOp::create(
                               b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                         });
    };
    return alongAxis(cast<LogSoftmaxOp>(op), builder, loc, inputs[0], rows);
  }
};

} // namespace

Value softmaxOfRows(OpBuilder &builder, Location loc, Value matrix) {
  Value maximum = maximumOfRows(builder, loc, matrix);
  Value sum = sumOfExponentials(builder, loc, matrix, maximum);
  return elementwise(builder, loc, {matrix, maximum, sum},
                     [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                       return arith::DivFOp::create(
                           b, expOfDifference(b, v[0], v[1]), v[2]);
                     });
}

void attachSoftmaxLowerings(MLIRContext &context) {
  SoftmaxOp::attachInterface<SoftmaxLowering>(context);
  LogSoftmaxOp::attachInterface<LogSoftmaxLowering>(context);
}

} // namespace nascent::nn
