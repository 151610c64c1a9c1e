//===- Model.cpp - A file of networks -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Model.h"
#include "CommandLine.h"
#include "ImportKeras.h"
#include "SyntaxHints.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Parser/Parser.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Import/Onnx.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/ForeignFile.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Nesting.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/SourceFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

namespace nascent {

Model::Model(std::unique_ptr<llvm::MemoryBuffer> file, StringRef tool)
    : tool(tool), sources(std::make_shared<llvm::SourceMgr>()) {
  sources->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  DialectRegistry registry;
  registerCompilerDialects(registry);
  // Threads would share out a twelfth of a compilation, and take as long to
  // start as they save.
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  // Users wrote the source, not the operations it became.
  llvm::cl::Option *wanted =
      llvm::cl::getRegisteredOptions().lookup("mlir-print-op-on-diagnostic");
  if (!wanted || wanted->getNumOccurrences() == 0)
    context->printOpOnDiagnostic(false);
  located =
      std::make_unique<SourceMgrDiagnosticHandler>(*sources, context.get());
  diagnostics = std::make_unique<ScopedDiagnosticHandler>(
      context.get(), [this](Diagnostic &diagnostic) { report(diagnostic); });
}

void Model::report(Diagnostic &diagnostic) {
  if (succeeded(nn::detail::explainUnknown(diagnostic)))
    return;
  auto text = StringAttr::get(context.get(), diagnostic.str());
  if (diagnostic.getSeverity() == DiagnosticSeverity::Remark &&
      !remarks.insert({diagnostic.getLocation(), text}).second)
    return;
  // A line of the file that was just shown is not shown again.
  Location shown = UnknownLoc::get(context.get());
  auto write = [&](Diagnostic &part) {
    std::string text = printable(part.str());
    DiagnosticSeverity severity = part.getSeverity();
    Location location = part.getLocation();
    if (!isa<UnknownLoc>(location)) {
      located->emitDiagnostic(location, text, severity, location != shown);
      shown = location;
      return;
    }
    llvm::raw_ostream &os = llvm::errs();
    if (severity == DiagnosticSeverity::Error)
      llvm::WithColor::error(os, tool) << text << "\n";
    else if (severity == DiagnosticSeverity::Warning)
      llvm::WithColor::warning(os, tool) << text << "\n";
    else
      llvm::WithColor::remark(os, tool) << text << "\n";
  };
  write(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    write(note);
  // What comes before there is a module, comes from the parser.
  if (StringRef hint = hintOnSyntax(text); !module && !hint.empty()) {
    Diagnostic note(diagnostic.getLocation(), DiagnosticSeverity::Note);
    write(note << hint);
  }
}

/// No file that anybody writes is nested as deep as this.
static constexpr size_t kMaxNesting = 256;

/// Keeps from MLIR what its readers do not survive.
static llvm::Error verifyReadable(const llvm::MemoryBuffer &file) {
  if (isBytecode(file))
    return llvm::createStringError(
        "'" + file.getBufferIdentifier() +
        "' is bytecode, which is not read, since damage to it may go "
        "unnoticed; give the text that nascent-opt prints of it");
  StringRef text = file.getBuffer();
  size_t place = findDeepNesting(text, kMaxNesting);
  if (place == StringRef::npos)
    return llvm::Error::success();
  StringRef before = text.take_front(place);
  return makeError("{}:{}:{}: more than {} nested brackets or operators",
                   file.getBufferIdentifier().str(), 1 + before.count('\n'),
                   place - (before.rfind('\n') + 1) + 1, kMaxNesting);
}

std::unique_ptr<Model> Model::openImported(ImportedNetwork network,
                                           StringRef path, StringRef tool) {
  std::string title = ("<" + path + " as MLIR>").str();
  std::unique_ptr<Model> model(new Model(
      llvm::MemoryBuffer::getMemBufferCopy(network.source, title), tool));
  if (!network.weights.tensors.empty())
    model->weights =
        ParameterFile{network.name, path.str(),
                      std::make_shared<TensorFile>(std::move(network.weights))};
  return model;
}

llvm::Expected<std::unique_ptr<Model>>
Model::openOnnx(const llvm::MemoryBuffer &file, StringRef path, StringRef tool,
                ArrayRef<std::string> bindings,
                std::vector<std::string> inputs) {
  OnnxOptions options;
  options.names = std::move(inputs);
  // Several would leave open in what they differ. What is wrong with one is
  // found when the network is bound.
  if (bindings.size() == 1) {
    if (auto binding = parseBinding(bindings.front()))
      options.shapes = binding->shapes;
    else
      llvm::consumeError(binding.takeError());
  }
  auto network = importOnnx(file.getBuffer(), path, options);
  if (!network)
    return network.takeError();
  reportFindings(*network, tool);
  return openImported(std::move(*network), path, tool);
}

llvm::Expected<std::unique_ptr<Model>> Model::openKeras(StringRef path,
                                                        StringRef tool) {
  auto network = importKeras(path);
  if (!network)
    return network.takeError();
  return openImported(std::move(*network), path, tool);
}

llvm::Expected<std::unique_ptr<Model>>
Model::open(StringRef path, StringRef tool, ArrayRef<std::string> bindings,
            std::vector<std::string> inputs) {
  if (isKerasPath(path))
    return openKeras(path, tool);
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readSource(path);
  if (!file)
    return file.takeError();
  if (isOnnxFile((*file)->getBuffer(), path))
    return openOnnx(**file, path, tool, bindings, std::move(inputs));
  if (llvm::Error error = verifyReadable(**file))
    return error;
  return std::unique_ptr<Model>(new Model(std::move(*file), tool));
}

LogicalResult Model::parse() {
  module = parseSourceFile<ModuleOp>(sources, context.get());
  if (!module)
    return failure();
  // A file's own parameters are those of its network; others are its blocks.
  if (weights && weights->network.empty())
    for (auto network : (*module).getOps<nn::SequentialOp>())
      if (network.isPublic())
        weights->network = network.getSymName().str();
  // Stages build operations outside of passes, too.
  context->loadAllAvailableDialects();
  // What is about the whole module, such as an option, is about no line.
  (*module)->setLoc(UnknownLoc::get(context.get()));
  return success();
}

} // namespace nascent
