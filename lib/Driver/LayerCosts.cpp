//===- LayerCosts.cpp - What a forward pass computes ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerCosts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent {

int64_t ForwardCost::getMultiplyAdds() const {
  int64_t sum = 0;
  for (const LayerCost &launch : launches)
    sum += launch.multiplyAdds;
  return sum;
}

void nameLocations(ModuleOp module) {
  module.walk([](nn::LayerOpInterface layer) {
    layer->setLoc(NameLoc::get(layer.getLayerName(), layer->getLoc()));
  });
}

/// Whether the op sums up products of its operands.
static bool isSumOfProducts(linalg::LinalgOp op) {
  return op.getNumReductionLoops() != 0 &&
         linalg::detail::isContractionBody(
             *op.getBlock(), [](Operation *multiply, Operation *add) {
               return isa<arith::MulFOp>(multiply) && isa<arith::AddFOp>(add);
             });
}

static int64_t countMultiplyAdds(func::FuncOp kernel) {
  int64_t sum = 0;
  kernel.walk([&](linalg::LinalgOp op) {
    if (isSumOfProducts(op))
      sum += ShapedType::getNumElements(op.getStaticLoopRanges());
  });
  return sum;
}

/// What a launch is called.
static std::string nameOf(func::CallOp call) {
  if (auto name = dyn_cast<NameLoc>(call.getLoc()))
    return name.getName().str();
  return call.getCallee().split('.').second.str();
}

static ForwardCost count(func::FuncOp forward, SymbolTable &symbols) {
  ForwardCost cost;
  if (auto rows = forward->getAttrOfType<IntegerAttr>(nn::kRowsAttrName))
    cost.rows = rows.getInt();
  for (auto call : forward.front().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    cost.launches.push_back(
        {nameOf(call), kernel ? countMultiplyAdds(kernel) : 0});
  }
  return cost;
}

ForwardCost countForward(ModuleOp module, StringRef network, StringRef entry) {
  SymbolTable symbols(module);
  for (auto function : module.getOps<func::FuncOp>()) {
    auto name = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    if (function->hasAttr(nn::kParameterBytesAttrName) && name &&
        name.getValue() == network && (label ? label.getValue() : "") == entry)
      return count(function, symbols);
  }
  return {};
}

} // namespace nascent
