//===- LayerShapes.cpp - Dimensions that remember their origin ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::nn {

Shape::Shape(RankedTensorType type, const Origin &origin) {
  for (int64_t size : type.getShape())
    dims.push_back(ShapedType::isDynamic(size) ? Dim() : Dim(size, origin));
}

SmallVector<int64_t> Shape::sizes() const {
  SmallVector<int64_t> sizes;
  for (const Dim &dim : dims)
    sizes.push_back(dim.getSize());
  return sizes;
}

InFlightDiagnostic noteOrigin(InFlightDiagnostic diag, const Dim &dim) {
  diag.attachNote(dim.getOrigin().location)
      << dim.getExpr().format() << " comes from " << dim.getOrigin().phrase;
  return diag;
}

LogicalResult narrow(const Dim &known, Shape &shape, unsigned dim,
                     StringRef what, EmitError emitError) {
  Dim &current = shape.dims[dim];
  const SizeExpr &wanted = known.getExpr(), &actual = current.getExpr();
  if (wanted.isUnknown() || wanted == actual)
    return success();
  if (wanted.isTooLarge() && !wanted.isFormula()) {
    InFlightDiagnostic diag = emitError() << "expects " << what
                                          << " less than 2^63, got more";
    diag.attachNote(known.getOrigin().location)
        << "it comes from " << known.getOrigin().phrase;
    return diag;
  }
  if (actual.isUnknown()) {
    current = known;
    shape.changed = true;
    return success();
  }
  SizeCondition condition = SizeCondition::equal(wanted, actual);
  if (condition.decide() != false) {
    shape.require(condition);
    return success();
  }
  return noteOrigin(noteOrigin(emitError() << "expects " << what << " "
                                           << wanted.format() << ", got "
                                           << actual.format(),
                               known),
                    current);
}

LogicalResult unify(Shape &a, unsigned i, Shape &b, unsigned j, StringRef what,
                    EmitError emitError) {
  if (a.dims[i].getExpr().isUnknown())
    return narrow(b.dims[j], a, i, what, emitError);
  return narrow(a.dims[i], b, j, what, emitError);
}

std::optional<int64_t> checkedProduct(ArrayRef<int64_t> sizes) {
  if (llvm::any_of(sizes, ShapedType::isDynamic))
    return ShapedType::kDynamic;
  int64_t product = 1;
  for (int64_t size : sizes)
    if (llvm::MulOverflow(product, size, product))
      return std::nullopt;
  return product;
}

LogicalResult verifySize(ArrayRef<int64_t> sizes, StringRef what,
                         EmitError emitError) {
  SmallVector<int64_t> known;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      continue;
    if (size <= 0)
      return emitError() << what << " has a dimension of size " << size
                         << "; sizes must be positive";
    known.push_back(size);
  }
  known.push_back(sizeof(float));
  if (checkedProduct(known))
    return success();
  InFlightDiagnostic diag = emitError() << what << " of shape (";
  llvm::interleaveComma(sizes, diag, [&](int64_t size) {
    diag << (ShapedType::isDynamic(size) ? -1 : size);
  });
  return diag << ") needs 2^63 bytes or more";
}

Fan ParameterSpec::fanOf(const Shape &weight) {
  // The frameworks know no fan of a vector.
  if (weight.rank() < 2)
    return {};
  SmallVector<int64_t> sizes = weight.sizes();
  // Dimensions after the second are the kernel: both fans count them.
  SmallVector<int64_t> kernel(llvm::drop_begin(sizes, 2));
  auto times = [&](int64_t channels) {
    SmallVector<int64_t> factors(kernel);
    factors.push_back(channels);
    return checkedProduct(factors).value_or(ShapedType::kDynamic);
  };
  return {times(sizes[1]), times(sizes[0])};
}

} // namespace nascent::nn
