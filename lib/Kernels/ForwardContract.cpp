//===- ForwardContract.cpp - What a forward function is -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/ForwardContract.h"
#include "LoweredFunctions.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether what is allocated holds f32; planning says whether it fits.
static bool isTemporary(MemRefType type) {
  return hasKnownSizes(type) && type.getElementType().isF32() &&
         !type.getMemorySpace();
}

static bool isRowMajor(Type type) {
  return isValueBuffer(type) && cast<MemRefType>(type).getLayout().isIdentity();
}

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
  // What is forgotten of a buffer cannot be claimed again.
  if (auto cast = dyn_cast<memref::CastOp>(op.getOperation())) {
    auto source = dyn_cast<MemRefType>(cast.getSource().getType());
    if (!source || !source.hasStaticShape())
      return cast.emitOpError(
          "is of a size or an offset that is not a constant");
  }
  if (auto part = dyn_cast<memref::SubViewOp>(op.getOperation())) {
    // Its own verifier compares numbers with what it is a part of.
    int64_t offset;
    SmallVector<int64_t> strides;
    MemRefType type = part.getType();
    if (!hasKnownSizes(type) || !part.getSourceType().hasStaticShape() ||
        failed(type.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(offset) || ShapedType::isDynamicShape(strides))
      return part.emitOpError(
          "is of a size or an offset that is not a constant");
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
                    (isa<nn::LoadOpInterface>(op) &&
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
    if (auto table = dyn_cast<memref::GetGlobalOp>(op)) {
      auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
          table, table.getNameAttr());
      if (!global || !global.getConstant())
        return table.emitOpError()
               << "reads '" << table.getName()
               << "', which may be written; tables of a network are constant";
      continue;
    }
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

/// Whether the arguments stand in the order of the C interface.
static LogicalResult verifyRoles(func::FuncOp function) {
  constexpr nn::Role order[] = {nn::Role::Parameters, nn::Role::Input,
                                nn::Role::Gradients, nn::Role::Output,
                                nn::Role::Scratch};
  SmallVector<unsigned> arguments;
  for (nn::Role role : order)
    llvm::append_range(arguments, nn::findArguments(function, role));
  if (arguments.size() == function.getNumArguments() &&
      llvm::is_sorted(arguments) &&
      nn::findArgument(function, nn::Role::Parameters) &&
      nn::findArguments(function, nn::Role::Gradients).size() <= 1 &&
      nn::findArgument(function, nn::Role::Scratch))
    return success();
  return function.emitOpError()
         << "must have arguments of these roles, in this order, as '"
         << nn::kRoleAttrName
         << "' says: parameters, inputs, gradients if any, outputs, scratch";
}

LogicalResult verifyPlannedForward(func::FuncOp function) {
  auto numberOf = [&](StringRef name) -> std::optional<int64_t> {
    auto number = function->getAttrOfType<IntegerAttr>(name);
    return number ? std::optional(number.getInt()) : std::nullopt;
  };
  auto parameters = numberOf(nn::kParameterBytesAttrName);
  auto scratch = numberOf(nn::kScratchBytesAttrName);
  if (!function->hasAttr(nn::kNetworkAttrName) || !parameters || !scratch)
    return function.emitOpError("is not a forward function with its buffers "
                                "planned; run nascent-outline-kernels and "
                                "nascent-plan-buffers first");
  if (failed(verifyRoles(function)))
    return failure();
  TypeRange types = function.getArgumentTypes();
  auto isBytes = [&](Type type, int64_t bytes) {
    return type ==
           MemRefType::get({bytes}, IntegerType::get(function.getContext(), 8));
  };
  if (!isBytes(types.front(), *parameters) || !isBytes(types.back(), *scratch))
    return function.emitOpError()
           << "has " << *parameters << " bytes of parameters and " << *scratch
           << " of scratch, but its buffers of these are " << types.front()
           << " and " << types.back();
  SmallVector<Type> values(types.drop_front().drop_back());
  // Gradients lie as parameters do.
  if (auto gradients = nn::findArgument(function, nn::Role::Gradients)) {
    if (!isBytes(types[*gradients], *parameters))
      return function.emitOpError()
             << "has " << *parameters << " bytes of parameters, and as many of "
             << "gradients, but its buffer of these is " << types[*gradients];
    values.erase(values.begin() + *gradients - 1);
  }
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
    if (!kernel || !kernel->hasAttr(nn::kKernelAttrName) ||
        !nn::findArgument(kernel, nn::Role::Part) ||
        !nn::findArgument(kernel, nn::Role::Parts))
      return call.emitOpError("does not call a kernel for a part of it; run "
                              "nascent-split-kernels first");
    ++calls;
  }
  auto steps = function->getAttrOfType<IntegerAttr>(nn::kStepsAttrName);
  int64_t said = steps ? steps.getInt() : 0;
  if (said != calls)
    return function.emitOpError()
           << "must have a step for each kernel, but has "
           << counted(said, "step") << " and calls "
           << counted(calls, "kernel");
  return success();
}

} // namespace nascent::kernels
