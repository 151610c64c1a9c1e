//===- KernelPlan.cpp - The one place that decides tiles and layouts ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/KernelPlan.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace nascent::kernels {

VectorTarget VectorTarget::of(ModuleOp module) {
  VectorTarget target;
  if (auto attr = module->getAttrOfType<nn::TargetAttr>(
          nn::NNDialect::kTargetAttrName)) {
    target.lanes = std::max<int64_t>(1, attr.getVectorBits() / 32);
    target.registers = attr.getRegisters();
    target.fma = attr.getFma();
    target.half = attr.getHalf();
    llvm::Triple triple(attr.getTriple());
    target.negativeNan = triple.isX86();
    target.maximum = triple.isAArch64() || triple.isARM() || triple.isThumb();
  }
  if (auto layout = module->getAttrOfType<StringAttr>(
          LLVM::LLVMDialect::getDataLayoutAttrName()))
    target.bigEndian = llvm::DataLayout(layout.getValue()).isBigEndian();
  return target;
}

/// From how many bytes on an image is large enough for its kernels.
static constexpr int64_t kLargeImage = 128 << 10;

/// How many large images share what is read of the weights: one where the cache
/// holds all of these.
static int64_t chooseImages(const VectorTarget &target,
                            int64_t parameterBytes) {
  return parameterBytes > target.lastLevelCache / 2 ? 4 : 1;
}

ArrayRef<int64_t> openBatchRows(const VectorTarget &target, int64_t imageBytes,
                                int64_t parameterBytes) {
  static constexpr int64_t rows[] = {16, 4, 1};
  ArrayRef<int64_t> all = rows;
  if (imageBytes < kLargeImage)
    return all;
  return all.drop_front(chooseImages(target, parameterBytes) == 4 ? 1 : 2);
}

int64_t addressLimit(ModuleOp module) {
  auto layout = module->getAttrOfType<StringAttr>(
      LLVM::LLVMDialect::getDataLayoutAttrName());
  unsigned bits =
      layout ? llvm::DataLayout(layout.getValue()).getPointerSizeInBits() : 64;
  return bits >= 64 ? std::numeric_limits<int64_t>::max()
                    : int64_t(1) << (bits - 1);
}

/// Registers beside the accumulators and the panel's row: the broadcast input,
/// one spare, and the product where multiply and add are two instructions.
static int64_t otherRegisters(const VectorTarget &target) {
  return target.fma ? 2 : 3;
}

/// Two multiply-adds can start in a cycle, each of which takes four: fewer
/// independent accumulators leave the unit idle.
static constexpr int64_t kEnoughAccumulators = 8;

int64_t choosePanelWidth(const VectorTarget &target, int64_t units) {
  // Few columns take part of a vector, and no more storage than that.
  if (units < target.lanes)
    return llvm::bit_ceil(uint64_t(units));
  int64_t vectors = target.registers >= 32 && target.lanes <= 4 ? 4 : 2;
  int64_t needed = llvm::divideCeil(units, target.lanes);
  return std::min(vectors, needed) * target.lanes;
}

int64_t maxTileRows(const VectorTarget &target, int64_t width) {
  int64_t vectors = llvm::divideCeil(width, target.lanes);
  int64_t free = target.registers - vectors - otherRegisters(target);
  return std::max<int64_t>(1, free / vectors);
}

/// Whether a weight is so large that it may well be read from memory each time:
/// others use the last cache, too.
static bool isFromMemory(const VectorTarget &target,
                         const ContractionShape &shape) {
  return shape.depth * shape.units * shape.weightBytes >=
         target.lastLevelCache / 4;
}

