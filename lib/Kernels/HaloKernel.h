//===- HaloKernel.h - What surrounds the values of kernels ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_HALOKERNEL_H
#define NASCENT_LIB_KERNELS_HALOKERNEL_H

#include "KernelEmitter.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace nascent::kernels {

/// Emits what fills parts of a kernel's output with a constant. Its lines are
/// shared out like those of the values inside.
class HaloKernel : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  /// Fails, after an error, where a part's elements lie at unknown distances.
  llvm::LogicalResult emit(mlir::linalg::FillOp fill);
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_HALOKERNEL_H
