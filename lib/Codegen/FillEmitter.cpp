//===- FillEmitter.cpp - The loops that fill a parameter ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FillEmitter.h"
#include "StoredTensor.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

/// A function argument by its place in the signature.
enum Argument {
  Parameters,
  Offset,
  Rows,
  Columns,
  Begin,
  End,
  Name,
  Seed,
  FirstOwn
};

FillEmitter::FillEmitter(func::FuncOp function, const Fill &fill,
                         const VectorTarget &target)
    : b(function.getLoc(), function.getContext()), function(function),
      fill(fill), kind(fill.getKind()),
      usesPosition(fill.init.usesPosition(fill.target.scope)),
      // Two words are made at a time, so that there are two lanes at least.
      lanes(kind.width ? std::gcd(kind.width, target.lanes)
                       : std::max<int64_t>(target.lanes, 2)),
      vectorType(VectorType::get({lanes}, b.getF32Type())),
      draws(b, fill.init.getDraws(fill.target.scope), lanes, kind.manyBlocks,
            target.bigEndian) {
  b.setInsertionPointToStart(function.addEntryBlock());
  rows = function.getArgument(Rows);
  columns = function.getArgument(Columns);
  begin = function.getArgument(Begin);
  end = function.getArgument(End);
}

Value FillEmitter::element(Type type, ArrayRef<Value> drawn, Value row,
                           Value column) {
  SmallVector<Value> arguments;
  for (Value argument : function.getArguments().drop_front(FirstOwn))
    arguments.push_back(
        b.splat(withElement(type, argument.getType()), argument));
  return fill.init.emitElement(
      b, b.getLoc(), {type, arguments, drawn, row, column, fill.target.scope});
}

/// The most vectors of elements that are computed as one. More would not find
/// registers.
static constexpr size_t kGroup = 8;

SmallVector<Value> FillEmitter::elements(ArrayRef<SmallVector<Value>> drawn,
                                         ArrayRef<Value> rowNumbers,
                                         ArrayRef<Value> columnNumbers) {
  SmallVector<Value> results(rowNumbers.size());
  for (size_t first = 0; first < results.size(); first += kGroup) {
    size_t count = std::min(kGroup, results.size() - first);
    SmallVector<Value> wide;
    for (ArrayRef<Value> vectors : drawn)
      wide.push_back(b.concatenate(vectors.slice(first, count)));
    int64_t size = count * lanes;
    Value rowsOfAll = b.concatenate(rowNumbers.slice(first, count));
    Value columnsOfAll = b.concatenate(columnNumbers.slice(first, count));
    Value all = element(VectorType::get({size}, b.getF32Type()), wide,
                        rowsOfAll, columnsOfAll);
    b.separate(all, MutableArrayRef(results).slice(first, count));
  }
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
              const VectorTarget &target) {
  FillEmitter(function, fill, target).emit();
}

} // namespace nascent::codegen
