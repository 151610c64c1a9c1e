//===- Stages.cpp - At which stage a module is ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Pipelines/Pipelines.h"

using namespace mlir;

namespace nascent {

StringRef stageName(Stage stage) {
  static constexpr StringRef names[] = {"authored", "materialized", "bound",
                                        "inferred", "layout",       "linalg",
                                        "llvm"};
  return names[static_cast<int>(stage)];
}

static LogicalResult verifyNetworksOnly(ModuleOp module) {
  bool hasPublicNetwork = false;
  for (Operation &op : module.getOps()) {
    if (auto network = dyn_cast<nn::SequentialOp>(op))
      hasPublicNetwork |= network.isPublic();
    if (!isa<nn::SequentialOp, nn::ParameterOp, nn::InitializerOp>(op))
      return op.emitOpError()
             << "is not a network; only nn.sequential, nn.parameter and "
                "nn.initializer can be compiled, or what "
                "'nascent-compile --compile-to' writes, with its '"
             << nn::kInterfacesAttrName << "'";
  }
  if (!hasPublicNetwork)
    return module.emitError("the file has no network to compile; write an "
                            "nn.sequential that is not private");
  return success();
}

FailureOr<Stage> findStage(ModuleOp module) {
  bool isLowered = module->hasAttr(nn::kInterfacesAttrName);
  if (!isLowered && failed(verifyNetworksOnly(module)))
    return failure();
  if (!isLowered)
    return module->hasAttr(nn::kModelAttrName) ? Stage::Layout
                                               : Stage::Authored;
  for (auto network : module.getOps<nn::SequentialOp>())
    return network.emitOpError()
           << "is a network in a module whose '" << nn::kInterfacesAttrName
           << "' says that networks are lowered";
  bool isLLVM = llvm::all_of(module.getOps(), [](Operation &op) {
    return isa<LLVM::LLVMDialect>(op.getDialect());
  });
  return isLLVM ? Stage::LLVM : Stage::Linalg;
}

} // namespace nascent
