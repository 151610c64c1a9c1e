//===- SequenceSteps.cpp - Where steps are in each value ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SequenceSteps.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/Indices.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

static constexpr llvm::StringLiteral kOtherOrder =
    "reads steps in another order than they come in";
static constexpr llvm::StringLiteral kPlace =
    "depends on a step's place in the sequence, which is not known of a block";

/// The layer that `op` is of: what a layer becomes beside linalg does not say.
static StringRef layerOf(Operation *op) {
  for (Operation *next = op; next; next = next->getNextNode())
    if (auto layer = next->getAttrOfType<StringAttr>(nn::kLayerAttrName);
        layer && next->getLoc() == op->getLoc())
      return layer;
  return {};
}

LogicalResult SequenceSteps::refuse(Operation *op, const Twine &why) {
  InFlightDiagnostic error = op->emitError();
  if (StringRef layer = layerOf(op); !layer.empty())
    error << "layer '" << layer << "' cannot be computed block by block: it ";
  else
    error << "cannot be computed block by block: it ";
  return error << why;
}

//===----------------------------------------------------------------------===//
// From step to step
//===----------------------------------------------------------------------===//

LogicalResult SequenceSteps::followView(Operation &op) {
  const StepDim *from = lookup(op.getOperand(0));
  if (!from)
    return success();
  auto [type, groups] = groupsOfView(&op);
  auto to = isa<tensor::CollapseShapeOp>(op)
                ? merge(*from, type.getShape(), groups)
                : split(*from, type.getShape(), groups);
  if (!to || llvm::any_of(to->before, ShapedType::isDynamic) ||
      llvm::any_of(to->behind, ShapedType::isDynamic))
    return refuse(&op, "merges steps with what cannot be told from them");
  steps[op.getResult(0)] = *to;
  return success();
}

LogicalResult SequenceSteps::findLoop(linalg::LinalgOp op, OpOperand &operand,
                                      std::optional<unsigned> known,
                                      unsigned &loop, int64_t &reach) {
  const StepDim &from = *lookup(operand.get());
  AffineExpr expr = op.getMatchingIndexingMap(&operand).getResult(from.dim);
  auto index = kernels::linearize(expr, op.getNumLoops());
  if (!index || index->constant != 0 || expr.isSymbolicOrConstant())
    return refuse(op, kOtherOrder);
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  std::optional<unsigned> found;
  bool isOpen = false;
  reach = 0;
  for (auto [dim, step] : llvm::enumerate(index->coefficients)) {
    if (step == 0)
      continue;
    bool isStep = kinds[dim] == utils::IteratorType::parallel &&
                  (!known || dim == *known);
    if (isStep && found)
      return refuse(op, kOtherOrder);
    if (isStep)
      found = dim;
    else if (ShapedType::isDynamic(sizes[dim]))
      isOpen = true;
    else
      reach += step * (sizes[dim] - 1);
  }
  if (!found)
    return refuse(op, known ? "relates each step to others without a limit, "
                              "or to those that have not come; attention of a "
                              "stream states how "
                              "far it looks back, as in 'causal window(64)'"
                            : "computes one value of all steps, also of those "
                              "that have not come");
  if (isOpen)
    return refuse(op, kOtherOrder);
  if (int64_t step = index->coefficients[*found]; step != 1)
    return refuse(op, "has a stride of " + Twine(step) +
                          " along the sequence, so that not every step has an "
                          "output");
  if (reach != 0 && from.isMerged())
    return refuse(op, kOtherOrder);
  loop = *found;
  return success();
}

/// Whether a tensor that a result is computed into is the same for all steps.
static bool isEvery(Value init, unsigned dim) {
  Operation *op = init.getDefiningOp();
  auto broadcast = dyn_cast_or_null<linalg::BroadcastOp>(op);
  return isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(op) ||
         (broadcast && llvm::is_contained(broadcast.getDimensions(), dim));
}

bool SequenceSteps::isTableOfPlaces(linalg::GenericOp op, OpOperand &operand) {
  MLIRContext *context = op.getContext();
  auto type = cast<RankedTensorType>(operand.get().getType());
  return type.getRank() == 2 && op.getNumLoops() == 3 &&
         op.isDpsInput(&operand) &&
         op.getMatchingIndexingMap(&operand) ==
             AffineMap::get(3, 0,
                            {getAffineDimExpr(1, context) % type.getDimSize(0),
                             getAffineDimExpr(2, context)},
                            context);
}

