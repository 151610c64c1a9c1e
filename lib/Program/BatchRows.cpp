//===- BatchRows.cpp - Where the batch is in each value -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchRows.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

BatchRows::BatchRows(func::FuncOp function) {
  if (function.getNumArguments() > 0)
    if (RankedTensorType first = typeOf(function.getArgument(0));
        first.getRank() > 0)
      batch = first.getDimSize(0);
  for (Value input : function.getArguments()) {
    RankedTensorType type = typeOf(input);
    if (batch == 0 || type.getRank() == 0 || type.getDimSize(0) != batch) {
      fail(function, "has an input without the batch of the first one");
      return;
    }
    places[input] = 1;
  }
  for (Operation &op : function.front())
    if (!follow(op))
      return;
  findStrangers(function);
}

bool BatchRows::fail(Operation *op, StringRef why) {
  obstacle = op;
  reason = why;
  return false;
}

/// Finds an operation that reads the batch, but of whose result it is not
/// known: one that is read in no way that is followed here, or before it was
/// extended.
void BatchRows::findStrangers(func::FuncOp function) {
  function.walk([&](Operation *op) {
    auto hasBatch = [&](Value value) { return places.contains(value); };
    bool isLeft = llvm::any_of(op->getOperands(), hasBatch) &&
                  !llvm::any_of(op->getResults(), hasBatch);
    if (!isLeft || op->getNumResults() == 0 || kernels::isSize(op))
      return WalkResult::advance();
    fail(op, "reads a batch, but has no rows of it");
    return WalkResult::interrupt();
  });
}

Type BatchRows::getType(Value value, int64_t rows) const {
  auto it = places.find(value);
  if (it == places.end())
    return value.getType();
  SmallVector<int64_t> shape(typeOf(value).getShape());
  shape[0] = rows * it->second;
  return typeOf(value).clone(shape);
}

bool BatchRows::follow(Operation &op) {
  if (kernels::isSize(&op) || op.hasTrait<OpTrait::ConstantLike>() ||
      isa<nn::LoadOpInterface, tensor::EmptyOp, linalg::UnPackOp,
          nn::LaunchYieldOp>(op))
    return true;
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op))
    return followView(op, view.getSrc(), view.getResult(),
                      view.getReassociationIndices());
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op))
    return followView(op, view.getSrc(), view.getResult(),
                      view.getReassociationIndices());
  // All leave the batch as it is, their contract says.
  if (isa<tensor::ConcatOp, tensor::ExtractSliceOp, tensor::PadOp>(op))
    return followAlike(op);
  if (auto launch = dyn_cast<nn::LaunchOp>(op))
    return followLaunch(launch);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return followLinalg(linalgOp);
  if (auto recurrence = dyn_cast<nn::RecurrenceOp>(op))
    return followRecurrence(recurrence);
  // Some rows at a time would do so again and again.
  if (auto store = dyn_cast<nn::StoreOpInterface>(op))
    return fail(&op, store.getStorage().second == nn::Role::Gradients
                         ? "stores a gradient"
                         : "stores a parameter");
  return reachesOutputs(&op);
}

/// A view keeps the order of elements: of the dimensions that the first one is
/// merged from, or becomes, it is the first, with the others behind each row.
bool BatchRows::followView(Operation &op, Value from, Value to,
                           ArrayRef<ReassociationIndices> groups) {
  auto it = places.find(from);
  if (it == places.end())
    return true;
  bool merges = isa<tensor::CollapseShapeOp>(op);
  int64_t perRow = it->second, inner = 1;
  if (!groups.empty()) {
    ArrayRef<int64_t> shape = typeOf(merges ? from : to).getShape();
    SmallVector<int64_t> sizes;
    for (int64_t dim : ArrayRef(groups.front()).drop_front())
      sizes.push_back(shape[dim]);
    if (llvm::any_of(sizes, ShapedType::isDynamic))
      return fail(&op, "puts the batch behind another dimension");
    inner = nn::checkedProduct(sizes).value_or(0);
  }
  if (typeOf(to).getRank() == 0 || inner == 0 ||
      (merges ? llvm::MulOverflow(perRow, inner, perRow) : perRow % inner != 0))
    return fail(&op, "has a dimension that holds some of one row of the batch");
  perRow = merges ? perRow : perRow / inner;
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op);
      expand && !isRows(expand.getMixedOutputShape().front(), perRow))
    return fail(&op, "has another batch than what it reads");
  places[to] = perRow;
  return true;
}