int64_t chooseTilePanels(const VectorTarget &target,
                         const ContractionShape &shape, int64_t width,
                         int64_t tileRows, bool strict) {
  int64_t vectors = llvm::divideCeil(width, target.lanes);
  int64_t rows = balanceRows(shape.lineRows(), tileRows).front().rows;
  int64_t accumulators = rows * vectors;
  // Split sums do what is left to be done, unless they must not.
  int64_t wanted = strict ? llvm::divideCeil(kEnoughAccumulators, accumulators)
                          : kEnoughAccumulators / accumulators;
  // From four rows on, a second panel saves loads: those of a row's input then
  // serve twice as many multiply-adds.
  if (rows >= 4)
    wanted = 3 * kEnoughAccumulators / accumulators;
  // Memory answers up to four streams, each in pages of its own, sooner than
  // one; but long rounds of a loop do not ask for the next lines in time.
  if (isFromMemory(target, shape))
    wanted = std::max(
        wanted, std::min<int64_t>(4, 2 * kEnoughAccumulators / accumulators));
  // Weights that several rows share need registers, too.
  int64_t used = accumulators + (rows > 1 ? vectors : 0);
  int64_t possible = (target.registers - otherRegisters(target)) / used;
  wanted = std::max<int64_t>(1, std::min(wanted, possible));
  return std::min<int64_t>(llvm::bit_floor(uint64_t(wanted)),
                           llvm::divideCeil(shape.units, width));
}

/// The rows of tiles that take all columns, where these end in half a panel;
/// else 0. By itself, the half would load an element of the input for each
/// multiply-add.
static int64_t chooseWholeRows(const VectorTarget &target,
                               const ContractionShape &shape, int64_t width) {
  // Elsewhere there are registers enough for more rows of the half, and two
  // instructions a product leave fewer.
  bool isTight = target.fma && target.registers < 32;
  int64_t vectors = llvm::divideCeil(shape.units, target.lanes);
  bool endsInHalf = width == 2 * target.lanes && (vectors == 3 || vectors == 5);
  int64_t panels = llvm::divideCeil(shape.units, width);
  // Each tile goes through all of the weight. Tiles of four rows do so seldom
  // enough for the second-level cache, those of two do not.
  bool isNear =
      shape.depth * shape.units * shape.weightBytes <=
      (vectors == 3 ? target.secondLevelCache / 2 : target.nearestCache);
  constexpr int64_t enough = 8;
  if (!isTight || !endsInHalf || !isNear || panels > shape.mostPanels ||
      shape.weightBytes != 4 || shape.lineRows() < enough)
    return 0;
  return (target.registers - otherRegisters(target)) / vectors;
}

/// How many rows of a panel ahead of its use it is fetched.
static int64_t choosePrefetch(const VectorTarget &target,
                              const ContractionShape &shape) {
  // Hardware follows few streams, and single ones better by itself.
  bool isLarge = shape.depth * shape.units * shape.weightBytes >
                 target.secondLevelCache / 2;
  if (isLarge && shape.rows > 4)
    return isFromMemory(target, shape) ? 64 : 32;
  // By the time that a layer is computed again, the weights of all others have
  // driven its own from the cache.
  bool isDeep = shape.networkBytes >= target.lastLevelCache / 4;
  return isDeep && shape.rows >= 4 ? 32 : 0;
}

/// How many depths a vector takes at a time.
static int64_t chooseDepthLanes(const VectorTarget &target,
                                const ContractionShape &shape, int64_t width) {
  if (target.lanes % width != 0)
    return 1;
  int64_t most = target.lanes / width;
  if (width == 1)
    return std::min<int64_t>(most, llvm::bit_floor(uint64_t(shape.depth)));
  // One shuffle spreads the elements of a row's input. With more rows there
  // would be as many shuffles as multiply-adds are saved.
  if (shape.rows > 1 || shape.depth < 4)
    return 1;
  // Adding lanes takes longer than what a few vectors less do; least of all
  // where they are within 128 bits.
  auto terms = [&](int64_t vectors) {
    return int64_t(llvm::bit_floor(uint64_t(shape.depth / vectors)));
  };
  bool isShort = width > 4 && most <= 2 && shape.depth <= kEnoughAccumulators;
  int64_t within = std::min<int64_t>(4 / width, terms(2));
  return isShort ? 1 : std::min(most, std::max(within, terms(4)));
}

