//===- Model.h - A file of networks -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_MODEL_H
#define NASCENT_DRIVER_MODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "nascent/Driver/Weights.h"
#include "nascent/Import/ImportedNetwork.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>
#include <optional>

namespace nascent {

/// A `.mlir` file, parsed, or an ONNX model, imported, and all that its
/// diagnostics need while it is compiled. They go to standard error, with the
/// lines they are about.
class Model {
public:
  /// Reads the file for `tool`; "-" is the standard input. What `bindings` say
  /// of an ONNX model's inputs, those called `inputs` where they are not in its
  /// order, is known already when it is imported.
  static llvm::Expected<std::unique_ptr<Model>>
  open(llvm::StringRef path, llvm::StringRef tool,
       llvm::ArrayRef<std::string> bindings = {},
       std::vector<std::string> inputs = {});

  /// Fails after an error if the file is malformed.
  llvm::LogicalResult parse();

  mlir::ModuleOp getModule() { return *module; }

  /// The parameters that the file itself has; nothing if it is MLIR.
  const std::optional<ParameterFile> &getWeights() const { return weights; }

private:
  Model(std::unique_ptr<llvm::MemoryBuffer> file, llvm::StringRef tool);
  static std::unique_ptr<Model> openImported(ImportedNetwork network,
                                             llvm::StringRef path,
                                             llvm::StringRef tool);
  static llvm::Expected<std::unique_ptr<Model>> openKeras(llvm::StringRef path,
                                                          llvm::StringRef tool);
  static llvm::Expected<std::unique_ptr<Model>>
  openOnnx(const llvm::MemoryBuffer &file, llvm::StringRef path,
           llvm::StringRef tool, llvm::ArrayRef<std::string> bindings,
           std::vector<std::string> inputs);

  /// Writes a diagnostic on one line, with the line of the file that it is
  /// about; if it is about none, such as an option, it is the tool's. A remark
  /// is written once, however many stages make it.
  void report(mlir::Diagnostic &diagnostic);

  std::string tool;
  std::optional<ParameterFile> weights;
  std::shared_ptr<llvm::SourceMgr> sources;
  std::unique_ptr<mlir::MLIRContext> context;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> located;
  std::unique_ptr<mlir::ScopedDiagnosticHandler> diagnostics;
  llvm::DenseSet<std::pair<mlir::Location, mlir::StringAttr>> remarks;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace nascent

#endif // NASCENT_DRIVER_MODEL_H
