//===- ElementwiseBuilder.h - Arithmetic on floats or vectors ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_ELEMENTWISEBUILDER_H
#define NASCENT_SUPPORT_ELEMENTWISEBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent {

/// Emits arithmetic on f32 and i32 values, or on vectors of them of one shape,
/// so that a formula is written once for both and reads like one.
class ElementwiseBuilder {
public:
  using Value = mlir::Value;

  /// `type` is f32 or a vector of it.
  ElementwiseBuilder(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Type type)
      : b(loc, builder), type(type) {}

  mlir::Type getFloatType() const { return type; }
  mlir::Type getIntType() { return withElement(b.getI32Type()); }
  mlir::ImplicitLocOpBuilder &getBuilder() { return b; }

  Value f32(float value) { return constant(type, b.getF32FloatAttr(value)); }
  Value i32(uint32_t value) {
    return constant(getIntType(), b.getI32IntegerAttr(value));
  }

  template <typename Op>
  Value emit(Value x, Value y) {
    return Op::create(b, x, y);
  }
  Value add(Value x, Value y) { return emit<mlir::arith::AddFOp>(x, y); }
  Value sub(Value x, Value y) { return emit<mlir::arith::SubFOp>(x, y); }
  Value mul(Value x, Value y) { return emit<mlir::arith::MulFOp>(x, y); }
  Value neg(Value x) { return mlir::arith::NegFOp::create(b, x); }

  /// Σ coefficients[i]·xⁱ by Horner's rule, without contraction.
  Value polynomial(Value x, llvm::ArrayRef<float> coefficients) {
    Value sum = f32(coefficients.back());
    for (float coefficient : llvm::reverse(coefficients.drop_back())) {
      sum = mul(sum, x);
      sum = add(sum, f32(coefficient));
    }
    return sum;
  }

  /// The bits of a float, and back.
  Value toBits(Value x) {
    return mlir::arith::BitcastOp::create(b, getIntType(), x);
  }
  Value fromBits(Value x) { return mlir::arith::BitcastOp::create(b, type, x); }
  /// The float nearest to a signed integer.
  Value toFloat(Value x) { return mlir::arith::SIToFPOp::create(b, type, x); }

  /// x <predicate> y ? then : otherwise.
  Value select(mlir::arith::CmpFPredicate predicate, Value x, Value y,
               Value then, Value otherwise) {
    Value condition = mlir::arith::CmpFOp::create(b, predicate, x, y);
    return mlir::arith::SelectOp::create(b, condition, then, otherwise);
  }

private:
  mlir::Type withElement(mlir::Type element) {
    auto vector = llvm::dyn_cast<mlir::VectorType>(type);
    return vector ? mlir::Type(vector.clone(element)) : element;
  }
  Value constant(mlir::Type constantType, mlir::TypedAttr scalar) {
    if (auto vector = llvm::dyn_cast<mlir::VectorType>(constantType))
      scalar = mlir::DenseElementsAttr::get(
          vector, llvm::cast<mlir::Attribute>(scalar));
    return mlir::arith::ConstantOp::create(b, constantType, scalar);
  }

  mlir::ImplicitLocOpBuilder b;
  mlir::Type type;
};

} // namespace nascent

#endif // NASCENT_SUPPORT_ELEMENTWISEBUILDER_H
