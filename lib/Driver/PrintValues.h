//===- PrintValues.h - The values of parameters -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_PRINTVALUES_H
#define NASCENT_LIB_DRIVER_PRINTVALUES_H

#include "nascent/Driver/Weights.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

/// Prints the values of parameter `name` (PyTorch's name: "0.weight"; where
/// several networks have it "net.0.weight"), or of all if that is empty: what
/// is in the network's file of `files`; what it gets from `seed` if there is
/// none. Fails, after an error, while a shape is not known; `module` has been
/// inferred as far as that goes.
llvm::LogicalResult printValues(mlir::ModuleOp module, llvm::StringRef name,
                                uint64_t seed,
                                llvm::ArrayRef<ParameterFile> files,
                                llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_PRINTVALUES_H
