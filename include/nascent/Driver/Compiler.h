//===- Compiler.h - A module on its way through the stages ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_COMPILER_H
#define NASCENT_DRIVER_COMPILER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/Timing.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Driver/Weights.h"
#include "nascent/Pipelines/Pipelines.h"
#include <string>
#include <vector>

namespace nascent {

/// Registers what compiling needs, and no more, so that starting is fast.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// What a user says beside the networks.
struct CompilerOptions : PipelineOptions {
  std::vector<ParameterFile> parameterFiles = {};
};

/// Takes one module through the stages, from the one that it is at.
class Compiler {
public:
  /// With `timing`, which is told what passes take, MLIR's options apply.
  Compiler(mlir::ModuleOp module, CompilerOptions options,
           mlir::TimingScope *timing = nullptr)
      : module(module), options(std::move(options)), timing(timing) {}

  /// The stage that the module is at. Fails after an error if it is at none.
  llvm::FailureOr<Stage> getStage();

  const CompilerOptions &getOptions() const { return options; }

  /// Runs all stages up to `stage`. Fails after an error, also if the module is
  /// beyond it.
  llvm::LogicalResult run(Stage stage);

  /// The SHA-256, in hexadecimal, of the networks as text, known from
  /// `Stage::Layout` on. It depends on what has been bound and registered,
  /// and not on the bindings' own words, such as paths.
  std::string getModelHash();

  /// The C interfaces of the networks, known from `Stage::Linalg` on, with the
  /// weights to embed; the scratch sizes from `Stage::LLVM` on.
  std::vector<NetworkInterface> getInterfaces();

private:
  llvm::LogicalResult runPasses(Stage last);

  mlir::ModuleOp module;
  CompilerOptions options;
  mlir::TimingScope *timing;
  std::optional<Stage> reached;
  PackedWeights weights;
};

} // namespace nascent

#endif // NASCENT_DRIVER_COMPILER_H
