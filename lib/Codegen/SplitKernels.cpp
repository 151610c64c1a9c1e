//===- SplitKernels.cpp - Kernels that several threads share --------------===//
//
// Each kernel is told which part of how many it computes. Calls ask for all of
// it at first, so that the forward function stays what it was; what runs parts
// on threads comes later and replaces the last two operands of each call.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_SPLITKERNELS
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// The multiply-adds of a kernel. Without a matmul, each element counts as
/// sixteen: a function such as exp takes about as many.
int64_t countMultiplyAdds(func::FuncOp kernel) {
  // Sums of these do not overflow, and more makes no difference.
  constexpr int64_t plenty = int64_t(1) << 40;
  auto product = [&](ArrayRef<int64_t> factors) {
    return std::min(nn::checkedProduct(factors).value_or(plenty), plenty);
  };
  for (auto op : kernel.front().getOps<linalg::MatmulOp>())
    return product(op.getStaticLoopRanges());
  int64_t count = 0;
  for (auto op :
       kernel.front().getOps<bufferization::MaterializeInDestinationOp>()) {
    SmallVector<int64_t> factors(
        cast<ShapedType>(op.getSource().getType()).getShape());
    factors.push_back(16);
    count += product(factors);
  }
  return count;
}

struct SplitKernelsPass : impl::SplitKernelsBase<SplitKernelsPass> {
  using SplitKernelsBase::SplitKernelsBase;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr(nn::kKernelAttrName) && !kernel.isDeclaration() &&
          failed(takeParts(kernel)))
        return signalPassFailure();
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kParameterBytesAttrName) &&
          !function.isDeclaration() && failed(callWhole(function, symbols)))
        return signalPassFailure();
  }

  /// Adds the arguments `part` and `parts`.
  LogicalResult takeParts(func::FuncOp kernel) {
    ++numSplit;
    auto append = [&] {
      return kernel.insertArgument(kernel.getNumArguments(),
                                   IndexType::get(&getContext()),
                                   DictionaryAttr(), kernel.getLoc());
    };
    return success(succeeded(append()) && succeeded(append()));
  }

  /// Lets the forward function call its kernels for part 0 of 1.
  LogicalResult callWhole(func::FuncOp function, SymbolTable &symbols) {
    if (function->hasAttr(nn::kBatchAttrName))
      return function.emitOpError("computes some rows of a batch, but threads "
                                  "share all of them; run convert-nn-to-linalg "
                                  "with block-rows=0");
    if (function->hasAttr(nn::kRowsAttrName))
      return emitError(function.getLoc())
             << optionName << " needs to know how many rows there are, but "
             << "the batch is open; bind the input to a number of rows, or "
             << "let each thread call the forward function on rows of its own";
    int64_t steps = 0, multiplyAdds = 0;
    for (auto call :
         llvm::make_early_inc_range(function.front().getOps<func::CallOp>())) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || !kernel->hasAttr(nn::kKernelAttrName) ||
          kernel.isDeclaration())
        return call.emitOpError() << "does not call a kernel; run "
                                     "convert-nn-to-linalg first";
      OpBuilder builder(call);
      SmallVector<Value> operands(call.getOperands());
      for (int64_t value : {0, 1})
        operands.push_back(
            arith::ConstantIndexOp::create(builder, call.getLoc(), value));
      func::CallOp::create(builder, call.getLoc(), kernel, operands);
      call.erase();
      ++steps;
      multiplyAdds += countMultiplyAdds(kernel);
    }
    Builder attributes(&getContext());
    function->setAttr(nn::kStepsAttrName, attributes.getI64IntegerAttr(steps));
    function->setAttr(nn::kMultiplyAddsAttrName,
                      attributes.getI64IntegerAttr(multiplyAdds));
    return success();
  }
};

} // namespace

} // namespace nascent::codegen