bool SequenceSteps::takePlaces(linalg::LinalgOp op, unsigned loop) {
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic || loop != 1 || op.getNumLoops() != 3)
    return false;
  for (auto index : op.getBlock()->getOps<linalg::IndexOp>())
    if (index.getDim() == loop)
      for (Operation *user : index->getUsers())
        if (!isa<arith::IndexCastOp>(user) ||
            !user->getResult(0).getType().isInteger(32))
          return false;
  if (!llvm::is_contained(placed, generic))
    placed.push_back(generic);
  return true;
}

LogicalResult SequenceSteps::verifyOperands(linalg::LinalgOp op,
                                            unsigned loop) {
  for (auto index : op.getBlock()->getOps<linalg::IndexOp>())
    if (index.getDim() == loop && !takePlaces(op, loop))
      return refuse(op, kPlace);
  for (OpOperand &operand : op->getOpOperands()) {
    const StepDim *own = lookup(operand.get());
    for (auto [dim, index] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      if (!index.isFunctionOfDim(loop) || (own && own->dim == dim) ||
          (op.isDpsInit(&operand) && isEvery(operand.get(), dim)))
        continue;
      if (own)
        return refuse(op, kOtherOrder);
      auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
      if (generic && isTableOfPlaces(generic, operand) && takePlaces(op, loop))
        continue;
      isAgain = trace(operand.get(), {unsigned(dim)});
      return isAgain ? failure() : refuse(op, kPlace);
    }
  }
  return success();
}

LogicalResult SequenceSteps::followLinalg(linalg::LinalgOp op) {
  std::optional<StepDim> common;
  unsigned loop = 0;
  for (OpOperand *input : op.getDpsInputOperands()) {
    const StepDim *from = lookup(input->get());
    if (!from)
      continue;
    unsigned own;
    int64_t reach;
    if (failed(findLoop(op, *input, common ? std::optional(loop) : std::nullopt,
                        own, reach)))
      return failure();
    StepDim to = *from;
    to.dim = 0;
    to.lead -= reach;
    if (to.lead < 0)
      return refuse(op, "reads " + Twine(-to.lead) +
                            " steps ahead of the one that it computes; all "
                            "padding must be before the sequence, as with "
                            "'causal'");
    if (common && !(to == *common))
      return refuse(op, "joins steps with those of another time");
    common = to;
    loop = own;
  }
  if (!common)
    return success();
  if (failed(verifyOperands(op, loop)))
    return failure();
  if (llvm::is_contained(placed, op.getOperation()) &&
      (common->lead != 0 || common->isMerged()))
    return refuse(op, kPlace);
  for (Value result : op->getResults())
    for (auto [dim, index] :
         llvm::enumerate(op.getIndexingMapMatchingResult(cast<OpResult>(result))
                             .getResults()))
      if (index == getAffineDimExpr(loop, op.getContext())) {
        common->dim = dim;
        steps[result] = *common;
      }
  return success();
}

LogicalResult SequenceSteps::followRecurrence(nn::RecurrenceOp op) {
  if (!op.getInitial().empty())
    return refuse(op, "begins with states that it is given, while a stream "
                      "keeps them by itself; leave out 'state'");
  if (op.getLengths())
    return refuse(op, "has lengths of whole sequences, of which a stream has "
                      "the next steps; leave out 'lengths'");
  for (Value all : op.getSteps()) {
    const StepDim *from = lookup(all);
    if (from && *from == StepDim{1})
      continue;
    isAgain = !from && trace(all, {1});
    return isAgain ? failure()
                   : refuse(op, "goes along what is not the sequence");
  }
  if (op.getReverse())
    return refuse(op, "begins at the sequence's end, which has not come; leave "
                      "out 'bidirectional'");
  for (Value all : op.getSequences())
    steps[all] = StepDim{1};
  lasts.insert(op.getStates().begin(), op.getStates().end());
  return success();
}

