//===- ContractionOperands.cpp - Buffers of a contraction -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionOperands.h"
#include "ContractionClamps.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/InPlace.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

const Clamp *ContractionOperands::clampOf(const LoopDim &loop) const {
  const auto *clamp = llvm::find_if(
      clamps, [&](const Clamp &each) { return each.depth == loop.dim; });
  return clamp == clamps.end() ? nullptr : clamp;
}

bool ContractionOperands::isClamped(unsigned dim) const {
  return llvm::any_of(clamps, [&](const Clamp &clamp) {
    return clamp.row == dim || clamp.depth == dim;
  });
}

namespace {

/// The buffer that a tensor is read from, or null.
Value bufferOf(Value tensor) {
  auto leaf = tensor.getDefiningOp<bufferization::ToTensorOp>();
  return leaf ? Value(leaf.getBuffer()) : Value();
}

class Matcher {
public:
  Matcher(linalg::LinalgOp op, Value destination)
      : op(op), destination(destination) {}

  FailureOr<ContractionOperands> match();

private:
  /// A buffer of the output's shape, in panels as it is, or that of its rows.
  FailureOr<StridedBuffer> strideLikeOutput(Value buffer);
  FailureOr<StridedBuffer> stridePanels(Value buffer, linalg::PackOp pack);
  LogicalResult matchInput();
  LogicalResult matchWeight();
  /// Finds what is turned, and the buffer in which it is.
  LogicalResult matchAcross(linalg::UnPackOp unpack, Value buffer);
  /// Takes apart the index of a panel and that of a column in it.
  LogicalResult matchPanels(linalg::UnPackOp unpack,
                            std::optional<int64_t> groupRows,
                            Distances &distances);
  LogicalResult matchInit();
  void matchBiasOfGroups(Value tensor);
  LogicalResult matchOthers();
  LogicalResult verifyCounts();
  SmallVector<LoopDim> merge(ArrayRef<unsigned> dims,
                             ArrayRef<const StridedBuffer *> buffers);

