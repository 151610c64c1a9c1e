//===- ContractionKernel.cpp - Kernels with a contraction -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

LogicalResult ContractionKernel::match(linalg::LinalgOp op, bool strict) {
  contraction = op;
  auto matched = matchContraction(op, destination);
  if (failed(matched))
    return failure();
  operands = std::move(*matched);
  takeViews();
  return planTiles(strict);
}

void ContractionKernel::takeViews() {
  SmallVector<LoopDim> terms(operands.groups);
  llvm::append_range(terms, operands.rows);
  // The innermost rows come behind the panels that they are in.
  SmallVector<LoopDim> rows(llvm::drop_end(terms));
  llvm::append_range(rows, operands.outputLoops());
  rows.push_back(operands.rows.back());
  for (const LoopDim &loop : operands.depths) {
    const Clamp *clamp = operands.clampOf(loop);
    terms.push_back({clamp ? clamp->size : loop.size, loop.dim});
  }
  int64_t written = operands.outputWidth
                        ? operands.outputWidth * operands.outputPanels
                        : operands.columns();
  destination = operands.output.view(b, rows, written);
  body.setView(operands.output.buffer, destination);
  input = operands.input.view(b, terms, /*columns=*/0);
  for (const StridedBuffer &other : operands.others) {
    bool isWhole = operands.outputWidth ||
                   cast<MemRefType>(other.buffer.getType()).getRank() == rank;
    body.setView(other.buffer, other.view(b, rows, isWhole ? written : 0));
  }
  SmallVector<LoopDim> weights(operands.groups);
  if (operands.panelWidth)
    weights.push_back(
        {operands.across ? 1 : operands.panels, operands.dims.column});
  llvm::append_range(weights, operands.depths);
  int64_t columns =
      operands.panelWidth ? operands.panelWidth : operands.columns();
  // Panels of one column are rows.
  weight = operands.weight.view(b, weights, columns > 1 ? columns : 0);
}

void ContractionKernel::planShape() {
  auto weightType = cast<MemRefType>(weight.getType());
  const LoopDim &innermost = operands.depths.back();
  shape = {countSteps(operands.rows), countSteps(operands.depths),
           operands.columns(), weightType.getElementTypeBitWidth() / 8,
           networkBytes};
  shape.rowsInLine = lineRows();
  std::optional<unsigned> outermost = operands.depths.front().dim;
  shape.hasPlainDepth = operands.depths.size() == 1 && !operands.leftOut;
  shape.hasImages =
      outermost && llvm::all_of(operands.dims.indices[0], [&](auto &each) {
        return each.coefficients[*outermost] == 0 || each.asDim() == outermost;
      });
  shape.hasContiguousDepth =
      operands.panelWidth && !operands.across &&
      operands.input.strideOf(innermost) == 1 &&
      operands.weight.strideOf(innermost) == operands.panelWidth;
  int64_t inputBytes =
      cast<MemRefType>(operands.input.buffer.getType()).getNumElements() *
      sizeof(float);
  if (!shape.hasPlainDepth)
    shape.rowBytes = std::max<int64_t>(1, inputBytes / shape.rows);
}

LogicalResult ContractionKernel::planTiles(bool strict) {
  planShape();
  width = operands.panelWidth    ? operands.panelWidth
          : operands.outputWidth ? operands.outputWidth
                                 : choosePanelWidth(target, shape.units);
  if (operands.outputWidth && width != operands.outputWidth)
    return contraction->emitOpError()
           << "stores panels of " << operands.outputWidth
           << " columns, but its second operand has panels of " << width
           << "; both must be of one width";
  auto overruled = contraction->getParentOp()->getAttrOfType<nn::PlanAttr>(
      nn::kPlanAttrName);
  if (strict && overruled && overruled.getChains().value_or(1) > 1)
    return emitError(contraction.getLoc())
           << "the layer's " << nn::kPlanAttrName << " asks for "
           << *overruled.getChains()
           << " chains of sums, but strict numerics add terms in one order";
  if (operands.across)
    shape.mostPanels = 1;
  else if (alternation && !overruled)
    shape.mostPanels =
        chooseReturnPanels(target, shape, width, shape.mostPanels);
  plan = planContraction(target, shape, width, strict, overruled);
  if (sharesRows) {
    plan.share = Share::RowTiles;
    plan.rowBlock = shape.rows;
  }
  if (operands.isUpdated || operands.across || operands.leftOut)
    plan.depthBlock = shape.depth;
  // Tiles know where in their line they are.
  if (operands.leftOut)
    plan.rowBlock = std::max(plan.rowBlock, lineRows());
  if (operands.across)
    plan.prefetch = 0;
  span = width * plan.tilePanels;
  terms = plan.depthLanes;
  lanes = std::gcd(width, target.lanes) * terms;
  paired = cast<MemRefType>(weight.getType()).getElementType().isBF16() &&
           width % (2 * lanes) == 0;
  planPadding();
  if (operands.leftOut && !lineLevel)
    return contraction->emitOpError()
           << "has a '" << nn::kLineHaloAttrName
           << "' that is not in memory; tiles leave it out only where rows end "
              "with a line, and several terms follow each step along it";
  while (linesOutside < lines().size() && rowsInBlock() > plan.rowBlock)
    ++linesOutside;
  // A tile is straight code. No choice of ours comes near this.
  constexpr int64_t mostVectors = 1024;
  int64_t vectors = span / columnsOfVector();
  if (mostTileRows() * vectors > mostVectors)
    return emitError(contraction.getLoc())
           << "the layer's " << nn::kPlanAttrName << " gives tiles of "
           << mostTileRows() << " rows with " << vectors
           << " vectors each; more than " << mostVectors
           << " vectors take too long to compile";
  return success();
}

