//===- Compiler.h - The compiler's stages -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_COMPILER_H
#define NASCENT_DRIVER_COMPILER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "nascent/Dialect/NN/IR/InitProfile.h"
#include "nascent/Driver/Weights.h"
#include "nascent/Parameters/WeightType.h"
#include "nascent/Pipelines/Pipelines.h"
#include "nascent/Target/CInterface.h"
#include "nascent/Target/TargetMachine.h"
#include <string>
#include <vector>

namespace nascent {

/// Where a compilation can stop; each stage includes those before it.
enum class Stage {
  Authored,     // as parsed
  Materialized, // parameters are symbols
  Bound,        // inputs have the types given for them
  Inferred,     // everything that follows is known
  Layout,       // resolved; parameters have layouts and places
  Linalg,       // functions of linalg on tensors
  LLVM,         // the LLVM dialect
};

/// Registers what compiling needs, and no more, so that starting is fast.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// How parameters get their initialisers.
struct InitOptions {
  /// [NETWORK:]PATTERN=INITIALISER.
  std::vector<std::string> rules;
  nn::InitProfile profile = nn::InitProfile::Torch;
};

/// Which choices of code generation may change a result's last bits.
enum class Numerics {
  Default, // any, as long as a row does not see its neighbours
  Strict,  // none: see docs/Numerics.md
};

/// What a user says beside the networks.
struct CompilerOptions {
  std::vector<std::string> bindings;
  std::vector<ParameterFile> parameterFiles;
  InitOptions init;
  parameters::WeightType weights = parameters::WeightType::F32;
  Numerics numerics = Numerics::Default;
  Threads threads = Threads::None;
  /// Which of `optionalFunctions` are left out.
  std::vector<std::string> without;
  /// Whether to say which parameters are initialised and how layers are tiled.
  bool remarks = false;
};

/// Takes one module through the stages.
class Compiler {
public:
  Compiler(mlir::ModuleOp module, CompilerOptions options)
      : module(module), options(std::move(options)) {}

  /// Runs all stages up to `stage`. From `Stage::Layout` on a machine is
  /// needed. Fails after an error.
  llvm::LogicalResult run(Stage stage, llvm::TargetMachine *machine);

  /// The SHA-256, in hexadecimal, of the networks as text, known from
  /// `Stage::Inferred` on. It depends on what has been bound and registered,
  /// and not on the bindings' own words, such as paths.
  const std::string &getModelHash() const { return modelHash; }

  /// The C interfaces of the networks, known from `Stage::Layout` on, with the
  /// weights to embed; the scratch sizes from `Stage::LLVM` on.
  const std::vector<NetworkInterface> &getInterfaces() const {
    return interfaces;
  }

private:
  llvm::LogicalResult runStage(Stage stage, llvm::TargetMachine *machine);
  llvm::LogicalResult verifyNetworksOnly();

  mlir::ModuleOp module;
  CompilerOptions options;
  std::string modelHash;
  std::vector<NetworkInterface> interfaces;
};

} // namespace nascent

#endif // NASCENT_DRIVER_COMPILER_H
