//===- FlattenKernels.cpp - One index into each buffer of a kernel --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An access through two or three indices becomes a chain of multiplications
// and additions of its own when it is converted to the LLVM dialect. Written
// out here, what neighbouring accesses share is computed once, and what a loop
// does not change before the loop. Besides, kernels are then free of types with
// sizes, and differ by numbers only.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_FLATTENKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// Where a buffer begins: like the C interface's buffers, of whatever length.
MemRefType flat(MemRefType type) {
  return MemRefType::get({1}, type.getElementType(),
                         MemRefLayoutAttrInterface(), type.getMemorySpace());
}

/// Whether the elements of a buffer of `type` lie at distances that are known,
/// none before where it begins.
bool isRegular(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) && offset >= 0 &&
         llvm::all_of(strides, [](int64_t stride) {
           return !ShapedType::isDynamic(stride) && stride >= 0;
         });
}

/// Linear indices into the buffers of one kernel.
class Linearizer {
public:
  /// Of the element at `indices`, where it is needed by `user`. The number in
  /// it comes last: it is a part of the instruction that accesses the element,
  /// and neighbours share all the rest.
  Value linearize(MemRefType type, ValueRange indices, Operation *user) {
    auto [strides, first] = type.getStridesAndOffset();
    uint64_t offset = first;
    Value sum;
    for (auto [index, stride] : llvm::zip(indices, strides)) {
      auto [variable, number] = split(index);
      offset += number * stride;
      if (!variable)
        continue;
      Value term = multiply(variable, stride);
      sum = sum ? add(sum, term, user) : term;
    }
    if (sum && offset == 0)
      return sum;
    OpBuilder b(user);
    Value last =
        arith::ConstantIndexOp::create(b, user->getLoc(), int64_t(offset));
    return sum ? add(sum, last, user) : last;
  }

private:
  /// What of an index varies, if anything does, and the number that is added.
  static std::pair<Value, uint64_t> split(Value index) {
    APInt number;
    if (matchPattern(index, m_ConstantInt(&number)))
      return {Value(), number.getSExtValue()};
    Operation *op = index.getDefiningOp();
    if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op))
      return {index, 0};
    Value x = op->getOperand(0), y = op->getOperand(1);
    if (isa<arith::AddIOp>(op) && matchPattern(x, m_Constant()))
      std::swap(x, y);
    if (!matchPattern(y, m_ConstantInt(&number)))
      return {index, 0};
    auto [variable, rest] = split(x);
    uint64_t own = number.getSExtValue();
    return {variable, isa<arith::AddIOp>(op) ? rest + own : rest - own};
  }

  /// Next to where the index is defined, thus outside of all loops that can be.
  Value multiply(Value index, int64_t stride) {
    if (stride == 1)
      return index;
    Value &product = products[{index, stride}];
    if (product)
      return product;
    OpBuilder b(index.getContext());
    b.setInsertionPointAfterValue(index);
    Location loc = index.getLoc();
    Value factor = arith::ConstantIndexOp::create(b, loc, stride);
    return product =
               arith::MulIOp::create(b, loc, index, factor, flagsOf(index));
  }

  Value add(Value x, Value y, Operation *user) {
    Value &sum = sums[{user->getBlock(), x, y}];
    if (!sum) {
      OpBuilder b(user);
      sum = arith::AddIOp::create(b, user->getLoc(), x, y, flagsOf({x, y}));
    }
    return sum;
  }

  /// Whether `index` may be less than 0, of padding in front of a line, which
  /// is left out: it is a number that is, or a difference, or has one in it.
  static bool isBefore(Value index) {
    Operation *op = index.getDefiningOp();
    if (isa_and_nonnull<arith::SubIOp>(op))
      return true;
    if (isa_and_nonnull<arith::AddIOp, arith::MulIOp>(op))
      return llvm::any_of(op->getOperands(), isBefore);
    APInt number;
    return matchPattern(index, m_ConstantInt(&number)) && number.isNegative();
  }

  /// What is known not to happen where `values` are added up or multiplied.
  static arith::IntegerOverflowFlags flagsOf(ValueRange values) {
    constexpr auto noWrap = arith::IntegerOverflowFlags::nsw;
    return llvm::any_of(values, isBefore)
               ? noWrap
               : noWrap | arith::IntegerOverflowFlags::nuw;
  }

  llvm::DenseMap<std::pair<Value, int64_t>, Value> products;
  /// By the block that they are in.
  llvm::DenseMap<std::tuple<Block *, Value, Value>, Value> sums;
};

