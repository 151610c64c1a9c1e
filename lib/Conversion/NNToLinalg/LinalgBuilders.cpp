//===- LinalgBuilders.cpp - What lowerings are made of --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace nascent::nn {

Value constant(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

Sizes sizesLike(ImplicitLocOpBuilder &b, Value like, ArrayRef<int64_t> shape) {
  Sizes sizes;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(size))
      sizes.push_back(tensor::DimOp::create(b, like, dim).getResult());
    else
      sizes.push_back(b.getIndexAttr(size));
  return sizes;
}

Value emitSize(ImplicitLocOpBuilder &b, const SizeExpr &size,
               ValueRange values) {
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value sum;
  auto add = [&](Value term) {
    sum = sum ? Value(arith::AddIOp::create(b, sum, term)) : term;
  };
  for (const SizeExpr::Term &term : size.getTerms()) {
    Value product;
    for (const SizeExpr::Atom &atom : term.atoms) {
      Value factor = atom.isName() ? values[atom.index] : Value();
      // Numerators are never negative.
      if (!factor) {
        Value numerator = emitSize(b, *atom.numerator, values);
        factor = arith::DivUIOp::create(b, numerator, number(atom.divisor));
      }
      product =
          product ? Value(arith::MulIOp::create(b, product, factor)) : factor;
    }
    if (term.coefficient != 1)
      product = arith::MulIOp::create(b, product, number(term.coefficient));
    add(product);
  }
  if (size.getConstant() != 0 || !sum)
    add(number(size.getConstant()));
  return sum;
}

Sizes sizesOfPlaces(ImplicitLocOpBuilder &b, Value input,
                    ArrayRef<Window> windows, ArrayRef<int64_t> shape) {
  Sizes sizes;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(b.getIndexAttr(size));
      continue;
    }
    Value own = tensor::DimOp::create(b, input, dim);
    if (dim > 0 && dim <= windows.size())
      own = emitSize(b, placesOf(windows[dim - 1], SizeExpr::name("size", 0)),
                     own);
    sizes.push_back(own);
  }
  return sizes;
}

Value isWithin(ImplicitLocOpBuilder &b, Value index, Value length) {
  // Integers are words, as floats are.
  Value word = arith::BitcastOp::create(b, b.getI32Type(), length);
  Value end = arith::IndexCastOp::create(b, b.getIndexType(), word);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, index, end);
}

Value countOf(ImplicitLocOpBuilder &b, Value value, ArrayRef<unsigned> dims) {
  double known = 1;
  Value open;
  for (unsigned dim : dims) {
    auto type = cast<RankedTensorType>(value.getType());
    if (!type.isDynamicDim(dim)) {
      known *= type.getDimSize(dim);
      continue;
    }
    // Each size by itself: 32-bit targets convert no 64 bits.
    Value size = tensor::DimOp::create(b, value, dim);
    Value integer = arith::IndexCastOp::create(b, b.getI32Type(), size);
    Value factor = arith::SIToFPOp::create(b, b.getF32Type(), integer);
    open = open ? arith::MulFOp::create(b, open, factor).getResult() : factor;
  }
  Value count = constant(b, known);
  return open ? arith::MulFOp::create(b, count, open).getResult() : count;
}

Value emptyOf(ImplicitLocOpBuilder &b, ArrayRef<OpFoldResult> sizes) {
  return tensor::EmptyOp::create(b, sizes, b.getF32Type());
}

Value filledOf(ImplicitLocOpBuilder &b, ArrayRef<OpFoldResult> sizes,
               double value) {
  Value scalar = constant(b, value);
  return linalg::FillOp::create(b, scalar, emptyOf(b, sizes)).getResult(0);
}

Value emptyLike(ImplicitLocOpBuilder &b, Value like, ArrayRef<int64_t> shape) {
  return emptyOf(b, sizesLike(b, like, shape));
}

Value filled(ImplicitLocOpBuilder &b, Value like, ArrayRef<int64_t> shape,
             double value) {
  Value scalar = constant(b, value);
  return linalg::FillOp::create(b, scalar, emptyLike(b, like, shape))
      .getResult(0);
}

Value mapElements(ImplicitLocOpBuilder &b, ValueRange inputs,
                  ArrayRef<AffineMap> maps, ArrayRef<OpFoldResult> sizes,
                  Body body) {
  unsigned rank = sizes.size();
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value empty = emptyOf(b, sizes);
  auto generic = linalg::GenericOp::create(
      b, empty.getType(), inputs, empty, all, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder in(nestedLoc, nested);
        linalg::YieldOp::create(in, body(in, arguments.drop_back()));
      });
  return generic.getResult(0);
}

