//===- ObjectEmitter.h - From the LLVM dialect to machine code --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_OBJECTEMITTER_H
#define NASCENT_TARGET_OBJECTEMITTER_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace nascent {

/// What is made of a module in the LLVM dialect.
enum class CodeFormat { LLVM, Assembly, Object };

/// How code is optimised.
struct Optimization {
  /// As -O0 to -O3 say.
  unsigned level = 3;
  /// Whether small code comes before fast code.
  bool forSize = false;
};

/// Translates a module in the LLVM dialect, adds the parameter tables of the C
/// interface, optimises for `machine` and appends the result to `code`.
/// Functions are marked so that no library call and no unwind table can appear;
/// an object that needs a library all the same is an error, as is whatever else
/// LLVM cannot do for the target.
llvm::Error emitCode(mlir::ModuleOp module,
                     llvm::ArrayRef<NetworkInterface> interfaces,
                     llvm::TargetMachine &machine,
                     const Optimization &optimization, CodeFormat format,
                     llvm::SmallVectorImpl<char> &code);

} // namespace nascent

#endif // NASCENT_TARGET_OBJECTEMITTER_H
