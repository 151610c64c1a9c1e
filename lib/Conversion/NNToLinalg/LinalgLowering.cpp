//===- LinalgLowering.cpp - How each layer computes -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

#include "nascent/Conversion/NNToLinalg/LinalgLowering.cpp.inc"

namespace nascent::nn {
namespace {

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

Value constant(OpBuilder &builder, Location loc, double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

/// A tensor of `shape` without values; sizes that are open are those of `like`.
Value emptyLike(OpBuilder &builder, Location loc, Value like,
                ArrayRef<int64_t> shape) {
  SmallVector<Value> sizes;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(size))
      sizes.push_back(tensor::DimOp::create(builder, loc, like, dim));
  return tensor::EmptyOp::create(builder, loc, shape, builder.getF32Type(),
                                 sizes);
}

Value filled(OpBuilder &builder, Location loc, Value like,
             ArrayRef<int64_t> shape, double value) {
  Value scalar = constant(builder, loc, value);
  return linalg::FillOp::create(builder, loc, scalar,
                                emptyLike(builder, loc, like, shape))
      .getResult(0);
}

using Body =
    llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange elements)>;

/// body(elements of the inputs) for each element of the first input's shape;
/// a further input may be a vector of one value a row.
Value elementwise(OpBuilder &builder, Location loc, ValueRange inputs,
                  Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  unsigned rank = type.getRank();
  SmallVector<AffineMap> maps;
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  for (Value input : inputs)
    maps.push_back(
        AffineMap::get(rank, 0,
                       identity.getResults().take_front(
                           cast<RankedTensorType>(input.getType()).getRank()),
                       builder.getContext()));
  maps.push_back(identity);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, type, inputs,
      emptyLike(builder, loc, inputs[0], type.getShape()), maps, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder b(nestedLoc, nested);
        linalg::YieldOp::create(b, body(b, arguments.drop_back()));
      });
  return generic.getResult(0);
}

/// The columns of a matrix reduced to one value a row, starting from `initial`:
/// body({elements of the inputs…, accumulator}).
Value reduceRows(OpBuilder &builder, Location loc, ValueRange inputs,
                 double initial, Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(identity.getMajorSubMap(
        cast<RankedTensorType>(input.getType()).getRank()));
  maps.push_back(identity.getMajorSubMap(1));
  Value init =
      filled(builder, loc, inputs[0], type.getShape().take_front(), initial);
  auto generic = linalg::GenericOp::create(
      builder, loc, init.getType(), inputs, init, maps,
      {utils::IteratorType::parallel, utils::IteratorType::reduction},
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder b(nestedLoc, nested);
        linalg::YieldOp::create(b, body(b, arguments));
      });
  return generic.getResult(0);
}

//===----------------------------------------------------------------------===//
// Dense
//===----------------------------------------------------------------------===//

/// y = x·Wᵀ + b: the bias is what the matmul accumulates onto.
struct DenseLowering
    : LinalgLoweringOpInterface::ExternalModel<DenseLowering, DenseOp> {
  Value lowerToLinalg(Operation *, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    Value input = inputs[0];
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
    return linalg::MatmulTransposeBOp::create(
               builder, loc, ValueRange{input, parameters[0]}, init)
        .getResult(0);
  }
};

//===----------------------------------------------------------------------===//
// Activations of one element
//===----------------------------------------------------------------------===//

/// 1 / (1 + e⁻ˣ). Beside 1, only whether e⁻ˣ is finite shows of what is out of
/// the range of normal numbers; hence `afn`.
Value sigmoid(ImplicitLocOpBuilder &b, Value x) {
  auto afn = arith::FastMathFlags::afn;
  Value one = constant(b, b.getLoc(), 1.0);
  Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, x), afn);
  Value sum = arith::AddFOp::create(b, one, exp);
  return arith::DivFOp::create(b, one, sum, afn);
}

Value activation(ReluOp, ImplicitLocOpBuilder &b, Value x) {
  // Written so that NaN stays NaN.
  Value zero = constant(b, b.getLoc(), 0.0);
  Value isNegative =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, zero);
  return arith::SelectOp::create(b, isNegative, zero, x);
}

