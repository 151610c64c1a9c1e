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

#include "BatchRows.h"
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

/// Copies a network's function for some rows of the batch.
class RowsBuilder {
public:
  RowsBuilder(func::FuncOp function, const BatchRows &batch, int64_t rows)
      : function(function), batch(batch), rows(rows) {}

  FailureOr<func::FuncOp> build();

private:
  std::string withRows(StringRef name) const {
    return (name + ".rows_" + Twine(rows)).str();
  }
  LogicalResult verify(Operation *at, Value value);
  /// Gives `to`, a copy of `from`, the arguments of that and copies of what is
  /// in it.
  LogicalResult copyBlock(Block &from, Block &to);
  LogicalResult copy(Operation &op, OpBuilder &builder);

  func::FuncOp function;
  const BatchRows &batch;
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

LogicalResult RowsBuilder::copyBlock(Block &from, Block &to) {
  for (BlockArgument argument : from.getArguments()) {
    if (failed(verify(from.getParentOp(), argument)))
      return failure();
    mapping.map(argument, to.addArgument(batch.getType(argument, rows),
                                         argument.getLoc()));
  }
  auto builder = OpBuilder::atBlockBegin(&to);
  for (Operation &op : from)
    if (failed(copy(op, builder)))
      return failure();
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
  return copyBlock(launch.getBody().front(), result.getBody().emplaceBlock());
}

FailureOr<func::FuncOp> RowsBuilder::build() {
  auto copied = cast<func::FuncOp>(function->cloneWithoutRegions());
  copied.setSymName(withRows(function.getSymName()));
  if (failed(copyBlock(function.front(), copied.getBody().emplaceBlock()))) {
    copied.erase();
    return failure();
  }
  Builder attributes(function.getContext());
  copied.setFunctionType(attributes.getFunctionType(
      copied.front().getArgumentTypes(),
      copied.front().getTerminator()->getOperandTypes()));
  copied->setAttr(nn::kRowsAttrName, attributes.getI64IntegerAttr(rows));
  if (!ShapedType::isDynamic(batch.getBatch()))
    copied->setAttr(nn::kBatchAttrName,
                    attributes.getI64IntegerAttr(batch.getBatch()));
  return copied;
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
    SmallVector<int64_t> variants;
    if (isOpen) {
      if (batch.getObstacle())
        return batch.getObstacle()->emitOpError()
               << batch.getReason() << ", so the batch cannot stay open";
      llvm::append_range(
          variants, kernels::openBatchRows(getTarget(), batch.getImageBytes(),
                                           getParameterBytes(function)));
    } else {
      int64_t block = getBlock(function, batch);
      if (block == batch.getBatch())
        return success();
      variants.push_back(block);
      if (batch.getBatch() % block)
        variants.push_back(batch.getBatch() % block);
      if (remarks)
        emitRemark(function.getLoc())
            << "the batch of " << batch.getBatch()
            << " rows goes through all layers in blocks of " << block;
    }
    for (int64_t rows : variants) {
      FailureOr<func::FuncOp> copied =
          RowsBuilder(function, batch, rows).build();
      if (failed(copied))
        return failure();
      symbols.insert(*copied, function->getIterator());
    }
    symbols.erase(function);
    return success();
  }

  /// The rows of a fixed batch that go through all kernels at a time.
  int64_t getBlock(func::FuncOp function, const BatchRows &batch) {
    int64_t rows = batch.getBatch();
    auto launches = function.front().getOps<nn::LaunchOp>();
    if (rows == 0 || blockRows == 0 || batch.getObstacle() ||
        batch.getRowBytes() == 0 || llvm::range_size(launches) < 2)
      return rows;
    if (blockRows > 0)
      return std::min<int64_t>(rows, blockRows);
    return kernels::chooseBlockRows(getTarget(), rows, batch.getRowBytes(),
                                    batch.getImageBytes(),
                                    getParameterBytes(function));
  }

  kernels::VectorTarget getTarget() {
    return kernels::VectorTarget::of(getOperation());
  }

  int64_t getParameterBytes(func::FuncOp function) {
    return function->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName)
        .getInt();
  }
};

} // namespace

} // namespace nascent::program
