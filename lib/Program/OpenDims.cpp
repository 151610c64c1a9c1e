//===- OpenDims.cpp - Sizes computed from arguments -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenDims.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nascent::program {

GivenSize sizesOfInputs(func::FuncOp forward, ValueRange sizes) {
  return [forward, sizes = llvm::to_vector(sizes)](Value tensor, int64_t dim) {
    auto input = dyn_cast<BlockArgument>(tensor);
    if (!input)
      return Value();
    StringRef attribute = nn::NNDialect::kSizesAttrName;
    func::FuncOp function = forward;
    Attribute name = function.getArgAttrOfType<ArrayAttr>(input.getArgNumber(),
                                                          attribute)[dim];
    auto names = function->getAttrOfType<ArrayAttr>(attribute);
    return sizes[llvm::find(names, name) - names.begin()];
  };
}

unsigned OpenDims::Computes::getHashValue(Operation *op) {
  return OperationEquivalence::computeHash(
      op, OperationEquivalence::directHashValue,
      OperationEquivalence::ignoreHashValue,
      OperationEquivalence::IgnoreLocations);
}

bool OpenDims::Computes::isEqual(Operation *a, Operation *b) {
  auto isOperation = [](Operation *op) {
    return op != getEmptyKey() && op != getTombstoneKey();
  };
  return a == b || (isOperation(a) && isOperation(b) &&
                    OperationEquivalence::isEquivalentTo(
                        a, b, OperationEquivalence::IgnoreLocations));
}

Value OpenDims::unique(Operation *op) {
  auto [known, isNew] = computed.insert(op);
  if (!isNew)
    op->erase();
  return (*known)->getResult(0);
}

Value OpenDims::valueOf(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return value;
  return unique(arith::ConstantIndexOp::create(b, *getConstantIntValue(size)));
}

OpFoldResult OpenDims::add(OpFoldResult x, OpFoldResult y) {
  std::optional<int64_t> known = getConstantIntValue(x),
                         other = getConstantIntValue(y);
  if (known && other)
    return b.getIndexAttr(*known + *other);
  if (known == 0)
    return y;
  if (other == 0)
    return x;
  Value left = valueOf(x), right = valueOf(y);
  return unique(arith::AddIOp::create(b, left, right));
}

OpFoldResult OpenDims::multiply(OpFoldResult x, OpFoldResult y) {
  std::optional<int64_t> known = getConstantIntValue(x),
                         other = getConstantIntValue(y);
  if (known && other)
    return b.getIndexAttr(*known * *other);
  if (known == 1)
    return y;
  if (other == 1)
    return x;
  Value left = valueOf(x), right = valueOf(y);
  return unique(arith::MulIOp::create(b, left, right));
}

Sizes OpenDims::stridesOf(ArrayRef<OpFoldResult> sizes) {
  Sizes strides(sizes.size());
  OpFoldResult step = b.getIndexAttr(1);
  for (size_t dim = sizes.size(); dim-- > 0;) {
    strides[dim] = step;
    if (dim > 0)
      step = multiply(step, sizes[dim]);
  }
  return strides;
}

Sizes OpenDims::sizesOf(Value tensor) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  return llvm::map_to_vector(llvm::seq<int64_t>(0, rank),
                             [&](int64_t dim) { return sizeOf(tensor, dim); });
}

OpFoldResult OpenDims::elementsOf(Value tensor) {
  OpFoldResult count = b.getIndexAttr(1);
  for (OpFoldResult size : sizesOf(tensor))
    count = multiply(count, size);
  return count;
}

OpFoldResult OpenDims::sizeOf(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return b.getIndexAttr(type.getDimSize(dim));
  if (Value size = given(tensor, dim))
    return size;
  return openSizeOf(tensor, dim);
}

OpFoldResult OpenDims::openSizeOf(Value tensor, int64_t dim) {
  return llvm::TypeSwitch<Operation *, OpFoldResult>(tensor.getDefiningOp())
      .Case([&](tensor::EmptyOp op) {
        return OpFoldResult(emit(op.getDynamicSize(dim)));
      })
      .Case(
          [&](linalg::LinalgOp op) { return sizeOf(op.getDpsInits()[0], dim); })
      .Case([&](nn::RecurrenceOp op) {
        return sizeOf(op.getSteps().front(), dim);
      })
      .Case([&](tensor::CollapseShapeOp op) {
        OpFoldResult product = b.getIndexAttr(1);
        ReassociationIndices merged = op.getReassociationIndices()[dim];
        for (int64_t each : merged)
          product = multiply(product, sizeOf(op.getSrc(), each));
        return product;
      })
      .Case([&](tensor::ExpandShapeOp op) {
        return emitAll(op.getMixedOutputShape())[dim];
      })
      .Case([&](tensor::ExtractSliceOp op) {
        return emitAll(op.getMixedSizes())[dim];
      })
      .Case([&](tensor::PadOp op) {
        OpFoldResult low = b.getIndexAttr(op.getStaticLow()[dim]),
                     high = b.getIndexAttr(op.getStaticHigh()[dim]);
        return add(sizeOf(op.getSource(), dim), add(low, high));
      })
      .Case([&](tensor::ConcatOp op) {
        if (dim != int64_t(op.getDim()))
          return sizeOf(op.getInputs().front(), dim);
        OpFoldResult sum = b.getIndexAttr(0);
        for (Value part : op.getInputs())
          sum = add(sum, sizeOf(part, dim));
        return sum;
      });
}

Sizes OpenDims::emitAll(ArrayRef<OpFoldResult> numbers) {
  return llvm::map_to_vector(numbers, [&](OpFoldResult number) {
    auto value = dyn_cast<Value>(number);
    return value ? OpFoldResult(emit(value)) : number;
  });
}

Value OpenDims::emit(Value number) {
  if (Value known = emitted.lookup(number))
    return known;
  Operation *op = number.getDefiningOp();
  Value result;
  if (auto size = dyn_cast<tensor::DimOp>(op)) {
    result = valueOf(sizeOf(size.getSource(), *size.getConstantIndex()));
  } else {
    IRMapping mapping;
    for (Value operand : op->getOperands())
      mapping.map(operand, emit(operand));
    result = unique(b.clone(*op, mapping));
  }
  return emitted[number] = result;
}

} // namespace nascent::program
