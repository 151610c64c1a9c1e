//===- FillBuilder.h - Integer and vector arithmetic of fills ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_FILLBUILDER_H
#define NASCENT_LIB_PARAMETERS_FILLBUILDER_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent::parameters {

/// An element type for as many lanes as `like` has.
inline mlir::Type withElement(mlir::Type like, mlir::Type element) {
  auto vector = llvm::dyn_cast<mlir::VectorType>(like);
  return vector ? mlir::Type(vector.clone(element)) : element;
}

/// A builder with short names for what fill functions do all the time.
class FillBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using Value = mlir::Value;
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  Value index(int64_t value);
  Value toI64(Value index);
  Value toI32(Value index);
  Value add(Value x, Value y);
  Value subtract(Value x, Value y);
  Value mul(Value x, Value y);
  /// Of signed numbers.
  Value min(Value x, Value y);
  Value max(Value x, Value y);
  Value shiftRight(Value x, int64_t count);
  /// Of an index below 2^31, rounded down.
  Value divide(Value x, int64_t divisor);

  /// Where a row of `columns` has a column that is c·spatial + s canonically:
  /// at s·C + c, C being the channels. All are indices.
  Value storedColumn(Value column, Value columns, int64_t spatial);

  /// The scalar itself where `type` is none of a vector.
  Value splat(mlir::Type type, Value scalar);
  /// `type` is i64 or a vector of it.
  Value constantI64(mlir::Type type, int64_t value);
  /// first, first + step, … as a vector of `element`.
  Value iota(mlir::Type element, int64_t size, int64_t step = 1,
             int64_t first = 0);
  /// Vectors of one type as one; null where they are null, or none.
  Value concatenate(llvm::ArrayRef<Value> vectors);
  /// The opposite.
  void separate(Value all, llvm::MutableArrayRef<Value> parts);
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_FILLBUILDER_H
