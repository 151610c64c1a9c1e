//===- nascent-opt.cpp - Runs passes on .mlir files -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Pipelines/Pipelines.h"
#include "nascent/Support/HugePages.h"
#include "nascent/Support/StandardOutput.h"
#include "nascent/Support/Version.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

int main(int argc, char **argv) {
  nascent::preferHugePages();
  nascent::reportLostOutput();
  // Those that come with LLVM's libraries; MLIR's are registered later.
  llvm::cl::HideUnrelatedOptions(llvm::getColorCategory());
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  registry.insert<nascent::nn::NNDialect>();
  nascent::nn::registerLinalgLoweringModels(registry);
  nascent::registerNascentPasses();
  nascent::registerVersion();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv,
                        "Nascent: runs passes on .mlir files\n\n"
                        "NASCENT'S PIPELINES, and their passes in order:\n\n" +
                            nascent::describePipelines(),
                        registry));
}
