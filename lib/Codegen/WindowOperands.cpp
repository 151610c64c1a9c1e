//===- WindowOperands.cpp - What a window kernel computes -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowOperands.h"
#include "KernelContract.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

std::optional<int64_t> laneStep(AffineExpr index, unsigned loop,
                                int64_t lanes) {
  if (!index.isFunctionOfDim(loop))
    return 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return 1;
  std::optional<int64_t> left = laneStep(binary.getLHS(), loop, lanes);
  std::optional<int64_t> right = laneStep(binary.getRHS(), loop, lanes);
  if (!left || !right)
    return std::nullopt;
  auto number = dyn_cast<AffineConstantExpr>(binary.getRHS());
  // A vector lies within what is divided by its length, or a multiple of it.
  bool isWithin = isa<AffineDimExpr>(binary.getLHS()) && number &&
                  number.getValue() % lanes == 0;
  switch (index.getKind()) {
  case AffineExprKind::Add:
    return *left + *right;
  case AffineExprKind::Mul:
    return number ? std::optional(*left * number.getValue()) : std::nullopt;
  case AffineExprKind::FloorDiv:
    return isWithin ? std::optional(0) : std::nullopt;
  case AffineExprKind::Mod:
    return isWithin ? std::optional(1) : std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<int64_t> WindowAccess::laneStep(unsigned loop,
                                              int64_t lanes) const {
  unsigned loops = buffer.strides.size() - indices.size();
  int64_t sum = buffer.strides[loop];
  for (auto [i, index] : llvm::enumerate(indices)) {
    std::optional<int64_t> step = codegen::laneStep(index.value, loop, lanes);
    if (!step)
      return std::nullopt;
    sum += *step * buffer.strides[loops + i];
  }
  return sum;
}

namespace {

/// The least and the greatest value of an index.
struct Range {
  int64_t least, greatest;
};

/// None where 64 bits cannot count.
std::optional<Range> rangeOf(AffineExpr index, ArrayRef<int64_t> sizes) {
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return Range{0, sizes[dim.getPosition()] - 1};
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return Range{constant.getValue(), constant.getValue()};
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return std::nullopt;
  std::optional<Range> left = rangeOf(binary.getLHS(), sizes);
  std::optional<Range> right = rangeOf(binary.getRHS(), sizes);
  if (!left || !right)
    return std::nullopt;
  Range sum;
  if (index.getKind() == AffineExprKind::Add)
    return llvm::AddOverflow(left->least, right->least, sum.least) ||
                   llvm::AddOverflow(left->greatest, right->greatest,
                                     sum.greatest)
               ? std::nullopt
               : std::optional(sum);
  auto number = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!number)
    return std::nullopt;
  int64_t by = number.getValue();
  if (index.getKind() == AffineExprKind::Mul) {
    if (llvm::MulOverflow(left->least, by, sum.least) ||
        llvm::MulOverflow(left->greatest, by, sum.greatest))
      return std::nullopt;
    return by < 0 ? Range{sum.greatest, sum.least} : sum;
  }
  // Only what is not negative is divided.
  if (by <= 0 || left->least < 0)
    return std::nullopt;
  if (index.getKind() == AffineExprKind::FloorDiv)
    return Range{left->least / by, left->greatest / by};
  if (index.getKind() == AffineExprKind::Mod)
    return Range{0, std::min(left->greatest, by - 1)};
  return std::nullopt;
}

class Matcher {
public:
  explicit Matcher(func::FuncOp kernel)
      : kernel(kernel),
        store(*kernel.front()
                   .getOps<bufferization::MaterializeInDestinationOp>()
                   .begin()) {}

  FailureOr<WindowOperands> match();

private:
  LogicalResult findLoops();
  /// The place of what `tensor` is at `map` of the loops. `user` reads it.
  FailureOr<unsigned> visit(Operation *user, Value tensor, AffineMap map);
  FailureOr<unsigned> visitApplication(linalg::LinalgOp op, AffineMap map);
  FailureOr<unsigned> visitReduction(linalg::LinalgOp op, AffineMap map);
  FailureOr<unsigned> visitUnpack(linalg::UnPackOp op, AffineMap map);
  /// `operand` of a reduction, which may be padded.
  FailureOr<unsigned> visitPad(linalg::LinalgOp op, tensor::PadOp pad,
                               AffineMap map);
  FailureOr<WindowAccess> access(Operation *reader, Value buffer,
                                 ArrayRef<AffineExpr> indices,
                                 const Distances &distances,
                                 tensor::PadOp pad = {});
  /// The buffer that is read, if it may be read by `user`.
  FailureOr<Value> bufferOf(Operation *user, Value tensor, AffineMap map);
  void noteSliding(AffineExpr index);
  LogicalResult clamp(Operation *reader, unsigned place, AffineExpr index,
                      int64_t low, int64_t size);
  LogicalResult visitInputs(linalg::LinalgOp op, WindowValue &value);
  /// Whether the counters of two loops are only ever seen together.
  bool isSplit(unsigned outer, unsigned inner);
  SmallVector<LoopDim> merge(unsigned first, unsigned end);
  unsigned add(WindowValue value) {
    operands.values.push_back(std::move(value));
    return operands.values.size() - 1;
  }

  func::FuncOp kernel;
  bufferization::MaterializeInDestinationOp store;
  linalg::LinalgOp reduction;
  AffineMap reductionMap;
  WindowOperands operands;
  llvm::DenseMap<std::pair<Value, AffineMap>, unsigned> visited;
};

/// Bodies are applied to whole vectors.
LogicalResult verifyApplied(linalg::LinalgOp op) {
  if (op->getNumResults() != 1 ||
      !getElementTypeOrSelf(op->getResult(0)).isF32())
    return op->emitOpError("must compute one tensor of f32");
  Block *body = op.getBlock();
  for (BlockArgument argument : body->getArguments())
    if (!argument.getType().isF32() &&
        !llvm::all_of(argument.getUsers(), llvm::IsaPred<arith::ExtFOp>))
      return op->emitOpError() << "computes with " << argument.getType()
                               << ", but kernels compute with f32";
  for (Operation &inner : body->without_terminator())
    if (inner.getNumResults() != 1 ||
        !inner.getResult(0).getType().isIntOrIndexOrFloat() ||
        !(inner.hasTrait<OpTrait::ConstantLike>() ||
          isa<linalg::IndexOp>(inner) ||
          OpTrait::hasElementwiseMappableTraits(&inner)))
      return inner.emitOpError("has no form on vectors, which kernels need");
  return success();
}

/// Whether reducing `padding`, too, changes nothing.
bool isNeutral(linalg::LinalgOp op, Attribute padding) {
  auto number = dyn_cast<FloatAttr>(padding);
  bool isZero = number && number.getValue().isZero();
  Block *body = op.getBlock();
  if (linalg::detail::isContractionBody(
          *body, [](Operation *multiply, Operation *sum) {
            return isa<arith::MulFOp>(multiply) && isa<arith::AddFOp>(sum);
          }))
    return isZero;
  Operation *combine = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!combine || combine != &body->front() || combine->getNumOperands() != 2 ||
      !llvm::is_contained(combine->getOperands(), body->getArguments().back()))
    return false;
  std::optional<TypedAttr> neutral = arith::getNeutralElement(combine);
  return (neutral && padding == *neutral) ||
         (isa<arith::AddFOp>(combine) && isZero);
}

FailureOr<WindowAccess> Matcher::access(Operation *reader, Value buffer,
                                        ArrayRef<AffineExpr> indices,
                                        const Distances &distances,
                                        tensor::PadOp pad) {
  unsigned loops = operands.sizes.size();
  SmallVector<LinearIndex> linear;
  SmallVector<WindowIndex> wholes;
  SmallVector<int64_t> strides;
  ArrayRef<int64_t> shape = cast<MemRefType>(buffer.getType()).getShape();
  for (auto [place, index] : llvm::enumerate(indices)) {
    int64_t low = pad ? pad.getStaticLow()[place] : 0;
    int64_t high = pad ? pad.getStaticHigh()[place] : 0;
    LinearIndex none;
    none.coefficients.resize(loops);
    std::optional<LinearIndex> sum = linearize(index, loops);
    noteSliding(index);
    if (low != 0 || high != 0) {
      if (failed(clamp(reader, place, index, low, shape[place])))
        return failure();
    } else {
      std::optional<Range> range = rangeOf(index, operands.sizes);
      if (!range || range->least < 0 || range->greatest >= shape[place])
        return reader->emitOpError()
               << "reads " << buffer.getType() << " by "
               << AffineMapAttr::get(
                      AffineMap::get(loops, 0, indices, reader->getContext()))
               << " of its kernel's loops, but index " << place
               << " must be known to lie in 0 to " << shape[place] - 1;
      if (sum) {
        linear.push_back(*sum);
        continue;
      }
    }
    linear.push_back(none);
    wholes.push_back({index - low, shape[place]});
    strides.push_back(distances.strides[place]);
  }
  auto strided = stride(reader, loops, buffer, distances, linear);
  if (failed(strided))
    return failure();
  WindowAccess result{*strided, wholes};
  llvm::append_range(result.buffer.strides, strides);
  return result;
}

void Matcher::noteSliding(AffineExpr index) {
  auto isRead = [&](unsigned loop) { return index.isFunctionOfDim(loop); };
  unsigned rank = operands.rank, loops = operands.sizes.size();
  if (llvm::none_of(llvm::seq(rank, loops), isRead))
    return;
  for (unsigned loop = 0; loop < rank; ++loop)
    if (isRead(loop))
      operands.slides[loop] = true;
}

LogicalResult Matcher::clamp(Operation *reader, unsigned place,
                             AffineExpr index, int64_t low, int64_t size) {
  unsigned loops = operands.sizes.size();
  std::optional<LinearIndex> sum = linearize(index, loops);
  SmallVector<unsigned> depths;
  for (unsigned loop = operands.rank; sum && loop < loops; ++loop)
    if (sum->coefficients[loop] != 0)
      depths.push_back(loop);
  bool isKnown = llvm::any_of(operands.clamps, [&](const WindowClamp &other) {
    return !depths.empty() && other.depth == depths.front();
  });
  if (depths.size() != 1 || isKnown)
    return reader->emitOpError()
           << "has an operand padded in dimension " << place
           << ", which must be indexed by a sum that has one dimension that is "
              "reduced, and that is in no other padded index";
  operands.clamps.push_back({depths.front(), *sum, low, size});
  return success();
}

FailureOr<Value> Matcher::bufferOf(Operation *user, Value tensor,
                                   AffineMap map) {
  auto leaf = tensor.getDefiningOp<bufferization::ToTensorOp>();
  if (!leaf) {
    user->emitOpError("must read a buffer of its kernel here");
    return failure();
  }
  Value buffer = leaf.getBuffer();
  if (buffer != store.getDest())
    return buffer;
  unsigned loops = operands.sizes.size();
  bool isInit = user == reduction;
  if (isInit &&
      map == AffineMap::getMultiDimIdentityMap(loops, kernel.getContext())
                 .getMajorSubMap(operands.rank))
    return buffer;
  user->emitOpError("reads what its kernel stores into, which only a reduction "
                    "may, onto the element itself");
  return failure();
}

FailureOr<unsigned> Matcher::visitUnpack(linalg::UnPackOp op, AffineMap map) {
  auto buffer = bufferOf(op, op.getSource(), map);
  if (failed(buffer))
    return failure();
  auto distances = distancesOf(*buffer, op);
  if (failed(distances))
    return failure();
  ArrayRef<int64_t> tiled = op.getInnerDimsPos();
  if (tiled.size() != 1)
    return op.emitOpError() << "takes panels of " << tiled.size()
                            << " dimensions apart, but must of one";
  int64_t width = op.getSourceType().getShape().back();
  SmallVector<AffineExpr> indices;
  ArrayRef<int64_t> order = op.getOuterDimsPerm();
  for (unsigned place = 0; place < map.getNumResults(); ++place) {
    unsigned dim = order.empty() ? place : order[place];
    AffineExpr index = map.getResult(dim);
    indices.push_back(dim == tiled.front() ? index.floorDiv(width) : index);
  }
  indices.push_back(map.getResult(tiled.front()) % width);
  auto found = access(op, *buffer, indices, *distances);
  if (failed(found))
    return failure();
  found->isPanels = true;
  operands.panelWidth = std::gcd(operands.panelWidth, width);
  WindowValue value;
  value.access = std::move(*found);
  return add(std::move(value));
}

FailureOr<unsigned> Matcher::visitPad(linalg::LinalgOp op, tensor::PadOp pad,
                                      AffineMap map) {
  auto isUnknown = [](int64_t size) { return size < 0; };
  Attribute padding;
  Value constant = pad.getConstantPaddingValue();
  if (llvm::any_of(pad.getStaticLow(), isUnknown) ||
      llvm::any_of(pad.getStaticHigh(), isUnknown) || !constant ||
      !matchPattern(constant, m_Constant(&padding)) || !isNeutral(op, padding))
    return pad.emitOpError(
        "must pad by numbers that are known, with what changes nothing in the "
        "reduction that reads it: zeros for sums and products, the least value "
        "for a maximum");
  auto buffer = bufferOf(pad, pad.getSource(), map);
  if (failed(buffer))
    return failure();
  auto distances = distancesOf(*buffer, pad);
  if (failed(distances))
    return failure();
  auto found = access(op, *buffer, map.getResults(), *distances, pad);
  if (failed(found))
    return failure();
  WindowValue value;
  value.access = std::move(*found);
  return add(std::move(value));
}

LogicalResult Matcher::visitInputs(linalg::LinalgOp op, WindowValue &value) {
  unsigned loops = operands.sizes.size();
  value.op = op;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    std::optional<unsigned> &place = value.operands.emplace_back();
    if (op.getMatchingBlockArgument(operand).use_empty())
      continue;
    Value read = operand->get();
    if (!isa<ShapedType>(read.getType())) {
      WindowValue scalar;
      scalar.scalar = read;
      place = add(std::move(scalar));
      continue;
    }
    AffineMap map = op.getMatchingIndexingMap(operand).replaceDimsAndSymbols(
        value.counters, {}, loops, 0);
    map = simplifyAffineMap(map);
    auto pad = read.getDefiningOp<tensor::PadOp>();
    auto found =
        pad && op == reduction ? visitPad(op, pad, map) : visit(op, read, map);
    if (failed(found))
      return failure();
    place = *found;
  }
  return success();
}

