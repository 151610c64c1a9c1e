//===- GradientLoops.cpp - Loops around a derivative ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgGradient.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace nascent::gradients {

/// Notes which loops an operand gives the sizes of.
static void see(AffineMap map, llvm::SmallBitVector &loops) {
  for (AffineExpr expr : map.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loops.set(dim.getPosition());
}

/// Puts the loops that the result is written by in front, in its order, as
/// those who compute it expect. The others follow as the first source has them:
/// neighbours are added one after the other.
static void putWrittenFirst(Block &body, MutableArrayRef<AffineMap> maps,
                            MutableArrayRef<utils::IteratorType> iterators) {
  unsigned numLoops = iterators.size();
  SmallVector<unsigned> order;
  for (AffineExpr expr : maps.back().getResults())
    order.push_back(cast<AffineDimExpr>(expr).getPosition());
  auto add = [&](unsigned loop) {
    if (!llvm::is_contained(order, loop))
      order.push_back(loop);
  };
  for (AffineExpr index : maps.front().getResults())
    for (unsigned loop = 0; loop < numLoops; ++loop)
      if (index.isFunctionOfDim(loop))
        add(loop);
  for (unsigned loop = 0; loop < numLoops; ++loop)
    add(loop);
  SmallVector<AffineExpr> moved(numLoops);
  SmallVector<utils::IteratorType> old(iterators);
  for (auto [place, loop] : llvm::enumerate(order)) {
    moved[loop] = getAffineDimExpr(place, maps.back().getContext());
    iterators[place] = old[loop];
  }
  for (AffineMap &map : maps)
    map = map.replaceDimsAndSymbols(moved, {}, numLoops, 0);
  body.walk([&](linalg::IndexOp index) {
    index.setDim(cast<AffineDimExpr>(moved[index.getDim()]).getPosition());
  });
}

/// The sums of `value` along all of its dimensions but one, as of a bias behind
/// a convolution: first of each row of the batch, then of those. Thousands of
/// elements in one sum would be off by what each addition rounds.
static Value sumByRows(OpBuilder &builder, Gradient &gradient, Value value,
                       unsigned kept) {
  ImplicitLocOpBuilder at(gradient.op.getLoc(), builder);
  auto sum = [&](Value of, ArrayRef<unsigned> reduced) {
    AffineMap all = builder.getMultiDimIdentityMap(nn::typeOf(of).getRank());
    Value result =
        nn::reduce(at, of, all, reduced, 0.0,
                   [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                     return arith::AddFOp::create(b, v[1], v[0]);
                   });
    nameGradient(result, gradient.op);
    return result;
  };
  SmallVector<unsigned> inner;
  for (unsigned dim = 1, e = nn::typeOf(value).getRank(); dim < e; ++dim)
    if (dim != kept)
      inner.push_back(dim);
  return sum(sum(value, inner), 0u);
}

FailureOr<Value> emitLoops(OpBuilder &builder, Gradient &gradient,
                           AffineMap written, GradientBody body,
                           IndexOf indexOf) {
  ImplicitLocOpBuilder at(gradient.op.getLoc(), builder);
  unsigned numLoops = written.getNumDims(), count = gradient.values.size();
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  nn::Sizes shape;
  for (AffineExpr expr : written.getResults()) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    iterators[loop] = utils::IteratorType::parallel;
    shape.push_back(gradient.sizes[loop]);
  }
  bool isSum = written.getNumResults() < numLoops;
  // The body comes first, to see which sources it needs.
  auto block = std::make_unique<Block>();
  for (Value value : gradient.values)
    block->addArgument(nn::typeOf(value).getElementType(), at.getLoc());
  BlockArgument sum = block->addArgument(builder.getF32Type(), at.getLoc());
  std::optional<unsigned> summed;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(block.get());
    ElementwiseBuilder e(builder, at.getLoc(), builder.getF32Type());
    FailureOr<Value> value =
        body(e, block->getArguments().drop_back(), indexOf);
    if (failed(value))
      return failure();
    Value yielded = isSum ? e.add(sum, *value) : *value;
    linalg::YieldOp::create(e.getBuilder(), yielded);
    // What is passed on as it is needs no loops.
    auto source = dyn_cast<BlockArgument>(yielded);
    if (source && gradient.maps[source.getArgNumber()] == written)
      return gradient.values[source.getArgNumber()];
    if (auto only = dyn_cast<BlockArgument>(*value); only && isSum)
      summed = only.getArgNumber();
  }
  if (summed && written.getNumResults() == 1 && numLoops > 2) {
    AffineMap read = gradient.maps[*summed];
    std::optional<unsigned> kept = read.getResultPosition(written.getResult(0));
    if (read.isPermutation() && kept.value_or(0) > 0)
      return sumByRows(builder, gradient, gradient.values[*summed], *kept);
  }
  // Numbers that were multiplied by and are 1. Kernels know a product of
  // matrices by a body that is nothing else.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*block)))
    if (isOpTriviallyDead(&op))
      op.erase();
  llvm::SmallBitVector seen(numLoops), kept(count);
  see(written, seen);
  for (unsigned i = 0; i < count; ++i)
    if (!block->getArgument(i).use_empty()) {
      kept.set(i);
      see(gradient.maps[i], seen);
    }
  // Some are read for the sake of their sizes alone.
  for (unsigned i = 0; i < count && !seen.all(); ++i) {
    llvm::SmallBitVector before = seen;
    see(gradient.maps[i], seen);
    if (seen != before)
      kept.set(i);
  }
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;
  for (unsigned i : kept.set_bits()) {
    values.push_back(gradient.values[i]);
    maps.push_back(gradient.maps[i]);
  }
  for (unsigned i = count; i-- > 0;)
    if (!kept.test(i))
      block->eraseArgument(i);
  // Loops that no operand has by themselves.
  if (!seen.all()) {
    seen.flip();
    nn::Sizes turns;
    SmallVector<AffineExpr> rest;
    for (unsigned loop : seen.set_bits()) {
      turns.push_back(gradient.sizes[loop]);
      rest.push_back(builder.getAffineDimExpr(loop));
    }
    block->insertArgument(values.size(), builder.getF32Type(), at.getLoc());
    values.push_back(nn::emptyOf(at, turns));
    maps.push_back(AffineMap::get(numLoops, 0, rest, builder.getContext()));
  }
  maps.push_back(written);
  putWrittenFirst(*block, maps, iterators);
  Value init = isSum ? nn::filledOf(at, shape, 0.0) : nn::emptyOf(at, shape);
  auto generic = linalg::GenericOp::create(at, init.getType(), values, init,
                                           maps, iterators);
  generic.getRegion().push_back(block.release());
  nameGradient(generic.getResult(0), gradient.op);
  return generic.getResult(0);
}

