//===- CompileMain.cpp - The nascent-compile tool -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/CompileMain.h"
#include "CommandLine.h"
#include "CompileCommandLine.h"
#include "PrintValues.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Driver/Model.h"
#include "nascent/Listings/Summary.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/OutputFile.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/ShellQuote.h"
#include "nascent/Target/Header.h"
#include "nascent/Target/ObjectEmitter.h"
#include "nascent/Target/ObjectSize.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace nascent {

namespace {

LogicalResult optionError(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "nascent-compile")
      << printable(message.str()) << "\n";
  return failure();
}

LogicalResult report(llvm::Error error) {
  if (!error)
    return success();
  return optionError(llvm::toString(std::move(error)));
}

/// The header's path beside an object's: net.h for net.o, but net.avx2.h for
/// net.avx2, which is not the only one of its kind.
std::string headerPath(llvm::StringRef object) {
  llvm::StringRef extension = llvm::sys::path::extension(object);
  if (extension == ".o" || extension == ".obj")
    object = object.drop_back(extension.size());
  return (object + ".h").str();
}

/// One run of the tool.
class Driver {
public:
  Driver(const CompileCommandLine &options, std::string command)
      : options(options), command(std::move(command)) {}

  LogicalResult run();

private:
  /// Outputs must have a place.
  LogicalResult checkOutputs();
  /// Bindings must name networks of the input.
  LogicalResult checkBindings();
  LogicalResult writeSummary(Compiler &compiler);
  /// Compiles one network of the module in a copy. Fails with the reason.
  llvm::Expected<CompiledNetwork> compileAlone(llvm::StringRef network);
  LogicalResult writeValues(Compiler &compiler,
                            ArrayRef<ParameterFile> parameterFiles);
  LogicalResult writeMLIR(Compiler &compiler);
  LogicalResult writeCode(Compiler &compiler);

  /// No output may replace what is read.
  void protectInputs(OutputFiles &files);
  std::vector<std::string> without() const {
    return {options.without.begin(), options.without.end()};
  }
  /// The output path for text: standard output unless one is given.
  std::string textOutput() const {
    return options.output.empty() ? std::string("-")
                                  : options.output.getValue();
  }
  using Writer = std::function<void(llvm::raw_ostream &)>;
  /// Writes all files, each to its path, or nothing.
  LogicalResult writeFiles(ArrayRef<std::pair<std::string, Writer>> writers);
  LogicalResult writeText(Writer writer) {
    return writeFiles({{textOutput(), std::move(writer)}});
  }

  const CompileCommandLine &options;
  /// The command line, for the header.
  std::string command;
  Emit emit = Emit::Object;
  ModuleOp module;
  std::unique_ptr<llvm::TargetMachine> machine;
};

LogicalResult Driver::checkOutputs() {
  if (llvm::Error error = OutputFiles::verify(textOutput()))
    return report(std::move(error));
  if (emit != Emit::Object)
    return success();
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(options.output, status) &&
      !llvm::sys::fs::is_regular_file(status))
    return optionError("-o " + options.output +
                       ": an object and its header need a file; use "
                       "--emit=asm or --emit=header for a device");
  return report(OutputFiles::verify(headerPath(options.output)));
}

LogicalResult Driver::checkBindings() {
  for (const std::string &text : options.bindings) {
    llvm::Expected<Binding> binding = parseBinding(text);
    if (!binding)
      return report(binding.takeError());
    if (module.lookupSymbol<nn::SequentialOp>(binding->network))
      continue;
    std::vector<std::string> known;
    for (auto network : module.getOps<nn::SequentialOp>())
      known.push_back(network.getSymName().str());
    return optionError("--bind " + text + ": there is no network '" +
                       binding->network + "' in " + options.input +
                       "; there is " + quoteAll(known));
  }
  return success();
}

void Driver::protectInputs(OutputFiles &files) {
  files.protect(options.input);
  for (StringRef text : options.bindings)
    files.protect(text.split("=@").second);
  for (StringRef text : options.parameterFiles) {
    files.protect(text);
    files.protect(text.split('=').second);
  }
}

LogicalResult
Driver::writeFiles(ArrayRef<std::pair<std::string, Writer>> writers) {
  OutputFiles files;
  protectInputs(files);
  for (const auto &[path, writer] : writers) {
    auto write = [&writer = writer](llvm::raw_ostream &os) {
      writer(os);
      return llvm::Error::success();
    };
    if (llvm::Error error = files.add(path, write))
      return report(std::move(error));
  }
  return report(files.commit());
}

llvm::Expected<CompiledNetwork> Driver::compileAlone(llvm::StringRef network) {
  // That it cannot be compiled yet is what a summary is often asked for.
  std::string why;
  ScopedDiagnosticHandler collect(module.getContext(), [&](Diagnostic &diag) {
    if (why.empty() && diag.getSeverity() == DiagnosticSeverity::Error) {
      // Without the operation that reports it.
      constexpr llvm::StringLiteral endOfOperation = "' op ";
      why = diag.str();
      if (size_t at = why.find(endOfOperation); at != std::string::npos)
        why.erase(0, at + endOfOperation.size());
    }
    return success();
  });
  OwningOpRef<ModuleOp> copy(module.clone());
  for (auto other : llvm::to_vector(copy->getOps<nn::SequentialOp>()))
    if (other.getNetworkName() != network)
      other.erase();
  CompilerOptions compilerOptions;
  compilerOptions.weights = options.weights;
  compilerOptions.numerics = options.numerics;
  compilerOptions.threads = options.threads;
  compilerOptions.without = without();
  Compiler compiler(*copy, std::move(compilerOptions));
  if (failed(compiler.run(Stage::LLVM, machine.get())))
    return llvm::createStringError(why);
  llvm::SmallVector<char, 0> object;
  if (llvm::Error error =
          emitCode(*copy, compiler.getInterfaces(), *machine,
                   options.getOptimization(), CodeFormat::Object, object))
    return {std::move(error)};
  llvm::Expected<int64_t> bytes = measureObject({object.data(), object.size()});
  if (!bytes)
    return bytes.takeError();
  return CompiledNetwork{compiler.getInterfaces().front(), *bytes};
}

