//===- Pipelines.cpp - The order of passes --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Pipelines/Pipelines.h"
#include "Stages.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "nascent/CInterface/Passes.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Gradients/Passes.h"
#include "nascent/Kernels/Passes.h"
#include "nascent/Lowering/Passes.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Program/Passes.h"
#include "nascent/Target/Passes.h"

using namespace mlir;

namespace nascent {

/// The options of a pass are lists of its own kind.
template <typename List>
static void assign(List &list, ArrayRef<std::string> values) {
  list.assign(values.begin(), values.end());
}

static void addMaterialized(OpPassManager &passes,
                            const PipelineOptions &options) {
  passes.addPass(nn::createNNInlineBlocks());
  nn::NNMaterializeParametersOptions materialize;
  assign(materialize.init, options.init);
  materialize.profile = options.profile;
  passes.addPass(nn::createNNMaterializeParameters(materialize));
}

static void addBound(OpPassManager &passes, const PipelineOptions &options) {
  nn::NNBindOptions bind;
  assign(bind.bindings, options.bindings);
  passes.addPass(nn::createNNBind(bind));
}

void addContract(OpPassManager &passes) {
  // Private networks that nothing uses need no binding.
  passes.addPass(createSymbolDCEPass());
  passes.addPass(nn::createNNVerifyResolved());
}

static void addLayout(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createRecordModel());
  addContract(passes);
  passes.addPass(createNNSetTarget(
      {options.target.triple, options.target.cpu, options.target.features}));
  if (!options.rates.empty()) {
    parameters::NNSetRatesOptions rates;
    assign(rates.rates, options.rates);
    passes.addPass(parameters::createNNSetRates(rates));
  }
  // Before layers go that only training gives something to do.
  if (options.train) {
    passes.addPass(nn::createNNAddLoss({options.loss}));
    // Threads share all rows of a batch.
    passes.addPass(
        nn::createNNFixLossRows({options.threads != nn::Threads::None}));
    passes.addPass(nn::createNNInferShapes());
  }
  passes.addPass(createCanonicalizerPass());
  passes.addPass(nn::createNNAssignOrders({options.channelsLast}));
  passes.addPass(parameters::createNNAssignLayouts({options.weights}));
}

void addKernelFunctions(OpPassManager &passes,
                        const program::WalkBatchOptions &walk) {
  passes.addPass(nn::createConvertNNToLinalg());
  passes.addPass(gradients::createBuildGradients());
  passes.addPass(program::createKeepStates());
  passes.addPass(program::createLowerOpenNetworks());
  passes.addPass(kernels::createPlaceHalos());
  passes.addPass(kernels::createFormKernels());
  passes.addPass(kernels::createOrderKernels());
  passes.addPass(program::createWalkBatch(walk));
  passes.addPass(program::createAssignBuffers());
  passes.addPass(kernels::createOutlineKernels());
}

static void addLinalg(OpPassManager &passes, const PipelineOptions &options) {
  DeclareInterfaceOptions declare;
  assign(declare.without, options.without);
  assign(declare.optimizers, options.optimizers);
  declare.threads = options.threads;
  declare.stream = options.stream;
  declare.trainSgd = options.trainSgd;
  passes.addPass(createDeclareInterface(declare));
  parameters::NNLowerInitOptions init;
  init.remarks = options.remarks;
  passes.addPass(parameters::createNNLowerInit(init));
  passes.addPass(parameters::createNNLowerAccess());
  if (!options.optimizers.empty()) {
    parameters::NNLowerOptimizersOptions optimizers;
    assign(optimizers.noDecay, options.noDecay);
    passes.addPass(parameters::createNNLowerOptimizers(optimizers));
  }
  if (!options.without.empty()) {
    passes.addPass(createOmitFunctions());
    passes.addPass(createSymbolDCEPass());
  }
  program::WalkBatchOptions walk;
  walk.remarks = options.remarks;
  // Threads share the rows of a layer, and wait for one another after each.
  if (options.threads != nn::Threads::None)
    walk.blockRows = 0;
  addKernelFunctions(passes, walk);
  passes.addPass(kernels::createPadRows());
  passes.addPass(func::createDuplicateFunctionEliminationPass());
}

static void addLLVM(OpPassManager &passes, const PipelineOptions &options) {
  if (options.threads != nn::Threads::None)
    passes.addPass(kernels::createSplitKernels());
  kernels::VectorizeKernelsOptions kernels;
  kernels.remarks = options.remarks;
  kernels.strict = options.strict;
  passes.addPass(kernels::createVectorizeKernels(kernels));
  passes.addPass(kernels::createVectorizeOpenKernels({options.strict}));
  passes.addPass(program::createPlanBuffers());
  passes.addPass(program::createEmitEntryPoints());
  passes.addPass(program::createEmitTraining());
  passes.addPass(program::createEmitBackward());
  passes.addPass(program::createEmitReset());
  if (options.threads != nn::Threads::None)
    passes.addPass(program::createEmitSteps());
  if (options.threads == nn::Threads::OpenMP) {
    program::ParallelizeForwardOptions parallelize;
    parallelize.remarks = options.remarks;
    passes.addPass(program::createParallelizeForward(parallelize));
  }
  passes.addPass(createCompleteInterface());
  passes.addPass(program::createEmitSelfTest({options.strict}));
  passes.addPass(kernels::createFlattenKernels());
  passes.addPass(kernels::createShareKernels());
  buildLLVMPipeline(passes);
}

void buildLLVMPipeline(OpPassManager &passes) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(lowering::createExpandMath());
  functions.addPass(createCSEPass());
  // Whenever the canonicaliser changes an operation, it looks again at those
  // around it, and at all that they hold to see whether they are dead. A loop
  // of a thousand draws is long: that is only linear without loops.
  functions.addPass(createSCFToControlFlowPass());
  functions.addPass(createCanonicalizerPass());
  passes.addPass(lowering::createConvertToLLVM());
  passes.addPass(lowering::createFinalizeLLVM());
}

void buildPipeline(OpPassManager &passes, const PipelineOptions &options,
                   Stage from, Stage to) {
  auto comesTo = [&](Stage stage) { return from < stage && stage <= to; };
  if (comesTo(Stage::Materialized))
    addMaterialized(passes, options);
  if (comesTo(Stage::Bound))
    addBound(passes, options);
  if (comesTo(Stage::Inferred)) {
    passes.addPass(nn::createNNInferShapes());
    passes.addPass(nn::createNNNameSizes());
  }
  if (comesTo(Stage::Layout))
    addLayout(passes, options);
  if (comesTo(Stage::Linalg))
    addLinalg(passes, options);
  if (comesTo(Stage::LLVM))
    addLLVM(passes, options);
}

} // namespace nascent