FailureOr<unsigned> Matcher::visitApplication(linalg::LinalgOp op,
                                              AffineMap map) {
  AffineMap stored = op.getIndexingMapsArray().back();
  if (!stored.isPermutation())
    return op->emitOpError()
           << "must index its result by each of its dimensions once, but does "
              "by "
           << AffineMapAttr::get(stored);
  if (!op.getRegionOutputArgs().front().use_empty())
    return op->emitOpError("reads its result before it is computed");
  if (failed(verifyApplied(op)))
    return failure();
  WindowValue value;
  value.counters.resize(op.getNumLoops());
  for (auto [place, expr] : llvm::enumerate(stored.getResults()))
    value.counters[cast<AffineDimExpr>(expr).getPosition()] =
        map.getResult(place);
  if (failed(visitInputs(op, value)))
    return failure();
  return add(std::move(value));
}

FailureOr<unsigned> Matcher::visitReduction(linalg::LinalgOp op,
                                            AffineMap map) {
  unsigned rank = operands.rank, loops = operands.sizes.size();
  MLIRContext *context = kernel.getContext();
  AffineMap stored = op.getIndexingMapsArray().back();
  AffineMap onRows = AffineMap::get(rank, 0, map.getResults(), context);
  if (op != reduction)
    return op->emitOpError("is a second reduction, but kernels have one");
  if (map.getNumResults() != rank ||
      llvm::any_of(map.getResults(),
                   [](AffineExpr expr) { return !isa<AffineDimExpr>(expr); }) ||
      !onRows.isPermutation() || !stored.isProjectedPermutation() ||
      (reductionMap && map != reductionMap))
    return op->emitOpError(
        "must reduce to one element for each that its kernel stores");
  if (failed(verifyApplied(op)))
    return failure();
  reductionMap = map;
  WindowValue value;
  unsigned next = rank;
  for (utils::IteratorType type : op.getIteratorTypesArray())
    value.counters.push_back(type == utils::IteratorType::reduction
                                 ? getAffineDimExpr(next++, context)
                                 : AffineExpr());
  for (auto [place, expr] : llvm::enumerate(stored.getResults()))
    value.counters[cast<AffineDimExpr>(expr).getPosition()] =
        map.getResult(place);
  if (llvm::is_contained(value.counters, AffineExpr()))
    return op->emitOpError()
           << "must have a result for each dimension that is not reduced, but "
              "indexes it by "
           << AffineMapAttr::get(stored);
  for (auto [dim, counter] : llvm::enumerate(value.counters))
    operands.sizes[cast<AffineDimExpr>(counter).getPosition()] =
        op.getStaticLoopRanges()[dim];
  if (failed(visitInputs(op, value)))
    return failure();
  auto init = visit(op, op.getDpsInits()[0],
                    AffineMap::get(loops, 0, map.getResults(), context));
  if (failed(init))
    return failure();
  value.operands.push_back(*init);
  operands.reduction = add(std::move(value));
  return *operands.reduction;
}

