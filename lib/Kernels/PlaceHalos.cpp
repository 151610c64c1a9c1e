//===- PlaceHalos.cpp - Padding that is in memory -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tiles of a contraction run along its innermost rows, the pixels of a
// line. What pads a line has to be in memory, then: a halo, which whoever
// computes the value writes, too. Tiles at the ends of a line can also leave
// out what pads it, as straight code of their own: so they do where values are
// kept for gradients. Padding of other dimensions only makes loops shorter.
//
//===----------------------------------------------------------------------===//

#include "ContractionClamps.h"
#include "TraceSizes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Kernels/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_PLACEHALOS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// What surrounds a value in one dimension.
struct Halo {
  unsigned dim = 0;
  int64_t low = 0;
  int64_t high = 0;
};

/// Gives the values of one function their halos.
class HaloPlacement {
public:
  explicit HaloPlacement(func::FuncOp function)
      : function(function), builder(function.getContext()) {}

  unsigned run();

private:
  /// The halo that those who read `pad` need; none where they need none.
  std::optional<Halo> haloFor(tensor::PadOp pad);
  /// Whether the tiles of those who read `pad` leave out what pads their lines,
  /// so that it need not be in memory.
  bool canLeaveOut(tensor::PadOp pad, const Halo &halo);
  /// The value with a halo, which `first` is the first to read. Those who read
  /// it without read a part of that, unless it is a copy.
  Value place(Value value, const Halo &halo, Operation *first);
  /// Gives whoever reads an input with a halo, behind the first one, a copy of
  /// its own: a network that is trained would have to keep it.
  void copyAgain();
  Value pad(Value value, const Halo &halo);
  /// What `value` shows in other dimensions behind that of the halo, or itself.
  static Value rootOf(Value value, const Halo &halo);
  /// `value` with a halo, where what it shows is `placed`, with the same.
  Value seenAs(Value value, Value placed, const Halo &halo);
  /// A part of a value with a halo, from `start` on.
  Value slice(Location loc, Value value, const Halo &halo, int64_t start,
              int64_t size);
  /// The same value, computed by an operation of its own.
  Value copy(Value value);
  /// Tells those who read `pad` what pads their lines.
  void noteLines(tensor::PadOp pad, const Halo &halo);
  /// Replaces a pad by one of the other dimensions, if any are padded.
  void replace(tensor::PadOp pad, const Halo &halo, Value placed);

  func::FuncOp function;
  OpBuilder builder;
};

RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

std::optional<Halo> HaloPlacement::haloFor(tensor::PadOp pad) {
  Value value = pad.getConstantPaddingValue();
  if (!value || !matchPattern(value, m_AnyZeroFloat()) ||
      ShapedType::isDynamicShape(pad.getStaticLow()) ||
      ShapedType::isDynamicShape(pad.getStaticHigh()))
    return std::nullopt;
  auto isPadded = [&](unsigned dim) {
    return pad.getStaticLow()[dim] != 0 || pad.getStaticHigh()[dim] != 0;
  };
  std::optional<unsigned> line;
  for (OpOperand &use : pad.getResult().getUses()) {
    auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
    std::optional<unsigned> own =
        op && use.getOperandNumber() == 0 ? findLine(op) : std::nullopt;
    if (!own || (line && *own != *line && isPadded(*own)))
      return std::nullopt;
    // Others, as the gradient of a weight, move along lines without padding.
    if (isPadded(*own))
      line = own;
  }
  if (!line)
    return std::nullopt;
  return Halo{*line, pad.getStaticLow()[*line], pad.getStaticHigh()[*line]};
}

bool HaloPlacement::canLeaveOut(tensor::PadOp pad, const Halo &halo) {
  // Where values are kept, room for halos counts.
  auto training = function->getAttrOfType<StringAttr>(nn::kTrainingAttrName);
  if (!training || training.getValue() == "loss")
    return false;
  return isWorthLeavingOut(halo.low + halo.high) &&
         llvm::all_of(pad->getUsers(), [&](Operation *reader) {
           return canSkip(cast<linalg::LinalgOp>(reader), halo.dim);
         });
}

Value HaloPlacement::pad(Value value, const Halo &halo) {
  RankedTensorType type = typeOf(value);
  SmallVector<OpFoldResult> low(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> high(low);
  low[halo.dim] = builder.getIndexAttr(halo.low);
  high[halo.dim] = builder.getIndexAttr(halo.high);
  SmallVector<int64_t> shape(type.getShape());
  shape[halo.dim] += halo.low + halo.high;
  Location loc = value.getLoc();
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(0.0));
  auto padded = tensor::PadOp::create(builder, loc, type.clone(shape), value,
                                      low, high, zero);
  padded->setAttr(nn::kHaloAttrName, builder.getUnitAttr());
  return padded;
}