std::string ContractionKernel::describe() const {
  std::string text = llvm::formatv(
      "{0} x {1} times {1} x {2} in tiles of {3} rows and {4} columns",
      shape.rows, shape.depth, shape.units, mostTileRows(), span);
  if (plan.depthBlock < shape.depth)
    text += llvm::formatv(", {0} terms at a time", plan.depthBlock);
  if (plan.rowBlock < shape.rows)
    text += llvm::formatv(", {0} rows at a time", plan.rowBlock);
  int64_t rest = shape.units % span;
  int64_t common = shape.units < span ? mostRestSplits : mostSplits;
  if (common > 1)
    text += llvm::formatv(", each sum split into {0}", common);
  if (rest && mostRestSplits != common)
    text += llvm::formatv(", sums of the last {0} columns split into {1}", rest,
                          mostRestSplits);
  if (part)
    text += plan.share == Share::Panels ? ", panels shared by threads"
                                        : ", rows shared by threads";
  if (lineLevel)
    text += ", without padding";
  if (operands.across)
    text += ", the second operand turned by tiles";
  if (plan.prefetch > 0)
    text += llvm::formatv(", panels fetched {0} rows ahead", plan.prefetch);
  return text;
}

Value ContractionKernel::initial(const DepthBlock &block,
                                 const Position &position) {
  if (position.active == 0)
    return zeros(position.lanes);
  bool isStored = !operands.bias && !operands.fill;
  if (!block.isFirst || isStored) {
    SmallVector<Value> indices(position.row);
    indices.push_back(position.column);
    return body.load(destination, indices, asStored(position));
  }
  if (!operands.bias)
    return splat(operands.fill, position.lanes);
  Value column = position.column;
  if (operands.hasBiasOfGroups)
    column = add(times(outer.front(), operands.columns()), column);
  return body.load(operands.bias, column, position);
}

void ContractionKernel::emitTile(const DepthBlock &block, Value firstRow,
                                 Value row, int64_t rows, Value panel,
                                 int64_t columns,
                                 std::optional<int64_t> first) {
  ++numTiles;
  Tile tile;
  tile.firstRow = firstRow;
  tile.row = row;
  tile.height = rows;
  tile.columns = columns;
  tile.first = first;
  for (int64_t r = 0; r < rows; ++r)
    tile.rows.push_back(add(row, index(r)));
  Value firstColumn = arith::MulIOp::create(b, panel, index(width));
  for (int64_t start = 0; start < columns; start += width)
    tile.panels.push_back(add(panel, index(start / width)));
  // Vectors past the last column would be all padding, but for the other one of
  // a pair.
  int64_t step = columnsOfVector();
  int64_t end = llvm::alignTo(columns, paired ? 2 * step : step);
  for (int64_t start = 0; start < end; start += step) {
    tile.positions.push_back({outer, add(firstColumn, index(start)), step,
                              std::clamp<int64_t>(columns - start, 0, step)});
    if (operands.outputWidth)
      tile.positions.back().row.push_back(tile.panels[start / width]);
  }
  auto forEachSum = [&](function_ref<void(const Position &)> inside) {
    for (Value at : tile.rows)
      for (Position position : tile.positions) {
        position.row.push_back(at);
        inside(position);
      }
  };

  Sums sums;
  forEachSum([&](const Position &position) {
    sums.push_back(initial(block, position));
  });
  pairSums(sums, /*toPairs=*/true);
  sums = accumulate(block, tile, sums);
  pairSums(sums, /*toPairs=*/false);
  auto *sum = sums.begin();
  forEachSum([&](const Position &position) {
    Value value = *sum++;
    if (position.active == 0 && !operands.outputWidth)
      return;
    if (!block.isLast) {
      SmallVector<Value> indices(position.row);
      indices.push_back(position.column);
      return body.store(value, destination, indices, asStored(position));
    }
    body.define(contraction->getResult(0), value);
    hasFailed |= failed(storeRoot(asStored(position), position.active));
  });
  if (operands.outputWidth && block.isLast)
    storePadding(tile, end);
}

Position ContractionKernel::asStored(const Position &position) const {
  Position stored = position;
  if (operands.outputWidth)
    stored.active = stored.lanes;
  return stored;
}

