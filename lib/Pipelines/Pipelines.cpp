//===- Pipelines.cpp - Named pipelines ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Pipelines/Pipelines.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Kernels/Passes.h"
#include "nascent/Lowering/Passes.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Program/Passes.h"
#include "nascent/Target/Passes.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

void buildBindAndInferPipeline(OpPassManager &passes,
                               const BindAndInferOptions &options) {
  passes.addPass(nn::createNNInlineBlocks());
  nn::NNMaterializeParametersOptions materialize;
  materialize.init.assign(options.init.begin(), options.init.end());
  materialize.profile = options.profile;
  passes.addPass(nn::createNNMaterializeParameters(materialize));
  nn::NNBindOptions bind;
  bind.bindings.assign(options.bindings.begin(), options.bindings.end());
  passes.addPass(nn::createNNBind(bind));
  passes.addPass(nn::createNNInferShapes());
  passes.addPass(nn::createNNNameSizes());
  // Private networks that nothing uses need no binding.
  passes.addPass(createSymbolDCEPass());
  passes.addPass(nn::createNNVerifyResolved());
}

void buildLayoutPipeline(OpPassManager &passes,
                         parameters::WeightType weights) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(nn::createNNAssignOrders());
  passes.addPass(parameters::createNNAssignLayouts({weights}));
}

void buildLowerToKernelsPipeline(OpPassManager &passes,
                                 const program::WalkBatchOptions &walk) {
  passes.addPass(nn::createConvertNNToLinalg());
  passes.addPass(kernels::createPlaceHalos());
  passes.addPass(kernels::createFormKernels());
  passes.addPass(program::createWalkBatch(walk));
  passes.addPass(program::createAssignBuffers());
  passes.addPass(kernels::createOutlineKernels());
}

void buildLinalgPipeline(OpPassManager &passes, Threads threads, bool remarks,
                         ArrayRef<std::string> without) {
  parameters::NNLowerInitOptions init;
  init.remarks = remarks;
  passes.addPass(parameters::createNNLowerInit(init));
  passes.addPass(parameters::createNNLowerAccess());
  if (!without.empty()) {
    OmitFunctionsOptions omit;
    omit.functions.assign(without.begin(), without.end());
    passes.addPass(createOmitFunctions(omit));
    passes.addPass(createSymbolDCEPass());
  }
  program::WalkBatchOptions walk;
  walk.remarks = remarks;
  // Threads share the rows of a layer, and wait for one another after each.
  if (threads != Threads::None)
    walk.blockRows = 0;
  buildLowerToKernelsPipeline(passes, walk);
  passes.addPass(kernels::createPadRows());
  passes.addPass(func::createDuplicateFunctionEliminationPass());
}

void buildKernelPipeline(OpPassManager &passes,
                         const kernels::VectorizeKernelsOptions &kernels,
                         Threads threads) {
  if (threads != Threads::None)
    passes.addPass(kernels::createSplitKernels());
  passes.addPass(kernels::createVectorizeKernels(kernels));
  passes.addPass(program::createPlanBuffers());
  passes.addPass(program::createEmitEntryPoints());
  if (threads != Threads::None)
    passes.addPass(program::createEmitSteps());
  if (threads == Threads::OpenMP) {
    program::ParallelizeForwardOptions parallelize;
    parallelize.remarks = kernels.remarks;
    passes.addPass(program::createParallelizeForward(parallelize));
  }
  passes.addPass(kernels::createFlattenKernels());
  passes.addPass(kernels::createShareKernels());
}

void buildLLVMPipeline(OpPassManager &passes) {
  passes.addPass(lowering::createExpandMath());
  passes.addPass(createCSEPass());
  // Whenever the canonicaliser changes an operation, it looks again at those
  // around it, and at all that they hold to see whether they are dead. A loop
  // of a thousand draws is long: that is only linear without loops.
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(lowering::createConvertToLLVM());
  passes.addPass(lowering::createFinalizeLLVM());
}

void buildLowerToLLVMPipeline(OpPassManager &passes,
                              const LowerToLLVMPipelineOptions &options) {
  NNSetTargetOptions target;
  target.triple = options.triple;
  target.cpu = options.cpu;
  target.features = options.features;
  passes.addPass(createNNSetTarget(target));
  buildLayoutPipeline(passes, options.weights);
  std::vector<std::string> without(options.without.begin(),
                                   options.without.end());
  buildLinalgPipeline(passes, options.threads, /*remarks=*/false, without);
  kernels::VectorizeKernelsOptions kernels;
  kernels.strict = options.strict;
  buildKernelPipeline(passes, kernels, options.threads);
  buildLLVMPipeline(passes);
}

std::string describePipelines() {
  std::string text;
  auto describe = [&](StringRef name, OpPassManager &passes,
                      const llvm::StringSet<> &withThreads) {
    text += fmt::format("  --{}\n", name.str());
    for (Pass &pass : passes.getPasses())
      text += fmt::format(
          "    --{:<34} - {}{}\n", pass.getArgument().str(),
          pass.getDescription().str(),
          withThreads.contains(pass.getArgument()) ? " (with threads)" : "");
  };
  OpPassManager infer(ModuleOp::getOperationName());
  buildBindAndInferPipeline(infer, BindAndInferOptions());
  describe("nascent-bind-and-infer", infer, {});

  OpPassManager kernels(ModuleOp::getOperationName());
  buildLowerToKernelsPipeline(kernels, {});
  describe("nascent-lower-to-kernels", kernels, {});

  OpPassManager lower(ModuleOp::getOperationName()), byDefault(lower);
  LowerToLLVMPipelineOptions options;
  buildLowerToLLVMPipeline(byDefault, options);
  options.threads = Threads::OpenMP;
  buildLowerToLLVMPipeline(lower, options);
  llvm::StringSet<> withThreads;
  for (Pass &pass : lower.getPasses())
    withThreads.insert(pass.getArgument());
  for (Pass &pass : byDefault.getPasses())
    withThreads.erase(pass.getArgument());
  describe("nascent-lower-to-llvm", lower, withThreads);
  return text;
}

void registerNascentPasses() {
  nn::registerNNTransformsPasses();
  nn::registerNNToLinalgPasses();
  parameters::registerNascentParametersPasses();
  kernels::registerNascentKernelsPasses();
  program::registerNascentProgramPasses();
  lowering::registerNascentLoweringPasses();
  registerNascentTargetPasses();
  PassPipelineRegistration<BindAndInferOptions>(
      "nascent-bind-and-infer",
      "Resolve every dimension of the networks: materialise parameters, bind "
      "inputs, infer shapes, verify",
      buildBindAndInferPipeline);
  PassPipelineRegistration<LowerToKernelsPipelineOptions>(
      "nascent-lower-to-kernels",
      "Lower networks with layouts to functions of kernels: a part of "
      "nascent-lower-to-llvm",
      [](OpPassManager &passes, const LowerToKernelsPipelineOptions &options) {
        program::WalkBatchOptions walk;
        walk.blockRows = options.blockRows;
        walk.remarks = options.remarks;
        buildLowerToKernelsPipeline(passes, walk);
      });
  PassPipelineRegistration<LowerToLLVMPipelineOptions>(
      "nascent-lower-to-llvm",
      "Lower resolved networks to the LLVM dialect: layouts, initialisation, "
      "access, forward",
      buildLowerToLLVMPipeline);
}

} // namespace nascent
