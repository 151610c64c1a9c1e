//===- StepCalls.cpp - Calls of kernels for parts of them -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepCalls.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/Dialect/NN/IR/Roles.h"

using namespace mlir;

namespace nascent::program {

/// Makes `value` known to `map`, with what computes it.
static void cloneValue(OpBuilder &builder, Value value, IRMapping &map) {
  if (map.contains(value))
    return;
  Operation *definition = value.getDefiningOp();
  for (Value operand : definition->getOperands())
    cloneValue(builder, operand, map);
  builder.clone(*definition, map);
}

StepPart emitPart(ImplicitLocOpBuilder &b, func::FuncOp function) {
  ValueRange numbers = function.getArguments().take_back(3);
  Value part = numbers[1], parts = numbers[2];
  Value zero = arith::ConstantIntOp::create(b, b.getI32Type(), 0);
  Value isPositive =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sge, part, zero);
  Value isBelow =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, part, parts);
  Value isPart = arith::AndIOp::create(b, isPositive, isBelow);
  auto branch = scf::IfOp::create(b, isPart, /*withElseRegion=*/false);
  b.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Value> indices;
  for (Value number : {part, parts, numbers[0]})
    indices.push_back(arith::IndexCastOp::create(b, b.getIndexType(), number));
  return {indices[2], indices[0], indices[1]};
}

void emitSwitch(ImplicitLocOpBuilder &b, Value step, int64_t steps,
                function_ref<void(int64_t)> emit) {
  auto cases = llvm::to_vector(llvm::seq<int64_t>(0, steps));
  auto choice = scf::IndexSwitchOp::create(b, TypeRange(), step, cases, steps);
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&choice.getDefaultRegion());
  scf::YieldOp::create(b);
  for (auto [number, region] : llvm::enumerate(choice.getCaseRegions())) {
    b.createBlock(&region);
    emit(number);
    scf::YieldOp::create(b);
  }
}

void emitCall(OpBuilder &b, func::CallOp call, const StepPart &part,
              IRMapping map, const SymbolTable &symbols) {
  auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
  unsigned own = *nn::findArgument(kernel, nn::Role::Part);
  unsigned all = *nn::findArgument(kernel, nn::Role::Parts);
  for (auto [index, operand] : llvm::enumerate(call.getOperands()))
    if (index != own && index != all)
      cloneValue(b, operand, map);
  // Values that stand for the part may be other operands, too.
  auto clone =
      cast<func::CallOp>(b.cloneWithoutRegions(*call.getOperation(), map));
  clone.setOperand(own, part.part);
  clone.setOperand(all, part.parts);
}

} // namespace nascent::program
