//===- MatmulKernel.cpp - Kernels with a matmul ---------------------------===//

#include "MatmulKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

/// The buffer that a tensor is read from, or null.
static Value bufferOf(Value tensor) {
  auto leaf = tensor.getDefiningOp<bufferization::ToTensorOp>();
  return leaf ? Value(leaf.getBuffer()) : Value();
}

LogicalResult MatmulKernel::match(linalg::MatmulOp op, bool strict) {
  matmul = op;
  if (!isa<linalg::MatmulTransposeBOp>(op.getOperation()))
    return op.emitOpError("must multiply by a transposed weight");
  input = bufferOf(op.getInputs()[0]);
  auto unpack = op.getInputs()[1].getDefiningOp<linalg::UnPackOp>();
  if (unpack && unpack.getInnerDimsPos() == ArrayRef<int64_t>{0} &&
      unpack.getOuterDimsPerm().empty())
    weight = bufferOf(unpack.getSource());
  if (!input || !weight)
    return op.emitOpError("needs its input and its weight, in panels, from "
                          "buffers");
  Operation *init = op.getOutputs()[0].getDefiningOp();
  auto broadcast = dyn_cast_if_present<linalg::BroadcastOp>(init);
  if (broadcast && broadcast.getDimensions() == ArrayRef<int64_t>{0})
    bias = bufferOf(broadcast.getInput());
  else if (auto filled = dyn_cast_if_present<linalg::FillOp>(init))
    fill = filled.value();
  if (!bias && !fill)
    return op.emitOpError("must accumulate onto a bias or a constant");
  width = cast<MemRefType>(weight.getType()).getDimSize(2);
  lanes = std::gcd(width, target.lanes);
  auto inputType = cast<MemRefType>(input.getType());
  auto weightType = cast<MemRefType>(weight.getType());
  shape = {inputType.getDimSize(0), inputType.getDimSize(1),
           cast<MemRefType>(destination.getType()).getDimSize(1),
           weightType.getElementTypeBitWidth() / 8};
  auto overruled =
      op->getParentOp()->getAttrOfType<nn::PlanAttr>(nn::kPlanAttrName);
  if (strict && overruled && overruled.getChains().value_or(1) > 1)
    return emitError(op.getLoc())
           << "the layer's " << nn::kPlanAttrName << " asks for "
           << *overruled.getChains()
           << " chains of sums, but strict numerics add terms in one order";
  plan = planMatmul(target, shape, width, strict, overruled);
  span = width * plan.tilePanels;
  paired = weightType.getElementType().isBF16() && width % (2 * lanes) == 0;
  // A tile is straight code. No choice of ours comes near this.
  constexpr int64_t mostVectors = 1024;
  int64_t vectors = span / lanes;
  if (mostTileRows() * vectors > mostVectors)
    return emitError(op.getLoc())
           << "the layer's " << nn::kPlanAttrName << " gives tiles of "
           << mostTileRows() << " rows with " << vectors
           << " vectors each; more than " << mostVectors
           << " vectors take too long to compile";
  return success();
}

int64_t MatmulKernel::mostTileRows() const {
  return balanceRows(shape.rows, plan.tileRows).front().rows;
}

std::string MatmulKernel::describe() const {
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
  if (plan.prefetch > 0)
    text += llvm::formatv(", panels fetched {0} rows ahead", plan.prefetch);
  return text;
}