/// Where all elements of `buffer` are counted from: what it is a part of.
Value flatten(Value buffer) {
  OpBuilder b(buffer.getContext());
  b.setInsertionPointAfterValue(buffer);
  Location loc = buffer.getLoc();
  // Where in it the first element is, the kernel knows by its type.
  while (Operation *view = buffer.getDefiningOp()) {
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp,
             memref::ReinterpretCastOp, memref::SubViewOp>(view) ||
        !isa<MemRefType>(view->getOperand(0).getType()))
      break;
    buffer = view->getOperand(0);
  }
  MemRefType type = flat(cast<MemRefType>(buffer.getType()));
  if (buffer.getType() == type)
    return buffer;
  if (auto view = buffer.getDefiningOp<memref::ViewOp>())
    return memref::ViewOp::create(b, loc, type, view.getSource(),
                                  view.getByteShift(), ValueRange());
  return memref::ReinterpretCastOp::create(b, loc, type, buffer, /*offset=*/0,
                                           type.getShape(),
                                           ArrayRef<int64_t>{1});
}

struct FlattenKernelsPass : impl::FlattenKernelsBase<FlattenKernelsPass> {
  void runOnOperation() override {
    llvm::DenseSet<StringAttr> kernels;
    SmallVector<func::FuncOp> others;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr(nn::kKernelAttrName) || function.isDeclaration()) {
        others.push_back(function);
        continue;
      }
      if (failed(flattenKernel(function)))
        return signalPassFailure();
      kernels.insert(function.getSymNameAttr());
    }
    for (func::FuncOp function : others)
      flattenOperands(function, kernels);
  }

  LogicalResult flattenKernel(func::FuncOp kernel) {
    for (Type type : kernel.getArgumentTypes())
      if (auto buffer = dyn_cast<MemRefType>(type);
          isa<UnrankedMemRefType>(type) || (buffer && !isRegular(buffer)))
        return kernel.emitOpError()
               << "has an argument of type " << type
               << ", whose elements do not lie at known distances from its "
                  "beginning";
    Linearizer linearizer;
    // An argument, or the one that is seen by other indices.
    auto argumentOf = [&](Value buffer) {
      if (auto view = buffer.getDefiningOp<memref::ReinterpretCastOp>())
        buffer = view.getSource();
      bool isArgument = llvm::is_contained(kernel.getArguments(), buffer);
      return isArgument ? buffer : Value();
    };
    SmallVector<Operation *> views;
    auto result = kernel.walk([&](Operation *op) -> WalkResult {
      if (llvm::none_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
        return success();
      return llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case<memref::LoadOp, memref::PrefetchOp, vector::LoadOp,
                vector::StoreOp, vector::MaskedLoadOp, vector::MaskedStoreOp>(
              [&](auto access) -> LogicalResult {
                // Loads and stores call their buffer by different names.
                Value buffer =
                    *llvm::find_if(access->getOperands(), [](Value operand) {
                      return isa<MemRefType>(operand.getType());
                    });
                Value argument = argumentOf(buffer);
                if (!argument)
                  return access.emitOpError("accesses a buffer that is no "
                                            "argument of its kernel");
                access.getIndicesMutable().assign(linearizer.linearize(
                    access.getMemRefType(), access.getIndices(), access));
                access->replaceUsesOfWith(buffer, argument);
                return success();
              })
          .Case([&](memref::ReinterpretCastOp view) -> LogicalResult {
            views.push_back(view);
            if (argumentOf(view) && isRegular(view.getType()))
              return success();
            return view.emitOpError("is no view of an argument with elements "
                                    "at known distances from its beginning");
          })
          .Default([](Operation *other) {
            return other->emitOpError("is not how kernels access buffers");
          });
    });
    if (result.wasInterrupted())
      return failure();
    for (Operation *view : views)
      view->erase();
    for (BlockArgument argument : kernel.getArguments())
      if (auto type = dyn_cast<MemRefType>(argument.getType()))
        argument.setType(flat(type));
    kernel.setFunctionType(FunctionType::get(&getContext(),
                                             kernel.front().getArgumentTypes(),
                                             kernel.getResultTypes()));
    return success();
  }

  /// Of the calls of `kernels` in a function.
  void flattenOperands(func::FuncOp function,
                       const llvm::DenseSet<StringAttr> &kernels) {
    llvm::MapVector<Value, Value> places;
    function.walk([&](func::CallOp call) {
      if (!kernels.contains(call.getCalleeAttr().getAttr()))
        return;
      for (OpOperand &operand : call->getOpOperands()) {
        if (!isa<MemRefType>(operand.get().getType()))
          continue;
        Value &place = places[operand.get()];
        if (!place)
          place = flatten(operand.get());
        operand.set(place);
      }
    });
    // A thousand layers leave thousands.
    if (!places.empty())
      function.walk<WalkOrder::PostOrder, ReverseIterator>(
          [](ViewLikeOpInterface view) {
            if (isOpTriviallyDead(view))
              view->erase();
          });
  }
};

} // namespace

} // namespace nascent::kernels
