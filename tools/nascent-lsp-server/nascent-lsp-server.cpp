//===- nascent-lsp-server.cpp - Editor support for .mlir files ------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<nascent::nn::NNDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