namespace {
/// How a dimension of an operand is read: by one loop, or by none, from an
/// element on.
struct Place {
  AffineDimExpr loop;
  int64_t first = 0;
};
} // namespace

/// Reads an index that is a number, a loop, or a loop and a number; null is
/// what else there is.
static std::optional<Place> placeOf(AffineExpr index) {
  if (auto number = dyn_cast<AffineConstantExpr>(index))
    return Place{nullptr, number.getValue()};
  if (auto loop = dyn_cast<AffineDimExpr>(index))
    return Place{loop};
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  auto loop = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
  auto number =
      binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
  if (!loop || !number)
    return std::nullopt;
  if (binary.getKind() == AffineExprKind::Add)
    return Place{loop, number.getValue()};
  return std::nullopt;
}

/// What has been computed loop by loop, with zeros around it where the operand
/// has more.
static Value putAt(OpBuilder &builder, Gradient &gradient,
                   ArrayRef<Place> places, Value value) {
  RankedTensorType type = nn::typeOf(gradient.getInput());
  for (auto [dim, place] : llvm::enumerate(places))
    if (int64_t size = nn::typeOf(value).getDimSize(dim);
        !ShapedType::isDynamic(size))
      value = withMargins(builder, value, dim, place.first,
                          type.getDimSize(dim) - place.first - size);
  return value;
}

