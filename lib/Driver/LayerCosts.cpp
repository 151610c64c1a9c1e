//===- LayerCosts.cpp - What a forward pass computes ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerCosts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent {

void nameLocations(ModuleOp module) {
  module.walk([](nn::LayerOpInterface layer) {
    layer->setLoc(NameLoc::get(layer.getLayerName(), layer->getLoc()));
  });
}

static int64_t countMultiplyAdds(func::FuncOp kernel) {
  int64_t sum = 0;
  kernel.walk([&](linalg::LinalgOp op) {
    if (op.getNumReductionLoops() != 0 && kernels::isSumOfProducts(op))
      sum += ShapedType::getNumElements(op.getStaticLoopRanges());
  });
  // Each step multiplies the whole weight by a state.
  kernel.walk([&](nn::RecurrenceOp op) {
    ArrayRef<int64_t> steps = op.getBatchAndLength();
    sum += steps[0] * steps[1] * op.getWeight().getType().getNumElements();
  });
  return sum;
}

/// What a launch is called.
static std::string nameOf(func::CallOp call) {
  if (auto name = dyn_cast<NameLoc>(call.getLoc()))
    return name.getName().str();
  return call.getCallee().split('.').second.str();
}

/// Adds what a function computes.
static void count(func::FuncOp forward, SymbolTable &symbols,
                  std::vector<LayerCost> &costs) {
  std::optional<int64_t> rows;
  if (auto attribute = forward->getAttrOfType<IntegerAttr>(nn::kRowsAttrName))
    rows = attribute.getInt();
  for (auto call : forward.front().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    costs.push_back(
        {nameOf(call), kernel ? countMultiplyAdds(kernel) : 0, rows});
  }
}

std::vector<LayerCost> countForward(ModuleOp module, StringRef network,
                                    StringRef entry) {
  SymbolTable symbols(module);
  std::vector<LayerCost> costs;
  // Of functions for different numbers of rows, one tells of all.
  llvm::SmallDenseSet<int64_t> segments;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto name = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    auto segment = function->getAttrOfType<IntegerAttr>(nn::kSegmentAttrName);
    if (function->hasAttr(nn::kParameterBytesAttrName) && name &&
        name.getValue() == network &&
        (label ? label.getValue() : "") == entry &&
        segments.insert(segment ? segment.getInt() : 0).second)
      count(function, symbols, costs);
  }
  return costs;
}

} // namespace nascent