FailureOr<unsigned> Matcher::visit(Operation *user, Value tensor,
                                   AffineMap map) {
  if (auto it = visited.find({tensor, map}); it != visited.end())
    return it->second;
  Operation *definition = tensor.getDefiningOp();
  if (!definition)
    return emitError(tensor.getLoc(), "kernels read buffers, not tensors that "
                                      "are arguments");
  FailureOr<unsigned> found;
  if (isa<bufferization::ToTensorOp>(definition)) {
    auto buffer = bufferOf(user, tensor, map);
    if (failed(buffer))
      return failure();
    auto distances = distancesOf(*buffer, definition);
    if (failed(distances))
      return failure();
    auto read = access(user, *buffer, map.getResults(), *distances);
    if (failed(read))
      return failure();
    WindowValue value;
    value.access = std::move(*read);
    found = add(std::move(value));
  } else if (auto unpack = dyn_cast<linalg::UnPackOp>(definition)) {
    found = visitUnpack(unpack, map);
  } else if (isa<tensor::PadOp>(definition)) {
    return definition->emitOpError("must be read by a reduction that pads its "
                                   "operand; nothing else is padded");
  } else if (auto op = dyn_cast<linalg::LinalgOp>(definition)) {
    found = op.getNumReductionLoops() > 0 ? visitReduction(op, map)
                                          : visitApplication(op, map);
  } else {
    return definition->emitOpError(
        "is not something that kernels support here");
  }
  if (succeeded(found))
    visited[{tensor, map}] = *found;
  return found;
}

