//===- ParallelizeForward.cpp - Forward on a team of OpenMP threads -------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_PARALLELIZEFORWARD
#include "nascent/Codegen/Passes.h.inc"

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
      if (isWorthThreads(work.getInt(), steps.getInt())) {
        parallelize(function, symbols);
        ++numParallel;
      } else if (remarks) {
        emitRemark(function.getLoc())
            << "stays on one thread: " << work.getInt() << " multiply-adds in "
            << steps.getInt() << " steps are too few to share";
      }
    }
  }

  /// OpenMP's function without arguments called `name`.
  func::FuncOp declare(StringRef name, SymbolTable &symbols) {
    if (auto known = symbols.lookup<func::FuncOp>(name))
      return known;
    Builder types(&getContext());
    auto function =
        func::FuncOp::create(getOperation().getLoc(), name,
                             types.getFunctionType({}, types.getI32Type()));
    function.setPrivate();
    symbols.insert(function);
    return function;
  }

  void parallelize(func::FuncOp function, SymbolTable &symbols) {
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

    auto ask = [&](StringRef name) -> Value {
      auto call = func::CallOp::create(b, declare(name, symbols));
      return arith::IndexCastOp::create(b, b.getIndexType(), call.getResult(0));
    };
    b.setInsertionPointToStart(inside);
    Value thread = ask("omp_get_thread_num");
    Value threads = ask("omp_get_num_threads");
    for (func::CallOp call : calls) {
      // A layer reads what all threads have written of those before.
      if (call != calls.front()) {
        b.setInsertionPoint(call);
        omp::BarrierOp::create(b);
      }
      unsigned numOperands = call.getNumOperands();
      call.setOperand(numOperands - 2, thread);
      call.setOperand(numOperands - 1, threads);
    }
    function->setAttr(nn::kParallelAttrName, b.getUnitAttr());
  }
};

} // namespace

} // namespace nascent::codegen