LogicalResult SequenceSteps::followPad(tensor::PadOp op) {
  const StepDim *from = lookup(op.getSource());
  if (!from)
    return success();
  StepDim to = *from;
  int64_t low = op.getStaticLow()[to.dim], high = op.getStaticHigh()[to.dim];
  if (high > 0)
    return refuse(op, "pads the sequence's end, which has not come; all "
                      "padding must be before the sequence, as with 'causal'");
  if (ShapedType::isDynamic(low) || ShapedType::isDynamic(high) || low < 0 ||
      high < 0 || (low > 0 && to.isMerged()))
    return refuse(op, kOtherOrder);
  Value padding = op.getConstantPaddingValue();
  if (low > 0 && (!padding || !matchPattern(padding, m_AnyZeroFloat())))
    return refuse(op, "pads the sequence with a number other than 0");
  to.lead += low;
  steps[op.getResult()] = to;
  return success();
}

LogicalResult SequenceSteps::followConcat(tensor::ConcatOp op) {
  const StepDim *common = nullptr;
  for (Value part : op.getInputs())
    if (const StepDim *own = lookup(part); own && !common)
      common = own;
  if (!common)
    return success();
  if (common->dim == op.getDim())
    return refuse(op, "puts steps behind others");
  for (Value part : op.getInputs()) {
    const StepDim *own = lookup(part);
    if (own && *own == *common)
      continue;
    if (own)
      return refuse(op, "joins steps with those of another time");
    isAgain = trace(part, *common);
    return isAgain ? failure() : refuse(op, kPlace);
  }
  StepDim found = *common;
  steps[op.getResult()] = found;
  return success();
}

LogicalResult SequenceSteps::followSlice(tensor::ExtractSliceOp op) {
  const StepDim *from = lookup(op.getSource());
  if (!from)
    return success();
  unsigned dim = from->dim;
  StepDim found = *from;
  auto size = dyn_cast<Value>(op.getMixedSizes()[dim]);
  auto counted = size ? size.getDefiningOp<tensor::DimOp>() : tensor::DimOp();
  const StepDim *other = counted ? lookup(counted.getSource()) : nullptr;
  bool isAll =
      size ? other && counted.getConstantIndex() == other->dim &&
                 other->lead == from->lead && !other->isMerged()
           : op.getStaticSizes()[dim] == op.getSourceType().getDimSize(dim);
  if (!isAll || op.getStaticOffsets()[dim] != 0 ||
      op.getStaticStrides()[dim] != 1 ||
      op.getType().getRank() != op.getSourceType().getRank())
    return refuse(op, "takes some of the steps; what is left after the last "
                      "one is a recurrent layer's 'last'");
  steps[op.getResult()] = found;
  return success();
}

LogicalResult SequenceSteps::followReturn(func::ReturnOp op) {
  for (auto [index, output] : llvm::enumerate(op.getOperands()))
    if (const StepDim *own = lookup(output);
        own && (own->lead != 0 || own->isMerged()))
      return refuse(op, "returns output " + Twine(index) + " with " +
                            Twine(own->lead) +
                            " steps more than the inputs have");
  return success();
}

LogicalResult SequenceSteps::followOp(Operation &op) {
  if (kernels::isSize(&op) || isa<nn::LoadParameterOp, tensor::EmptyOp>(op))
    return success();
  auto hasSteps = [&](Value value) { return lookup(value) != nullptr; };
  bool isOfSteps = llvm::any_of(op.getOperands(), hasSteps);
  if (llvm::any_of(op.getOperands(),
                   [&](Value value) { return lasts.contains(value); }) &&
      !isa<func::ReturnOp>(op)) {
    if (isOfSteps)
      return refuse(&op, "joins what is left after the last step with all "
                         "steps");
    lasts.insert(op.result_begin(), op.result_end());
  }
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return followView(op);
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return followPad(pad);
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return followConcat(concat);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return followSlice(slice);
  if (auto recurrence = dyn_cast<nn::RecurrenceOp>(op))
    return followRecurrence(recurrence);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return followLinalg(linalgOp);
  if (auto ret = dyn_cast<func::ReturnOp>(op))
    return followReturn(ret);
  return isOfSteps ? refuse(&op, kOtherOrder) : success();
}

LogicalResult SequenceSteps::follow() {
  if (failed(findInputs()))
    return failure();
  do {
    isAgain = false;
    steps.clear();
    lasts.clear();
    placed.clear();
    for (auto &[input, own] : inputs)
      steps[input] = own;
    for (Operation &op : function.front()) {
      if (succeeded(followOp(op)))
        continue;
      if (!isAgain)
        return failure();
      break;
    }
  } while (isAgain);
  return success();
}

} // namespace nascent::program
