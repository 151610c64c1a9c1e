//===- LayerGroups.cpp - Which operations become one kernel ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerGroups.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/LinalgBody.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether each element of the result is computed from those of the operands at
/// its own place, or in its column, and from numbers that are the same for all,
/// as the indexing maps say.
static bool isElementwise(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !generic.hasPureTensorSemantics() ||
      generic->getNumResults() != 1 || generic.hasIndexSemantics() ||
      generic.getNumParallelLoops() != generic.getNumLoops() ||
      generic.payloadUsesValueFromOperand(generic.getDpsInitOperand(0)))
    return false;
  SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
  auto isIdentity = [](AffineMap map) { return map.isIdentity(); };
  return maps.back().isIdentity() &&
         llvm::any_of(ArrayRef(maps).drop_back(), isIdentity) &&
         llvm::all_of(maps, [&](AffineMap map) {
           return map.isIdentity() || isPerColumn(map) || isScalar(map);
         });
}

/// Whether it reads what is unpacked on the way, of which there are no rows.
static bool readsPanels(Operation *op) {
  return llvm::any_of(op->getOperands(), [](Value operand) {
    return operand.getDefiningOp<linalg::UnPackOp>() != nullptr;
  });
}

static bool readsColumns(linalg::GenericOp op) {
  return llvm::any_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return isPerColumn(map); });
}

/// The roots before elementwise ones are joined to others: what each layer has
/// become.
static SmallVector<LayerGroup, 0> collectRoots(func::FuncOp function) {
  SmallVector<LayerGroup, 0> roots;
  llvm::DenseMap<std::pair<Attribute, Attribute>, size_t> known;
  for (Operation &op : function.front()) {
    if (!isa<linalg::LinalgOp, nn::RecurrenceOp>(op) || isDescription(&op))
      continue;
    Attribute layer = op.getAttr(nn::kLayerAttrName);
    Attribute part = op.getAttr(nn::kLayerPartAttrName);
    size_t index = roots.size();
    if (layer)
      index = known.try_emplace({layer, part}, index).first->second;
    if (index == roots.size())
      roots.emplace_back();
    roots[index].root.push_back(&op);
  }
  return roots;
}

/// The operations of a root whose values others see. The last one's is, if no
/// other is.
static SmallVector<Operation *> findSeen(const LayerGroup &group) {
  llvm::SmallPtrSet<Operation *, 8> inside(group.root.begin(),
                                           group.root.end());
  SmallVector<Operation *> seen;
  for (Operation *op : group.root)
    if ((op == group.root.back() && seen.empty()) ||
        llvm::any_of(op->getUsers(), [&](Operation *user) {
          return !inside.contains(user) && !isSize(user);
        }))
      seen.push_back(op);
  return seen;
}

/// Whether a layer's reductions are computed together: of a row, which is then
/// stored.
static bool storesRows(const LayerGroup &group) {
  auto isReduction = [](Operation *op) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    return linalgOp && linalgOp.getNumReductionLoops() > 0;
  };
  auto type = cast<RankedTensorType>(group.result.getType());
  return type.getRank() > 1 || llvm::count_if(group.root, isReduction) <= 1;
}

/// A kernel stores one value. Where others see several of a layer, as gradients
/// do, or one number a row, as of a loss, each operation is a kernel.
static SmallVector<LayerGroup, 0> splitRoots(SmallVector<LayerGroup, 0> roots) {
  SmallVector<LayerGroup, 0> split;
  for (LayerGroup &group : roots) {
    SmallVector<Operation *> seen = findSeen(group);
    group.result = seen.front()->getResult(0);
    if (seen.size() == 1 && storesRows(group)) {
      split.push_back(std::move(group));
      continue;
    }
    for (Operation *op : group.root) {
      LayerGroup &alone = split.emplace_back();
      alone.root = {op};
      alone.result = op->getResult(0);
    }
  }
  return split;
}

