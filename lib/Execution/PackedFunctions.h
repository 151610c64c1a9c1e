//===- PackedFunctions.h - Functions called by an array ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many arguments a forward function has depends on the network. C++ can
// only call what it knows the type of when it is compiled.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_EXECUTION_PACKEDFUNCTIONS_H
#define NASCENT_LIB_EXECUTION_PACKEDFUNCTIONS_H

#include "mlir/IR/BuiltinOps.h"
#include <cstdint>
#include <string>

namespace nascent {

/// A function that takes its arguments from an array: pointers, integers and
/// the bits of floats, each widened to 64 bits. It returns a result likewise,
/// or 0.
using PackedFunction = int64_t(const uint64_t *arguments);

/// What the packed form of a function is called.
std::string packedName(llvm::StringRef function);

/// Adds the packed form of each function that the module shows to the outside;
/// the module is in the LLVM dialect. Fails, after an error, on an argument or
/// result of another type.
llvm::LogicalResult addPackedFunctions(mlir::ModuleOp module);

} // namespace nascent

#endif // NASCENT_LIB_EXECUTION_PACKEDFUNCTIONS_H
