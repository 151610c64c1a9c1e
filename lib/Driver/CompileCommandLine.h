//===- CompileCommandLine.h - Options of nascent-compile --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H
#define NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H

#include "InitCommandLine.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Listings/Summary.h"
#include "nascent/Target/ObjectEmitter.h"
#include "llvm/ADT/StringExtras.h"

namespace nascent {

/// What a run of the compiler writes.
enum class Emit {
  Default,
  MLIR,
  LLVM,
  Assembly,
  Object,
  Header,
  Summary,
  Values
};

/// How the caller stores values with channels.
enum class DataLayout { NCHW, NHWC };

/// Which choices of code generation may change a result's last bits.
enum class Numerics {
  Default, // any, as long as a row does not see its neighbours
  Strict,  // none: see docs/Numerics.md
};

/// The command line. Made when the tool starts: a library has no global state.
struct CompileCommandLine {
  llvm::cl::OptionCategory category{"nascent-compile options"};
  llvm::cl::opt<std::string> input{
      llvm::cl::Positional, llvm::cl::desc("MODEL.mlir"), llvm::cl::init("-"),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> output{
      "o",
      llvm::cl::desc(
          "Output file; an object's header goes beside it: net.h for net.o"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> bindings{
      "bind",
      llvm::cl::desc(
          "Give a network's input its type: mlp=2x20xf32, or several theirs: "
          "net=(2x20xf32, 2x5xf32); ? or -1 stays open: mlp=?x20xf32; @x.npy "
          "takes the shape of a file, @w.safetensors the shapes of the "
          "parameters"),
      llvm::cl::value_desc("network=type"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> parameterFiles{
      "params",
      llvm::cl::desc(
          "Embed trained parameters as <net>_weights: w.safetensors, "
          ".npz; mlp=w.safetensors where there are several networks"),
      llvm::cl::value_desc("[network=]file"), llvm::cl::cat(category)};
  InitCommandLine init{category, llvm::cl::SubCommand::getTopLevel()};
  llvm::cl::opt<bool> remarks{
      "remarks",
      llvm::cl::desc(
          "Say which parameters the init function initialises, and how, "
          "and how dense layers are computed"),
      llvm::cl::cat(category)};
  llvm::cl::opt<parameters::WeightType> weights{
      "weights", llvm::cl::desc("How the weights of dense layers are stored"),
      llvm::cl::init(parameters::WeightType::F32),
      llvm::cl::values(clEnumValN(parameters::WeightType::F32, "f32",
                                  "as they are (default)"),
                       clEnumValN(parameters::WeightType::F16, "f16",
                                  "rounded to half precision, half the memory"),
                       clEnumValN(parameters::WeightType::BF16, "bf16",
                                  "rounded to bfloat16, half the memory")),
      llvm::cl::cat(category)};
  llvm::cl::opt<DataLayout> dataLayout{
      "data-layout",
      llvm::cl::desc("How inputs and outputs with channels are stored"),
      llvm::cl::init(DataLayout::NCHW),
      llvm::cl::values(clEnumValN(DataLayout::NCHW, "NCHW",
                                  "channels first, as PyTorch's (default)"),
                       clEnumValN(DataLayout::NHWC, "NHWC",
                                  "channels last, as TensorFlow's")),
      llvm::cl::cat(category)};
  llvm::cl::opt<Numerics> numerics{
      "numerics", llvm::cl::desc("What may change the last bits of a result"),
      llvm::cl::init(Numerics::Default),
      llvm::cl::values(
          clEnumValN(Numerics::Default, "default", "the target and the batch"),
          clEnumValN(Numerics::Strict, "strict",
                     "nothing, on targets with fused multiply-add")),
      llvm::cl::cat(category)};
  llvm::cl::opt<nn::Threads> threads{
      "threads", llvm::cl::desc("What may run forward on several threads"),
      llvm::cl::init(nn::Threads::None),
      llvm::cl::values(
          clEnumValN(nn::Threads::None, "none",
                     "nothing: the thread that calls it runs it"),
          clEnumValN(nn::Threads::Steps, "steps",
                     "the caller, by <net>_forward_step for a part of a layer"),
          clEnumValN(nn::Threads::OpenMP, "openmp",
                     "OpenMP's library, to be linked to; the caller, too")),
      llvm::cl::cat(category)};
  std::string withoutHelp =
      "Functions and tables to leave out of the object: " +
      llvm::join(optionalDeclarations(), ", ");
  llvm::cl::list<std::string> without{"without", llvm::cl::desc(withoutHelp),
                                      llvm::cl::value_desc("function,..."),
                                      llvm::cl::CommaSeparated,
                                      llvm::cl::cat(category)};
  llvm::cl::opt<Emit> emit{
      "emit", llvm::cl::desc("What to write"), llvm::cl::init(Emit::Default),
      llvm::cl::values(
          clEnumValN(Emit::MLIR, "mlir", "MLIR at the stage of --compile-to"),
          clEnumValN(Emit::LLVM, "llvm", "optimised LLVM IR"),
          clEnumValN(Emit::Assembly, "asm", "assembly"),
          clEnumValN(Emit::Object, "obj", "object and header (default)"),
          clEnumValN(Emit::Header, "header", "the C header alone"),
          clEnumValN(Emit::Summary, "summary",
                     "the networks' layers and parameters, -1 for unknown"),
          clEnumValN(Emit::Values, "values",
                     "the parameters' values: initial ones from --seed, or "
                     "those of --params")),
      llvm::cl::cat(category)};
  llvm::cl::opt<Stage> stage{
      "compile-to", llvm::cl::desc("Stop after a stage and write MLIR"),
      llvm::cl::init(Stage::LLVM),
      llvm::cl::values(
          clEnumValN(Stage::Authored, "authored", "as parsed"),
          clEnumValN(Stage::Materialized, "materialized",
                     "parameters are symbols"),
          clEnumValN(Stage::Bound, "bound", "inputs have their types"),
          clEnumValN(Stage::Inferred, "inferred", "all that follows is known"),
          clEnumValN(Stage::Layout, "layout", "parameters have layouts"),
          clEnumValN(Stage::Linalg, "linalg", "functions of linalg"),
          clEnumValN(Stage::LLVM, "llvm", "the LLVM dialect")),
      llvm::cl::cat(category)};
  llvm::cl::opt<nn::NamingScheme> names{
      "names", llvm::cl::desc("Whose names and listing --emit=summary shows"),
      llvm::cl::init(nn::NamingScheme::Torch),
      llvm::cl::values(
          clEnumValN(nn::NamingScheme::Torch, "torch", "PyTorch's"),
          clEnumValN(nn::NamingScheme::MXNet, "mxnet", "MXNet Gluon's"),
          clEnumValN(nn::NamingScheme::Flax, "flax", "Flax's"),
          clEnumValN(nn::NamingScheme::Keras, "keras", "Keras's")),
      llvm::cl::cat(category)};
  llvm::cl::opt<SummaryFormat> format{
      "format", llvm::cl::desc("How --emit=summary is written"),
      llvm::cl::init(SummaryFormat::Listing),
      llvm::cl::values(
          clEnumValN(SummaryFormat::Listing, "listing",
                     "as users of the framework of --names know it (default)"),
          clEnumValN(SummaryFormat::Shapes, "shapes",
                     "each layer's class and the shape of its output"),
          clEnumValN(SummaryFormat::Table, "table",
                     "Keras's table, with formulas for unknown sizes"),
          clEnumValN(SummaryFormat::JSON, "json", "the table as JSON")),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> layer{
      "layer",
      llvm::cl::desc("The layer or block that --emit=summary shows: 0.1"),
      llvm::cl::value_desc("path"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> parameter{
      "parameter",
      llvm::cl::desc("The only parameter of --emit=values: 0.weight"),
      llvm::cl::value_desc("name"), llvm::cl::cat(category)};
  llvm::cl::opt<uint64_t> seed{"seed",
                               llvm::cl::desc("The seed of --emit=values"),
                               llvm::cl::init(0), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> optLevel{
      "O",
      llvm::cl::desc("Optimisation level, 0 to 3 (default 3), or s for "
                     "small code"),
      llvm::cl::Prefix, llvm::cl::init("3"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> triple{
      "mtriple", llvm::cl::desc("Target triple; default the host's"),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> cpu{
      "mcpu",
      llvm::cl::desc("Target processor, or 'generic'; default the host's"),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> features{
      "mattr", llvm::cl::desc("Features to add or remove: +avx2,-fma"),
      llvm::cl::cat(category)};

  /// Whether each value makes sense, and all go together.
  llvm::Error verify() const;
  /// Whether those given are of use for a file that is at stage `from`.
  llvm::Error verifyStage(Stage from) const;
  /// What is written, also where --emit is not given.
  Emit getEmit() const;
  /// Whether what is written depends on the target.
  bool needsMachine() const;
  /// Whether it says anything of the target.
  bool givesTarget() const;
  /// What of it the compiler takes, but for files of parameters.
  CompilerOptions getCompilerOptions() const;
  /// That of a verified command line.
  Optimization getOptimization() const;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H