/// Whether a kernel can be formed of `op`.
static bool isComputed(Operation *op) {
  if (isa<nn::RecurrenceOp>(op))
    return true;
  return op->getNumResults() == 1 &&
         cast<linalg::LinalgOp>(op).hasPureTensorSemantics();
}

/// The one reader of the group's value, or of the layer's view of it, which is
/// then the group's.
static OpOperand *findNext(LayerGroup &group) {
  if (!group.members.empty())
    return findReader(group.members.back().op->getResult(0));
  OpOperand *reader = findReader(group.result);
  if (!reader)
    return nullptr;
  Operation *view = reader->getOwner();
  if (!isView(view) || !view->hasAttr(nn::kLayerAttrName))
    return reader;
  group.view = view;
  return findReader(view->getResult(0));
}

/// What `use` pads by a halo, if it does.
static tensor::PadOp asHalo(OpOperand *use) {
  auto halo = use ? dyn_cast<tensor::PadOp>(use->getOwner()) : tensor::PadOp();
  return halo && halo->hasAttr(nn::kHaloAttrName) ? halo : tensor::PadOp();
}

/// Whether no halo can be stored around what `group` is seen as: its value is
/// rows whose lines are seen later only, or has lines in several dimensions.
static bool hidesLines(const LayerGroup &group, tensor::PadOp halo) {
  if (isa_and_nonnull<tensor::ExpandShapeOp>(group.view))
    return true;
  auto view = dyn_cast_or_null<tensor::CollapseShapeOp>(group.view);
  if (!view || !halo)
    return false;
  auto isPadded = [&](size_t dim) {
    return halo.getStaticLow()[dim] != 0 || halo.getStaticHigh()[dim] != 0;
  };
  return llvm::any_of(llvm::enumerate(view.getReassociationIndices()),
                      [&](auto dim) {
                        return dim.value().size() > 1 && isPadded(dim.index());
                      });
}

/// Whether `use` is of elements at their own places, and other operands can be
/// seen as the root's result is.
static bool canJoin(const LayerGroup &group, linalg::GenericOp next,
                    OpOperand *use) {
  tensor::PadOp halo = asHalo(findReader(next->getResult(0)));
  if (use->getOperandNumber() >= next.getNumDpsInputs() ||
      !next.getMatchingIndexingMap(use).isIdentity() ||
      (halo && hidesLines(group, halo)))
    return false;
  if (!group.view || next.getNumDpsInputs() == 1)
    return true;
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(group.view))
    return !readsColumns(next) ||
           view.getReassociationIndices().back().size() == 1;
  auto view = dyn_cast<tensor::CollapseShapeOp>(group.view);
  return view && view.getSrcType().hasStaticShape() && !readsColumns(next);
}

/// Whether `next` reads what `use` is of, and a sum that is computed later, for
/// `next` alone. In a training `next` becomes part of that sum's kernel: what
/// has been added up need not be kept until then.
static bool isLeftToLater(linalg::GenericOp next, OpOperand *use) {
  Operation *own = use->get().getDefiningOp();
  return llvm::any_of(next.getDpsInputOperands(), [&](OpOperand *other) {
    auto later = other->get().getDefiningOp<linalg::LinalgOp>();
    return later && later.getNumReductionLoops() > 0 &&
           own->isBeforeInBlock(later) && findReader(other->get()) == other &&
           next.getMatchingIndexingMap(other).isIdentity();
  });
}

/// What surrounds the group's value, if anything does.
static tensor::PadOp findHalo(LayerGroup &group) {
  tensor::PadOp halo = asHalo(findNext(group));
  return hidesLines(group, halo) ? tensor::PadOp() : halo;
}

/// What stores the group's value in panels, if anything does and can: sums, and
/// what is computed from each of them by itself.
static linalg::PackOp findPanels(LayerGroup &group) {
  OpOperand *use = group.isElementwise ? nullptr : findNext(group);
  auto pack =
      use ? dyn_cast<linalg::PackOp>(use->getOwner()) : linalg::PackOp();
  bool isByColumns = llvm::any_of(group.members, [](const Member &member) {
    return readsColumns(member.op);
  });
  return pack && pack.getSource() == use->get() && !group.view && !isByColumns
             ? pack
             : linalg::PackOp();
}

