//===- NetworkChoice.h - One network of a file ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_NETWORKCHOICE_H
#define NASCENT_LIB_DRIVER_NETWORKCHOICE_H

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace nascent {

/// The public networks of a module, without further bindings of one, which are
/// networks on its parameters; also of a module where they are functions.
std::vector<std::string> listNetworks(mlir::ModuleOp module);

/// The network that `--network=name` asks for, or the only one where the option
/// is not given. Fails if there is none or a choice.
llvm::Expected<std::string> chooseNetwork(mlir::ModuleOp module,
                                          llvm::StringRef name);

/// Fails if a value of `--bind` names a network that is not in the module,
/// which was read from `path`.
llvm::Error verifyBoundNetworks(mlir::ModuleOp module,
                                llvm::ArrayRef<std::string> bindings,
                                llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_NETWORKCHOICE_H
