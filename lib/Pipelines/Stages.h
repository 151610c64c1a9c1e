//===- Stages.h - Parts of the pipeline -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PIPELINES_STAGES_H
#define NASCENT_LIB_PIPELINES_STAGES_H

#include "mlir/Pass/PassManager.h"
#include "nascent/Program/Passes.h"

namespace nascent {

/// Adds what inferred networks have to fulfil before they are compiled.
void addContract(mlir::OpPassManager &passes);

/// Adds what makes networks with layouts functions of kernels.
void addKernelFunctions(mlir::OpPassManager &passes,
                        const program::WalkBatchOptions &walk);

} // namespace nascent

#endif // NASCENT_LIB_PIPELINES_STAGES_H
