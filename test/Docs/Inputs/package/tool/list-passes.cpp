// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints the passes of a pipeline: headers, libraries and their dependencies
// are all where the package says.
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Pipelines/Pipelines.h"

int main() {
  mlir::MLIRContext context;
  context.loadDialect<nascent::nn::NNDialect>();
  mlir::PassManager passes(&context);
  nascent::buildPipeline(passes, {}, nascent::Stage::Authored,
                         nascent::Stage::Inferred);
  passes.printAsTextualPipeline(llvm::outs());
  llvm::outs() << "\n";
}
