//===- KernelContract.cpp - What a kernel is ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelContract.h"
#include "LoweredFunctions.h"
#include "PanelLayout.h"
#include "RecurrenceContract.h"
#include "StridedBuffer.h"
#include "WindowOperands.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ContractionDims.h"
#include "nascent/Kernels/InPlace.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nascent::kernels {

static LogicalResult verifyArguments(func::FuncOp kernel) {
  bool hasPart = bool(nn::findArgument(kernel, nn::Role::Part));
  if (hasPart != bool(nn::findArgument(kernel, nn::Role::Parts)))
    return kernel.emitOpError("computes a part of its work, but does not say "
                              "which, or of how many");
  for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes()))
    if (!(hasPart && type.isIndex() && nn::getRole(kernel, index)) &&
        !isBuffer(type))
      return kernel.emitOpError()
             << "is a kernel, whose arguments are buffers of f32, f16 or bf16 "
                "of known sizes that have addresses, and its part, but has "
             << type;
  return success();
}

/// One value a row, or one a column, of `rank` dimensions of which the last one
/// is the column.
static bool isPerRow(AffineMap map, unsigned rank) {
  MLIRContext *context = map.getContext();
  return rank >= 2 && map == AffineMap::getMultiDimIdentityMap(rank, context)
                                 .dropResult(rank - 1);
}
static bool isPerColumn(AffineMap map, unsigned rank) {
  return rank >= 2 &&
         map == AffineMap::get(rank, 0,
                               getAffineDimExpr(rank - 1, map.getContext()));
}

static bool isRowReduction(linalg::LinalgOp op) {
  if (!isa<linalg::GenericOp>(op) || op.getNumLoops() != 2 ||
      op.getNumReductionLoops() != 1)
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return maps.front().isIdentity() && isPerRow(maps.back(), 2);
}

/// Whether a dimension is in the second operand and the result only.
static bool isContraction(Operation &op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumReductionLoops() == 0 ||
      isRowReduction(linalgOp) || isLookup(linalgOp) ||
      linalgOp.getNumDpsInputs() != 2 ||
      linalgOp.getBlock()->getArgument(1).use_empty())
    return false;
  SmallVector<AffineMap> maps = linalgOp.getIndexingMapsArray();
  return llvm::any_of(llvm::seq(linalgOp.getNumLoops()), [&](unsigned dim) {
    return !maps[0].isFunctionOfDim(dim) && maps[1].isFunctionOfDim(dim) &&
           maps[2].isFunctionOfDim(dim);
  });
}

linalg::LinalgOp findContraction(func::FuncOp kernel) {
  if (findRecurrence(kernel))
    return linalg::LinalgOp();
  auto &ops = kernel.front().getOperations();
  auto it = llvm::find_if(ops, isContraction);
  return it == ops.end() ? linalg::LinalgOp() : cast<linalg::LinalgOp>(*it);
}

/// What a kernel's tensors are computed at: everywhere, for each row or each
/// column, or once for all.
static bool isOnRows(linalg::GenericOp op, unsigned storedRank) {
  unsigned rank = op.getNumLoops();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (AffineMap map : maps)
    if (!map.isIdentity() && !isScalar(map) &&
        !(rank == storedRank &&
          (isPerRow(map, rank) || isPerColumn(map, rank))))
      return false;
  bool isKnown =
      op.getNumReductionLoops() > 0
          ? isRowReduction(op) && rank == storedRank
          : maps.back().isIdentity() && (rank == storedRank || rank == 1 ||
                                         (rank > 0 && rank + 1 == storedRank));
  return isKnown && op.getNumResults() == 1 && !op.getInputs().empty() &&
         op.getBlock()->getOps<linalg::IndexOp>().empty();
}

static LogicalResult verifyBody(linalg::GenericOp op) {
  if (failed(verifyOnVectors(*op.getBlock())))
    return failure();
  Block *body = op.getBlock();
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

/// In panels, rows and columns are not where they are in the tensor.
static LogicalResult verifyInPanels(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 &&
      llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
        return map.isIdentity() || isScalar(map);
      }))
    return success();
  return op.emitOpError("is not elementwise, on what its kernel stores; before "
                        "linalg.pack nothing else is");
}

static LogicalResult verifyGeneric(linalg::GenericOp op, unsigned storedRank) {
  for (Type type : op->getOperandTypes())
    if (!getElementTypeOrSelf(type).isF32())
      return op.emitOpError()
             << "computes with " << type << ", but kernels compute with f32";
  if (!isOnRows(op, storedRank))
    return op.emitOpError("is neither elementwise, on what its kernel stores, "
                          "its rows or its columns, nor a reduction of rows");
  return verifyBody(op);
}

