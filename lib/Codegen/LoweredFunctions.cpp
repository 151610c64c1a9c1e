//===- LoweredFunctions.cpp - What passes may take for granted ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweredFunctions.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::codegen {

static bool hasKnownSizes(ShapedType type) {
  return type.hasStaticShape() && !llvm::is_contained(type.getShape(), 0);
}

/// Whether `type` has known sizes, and bytes that can be counted.
static bool isSized(ShapedType type) {
  if (!hasKnownSizes(type))
    return false;
  SmallVector<int64_t> factors(type.getShape());
  factors.push_back(sizeof(float));
  return nn::checkedProduct(factors).has_value();
}

static bool isStored(Type element) {
  return element.isF32() || element.isF16() || element.isBF16();
}

/// Whether `type` is a buffer that kernels may have: of known size, in memory
/// as it is everywhere.
static bool isBuffer(Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  return buffer && isSized(buffer) && isStored(buffer.getElementType()) &&
         !buffer.getMemorySpace();
}

/// A network's input, output or hidden value.
static bool isValueBuffer(Type type) {
  return isBuffer(type) && cast<MemRefType>(type).getElementType().isF32();
}

/// Whether what is allocated holds f32; planning says whether it fits.
static bool isTemporary(MemRefType type) {
  return hasKnownSizes(type) && type.getElementType().isF32() &&
         !type.getMemorySpace();
}

static bool isRowMajor(Type type) {
  return isValueBuffer(type) && cast<MemRefType>(type).getLayout().isIdentity();
}

static LogicalResult verifyOneBlock(func::FuncOp function, StringRef what) {
  if (function.getNumResults() != 0)
    return function.emitOpError()
           << "is " << what << ", which has no results, but returns "
           << function.getResultTypes().front();
  if (!function.isDeclaration() && !function.getBody().hasOneBlock())
    return function.emitOpError()
           << "is " << what << ", which is one block, but has "
           << function.getBody().getBlocks().size();
  return success();
}

//===----------------------------------------------------------------------===//
// Forward functions
//===----------------------------------------------------------------------===//

static LogicalResult verifyValues(func::FuncOp function, TypeRange types) {
  for (Type type : types)
    if (!isRowMajor(type))
      return function.emitOpError()
             << "is a forward function, whose inputs and outputs are row-major "
                "buffers of f32 of known sizes, but has "
             << type;
  return success();
}