LogicalResult Matcher::findLoops() {
  ArrayRef<int64_t> shape =
      cast<MemRefType>(store.getDest().getType()).getShape();
  operands.rank = shape.size();
  llvm::append_range(operands.sizes, shape);
  for (auto op : kernel.front().getOps<linalg::LinalgOp>()) {
    if (op.getNumReductionLoops() == 0)
      continue;
    if (reduction)
      return op->emitOpError("is a second reduction, but kernels have one");
    reduction = op;
    operands.sizes.append(op.getNumReductionLoops(), 1);
  }
  operands.slides.resize(operands.sizes.size());
  return success();
}

bool Matcher::isSplit(unsigned outer, unsigned inner) {
  int64_t size = operands.sizes[inner];
  auto isEven = [&](const WindowAccess &read) {
    int64_t length;
    return !llvm::MulOverflow(read.buffer.strides[inner], size, length) &&
           read.buffer.strides[outer] == length;
  };
  auto isFree = [&](AffineExpr expr) {
    return !expr.isFunctionOfDim(outer) && !expr.isFunctionOfDim(inner);
  };
  auto isClamped = [&](const WindowClamp &clamp) {
    return clamp.index.coefficients[outer] != 0 ||
           clamp.index.coefficients[inner] != 0;
  };
  if (!isEven(operands.output) || llvm::any_of(operands.clamps, isClamped))
    return true;
  return !llvm::all_of(operands.values, [&](const WindowValue &value) {
    if (value.access)
      return isEven(*value.access) &&
             llvm::all_of(value.access->indices, [&](const WindowIndex &index) {
               return isFree(index.value);
             });
    linalg::LinalgOp op = value.op;
    if (!op || op.getBlock()->getOps<linalg::IndexOp>().empty())
      return true;
    return llvm::all_of(value.counters, isFree);
  });
}