Value HaloPlacement::slice(Location loc, Value value, const Halo &halo,
                           int64_t start, int64_t size) {
  RankedTensorType type = typeOf(value);
  if (type.getDimSize(halo.dim) == size)
    return value;
  SmallVector<OpFoldResult> starts(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> steps(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, value);
  starts[halo.dim] = builder.getIndexAttr(start);
  sizes[halo.dim] = builder.getIndexAttr(size);
  return tensor::ExtractSliceOp::create(builder, loc, value, starts, sizes,
                                        steps);
}

Value HaloPlacement::copy(Value value) {
  if (auto moved = value.getDefiningOp<linalg::TransposeOp>())
    return builder.clone(*moved)->getResult(0);
  RankedTensorType type = typeOf(value);
  Location loc = value.getLoc();
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, value),
      type.getElementType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  auto copied = linalg::GenericOp::create(
      builder, loc, type, value, empty, ArrayRef{map, map},
      SmallVector<utils::IteratorType>(type.getRank(),
                                       utils::IteratorType::parallel),
      [](OpBuilder &nested, Location inner, ValueRange elements) {
        linalg::YieldOp::create(nested, inner, elements.front());
      });
  return copied.getResult(0);
}

/// The view that `value` is, if it leaves the dimensions up to the halo's.
static tensor::ExpandShapeOp viewOf(Value value, const Halo &halo) {
  auto view = value.getDefiningOp<tensor::ExpandShapeOp>();
  if (!view || view->hasAttr(nn::kLayerAttrName))
    return {};
  SmallVector<ReassociationIndices> groups = view.getReassociationIndices();
  for (unsigned dim = 0; dim <= halo.dim; ++dim)
    if (groups[dim].size() != 1)
      return {};
  return view;
}

Value HaloPlacement::rootOf(Value value, const Halo &halo) {
  while (tensor::ExpandShapeOp view = viewOf(value, halo))
    value = view.getSrc();
  return value;
}

Value HaloPlacement::seenAs(Value value, Value placed, const Halo &halo) {
  tensor::ExpandShapeOp view = viewOf(value, halo);
  if (!view)
    return placed;
  Value source = seenAs(view.getSrc(), placed, halo);
  RankedTensorType type = typeOf(value);
  SmallVector<int64_t> shape(type.getShape());
  shape[halo.dim] += halo.low + halo.high;
  SmallVector<OpFoldResult> sizes = view.getMixedOutputShape();
  sizes[halo.dim] = builder.getIndexAttr(shape[halo.dim]);
  return tensor::ExpandShapeOp::create(builder, view.getLoc(),
                                       type.clone(shape), source,
                                       view.getReassociationIndices(), sizes);
}

/// Whether `op` passes on what a window spreads, which it is computed with.
static bool isSpread(linalg::LinalgOp op) {
  return llvm::any_of(op->getOperands(), [](Value value) {
    auto view = value.getDefiningOp<tensor::CollapseShapeOp>();
    return view && view->hasAttr(nn::kLayerAttrName) &&
           view.getSrc().getDefiningOp<linalg::LinalgOp>();
  });
}

Value HaloPlacement::place(Value value, const Halo &halo, Operation *first) {
  Operation *op = value.getDefiningOp();
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointAfterValue(value);
  Value padded;
  auto concat = dyn_cast_or_null<tensor::ConcatOp>(op);
  SmallVector<OpOperand *> readers;
  for (OpOperand &use : value.getUses())
    if (!isSize(use.getOwner()))
      readers.push_back(&use);
  if (concat && concat.getDim() != halo.dim) {
    SmallVector<Value> parts;
    for (Value part : concat.getInputs())
      parts.push_back(place(part, halo, concat));
    padded = tensor::ConcatOp::create(builder, value.getLoc(), concat.getDim(),
                                      parts);
  } else if (linalgOp && !isSpread(linalgOp)) {
    padded = pad(value, halo);
  } else {
    // It is not computed here, or by places that a line is several dimensions
    // of: who reads it goes on doing so.
    if (linalgOp)
      traceSizes(value);
    // Not before it is asked for: where gradients begin, outputs are there.
    if (linalgOp || function->hasAttr(nn::kTrainingAttrName))
      builder.setInsertionPoint(first);
    return pad(copy(value), halo);
  }
  Value inside = slice(value.getLoc(), padded, halo, halo.low,
                       typeOf(value).getDimSize(halo.dim));
  for (OpOperand *use : readers)
    if (use->getOwner() != concat)
      use->set(inside);
  return padded;
}

