//===- LoweredFunctions.cpp - What kernels and their callers share --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweredFunctions.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"

using namespace mlir;

namespace nascent::codegen {

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

bool isBuffer(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  return buffer && isSized(buffer) && isStored(buffer.getElementType()) &&
         !buffer.getMemorySpace();
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

} // namespace nascent::codegen
