//===- CompileMain.cpp - The nascent-compile tool -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/CompileMain.h"
#include "CommandLine.h"
#include "CompileCommandLine.h"
#include "LinkShared.h"
#include "NetworkChoice.h"
#include "PrintValues.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Transforms/Passes.h"
#include "nascent/CInterface/HeaderCpp.h"
#include "nascent/CInterface/PythonModule.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Driver/Model.h"
#include "nascent/Listings/Summary.h"
#include "nascent/Support/OutputFile.h"
#include "nascent/Support/ShellQuote.h"
#include "nascent/Target/ObjectEmitter.h"
#include "nascent/Target/ObjectSize.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace nascent {

namespace {

LogicalResult report(llvm::Error error) {
  return reportError(std::move(error), "nascent-compile");
}

LogicalResult reportOption(const Twine &message) {
  return report(optionError(message));
}

/// The header's path beside an object's: net.h for net.o, but net.avx2.h for
/// net.avx2, which is not the only one of its kind.
std::string headerPath(llvm::StringRef object) {
  llvm::StringRef extension = llvm::sys::path::extension(object);
  if (extension == ".o" || extension == ".obj")
    object = object.drop_back(extension.size());
  return (object + ".h").str();
}

/// The shared object's path beside a module of Python: libnet.so for net.py.
/// Python would take net.so for the module.
std::string libraryPath(llvm::StringRef module) {
  llvm::SmallString<128> path = llvm::sys::path::parent_path(module);
  llvm::sys::path::append(path, "lib" + llvm::sys::path::stem(module) + ".so");
  return path.str().str();
}

/// One run of the tool.
class Driver {
public:
  Driver(const CompileCommandLine &options, std::string command,
         TimingScope &timing)
      : options(options), command(std::move(command)), timing(timing) {}

  LogicalResult run();

private:
  /// Outputs must have a place.
  LogicalResult checkOutputs();
  LogicalResult writeSummary(Compiler &compiler);
  /// Compiles one network of the module in a copy. Fails with the reason.
  llvm::Expected<CompiledNetwork> compileAlone(llvm::StringRef network);
  LogicalResult writeValues(Compiler &compiler,
                            ArrayRef<ParameterFile> parameterFiles);
  LogicalResult writeMLIR(Compiler &compiler);
  LogicalResult writeCode(Compiler &compiler);
  LogicalResult writePython(Compiler &compiler);
  /// Appends the code of a module that has been lowered.
  llvm::Error emit(ModuleOp module, Compiler &compiler, CodeFormat format,
                   llvm::SmallVectorImpl<char> &code);

  /// No output may replace what is read.
  void protectInputs(OutputFiles &files);
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
  TimingScope &timing;
  Emit output = Emit::Object;
  ModuleOp module;
};

LogicalResult Driver::checkOutputs() {
  if (llvm::Error error = OutputFiles::verify(textOutput()))
    return report(std::move(error));
  if (output == Emit::Python)
    return report(OutputFiles::verify(libraryPath(options.output)));
  if (output != Emit::Object)
    return success();
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(options.output, status) &&
      !llvm::sys::fs::is_regular_file(status))
    return reportOption("-o " + options.output +
                        ": an object and its header need a file; use "
                        "--emit=asm or --emit=header for a device");
  return report(OutputFiles::verify(headerPath(options.output)));
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

llvm::Error Driver::emit(ModuleOp module, Compiler &compiler, CodeFormat format,
                         llvm::SmallVectorImpl<char> &code) {
  Optimization optimization = options.getOptimization();
  auto machine = createMachineFor(module, optimization.level);
  if (!machine)
    return machine.takeError();
  TimingScope scope = timing.nest("Code generation");
  return emitCode(module, compiler.getInterfaces(), **machine, optimization,
                  format, code);
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
  // What it is bound to stands in the network.
  CompilerOptions compilerOptions = options.getCompilerOptions();
  compilerOptions.bindings.clear();
  compilerOptions.init.clear();
  compilerOptions.remarks = false;
  Compiler compiler(*copy, std::move(compilerOptions), &timing);
  if (failed(compiler.run(Stage::LLVM)))
    return llvm::createStringError(why);
  llvm::SmallVector<char, 0> object;
  if (llvm::Error error = emit(*copy, compiler, CodeFormat::Object, object))
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
  if (failed(compiler.run(std::max(stage, Stage::Materialized))))
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
  if (failed(compiler.run(Stage::Inferred)))
    return failure();
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (failed(printValues(module, options.parameter, options.seed,
                         parameterFiles, stream)))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << text; });
}

LogicalResult Driver::writeMLIR(Compiler &compiler) {
  if (failed(compiler.run(options.stage)))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << module << "\n"; });
}