LogicalResult Driver::writeSummary(Compiler &compiler) {
  Stage stage = Stage::Inferred;
  if (options.stage.getNumOccurrences())
    stage = std::min<Stage>(stage, options.stage);
  // A listing needs parameters, even of a network as authored.
  if (failed(compiler.run(std::max(stage, Stage::Materialized), nullptr)))
    return failure();
  SummaryOptions summary;
  summary.scheme = options.names;
  summary.format = options.format;
  summary.part = options.layer;
  summary.weights = options.weights;
  summary.compile = [&](llvm::StringRef network) {
    return compileAlone(network);
  };
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (failed(printSummary(module, summary, stream)))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << text; });
}

LogicalResult Driver::writeValues(Compiler &compiler,
                                  ArrayRef<ParameterFile> parameterFiles) {
  if (failed(compiler.run(Stage::Inferred, nullptr)))
    return failure();
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (failed(printValues(module, options.parameter, options.seed,
                         parameterFiles, stream)))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << text; });
}

LogicalResult Driver::writeMLIR(Compiler &compiler) {
  if (failed(compiler.run(options.stage, machine.get())))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << module << "\n"; });
}

LogicalResult Driver::writeCode(Compiler &compiler) {
  if (failed(compiler.run(Stage::LLVM, machine.get())))
    return failure();
  Writer header = [&](llvm::raw_ostream &os) {
    writeHeader(compiler.getInterfaces(), {command, compiler.getModelHash()},
                os);
  };
  if (emit == Emit::Header)
    return writeText(header);

  llvm::SmallVector<char, 0> text;
  CodeFormat format = emit == Emit::LLVM       ? CodeFormat::LLVM
                      : emit == Emit::Assembly ? CodeFormat::Assembly
                                               : CodeFormat::Object;
  if (llvm::Error error = emitCode(module, compiler.getInterfaces(), *machine,
                                   options.getOptimization(), format, text))
    return report(std::move(error));
  Writer code = [&](llvm::raw_ostream &os) {
    os << llvm::StringRef(text.data(), text.size());
  };
  if (emit != Emit::Object)
    return writeText(code);
  return writeFiles(
      {{options.output, code}, {headerPath(options.output), header}});
}

LogicalResult Driver::run() {
  if (llvm::Error error = options.verify())
    return report(std::move(error));
  emit = options.getEmit();
  if (failed(checkOutputs()))
    return failure();
  if (options.needsMachine()) {
    auto created =
        createTargetMachine({options.triple, options.cpu, options.features},
                            options.getOptimization().level);
    if (!created)
      return report(created.takeError());
    machine = std::move(*created);
  }

  auto model = Model::open(options.input, "nascent-compile");
  if (!model)
    return report(model.takeError());
  if (failed((*model)->parse()))
    return failure();
  module = (*model)->getModule();
  if (failed(checkBindings()))
    return failure();

  std::vector<std::string> parameterTexts(options.parameterFiles.begin(),
                                          options.parameterFiles.end());
  auto parameterFiles = parseParameterFiles(module, parameterTexts);
  if (!parameterFiles)
    return report(parameterFiles.takeError());

  CompilerOptions compilerOptions;
  compilerOptions.bindings.assign(options.bindings.begin(),
                                  options.bindings.end());
  compilerOptions.parameterFiles = *parameterFiles;
  compilerOptions.init = options.init.get();
  compilerOptions.weights = options.weights;
  compilerOptions.numerics = options.numerics;
  compilerOptions.threads = options.threads;
  compilerOptions.without = without();
  compilerOptions.remarks = options.remarks;
  Compiler compiler(module, std::move(compilerOptions));
  switch (emit) {
  case Emit::Summary:
    return writeSummary(compiler);
  case Emit::Values:
    return writeValues(compiler, *parameterFiles);
  case Emit::MLIR:
    return writeMLIR(compiler);
  default:
    return writeCode(compiler);
  }
}

} // namespace

int compileMain(int argc, char **argv) {
  // The shared LLVM has an option of this name for linking, which is not done
  // here.
  if (cl::Option *other = cl::getRegisteredOptions().lookup("threads"))
    other->removeArgument();
  CompileCommandLine options;
  cl::HideUnrelatedOptions(options.category);
  parseCommandLine(
      argc, argv,
      "Nascent: compiles networks without an input width to native code\n");
  // The same wherever the tool is.
  std::string command = "nascent-compile";
  for (const char *argument : llvm::ArrayRef(argv, argc).drop_front())
    command += " " + quoteForShell(argument);
  return failed(Driver(options, std::move(command)).run());
}

} // namespace nascent
