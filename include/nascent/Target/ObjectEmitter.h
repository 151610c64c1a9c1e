//===- ObjectEmitter.h - From the LLVM dialect to machine code --*- C++ -*-===//

#ifndef NASCENT_TARGET_OBJECTEMITTER_H
#define NASCENT_TARGET_OBJECTEMITTER_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/Target/CInterface.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace nascent {

/// How code is optimised.
struct Optimization {
  /// As -O0 to -O3 say.
  unsigned level = 3;
  /// Whether small code comes before fast code.
  bool forSize = false;
};

/// Translates a module in the LLVM dialect, adds the parameter tables of the C
/// interface, and optimises for `machine`. Functions are marked so that no
/// library call and no unwind table can appear. Returns null after an error.
std::unique_ptr<llvm::Module>
translateToLLVM(mlir::ModuleOp module,
                llvm::ArrayRef<NetworkInterface> interfaces,
                llvm::LLVMContext &context, llvm::TargetMachine &machine,
                const Optimization &optimization);

/// Writes an object or, with `asText`, assembly.
llvm::Error emitMachineCode(llvm::Module &module, llvm::TargetMachine &machine,
                            bool asText, llvm::raw_pwrite_stream &os);

} // namespace nascent

#endif // NASCENT_TARGET_OBJECTEMITTER_H
