//===- IndexCheck.cpp - Whether indices are there -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexCheck.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/CInterface/NetworkInterface.h"

using namespace mlir;

namespace nascent::program {

std::vector<int64_t> findIndexLimits(ModuleOp module, StringAttr network,
                                     StringAttr label) {
  StringRef wanted = label ? label.getValue() : "";
  for (const NetworkInterface &interface : getInterfaces(module))
    if (interface.name == network.getValue())
      for (const EntryInterface &entry : interface.entries)
        if (entry.label == wanted)
          return entry.limits;
  return {};
}

/// The greatest of `count` words in a buffer, unsigned: what is negative is
/// more than any limit.
static Value emitGreatest(ImplicitLocOpBuilder &b, Value buffer, Value count) {
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value least = arith::ConstantIntOp::create(b, 0, 32);
  auto type = MemRefType::get({ShapedType::kDynamic}, b.getI32Type());
  Value words = memref::ViewOp::create(b, type, buffer, zero, count);
  auto loop = scf::ForOp::create(b, zero, count, one, least);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value word = memref::LoadOp::create(b, words, loop.getInductionVar());
  Value greatest =
      arith::MaxUIOp::create(b, loop.getRegionIterArgs().front(), word);
  scf::YieldOp::create(b, greatest);
  return loop.getResult(0);
}

Value emitIndicesAreThere(ImplicitLocOpBuilder &b, ArrayRef<int64_t> limits,
                          ValueRange buffers, ValueRange counts) {
  Value all = arith::ConstantIntOp::create(b, true, 1);
  for (auto [limit, buffer, count] : llvm::zip_equal(limits, buffers, counts)) {
    if (limit == 0)
      continue;
    Value greatest = emitGreatest(b, buffer, count);
    Value end = arith::ConstantIntOp::create(b, limit, 32);
    Value areThere =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, greatest, end);
    all = arith::AndIOp::create(b, all, areThere);
  }
  return all;
}

LogicalResult emitWhereValid(ImplicitLocOpBuilder &b, Value isValid,
                             function_ref<LogicalResult()> emit) {
  auto choice = scf::IfOp::create(b, isValid, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    if (failed(emit()))
      return failure();
  }
  Value done = arith::ConstantIntOp::create(b, 0, 32);
  Value refused = arith::ConstantIntOp::create(b, -1, 32);
  Value result = arith::SelectOp::create(b, isValid, done, refused);
  func::ReturnOp::create(b, result);
  return success();
}

} // namespace nascent::program
