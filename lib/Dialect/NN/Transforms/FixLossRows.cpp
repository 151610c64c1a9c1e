//===- FixLossRows.cpp - Losses of an open batch, some rows at a time -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loss is a sum over rows, and so is each gradient: a batch of any size goes
// through networks of fixed numbers of rows, one after the other. What they
// need of scratch does not grow with the batch.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/SymbolTable.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNFIXLOSSROWS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// Enough that weights are read rarely; then what is left takes few calls.
constexpr int64_t kLossRows[] = {64, 16, 4, 1};

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
      return layer.emitOpError()
             << quotedName(layer)
             << " is trained by statistics of the whole batch, so that the "
                "batch cannot stay open; bind it";
  return success();
}

struct FixLossRows : impl::NNFixLossRowsBase<FixLossRows> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      if (!network->hasAttr(kTrainingAttrName) || !hasOpenBatch(network))
        continue;
      if (failed(verifyRows(network)))
        return signalPassFailure();
      for (int64_t rows : kLossRows)
        symbols.insert(createForRows(network, rows), network->getIterator());
      symbols.erase(network);
    }
  }
};

} // namespace

} // namespace nascent::nn
