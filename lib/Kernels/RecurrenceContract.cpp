//===- RecurrenceContract.cpp - What a recurrence's kernel is -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrenceContract.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent::kernels {

nn::RecurrenceOp findRecurrence(func::FuncOp kernel) {
  auto ops = kernel.front().getOps<nn::RecurrenceOp>();
  return ops.empty() ? nn::RecurrenceOp() : *ops.begin();
}

linalg::LinalgOp findInputProduct(nn::RecurrenceOp recurrence) {
  auto view =
      recurrence.getSteps().front().getDefiningOp<tensor::ExpandShapeOp>();
  return view ? view.getSrc().getDefiningOp<linalg::LinalgOp>()
              : linalg::LinalgOp();
}

/// The argument that a buffer is, or is seen of; null for any other, and for
/// one whose columns do not lie side by side.
static BlockArgument argumentOf(Value buffer, bool isOpen) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!type || failed(type.getStridesAndOffset(strides, offset)) ||
      strides.empty() || strides.back() != 1)
    return {};
  if (auto view = buffer.getDefiningOp<memref::ReinterpretCastOp>();
      view && isOpen)
    buffer = view.getSource();
  return dyn_cast<BlockArgument>(buffer);
}

/// Whether rows of `buffer` are an argument's from its start on, without gaps.
static bool seesRows(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  return buffer.getDefiningOp<memref::ReinterpretCastOp>() && offset == 0 &&
         type.getRank() > 1 &&
         strides[type.getRank() - 2] == type.getShape().back();
}

/// Whether `op` belongs to the product of one row's input, onto a bias.
static bool isOfProduct(Operation &op, nn::RecurrenceOp recurrence,
                        linalg::LinalgOp product) {
  Operation *init = product.getDpsInits().front().getDefiningOp();
  return &op == product || &op == init ||
         &op == recurrence.getSteps().front().getDefiningOp();
}

static LogicalResult verifyProduct(linalg::LinalgOp product,
                                   nn::RecurrenceOp recurrence) {
  auto weight = product.getDpsInputs()[1].getDefiningOp<linalg::UnPackOp>();
  Operation *init = product.getDpsInits().front().getDefiningOp();
  bool isOfRow = recurrence.getBatchAndLength()[0] == 1 &&
                 product.getNumLoops() == 3 && isSumOfProducts(product) &&
                 weight &&
                 weight.getResult().getType().getElementType().isF32() &&
                 isa_and_nonnull<linalg::BroadcastOp, linalg::FillOp>(init);
  if (isOfRow)
    return success();
  return product->emitOpError(
      "is in a recurrence's kernel, but not the product "
      "of one row's steps with panels, onto a bias");
}

static LogicalResult verifyTypes(Operation &op) {
  for (TypeRange types :
       {TypeRange(op.getOperandTypes()), TypeRange(op.getResultTypes())})
    for (Type type : types)
      if (auto tensor = dyn_cast<TensorType>(type);
          tensor && !tensor.hasStaticShape())
        return op.emitOpError()
               << "is on " << type << ", but kernels are on known sizes";
  return success();
}

LogicalResult verifyRecurrence(func::FuncOp kernel) {
  nn::RecurrenceOp recurrence = findRecurrence(kernel);
  linalg::LinalgOp product = findInputProduct(recurrence);
  bool isOpen = kernel->hasAttr(nn::kOpenKernelAttrName);
  if (product && failed(verifyProduct(product, recurrence)))
    return failure();
  if (failed(verifyOnVectors(recurrence.getBody().front())))
    return failure();
  llvm::DenseSet<Value> stored;
  for (Operation &op : kernel.front().without_terminator()) {
    if (!isOpen && failed(verifyTypes(op)))
      return failure();
    if (auto store = dyn_cast<bufferization::MaterializeInDestinationOp>(op)) {
      Value argument = argumentOf(store.getDest(), isOpen);
      if (!argument || (isOpen && !seesRows(store.getDest())) ||
          store.getSource().getDefiningOp() != recurrence ||
          !store.getSource().hasOneUse() || !stored.insert(argument).second)
        return store.emitOpError(
            "must store a result of the kernel's recurrence, each into an "
            "argument of its own, with its columns side by side");
      continue;
    }
    bool isNumber =
        isa<arith::ArithDialect>(op.getDialect()) &&
        llvm::none_of(op.getResultTypes(), llvm::IsaPred<ShapedType>);
    if (&op != recurrence && !isNumber &&
        !op.hasTrait<OpTrait::ConstantLike>() &&
        !isa<bufferization::ToTensorOp, linalg::UnPackOp,
             memref::ReinterpretCastOp, tensor::EmptyOp>(op) &&
        !(product && isOfProduct(op, recurrence, product)))
      return op.emitOpError("is not something that kernels with a recurrence "
                            "support");
  }
  SmallVector<Value> reads(recurrence.getOperands());
  if (product) {
    Operation *init = product.getDpsInits().front().getDefiningOp();
    reads.front() = product.getDpsInputs()[0];
    reads.push_back(storedFormOf(product.getDpsInputs()[1]));
    if (auto bias = dyn_cast<linalg::BroadcastOp>(init))
      reads.push_back(bias.getInput());
  }
  for (Value read : reads) {
    auto unpack = read.getDefiningOp<linalg::UnPackOp>();
    if (unpack && read == recurrence.getWeight() && !recurrence.getTransposed())
      read = unpack.getSource();
    auto leaf = read.getDefiningOp<bufferization::ToTensorOp>();
    Value argument =
        leaf ? argumentOf(leaf.getBuffer(), isOpen) : BlockArgument();
    bool hasRows = llvm::is_contained(recurrence.getSteps(), read) ||
                   llvm::is_contained(recurrence.getInitial(), read);
    bool isSeen = !isOpen || !hasRows ||
                  cast<RankedTensorType>(read.getType()).hasStaticShape() ||
                  (leaf && seesRows(leaf.getBuffer()));
    if (!argument || !isSeen || stored.contains(argument))
      return recurrence.emitOpError(
          "must read arguments of its kernel that are not written, with their "
          "columns side by side");
  }
  if (stored.size() == recurrence.getNumResults())
    return success();
  return recurrence.emitOpError("has ")
         << recurrence.getNumResults()
         << " results, of which its kernel stores " << stored.size()
         << "; it must store all of them";
}

} // namespace nascent::kernels
