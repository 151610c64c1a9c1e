//===- OutlineKernels.cpp - Launches to functions -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One private function for each kernel keeps the cost of everything that
// follows proportional to the number of distinct kernels: LLVM's loop passes
// are worse than linear in one large function.
//
//===----------------------------------------------------------------------===//

#include "PanelLayout.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_OUTLINEKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether what a launch computes is surrounded by `op`.
bool isHalo(Operation &op) {
  return isa<tensor::PadOp>(op) && op.hasOneUse() &&
         isa<nn::LaunchYieldOp>(*op.user_begin());
}

/// Fills the halo in `buffer`. Returns what is inside.
Value fillHalo(OpBuilder &builder, tensor::PadOp halo, Value buffer,
               const IRMapping &mapping) {
  Location loc = halo.getLoc();
  ArrayRef<int64_t> low = halo.getStaticLow(), high = halo.getStaticHigh();
  ArrayRef<int64_t> shape = halo.getSourceType().getShape();
  SmallVector<int64_t> steps(shape.size(), 1);
  auto part = [&](ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes) -> Value {
    auto numbers = [&](ArrayRef<int64_t> values) {
      return getAsIndexOpFoldResult(builder.getContext(), values);
    };
    return memref::SubViewOp::create(builder, loc, buffer, numbers(starts),
                                     numbers(sizes), numbers(steps));
  };
  // Dimension by dimension: of the ones before, what is inside; of the ones
  // behind, all.
  SmallVector<int64_t> starts(shape.size(), 0);
  SmallVector<int64_t> sizes(halo.getType().getShape());
  Value constant = mapping.lookup(halo.getConstantPaddingValue());
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    for (auto [start, size] : {std::pair<int64_t, int64_t>(0, low[dim]),
                               {low[dim] + shape[dim], high[dim]}}) {
      if (size == 0)
        continue;
      starts[dim] = start;
      sizes[dim] = size;
      linalg::FillOp::create(builder, loc, constant, part(starts, sizes));
    }
    starts[dim] = low[dim];
    sizes[dim] = shape[dim];
  }
  return part(starts, sizes);
}

struct OutlineKernelsPass : impl::OutlineKernelsBase<OutlineKernelsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (func::FuncOp function : getNetworkFunctions(getOperation())) {
      if (failed(verifyOnBuffers(function)))
        return signalPassFailure();
      // Kernels follow their network in the order of their launches.
      auto place = std::next(function->getIterator());
      for (auto launch : llvm::make_early_inc_range(
               function.front().getOps<nn::LaunchOp>())) {
        SmallVector<Value> operands = operandsOf(launch);
        OpBuilder builder(launch);
        MemRefType turned = findTurned(launch);
        if (turned)
          operands.push_back(
              memref::AllocOp::create(builder, launch.getLoc(), turned));
        func::FuncOp kernel = outline(launch, operands, bool(turned));
        symbols.insert(kernel, place);
        func::CallOp::create(builder, launch.getLoc(), kernel, operands);
        launch.erase();
        ++numKernels;
      }
    }
  }

  /// The kernel's arguments: the launch's operands, of which what is updated in
  /// place is one.
  static SmallVector<Value> operandsOf(nn::LaunchOp launch) {
    SmallVector<Value> operands(launch.getIns());
    llvm::append_range(operands, launch.getParameters());
    llvm::erase_if(operands, [&](Value value) {
      return llvm::is_contained(launch.getOuts(), value);
    });
    llvm::append_range(operands, launch.getOuts());
    return operands;
  }

  /// The type of the buffer that the launch's kernel turns a weight in; null
  /// where it turns none.
  MemRefType findTurned(nn::LaunchOp launch) {
    VectorTarget target = VectorTarget::of(getOperation());
    for (auto op : launch.getBody().front().getOps<linalg::LinalgOp>()) {
      linalg::UnPackOp unpack =
          op.getNumDpsInputs() == 2 ? findAcrossPanels(op) : linalg::UnPackOp();
      if (!unpack)
        continue;
      int64_t dim = unpack.getInnerDimsPos().front();
      ArrayRef<int64_t> shape = unpack.getDestType().getShape();
      return turnedType(unpack,
                        chooseTurnedWidth(target, shape[dim], shape[1 - dim]));
    }
    return {};
  }

  /// A function of `operands`, the last of which may be scratch.
  func::FuncOp outline(nn::LaunchOp launch, ArrayRef<Value> operands,
                       bool hasScratch) {
    Location loc = launch.getLoc();
    Builder attributes(&getContext());
    auto kernel = func::FuncOp::create(
        loc, launch.getKernel(),
        attributes.getFunctionType(TypeRange(operands), {}));
    kernel.setPrivate();
    auto builder = OpBuilder::atBlockBegin(kernel.addEntryBlock());
    kernel->setAttr(nn::kKernelAttrName, attributes.getUnitAttr());
    if (Attribute plan = launch->getAttr(nn::kPlanAttrName))
      kernel->setAttr(nn::kPlanAttrName, plan);
    // Buffers never overlap: part of the C interface's contract.
    for (unsigned i = 0, e = kernel.getNumArguments(); i < e; ++i)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                        attributes.getUnitAttr());
    unsigned numOuts = launch.getOuts().size();
    ValueRange outs = kernel.getArguments();
    if (hasScratch) {
      nn::setRole(kernel, outs.size() - 1, nn::Role::Scratch);
      outs = outs.drop_back();
    }
    outs = outs.take_back(numOuts);
    unsigned next = 0, numIns = launch.getIns().size();
    IRMapping mapping;
    Block &body = launch.getBody().front();
    for (auto [index, tensor, operand] :
         llvm::enumerate(body.getArguments(),
                         launch.getOperands().drop_back(outs.size()))) {
      auto out = llvm::find(launch.getOuts(), operand);
      bool isUpdated = out != launch.getOuts().end();
      // A parameter owns what lies behind its rows; kernels do not write there.
      if (!isUpdated && index >= numIns)
        kernel.setArgAttr(next, nn::kPaddedAttrName, attributes.getUnitAttr());
      Value buffer = isUpdated ? outs[out - launch.getOuts().begin()]
                               : kernel.getArgument(next++);
      mapping.map(tensor, bufferization::ToTensorOp::create(
                              builder, loc, tensor.getType(), buffer,
                              /*restrict=*/true));
    }
    for (Operation &op : body.without_terminator())
      if (!isHalo(op))
        builder.clone(op, mapping);
    for (auto [value, buffer] : llvm::zip(launch.getYielded(), outs)) {
      Value inside = buffer;
      if (Operation *op = value.getDefiningOp(); op && isHalo(*op)) {
        auto halo = cast<tensor::PadOp>(op);
        inside = fillHalo(builder, halo, buffer, mapping);
        value = halo.getSource();
      }
      auto store = bufferization::MaterializeInDestinationOp::create(
          builder, loc, /*result=*/Type(), mapping.lookup(value), inside);
      store.setRestrict(true);
      store.setWritable(true);
    }
    func::ReturnOp::create(builder, loc);
    return kernel;
  }
};

} // namespace

} // namespace nascent::kernels