void ContractionKernel::storePadding(const Tile &tile, int64_t from) {
  int64_t step = columnsOfVector();
  for (int64_t start = from; start % width != 0; start += step) {
    Position position = tile.positions.back();
    position.column = add(position.column, index(start - from + step));
    for (Value row : tile.rows) {
      SmallVector<Value> indices(position.row);
      indices.append({row, position.column});
      body.store(zeros(step), destination, indices, asStored(position));
    }
  }
}

void ContractionKernel::forEachPanels(
    function_ref<void(Value, int64_t)> inside) {
  int64_t rest = shape.units % span;
  int64_t panels = shape.units / span * plan.tilePanels;
  Value back;
  if (alternation && panels > plan.tilePanels)
    back = arith::AndIOp::create(b, alternation, index(1));
  auto visit = [&](Value panel) {
    if (back) { // panel + back · (last - 2 · panel)
      Value twice = arith::MulIOp::create(b, panel, index(2));
      Value way =
          arith::SubIOp::create(b, index(panels - plan.tilePanels), twice);
      Value shift = arith::MulIOp::create(b, back, way);
      panel = add(panel, shift);
    }
    turnPanel(panel, span);
    inside(panel, span);
  };
  Turn turn =
      forEachOwn(firstTurn(Share::Panels), 0, panels, plan.tilePanels, visit);
  if (rest)
    forEachOwn(turn, panels, panels + 1, 1, [&](Value panel) {
      turnPanel(panel, rest);
      inside(panel, rest);
    });
}

void ContractionKernel::forEachOuter(ArrayRef<LoopDim> loops, Turn turn,
                                     function_ref<void(Turn)> inside) {
  if (loops.empty())
    return inside(turn);
  forEachOwn(turn, 0, loops.front().size, 1, [&](Value counter) {
    outer.push_back(counter);
    forEachOuter(loops.drop_front(), Turn(), inside);
    outer.pop_back();
  });
}

void ContractionKernel::emitLines(const DepthBlock &block) {
  SmallVector<RowBlocks, 2> sizes = getRowTiles();
  if (rowsInBlock() <= plan.rowBlock)
    return forEachPanels([&](Value panel, int64_t columns) {
      forEachOuter(linesInBlock(), firstTurn(Share::RowTiles), [&](Turn turn) {
        int64_t start = 0;
        Value first = index(0);
        for (RowBlocks size : sizes) {
          int64_t end = start + size.rows * size.count;
          while (start < end) {
            std::optional<int64_t> known;
            if (reachesPadding(start, size.rows))
              known = start;
            int64_t last = start + size.rows;
            while (!known && last < end && !reachesPadding(last, size.rows))
              last += size.rows;
            turn = forEachOwn(turn, start, last, size.rows, [&](Value row) {
              emitTile(block, first, row, size.rows, panel, columns, known);
            });
            start = last;
          }
        }
      });
    });
  // A line is more than a block: no other line is in it.
  int64_t start = 0;
  for (RowBlocks group : sizes) {
    int64_t end = start + group.rows * group.count;
    // As few blocks as possible, as equal as possible.
    int64_t most = std::max<int64_t>(1, plan.rowBlock / group.rows);
    int64_t blocks = llvm::divideCeil(group.count, most);
    int64_t size = llvm::divideCeil(group.count, blocks) * group.rows;
    forEach(start, end, size, [&](Value first) {
      Value last = add(first, index(size));
      if ((end - start) % size)
        last = arith::MinSIOp::create(b, last, index(end));
      forEachPanels([&](Value panel, int64_t columns) {
        forEachOwn(firstTurn(Share::RowTiles), first, last, group.rows,
                   [&](Value row) {
                     emitTile(block, first, row, group.rows, panel, columns);
                   });
      });
    });
    start = end;
  }
}

void ContractionKernel::emitBlock(const DepthBlock &block) {
  forEachOuter(lines().take_front(linesOutside), Turn(),
               [&](Turn) { emitLines(block); });
}

void ContractionKernel::emitDepthBlocks() {
  int64_t steps = operands.depths.front().size;
  int64_t most = std::max<int64_t>(1, plan.depthBlock / (shape.depth / steps));
  int64_t blocks = llvm::divideCeil(steps, most);
  if (blocks <= 1)
    return emitBlock({index(0), steps, true, true});
  int64_t size = llvm::divideCeil(steps, blocks);
  int64_t last = (steps - 1) / size * size;
  emitBlock({index(0), size, true, false});
  forEach(size, last, size,
          [&](Value start) { emitBlock({start, size, false, false}); });
  emitBlock({index(last), steps - last, false, true});
}

LogicalResult ContractionKernel::emit(linalg::LinalgOp op, bool strict) {
  if (failed(match(op, strict)))
    return failure();
  forEachOuter(operands.groups, Turn(), [&](Turn) { emitDepthBlocks(); });
  return failure(hasFailed);
}

} // namespace nascent::kernels