Value mapElements(ImplicitLocOpBuilder &b, ValueRange inputs,
                  ArrayRef<AffineMap> maps, ArrayRef<int64_t> shape,
                  Body body) {
  return mapElements(b, inputs, maps, sizesLike(b, inputs[0], shape), body);
}

Value elementwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                  ArrayRef<AffineMap> maps, Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  return mapElements(b, inputs, maps, type.getShape(), body);
}

/// Of each input: those of the first one's dimensions that it has.
static SmallVector<AffineMap> majorMaps(OpBuilder &b, ValueRange inputs) {
  auto rankOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getRank();
  };
  int64_t rank = rankOf(inputs[0]);
  AffineMap identity = b.getMultiDimIdentityMap(rank);
  return llvm::map_to_vector(inputs, [&](Value input) {
    return rankOf(input) == rank ? identity
                                 : identity.getMajorSubMap(rankOf(input));
  });
}

Value elementwise(ImplicitLocOpBuilder &b, ValueRange inputs, Body body) {
  return elementwise(b, inputs, majorMaps(b, inputs), body);
}

Value zerosLike(ImplicitLocOpBuilder &b, Value value) {
  return elementwise(b, value, [](ImplicitLocOpBuilder &in, ValueRange) {
    return constant(in, 0.0);
  });
}

Value reduce(ImplicitLocOpBuilder &b, ValueRange inputs,
             ArrayRef<AffineMap> maps, ArrayRef<unsigned> reduced,
             double initial, Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  SmallVector<AffineMap> all(maps);
  SmallVector<utils::IteratorType> iterators;
  SmallVector<AffineExpr> kept;
  Sizes ownSizes = sizesLike(b, inputs[0], type.getShape()), sizes;
  for (unsigned dim = 0; dim < type.getRank(); ++dim) {
    bool isReduced = llvm::is_contained(reduced, dim);
    iterators.push_back(isReduced ? utils::IteratorType::reduction
                                  : utils::IteratorType::parallel);
    if (isReduced)
      continue;
    kept.push_back(b.getAffineDimExpr(dim));
    sizes.push_back(ownSizes[dim]);
  }
  all.push_back(AffineMap::get(type.getRank(), 0, kept, b.getContext()));
  Value init = filledOf(b, sizes, initial);
  auto generic = linalg::GenericOp::create(
      b, init.getType(), inputs, init, all, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder in(nestedLoc, nested);
        linalg::YieldOp::create(in, body(in, arguments));
      });
  return generic.getResult(0);
}

