//===- FixLossRows.cpp - Losses of a batch, some rows at a time -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loss is a sum over rows, and so is each gradient: a batch that is open, or
// large, goes through networks of fixed numbers of rows, one after the other.
// What they need of scratch does not grow with the batch.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/SymbolTable.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNFIXLOSSROWS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// Enough that weights are read rarely; then what is left takes few calls.
constexpr int64_t kLossRows[] = {64, 16, 4, 1};

/// The rows of a batch that is known, and so large that it goes in blocks; 0
/// for any other.
int64_t getLargeBatch(SequentialOp network) {
  int64_t batch = 0;
  // What the program computes of all outputs comes between two functions.
  if (isBackward(network))
    return 0;
  for (Type type : network.getArgumentTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    int64_t rows = tensor.getRank() > 0 ? tensor.getDimSize(0) : 0;
    if (rows < 2 * kLossRows[0] || (batch != 0 && rows != batch))
      return 0;
    batch = rows;
  }
  return llvm::all_of(network.getLayers(), isRowWiseInTraining) ? batch : 0;
}

/// Has all that is of `batch` rows be of a number that is not known yet.
void openBatch(SequentialOp network, int64_t batch) {
  auto open = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getShape());
    if (type.getRank() > 0 && shape.front() == batch)
      shape.front() = ShapedType::kDynamic;
    value.setType(type.clone(shape));
  };
  for (BlockArgument input : network.getBody().getArguments())
    open(input);
  for (Operation &op : network.getBody().front())
    for (Value result : op.getResults())
      open(result);
}

/// The same network for so many rows, as far as its inputs say.
SequentialOp createForRows(SequentialOp network, int64_t rows) {
  SequentialOp copy = network.clone();
  auto [base, kind] = network.getSymName().rsplit('.');
  copy.setSymName((base + ".rows_" + Twine(rows) + "." + kind).str());
  Builder builder(network.getContext());
  copy->setAttr(kRowsAttrName, builder.getI64IntegerAttr(rows));
  for (BlockArgument input : copy.getBody().getArguments()) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape(type.getShape());
    if (type.getRank() > 0 && type.isDynamicDim(0))
      shape.front() = rows;
    input.setType(type.clone(shape));
  }
  copy.setFunctionType(builder.getFunctionType(
      copy.getBody().getArgumentTypes(), copy.getResultTypes()));
  return copy;
}

/// Fails, after an error, on a layer that is trained by statistics of the
/// batch: those of some rows are others.
LogicalResult verifyRows(SequentialOp network) {
  for (LayerOpInterface layer : network.getLayers())
    if (llvm::any_of(layer.getParameters(), [](const ParameterSpec &parameter) {
          return !parameter.trainable;
        }))
      return emitLayerError(layer)
             << "is trained by statistics of the whole batch, so the "
                "batch must be bound";
  return success();
}

struct FixLossRows : impl::NNFixLossRowsBase<FixLossRows> {
  using NNFixLossRowsBase::NNFixLossRowsBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      if (!network->hasAttr(kTrainingAttrName))
        continue;
      bool isOpen = hasOpenBatch(network);
      if (isOpen && failed(verifyRows(network)))
        return signalPassFailure();
      int64_t batch = isOpen || keepKnown ? 0 : getLargeBatch(network);
      if (!isOpen && batch == 0)
        continue;
      if (!isOpen) {
        openBatch(network, batch);
        network->setAttr(kBatchAttrName,
                         Builder(&getContext()).getI64IntegerAttr(batch));
      }
      // Of a batch that is known, those that it takes.
      int64_t rest = batch;
      for (int64_t rows : kLossRows) {
        if (isOpen || rest >= rows)
          symbols.insert(createForRows(network, rows), network->getIterator());
        rest %= rows;
      }
      symbols.erase(network);
    }
  }
};

} // namespace

} // namespace nascent::nn
