//===- CompleteInterface.cpp - What planning found ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/CInterface/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent {

#define GEN_PASS_DEF_COMPLETEINTERFACE
#include "nascent/CInterface/Passes.h.inc"

namespace {

struct CompleteInterfacePass
    : impl::CompleteInterfaceBase<CompleteInterfacePass> {
  void runOnOperation() override {
    std::vector<NetworkInterface> interfaces = getInterfaces(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      completeState(interfaces, function);
      if (EntryInterface *entry = find(interfaces, function))
        complete(*entry, function);
    }
    if (!interfaces.empty())
      setInterfaces(getOperation(), interfaces);
  }

  static void completeState(std::vector<NetworkInterface> &interfaces,
                            func::FuncOp function) {
    auto bytes = function->getAttrOfType<IntegerAttr>(nn::kStateBytesAttrName);
    auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    for (NetworkInterface &interface : interfaces)
      if (bytes && network && interface.name == network.getValue())
        interface.stateBytes = bytes.getInt();
  }

  /// The entry that a forward function computes, or a part of.
  EntryInterface *find(std::vector<NetworkInterface> &interfaces,
                       func::FuncOp function) {
    auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
    auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
    if (!network || !function->hasAttr(nn::kScratchBytesAttrName))
      return nullptr;
    for (NetworkInterface &interface : interfaces)
      for (EntryInterface &entry : interface.entries)
        if (interface.name == network.getValue() &&
            entry.label == (label ? label.getValue() : ""))
          return &entry;
    return nullptr;
  }

  void complete(EntryInterface &entry, func::FuncOp function) {
    auto numberOf = [&](StringRef name) {
      auto number = function->getAttrOfType<IntegerAttr>(name);
      return number ? number.getInt() : 0;
    };
    if (auto kind =
            function->getAttrOfType<StringAttr>(nn::kTrainingAttrName)) {
      entry.trainingScratchBytes = std::max(
          entry.trainingScratchBytes, numberOf(nn::kScratchBytesAttrName));
      // Those that functions of the table call have steps, too.
      if (kind.getValue() == "entry")
        entry.trainingSteps =
            std::max(entry.trainingSteps, numberOf(nn::kStepsAttrName));
      entry.isTrainedInParallel |= function->hasAttr(nn::kParallelAttrName);
      if (auto blocks =
              function->getAttrOfType<DenseI64ArrayAttr>(kBlocksAttrName))
        entry.blocks = blocks.asArrayRef().vec();
      return;
    }
    // An entry of several functions calls them one after the other. C has no
    // arrays without elements: no size is 0.
    entry.scratchBytes =
        std::max({entry.scratchBytes, numberOf(nn::kScratchBytesAttrName),
                  nn::kBufferAlignment});
    entry.steps = numberOf(nn::kStepsAttrName);
    entry.isParallel = function->hasAttr(nn::kParallelAttrName);
  }
};

} // namespace

} // namespace nascent
