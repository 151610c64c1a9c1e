//===- CompileCommandLine.h - Options of nascent-compile --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H
#define NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H

#include "CommandLine.h"
#include "NetworkCommandLine.h"
#include "RatesCommandLine.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Listings/Summary.h"
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
  HeaderCpp,
  Python,
  Test,
  Onnx,
  Summary,
  Values
};

/// How the caller stores values with channels.
enum class DataLayout { NCHW, NHWC };

/// The command line of `nascent-compile`.
struct CompileCommandLine : NetworkCommandLine {
  CompileCommandLine() : NetworkCommandLine("nascent-compile options") {}

  cl::opt<std::string> output{
      "o",
      cl::desc(
          "Output file; an object's header goes beside it: net.h for net.o"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> loss{
      "loss", cl::cat(category), cl::value_desc("loss"),
      cl::desc("What --train makes small: cross_entropy, mse, "
               "bce_with_logits, 'huber delta(0.5)', nll or l1; "
               "networks may also end in one themselves; own is one that "
               "the program computes")};
  WordOption<DataLayout> dataLayout{
      "data-layout",
      cl::desc("How inputs and outputs with channels are stored"),
      cl::init(DataLayout::NCHW),
      cl::values(clEnumValN(DataLayout::NCHW, "NCHW",
                            "channels first, as PyTorch's (default)"),
                 clEnumValN(DataLayout::NHWC, "NHWC",
                            "channels last, as TensorFlow's")),
      cl::cat(category)};
  WordOption<nn::Threads> threads{
      "threads", cl::desc("What may run forward on several threads"),
      cl::init(nn::Threads::None),
      cl::values(
          clEnumValN(nn::Threads::None, "none",
                     "nothing: the thread that calls it runs it"),
          clEnumValN(nn::Threads::Steps, "steps",
                     "the caller, by <net>_forward_step for a part of a layer"),
          clEnumValN(nn::Threads::OpenMP, "openmp",
                     "OpenMP's library, to be linked to; the caller, too")),
      cl::cat(category)};
  cl::opt<bool> selfTest{
      "self-test",
      cl::desc("Put <net>_self_test into the object, which says whether "
               "a machine computes what it should"),
      cl::cat(category)};
  cl::opt<bool> train{
      "train",
      cl::desc("Also what training needs: functions for the loss and its "
               "gradients, for steps of each optimiser, and for norms of "
               "gradients"),
      cl::cat(category)};
  cl::list<std::string> optimizers{
      "optimizer",
      cl::desc("The optimisers of --train: sgd, adam (default both), "
               "adamw, rmsprop, adagrad"),
      cl::value_desc("name,..."), cl::CommaSeparated, cl::cat(category)};
  RatesCommandLine rates{category};
  cl::opt<bool> trainSgd{
      "train-sgd",
      cl::desc("With --train and --loss: also a function that computes the "
               "loss and takes a step of plain sgd in one call"),
      cl::cat(category)};
  cl::opt<bool> stream{
      "stream",
      cl::desc("Sequences come block by block: forward goes on with a state "
               "of the caller's, which <net>_reset begins"),
      cl::cat(category)};
  std::string withoutHelp =
      "Functions and tables to leave out of the object: " +
      llvm::join(optionalDeclarations(), ", ");
  cl::list<std::string> without{"without", cl::desc(withoutHelp),
                                cl::value_desc("function,..."),
                                cl::CommaSeparated, cl::cat(category)};
  WordOption<Emit> emit{
      "emit", cl::desc("What to write"), cl::init(Emit::Default),
      cl::values(
          clEnumValN(Emit::MLIR, "mlir", "MLIR at the stage of --compile-to"),
          clEnumValN(Emit::LLVM, "llvm", "optimised LLVM IR"),
          clEnumValN(Emit::Assembly, "asm", "assembly"),
          clEnumValN(Emit::Object, "obj", "object and header (default)"),
          clEnumValN(Emit::Header, "header", "the C header alone"),
          clEnumValN(Emit::HeaderCpp, "header-cpp",
                     "the C header, and classes of C++17 over it"),
          clEnumValN(Emit::Python, "python",
                     "a module of Python, and a shared object beside it"),
          clEnumValN(Emit::Test, "test",
                     "a program in C that runs the object's --self-test"),
          clEnumValN(Emit::Onnx, "onnx",
                     "the network as ONNX, with values as for --emit=values"),
          clEnumValN(Emit::Summary, "summary",
                     "the networks' layers and parameters, -1 for unknown"),
          clEnumValN(Emit::Values, "values",
                     "the parameters' values: initial ones from --seed, or "
                     "those of --params")),
      cl::cat(category)};
  WordOption<Stage> stage{
      "compile-to", cl::desc("Stop after a stage and write MLIR"),
      cl::init(Stage::LLVM),
      cl::values(
          clEnumValN(Stage::Authored, "authored", "as parsed"),
          clEnumValN(Stage::Materialized, "materialized",
                     "parameters are symbols"),
          clEnumValN(Stage::Bound, "bound", "inputs have their types"),
          clEnumValN(Stage::Inferred, "inferred", "all that follows is known"),
          clEnumValN(Stage::Layout, "layout", "parameters have layouts"),
          clEnumValN(Stage::Linalg, "linalg", "functions of linalg"),
          clEnumValN(Stage::LLVM, "llvm", "the LLVM dialect")),
      cl::cat(category)};
  WordOption<nn::NamingScheme> names{
      "names", cl::desc("Whose names and listing --emit=summary shows"),
      cl::init(nn::NamingScheme::Torch),
      cl::values(clEnumValN(nn::NamingScheme::Torch, "torch", "PyTorch's"),
                 clEnumValN(nn::NamingScheme::MXNet, "mxnet", "MXNet Gluon's"),
                 clEnumValN(nn::NamingScheme::Flax, "flax", "Flax's"),
                 clEnumValN(nn::NamingScheme::Keras, "keras", "Keras's")),
      cl::cat(category)};
  WordOption<SummaryFormat> format{
      "format", cl::desc("How --emit=summary is written"),
      cl::init(SummaryFormat::Listing),
      cl::values(
          clEnumValN(SummaryFormat::Listing, "listing",
                     "as users of the framework of --names know it (default)"),
          clEnumValN(SummaryFormat::Shapes, "shapes",
                     "each layer's class and the shape of its output"),
          clEnumValN(SummaryFormat::Table, "table",
                     "Keras's table, with formulas for unknown sizes"),
          clEnumValN(SummaryFormat::JSON, "json", "the table as JSON")),
      cl::cat(category)};
  cl::opt<std::string> layer{
      "layer", cl::desc("The layer or block that --emit=summary shows: 0.1"),
      cl::value_desc("path"), cl::cat(category)};
  cl::opt<std::string> parameter{
      "parameter", cl::desc("The only parameter of --emit=values: 0.weight"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::desc("The seed of --emit=values and onnx"),
                         cl::init(0), cl::cat(category)};
  cl::opt<std::string> triple{"mtriple",
                              cl::desc("Target triple; default the host's"),
                              cl::cat(category)};

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
  /// Whether networks have self tests.
  bool hasSelfTest() const { return selfTest || getEmit() == Emit::Test; }
  /// Whether what is said of training goes together.
  llvm::Error verifyTraining(bool lowers) const;
  /// Whether a module of Python can be what is asked for.
  llvm::Error verifyPython() const;
  /// What of it the compiler takes, but for files of parameters.
  CompilerOptions getCompilerOptions() const;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_COMPILECOMMANDLINE_H
