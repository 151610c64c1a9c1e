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

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITSTEPS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Makes `value` known to `map`, with what computes it.
void cloneValue(OpBuilder &builder, Value value, IRMapping &map) {
  if (map.contains(value))
    return;
  Operation *definition = value.getDefiningOp();
  for (Value operand : definition->getOperands())
    cloneValue(builder, operand, map);
  builder.clone(*definition, map);
}

struct EmitStepsPass : impl::EmitStepsBase<EmitStepsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    // What trains is given labels, which have to be checked first.
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

    ValueRange numbers = function.getArguments().take_back(3);
    Value step = numbers[0], part = numbers[1], parts = numbers[2];
    Value zero = arith::ConstantIntOp::create(b, b.getI32Type(), 0);
    Value isPositive =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sge, part, zero);
    Value isBelow =
        arith::CmpIOp::create(b, arith::CmpIPredicate::slt, part, parts);
    Value isPart = arith::AndIOp::create(b, isPositive, isBelow);
    auto branch = scf::IfOp::create(b, isPart, /*withElseRegion=*/false);
    func::ReturnOp::create(b);
    b.setInsertionPointToStart(branch.thenBlock());
    part = arith::IndexCastOp::create(b, b.getIndexType(), part);
    parts = arith::IndexCastOp::create(b, b.getIndexType(), parts);
    emitSwitch(b, forward, function, symbols, step, part, parts);
    return success();
  }

  /// One case a call, with what its operands are made of.
  void emitSwitch(ImplicitLocOpBuilder &b, func::FuncOp forward,
                  func::FuncOp function, SymbolTable &symbols, Value step,
                  Value part, Value parts) {
    auto calls = llvm::to_vector(forward.front().getOps<func::CallOp>());
    auto cases = llvm::to_vector(llvm::seq<int64_t>(0, calls.size()));
    step = arith::IndexCastOp::create(b, b.getIndexType(), step);
    auto choice =
        scf::IndexSwitchOp::create(b, TypeRange(), step, cases, calls.size());
    b.createBlock(&choice.getDefaultRegion());
    scf::YieldOp::create(b);
    for (auto [call, region] : llvm::zip(calls, choice.getCaseRegions())) {
      b.createBlock(&region);
      IRMapping map;
      map.map(forward.getArguments(), function.getArguments().drop_back(3));
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      unsigned own = *nn::findArgument(kernel, nn::Role::Part);
      unsigned all = *nn::findArgument(kernel, nn::Role::Parts);
      for (auto [index, operand] : llvm::enumerate(call.getOperands()))
        if (index != own && index != all)
          cloneValue(b, operand, map);
      // Values that stand for the part may be other operands, too.
      auto clone =
          cast<func::CallOp>(b.cloneWithoutRegions(*call.getOperation(), map));
      clone.setOperand(own, part);
      clone.setOperand(all, parts);
      scf::YieldOp::create(b);
    }
  }
};

} // namespace

} // namespace nascent::program