  linalg::LinalgOp op;
  Value destination;
  ContractionOperands operands;
};

FailureOr<StridedBuffer> Matcher::stridePanels(Value buffer,
                                               linalg::PackOp pack) {
  auto distances = distancesOf(buffer, op);
  if (failed(distances))
    return failure();
  std::optional<PanelLayout> layout = layoutOf(pack, distances->strides);
  unsigned column = operands.dims.column;
  if (!layout || operands.dims.indices[2][layout->dim].asDim() != column ||
      operands.bias)
    return pack.emitOpError()
           << "must put columns of the contraction, d" << column
           << ", side by side in panels, without a bias of each column";
  operands.outputWidth = layout->width;
  operands.outputPanels = layout->panels;
  auto output =
      stride(op, op.getNumLoops(), buffer, {layout->strides, distances->offset},
             operands.dims.indices[2]);
  if (succeeded(output))
    output->strides[column] -= layout->width;
  return output;
}

FailureOr<StridedBuffer> Matcher::strideLikeOutput(Value buffer) {
  if (linalg::PackOp pack = findPack(op))
    return stridePanels(buffer, pack);
  auto distances = distancesOf(buffer, op);
  if (failed(distances))
    return failure();
  return stride(
      op, op.getNumLoops(), buffer, *distances,
      ArrayRef(operands.dims.indices[2]).take_front(distances->strides.size()));
}

LogicalResult Matcher::matchInput() {
  Value tensor = op.getDpsInputs()[0];
  auto pad = tensor.getDefiningOp<tensor::PadOp>();
  Value buffer = bufferOf(pad ? pad.getSource() : tensor);
  if (!buffer)
    return op->emitOpError("needs its first operand from a buffer");
  auto distances = distancesOf(buffer, op);
  if (failed(distances))
    return failure();
  auto input = stride(op, op.getNumLoops(), buffer, *distances,
                      operands.dims.indices[0]);
  if (failed(input))
    return failure();
  operands.input = *input;
  matchLineHalo(op, operands);
  return pad ? matchPadding(op, pad, *distances, operands) : success();
}

LogicalResult Matcher::matchPanels(linalg::UnPackOp unpack,
                                   std::optional<int64_t> groupRows,
                                   Distances &distances) {
  ArrayRef<LinearIndex> indices = operands.dims.indices[1];
  std::optional<PanelLayout> layout = layoutOf(unpack, distances.strides);
  unsigned column = operands.dims.column;
  // What the rows of a group stand behind.
  unsigned behind = groupRows ? 1 : 0;
  auto isOfColumns = [&](unsigned at) {
    return llvm::all_of(llvm::enumerate(indices), [&](auto each) {
      return each.index() == at ? each.value().asDim() == column
                                : each.value().coefficients[column] == 0;
    });
  };
  if (!layout || !isOfColumns(layout->dim + behind) ||
      (groupRows && layout->dim != 0))
    return op->emitOpError()
           << "needs the panels of its second operand to be of its columns, d"
           << column << ", side by side";
  SmallVector<int64_t> steps(behind);
  llvm::append_range(steps, layout->strides);
  operands.panels = layout->panels;
  operands.panelWidth = layout->width;
  if (groupRows) {
    if (*groupRows % operands.panelWidth != 0)
      return op->emitOpError()
             << "has groups of " << *groupRows
             << " columns, of which each needs whole panels, but these have "
             << operands.panelWidth;
    operands.panels = *groupRows / operands.panelWidth;
    steps.front() = steps[1] * operands.panels;
  }
  distances.strides = steps;
  return success();
}

LogicalResult Matcher::matchAcross(linalg::UnPackOp unpack, Value buffer) {
  if (!unpack.getSourceType().getElementType().isF32())
    return op->emitOpError() << "reads its second operand across its panels, "
                                "which must hold f32 for that, got "
                             << unpack.getSourceType();
  auto kernel = op->getParentOfType<func::FuncOp>();
  auto place = nn::findArgument(kernel, nn::Role::Scratch);
  auto turned = place
                    ? dyn_cast<MemRefType>(kernel.getArgument(*place).getType())
                    : MemRefType();
  if (!turned || turned.getRank() != 2 ||
      turned != turnedType(unpack, turned.getDimSize(1)))
    return op->emitOpError()
           << "reads its second operand across its panels, for which its "
              "kernel must have an argument of the role scratch, to turn them "
              "in: "
           << turnedType(unpack, /*width=*/16) << " for 16 columns at a time";
  auto distances = distancesOf(buffer, op);
  if (failed(distances))
    return failure();
  PanelLayout layout = *layoutOf(unpack, distances->strides);
  operands.across = {buffer,
                     distances->offset,
                     layout.strides[layout.dim],
                     layout.strides[1 - layout.dim],
                     layout.width,
                     layout.panels};
  operands.panelWidth = turned.getDimSize(1);
  operands.panels = llvm::divideCeil(operands.columns(), operands.panelWidth);
  operands.weight = {kernel.getArgument(*place),
                     SmallVector<int64_t>(op.getNumLoops()), 0};
  operands.weight.strides[operands.dims.depths.front()] = operands.panelWidth;
  return success();
}

/// The dimension of groups of which a tensor shows rows of `expand`'s source,
/// its first two: so many rows are in each. None where that is not what it is.
static std::optional<int64_t> rowsOfGroup(tensor::ExpandShapeOp expand) {
  SmallVector<ReassociationIndices> groups = expand.getReassociationIndices();
  if (groups.empty() || groups.front().size() != 2 ||
      llvm::any_of(ArrayRef(groups).drop_front(),
                   [](const auto &dims) { return dims.size() != 1; }))
    return std::nullopt;
  return expand.getType().getDimSize(1);
}

LogicalResult Matcher::matchWeight() {
  Value tensor = op.getDpsInputs()[1];
  auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>();
  std::optional<int64_t> groupRows;
  if (expand) {
    groupRows = rowsOfGroup(expand);
    if (!groupRows)
      return op->emitOpError(
          "needs its second operand as it is stored, or with "
          "its first dimension as groups and rows of them");
    tensor = expand.getSrc();
  }
  auto unpack = tensor.getDefiningOp<linalg::UnPackOp>();
  Value buffer = bufferOf(unpack ? unpack.getSource() : tensor);
  if (!buffer)
    return op->emitOpError("needs its second operand, by rows or in panels, "
                           "from a buffer");
  if (unpack && !expand && findAcrossPanels(op))
    return matchAcross(unpack, buffer);
  auto distances = distancesOf(buffer, op);
  if (failed(distances) ||
      (unpack && failed(matchPanels(unpack, groupRows, *distances))))
    return failure();
  if (groupRows && !unpack)
    distances->strides.insert(distances->strides.begin(),
                              distances->strides.front() * *groupRows);
  auto weight = stride(op, op.getNumLoops(), buffer, *distances,
                       operands.dims.indices[1]);
  if (failed(weight))
    return failure();
  operands.weight = *weight;
  if (unpack)
    return success();
  int64_t columns = operands.columns();
  if (weight->strides[operands.dims.column] != 1 || columns == 1) {
    // Each column is a panel.
    operands.panelWidth = 1;
    operands.panels = columns;
    return success();
  }
  if (!cast<MemRefType>(buffer.getType()).getElementType().isF32())
    return op->emitOpError()
           << "needs a second operand whose columns lie side by side to be of "
              "f32, but it is "
           << buffer.getType() << "; store narrow weights in panels";
  return success();
}

/// A vector that is split into those of groups.
void Matcher::matchBiasOfGroups(Value tensor) {
  const ContractionDims &dims = operands.dims;
  auto expand = tensor.getDefiningOp<tensor::ExpandShapeOp>();
  ArrayRef<LinearIndex> written = dims.indices[2];
  if (!expand || expand.getType().getRank() != 2 || dims.groups.size() != 1 ||
      written[written.size() - 2].asDim() != dims.groups.front())
    return;
  operands.bias = bufferOf(expand.getSrc());
  operands.hasBiasOfGroups = true;
}

LogicalResult Matcher::matchInit() {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Value init = op.getDpsInits()[0];
  if (auto broadcast = init.getDefiningOp<linalg::BroadcastOp>()) {
    auto rows = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank() - 1));
    if (broadcast.getDimensions() == ArrayRef(rows))
      operands.bias = bufferOf(broadcast.getInput());
    else if (broadcast.getDimensions() == ArrayRef(rows).drop_back())
      matchBiasOfGroups(broadcast.getInput());
  } else if (auto filled = init.getDefiningOp<linalg::FillOp>()) {
    operands.fill = filled.value();
  }
  if (operands.bias || operands.fill ||
      bufferOf(storedFormOf(init)) == destination)
    return success();
  return op->emitOpError("must accumulate onto a bias, a constant, or what its "
                         "kernel stores into");
}