Value MatmulKernel::zeros() {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value MatmulKernel::initial(const DepthBlock &block, const Position &position) {
  if (position.active == 0)
    return zeros();
  if (!block.isFirst)
    return body.load(destination, {position.row, position.column}, position);
  if (!bias)
    return splat(fill, position.lanes);
  return body.load(bias, position.column, position);
}

Value MatmulKernel::multiplyAdd(Value x, Value y, Value sum) {
  if (target.fma)
    return vector::FMAOp::create(b, x, y, sum);
  Value product = arith::MulFOp::create(b, x, y);
  return arith::AddFOp::create(b, product, sum);
}

auto MatmulKernel::loadWeights(const Tile &tile, Value k) -> Sums {
  int64_t vectors = tile.positions.size(), step = paired ? 2 : 1;
  auto type = VectorType::get({lanes}, b.getF32Type());
  Type stored = cast<MemRefType>(weight.getType()).getElementType();
  auto storedType = VectorType::get({step * lanes}, stored);
  Sums weights;
  for (int64_t v = 0; v < vectors; v += step) {
    Value column = index(v * lanes % width);
    Value values = vector::LoadOp::create(
        b, storedType, weight,
        ValueRange{tile.panels[v * lanes / width], k, column});
    if (paired)
      llvm::append_range(weights, widenPairs(values));
    else if (stored.isF32())
      weights.push_back(values);
    else
      weights.push_back(arith::ExtFOp::create(b, type, values));
  }
  return weights;
}

std::array<Value, 2> MatmulKernel::widenPairs(Value values) {
  // A bf16 is the upper half of an f32, and a word holds two of them.
  auto wordType = VectorType::get({lanes}, b.getI32Type());
  auto type = VectorType::get({lanes}, b.getF32Type());
  auto words = [&](uint32_t value) -> Value {
    auto each = DenseElementsAttr::get(wordType, APInt(32, value));
    return arith::ConstantOp::create(b, wordType, each);
  };
  Value both = vector::BitCastOp::create(b, wordType, values);
  Value lower = arith::ShLIOp::create(b, both, words(16));
  Value upper = arith::AndIOp::create(b, both, words(0xffff0000));
  lower = arith::BitcastOp::create(b, type, lower);
  upper = arith::BitcastOp::create(b, type, upper);
  if (target.bigEndian)
    std::swap(lower, upper);
  return {lower, upper};
}

void MatmulKernel::pairSums(Sums &sums, bool toPairs) {
  if (!paired)
    return;
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < lanes; ++i) {
    // Column c is at c / 2 in the sums of even columns, or in those of odd
    // ones.
    int64_t column = lanes + i;
    even.push_back(toPairs ? 2 * i : i / 2 + i % 2 * lanes);
    odd.push_back(toPairs ? 2 * i + 1 : column / 2 + column % 2 * lanes);
  }
  for (size_t i = 0; i < sums.size(); i += 2) {
    Value first = sums[i], second = sums[i + 1];
    sums[i] = vector::ShuffleOp::create(b, first, second, even);
    sums[i + 1] = vector::ShuffleOp::create(b, first, second, odd);
  }
}

