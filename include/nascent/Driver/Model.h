//===- Model.h - A file of networks -----------------------------*- C++ -*-===//

#ifndef NASCENT_DRIVER_MODEL_H
#define NASCENT_DRIVER_MODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>

namespace nascent {

/// A `.mlir` file, parsed, and all that its diagnostics need while it is
/// compiled. They go to standard error, with the lines they are about.
class Model {
public:
  /// Opens the file; "-" is the standard input.
  static llvm::Expected<std::unique_ptr<Model>> open(llvm::StringRef path);

  /// Fails after an error if the file is malformed.
  llvm::LogicalResult parse();

  mlir::ModuleOp getModule() { return *module; }

private:
  explicit Model(std::unique_ptr<llvm::MemoryBuffer> file);

  std::string name;
  std::shared_ptr<llvm::SourceMgr> sources;
  std::unique_ptr<mlir::MLIRContext> context;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace nascent

#endif // NASCENT_DRIVER_MODEL_H
