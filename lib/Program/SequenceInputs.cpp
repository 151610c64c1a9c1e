//===- SequenceInputs.cpp - Where steps are in the inputs -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SequenceSteps.h"

using namespace mlir;

namespace nascent::program {

StepDim merge(const StepDim &from, ArrayRef<int64_t> shape,
              ArrayRef<ReassociationIndices> groups) {
  for (auto [index, group] : llvm::enumerate(groups)) {
    auto *own = llvm::find(group, int64_t(from.dim));
    if (own == group.end())
      continue;
    StepDim to = {unsigned(index), {}, from.behind, from.lead};
    for (auto *it = group.begin(); it != own; ++it)
      to.before.push_back(shape[*it]);
    llvm::append_range(to.before, from.before);
    for (auto *it = std::next(own); it != group.end(); ++it)
      to.behind.push_back(shape[*it]);
    return to;
  }
  llvm_unreachable("every dimension is in a group");
}

std::optional<StepDim> split(const StepDim &from, ArrayRef<int64_t> shape,
                             ArrayRef<ReassociationIndices> groups) {
  SmallVector<int64_t> sizes;
  for (int64_t dim : groups[from.dim])
    sizes.push_back(shape[dim]);
  for (size_t own = sizes.size(); own-- > 0;) {
    ArrayRef<int64_t> outer = ArrayRef(sizes).take_front(own);
    ArrayRef<int64_t> inner = ArrayRef(sizes).drop_front(own + 1);
    if (outer.size() > from.before.size() ||
        inner.size() > from.behind.size() ||
        outer != ArrayRef(from.before).take_front(outer.size()) ||
        inner != ArrayRef(from.behind).take_back(inner.size()))
      continue;
    return StepDim{
        unsigned(groups[from.dim][own]),
        llvm::to_vector<2>(ArrayRef(from.before).drop_front(outer.size())),
        llvm::to_vector<2>(ArrayRef(from.behind).drop_back(inner.size())),
        from.lead};
  }
  return std::nullopt;
}

std::pair<RankedTensorType, SmallVector<ReassociationIndices>>
groupsOfView(Operation *op) {
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return {collapse.getSrcType(), collapse.getReassociationIndices()};
  auto expand = cast<tensor::ExpandShapeOp>(op);
  return {expand.getResultType(), expand.getReassociationIndices()};
}

void SequenceSteps::traceLinalg(linalg::LinalgOp op, unsigned result,
                                const StepDim &from) {
  AffineMap map = op.getIndexingMapMatchingResult(op->getResult(result));
  auto loop = dyn_cast<AffineDimExpr>(map.getResult(from.dim));
  if (!loop)
    return;
  for (OpOperand *input : op.getDpsInputOperands())
    for (auto [dim, index] :
         llvm::enumerate(op.getMatchingIndexingMap(input).getResults()))
      if (index.isFunctionOfDim(loop.getPosition()))
        trace(input->get(), {unsigned(dim), from.before, from.behind, 0});
}

bool SequenceSteps::trace(Value value, StepDim from) {
  size_t known = inputs.size();
  if (auto input = dyn_cast<BlockArgument>(value)) {
    if (!from.isMerged())
      inputs.insert({input, from});
    return inputs.size() > known;
  }
  Operation *op = value.getDefiningOp();
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op)) {
    auto [type, groups] = groupsOfView(op);
    auto to = isa<tensor::ExpandShapeOp>(op)
                  ? merge(from, type.getShape(), groups)
                  : split(from, type.getShape(), groups);
    if (to)
      trace(op->getOperand(0), *to);
  } else if (isa<tensor::PadOp, tensor::ExtractSliceOp>(op)) {
    trace(op->getOperand(0), from);
  } else if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
    for (Value part : concat.getInputs())
      trace(part, from);
  } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    traceLinalg(linalgOp, cast<OpResult>(value).getResultNumber(), from);
  } else if (auto recurrence = dyn_cast<nn::RecurrenceOp>(op);
             recurrence &&
             llvm::is_contained(recurrence.getSequences(), value)) {
    for (Value steps : recurrence.getSteps())
      trace(steps, from);
  }
  return inputs.size() > known;
}

/// The dimension that is padded before alone; none where there are several.
static std::optional<unsigned> paddedBefore(tensor::PadOp pad) {
  std::optional<unsigned> found;
  for (auto [dim, low, high] :
       llvm::enumerate(pad.getStaticLow(), pad.getStaticHigh())) {
    if (low <= 0 || high != 0)
      continue;
    if (found)
      return std::nullopt;
    found = dim;
  }
  return found;
}

/// Of sizes that are open, the one behind the batch is the sequence's length.
LogicalResult SequenceSteps::findOpenInputs() {
  StringRef key = nn::NNDialect::kSizesAttrName;
  StringAttr length;
  for (BlockArgument input : function.getArguments()) {
    auto type = cast<RankedTensorType>(input.getType());
    auto names =
        function.getArgAttrOfType<ArrayAttr>(input.getArgNumber(), key);
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      auto name = names ? dyn_cast<StringAttr>(names[dim]) : StringAttr();
      if (!name || (length && name != length))
        return function.emitError()
               << "has several sizes that are open, but a stream is given one, "
                  "how many steps a block has; bind the others";
      length = name;
      inputs.insert({input, {unsigned(dim)}});
    }
  }
  return success();
}

LogicalResult SequenceSteps::findInputs() {
  if (failed(findOpenInputs()))
    return failure();
  if (!inputs.empty())
    return success();
  for (Operation &op : function.front()) {
    if (auto recurrence = dyn_cast<nn::RecurrenceOp>(op))
      trace(recurrence.getSteps().front(), {1});
    else if (auto pad = dyn_cast<tensor::PadOp>(op))
      if (std::optional<unsigned> dim = paddedBefore(pad))
        trace(pad.getSource(), {*dim});
  }
  // Without these, what depends on places says where steps are.
  for (auto op : function.front().getOps<linalg::GenericOp>())
    if (inputs.empty() && op.getNumLoops() == 3 &&
        (llvm::any_of(op->getOpOperands(),
                      [&](OpOperand &operand) {
                        return isTableOfPlaces(op, operand);
                      }) ||
         llvm::any_of(
             op.getBody()->getOps<linalg::IndexOp>(),
             [](linalg::IndexOp index) { return index.getDim() == 1; })))
      trace(op.getResult(0), {1});
  if (!inputs.empty())
    return success();
  return function.emitError(
      "the network has no layer that keeps anything from one step to the next, "
      "such as a "
      "recurrent one or a causal convolution; compile it without --stream");
}

} // namespace nascent::program