ContractionPlan planContraction(const VectorTarget &target,
                                const ContractionShape &shape, int64_t width,
                                bool strict, nn::PlanAttr overruled) {
  auto choose = [](std::optional<int64_t> given, int64_t otherwise) {
    return given.value_or(otherwise);
  };
  std::optional<int64_t> none;
  // Sizes are far from 2^63 here: buffers of them have been accepted.
  constexpr int64_t bytes = sizeof(float);
  ContractionPlan plan;
  int64_t whole = overruled ? 0 : chooseWholeRows(target, shape, width);
  plan.tileRows = choose(overruled ? overruled.getTileRows() : none,
                         whole ? whole : maxTileRows(target, width));
  plan.tilePanels = choose(
      overruled ? overruled.getTilePanels() : none,
      whole ? llvm::divideCeil(shape.units, width)
            : chooseTilePanels(target, shape, width, plan.tileRows, strict));
  int64_t panels = llvm::divideCeil(shape.units, width);
  plan.tilePanels = std::min({plan.tilePanels, panels, shape.mostPanels});
  int64_t span = width * plan.tilePanels;
  // Tiles of rows come back to a panel: half of the cache is for it. Between
  // blocks of the depth all sums go to memory and back, so that larger blocks
  // are better as long as they stay. In windows, which overlap, whole sums are
  // better still.
  plan.depthBlock =
      choose(overruled ? overruled.getDepthBlock() : none,
             shape.hasPlainDepth || shape.hasImages
                 ? target.secondLevelCache / 2 / (span * shape.weightBytes)
                 : shape.depth);
  // Panels come back to a block of rows.
  int64_t rowBytes = shape.rowBytes;
  if (rowBytes == 0)
    rowBytes =
        std::max<int64_t>(1, std::min(plan.depthBlock, shape.depth)) * bytes;
  plan.rowBlock =
      choose(overruled ? overruled.getRowBlock() : none,
             std::max(plan.tileRows, target.lastLevelCache / 2 / rowBytes));
  plan.chains = choose(overruled ? overruled.getChains() : none,
                       strict ? 1 : kEnoughAccumulators);
  plan.prefetch = choose(overruled ? overruled.getPrefetch() : none,
                         choosePrefetch(target, shape));
  plan.depthLanes =
      plan.chains > 1 && shape.hasPlainDepth && shape.hasContiguousDepth
          ? chooseDepthLanes(target, shape, width)
          : 1;
  plan.share = chooseShare(shape, span, plan.tileRows);
  return plan;
}

int64_t countSplits(const VectorTarget &target, const ContractionPlan &plan,
                    int64_t accumulators, int64_t vectors, int64_t terms) {
  int64_t free = target.registers - vectors - otherRegisters(target);
  // Straight code has elements of the input in registers, too, until the last
  // of several vectors is done.
  bool isStraight =
      accumulators == vectors && isWorthUnrolling(/*rows=*/1, terms * vectors);
  if (isStraight && vectors > 1)
    free = std::max(vectors, std::min(free, target.registers / 2 - vectors));
  int64_t wanted = llvm::divideCeil(plan.chains, accumulators);
  // One term a sum would be all adding up; but nothing else is to be done while
  // a lone sum waits for the third term of three.
  int64_t most = accumulators == 1 ? llvm::divideCeil(terms, 2) : terms / 2;
  return std::max<int64_t>(1, std::min({wanted, free / accumulators, most}));
}

Share chooseShare(const ContractionShape &shape, int64_t width,
                  int64_t tileRows) {
  // Fewer go round badly among the cores of a middling machine.
  constexpr int64_t enough = 16;
  int64_t panels = llvm::divideCeil(shape.units, width);
  int64_t tiles = llvm::divideCeil(shape.rows, tileRows);
  bool byPanels = std::min(panels, tiles) >= enough ? shape.units >= shape.rows
                                                    : panels >= tiles;
  return byPanels ? Share::Panels : Share::RowTiles;
}

int64_t chooseReturnPanels(const VectorTarget &target,
                           const ContractionShape &shape, int64_t width,
                           int64_t panels) {
  int64_t fitting =
      target.nearestCache / 2 / (shape.depth * width * shape.weightBytes);
  return fitting == 0 ? panels : std::min(panels, fitting);
}

int64_t chooseTurnedWidth(const VectorTarget &target, int64_t depth,
                          int64_t columns) {
  int64_t most = target.nearestCache / 2 / (depth * sizeof(float));
  int64_t width = choosePanelWidth(target, columns);
  while (width > std::max(target.lanes, most))
    width = std::max(target.lanes, width / 2);
  return width;
}

int64_t chooseSharedRows(int64_t columns) {
  // Sixteen cache lines.
  constexpr int64_t floats = 256;
  return llvm::divideCeil(floats, columns);
}

