//===- LoweredFunctions.cpp - What kernels and their callers share --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweredFunctions.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

bool hasKnownSizes(ShapedType type) {
  return type.hasStaticShape() && !llvm::is_contained(type.getShape(), 0);
}

bool isSized(ShapedType type) {
  if (!hasKnownSizes(type))
    return false;
  SmallVector<int64_t> factors(type.getShape());
  factors.push_back(sizeof(float));
  return nn::checkedProduct(factors).has_value();
}

bool isStored(Type element) {
  return element.isF32() || element.isF16() || element.isBF16();
}

/// Whether the last element of a buffer has an address, if its elements are
/// that few. Distances that are not known, or lead back, are not for kernels to
/// refuse.
static bool isAddressable(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (type.getLayout().isIdentity() ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamic(offset) || ShapedType::isDynamicShape(strides))
    return true;
  int64_t last = offset;
  for (auto [size, stride] : llvm::zip(type.getShape(), strides))
    if (int64_t step; llvm::MulOverflow(size - 1, stride, step) ||
                      llvm::AddOverflow(last, step, last))
      return false;
  return !llvm::MulOverflow<int64_t>(last, sizeof(float), last);
}

bool isBuffer(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  return buffer && isSized(buffer) && isStored(buffer.getElementType()) &&
         !buffer.getMemorySpace() && isAddressable(buffer);
}

bool hasOwnElements(MemRefType type) {
  if (type.getLayout().isIdentity())
    return true;
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<std::pair<int64_t, int64_t>> dims;
  for (auto [size, stride] : llvm::zip(type.getShape(), strides))
    if (size > 1)
      dims.push_back({stride, size});
  llvm::sort(dims);
  int64_t extent = 1;
  for (auto [stride, size] : dims) {
    if (stride < extent)
      return false;
    extent = stride * size;
  }
  return true;
}

bool isValueBuffer(Type type) {
  return isBuffer(type) && cast<MemRefType>(type).getElementType().isF32();
}

LogicalResult verifyOneBlock(func::FuncOp function, StringRef what) {
  if (function.getNumResults() != 0)
    return function.emitOpError()
           << "is " << what << ", which has no results, but returns "
           << function.getResultTypes().front();
  if (!function.isDeclaration() && !function.getBody().hasOneBlock())
    return function.emitOpError()
           << "is " << what << ", which is one block, but has "
           << function.getBody().getBlocks().size();
  return success();
}

} // namespace nascent::kernels
