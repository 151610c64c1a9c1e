//===- nascent-lsp-server.cpp - Editor support for .mlir files ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Support/HugePages.h"
#include "nascent/Support/StandardOutput.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

int main(int argc, char **argv) {
  nascent::preferHugePages();
  nascent::reportLostOutput();
  // Those that come with LLVM's libraries; the server's are registered later.
  llvm::cl::HideUnrelatedOptions(llvm::getColorCategory());
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<nascent::nn::NNDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
