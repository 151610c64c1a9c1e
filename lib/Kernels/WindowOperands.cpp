//===- WindowOperands.cpp - What a window kernel computes -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowOperands.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "nascent/Kernels/InPlace.h"
#include "nascent/Kernels/LinalgBody.h"
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

namespace {

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
      std::optional<IndexRange> range = rangeOf(index, operands.sizes);
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
  Value buffer = leaf.getBuffer(), stored = store.getDest();
  if (baseOf(buffer) != baseOf(stored))
    return buffer;
  AffineMap identity = AffineMap::getMultiDimIdentityMap(operands.sizes.size(),
                                                         kernel.getContext());
  if (buffer == stored && isReadInPlace(tensor) &&
      map == identity.getMajorSubMap(operands.rank))
    return buffer;
  user->emitOpError("reads what its kernel stores into, but not element by "
                    "element, each for the one at its own place");
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
      !matchPattern(constant, m_Constant(&padding)) ||
      !canBePadded(op, padding))
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
  if (failed(verifyComputed(op)) || failed(verifyOnVectors(*op.getBlock())))
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
  if (failed(verifyComputed(op)) || failed(verifyOnVectors(*op.getBlock())))
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
  operands.rows = mergeLoops(operands, 0, operands.rank);
  operands.depths = mergeLoops(operands, operands.rank, loops);
  return std::move(operands);
}

} // namespace

FailureOr<WindowOperands> matchWindow(func::FuncOp kernel) {
  return Matcher(kernel).match();
}

} // namespace nascent::kernels
