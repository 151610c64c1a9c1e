//===- TargetMachine.h - Choosing and checking the target -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_TARGETMACHINE_H
#define NASCENT_TARGET_TARGETMACHINE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <string>

namespace nascent {

/// The machine to compile for, as LLVM's tools name it.
struct TargetOptions {
  /// Empty: the host's.
  std::string triple;
  /// Empty: the host's processor where the triple is the host's, else the
  /// architecture's generic one. "native": the host's; "generic": one that has
  /// what distributions take for granted of the architecture, and no more.
  std::string cpu;
  /// "+avx2,-fma"; added to what the processor has.
  std::string features;
  /// Whether that is all: an empty processor is none in particular, and nothing
  /// is taken for granted.
  bool isWhole = false;
};

/// What errors call the options, which tools and passes name differently.
struct TargetOptionNames {
  const char *triple = "--mtriple";
  const char *cpu = "--mcpu";
  const char *features = "--mattr";
};

/// A machine for position-independent code. LLVM's own path only warns of an
/// unknown processor or feature; here either is an error that names the option.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetOptions &options, unsigned optLevel,
                    const TargetOptionNames &names = {});

/// The machine that `nn.target` describes. Fails if the module has none.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachineFor(mlir::ModuleOp module, unsigned optLevel);

/// Fails if this machine cannot run what is compiled for that one, and says
/// what it lacks.
llvm::Error verifyRunsHere(const llvm::TargetMachine &machine);

/// Writes what passes need of the target into the module: `nn.target`,
/// `llvm.target_triple` and `llvm.data_layout`. Fails, after an error, where
/// LLVM cannot tell.
llvm::LogicalResult setTarget(mlir::ModuleOp module,
                              llvm::TargetMachine &machine);

} // namespace nascent

#endif // NASCENT_TARGET_TARGETMACHINE_H