void HaloPlacement::noteLines(tensor::PadOp pad, const Halo &halo) {
  auto lengths = builder.getDenseI64ArrayAttr(
      {pad.getStaticLow()[halo.dim], pad.getStaticHigh()[halo.dim]});
  for (Operation *reader : pad->getUsers())
    if (findLine(cast<linalg::LinalgOp>(reader)) == halo.dim)
      reader->setAttr(nn::kLineHaloAttrName, lengths);
}

void HaloPlacement::replace(tensor::PadOp pad, const Halo &halo, Value placed) {
  builder.setInsertionPoint(pad);
  int64_t low = pad.getStaticLow()[halo.dim];
  int64_t high = pad.getStaticHigh()[halo.dim];
  Value line = slice(pad.getLoc(), placed, halo, halo.low - low,
                     pad.getSourceType().getDimSize(halo.dim) + low + high);
  SmallVector<int64_t> lows(pad.getStaticLow()), highs(pad.getStaticHigh());
  lows[halo.dim] = highs[halo.dim] = 0;
  auto isZero = [](int64_t size) { return size == 0; };
  if (!llvm::all_of(lows, isZero) || !llvm::all_of(highs, isZero)) {
    line = tensor::PadOp::create(
        builder, pad.getLoc(), pad.getType(), line,
        getAsIndexOpFoldResult(builder.getContext(), lows),
        getAsIndexOpFoldResult(builder.getContext(), highs),
        pad.getConstantPaddingValue());
  }
  noteLines(pad, halo);
  pad.replaceAllUsesWith(line);
  pad.erase();
}

/// Whether `value` is an input, or what moves the elements of one, unless they
/// are to be `inPlace`.
static bool isInput(Value value, bool inPlace = false) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isView(op) && (inPlace || !isa<linalg::TransposeOp>(op)))
      return false;
    value = op->getOperand(0);
  }
  return true;
}

void HaloPlacement::copyAgain() {
  SmallVector<tensor::PadOp> pads(function.front().getOps<tensor::PadOp>());
  for (tensor::PadOp pad : pads) {
    std::optional<Halo> halo = haloFor(pad);
    Value source = pad.getSource();
    if (!halo || !isInput(source) ||
        (canLeaveOut(pad, *halo) && isInput(source, /*inPlace=*/true)))
      continue;
    SmallVector<Operation *> readers(pad->getUsers());
    llvm::sort(readers, [](Operation *one, Operation *other) {
      return one->isBeforeInBlock(other);
    });
    for (Operation *reader : llvm::drop_begin(readers)) {
      builder.setInsertionPoint(reader);
      Value again = copy(source);
      IRMapping mapping;
      mapping.map(source, again);
      auto own = cast<tensor::PadOp>(builder.clone(*pad, mapping));
      reader->replaceUsesOfWith(pad, own);
      if (canLeaveOut(own, *halo))
        continue;
      builder.setInsertionPointAfterValue(again);
      replace(own, *halo, this->pad(again, *halo));
    }
  }
}

unsigned HaloPlacement::run() {
  if (function->hasAttr(nn::kTrainingAttrName))
    copyAgain();
  // The largest halo of each value serves all who read it.
  llvm::MapVector<Value, std::pair<Halo, SmallVector<tensor::PadOp>>> halos;
  for (auto pad : function.front().getOps<tensor::PadOp>()) {
    std::optional<Halo> halo = haloFor(pad);
    if (!halo)
      continue;
    if (canLeaveOut(pad, *halo)) {
      noteLines(pad, *halo);
      continue;
    }
    auto &[largest, pads] = halos[rootOf(pad.getSource(), *halo)];
    if (!pads.empty() && largest.dim != halo->dim)
      continue;
    largest = {halo->dim, std::max(largest.low, halo->low),
               std::max(largest.high, halo->high)};
    pads.push_back(pad);
  }
  for (auto &[value, placed] : halos) {
    auto &[halo, pads] = placed;
    // What pads show is a part of that from now on, until they are replaced.
    Value source = place(value, halo, pads.front());
    for (tensor::PadOp pad : pads) {
      builder.setInsertionPoint(pad);
      replace(pad, halo, seenAs(pad.getSource(), source, halo));
    }
  }
  return halos.size();
}

struct PlaceHalosPass : impl::PlaceHalosBase<PlaceHalosPass> {
  void runOnOperation() override {
    for (func::FuncOp function : getNetworkFunctions(getOperation())) {
      if (failed(verifyOnTensors(function)))
        return signalPassFailure();
      numHalos += HaloPlacement(function).run();
    }
  }
};

} // namespace

} // namespace nascent::kernels