bool isWorthThreads(int64_t work, int64_t steps) {
  // A core with vectors of 512 bits does some 50 multiply-adds a nanosecond.
  // Waking a team takes about twenty microseconds, a barrier about two, and
  // more on a busy machine.
  constexpr int64_t start = int64_t(1) << 20;
  constexpr int64_t barrier = int64_t(1) << 17;
  return (work - start) / barrier >= steps;
}

bool isWorthSharing(size_t kernels, bool areTraining) {
  // Compiling a few takes little time.
  return kernels >= (areTraining ? 2 : 8);
}

bool isWorthUnrolling(int64_t rows, int64_t multiplyAdds) {
  // What more rows load, LLVM would gather at the beginning, on the stack.
  return rows == 1 && multiplyAdds <= 32;
}

bool isWorthSkipping(int64_t taps, int64_t skipped, int64_t terms) {
  // Lines of up to 29 pixels with a window of three. Shorter loops cost more
  // than what they leave out.
  return terms >= 32 && skipped * 45 > taps;
}

bool isWorthLeavingOut(int64_t padded) {
  // Enough for the gradients of windows of nine.
  return padded <= 16;
}

int64_t chooseRowStride(int64_t rows, int64_t columns) {
  // One way of a first-level cache, on nearly every processor.
  constexpr int64_t way = 4096 / sizeof(float);
  constexpr int64_t line = 64 / sizeof(float);
  // A set holds a few lines, and the panel needs some.
  bool collides = rows > 4 && columns % way == 0;
  return collides ? columns + line : columns;
}

int64_t chooseHiddenStride(const VectorTarget &target, int64_t rows,
                           int64_t columns) {
  int64_t vector =
      std::min<int64_t>(target.lanes, llvm::bit_ceil(uint64_t(columns)));
  return chooseRowStride(rows, llvm::alignTo(columns, vector));
}

int64_t choosePixelStride(int64_t channels) {
  constexpr int64_t line = 64 / sizeof(float);
  return channels % (8 * line) == 0 ? channels + line : channels;
}

/// How many rows share what is read of a large weight: with more, it is the
/// multiply-adds that take the time.
static constexpr int64_t kSharingRows = 16;

Walk chooseWalk(int64_t rowBytes, int64_t imageBytes, int64_t parameterBytes) {
  if (imageBytes >= kLargeImage)
    return Walk::Images;
  bool outweighs = parameterBytes / kSharingRows > rowBytes;
  return imageBytes == 0 && outweighs ? Walk::Weights : Walk::Any;
}

bool isWorthSegment(const VectorTarget &target, int64_t parameterBytes,
                    int64_t betweenBytes) {
  return parameterBytes > target.secondLevelCache &&
         parameterBytes / kSharingRows > betweenBytes;
}

/// A number of rows near `wanted`, half as many more at most.
static int64_t chooseNear(int64_t rows, int64_t wanted) {
  // A remainder has functions of its own: best none, else a large one.
  auto score = [&](int64_t size) {
    int64_t rest = rows % size;
    return rest == 0 ? rows - std::abs(size - wanted) : rest;
  };
  int64_t best = wanted;
  for (int64_t size = wanted / 4 * 3; size <= wanted / 2 * 3; ++size)
    if (score(size) > score(best))
      best = size;
  return best;
}

int64_t chooseWeightRows(int64_t rows) {
  return rows <= kSharingRows / 2 * 3 ? rows : chooseNear(rows, kSharingRows);
}

int64_t chooseBlockRows(const VectorTarget &target, int64_t rows,
                        int64_t rowBytes, int64_t imageBytes,
                        int64_t parameterBytes) {
  if (imageBytes >= kLargeImage)
    return std::min(rows, chooseImages(target, parameterBytes));
  // Tiles of every target go well into this many rows.
  constexpr int64_t enough = 64;
  int64_t wanted = std::max(enough, target.secondLevelCache / 8 / rowBytes);
  if (parameterBytes > target.lastLevelCache / 2 || rows < 2 * wanted)
    return rows;
  return chooseNear(rows, wanted);
}

SmallVector<RowBlocks, 2> balanceRows(int64_t rows, int64_t maximum) {
  int64_t blocks = llvm::divideCeil(rows, maximum);
  int64_t small = rows / blocks, larger = rows % blocks;
  SmallVector<RowBlocks, 2> result;
  if (larger)
    result.push_back({small + 1, larger});
  result.push_back({small, blocks - larger});
  return result;
}

} // namespace nascent::kernels