void MatmulKernel::prefetch(const DepthBlock &block, const Tile &tile,
                            Value k) {
  auto fetch = [&](Value panel, Value depth, Value column) {
    memref::PrefetchOp::create(b, weight, ValueRange{panel, depth, column},
                               /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  };
  Value ahead = add(k, index(plan.prefetch));
  for (size_t v = 0; v < tile.positions.size(); ++v)
    fetch(tile.panels[v * lanes / width], ahead, index(v * lanes % width));
  // Hardware follows the streams of a tile that takes several panels.
  if (plan.tilePanels > 1)
    return;
  // The next panel, spread over all tiles of this one: a tile fetches a share
  // that goes by its rows. Shares are rounded up and go a little too far.
  int64_t panels = cast<MemRefType>(weight.getType()).getDimSize(0);
  int64_t rows = std::min(shape.rows, plan.rowBlock);
  auto share = [&](int64_t all) { return llvm::divideCeil(all, rows); };
  Value turns = firstTurn(Share::Panels) ? parts : index(1);
  Value next = add(tile.panels.front(), turns);
  next = arith::MinSIOp::create(b, next, index(panels - 1));
  Value rowsDone = arith::SubIOp::create(b, tile.rows.front(), tile.firstRow);
  Value termsDone = arith::SubIOp::create(b, k, block.start);
  Value byRows = times(rowsDone, share(block.size * width));
  Value byTerms = times(termsDone, share(tile.rows.size() * width));
  fetch(next, block.start, add(byRows, byTerms));
}

auto MatmulKernel::multiplyAddRows(const DepthBlock &block, const Tile &tile,
                                   Value k, ValueRange sums) -> Sums {
  int64_t vectors = tile.positions.size();
  Sums columns = loadWeights(tile, k);
  if (plan.prefetch)
    prefetch(block, tile, k);
  Sums next;
  for (auto [r, row] : llvm::enumerate(tile.rows)) {
    Value scalar = memref::LoadOp::create(b, input, ValueRange{row, k});
    Value x = splat(scalar, lanes);
    for (int64_t v = 0; v < vectors; ++v)
      next.push_back(multiplyAdd(x, columns[v], sums[r * vectors + v]));
  }
  return next;
}

auto MatmulKernel::accumulate(const DepthBlock &block, const Tile &tile,
                              Sums sums) -> Sums {
  // One chain of sums after the other; terms go to them in turn. Lower tiles
  // split as the highest do, so that all rows of a batch are computed alike.
  int64_t numSums = sums.size(), vectors = tile.positions.size();
  int64_t splits =
      countSplits(target, plan, mostTileRows() * vectors, vectors, block.size);
  int64_t &most = tile.columns == span ? mostSplits : mostRestSplits;
  most = std::max(most, splits);
  if (splits > 1) {
    sums.resize(numSums * splits, zeros());
  }
  auto step = [&](Value k, int64_t chains, ValueRange current) {
    Sums next(current);
    for (int64_t chain = 0; chain < chains; ++chain) {
      Value at = chain == 0 ? k : add(k, index(chain));
      Sums part = multiplyAddRows(block, tile, at,
                                  current.slice(chain * numSums, numSums));
      llvm::copy(part, next.begin() + chain * numSums);
    }
    return next;
  };

  int64_t whole = block.size / splits * splits;
  // A loop of two would count with one bit, around which registers are
  // allocated badly.
  if (whole <= 2 * splits) {
    for (int64_t k = 0; k < whole; k += splits)
      sums = step(add(block.start, index(k)), splits, sums);
  } else {
    Value end = add(block.start, index(whole));
    auto loop = scf::ForOp::create(b, block.start, end, index(splits), sums);
    loop->setAttr("loop_annotation", keepAsWritten(/*hoist=*/true));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Sums next = step(loop.getInductionVar(), splits, loop.getRegionIterArgs());
    scf::YieldOp::create(b, next);
    sums = Sums(loop.getResults());
  }
  if (whole < block.size)
    sums = step(add(block.start, index(whole)), block.size - whole, sums);

  // Neighbours first, as a tree.
  for (int64_t chains = splits; chains > 1;
       chains = llvm::divideCeil(chains, 2))
    for (int64_t chain = 0; chain < chains; chain += 2)
      for (int64_t i = 0; i < numSums; ++i) {
        Value sum = sums[chain * numSums + i];
        if (chain + 1 < chains)
          sum = arith::AddFOp::create(b, sum, sums[(chain + 1) * numSums + i]);
        sums[chain / 2 * numSums + i] = sum;
      }
  sums.resize(numSums);
  return sums;
}

LogicalResult MatmulKernel::emitTile(const DepthBlock &block, Value firstRow,
                                     Value row, int64_t rows, Value panel,
                                     int64_t columns) {
  ++numTiles;
  Tile tile;
  tile.firstRow = firstRow;
  tile.columns = columns;
  for (int64_t r = 0; r < rows; ++r)
    tile.rows.push_back(add(row, index(r)));
  Value firstColumn = arith::MulIOp::create(b, panel, index(width));
  for (int64_t start = 0; start < columns; start += width)
    tile.panels.push_back(add(panel, index(start / width)));
  // Vectors past the last column would be all padding, but for the other one of
  // a pair.
  int64_t end = llvm::alignTo(columns, paired ? 2 * lanes : lanes);
  for (int64_t start = 0; start < end; start += lanes)
    tile.positions.push_back({Value(), add(firstColumn, index(start)), lanes,
                              std::clamp<int64_t>(columns - start, 0, lanes)});
  auto forEachSum = [&](function_ref<void(const Position &)> inside) {
    for (Value at : tile.rows)
      for (Position position : tile.positions) {
        position.row = at;
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
  bool ok = true;
  auto *sum = sums.begin();
  forEachSum([&](const Position &position) {
    Value value = *sum++;
    if (position.active == 0)
      return;
    if (!block.isLast)
      return body.store(value, destination, {position.row, position.column},
                        position);
    body.define(matmul.getResult(0), value);
    ok &= succeeded(storeRoot(position));
  });
  return success(ok);
}

LogicalResult MatmulKernel::forEachPanels(
    function_ref<LogicalResult(Value, int64_t)> inside) {
  int64_t rest = shape.units % span;
  int64_t panels = shape.units / span * plan.tilePanels;
  bool ok = true;
  Turn turn =
      forEachOwn(firstTurn(Share::Panels), 0, panels, plan.tilePanels,
                 [&](Value panel) { ok &= succeeded(inside(panel, span)); });
  if (rest)
    forEachOwn(turn, panels, panels + 1, 1,
               [&](Value panel) { ok &= succeeded(inside(panel, rest)); });
  return success(ok);
}

LogicalResult MatmulKernel::emitBlock(const DepthBlock &block) {
  SmallVector<RowBlocks, 2> groups = balanceRows(shape.rows, plan.tileRows);
  bool ok = true;
  if (shape.rows <= plan.rowBlock)
    return forEachPanels([&](Value panel, int64_t columns) {
      int64_t start = 0;
      Value first = index(0);
      Turn turn = firstTurn(Share::RowTiles);
      for (RowBlocks group : groups) {
        int64_t end = start + group.rows * group.count;
        turn = forEachOwn(turn, start, end, group.rows, [&](Value row) {
          ok &= succeeded(
              emitTile(block, first, row, group.rows, panel, columns));
        });
        start = end;
      }
      return success(ok);
    });
  int64_t start = 0;
  for (RowBlocks group : groups) {
    int64_t end = start + group.rows * group.count;
    // As few blocks as possible, as equal as possible.
    int64_t most = std::max<int64_t>(1, plan.rowBlock / group.rows);
    int64_t blocks = llvm::divideCeil(group.count, most);
    int64_t size = llvm::divideCeil(group.count, blocks) * group.rows;
    forEach(start, end, size, [&](Value first) {
      Value last = add(first, index(size));
      if ((end - start) % size)
        last = arith::MinSIOp::create(b, last, index(end));
      ok &= succeeded(forEachPanels([&](Value panel, int64_t columns) {
        Turn turn = firstTurn(Share::RowTiles);
        forEachOwn(turn, first, last, group.rows, [&](Value row) {
          ok &= succeeded(
              emitTile(block, first, row, group.rows, panel, columns));
        });
        return success(ok);
      }));
    });
    start = end;
  }
  return success(ok);
}

LogicalResult MatmulKernel::emit(linalg::MatmulOp op, bool strict) {
  if (failed(match(op, strict)))
    return failure();
  int64_t blocks = llvm::divideCeil(shape.depth, plan.depthBlock);
  if (blocks <= 1)
    return emitBlock({index(0), shape.depth, true, true});
  int64_t size = llvm::divideCeil(shape.depth, blocks);
  int64_t last = (shape.depth - 1) / size * size;
  bool ok = succeeded(emitBlock({index(0), size, true, false}));
  forEach(size, last, size, [&](Value start) {
    ok &= succeeded(emitBlock({start, size, false, false}));
  });
  ok &= succeeded(emitBlock({index(last), shape.depth - last, false, true}));
  return success(ok);
}

} // namespace nascent::codegen
