//===- WalkBatch.cpp - Some rows at a time through all kernels ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels are for fixed numbers of rows. A batch that is open, or that is so
// large that hidden values would leave the cache, is walked with a few of them.
//
//===----------------------------------------------------------------------===//

#include "Segments.h"
#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_WALKBATCH
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Copies a segment of a network's function for some rows of the batch.
class RowsBuilder {
public:
  RowsBuilder(func::FuncOp function, const BatchRows &batch,
              const Segment &segment, int64_t rows)
      : function(function), batch(batch), segment(segment), rows(rows) {}

  /// `index` is the segment's, where there are several.
  FailureOr<func::FuncOp> build(std::optional<size_t> index);

private:
  std::string withRows(StringRef name) const {
    return (name + ".rows_" + Twine(rows)).str();
  }
  LogicalResult verify(Operation *at, Value value);
  /// Gives `to` an argument for each of `values`, which it stands for from then
  /// on. `at` has those values.
  LogicalResult addArguments(Operation *at, ValueRange values, Block &to);
  LogicalResult copy(Operation &op, OpBuilder &builder);

  func::FuncOp function;
  const BatchRows &batch;
  const Segment &segment;
  int64_t rows;
  IRMapping mapping;
};

/// Whether the rows of `value` that are computed at a time can be counted.
LogicalResult RowsBuilder::verify(Operation *at, Value value) {
  auto type = dyn_cast<RankedTensorType>(batch.getType(value, rows));
  if (!type)
    return success();
  if (!type.hasStaticShape())
    return at->emitOpError() << "has a value of type " << value.getType()
                             << ", whose size does not follow from the batch";
  return nn::verifySize(type.getShape(), "a block of rows",
                        [&] { return at->emitOpError(); });
}

LogicalResult RowsBuilder::addArguments(Operation *at, ValueRange values,
                                        Block &to) {
  for (Value value : values) {
    if (failed(verify(at, value)))
      return failure();
    mapping.map(value,
                to.addArgument(batch.getType(value, rows), value.getLoc()));
  }
  return success();
}

LogicalResult RowsBuilder::copy(Operation &op, OpBuilder &builder) {
  // All sizes are numbers from here on.
  if (kernels::isSize(&op))
    return success();
  for (Value result : op.getResults())
    if (failed(verify(&op, result)))
      return failure();
  auto typeOf = [&](Value value) {
    return cast<RankedTensorType>(batch.getType(value, rows));
  };
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    mapping.map(empty.getResult(),
                tensor::EmptyOp::create(builder, op.getLoc(),
                                        typeOf(empty).getShape(),
                                        empty.getType().getElementType())
                    .getResult());
    return success();
  }
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op)) {
    mapping.map(view.getResult(),
                tensor::ExpandShapeOp::create(builder, op.getLoc(),
                                              typeOf(view.getResult()),
                                              mapping.lookup(view.getSrc()),
                                              view.getReassociationIndices())
                    .getResult());
    return success();
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    RankedTensorType type = typeOf(slice.getResult());
    auto numbers = [&](ArrayRef<int64_t> values) {
      return getAsIndexOpFoldResult(op.getContext(), values);
    };
    mapping.map(slice.getResult(),
                tensor::ExtractSliceOp::create(
                    builder, op.getLoc(), type,
                    mapping.lookup(slice.getSource()),
                    numbers(slice.getStaticOffsets()), numbers(type.getShape()),
                    numbers(slice.getStaticStrides()))
                    .getResult());
    return success();
  }
  auto launch = dyn_cast<nn::LaunchOp>(op);
  Operation *copied =
      launch ? op.cloneWithoutRegions(mapping) : op.clone(mapping);
  builder.insert(copied);
  for (auto [from, to] : llvm::zip(op.getResults(), copied->getResults())) {
    to.setType(batch.getType(from, rows));
    mapping.map(from, to);
  }
  if (!launch)
    return success();
  auto result = cast<nn::LaunchOp>(copied);
  result.setKernel(withRows(launch.getKernel()));
  Block &from = launch.getBody().front(), &to = result.getBody().emplaceBlock();
  if (failed(addArguments(launch, from.getArguments(), to)))
    return failure();
  auto inner = OpBuilder::atBlockBegin(&to);
  for (Operation &each : from)
    if (failed(copy(each, inner)))
      return failure();
  return success();
}

FailureOr<func::FuncOp> RowsBuilder::build(std::optional<size_t> index) {
  OwningOpRef<func::FuncOp> owned(
      cast<func::FuncOp>(function->cloneWithoutRegions()));
  func::FuncOp copied = *owned;
  Block &body = copied.getBody().emplaceBlock();
  if (failed(addArguments(function, segment.reads, body)))
    return failure();
  auto builder = OpBuilder::atBlockBegin(&body);
  for (Operation *op : segment.ops)
    if (failed(copy(*op, builder)))
      return failure();
  auto written = llvm::map_to_vector(
      segment.writes, [&](Value value) { return mapping.lookup(value); });
  auto ret = func::ReturnOp::create(
      builder, function.front().getTerminator()->getLoc(), written);
  Builder attributes(function.getContext());
  std::string name = function.getSymName().str();
  if (index) {
    name += ".segment_" + std::to_string(*index);
    copied->setAttr(nn::kSegmentAttrName, attributes.getI64IntegerAttr(*index));
    auto strings = [&](ArrayRef<std::string> names) {
      return attributes.getStrArrayAttr(SmallVector<StringRef>(names));
    };
    copied->setAttr(nn::kReadsAttrName, strings(segment.readNames));
    copied->setAttr(nn::kWritesAttrName, strings(segment.writeNames));
    copied.removeArgAttrsAttr();
    copied.removeResAttrsAttr();
  }
  copied.setSymName(withRows(name));
  copied.setFunctionType(attributes.getFunctionType(body.getArgumentTypes(),
                                                    ret.getOperandTypes()));
  copied->setAttr(nn::kRowsAttrName, attributes.getI64IntegerAttr(rows));
  if (!ShapedType::isDynamic(batch.getBatch()))
    copied->setAttr(nn::kBatchAttrName,
                    attributes.getI64IntegerAttr(batch.getBatch()));
  return owned.release();
}