LogicalResult Matcher::matchOthers() {
  auto output = strideLikeOutput(destination);
  if (failed(output))
    return failure();
  operands.output = *output;
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op->getResult(0).getType()).getShape();
  linalg::PackOp pack = findPack(op);
  auto isLikeOutput = [&](bufferization::ToTensorOp read) {
    ArrayRef<int64_t> own = cast<ShapedType>(read.getType()).getShape();
    if (!pack)
      return own == shape || (shape.size() >= 2 && own == shape.drop_back());
    return llvm::any_of(read->getUsers(), [&](Operation *user) {
      auto unpack = dyn_cast<linalg::UnPackOp>(user);
      return unpack && areInverse(unpack, pack);
    });
  };
  for (auto read : op->getBlock()->getOps<bufferization::ToTensorOp>()) {
    bool isOutput = read.getBuffer() == destination;
    operands.isUpdated |= isOutput && !isAccumulatedOnto(read);
    if (isOutput || !isLikeOutput(read))
      continue;
    auto other = strideLikeOutput(read.getBuffer());
    if (failed(other))
      return failure();
    operands.others.push_back(*other);
  }
  return success();
}

LogicalResult Matcher::verifyCounts() {
  SmallVector<int64_t> factors = {operands.columns(), sizeof(float)};
  for (unsigned dim : operands.dims.depths)
    factors.push_back(operands.dims.sizes[dim]);
  if (nn::checkedProduct(factors))
    return success();
  return op->emitOpError("has more terms than 64 bits can count");
}

