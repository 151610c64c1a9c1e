//===- RowKernel.cpp - Kernels that reduce and map rows -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

LogicalResult RowKernel::reduce(linalg::GenericOp op, Value row) {
  auto inputType = cast<RankedTensorType>(op.getInputs()[0].getType());
  int64_t columns = inputType.getDimSize(1), lanes = target.lanes;
  // Lanes are folded by the reduction itself: sum and maximum alike are its
  // last operation, whose neutral element every lane starts from.
  Operation *combine =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  auto fill = op.getOutputs()[0].getDefiningOp<linalg::FillOp>();
  if (!combine || combine->getNumOperands() != 2 || !fill ||
      op.getOutputs().size() != 1)
    return op.emitOpError("must end in one binary operation on a constant");
  Attribute start;
  if (!matchPattern(fill.value(), m_Constant(&start)) ||
      !isNeutral(combine, start))
    return op.emitOpError("must start from the neutral element of its "
                          "reduction");
  auto step = [&](const Position &position, Value sum) -> FailureOr<Value> {
    FailureOr<SmallVector<Value>> inputs = body.evaluateInputs(op, position);
    if (failed(inputs))
      return failure();
    inputs->push_back(sum);
    return body.apply(op, *inputs);
  };

  Value sum = splat(fill.value(), lanes);
  int64_t whole = columns / lanes * lanes;
  if (whole > 0) {
    auto loop =
        scf::ForOp::create(b, index(0), index(whole), index(lanes), sum);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    FailureOr<Value> next = step({{row}, loop.getInductionVar(), lanes, lanes},
                                 loop.getRegionIterArgs()[0]);
    if (failed(next))
      return failure();
    scf::YieldOp::create(b, *next);
    sum = loop.getResult(0);
  }
  if (whole < columns) {
    Position rest{{row}, index(whole), lanes, columns - whole};
    FailureOr<Value> next = step(rest, sum);
    if (failed(next))
      return failure();
    sum = arith::SelectOp::create(b, body.mask(rest), *next, sum);
  }
  body.define(op.getResult(0), joinLanes(combine, sum));
  return success();
}

LogicalResult RowKernel::emitRow(Value row) {
  for (linalg::GenericOp op : reductions)
    if (failed(reduce(op, row)))
      return failure();
  int64_t columns = cast<MemRefType>(destination.getType()).getShape().back();
  int64_t whole = columns / target.lanes * target.lanes;
  // What has no rows is shared out by its columns.
  int64_t block = llvm::alignTo(chooseSharedRows(1), target.lanes);
  Turn turn = row ? Turn() : part;
  SmallVector<Value> rows;
  if (row)
    rows.push_back(row);
  bool ok = true;
  turn = forEachOwnBlock(turn, whole, target.lanes, block, [&](Value column) {
    ok &= succeeded(storeRoot({rows, column, target.lanes, target.lanes}));
  });
  if (whole < columns)
    forEachOwn(turn, whole, columns, target.lanes, [&](Value column) {
      ok &= succeeded(storeRoot({rows, column, target.lanes, columns - whole}));
    });
  return success(ok);
}

LogicalResult RowKernel::emit(func::FuncOp kernel) {
  kernel.walk([&](linalg::GenericOp op) {
    if (op.getNumReductionLoops() > 0)
      reductions.push_back(op);
  });
  if (rank == 1)
    return emitRow(Value());
  ArrayRef<int64_t> shape = cast<MemRefType>(destination.getType()).getShape();
  int64_t rows = shape[0], columns = shape[1];
  bool ok = true;
  int64_t block = std::min(rows, chooseSharedRows(columns));
  forEachOwnBlock(part, rows, 1, block,
                  [&](Value row) { ok &= succeeded(emitRow(row)); });
  return success(ok);
}

} // namespace nascent::kernels
