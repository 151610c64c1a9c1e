//===- ParallelizeForward.cpp - Forward on a team of OpenMP threads -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_PARALLELIZEFORWARD
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

struct ParallelizeForwardPass
    : impl::ParallelizeForwardBase<ParallelizeForwardPass> {
  using ParallelizeForwardBase::ParallelizeForwardBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      auto steps = function->getAttrOfType<IntegerAttr>(nn::kStepsAttrName);
      auto work =
          function->getAttrOfType<IntegerAttr>(nn::kMultiplyAddsAttrName);
      if (!steps || !work || function.isDeclaration())
        continue;
      if (failed(kernels::verifySplitForward(function, symbols)))
        return signalPassFailure();
      if (kernels::isWorthThreads(work.getInt(), steps.getInt())) {
        if (failed(parallelize(function, symbols)))
          return signalPassFailure();
        ++numParallel;
      } else if (remarks) {
        emitRemark(function.getLoc())
            << "stays on one thread: " << work.getInt() << " multiply-adds in "
            << steps.getInt() << " steps are too few to share";
      }
    }
  }

  /// OpenMP's function without arguments called `name`.
  FailureOr<func::FuncOp> declare(StringRef name, SymbolTable &symbols) {
    Builder types(&getContext());
    FunctionType type = types.getFunctionType({}, types.getI32Type());
    if (Operation *known = symbols.lookup(name)) {
      auto function = dyn_cast<func::FuncOp>(known);
      if (function && function.getFunctionType() == type)
        return function;
      return known->emitOpError()
             << "has the name '" << name << "' of a function of OpenMP's";
    }
    auto function = func::FuncOp::create(getOperation().getLoc(), name, type);
    function.setPrivate();
    symbols.insert(function);
    return function;
  }

  LogicalResult parallelize(func::FuncOp function, SymbolTable &symbols) {
    auto threadNumber = declare("omp_get_thread_num", symbols);
    auto numThreads = declare("omp_get_num_threads", symbols);
    if (failed(threadNumber) || failed(numThreads))
      return failure();
    Block &outside = function.front();
    ImplicitLocOpBuilder b(function.getLoc(), &getContext());
    b.setInsertionPointToStart(&outside);
    auto parallel = omp::ParallelOp::create(b);
    Block *inside = b.createBlock(&parallel.getRegion());
    inside->getOperations().splice(inside->end(), outside.getOperations(),
                                   std::next(parallel->getIterator()),
                                   outside.getTerminator()->getIterator());
    auto calls = llvm::to_vector(inside->getOps<func::CallOp>());
    b.setInsertionPointToEnd(inside);
    omp::TerminatorOp::create(b);

    auto ask = [&](func::FuncOp asked) -> Value {
      auto call = func::CallOp::create(b, asked);
      return arith::IndexCastOp::create(b, b.getIndexType(), call.getResult(0));
    };
    b.setInsertionPointToStart(inside);
    Value thread = ask(*threadNumber);
    Value threads = ask(*numThreads);
    for (func::CallOp call : calls) {
      // A layer reads what all threads have written of those before.
      if (call != calls.front()) {
        b.setInsertionPoint(call);
        omp::BarrierOp::create(b);
      }
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      call.setOperand(*nn::findArgument(kernel, nn::Role::Part), thread);
      call.setOperand(*nn::findArgument(kernel, nn::Role::Parts), threads);
    }
    function->setAttr(nn::kParallelAttrName, b.getUnitAttr());
    return success();
  }
};

} // namespace

} // namespace nascent::program