/// Whether `size` says how many rows of the batch there are, `perRow` places
/// each: asked of a value that has them, or a number.
bool BatchRows::isRows(OpFoldResult size, int64_t perRow) const {
  auto value = dyn_cast<Value>(size);
  if (!value)
    return true;
  auto dim = value.getDefiningOp<tensor::DimOp>();
  if (!dim || dim.getConstantIndex() != 0)
    return false;
  auto it = places.find(dim.getSource());
  return it != places.end() && it->second == perRow;
}

/// The result has the rows that all operands have.
bool BatchRows::followAlike(Operation &op) {
  auto first = places.find(op.getOperand(0));
  for (Value operand : op.getOperands())
    if (auto it = places.find(operand);
        isa<RankedTensorType>(operand.getType()) &&
        (it == places.end()) != (first == places.end()))
      return fail(&op, "joins a value that has the batch with one that has "
                       "not");
    else if (it != places.end() && it->second != first->second)
      return fail(&op, "reads the rows of a batch in different orders");
  for (Value operand : op.getOperands())
    if (auto type = dyn_cast<RankedTensorType>(operand.getType());
        type && type.getDimSize(0) != typeOf(op.getResult(0)).getDimSize(0))
      return fail(&op, "has another batch than what it reads");
  if (first == places.end())
    return true;
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  if (slice && !isRows(slice.getMixedSizes().front(), first->second))
    return fail(&op, "takes a part of the batch");
  places[op.getResult(0)] = int64_t(first->second);
  return true;
}

bool BatchRows::followLaunch(nn::LaunchOp launch) {
  Block &body = launch.getBody().front();
  for (auto [operand, argument] :
       llvm::zip(launch.getOperands(), body.getArguments()))
    if (auto it = places.find(operand); it != places.end())
      places[argument] = int64_t(it->second);
  for (Operation &op : body)
    if (!follow(op))
      return false;
  for (auto [value, result] :
       llvm::zip(launch.getYielded(), launch.getResults()))
    if (auto it = places.find(value); it != places.end())
      places[result] = int64_t(it->second);
  return true;
}

bool BatchRows::followLinalg(linalg::LinalgOp op) {
  // The loop over the batch: the one by which the first dimension of what has
  // the batch is indexed.
  std::optional<unsigned> loop;
  int64_t perRow = 0;
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto it = places.find(input->get());
    if (it == places.end())
      continue;
    AffineExpr first = op.getMatchingIndexingMap(input).getResult(0);
    auto dim = dyn_cast<AffineDimExpr>(first);
    if (!dim || (loop && (*loop != dim.getPosition() || perRow != it->second)))
      return fail(op, "reads the rows of a batch in different orders");
    loop = dim.getPosition();
    perRow = it->second;
  }
  if (!loop)
    return true;
  for (auto index : op.getBlock()->getOps<linalg::IndexOp>())
    if (index.getDim() == *loop)
      return fail(op, "asks for the place of a row in the batch");
  if (op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
    return fail(op, "mixes the rows of a batch");
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    bool isFirst = map.getNumResults() > 0 &&
                   map.getResult(0) == getAffineDimExpr(*loop, op.getContext());
    bool isElsewhere = llvm::any_of(
        map.getResults().drop_front(isFirst),
        [&](AffineExpr expr) { return expr.isFunctionOfDim(*loop); });
    bool hasBatch = op.isDpsInit(&operand) || places.contains(operand.get());
    if (isElsewhere || hasBatch != isFirst)
      return fail(op, "reads the rows of a batch in different orders");
  }
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!extend(init.get(), perRow))
      return fail(op, "accumulates onto a value that has no batch");
  for (Value result : op->getResults())
    places[result] = perRow;
  countBytes(op);
  return true;
}

