//===- CompileMain.cpp - The nascent-compile tool -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/CompileMain.h"
#include "CommandLine.h"
#include "CompileCommandLine.h"
#include "ConvertToOnnx.h"
#include "Golden.h"
#include "LinkShared.h"
#include "NetworkChoice.h"
#include "Outputs.h"
#include "PrintValues.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/Transforms/Passes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Transforms/Passes.h"
#include "nascent/CInterface/HeaderCpp.h"
#include "nascent/CInterface/PythonModule.h"
#include "nascent/CInterface/TestProgram.h"
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

namespace nascent {

namespace {

LogicalResult report(llvm::Error error) {
  return reportError(std::move(error), "nascent-compile");
}

LogicalResult reportOption(const Twine &message) {
  return report(optionError(message));
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
  /// Brings the module to `last`, with what self tests compare with.
  LogicalResult lower(Compiler &compiler, Stage last);
  LogicalResult writeMLIR(Compiler &compiler);
  LogicalResult writeOnnx(Compiler &compiler,
                          ArrayRef<ParameterFile> parameterFiles);
  LogicalResult writeCode(Compiler &compiler);
  LogicalResult writePython(Compiler &compiler);
  /// Appends the code of a module that has been lowered.
  llvm::Error emit(ModuleOp module, Compiler &compiler, CodeFormat format,
                   llvm::SmallVectorImpl<char> &code);

  /// The output path for text: standard output unless one is given.
  std::string textOutput() const {
    return options.output.empty() ? std::string("-")
                                  : options.output.getValue();
  }
  using Writer = OutputWriter;
  LogicalResult writeFiles(ArrayRef<std::pair<std::string, Writer>> writers) {
    return report(writeOutputs(options, writers));
  }
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

LogicalResult Driver::writeOnnx(Compiler &compiler,
                                ArrayRef<ParameterFile> parameterFiles) {
  if (failed(compiler.run(Stage::Inferred)))
    return failure();
  auto contents = convertToOnnx(module, options.seed, parameterFiles);
  if (failed(contents))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << *contents; });
}

LogicalResult Driver::lower(Compiler &compiler, Stage last) {
  FailureOr<Stage> stage = compiler.getStage();
  if (failed(stage))
    return failure();
  if (options.hasSelfTest() && *stage <= Stage::Inferred) {
    if (failed(compiler.run(Stage::Inferred)) ||
        failed(addGolden(module, compiler.getOptions(),
                         options.getOptimization())))
      return failure();
  }
  return compiler.run(last);
}

LogicalResult Driver::writeMLIR(Compiler &compiler) {
  if (failed(lower(compiler, options.stage)))
    return failure();
  return writeText([&](llvm::raw_ostream &os) { os << module << "\n"; });
}

LogicalResult Driver::writeCode(Compiler &compiler) {
  if (failed(lower(compiler, Stage::LLVM)))
    return failure();
  std::vector<NetworkInterface> interfaces = compiler.getInterfaces();
  HeaderOrigin origin{command, compiler.getModelHash()};
  Writer header = [&](llvm::raw_ostream &os) {
    writeHeader(interfaces, origin, os);
  };
  switch (output) {
  case Emit::Header:
    return writeText(header);
  case Emit::HeaderCpp:
    if (llvm::Error error = verifyForCpp(interfaces))
      return report(std::move(error));
    return writeText(
        [&](llvm::raw_ostream &os) { writeHeaderCpp(interfaces, origin, os); });
  case Emit::Test:
    if (llvm::any_of(interfaces, [](const NetworkInterface &network) {
          return network.selfTestBytes == 0;
        }))
      return reportOption("--emit=test: " + options.input +
                          " was lowered without --self-test; give a file of "
                          "stage 'inferred' or earlier");
    return writeText([&](llvm::raw_ostream &os) {
      writeTestProgram(interfaces, origin, os);
    });
  default:
    break;
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

  auto model = Model::open(options.input, "nascent-compile", options.bindings);
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
  auto parameterFiles = parseParameterFiles(module, options.parameterFiles);
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
  case Emit::Onnx:
    return writeOnnx(compiler, *parameterFiles);
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
