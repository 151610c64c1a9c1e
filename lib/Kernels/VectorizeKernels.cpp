//===- VectorizeKernels.cpp - Fused layers from tensors to loops ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The innermost kernel is emitted rather than found by generic tiling: shapes
// that no tile divides stay vectors, accumulators are loop-carried values and
// so stay in registers, and the cost is linear in the number of tiles.
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "HaloKernel.h"
#include "KernelContract.h"
#include "RecurrenceContract.h"
#include "RecurrenceKernel.h"
#include "RowKernel.h"
#include "WindowKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Threading.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_VECTORIZEKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

struct VectorizeKernelsPass : impl::VectorizeKernelsBase<VectorizeKernelsPass> {
  using VectorizeKernelsBase::VectorizeKernelsBase;

  void runOnOperation() override {
    VectorTarget target = VectorTarget::of(getOperation());
    if (strict && !target.fma) {
      auto described = getOperation()->getAttrOfType<nn::TargetAttr>(
          nn::NNDialect::kTargetAttrName);
      getOperation().emitError()
          << "strict numerics need a fused multiply-add, which processor '"
          << (described && !described.getCpu().empty() ? described.getCpu()
                                                       : "generic")
          << "' lacks; choose one that has it, such as x86-64-v3";
      return signalPassFailure();
    }
    collectNetworkBytes();
    SmallVector<func::FuncOp> kernels;
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr(nn::kKernelAttrName) || kernel.isDeclaration())
        continue;
      if (failed(verifyKernel(kernel)))
        return signalPassFailure();
      kernels.push_back(kernel);
    }
    if (failed(failableParallelForEach(
            &getContext(), kernels,
            [&](func::FuncOp kernel) { return vectorize(kernel, target); })))
      signalPassFailure();
  }

  /// Of each kernel, the parameters of the largest network that calls it.
  void collectNetworkBytes() {
    networkBytes.clear();
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto bytes =
          function->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName);
      if (!bytes)
        continue;
      function.walk([&](func::CallOp call) {
        int64_t &most = networkBytes[call.getCalleeAttr().getAttr()];
        most = std::max(most, bytes.getInt());
      });
    }
  }

  LogicalResult vectorize(func::FuncOp kernel, const VectorTarget &target) {
    auto stores =
        kernel.front().getOps<bufferization::MaterializeInDestinationOp>();
    SmallVector<Operation *> old;
    for (Operation &op : kernel.front().without_terminator())
      old.push_back(&op);
    auto finish = [&](auto &emitter) {
      if (remarks)
        emitRemark(kernel.getLoc()) << emitter.describe();
      numTiles += emitter.getNumTiles();
    };
    switch (kindOf(kernel)) {
    case KernelKind::Rows: {
      // Sums of a row are one a lane.
      VectorTarget rowTarget = target;
      if (strict)
        rowTarget.lanes = kStrictLanes;
      if (failed(RowKernel(kernel, *stores.begin(), rowTarget).emit(kernel)))
        return failure();
      break;
    }
    case KernelKind::Contraction: {
      ContractionKernel emitter(kernel, *stores.begin(), target,
                                networkBytes.lookup(kernel.getSymNameAttr()));
      if (failed(emitter.emit(findContraction(kernel), strict)))
        return failure();
      finish(emitter);
      break;
    }
    case KernelKind::Recurrence: {
      RecurrenceKernel emitter(kernel, findRecurrence(kernel), target,
                               networkBytes.lookup(kernel.getSymNameAttr()),
                               strict);
      if (failed(emitter.emit()))
        return failure();
      // Strict bits are the same of one row, of several and of open lengths.
      if (!strict && emitter.hasOneRow())
        kernel->setAttr(kWaitsAttrName, UnitAttr::get(kernel.getContext()));
      finish(emitter);
      break;
    }
    case KernelKind::Window: {
      // Instructions differ in the sign of a zero.
      VectorTarget windowTarget = target;
      windowTarget.maximum &= !strict;
      WindowKernel emitter(kernel, *stores.begin(), windowTarget);
      if (failed(emitter.emit(kernel, strict)))
        return failure();
      finish(emitter);
      break;
    }
    }
    for (auto fill : kernel.front().getOps<linalg::FillOp>())
      if (fill.hasPureBufferSemantics() &&
          failed(HaloKernel(kernel, *stores.begin(), target).emit(fill)))
        return failure();
    // Scalars that bodies refer to stay; they have uses.
    for (Operation *op : llvm::reverse(old))
      if (op->use_empty())
        op->erase();
    return success();
  }

  llvm::DenseMap<StringAttr, int64_t> networkBytes;
};

} // namespace

} // namespace nascent::kernels
