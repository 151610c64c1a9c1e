//===- SplitKernels.cpp - Kernels that several threads share --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each kernel is told which part of how many it computes. Calls ask for all of
// it at first, so that the forward function stays what it was; what runs parts
// on threads comes later and replaces the last two operands of each call.
//
//===----------------------------------------------------------------------===//

#include "KernelContract.h"
#include "RecurrenceContract.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_SPLITKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// The multiply-adds of a kernel. Where nothing is reduced but rows, each
/// element counts as sixteen: a function such as exp takes about as many.
int64_t countMultiplyAdds(func::FuncOp kernel) {
  // Sums of these do not overflow, and more makes no difference.
  constexpr int64_t plenty = int64_t(1) << 40;
  auto product = [&](ArrayRef<int64_t> factors) {
    return std::min(nn::checkedProduct(factors).value_or(plenty), plenty);
  };
  if (linalg::LinalgOp reduction = findReduction(kernel))
    return product(reduction.getStaticLoopRanges());
  int64_t count = 0;
  if (nn::RecurrenceOp recurrence = findRecurrence(kernel)) {
    SmallVector<int64_t> factors(recurrence.getBatchAndLength());
    llvm::append_range(factors, recurrence.getWeight().getType().getShape());
    count = product(factors);
  }
  for (auto op :
       kernel.front().getOps<bufferization::MaterializeInDestinationOp>()) {
    SmallVector<int64_t> factors(
        cast<ShapedType>(op.getSource().getType()).getShape());
    factors.push_back(16);
    count += product(factors);
  }
  return count;
}

/// Whether a forward function computes rows of a batch that is not known.
bool hasOpenBatch(func::FuncOp forward) {
  return forward->hasAttr(nn::kRowsAttrName);
}

struct SplitKernelsPass : impl::SplitKernelsBase<SplitKernelsPass> {
  void runOnOperation() override {
    splitKernels.clear();
    SmallVector<func::FuncOp> forwards;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr(nn::kParameterBytesAttrName) ||
          function.isDeclaration())
        continue;
      if (failed(verifyForward(function)))
        return signalPassFailure();
      forwards.push_back(function);
    }
    if (failed(verifyBatches(forwards)))
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    for (func::FuncOp forward : forwards)
      if (!hasOpenBatch(forward) && failed(split(forward, symbols)))
        return signalPassFailure();
    // Those that stay whole may share kernels with those that do not.
    for (func::FuncOp forward : forwards)
      callWhole(forward, symbols);
  }

  /// Threads need something to share: a batch that is known, and all of it.
  LogicalResult verifyBatches(MutableArrayRef<func::FuncOp> forwards) {
    constexpr llvm::StringLiteral hint =
        "let each thread call the forward function on rows of its own";
    for (func::FuncOp forward : forwards)
      if (forward->hasAttr(nn::kBatchAttrName))
        return forward.emitOpError("computes some rows of a batch, but threads "
                                   "share all of them; run "
                                   "nascent-walk-batch with block-rows=0");
    if (!forwards.empty() && llvm::all_of(forwards, hasOpenBatch))
      return emitError(forwards.front().getLoc())
             << "threads need to know how many rows there are, but the batch "
                "is open; give the inputs a number of rows, or "
             << hint;
    // An entry has several functions, for different numbers of rows.
    llvm::DenseSet<std::pair<Attribute, Attribute>> told;
    for (func::FuncOp forward : forwards) {
      if (!hasOpenBatch(forward) ||
          !told.insert({forward->getAttr(nn::kNetworkAttrName),
                        forward->getAttr(nn::kEntryAttrName)})
               .second)
        continue;
      InFlightDiagnostic remark = emitRemark(forward.getLoc());
      if (auto entry = forward->getAttrOfType<StringAttr>(nn::kEntryAttrName))
        remark << "as bound for '" << entry.getValue() << "', the network ";
      else
        remark << "the network ";
      remark << "stays on one thread, for its batch is open; " << hint;
    }
    return success();
  }

  /// Splits the kernels that a forward function calls, and counts its steps.
  LogicalResult split(func::FuncOp forward, SymbolTable &symbols) {
    int64_t steps = 0, multiplyAdds = 0;
    for (auto call : forward.front().getOps<func::CallOp>()) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || !kernel->hasAttr(nn::kKernelAttrName) ||
          kernel.isDeclaration())
        return call.emitOpError() << "does not call a kernel; run "
                                     "nascent-outline-kernels first";
      if (failed(verifyKernel(kernel)))
        return failure();
      if (nn::findArgument(kernel, nn::Role::Scratch))
        return kernel.emitOpError(
            "turns a weight in scratch, which its parts would share; form "
            "kernels in a module with 'nn.threads'");
      ++steps;
      multiplyAdds += countMultiplyAdds(kernel);
      if (splitKernels.insert(kernel).second && failed(takeParts(kernel)))
        return failure();
    }
    Builder attributes(&getContext());
    forward->setAttr(nn::kStepsAttrName, attributes.getI64IntegerAttr(steps));
    forward->setAttr(nn::kMultiplyAddsAttrName,
                     attributes.getI64IntegerAttr(multiplyAdds));
    return success();
  }

  /// Adds the arguments `part` and `parts`.
  LogicalResult takeParts(func::FuncOp kernel) {
    ++numSplit;
    Builder attributes(&getContext());
    auto append = [&](nn::Role role) {
      NamedAttribute isRole(nn::kRoleAttrName,
                            nn::RoleAttr::get(&getContext(), role));
      return kernel.insertArgument(
          kernel.getNumArguments(), attributes.getIndexType(),
          attributes.getDictionaryAttr(isRole), kernel.getLoc());
    };
    return success(succeeded(append(nn::Role::Part)) &&
                   succeeded(append(nn::Role::Parts)));
  }

  /// Lets a forward function call kernels that are split for part 0 of 1.
  void callWhole(func::FuncOp forward, SymbolTable &symbols) {
    for (auto call :
         llvm::make_early_inc_range(forward.front().getOps<func::CallOp>())) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!splitKernels.contains(kernel))
        continue;
      OpBuilder builder(call);
      SmallVector<Value> operands(call.getOperands());
      for (int64_t value : {0, 1})
        operands.push_back(
            arith::ConstantIndexOp::create(builder, call.getLoc(), value));
      func::CallOp::create(builder, call.getLoc(), kernel, operands);
      call.erase();
    }
  }

  llvm::DenseSet<Operation *> splitKernels;
};

} // namespace

} // namespace nascent::kernels
