//===- CompileCommandLine.cpp - Options that go together ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileCommandLine.h"
#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "nascent/Support/CName.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

namespace nascent {

using llvm::StringRef;
using llvm::Twine;

Emit CompileCommandLine::getEmit() const {
  if (emit != Emit::Default)
    return emit;
  return stage.getNumOccurrences() ? Emit::MLIR : Emit::Object;
}

bool CompileCommandLine::needsMachine() const {
  switch (getEmit()) {
  case Emit::Summary:
    return format == SummaryFormat::Table || format == SummaryFormat::JSON;
  case Emit::Values:
  case Emit::Onnx:
    return false;
  case Emit::MLIR:
    return stage >= Stage::Layout;
  default:
    return true;
  }
}

bool CompileCommandLine::givesTarget() const {
  return triple.getNumOccurrences() || cpu.getNumOccurrences() ||
         features.getNumOccurrences();
}

llvm::Error CompileCommandLine::verify() const {
  Emit emit = getEmit();
  bool takesStage = emit == Emit::MLIR || emit == Emit::Summary;
  if (stage.getNumOccurrences() && !takesStage)
    return optionError("--compile-to goes with --emit=mlir or --emit=summary");
  if (llvm::Error error = verifyValues())
    return error;
  if (parameter.getNumOccurrences() && emit != Emit::Values)
    return optionError("--parameter goes with --emit=values");
  if (seed.getNumOccurrences() && parameterFiles.getNumOccurrences())
    return optionError("--seed is about initial values, and --params about "
                       "trained ones; give one of the two");
  bool hasValues = emit == Emit::Values || emit == Emit::Onnx;
  if (seed.getNumOccurrences() && !hasValues)
    return optionError("--seed goes with --emit=values or onnx; a compiled "
                       "network takes its seed when it is initialised");
  for (auto [option, count] :
       {std::pair("--names", names.getNumOccurrences()),
        std::pair("--format", format.getNumOccurrences()),
        std::pair("--layer", layer.getNumOccurrences())})
    if (count && emit != Emit::Summary)
      return optionError(Twine(option) + " goes with --emit=summary");
  bool lowers = emit == Emit::MLIR ? stage >= Stage::Linalg
                                   : emit != Emit::Summary && !hasValues;
  if (remarks.getNumOccurrences() && !lowers)
    return optionError("--remarks is about code; it goes with --emit=obj, asm, "
                       "llvm or header, or with --compile-to=linalg or llvm");
  bool hasLayout = emit == Emit::MLIR && stage >= Stage::Layout;
  if (selfTest && (emit == Emit::Python || (!lowers && !hasLayout)))
    return optionError("--self-test is about objects; it goes with --emit=obj, "
                       "asm, llvm, header, header-cpp or test, or with "
                       "--compile-to=layout or later");
  if (selfTest && stream)
    return optionError("--self-test runs whole sequences; leave out --stream");
  if (llvm::Error error = verifyTraining(lowers))
    return error;
  // A table's line of buffers has the scratch that the code needs.
  bool hasScratch = emit == Emit::Summary && needsMachine();
  for (auto [option, count] :
       {std::pair("--threads", threads.getNumOccurrences()),
        std::pair("--stream", stream.getNumOccurrences()),
        std::pair("--without", without.getNumOccurrences())})
    if (count && !lowers && !hasScratch)
      return optionError(Twine(option) +
                         " is about code; it goes with --emit=obj, asm, llvm "
                         "or header, with --compile-to=linalg or llvm, or with "
                         "--format=table or json");
  for (const std::string &function : without) {
    if (function == "forward")
      return optionError("--without=forward: the forward function cannot be "
                         "left out");
    if (!llvm::is_contained(optionalDeclarations(), function))
      return optionError("--without=" + function +
                         ": there is no such function; known are " +
                         llvm::join(optionalDeclarations(), ", "));
  }
  if (loss.getNumOccurrences() && !train)
    return optionError("--loss goes with --train");
  if (weights.getNumOccurrences() && hasValues)
    return optionError("--weights is about how a compiled network stores its "
                       "values; --emit=values and onnx have them as they are "
                       "drawn");
  if (emit == Emit::Object && output.empty() && !input.getNumOccurrences())
    return optionError("no model: give its file, and -o with the object to "
                       "write; --help lists all options");
  if (emit == Emit::Object && output.empty())
    return optionError("-o is missing: name the object file to write");
  if (emit == Emit::Object && output == "-")
    return optionError("-o -: an object and its header need a file; use "
                       "--emit=asm or --emit=header for standard output");
  constexpr llvm::StringLiteral sources[] = {
      ".h",  ".hpp",  ".c",    ".cpp", ".cc",
      ".py", ".mlir", ".onnx", ".npz", ".safetensors"};
  if (emit == Emit::Object &&
      llvm::is_contained(sources, llvm::sys::path::extension(output)))
    return optionError("-o " + output.getValue() +
                       ": expected the name of an object, such as net.o, whose "
                       "header goes beside it; --emit says what else can be "
                       "written");
  if (!input.getNumOccurrences() && llvm::sys::Process::StandardInIsUserInput())
    return optionError("no model: give its file, or - for one that is typed");
  if (emit == Emit::Python)
    return verifyPython();
  if (parameterFiles.getNumOccurrences() &&
      (emit == Emit::MLIR || emit == Emit::Summary))
    return optionError(
        "--params goes with --emit=obj, header, asm, llvm, values or onnx");
  return llvm::Error::success();
}

llvm::Error CompileCommandLine::verifyTraining(bool lowers) const {
  if (!train) {
    if (optimizers.getNumOccurrences())
      return optionError("--optimizer goes with --train");
    if (rates.getNumOccurrences())
      return optionError("--rate and --no-decay go with --train");
    if (trainSgd)
      return optionError("--train-sgd goes with --train");
    return llvm::Error::success();
  }
  if (!lowers)
    return optionError("--train is about code; it goes with --emit=obj, asm, "
                       "llvm or header, or with --compile-to=linalg or llvm");
  if (stream)
    return optionError("--train takes whole sequences; leave out --stream");
  if (emit == Emit::Python)
    return optionError("--train is for C programs; a module of Python has "
                       "forward alone");
  if (parameterFiles.getNumOccurrences())
    return optionError(
        "--train changes parameters, and --params embeds them read-only; leave "
        "out --params, and have the program read the file, for example by "
        "nascent_safetensors.h");
  if (loss.getNumOccurrences())
    if (llvm::Error error = nn::verifyLossText(loss))
      return optionError("--loss: " + llvm::toString(std::move(error)));
  if (loss == "own" && threads != nn::Threads::None)
    return optionError("--loss=own: gradients are computed by the thread that "
                       "asks for them; leave out --threads");
  if (loss == "own" && trainSgd)
    return optionError("--loss=own: the loss is the program's own, but "
                       "--train-sgd needs one of Nascent's, as "
                       "--loss=cross_entropy");
  if (weights != parameters::WeightType::F32)
    return optionError(
        "--train changes weights by less than --weights=f16 or bf16 tell "
        "apart; train weights stored as f32, and compile what that gives with "
        "--weights");
  return llvm::Error::success();
}

llvm::Error CompileCommandLine::verifyPython() const {
  if (llvm::sys::path::extension(output) != ".py")
    return optionError("--emit=python: expected -o with the name of a module, "
                       "such as net.py");
  // A module's name is what a program imports.
  StringRef name = llvm::sys::path::stem(output);
  if (!isCWord(name) || llvm::isDigit(name.front()))
    return optionError("-o " + output.getValue() +
                       ": a module's name has letters, digits and underscores "
                       "alone, no digit first");
  if (threads != nn::Threads::None)
    return optionError("--threads is for C programs; a module of Python calls "
                       "forward, also from several threads at once");
  if (!without.empty())
    return optionError("--without is for C programs; a module of Python calls "
                       "all functions");
  return llvm::Error::success();
}

llvm::Error CompileCommandLine::verifyStage(Stage from) const {
  return NetworkCommandLine::verifyStage(
      from, {{"--data-layout", dataLayout.getNumOccurrences(), Stage::Inferred},
             {"--train", train.getNumOccurrences(), Stage::Inferred},
             {"--loss", loss.getNumOccurrences(), Stage::Inferred},
             {"--mtriple", triple.getNumOccurrences(), Stage::Inferred},
             {"--self-test", selfTest.getNumOccurrences(), Stage::Inferred},
             {"--without", without.getNumOccurrences(), Stage::Layout},
             {"--threads", threads.getNumOccurrences(), Stage::Layout},
             {"--stream", stream.getNumOccurrences(), Stage::Layout}});
}

CompilerOptions CompileCommandLine::getCompilerOptions() const {
  CompilerOptions options = getNetworkOptions();
  options.target.triple = triple;
  options.channelsLast = dataLayout == DataLayout::NHWC;
  options.train = train;
  options.loss = loss;
  options.without.assign(without.begin(), without.end());
  options.threads = threads;
  if (train) {
    options.optimizers.assign(optimizers.begin(), optimizers.end());
    if (options.optimizers.empty())
      options.optimizers = {"sgd", "adam"};
    rates.apply(options);
  }
  options.trainSgd = trainSgd;
  options.stream = stream;
  return options;
}

} // namespace nascent