static LogicalResult verifyContraction(linalg::LinalgOp op, Type stored) {
  if (failed(classifyContraction(op)))
    return failure();
  auto isF32 = [](Value value) { return getElementTypeOrSelf(value).isF32(); };
  if (!isF32(op.getDpsInputs()[0]) || op->getResult(0).getType() != stored)
    return op->emitOpError() << "must multiply f32 and have the type " << stored
                             << " of what its kernel stores";
  return success();
}

/// Sums are stored in panels whose columns behind the last one are zero.
static LogicalResult verifyPack(linalg::PackOp op, KernelKind kind,
                                Operation *store) {
  if (kind == KernelKind::Contraction && op->hasOneUse() &&
      *op->user_begin() == store && op.getInnerDimsPos().size() == 1 &&
      (!op.getPaddingValue() ||
       matchPattern(op.getPaddingValue(), m_AnyZeroFloat())))
    return success();
  return op.emitOpError("must put what a contraction computes into panels of "
                        "one dimension, padded with zeros, and be what its "
                        "kernel stores");
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

/// Whether neighbouring columns of a buffer lie side by side, for vectors.
static bool hasVectors(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return type.getRank() > 0 &&
         (type.getLayout().isIdentity() ||
          (succeeded(type.getStridesAndOffset(strides, offset)) &&
           strides.back() == 1));
}

/// Whether a kernel computes rows, or one, and knows no more of a tensor.
static bool isOnRows(func::FuncOp kernel,
                     bufferization::MaterializeInDestinationOp store) {
  auto hasRows = [](MemRefType type) {
    return type.getRank() == 0 || hasVectors(type);
  };
  auto stored = dyn_cast<MemRefType>(store.getDest().getType());
  if (!stored || stored.getRank() < 1 || stored.getRank() > 2 ||
      !hasRows(stored) || !isa<BlockArgument>(store.getDest()))
    return false;
  return llvm::all_of(kernel.front(), [&](Operation &op) {
    if (auto read = dyn_cast<bufferization::ToTensorOp>(op))
      return hasRows(cast<MemRefType>(read.getBuffer().getType()));
    if (auto generic = dyn_cast<linalg::GenericOp>(op))
      return isOnRows(generic, stored.getRank());
    if (isa<linalg::UnPackOp>(op))
      return false;
    return !isa<linalg::LinalgOp>(op) || isa<linalg::FillOp>(op);
  });
}

KernelKind kindOf(func::FuncOp kernel) {
  if (findRecurrence(kernel))
    return KernelKind::Recurrence;
  if (findContraction(kernel))
    return KernelKind::Contraction;
  auto stores =
      kernel.front().getOps<bufferization::MaterializeInDestinationOp>();
  return !stores.empty() && isOnRows(kernel, *stores.begin())
             ? KernelKind::Rows
             : KernelKind::Window;
}

linalg::LinalgOp findReduction(func::FuncOp kernel) {
  KernelKind kind = kindOf(kernel);
  if (kind == KernelKind::Rows || kind == KernelKind::Recurrence)
    return linalg::LinalgOp();
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() > 0)
      return op;
  return linalg::LinalgOp();
}

static bool isDynamic(memref::SubViewOp part) {
  return ShapedType::isDynamicShape(part.getStaticOffsets()) ||
         ShapedType::isDynamicShape(part.getStaticSizes()) ||
         ShapedType::isDynamicShape(part.getStaticStrides());
}

static LogicalResult verifyStore(bufferization::MaterializeInDestinationOp op,
                                 KernelKind kind) {
  Value buffer = op.getDest();
  Type type = buffer.getType();
  auto stored = cast<ShapedType>(op.getSource().getType());
  if (!isa<BlockArgument>(baseOf(buffer)) || !isValueBuffer(type) ||
      cast<MemRefType>(type).getShape() != stored.getShape() ||
      stored.getRank() < 1 ||
      (kind == KernelKind::Contraction && !hasVectors(cast<MemRefType>(type))))
    return op.emitOpError() << "must store a tensor into an argument of its "
                               "kernel, a contraction's with its columns side "
                               "by side, got "
                            << stored << " and " << type;
  if (!hasOwnElements(cast<MemRefType>(type)))
    return op.emitOpError()
           << "stores into " << type << ", whose rows overlap each other";
  return success();
}

