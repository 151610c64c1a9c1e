//===- FillEmitter.cpp - The loops that fill a parameter ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FillEmitter.h"
#include "StoredTensor.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <numeric>

using namespace mlir;

namespace nascent::parameters {

FillEmitter::FillEmitter(func::FuncOp function, const Fill &fill,
                         const kernels::VectorTarget &target,
                         FillFunctions &functions)
    : b(function.getLoc(), function.getContext()), function(function),
      fill(fill), kind(fill.getKind()),
      usesPosition(fill.init.usesPosition(fill.target.scope)),
      // Two words are made at a time, so that there are two lanes at least.
      lanes(kind.width ? std::gcd(kind.width, target.lanes)
                       : std::max<int64_t>(target.lanes, 2)),
      vectorType(VectorType::get({lanes}, b.getF32Type())),
      draws(b, functions, fill.init.getDraws(fill.target.scope), lanes,
            kind.manyBlocks, target.bigEndian) {
  b.setInsertionPointToStart(function.addEntryBlock());
  rows = function.getArgument(Rows);
  columns = function.getArgument(Columns);
  begin = function.getArgument(Begin);
  end = function.getArgument(End);
}

Value FillEmitter::element(Type type, Drawing drawing, Value row,
                           Value column) {
  SmallVector<Value> drawn;
  if (!draws.areShared())
    for (unsigned number = 0; number < draws.size(); ++number)
      drawn.push_back(drawing(number));
  auto draw = [&](unsigned number) {
    return drawn.empty() ? drawing(number) : drawn[number];
  };
  SmallVector<Value> arguments;
  for (Value argument : function.getArguments().drop_front(FirstOwn))
    arguments.push_back(
        b.splat(withElement(type, argument.getType()), argument));
  return fill.init.emitElement(
      b, b.getLoc(), {type, arguments, draw, row, column, fill.target.scope});
}

VectorType FillEmitter::vectorsType(int64_t count) const {
  assert(count <= 8 && "too many vectors at a time");
  return VectorType::get({count * lanes}, vectorType.getElementType());
}

SmallVector<Value> FillEmitter::elements(Drawing drawing,
                                         ArrayRef<Value> rowNumbers,
                                         ArrayRef<Value> columnNumbers) {
  SmallVector<Value> results(rowNumbers.size());
  Value rowsOfAll = b.concatenate(rowNumbers);
  Value columnsOfAll = b.concatenate(columnNumbers);
  Value all =
      element(vectorsType(results.size()), drawing, rowsOfAll, columnsOfAll);
  b.separate(all, results);
  return results;
}

void FillEmitter::emit() {
  auto buffer = cast<MemRefType>(function.getArgument(Parameters).getType());
  Value offset = function.getArgument(Offset);
  Value rest = arith::SubIOp::create(b, b.index(buffer.getDimSize(0)), offset);
  int64_t bytes = kind.stored.getIntOrFloatBitWidth() / 8;
  // Stored as bits: LLVM moves values that do not change out of loops, and
  // rounds a bf16 that it keeps meanwhile by calling a library.
  Type element = kind.stored.isF32() ? kind.stored : Type(b.getI16Type());
  storage = memref::ViewOp::create(
      b, MemRefType::get({ShapedType::kDynamic}, element),
      function.getArgument(Parameters), offset,
      ValueRange{b.shiftRight(rest, llvm::Log2_64(bytes))});
  if (!draws.empty())
    draws.emitKey(function.getArgument(Name), function.getArgument(Seed));
  {
    OpBuilder::InsertionGuard guard(b);
    kind.width == 0 ? emitRowMajor() : emitPanels();
  }
  if (!fill.init.isElementwise()) {
    StoredTensor tensor(b, kind, draws, storage, rows, columns,
                        function.getArguments().drop_front(FirstOwn));
    fill.init.emitTensor(tensor);
  }
  func::ReturnOp::create(b);
}

void emitFill(func::FuncOp function, const Fill &fill,
              const kernels::VectorTarget &target, FillFunctions &functions) {
  FillEmitter(function, fill, target, functions).emit();
}

} // namespace nascent::parameters
