//===- EmitSteps.cpp - Forward in steps, for the caller's threads ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may have threads already. It then needs no second pool, but a way
// to give each thread its part of each layer.
//
//===----------------------------------------------------------------------===//

#include "StepCalls.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITSTEPS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

struct EmitStepsPass : impl::EmitStepsBase<EmitStepsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    // Those of what trains are nascent-emit-training's, which checks labels.
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(nn::kStepsAttrName) && !function.isDeclaration() &&
          !function->hasAttr(nn::kTrainingAttrName) &&
          failed(emit(function, symbols)))
        return signalPassFailure();
  }

  LogicalResult emit(func::FuncOp forward, SymbolTable &symbols) {
    if (failed(kernels::verifySplitForward(forward, symbols)))
      return failure();
    auto network = forward->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = forward->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    // The arguments of forward, then those of the table.
    BufferTypes buffers;
    ArrayRef<Type> types = forward.getArgumentTypes();
    buffers.parameters = types.front();
    llvm::append_range(buffers.inputs, types.drop_front().drop_back());
    buffers.scratch = types.back();
    FailureOr<func::FuncOp> created = createFunction(
        "forward_step", network, label, buffers, forward, symbols);
    if (failed(created))
      return failure();
    func::FuncOp function = *created;
    ImplicitLocOpBuilder b(forward.getLoc(), &getContext());
    b.setInsertionPointToStart(&function.front());

    StepPart part = emitPart(b, function);
    IRMapping map;
    map.map(forward.getArguments(), function.getArguments().drop_back(3));
    auto calls = llvm::to_vector(forward.front().getOps<func::CallOp>());
    emitSwitch(b, part.step, calls.size(), [&](int64_t number) {
      emitCall(b, calls[number], part, map, symbols);
    });
    b.setInsertionPointToEnd(&function.front());
    func::ReturnOp::create(b);
    return success();
  }
};

} // namespace

} // namespace nascent::program
