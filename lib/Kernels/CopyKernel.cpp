//===- CopyKernel.cpp - Kernels that copy a buffer ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/CopyKernel.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::kernels {

void buildCopyKernel(func::FuncOp kernel) {
  auto builder = OpBuilder::atBlockBegin(&kernel.front());
  Location loc = kernel.getLoc();
  kernel->setAttr(nn::kKernelAttrName, builder.getUnitAttr());
  auto type = cast<MemRefType>(kernel.getArgument(0).getType());
  Value value = bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(type.getShape(), type.getElementType()),
      kernel.getArgument(0), /*restrict=*/true);
  auto store = bufferization::MaterializeInDestinationOp::create(
      builder, loc, /*result=*/Type(), value, kernel.getArgument(1));
  store.setRestrict(true);
  store.setWritable(true);
  func::ReturnOp::create(builder, loc);
}

} // namespace nascent::kernels
