//===- OpenContract.cpp - What kernels with open sizes are ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenContract.h"
#include "RecurrenceContract.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether an index can be computed as `expr` of loops' counters. What is
/// divided is never negative.
static bool isComputed(AffineExpr expr, bool mayBeNegative = true) {
  if (isa<AffineDimExpr>(expr))
    return true;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return mayBeNegative || constant.getValue() >= 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || !isComputed(binary.getRHS(), mayBeNegative))
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return isComputed(binary.getLHS(), mayBeNegative);
  auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!by || expr.getKind() == AffineExprKind::CeilDiv)
    return false;
  if (expr.getKind() == AffineExprKind::Mul)
    return isComputed(binary.getLHS(), mayBeNegative);
  return by.getValue() > 0 &&
         isComputed(binary.getLHS(), /*mayBeNegative=*/false);
}

static LogicalResult verifyLinalg(linalg::LinalgOp op) {
  if (op->getNumResults() != 1)
    return op->emitOpError("must compute one value, as kernels with open sizes "
                           "do");
  AffineMap written = op.getIndexingMapsArray().back();
  if (!written.isProjectedPermutation() ||
      written.getNumResults() != op.getNumParallelLoops())
    return op->emitOpError("must write each element once, by a loop for each "
                           "of its dimensions");
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    if (!llvm::all_of(map.getResults(),
                      [](AffineExpr expr) { return isComputed(expr); }))
      return op->emitOpError() << "reads by the map " << AffineMapAttr::get(map)
                               << ", but kernels with open sizes add, and "
                                  "multiply and divide by constants only";
  }
  if (op.getNumReductionLoops() > 0)
    return success();
  if (!op.getMatchingBlockArgument(op.getDpsInitOperand(0)).use_empty())
    return op->emitOpError("reads what it writes to, which has no value");
  return success();
}

/// Padding has no memory: a reduction leaves it out.
static LogicalResult verifyOpenPad(tensor::PadOp pad) {
  if (!pad.getLow().empty() || !pad.getHigh().empty())
    return pad.emitOpError("must pad by constants");
  for (OpOperand &use : pad->getUses()) {
    auto reader = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!reader || !reader.isDpsInput(&use) ||
        reader.getNumReductionLoops() == 0)
      return pad.emitOpError("must be read by a reduction, which leaves out "
                             "what is padded");
  }
  return success();
}

/// Whether `value` is a buffer's whose sizes can be asked for.
static bool isRead(bufferization::ToTensorOp read) {
  return cast<MemRefType>(read.getBuffer().getType()).hasStaticShape() ||
         read.getBuffer().getDefiningOp<memref::ReinterpretCastOp>();
}

/// Whether elements that are merged are neighbours in memory.
static bool isContiguous(Value merged) {
  auto read = merged.getDefiningOp<bufferization::ToTensorOp>();
  auto type =
      read ? cast<MemRefType>(read.getBuffer().getType()) : MemRefType();
  return type && type.hasStaticShape() && type.getLayout().isIdentity();
}

static LogicalResult verifyOp(Operation &op) {
  auto check = [&](bool isSupported) -> LogicalResult {
    if (isSupported)
      return success();
    return op.emitOpError("is not something that kernels with open sizes "
                          "support");
  };
  for (Value operand : op.getOperands())
    if (isa<BlockArgument>(operand) && isa<TensorType>(operand.getType()))
      return emitError(operand.getLoc(), "kernels read buffers, not tensors "
                                         "that are arguments");
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](linalg::LinalgOp linalgOp) { return verifyLinalg(linalgOp); })
      .Case([&](tensor::PadOp pad) { return verifyOpenPad(pad); })
      .Case([&](tensor::ExtractSliceOp slice) -> LogicalResult {
        if (slice.hasUnitStride() &&
            slice.getSourceType().getRank() == slice.getType().getRank())
          return success();
        return slice.emitOpError("must take neighbours, of as many dimensions "
                                 "as there are");
      })
      .Case([&](linalg::UnPackOp unpack) {
        return check(unpack.getInnerDimsPos().size() == 1 &&
                     unpack.getSourceType().hasStaticShape());
      })
      .Case([&](tensor::CollapseShapeOp merged) {
        return check(isContiguous(merged.getSrc()));
      })
      .Case([&](bufferization::ToTensorOp read) { return check(isRead(read)); })
      .Case<memref::ReinterpretCastOp, tensor::EmptyOp, tensor::ExpandShapeOp,
            bufferization::MaterializeInDestinationOp, func::ReturnOp>(
          [](Operation *) { return success(); })
      .Default([&](Operation *other) {
        return check(
            isa_and_nonnull<arith::ArithDialect>(other->getDialect()) &&
            llvm::none_of(other->getResultTypes(), llvm::IsaPred<ShapedType>));
      });
}

LogicalResult verifyOpenKernel(func::FuncOp kernel) {
  if (findRecurrence(kernel))
    return verifyRecurrence(kernel);
  Operation *reduction = nullptr;
  for (Operation &op : kernel.front()) {
    if (failed(verifyOp(op)))
      return failure();
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || linalgOp.getNumReductionLoops() == 0)
      continue;
    if (reduction)
      return reduction->emitOpError(
          "is a second reduction, but kernels have one");
    reduction = &op;
  }
  return success();
}

} // namespace nascent::kernels
