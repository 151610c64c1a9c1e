//===- SummaryTest.h - Listings of networks in tests ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TEST_UNIT_LISTINGS_SUMMARYTEST_H
#define NASCENT_TEST_UNIT_LISTINGS_SUMMARYTEST_H

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Listings/Summary.h"
#include "gtest/gtest.h"

namespace nascent {

/// The network of the book's first chapter on parameters.
inline constexpr char kBook[] = R"(
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}
)";

class SummaryTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  std::vector<std::string> messages;
  mlir::ScopedDiagnosticHandler handler{&context,
                                        [this](mlir::Diagnostic &diagnostic) {
                                          messages.push_back(diagnostic.str());
                                          return llvm::success();
                                        }};

  void SetUp() override { context.loadDialect<nn::NNDialect>(); }

  /// The module of `source` after materialisation, and, where `bindings` are
  /// given, after inference.
  mlir::OwningOpRef<mlir::ModuleOp>
  resolve(llvm::StringRef source, llvm::ArrayRef<std::string> bindings) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    if (!module)
      return module;
    mlir::PassManager passes(&context);
    passes.addPass(nn::createNNMaterializeParameters());
    if (!bindings.empty()) {
      nn::NNBindOptions options;
      options.bindings.assign(bindings.begin(), bindings.end());
      passes.addPass(nn::createNNBind(options));
      passes.addPass(nn::createNNInferShapes());
    }
    if (llvm::failed(passes.run(*module)))
      return nullptr;
    return module;
  }

  std::string summary(nn::NamingScheme scheme, llvm::StringRef source,
                      llvm::ArrayRef<std::string> bindings = {}) {
    mlir::OwningOpRef<mlir::ModuleOp> module = resolve(source, bindings);
    if (!module)
      return "invalid module";
    std::string text;
    llvm::raw_string_ostream os(text);
    SummaryOptions options;
    options.scheme = scheme;
    if (llvm::failed(printSummary(*module, options, os)))
      return text + "failed";
    return text;
  }
};

} // namespace nascent

#endif // NASCENT_TEST_UNIT_LISTINGS_SUMMARYTEST_H
