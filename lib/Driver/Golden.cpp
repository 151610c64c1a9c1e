//===- Golden.cpp - What a self test expects ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Golden.h"
#include "CommandLine.h"
#include "nascent/CInterface/SelfTest.h"
#include "nascent/Execution/LoadedNetwork.h"

using namespace mlir;

namespace nascent {

/// The samples of a network's outputs, as its self test leaves them.
static ArrayAttr readOutputs(const NetworkInterface &network,
                             const AlignedBuffer &workspace, Builder &b) {
  SmallVector<Attribute> outputs;
  for (const SelfTestEntry &entry : SelfTestWorkspace::of(network).entries)
    for (const SelfTestBuffer &output : entry.outputs) {
      SmallVector<float> samples;
      for (int64_t i = 0; i < output.getSampleCount(); ++i)
        samples.push_back(
            workspace.floats()[output.offset / 4 + output.getSample(i)]);
      auto type =
          RankedTensorType::get(output.getSampleCount(), b.getF32Type());
      outputs.push_back(DenseElementsAttr::get(type, ArrayRef<float>(samples)));
    }
  return b.getArrayAttr(outputs);
}

/// Runs the self test of one network, which has nothing to compare with yet.
static llvm::Expected<ArrayAttr> compute(ModuleOp lowered,
                                         const NetworkInterface &network,
                                         const Optimization &optimization) {
  // Loading changes the module.
  OwningOpRef<ModuleOp> copy(lowered.clone());
  bool hasWeights = network.weights != nullptr;
  auto loaded = LoadedNetwork::load(*copy, network, optimization);
  if (!loaded)
    return loaded.takeError();
  if (!hasWeights)
    if (llvm::Error error = (*loaded)->init(/*seed=*/0))
      return {std::move(error)};
  auto workspace = (*loaded)->runSelfTest();
  if (!workspace)
    return workspace.takeError();
  Builder b(lowered.getContext());
  return readOutputs(network, *workspace, b);
}

LogicalResult addGolden(ModuleOp module, const CompilerOptions &options,
                        const Optimization &optimization) {
  MLIRContext *context = module.getContext();
  CompilerOptions strict = options;
  strict.init.clear();
  strict.bindings.clear();
  strict.without.clear();
  strict.target = {};
  strict.threads = nn::Threads::None;
  strict.train = false;
  strict.optimizers.clear();
  strict.strict = true;
  strict.remarks = false;
  OwningOpRef<ModuleOp> copy(module.clone());
  (*copy)->setAttr(kGoldenAttrName, DictionaryAttr::get(context));
  Compiler compiler(*copy, std::move(strict));
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  SmallVector<NamedAttribute> golden;
  for (const NetworkInterface &network : compiler.getInterfaces()) {
    auto outputs = compute(*copy, network, optimization);
    if (!outputs)
      return reportError(outputs.takeError(), "nascent-compile");
    golden.emplace_back(StringAttr::get(context, network.name), *outputs);
  }
  module->setAttr(kGoldenAttrName, DictionaryAttr::get(context, golden));
  return success();
}

} // namespace nascent
