//===- NameSizes.cpp - Show which size hangs on which unknown -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After inference a type says `?` for a size that the input's decide. Whoever
// reads the IR wants to know how: here each such size becomes a formula beside
// the type. Nothing reads the attributes; a network that is bound has none.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNNAMESIZES
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether more than the batch is open.
bool isOpen(Value value, const Shape &shape) {
  auto type = cast<RankedTensorType>(value.getType());
  for (auto [index, dim] : llvm::enumerate(shape.dims))
    if (type.isDynamicDim(index) && dim.getExpr() != NetworkSizes::getBatch())
      return true;
  return false;
}

/// Whether all sizes are numbers: a layer's are where those of its inputs are.
bool isKnown(SequentialOp network) {
  auto isStatic = [](Type type) {
    return cast<RankedTensorType>(type).hasStaticShape();
  };
  return llvm::all_of(network.getArgumentTypes(), isStatic) &&
         llvm::all_of(network.getLayers(), [&](LayerOpInterface layer) {
           return llvm::all_of(layer->getResultTypes(), isStatic);
         });
}

struct NameSizes : impl::NNNameSizesBase<NameSizes> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (auto network : getOperation().getOps<SequentialOp>()) {
      forget(network);
      // What is known needs no formulas, which take time in large networks.
      if (isKnown(network))
        continue;
      FailureOr<NetworkSizes> sizes = NetworkSizes::get(network, symbols);
      if (failed(sizes))
        return signalPassFailure();
      annotate(network, *sizes);
    }
    // Nothing but people reads the formulas.
    markAllAnalysesPreserved();
  }

  /// Drops what a file states that was written before its inputs were bound.
  void forget(SequentialOp network) {
    network->removeDiscardableAttr(NNDialect::kConditionsAttrName);
    for (BlockArgument input : network.getArguments())
      network.removeArgAttr(input.getArgNumber(), NNDialect::kSizesAttrName);
    for (LayerOpInterface layer : network.getLayers())
      layer->removeDiscardableAttr(NNDialect::kSizesAttrName);
  }

  void annotate(SequentialOp network, const NetworkSizes &sizes) {
    Builder builder(&getContext());
    auto format = [&](const Shape &shape) {
      SmallVector<Attribute> texts;
      for (const Dim &dim : shape.dims)
        texts.push_back(
            builder.getStringAttr(dim.getExpr().format(SizeStyle::MLIR)));
      return builder.getArrayAttr(texts);
    };
    for (BlockArgument input : network.getArguments())
      if (const Shape &shape = sizes.getShape(input); isOpen(input, shape))
        network.setArgAttr(input.getArgNumber(), NNDialect::kSizesAttrName,
                           format(shape));
    for (LayerOpInterface layer : network.getLayers()) {
      Value result = layer->getResult(0);
      if (const Shape &shape = sizes.getShape(result); isOpen(result, shape))
        layer->setAttr(NNDialect::kSizesAttrName, format(shape));
    }
    SmallVector<Attribute> conditions;
    for (const SizeCondition &condition : sizes.getConditions())
      conditions.push_back(
          builder.getStringAttr(condition.format(SizeStyle::MLIR)));
    if (!conditions.empty())
      network->setAttr(NNDialect::kConditionsAttrName,
                       builder.getArrayAttr(conditions));
  }
};

} // namespace

} // namespace nascent::nn
