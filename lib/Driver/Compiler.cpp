//===- Compiler.cpp - The compiler's stages -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Compiler.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/OpenMP/OpenMPToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;

namespace nascent {

void registerCompilerDialects(DialectRegistry &registry) {
  registry.insert<nn::NNDialect, LLVM::LLVMDialect, arith::ArithDialect,
                  bufferization::BufferizationDialect, cf::ControlFlowDialect,
                  func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                  memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect,
                  vector::VectorDialect>();
  nn::registerLinalgLoweringModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerOpenMPDialectTranslation(registry);
}

LogicalResult Compiler::verifyNetworksOnly() {
  bool hasPublicNetwork = false;
  for (Operation &op : module.getOps()) {
    if (auto network = dyn_cast<nn::SequentialOp>(op))
      hasPublicNetwork |= network.isPublic();
    if (!isa<nn::SequentialOp, nn::ParameterOp, nn::InitializerOp>(op))
      return op.emitOpError("is not a network; only nn.sequential, "
                            "nn.parameter and nn.initializer can be compiled");
  }
  if (!hasPublicNetwork)
    return module.emitError("the file has no network to compile; write an "
                            "nn.sequential that is not private");
  return success();
}

/// The SHA-256 of what `--compile-to=inferred` writes, without the words of
/// bindings.
static std::string hashNetworks(ModuleOp module) {
  OwningOpRef<ModuleOp> copy(module.clone());
  for (auto network : copy->getOps<nn::SequentialOp>())
    network.removeArgAttr(0, nn::NNDialect::kBindingAttrName);
  std::string text;
  llvm::raw_string_ostream(text) << *copy << "\n";
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)),
                     /*LowerCase=*/true);
}

LogicalResult Compiler::runStage(Stage stage, llvm::TargetMachine *machine) {
  PassManager passes(module.getContext());
  // Lowering is tested with verification after every pass; users would wait
  // for it as long as for the lowering itself.
  passes.enableVerifier(stage < Stage::Linalg);
  switch (stage) {
  case Stage::Authored:
    return verifyNetworksOnly();
  case Stage::Materialized: {
    passes.addPass(nn::createNNInlineBlocks());
    nn::NNMaterializeParametersOptions materialize;
    materialize.init.assign(options.init.rules.begin(),
                            options.init.rules.end());
    materialize.profile = options.init.profile;
    passes.addPass(nn::createNNMaterializeParameters(materialize));
    break;
  }
  case Stage::Bound: {
    nn::NNBindOptions bind;
    bind.bindings.assign(options.bindings.begin(), options.bindings.end());
    passes.addPass(nn::createNNBind(bind));
    break;
  }
  case Stage::Inferred:
    passes.addPass(nn::createNNInferShapes());
    passes.addPass(nn::createNNNameSizes());
    break;
  case Stage::Layout:
    if (failed(verifyShapesKnown(module, options.parameterFiles)))
      return failure();
    if (failed(setTarget(module, *machine)))
      return failure();
    passes.addPass(createSymbolDCEPass());
    passes.addPass(nn::createNNVerifyResolved());
    buildLayoutPipeline(passes, options.weights);
    break;
  case Stage::Linalg:
    buildLinalgPipeline(passes, options.threads, options.remarks,
                        options.without);
    break;
  case Stage::LLVM: {
    // Scratch is planned on the way, and gone from the IR at the end.
    PassManager planning(module.getContext());
    planning.enableVerifier(false);
    kernels::VectorizeKernelsOptions kernels;
    kernels.remarks = options.remarks;
    kernels.strict = options.numerics == Numerics::Strict;
    buildKernelPipeline(planning, kernels, options.threads);
    if (failed(planning.run(module)))
      return failure();
    addPlan(module, interfaces);
    buildLLVMPipeline(passes);
    break;
  }
  }
  if (failed(passes.run(module)))
    return failure();
  if (stage == Stage::Inferred)
    modelHash = hashNetworks(module);
  if (stage != Stage::Layout)
    return success();
  FailureOr<std::vector<NetworkInterface>> collected = collectInterfaces(
      module, options.threads != Threads::None, options.without);
  if (failed(collected))
    return failure();
  interfaces = std::move(*collected);
  return packWeights(module, options.parameterFiles,
                     machine->createDataLayout().isBigEndian(), interfaces);
}

LogicalResult Compiler::run(Stage last, llvm::TargetMachine *machine) {
  for (int stage = 0; stage <= static_cast<int>(last); ++stage)
    if (failed(runStage(static_cast<Stage>(stage), machine)))
      return failure();
  return success();
}

} // namespace nascent
