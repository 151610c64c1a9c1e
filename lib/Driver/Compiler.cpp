//===- Compiler.cpp - A module on its way through the stages --------------===//
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
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/OpenMP/OpenMPToLLVMIRTranslation.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

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

FailureOr<Stage> Compiler::getStage() {
  if (reached)
    return *reached;
  FailureOr<Stage> found = findStage(module);
  if (succeeded(found))
    reached = *found;
  return found;
}

LogicalResult Compiler::runPasses(Stage last) {
  if (last <= *reached)
    return success();
  PassManager passes(module.getContext());
  // Each pass is tested with verification after it; users would wait for that
  // as long as for the passes.
  passes.enableVerifier(false);
  if (timing) {
    if (failed(applyPassManagerCLOptions(passes)))
      return failure();
    passes.enableTiming(*timing);
  }
  buildPipeline(passes, options, *reached, last);
  reached = last;
  // What users state contradicts itself up to here, if it does.
  return failure(failed(passes.run(module)) ||
                 (last <= Stage::Layout && failed(verify(module))));
}

LogicalResult Compiler::run(Stage last) {
  FailureOr<Stage> first = getStage();
  if (failed(first))
    return failure();
  if (*first > last)
    return module.emitError()
           << "the file is at stage '" << stageName(*first)
           << "', which is later than '" << stageName(last)
           << "'; give a file of that stage, or an earlier one";
  // What is decided already is as the module says.
  if (*first >= Stage::Linalg)
    options.threads = getThreads(module);
  if (failed(runPasses(std::min(last, Stage::Inferred))))
    return failure();
  if (last < Stage::Layout)
    return success();
  if (*first < Stage::Layout &&
      failed(verifyShapesKnown(module, options.parameterFiles)))
    return failure();
  if (failed(runPasses(Stage::Layout)) ||
      (weights.empty() &&
       failed(packWeights(module, options.parameterFiles, weights))))
    return failure();
  return runPasses(last);
}

std::string Compiler::getModelHash() {
  auto hash = module->getAttrOfType<StringAttr>(nn::kModelAttrName);
  return hash ? hash.str() : "";
}

std::vector<NetworkInterface> Compiler::getInterfaces() {
  std::vector<NetworkInterface> interfaces = nascent::getInterfaces(module);
  for (NetworkInterface &interface : interfaces)
    interface.weights = weights.lookup(interface.name);
  return interfaces;
}

} // namespace nascent
