//===- Golden.h - What a self test expects ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_GOLDEN_H
#define NASCENT_LIB_DRIVER_GOLDEN_H

#include "nascent/Driver/Compiler.h"
#include "nascent/Target/ObjectEmitter.h"

namespace nascent {

/// Gives a module at `Stage::Inferred` the outputs that self tests compare
/// with: compiles a copy for this machine, whatever the target, with strict
/// arithmetic, and runs it. Parameters are those of the options' files, or
/// initialised from seed 0. Fails after an error.
llvm::LogicalResult addGolden(mlir::ModuleOp module,
                              const CompilerOptions &options,
                              const Optimization &optimization);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_GOLDEN_H