/// In which order a gradient is written by its loops: as the operand has it,
/// but for the weight of groups, whose columns come last. That is how products
/// of matrices are computed; those without groups go into panels anyway.
static SmallVector<int64_t> columnsLast(Gradient &gradient,
                                        ArrayRef<AffineExpr> written) {
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, written.size()));
  if (gradient.cotangent == 0 || gradient.firstInput != 0)
    return order;
  AffineMap rows = gradient.maps[0],
            columns = gradient.maps[gradient.cotangent];
  auto isIn = [&](AffineMap map, int64_t place) {
    return map.isFunctionOfDim(
        cast<AffineDimExpr>(written[place]).getPosition());
  };
  if (llvm::none_of(order, [&](int64_t place) {
        return isIn(rows, place) && isIn(columns, place);
      }))
    return order;
  auto isColumn = [&](int64_t place) {
    return isIn(columns, place) && !isIn(rows, place);
  };
  SmallVector<int64_t> last;
  llvm::copy_if(order, std::back_inserter(last), isColumn);
  llvm::erase_if(order, isColumn);
  llvm::append_range(order, last);
  return order;
}

FailureOr<Value> emitAtPlaces(OpBuilder &builder, Gradient &gradient,
                              GradientBody body, IndexOf indexOf) {
  ImplicitLocOpBuilder at(gradient.op.getLoc(), builder);
  Value input = gradient.getInput();
  AffineMap map = gradient.getMap();
  SmallVector<AffineExpr> written;
  SmallVector<ReassociationIndices> groups;
  SmallVector<Place> places;
  SmallVector<int64_t> shape;
  ReassociationIndices group;
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    group.push_back(dim);
    std::optional<Place> place = placeOf(expr);
    if (!place || (place->loop && llvm::is_contained(written, place->loop)))
      return gradient.emitNoRule();
    places.push_back(*place);
    if (!place->loop) {
      shape.push_back(1);
      continue;
    }
    shape.push_back(
        getConstantIntValue(gradient.sizes[place->loop.getPosition()])
            .value_or(ShapedType::kDynamic));
    written.push_back(place->loop);
    groups.push_back(group);
    group.clear();
  }
  // What all elements read is written by a loop of one turn, since kernels
  // store no scalars.
  if (written.empty() && !shape.empty()) {
    unsigned numLoops = gradient.sizes.size();
    written.push_back(builder.getAffineDimExpr(numLoops));
    gradient.sizes.push_back(builder.getIndexAttr(1));
    for (AffineMap &source : gradient.maps)
      source = AffineMap::get(numLoops + 1, 0, source.getResults(),
                              builder.getContext());
    groups.emplace_back();
  }
  // Dimensions of one element behind the last one.
  if (!groups.empty())
    llvm::append_range(groups.back(), group);
  SmallVector<int64_t> order = columnsLast(gradient, written);
  auto inOrder =
      llvm::map_to_vector(order, [&](int64_t place) { return written[place]; });
  AffineMap writtenMap =
      AffineMap::get(gradient.sizes.size(), 0, inOrder, builder.getContext());
  FailureOr<Value> result =
      emitLoops(builder, gradient, writtenMap, body, indexOf);
  if (failed(result))
    return failure();
  Value value = *result;
  if (!isIdentityPermutation(order)) {
    SmallVector<int64_t> back = invertPermutationVector(order);
    value = nn::transpose(at, value, back);
  }
  if (written.size() != shape.size())
    value = nn::expand(at, value,
                       RankedTensorType::get(shape, builder.getF32Type()),
                       groups, input);
  return putAt(builder, gradient, places, value);
}

} // namespace nascent::gradients