LogicalResult Driver::writeCode(Compiler &compiler) {
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  Writer header = [&](llvm::raw_ostream &os) {
    writeHeader(compiler.getInterfaces(), {command, compiler.getModelHash()},
                os);
  };
  if (output == Emit::Header)
    return writeText(header);
  if (output == Emit::HeaderCpp) {
    if (llvm::Error error = verifyForCpp(compiler.getInterfaces()))
      return report(std::move(error));
    return writeText([&](llvm::raw_ostream &os) {
      writeHeaderCpp(compiler.getInterfaces(),
                     {command, compiler.getModelHash()}, os);
    });
  }

  llvm::SmallVector<char, 0> text;
  CodeFormat format = output == Emit::LLVM       ? CodeFormat::LLVM
                      : output == Emit::Assembly ? CodeFormat::Assembly
                                                 : CodeFormat::Object;
  if (llvm::Error error = emit(module, compiler, format, text))
    return report(std::move(error));
  Writer code = [&](llvm::raw_ostream &os) {
    os << llvm::StringRef(text.data(), text.size());
  };
  if (output != Emit::Object)
    return writeText(code);
  return writeFiles(
      {{options.output, code}, {headerPath(options.output), header}});
}

LogicalResult Driver::writePython(Compiler &compiler) {
  if (failed(compiler.run(Stage::LLVM)))
    return failure();
  if (llvm::Error error = verifyForPython(compiler.getInterfaces()))
    return report(std::move(error));
  llvm::SmallVector<char, 0> object;
  if (llvm::Error error = emit(module, compiler, CodeFormat::Object, object))
    return report(std::move(error));
  auto library = linkShared({object.data(), object.size()});
  if (!library)
    return report(library.takeError());
  std::string path = libraryPath(options.output);
  return writeFiles({{path,
                      [&](llvm::raw_ostream &os) {
                        os << llvm::StringRef(library->data(), library->size());
                      }},
                     {options.output, [&](llvm::raw_ostream &os) {
                        writePythonModule(compiler.getInterfaces(),
                                          {command, compiler.getModelHash()},
                                          llvm::sys::path::filename(path), os);
                      }}});
}

LogicalResult Driver::run() {
  if (llvm::Error error = options.verify())
    return report(std::move(error));
  output = options.getEmit();
  if (failed(checkOutputs()))
    return failure();
  // Errors name the options, not the pass that takes them.
  if (options.needsMachine() && options.givesTarget())
    if (auto machine = createTargetMachine(
            {options.triple, options.cpu, options.features}, /*optLevel=*/0);
        !machine)
      return report(machine.takeError());

  std::vector<std::string> bindings(options.bindings.begin(),
                                    options.bindings.end());
  auto model = Model::open(options.input, "nascent-compile", bindings);
  if (!model)
    return report(model.takeError());
  TimingScope parsing = timing.nest("Parsing");
  if (failed((*model)->parse()))
    return failure();
  parsing.stop();
  module = (*model)->getModule();

  FailureOr<Stage> stage = findStage(module);
  if (failed(stage))
    return failure();
  if (llvm::Error error = options.verifyStage(*stage))
    return report(std::move(error));
  if (llvm::Error error =
          verifyBoundNetworks(module, options.bindings, options.input))
    return report(std::move(error));
  std::vector<std::string> parameterTexts(options.parameterFiles.begin(),
                                          options.parameterFiles.end());
  auto parameterFiles = parseParameterFiles(module, parameterTexts);
  if (!parameterFiles)
    return report(parameterFiles.takeError());
  // MLIR and summaries have no values, and a seed asks for others; what is
  // trained cannot be read-only.
  if (const auto &own = (*model)->getWeights();
      own && parameterFiles->empty() && output != Emit::MLIR &&
      output != Emit::Summary && !options.seed.getNumOccurrences() &&
      !options.train)
    parameterFiles->push_back(*own);

  CompilerOptions compilerOptions = options.getCompilerOptions();
  compilerOptions.parameterFiles = *parameterFiles;
  Compiler compiler(module, std::move(compilerOptions), &timing);
  switch (output) {
  case Emit::Summary:
    return writeSummary(compiler);
  case Emit::Values:
    return writeValues(compiler, *parameterFiles);
  case Emit::MLIR:
    return writeMLIR(compiler);
  case Emit::Python:
    return writePython(compiler);
  default:
    return writeCode(compiler);
  }
}

} // namespace

/// MLIR's own options, for those who work on the compiler: only
/// `--help-hidden` lists them.
static void registerDebuggingOptions() {
  registerNascentPasses();
  registerTransformsPasses();
  func::registerFuncPasses();
  registerSCFToControlFlowPass();
  registerPassManagerCLOptions();
  registerDefaultTimingManagerCLOptions();
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name.starts_with("mlir-"))
      option->setHiddenFlag(cl::Hidden);
}

int compileMain(int argc, char **argv) {
  // LLVM's is for linking, which is not done here.
  removeForeignOption("threads");
  CompileCommandLine options;
  cl::HideUnrelatedOptions(options.category);
  registerDebuggingOptions();
  parseCommandLine(
      argc, argv,
      "Nascent: compiles networks without an input width to native code\n");
  // The same wherever the tool is.
  std::string command = "nascent-compile";
  for (const char *argument : llvm::ArrayRef(argv, argc).drop_front())
    command += " " + quoteForShell(argument);
  DefaultTimingManager manager;
  applyDefaultTimingManagerCLOptions(manager);
  TimingScope timing = manager.getRootScope();
  return failed(Driver(options, std::move(command), timing).run());
}

} // namespace nascent
