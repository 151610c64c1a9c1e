//===- CopyKernel.h - Kernels that copy a buffer ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_COPYKERNEL_H
#define NASCENT_KERNELS_COPYKERNEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// Makes `kernel`, which has an entry block and nothing in it, a kernel that
/// copies its first argument to its second: buffers of one shape, whatever
/// their strides.
void buildCopyKernel(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_COPYKERNEL_H