/// Views that passes make lie within their buffers; so must others.
static LogicalResult verifyView(ViewLikeOpInterface op) {
  auto size = [](MemRefType type) -> std::optional<int64_t> {
    SmallVector<int64_t> factors(type.getShape());
    factors.push_back(type.getElementTypeBitWidth() / 8);
    return nn::checkedProduct(factors);
  };
  auto outside = [&](const Twine &what) {
    return op->emitOpError() << what << " of " << op.getViewSource().getType();
  };
  if (auto view = dyn_cast<memref::ViewOp>(op.getOperation())) {
    APInt shift;
    MemRefType type = view.getType(), source = view.getSource().getType();
    if (!hasKnownSizes(type) || !isStored(type.getElementType()))
      return view.emitOpError() << "is of type " << type
                                << ", but views are of f32, f16 or bf16 and of "
                                   "known sizes";
    if (!source.hasStaticShape() ||
        !matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
      return view.emitOpError("has a size or an offset that is not a constant");
    std::optional<int64_t> bytes = size(type), all = size(source);
    if (shift.isNegative() || !bytes || !all || *bytes > *all ||
        shift.getSExtValue() > *all - *bytes)
      return outside("of " + Twine(bytes.value_or(-1)) + " bytes at " +
                     Twine(shift.getSExtValue()) +
                     " does not lie within its "
                     "buffer");
  }
  if (auto cast = dyn_cast<memref::ReinterpretCastOp>(op.getOperation())) {
    auto source = dyn_cast<MemRefType>(cast.getSource().getType());
    MemRefType type = cast.getType();
    int64_t offset;
    SmallVector<int64_t> strides;
    if (!source || !isSized(source) || !isSized(type) ||
        !source.getLayout().isIdentity() ||
        failed(type.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(offset) || offset < 0)
      return cast.emitOpError(
          "is of a size or an offset that is not a constant");
    int64_t last = offset;
    for (auto [dim, stride] : llvm::zip(type.getShape(), strides))
      if (int64_t step; ShapedType::isDynamic(stride) || stride < 0 ||
                        llvm::MulOverflow(dim - 1, stride, step) ||
                        llvm::AddOverflow(last, step, last))
        return cast.emitOpError("has strides that lead out of its buffer");
    if (last >= source.getNumElements())
      return outside("ends with element " + Twine(last) +
                     ", which does not lie within its buffer");
  }
  return success();
}

static LogicalResult verifyForwardBody(func::FuncOp function, bool isPlanned) {
  if (failed(verifyOneBlock(function, "a forward function")))
    return failure();
  if (function->hasAttr(nn::kKernelAttrName))
    return function.emitOpError("is a forward function and a kernel at once");
  if (function.isDeclaration())
    return success();
  for (Operation &op : function.front()) {
    if (isa<func::ReturnOp>(op) || op.hasTrait<OpTrait::ConstantLike>())
      continue;
    if (auto call = dyn_cast<func::CallOp>(op)) {
      if (call.getNumResults() != 0)
        return call.emitOpError("calls what returns a value; a forward "
                                "function calls kernels, which do not");
      continue;
    }
    bool isPlaced = isa<memref::AllocOp>(op) ||
                    (isa<nn::LoadParameterOp>(op) &&
                     isa<MemRefType>(op.getResult(0).getType()));
    if (isPlaced && isPlanned)
      return op.emitOpError("is left where buffers are planned; run "
                            "nascent-plan-buffers first");
    if (auto alloc = dyn_cast<memref::AllocOp>(op);
        alloc && !isTemporary(alloc.getType()))
      return alloc.emitOpError()
             << "of type " << alloc.getType()
             << " is no temporary; temporaries are buffers of f32 of known "
                "sizes";
    if (auto alloc = dyn_cast<memref::AllocOp>(op);
        alloc && alloc.getAlignment().value_or(0) > nn::kBufferAlignment)
      return alloc.emitOpError()
             << "asks for an alignment of " << *alloc.getAlignment()
             << " bytes, but temporaries have " << nn::kBufferAlignment;
    if (isPlaced)
      continue;
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      return op.emitOpError("does not belong into a forward function, which "
                            "has buffers, views of them and calls");
    if (failed(verifyView(view)))
      return failure();
  }
  return success();
}

LogicalResult verifyForward(func::FuncOp function) {
  if (failed(verifyValues(function, function.getArgumentTypes())))
    return failure();
  return verifyForwardBody(function, /*isPlanned=*/false);
}

LogicalResult verifyPlannedForward(func::FuncOp function) {
  auto numberOf = [&](StringRef name) -> std::optional<int64_t> {
    auto number = function->getAttrOfType<IntegerAttr>(name);
    return number ? std::optional(number.getInt()) : std::nullopt;
  };
  auto parameters = numberOf(nn::kParameterBytesAttrName);
  auto scratch = numberOf(nn::kScratchBytesAttrName);
  auto inputs = numberOf(nn::kNumInputsAttrName);
  TypeRange types = function.getArgumentTypes();
  if (!function->hasAttr(nn::kNetworkAttrName) || !parameters || !scratch ||
      !inputs || types.size() < 2)
    return function.emitOpError("is not a forward function with its buffers "
                                "planned; run nascent-outline-kernels and "
                                "nascent-plan-buffers first");
  auto isBytes = [&](Type type, int64_t bytes) {
    return type ==
           MemRefType::get({bytes}, IntegerType::get(function.getContext(), 8));
  };
  if (!isBytes(types.front(), *parameters) || !isBytes(types.back(), *scratch))
    return function.emitOpError()
           << "has " << *parameters << " bytes of parameters and " << *scratch
           << " of scratch, but its first buffer is " << types.front()
           << " and its last one " << types.back();
  TypeRange values = types.drop_front().drop_back();
  if (*inputs > int64_t(values.size()))
    return function.emitOpError() << "has " << *inputs << " inputs but "
                                  << values.size() << " buffers";
  if (failed(verifyValues(function, values)))
    return failure();
  return verifyForwardBody(function, /*isPlanned=*/true);
}

LogicalResult verifySplitForward(func::FuncOp function,
                                 const SymbolTable &symbols) {
  if (failed(verifyPlannedForward(function)))
    return failure();
  int64_t calls = 0;
  for (auto call : function.front().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    TypeRange types = call.getOperandTypes();
    if (!kernel || !kernel->hasAttr(nn::kKernelAttrName) || types.size() < 2 ||
        !llvm::all_of(types.take_back(2), llvm::IsaPred<IndexType>))
      return call.emitOpError("does not call a kernel for a part of it; run "
                              "nascent-split-kernels first");
    ++calls;
  }
  auto steps = function->getAttrOfType<IntegerAttr>(nn::kStepsAttrName);
  if (steps.getInt() != calls)
    return function.emitOpError() << "has " << steps.getInt()
                                  << " steps but calls " << calls << " kernels";
  return success();
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static LogicalResult verifyArguments(func::FuncOp kernel) {
  TypeRange types = kernel.getArgumentTypes();
  if (types.size() >= 2 &&
      llvm::all_of(types.take_back(2), llvm::IsaPred<IndexType>))
    types = types.drop_back(2);
  for (Type type : types)
    if (!isBuffer(type))
      return kernel.emitOpError()
             << "is a kernel, whose arguments are buffers of f32, f16 or bf16 "
                "of known sizes, and then its part, but has "
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