Value activation(LeakyReluOp op, ImplicitLocOpBuilder &b, Value x) {
  Value zero = constant(b, b.getLoc(), 0.0);
  Value slope = constant(b, b.getLoc(), op.getSlope().convertToDouble());
  Value isPositive =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
  return arith::SelectOp::create(b, isPositive, x,
                                 arith::MulFOp::create(b, x, slope));
}

Value activation(EluOp op, ImplicitLocOpBuilder &b, Value x) {
  Value zero = constant(b, b.getLoc(), 0.0);
  Value alpha = constant(b, b.getLoc(), op.getAlpha().convertToDouble());
  Value isPositive =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
  Value negative = arith::MulFOp::create(b, alpha, math::ExpM1Op::create(b, x));
  return arith::SelectOp::create(b, isPositive, x, negative);
}

Value activation(SigmoidOp, ImplicitLocOpBuilder &b, Value x) {
  return sigmoid(b, x);
}

Value activation(TanhOp, ImplicitLocOpBuilder &b, Value x) {
  return math::TanhOp::create(b, x);
}

Value activation(GeluOp op, ImplicitLocOpBuilder &b, Value x) {
  auto number = [&](double value) { return constant(b, b.getLoc(), value); };
  Value inner;
  if (op.getTanh()) {
    Value square = arith::MulFOp::create(b, x, x);
    Value cubic = arith::MulFOp::create(
        b, arith::MulFOp::create(b, number(0.044715), square), x);
    Value sum = arith::AddFOp::create(b, x, cubic);
    inner = math::TanhOp::create(
        b, arith::MulFOp::create(b, number(0.79788456080286536), sum));
  } else {
    inner = math::ErfOp::create(
        b, arith::MulFOp::create(b, x, number(0.70710678118654752)));
  }
  Value half = arith::MulFOp::create(b, x, number(0.5));
  return arith::MulFOp::create(b, half,
                               arith::AddFOp::create(b, number(1.0), inner));
}

Value activation(SiluOp, ImplicitLocOpBuilder &b, Value x) {
  return arith::MulFOp::create(b, x, sigmoid(b, x));
}

template <typename LayerOp>
struct ElementwiseLowering
    : LinalgLoweringOpInterface::ExternalModel<ElementwiseLowering<LayerOp>,
                                               LayerOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    return elementwise(builder, loc, inputs,
                       [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                         return activation(cast<LayerOp>(op), b, elements[0]);
                       });
  }
};

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

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
    Value x = inputs[0];
    Value maximum = maximumOfRows(builder, loc, x);
    Value sum = sumOfExponentials(builder, loc, x, maximum);
    return elementwise(builder, loc, {x, maximum, sum},
                       [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                         return arith::DivFOp::create(
                             b, expOfDifference(b, v[0], v[1]), v[2]);
                       });
  }
};

struct LogSoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<LogSoftmaxLowering,
                                               LogSoftmaxOp> {
  Value lowerToLinalg(Operation *, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    Value x = inputs[0];
    Value maximum = maximumOfRows(builder, loc, x);
    Value sum = sumOfExponentials(builder, loc, x, maximum);
    Value log = elementwise(builder, loc, sum,
                            [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                              return math::LogOp::create(b, v[0]);
                            });
    return elementwise(builder, loc, {x, maximum, log},
                       [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                         return arith::SubFOp::create(
                             b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                       });
  }
};

} // namespace

void registerLinalgLoweringModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    DenseOp::attachInterface<DenseLowering>(*context);
    ReluOp::attachInterface<ElementwiseLowering<ReluOp>>(*context);
    LeakyReluOp::attachInterface<ElementwiseLowering<LeakyReluOp>>(*context);
    EluOp::attachInterface<ElementwiseLowering<EluOp>>(*context);
    SigmoidOp::attachInterface<ElementwiseLowering<SigmoidOp>>(*context);
    TanhOp::attachInterface<ElementwiseLowering<TanhOp>>(*context);
    GeluOp::attachInterface<ElementwiseLowering<GeluOp>>(*context);
    SiluOp::attachInterface<ElementwiseLowering<SiluOp>>(*context);
    SoftmaxOp::attachInterface<SoftmaxLowering>(*context);
    LogSoftmaxOp::attachInterface<LogSoftmaxLowering>(*context);
  });
}

} // namespace nascent::nn
