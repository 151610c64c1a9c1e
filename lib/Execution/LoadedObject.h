//===- LoadedObject.h - An object in this process ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_EXECUTION_LOADEDOBJECT_H
#define NASCENT_LIB_EXECUTION_LOADEDOBJECT_H

#include "PackedFunctions.h"
#include "nascent/Target/ObjectEmitter.h"
#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace nascent {

/// The very object that would be linked to a program, loaded by LLVM's ORC.
class LoadedObject {
public:
  /// Makes an object of a module in the LLVM dialect, to which it adds packed
  /// functions, and loads it. Fails if the module is for another machine.
  static llvm::Expected<std::unique_ptr<LoadedObject>>
  load(mlir::ModuleOp module, const Optimization &optimization);
  ~LoadedObject();

  /// The packed form of a function. Fails if the object does not have it.
  llvm::Expected<PackedFunction *> lookup(llvm::StringRef function);

private:
  explicit LoadedObject(std::unique_ptr<llvm::orc::LLJIT> jit);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace nascent

#endif // NASCENT_LIB_EXECUTION_LOADEDOBJECT_H