/// Each row is computed by itself, says what the operation is.
bool BatchRows::followRecurrence(nn::RecurrenceOp op) {
  auto it = places.find(op.getSteps().front());
  bool hasBatch = it != places.end();
  int64_t perRow = hasBatch ? it->second : 0;
  for (Value steps : op.getSteps().drop_front())
    if (auto own = places.find(steps); (own != places.end()) != hasBatch ||
                                       (hasBatch && own->second != perRow))
      return fail(op, "has steps of different rows");
  if (!hasBatch)
    return true;
  for (Value state : op.getInitial())
    if (auto own = places.find(state);
        own == places.end() || own->second != perRow)
      return fail(op, "begins with states of other rows than its steps'");
  if (Value lengths = op.getLengths())
    if (auto own = places.find(lengths);
        own == places.end() || own->second != perRow)
      return fail(op, "has lengths of other rows than its steps'");
  for (Value result : op.getResults())
    places[result] = perRow;
  int64_t columns = 0;
  for (Value steps : op.getSteps())
    columns += typeOf(steps).getShape().back();
  SmallVector<int64_t> sizes = {perRow, op.getBatchAndLength()[1], columns};
  sizes.push_back(sizeof(float));
  int64_t bytes = nn::checkedProduct(sizes).value_or(0);
  for (RowBytes *most : {&rowBytes, &launchBytes[op->getParentOp()]})
    most->all = std::max(most->all, bytes);
  return true;
}

bool BatchRows::extend(Value init, int64_t perRow) {
  // What is the same for all rows is so for any number of them.
  while (true) {
    auto [it, isNew] = places.try_emplace(init, perRow);
    if (!isNew)
      return it->second == perRow;
    Operation *op = init.getDefiningOp();
    if (op && isa<tensor::EmptyOp>(op))
      return true;
    auto broadcast = dyn_cast_or_null<linalg::BroadcastOp>(op);
    if (broadcast && !llvm::is_contained(broadcast.getDimensions(), 0))
      return false;
    if (!broadcast && !isa_and_nonnull<linalg::FillOp>(op))
      return false;
    init = cast<linalg::LinalgOp>(op).getDpsInits()[0];
  }
}

/// A row's elements before and after `op`. Values of one element a row, beside
/// others, stay in registers.
void BatchRows::countBytes(linalg::LinalgOp op) {
  int64_t bytes = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    auto it = places.find(operand.get());
    bool isPerRow = op.getMatchingIndexingMap(&operand).getNumResults() == 1 &&
                    op.getNumLoops() > 1;
    if (it == places.end() || isPerRow)
      continue;
    SmallVector<int64_t> sizes(typeOf(operand.get()).getShape());
    sizes[0] = it->second;
    sizes.push_back(sizeof(float));
    bytes += nn::checkedProduct(sizes).value_or(0);
  }
  bool isImage = op.getNumReductionLoops() > 0 &&
                 cast<ShapedType>(op->getResult(0).getType()).getRank() > 2;
  for (RowBytes *most : {&rowBytes, &launchBytes[op->getParentOp()]}) {
    most->all = std::max(most->all, bytes);
    if (isImage)
      most->image = std::max(most->image, bytes);
  }
}

bool BatchRows::reachesOutputs(Operation *ret) {
  for (Value output : ret->getOperands()) {
    auto it = places.find(output);
    if (it == places.end() || it->second != 1)
      return fail(ret, "returns a value that does not have the batch");
  }
  return true;
}

} // namespace nascent::program