/// Buffers are read where the result is written; those of a contraction's
/// operands elsewhere, too.
static LogicalResult verifyRead(bufferization::ToTensorOp op,
                                linalg::LinalgOp contraction, Value stored) {
  if (!isa<BlockArgument>(op.getBuffer()) ||
      (op.getBuffer() == stored && !isReadInPlace(op.getResult())))
    return op.emitOpError("must read an argument of its kernel that is not "
                          "written, unless it is updated in place: element by "
                          "element, or accumulated onto");
  auto isOperand = [&](OpOperand &use) {
    return contraction && (use.getOwner() == contraction ||
                           isa<tensor::PadOp>(use.getOwner()));
  };
  auto type = cast<MemRefType>(op.getBuffer().getType());
  if (type.getRank() > 0 && !hasVectors(type) &&
      !llvm::all_of(op->getUses(), isOperand))
    return op.emitOpError()
           << "reads " << type << ", whose columns do not lie side by side";
  return success();
}

/// What surrounds the value in its buffer is filled with constants.
static LogicalResult
verifyHalo(func::FuncOp kernel,
           bufferization::MaterializeInDestinationOp store) {
  Value base = baseOf(store.getDest());
  for (Operation &op : kernel.front()) {
    if (auto part = dyn_cast<memref::SubViewOp>(op);
        part && (part.getSource() != base || isDynamic(part)))
      return op.emitOpError("takes a part of a buffer that is not the kernel's "
                            "output, or a part whose place is not known");
    auto fill = dyn_cast<linalg::FillOp>(op);
    if (!fill || fill.hasPureTensorSemantics())
      continue;
    Value filled = fill.getOutputs().front();
    if (!filled.getDefiningOp<memref::SubViewOp>() || baseOf(filled) != base ||
        filled == store.getDest())
      return op.emitOpError("fills a buffer that is not a part of the kernel's "
                            "output beside what is stored");
  }
  return success();
}

/// All but how tensors are computed from each other.
static LogicalResult verifyWindow(func::FuncOp kernel) {
  for (Operation &op : kernel.front().without_terminator()) {
    if (auto unpack = dyn_cast<linalg::UnPackOp>(op);
        unpack && failed(verifyUnpack(unpack)))
      return failure();
    if (!isa<bufferization::ToTensorOp, linalg::LinalgOp, linalg::UnPackOp,
             tensor::EmptyOp, tensor::PadOp, memref::SubViewOp,
             bufferization::MaterializeInDestinationOp>(op) &&
        !op.hasTrait<OpTrait::ConstantLike>())
      return op.emitOpError("is not something that kernels support");
  }
  return success(succeeded(matchWindow(kernel)));
}

LogicalResult verifyKernel(func::FuncOp kernel) {
  if (failed(verifyOneBlock(kernel, "a kernel")) ||
      failed(verifyArguments(kernel)))
    return failure();
  if (kernel.isDeclaration())
    return success();
  if (findRecurrence(kernel))
    return verifyRecurrence(kernel);
  Block &body = kernel.front();
  auto stores = body.getOps<bufferization::MaterializeInDestinationOp>();
  if (!llvm::hasSingleElement(stores) ||
      llvm::count_if(body, isContraction) > 1)
    return kernel.emitOpError("must store one value and hold at most one "
                              "contraction");
  auto store = *stores.begin();
  KernelKind kind = kindOf(kernel);
  linalg::LinalgOp contraction = findContraction(kernel);
  for (Operation &op : body.without_terminator())
    if (failed(verifyTensors(op)))
      return failure();
  if (failed(verifyStore(store, kind)) ||
      failed(
          verifyRoom(kernel, cast<BlockArgument>(baseOf(store.getDest())))) ||
      failed(verifyHalo(kernel, store)))
    return failure();
  if (kind == KernelKind::Window)
    return verifyWindow(kernel);
  linalg::PackOp pack = findPack(store);
  auto stored =
      cast<ShapedType>((pack ? pack.getSource() : store.getSource()).getType());
  for (Operation &op : body.without_terminator()) {
    if (&op == contraction) {
      if (failed(verifyContraction(contraction, stored)))
        return failure();
      continue;
    }
    auto result =
        llvm::TypeSwitch<Operation *, LogicalResult>(&op)
            .Case([&](bufferization::ToTensorOp read) {
              return verifyRead(read, contraction, baseOf(store.getDest()));
            })
            .Case([&](linalg::GenericOp generic) {
              if (pack && failed(verifyInPanels(generic)))
                return LogicalResult(failure());
              return verifyGeneric(generic, stored.getRank());
            })
            .Case([&](linalg::PackOp packed) {
              return verifyPack(packed, kind, store);
            })
            .Case(verifyUnpack)
            .Case<tensor::EmptyOp, tensor::ExpandShapeOp, tensor::PadOp,
                  linalg::FillOp, linalg::BroadcastOp, memref::SubViewOp,
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

} // namespace nascent::kernels
