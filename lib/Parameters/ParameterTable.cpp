//===- ParameterTable.cpp - What functions know of parameters -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParameterTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nascent::parameters {

static Value i32(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
}

ParameterTable::ParameterTable(nn::SequentialOp network, StringRef suffix,
                               SymbolTable &symbols, ArrayRef<int64_t> cells,
                               int64_t columns) {
  OpBuilder b(network);
  int64_t rows = int64_t(cells.size()) / columns;
  auto tensor = RankedTensorType::get({rows, columns}, b.getI64Type());
  global = memref::GlobalOp::create(
      b, network.getLoc(), network.getSymName().str() + suffix.str(),
      b.getStringAttr("private"),
      MemRefType::get(tensor.getShape(), b.getI64Type()),
      DenseElementsAttr::get(tensor, cells),
      /*constant=*/true, /*alignment=*/IntegerAttr());
  symbols.insert(global);
}

int64_t ParameterTable::size() const {
  return memref::GlobalOp(global).getType().getDimSize(0);
}

Value ParameterTable::number(ImplicitLocOpBuilder &b, Value entry,
                             int64_t column) {
  Value base =
      memref::GetGlobalOp::create(b, global.getType(), global.getSymName());
  Value at = arith::ConstantIndexOp::create(b, column);
  return memref::LoadOp::create(b, base, ValueRange{entry, at});
}

Value ParameterTable::cell(ImplicitLocOpBuilder &b, Value entry,
                           int64_t column) {
  return arith::IndexCastOp::create(b, b.getIndexType(),
                                    number(b, entry, column));
}

void ParameterTable::emitGuarded(ImplicitLocOpBuilder &b, func::FuncOp function,
                                 function_ref<Value(Value)> access) {
  Value index = function.getArgument(1);
  Value isKnown = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, index,
                                        i32(b, size()));
  auto branch =
      scf::IfOp::create(b, b.getI32Type(), isKnown, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inBranch(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value entry = arith::IndexCastUIOp::create(b, b.getIndexType(), index);
    scf::YieldOp::create(b, access(entry));
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, i32(b, -1));
  }
  func::ReturnOp::create(b, branch.getResults());
}

Value emitIsRange(ImplicitLocOpBuilder &b, Value first, Value count,
                  Value size) {
  // Unsigned, a negative number is one that is too large.
  auto fits = [&](Value x, Value limit) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ule, x, limit);
  };
  Value starts = fits(first, size);
  Value ends = fits(count, arith::SubIOp::create(b, size, first));
  return arith::AndIOp::create(b, starts, ends);
}

Value emitIf(ImplicitLocOpBuilder &b, Value condition,
             function_ref<void()> access) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard inBranch(b);
    b.setInsertionPointToStart(branch.thenBlock());
    access();
  }
  Value done = i32(b, 0), refused = i32(b, -1);
  return arith::SelectOp::create(b, condition, done, refused);
}

} // namespace nascent::parameters