Value sumOfProducts(ImplicitLocOpBuilder &b, Value first, Value second,
                    Value init, ArrayRef<AffineMap> maps) {
  SmallVector<utils::IteratorType> iterators;
  for (unsigned dim = 0; dim < maps.back().getNumDims(); ++dim)
    iterators.push_back(maps.back().isFunctionOfDim(dim)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  return linalg::GenericOp::create(
             b, init.getType(), ValueRange{first, second}, init, maps,
             iterators,
             [](OpBuilder &nested, Location inner, ValueRange v) {
               Value product = arith::MulFOp::create(nested, inner, v[0], v[1]);
               Value sum = arith::AddFOp::create(nested, inner, v[2], product);
               linalg::YieldOp::create(nested, inner, sum);
             })
      .getResult(0);
}

Value reduceRows(ImplicitLocOpBuilder &b, ValueRange inputs, double initial,
                 Body body) {
  return reduce(b, inputs, majorMaps(b, inputs),
                /*reduced=*/1u, initial, body);
}

using Reassociation = SmallVector<ReassociationIndices>;

/// Which dimensions of a tensor of `rank` are the rows of it as a matrix, and
/// which, the last ones, its columns. A vector is one row.
static Reassociation rowsAndColumns(int64_t rank, unsigned columns) {
  if (rank < 2)
    return {{0, 1}};
  Reassociation groups(2);
  llvm::append_range(groups[0], llvm::seq<int64_t>(0, rank - columns));
  llvm::append_range(groups[1], llvm::seq<int64_t>(rank - columns, rank));
  return groups;
}

Value expand(ImplicitLocOpBuilder &b, Value value, RankedTensorType type,
             ArrayRef<ReassociationIndices> groups, Value like) {
  return tensor::ExpandShapeOp::create(b, type, value, groups,
                                       sizesLike(b, like, type.getShape()));
}

Value toMatrix(ImplicitLocOpBuilder &b, Value value, unsigned columns) {
  RankedTensorType type = cast<RankedTensorType>(value.getType());
  int64_t rank = type.getRank();
  if (rank == 2)
    return value;
  Reassociation groups = rowsAndColumns(rank, columns);
  if (rank > 2)
    return tensor::CollapseShapeOp::create(b, value, groups);
  SmallVector<int64_t> shape(2 - rank, 1);
  llvm::append_range(shape, type.getShape());
  return expand(b, value, type.clone(shape),
                rank == 0 ? Reassociation() : groups, value);
}

Value fromMatrix(ImplicitLocOpBuilder &b, Value matrix, RankedTensorType type,
                 Value input, unsigned columns) {
  if (type.getRank() == 2)
    return matrix;
  Reassociation groups = rowsAndColumns(type.getRank(), columns);
  if (type.getRank() > 2)
    return expand(b, matrix, type, groups, input);
  return tensor::CollapseShapeOp::create(
      b, matrix, type.getRank() == 0 ? Reassociation() : groups);
}

/// The batch, and the dimensions behind it up to `rank`.
static Reassociation batchAndRest(int64_t rank) {
  Reassociation groups(2);
  groups[0].push_back(0);
  llvm::append_range(groups[1], llvm::seq<int64_t>(1, rank));
  return groups;
}

Value mergeBehindBatch(ImplicitLocOpBuilder &b, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() == 2)
    return value;
  if (type.getRank() > 2)
    return tensor::CollapseShapeOp::create(b, value,
                                           batchAndRest(type.getRank()));
  return expand(b, value, type.clone({type.getDimSize(0), 1}),
                Reassociation{{0, 1}}, value);
}

Value splitBehindBatch(ImplicitLocOpBuilder &b, Value value,
                       ArrayRef<int64_t> shape) {
  if (shape.size() == 2)
    return value;
  if (shape.size() == 1)
    return tensor::CollapseShapeOp::create(b, value, Reassociation{{0, 1}});
  auto type = cast<RankedTensorType>(value.getType());
  return expand(b, value, type.clone(shape), batchAndRest(shape.size()), value);
}

Value transpose(ImplicitLocOpBuilder &b, Value value,
                ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  Sizes own = sizesLike(b, value, type.getShape());
  auto sizes =
      llvm::map_to_vector(permutation, [&](int64_t dim) { return own[dim]; });
  return linalg::TransposeOp::create(b, value, emptyOf(b, sizes), permutation)
      ->getResult(0);
}

/// The dimensions of a value of `rank` if `dim` were two.
static Reassociation twoFor(int64_t dim, int64_t rank) {
  Reassociation groups(rank);
  for (int64_t at = 0; at < rank; ++at)
    groups[at].push_back(at + (at > dim));
  groups[dim].push_back(dim + 1);
  return groups;
}

Value splitGroups(ImplicitLocOpBuilder &b, Value value, int64_t dim,
                  int64_t groups) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= groups;
  shape.insert(shape.begin() + dim, groups);
  return expand(b, value, type.clone(shape), twoFor(dim, type.getRank()),
                value);
}

Value mergeGroups(ImplicitLocOpBuilder &b, Value value, RankedTensorType type) {
  int64_t rank = type.getRank();
  return tensor::CollapseShapeOp::create(b, type, value,
                                         twoFor(rank - 1, rank));
}

Value padWindows(ImplicitLocOpBuilder &b, Value input, ArrayRef<Window> windows,
                 double value) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<OpFoldResult> low(type.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> high(low);
  SmallVector<int64_t> shape(type.getShape());
  for (auto [index, window] : llvm::enumerate(windows)) {
    low[index + 1] = b.getIndexAttr(window.before);
    high[index + 1] = b.getIndexAttr(window.after);
    if (!ShapedType::isDynamic(shape[index + 1]))
      shape[index + 1] += window.before + window.after;
  }
  bool isPadded = llvm::any_of(windows, [](const Window &window) {
    return window.before != 0 || window.after != 0;
  });
  if (!isPadded)
    return input;
  return tensor::PadOp::create(b, type.clone(shape), input, low, high,
                               constant(b, value));
}

} // namespace nascent::nn
