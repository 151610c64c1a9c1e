//===- Model.cpp - A file of networks -------------------------------------===//

#include "nascent/Driver/Model.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "nascent/Driver/Compiler.h"

using namespace mlir;

namespace nascent {

Model::Model(std::unique_ptr<llvm::MemoryBuffer> file)
    : name(file->getBufferIdentifier()),
      sources(std::make_shared<llvm::SourceMgr>()) {
  sources->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  DialectRegistry registry;
  registerCompilerDialects(registry);
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  // Stages build operations outside of passes, too.
  context->loadAllAvailableDialects();
  // Users wrote the source, not the operations it became.
  context->printOpOnDiagnostic(false);
  diagnostics =
      std::make_unique<SourceMgrDiagnosticHandler>(*sources, context.get());
}

llvm::Expected<std::unique_ptr<Model>> Model::open(StringRef path) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file)
    return llvm::createStringError(message);
  return std::unique_ptr<Model>(new Model(std::move(file)));
}

LogicalResult Model::parse() {
  module = parseSourceFile<ModuleOp>(sources, context.get());
  if (!module)
    return failure();
  // The parser puts a module at line 0; errors about the whole file are at 1.
  (*module)->setLoc(FileLineColLoc::get(context.get(), name, 1, 1));
  return success();
}

} // namespace nascent
