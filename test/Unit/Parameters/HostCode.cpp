//===- HostCode.cpp - Emitted functions, compiled and run -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostCode.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;

namespace nascent::parameters {

HostCode::HostCode() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  context.appendDialectRegistry(registry);
  context
      .loadDialect<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                   scf::SCFDialect, math::MathDialect, vector::VectorDialect>();
  module = ModuleOp::create(UnknownLoc::get(&context));
}

HostCode::~HostCode() = default;

void HostCode::compile() {
  PassManager passes(&context);
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  if (failed(verify(*module)) || failed(passes.run(*module)))
    return;
  auto created = ExecutionEngine::create(*module);
  if (created)
    engine = std::move(*created);
  else
    llvm::consumeError(created.takeError());
}

void HostCode::run(llvm::StringRef name, void *in, void *out) {
  llvm::Error error = engine->invoke(name, in, out);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
}

} // namespace nascent::parameters
