//===- KernelContract.cpp - What a kernel is ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelContract.h"
#include "LoweredFunctions.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nascent::codegen {

static LogicalResult verifyArguments(func::FuncOp kernel) {
  TypeRange types = kernel.getArgumentTypes();
  if (types.size() >= 2 &&
      llvm::all_of(types.take_back(2), llvm::IsaPred<IndexType>))
    types = types.drop_back(2);
  for (Type type : types)
    if (!isBuffer(type))
      return kernel.emitOpError()
             << "is a kernel, whose arguments are buffers of f32, f16 or bf16 "
                "of known sizes, with neighbours in their last dimension, and "
                "then its part, but has "
             << type;
  return success();
}

/// What a kernel's tensors are computed at: whole vectors or matrices, or rows
/// and the one value that each has been reduced to.
static LogicalResult verifyMaps(linalg::GenericOp op, int64_t storedRank) {
  unsigned rank = op.getNumLoops();
  auto isPerRow = [&](AffineMap map) {
    return rank == 2 && map.getNumResults() == 1 &&
           map.getResult(0) == getAffineDimExpr(0, op.getContext());
  };
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    // A buffer is read where the result is written.
    auto read = operand.get().getDefiningOp<bufferization::ToTensorOp>();
    if ((!map.isIdentity() && !isPerRow(map)) ||
        (read && cast<ShapedType>(read.getType()).getRank() != storedRank))
      return op.emitOpError("reads an operand in a way that kernels do not "
                            "support");
  }
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  bool isKnown = rank == 1 || rank == 2;
  if (op.getNumReductionLoops() > 0)
    isKnown =
        rank == 2 &&
        op.getIteratorTypesArray().front() == utils::IteratorType::parallel &&
        maps.front().isIdentity() && isPerRow(maps.back());
  else
    isKnown &= maps.back().isIdentity();
  if (!isKnown || op.getNumResults() != 1 || op.getInputs().empty())
    return op.emitOpError("is neither elementwise on a vector or a matrix nor "
                          "a reduction of rows");
  return success();
}

/// Bodies are applied to whole vectors.
static LogicalResult verifyBody(linalg::GenericOp op) {
  Block *body = op.getBlock();
  for (Operation &inner : body->without_terminator())
    if (inner.getNumResults() != 1 ||
        !inner.getResult(0).getType().isIntOrIndexOrFloat() ||
        !(inner.hasTrait<OpTrait::ConstantLike>() ||
          OpTrait::hasElementwiseMappableTraits(&inner)))
      return inner.emitOpError("has no form on vectors, which kernels need");
  BlockArgument last = body->getArguments().back();
  if (op.getNumReductionLoops() == 0) {
    if (!last.use_empty())
      return op.emitOpError("reads its result before it is computed");
    return success();
  }
  // Each lane has a sum of its own, which this operation joins in the end.
  Operation *combine = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!combine || !last.hasOneUse() || *last.user_begin() != combine)
    return op.emitOpError("must end in one binary operation on a constant");
  return success();
}

static LogicalResult verifyGeneric(linalg::GenericOp op, int64_t storedRank) {
  for (Type type : op->getOperandTypes())
    if (!getElementTypeOrSelf(type).isF32())
      return op.emitOpError()
             << "computes with " << type << ", but kernels compute with f32";
  return failed(verifyMaps(op, storedRank)) ? failure() : verifyBody(op);
}

static LogicalResult verifyMatmul(linalg::MatmulOp op, Type stored) {
  auto isF32 = [](Value value) { return getElementTypeOrSelf(value).isF32(); };
  if (!isF32(op.getInputs()[0]) || op.getResult(0).getType() != stored)
    return op.emitOpError() << "must multiply f32 and have the type " << stored
                            << " of what its kernel stores";
  return success();
}

