//===- VectorizeOpenKernels.cpp - Kernels with open sizes as loops --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenContract.h"
#include "OpenKernel.h"
#include "RecurrenceContract.h"
#include "RecurrenceKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Threading.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_VECTORIZEOPENKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

struct VectorizeOpenKernelsPass
    : impl::VectorizeOpenKernelsBase<VectorizeOpenKernelsPass> {
  using VectorizeOpenKernelsBase::VectorizeOpenKernelsBase;

  void runOnOperation() override {
    VectorTarget target = VectorTarget::of(getOperation());
    SmallVector<func::FuncOp> kernels;
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr(nn::kOpenKernelAttrName) && !kernel.isDeclaration())
        kernels.push_back(kernel);
    if (failed(failableParallelForEach(
            &getContext(), kernels,
            [&](func::FuncOp kernel) { return vectorize(kernel, target); })))
      signalPassFailure();
  }

  LogicalResult vectorize(func::FuncOp kernel, const VectorTarget &target) {
    if (!kernel.getBody().hasOneBlock())
      return kernel.emitOpError("is a kernel, which is one block");
    auto stores =
        kernel.front().getOps<bufferization::MaterializeInDestinationOp>();
    nn::RecurrenceOp recurrence = findRecurrence(kernel);
    if (!recurrence && !llvm::hasSingleElement(stores))
      return kernel.emitOpError("must store one value");
    for (auto store : stores)
      if (!store.getDest().getDefiningOp<memref::ReinterpretCastOp>())
        return store.emitOpError("must store into what is seen of an argument "
                                 "by the sizes");
    SmallVector<Operation *> old;
    for (Operation &op : kernel.front().without_terminator())
      if (op.getDialect()->getNamespace() != "arith" &&
          !isa<memref::ReinterpretCastOp>(op))
        old.push_back(&op);
    if (failed(verifyOpenKernel(kernel)))
      return failure();
    // Sums of products are one each, in the order of terms, whatever the
    // numerics are.
    if (failed(recurrence ? RecurrenceKernel(kernel, recurrence, target,
                                             /*networkBytes=*/0,
                                             /*strict=*/true)
                                .emit()
                          : OpenKernelEmitter(kernel, *stores.begin(), target)
                                .emit(kernel, strict)))
      return failure();
    for (Operation *op : llvm::reverse(old))
      op->erase();
    return success();
  }
};

} // namespace

} // namespace nascent::kernels