/// Of each value that is part of another, or will be: the dimensions, its own,
/// along which. A part of a part may have several.
using Splits = llvm::DenseMap<Value, llvm::SmallBitVector>;

static Splits findSplits(func::FuncOp function) {
  Splits splits;
  auto split = [&](Value value, int64_t dim) {
    llvm::SmallBitVector &dims = splits[value];
    dims.resize(cast<RankedTensorType>(value.getType()).getRank());
    dims.set(dim);
  };
  // What a value is joined to, and seen as, comes after it.
  for (Operation &op : llvm::reverse(function.front())) {
    if (auto concat = dyn_cast<tensor::ConcatOp>(op);
        concat && concat.getDim()) {
      llvm::SmallBitVector whole = splits.lookup(concat.getResult());
      for (Value operand : concat.getInputs()) {
        split(operand, concat.getDim());
        for (unsigned dim : whole.set_bits())
          split(operand, dim);
      }
    } else if (auto view = dyn_cast<tensor::CollapseShapeOp>(op)) {
      llvm::SmallBitVector seen = splits.lookup(view.getResult());
      for (unsigned dim : seen.set_bits())
        split(view.getSrc(), view.getReassociationIndices()[dim].front());
    }
  }
  // What it is taken from comes before it.
  for (auto slice : function.front().getOps<tensor::ExtractSliceOp>()) {
    llvm::SmallBitVector whole = splits.lookup(slice.getSource());
    for (unsigned dim : whole.set_bits())
      split(slice.getResult(), dim);
    for (auto [dim, size, all] : llvm::enumerate(
             slice.getStaticSizes(), slice.getSourceType().getShape()))
      if (dim > 0 && size != all)
        split(slice.getResult(), dim);
  }
  return splits;
}

/// Along which dimensions a merged group's values are parts of others.
static SmallVector<int64_t> findSplits(const LayerGroup &group,
                                       const Splits &splits) {
  SmallVector<Value> values(group.getLast()->getResults());
  auto addInputs = [&](Operation *op) {
    auto computed = cast<linalg::LinalgOp>(op);
    for (OpOperand *operand : computed.getDpsInputOperands())
      if (!isScalar(computed.getMatchingIndexingMap(operand)))
        values.push_back(operand->get());
  };
  addInputs(group.root.front());
  for (const Member &member : group.members)
    addInputs(member.op);
  llvm::SmallSetVector<int64_t, 2> dims;
  for (Value value : values) {
    llvm::SmallBitVector own = splits.lookup(value);
    dims.insert(own.set_bits_begin(), own.set_bits_end());
  }
  return llvm::to_vector(dims);
}

/// The product that gives the steps of a group's recurrence, if it is of one
/// row, is read by nothing else, and is little. Null elsewhere.
static linalg::LinalgOp findInputOfOne(const LayerGroup &group,
                                       const VectorTarget &target) {
  auto recurrence = dyn_cast<nn::RecurrenceOp>(group.root.back());
  if (!recurrence || recurrence.getSteps().size() != 1 ||
      recurrence.getTransposed() || recurrence.getBatchAndLength()[0] != 1)
    return {};
  Value steps = recurrence.getSteps().front();
  auto view = steps.getDefiningOp<tensor::ExpandShapeOp>();
  auto product = view ? view.getSrc().getDefiningOp<linalg::LinalgOp>()
                      : linalg::LinalgOp();
  if (!product || !isSumOfProducts(product) || !steps.hasOneUse() ||
      !view.getSrc().hasOneUse())
    return {};
  auto weight = product.getDpsInputs()[1].getDefiningOp<linalg::UnPackOp>();
  if (!weight || !weight.getResult().getType().getElementType().isF32())
    return {};
  ArrayRef<int64_t> shape = weight.getResult().getType().getShape();
  return isWorthJoining(target, recurrence.getUnits(), shape[0], shape[1])
             ? product
             : linalg::LinalgOp();
}