/// Panels of a weight.
static LogicalResult verifyUnpack(linalg::UnPackOp op) {
  constexpr int64_t widest = 1024;
  for (int64_t width : op.getStaticInnerTiles())
    if (width > widest)
      return op.emitOpError()
             << "takes panels of " << width
             << " columns apart, which are at most " << widest << " wide";
  return success();
}

static LogicalResult verifyTensors(Operation &op) {
  SmallVector<Type> types(op.getOperandTypes());
  llvm::append_range(types, op.getResultTypes());
  for (Type type : types)
    if (auto tensor = dyn_cast<TensorType>(type);
        tensor && (!isSized(tensor) || !isStored(tensor.getElementType())))
      return op.emitOpError()
             << "is on " << type
             << ", but kernels are on f32, f16 or bf16 of known sizes";
  return success();
}

/// Only a parameter has room behind its only row, and kernels do not write to
/// parameters.
static LogicalResult verifyRoom(func::FuncOp kernel, BlockArgument stored) {
  if (cast<MemRefType>(stored.getType()).getRank() > 1 ||
      !kernel.getArgAttr(stored.getArgNumber(), nn::kPaddedAttrName))
    return success();
  return kernel.emitOpError()
         << "stores into argument " << stored.getArgNumber() << ", whose '"
         << nn::kPaddedAttrName << "' says that there is room behind its row; "
         << "only parameters have that";
}

static LogicalResult verifyStore(bufferization::MaterializeInDestinationOp op) {
  Value buffer = op.getDest();
  Type type = buffer.getType();
  auto stored = cast<ShapedType>(op.getSource().getType());
  if (!isa<BlockArgument>(buffer) || !isValueBuffer(type) ||
      cast<MemRefType>(type).getShape() != stored.getShape() ||
      stored.getRank() < 1 || stored.getRank() > 2)
    return op.emitOpError() << "must store a vector or a matrix into an "
                               "argument of its kernel, got "
                            << stored << " and " << type;
  return success();
}

LogicalResult verifyKernel(func::FuncOp kernel) {
  if (failed(verifyOneBlock(kernel, "a kernel")) ||
      failed(verifyArguments(kernel)))
    return failure();
  if (kernel.isDeclaration())
    return success();
  Block &body = kernel.front();
  auto stores = body.getOps<bufferization::MaterializeInDestinationOp>();
  if (!llvm::hasSingleElement(stores) ||
      llvm::range_size(body.getOps<linalg::MatmulOp>()) > 1)
    return kernel.emitOpError("must store one value and hold at most one "
                              "matmul");
  auto store = *stores.begin();
  for (Operation &op : body.without_terminator())
    if (failed(verifyTensors(op)))
      return failure();
  if (failed(verifyStore(store)) ||
      failed(verifyRoom(kernel, cast<BlockArgument>(store.getDest()))))
    return failure();
  auto stored = cast<ShapedType>(store.getSource().getType());
  for (Operation &op : body.without_terminator()) {
    auto result =
        llvm::TypeSwitch<Operation *, LogicalResult>(&op)
            .Case([&](bufferization::ToTensorOp read) -> LogicalResult {
              if (isa<BlockArgument>(read.getBuffer()) &&
                  read.getBuffer() != store.getDest())
                return success();
              return read.emitOpError("must read an argument of its kernel "
                                      "that is not written");
            })
            .Case([&](linalg::GenericOp generic) {
              return verifyGeneric(generic, stored.getRank());
            })
            .Case([&](linalg::MatmulOp matmul) {
              return verifyMatmul(matmul, stored);
            })
            .Case(verifyUnpack)
            .Case<tensor::EmptyOp, linalg::FillOp, linalg::BroadcastOp,
                  bufferization::MaterializeInDestinationOp>(
                [](auto) { return success(); })
            .Default([](Operation *other) -> LogicalResult {
              if (other->hasTrait<OpTrait::ConstantLike>())
                return success();
              return other->emitOpError("is not something that kernels "
                                        "support");
            });
    if (failed(result))
      return failure();
  }
  return success();
}

} // namespace nascent::codegen