struct WalkBatchPass : impl::WalkBatchBase<WalkBatchPass> {
  using WalkBatchBase::WalkBatchBase;

  void runOnOperation() override {
    if (blockRows < -1) {
      getOperation().emitError()
          << "block-rows must be a number of rows, or -1 to choose, got "
          << int64_t(blockRows);
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    for (func::FuncOp function : kernels::getNetworkFunctions(getOperation()))
      if (failed(kernels::verifyLaunches(function)) ||
          failed(walk(function, symbols)))
        return signalPassFailure();
  }

  LogicalResult walk(func::FuncOp function, SymbolTable &symbols) {
    BatchRows batch(function);
    bool isOpen = llvm::any_of(function.getArgumentTypes(), [](Type type) {
      return !cast<RankedTensorType>(type).hasStaticShape();
    });
    if (isOpen && batch.getObstacle())
      return batch.getObstacle()->emitOpError()
             << batch.getReason() << ", so the batch cannot stay open";
    SmallVector<Segment, 0> segments;
    SmallVector<SmallVector<int64_t>> rows;
    if (isOpen || mayHaveBlocks(function, batch))
      segments = isOpen || blockRows < 0
                     ? cutSegments(function, batch, getTarget())
                     : takeWhole(function, batch);
    if (isOpen)
      rows = chooseOpenRows(segments);
    else if (!segments.empty())
      rows = chooseFixedRows(segments, batch.getBatch());
    if (rows.empty())
      return success();
    for (auto [index, segment] : llvm::enumerate(segments)) {
      std::optional<size_t> which;
      if (segments.size() > 1)
        which = index;
      tell(function, segment, rows[index], batch.getBatch(), which);
      for (int64_t count : rows[index]) {
        FailureOr<func::FuncOp> copied =
            RowsBuilder(function, batch, segment, count).build(which);
        if (failed(copied))
          return failure();
        symbols.insert(*copied, function->getIterator());
      }
    }
    symbols.erase(function);
    return success();
  }

  /// Whether a fixed batch may go through some kernels in blocks.
  bool mayHaveBlocks(func::FuncOp function, const BatchRows &batch) {
    auto launches = function.front().getOps<nn::LaunchOp>();
    return batch.getBatch() != 0 && blockRows != 0 && !batch.getObstacle() &&
           batch.getRowBytes().all != 0 && llvm::range_size(launches) >= 2;
  }

  /// The rows of the functions that an open batch is walked with.
  SmallVector<SmallVector<int64_t>> chooseOpenRows(ArrayRef<Segment> segments) {
    SmallVector<SmallVector<int64_t>> rows;
    for (const Segment &segment : segments)
      rows.emplace_back(kernels::openBatchRows(
          getTarget(), segment.rowBytes.image, segment.parameterBytes));
    return rows;
  }

  /// Those of a fixed batch of `all` rows; none where all go through everything
  /// at a time.
  SmallVector<SmallVector<int64_t>> chooseFixedRows(ArrayRef<Segment> segments,
                                                    int64_t all) {
    SmallVector<int64_t> blocks =
        llvm::map_to_vector(segments, [&](const Segment &segment) {
          if (blockRows > 0)
            return std::min<int64_t>(all, blockRows);
          if (segments.size() > 1 && segment.walk == kernels::Walk::Weights)
            return kernels::chooseWeightRows(all);
          return kernels::chooseBlockRows(
              getTarget(), all, segment.rowBytes.all, segment.rowBytes.image,
              segment.parameterBytes);
        });
    int64_t largest = *llvm::max_element(blocks);
    if (*llvm::min_element(blocks) == all)
      return {};
    // The largest block, and what is left of the batch, go through one segment
    // after the other, and through each in its own blocks.
    SmallVector<SmallVector<int64_t>> rows;
    for (int64_t block : blocks) {
      llvm::SmallSetVector<int64_t, 4> counts;
      for (int64_t together : {largest, all % largest}) {
        if (together >= block)
          counts.insert(block);
        if (together % block)
          counts.insert(together % block);
      }
      rows.push_back(llvm::to_vector(counts));
    }
    return rows;
  }

  void tell(func::FuncOp function, const Segment &segment,
            ArrayRef<int64_t> rows, int64_t all, std::optional<size_t> index) {
    bool isOpen = ShapedType::isDynamic(all);
    if (!remarks || (isOpen && !index))
      return;
    InFlightDiagnostic remark = emitRemark(function.getLoc());
    remark << "the batch";
    if (!isOpen)
      remark << " of " << all << " rows";
    remark << " goes through ";
    if (!index)
      remark << "all layers";
    else
      remark << "segment " << *index << " of its kernels, which begins with '"
             << segment.getFirst().getKernel() << "',";
    remark << " in blocks of " << rows.front();
  }

  kernels::VectorTarget getTarget() {
    return kernels::VectorTarget::of(getOperation());
  }
};

} // namespace

} // namespace nascent::program