/// Adds the elementwise operations that go on with what the group computes, of
/// those of each root, to its members, and to `joined`.
static void takeMembers(LayerGroup &group,
                        const llvm::DenseMap<Operation *, size_t> &elementwise,
                        llvm::BitVector &joined) {
  while (OpOperand *use = findNext(group)) {
    auto next = elementwise.find(use->getOwner());
    if (next == elementwise.end() || joined.test(next->second))
      return;
    auto op = cast<linalg::GenericOp>(use->getOwner());
    bool isTraining = op->getParentOp()->hasAttr(nn::kTrainingAttrName);
    if (!canJoin(group, op, use) || (isTraining && isLeftToLater(op, use)))
      return;
    joined.set(next->second);
    group.members.push_back({op, use});
  }
}

/// Finds out whether a group is computed in one dimension, or in two.
static void mergeDims(LayerGroup &group, const Splits &splits) {
  group.isMerged = group.isElementwise && !readsPanels(group.root.front()) &&
                   !readsColumns(cast<linalg::GenericOp>(group.root.front())) &&
                   llvm::none_of(group.members, [](const Member &member) {
                     return readsColumns(member.op) || readsPanels(member.op);
                   });
  if (!group.isMerged)
    return;
  // Rows of several kinds are no rows of one value.
  SmallVector<int64_t> dims = findSplits(group, splits);
  group.isMerged = dims.size() < 2;
  group.split = dims.size() == 1 ? dims.front() : 0;
}

FailureOr<SmallVector<LayerGroup, 0>> groupLayers(func::FuncOp function) {
  SmallVector<LayerGroup, 0> roots = collectRoots(function);
  for (const LayerGroup &group : roots)
    for (Operation *op : group.root)
      if (!isComputed(op))
        return op->emitOpError("is not on tensors with one result, as kernels "
                               "are formed of; run convert-nn-to-linalg first");
  roots = splitRoots(std::move(roots));
  llvm::DenseMap<Operation *, size_t> elementwise;
  for (auto [index, group] : llvm::enumerate(roots)) {
    group.isElementwise =
        group.root.size() == 1 && isElementwise(group.root.front());
    if (group.isElementwise)
      elementwise[group.root.front()] = index;
  }
  Splits splits = findSplits(function);
  SmallVector<LayerGroup, 0> groups;
  llvm::BitVector joined(roots.size());
  auto target = VectorTarget::of(function->getParentOfType<ModuleOp>());
  for (LayerGroup &group : roots)
    if (linalg::LinalgOp product = findInputOfOne(group, target))
      for (auto [index, other] : llvm::enumerate(roots))
        if (other.root.back() == product) {
          joined.set(index);
          group.root.insert(group.root.begin(),
                            {product, *product->getUsers().begin()});
        }
  llvm::SmallPtrSet<Operation *, 8> packed;
  for (auto [index, group] : llvm::enumerate(roots)) {
    if (joined.test(index))
      continue;
    // A step's states are needed in memory by the next one.
    if (isa<nn::RecurrenceOp>(group.root.back())) {
      groups.push_back(std::move(group));
      continue;
    }
    takeMembers(group, elementwise, joined);
    group.halo = findHalo(group);
    group.pack = findPanels(group);
    if (group.pack)
      packed.insert(group.pack);
    if (group.members.empty() && !group.halo)
      group.view = nullptr;
    // What has a halo is of the shape that it is.
    group.isElementwise &= !group.halo;
    mergeDims(group, splits);
    groups.push_back(std::move(group));
  }
  for (auto pack : function.front().getOps<linalg::PackOp>())
    if (!packed.contains(pack))
      return pack.emitOpError("stores in panels what is not the sums of a "
                              "contraction, or elementwise of these, or what "
                              "others read, too; kernels store only those so");
  return groups;
}

} // namespace nascent::kernels
