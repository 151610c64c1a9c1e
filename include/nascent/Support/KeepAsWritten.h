//===- KeepAsWritten.h - Loops that LLVM leaves alone -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_KEEPASWRITTEN_H
#define NASCENT_SUPPORT_KEEPASWRITTEN_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace nascent {

/// Tells LLVM not to unroll a loop, which would multiply code and compile time
/// without shortening anything: one over tiles or rows, say. Unless `hoist`,
/// LLVM also leaves inside what is the same in every iteration: all inputs of a
/// tile, hoisted out of the loop over panels, would be more than there are
/// registers.
inline void keepAsWritten(mlir::scf::ForOp loop, bool hoist = true) {
  mlir::MLIRContext *context = loop.getContext();
  auto disable = mlir::BoolAttr::get(context, true);
  auto unroll =
      mlir::LLVM::LoopUnrollAttr::get(context, disable, {}, {}, {}, {}, {}, {});
  mlir::LLVM::LoopLICMAttr licm;
  if (!hoist)
    licm = mlir::LLVM::LoopLICMAttr::get(context, disable, {});
  loop->setAttr("loop_annotation", mlir::LLVM::LoopAnnotationAttr::get(
                                       context, {}, {}, {}, unroll, {}, licm,
                                       {}, {}, {}, {}, {}, {}, {}, {}, {}));
}

} // namespace nascent

#endif // NASCENT_SUPPORT_KEEPASWRITTEN_H
