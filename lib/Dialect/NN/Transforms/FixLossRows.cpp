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
  StringRef base = network.getSymName();
  base.consume_back(".loss");
  copy.setSymName((base + ".rows_" + Twine(rows) + ".loss").str());
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

struct FixLossRows : impl::NNFixLossRowsBase<FixLossRows> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      if (!network->hasAttr(kTrainingAttrName) || !hasOpenBatch(network))
        continue;
      for (int64_t rows : kLossRows)
        symbols.insert(createForRows(network, rows), network->getIterator());
      symbols.erase(network);
    }
  }
};

} // namespace

} // namespace nascent::nn