SmallVector<LoopDim> Matcher::merge(unsigned first, unsigned end) {
  SmallVector<LoopDim> loops;
  auto isClamped = [&](unsigned dim) {
    return llvm::any_of(operands.clamps, [&](const WindowClamp &clamp) {
      return clamp.depth == dim;
    });
  };
  for (unsigned dim = first; dim < end; ++dim) {
    int64_t size = operands.sizes[dim];
    // There is one counter, 0; but it may lie in padding.
    if (size == 1 && !isClamped(dim))
      continue;
    if (loops.empty() || isSplit(*loops.back().dim, dim))
      loops.push_back({size, dim});
    else
      loops.back() = {loops.back().size * size, dim};
  }
  return loops;
}

FailureOr<WindowOperands> Matcher::match() {
  if (failed(findLoops()))
    return failure();
  unsigned loops = operands.sizes.size();
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(loops, kernel.getContext())
          .getMajorSubMap(operands.rank);
  auto distances = distancesOf(store.getDest(), store);
  if (failed(distances))
    return failure();
  auto root = visit(store, store.getSource(), identity);
  if (failed(root))
    return failure();
  operands.root = *root;
  auto output =
      access(store, store.getDest(), identity.getResults(), *distances);
  if (failed(output))
    return failure();
  operands.output = std::move(*output);
  if (!nn::checkedProduct(operands.sizes))
    return store.emitOpError("stores what is computed from more elements than "
                             "64 bits can count");
  operands.rows = merge(0, operands.rank);
  operands.depths = merge(operands.rank, loops);
  return std::move(operands);
}

} // namespace

FailureOr<WindowOperands> matchWindow(func::FuncOp kernel) {
  return Matcher(kernel).match();
}

} // namespace nascent::codegen