SmallVector<LoopDim> Matcher::merge(ArrayRef<unsigned> dims,
                                    ArrayRef<const StridedBuffer *> buffers) {
  SmallVector<LoopDim> loops;
  auto isLineLeftOut = [&](unsigned Clamp::*which, unsigned dim) {
    return operands.leftOut && *operands.line.*which == dim;
  };
  auto isApart = [&](unsigned dim) {
    return operands.isClamped(dim) || isLineLeftOut(&Clamp::row, dim);
  };
  auto canDrop = [&](const LoopDim &loop) {
    return loop.size == 1 && !isApart(*loop.dim) &&
           !isLineLeftOut(&Clamp::depth, *loop.dim);
  };
  // A step along a line that is left out may take the terms inside of it, too,
  // but none of other steps.
  auto isAlone = [&](unsigned dim, unsigned next) {
    return isApart(dim) ||
           (isLineLeftOut(&Clamp::depth, dim) && next != dims.back());
  };
  for (unsigned dim : dims) {
    LoopDim next{operands.dims.sizes[dim], dim};
    auto isContinued = [&](const StridedBuffer *buffer) {
      int64_t length;
      return !llvm::MulOverflow(buffer->strideOf(next), next.size, length) &&
             buffer->strideOf(loops.back()) == length;
    };
    if (loops.empty()) {
      loops.push_back(next);
    } else if (canDrop(loops.back())) {
      loops.back() = next;
    } else if (canDrop(next)) {
      continue;
    } else if (!isApart(dim) && !isAlone(*loops.back().dim, dim) &&
               !isLineLeftOut(&Clamp::depth, dim) &&
               llvm::all_of(buffers, isContinued)) {
      loops.back() = {loops.back().size * next.size, dim};
    } else {
      loops.push_back(next);
    }
  }
  // Tiles run along the innermost rows, and vectors along the innermost depth.
  if (loops.empty() || operands.isClamped(*loops.back().dim))
    loops.push_back({1, std::nullopt});
  return loops;
}

FailureOr<ContractionOperands> Matcher::match() {
  auto dims = classifyContraction(op);
  if (failed(dims))
    return failure();
  operands.dims = std::move(*dims);
  if (failed(matchInput()) || failed(matchWeight()) || failed(matchInit()) ||
      failed(matchOthers()) || failed(verifyCounts()))
    return failure();
  SmallVector<const StridedBuffer *> withRows = {&operands.input,
                                                 &operands.output};
  for (const StridedBuffer &other : operands.others)
    withRows.push_back(&other);
  for (unsigned dim : operands.dims.groups)
    operands.groups.push_back({operands.dims.sizes[dim], dim});
  operands.rows = merge(operands.dims.rows, withRows);
  operands.depths =
      merge(operands.dims.depths, {&operands.input, &operands.weight});
  return std::move(operands);
}

} // namespace

FailureOr<ContractionOperands> matchContraction(linalg::LinalgOp op,
                                                Value destination) {
  return Matcher(op, destination).match();
}

} // namespace nascent::kernels
