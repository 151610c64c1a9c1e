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

  llvm::cl::opt<std::string> output{
      "o",
      llvm::cl::desc(
          "Output file; an object's header goes beside it: net.h for net.o"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> loss{
      "loss", llvm::cl::cat(category), llvm::cl::value_desc("loss"),
      llvm::cl::desc("What --train makes small: cross_entropy, mse, "
                     "bce_with_logits, 'huber delta(0.5)', nll or l1; "
                     "networks may also end in one themselves; own is one that "
                     "the program computes")};
  WordOption<DataLayout> dataLayout{
      "data-layout",
      llvm::cl::desc("How inputs and outputs with channels are stored"),
      llvm::cl::init(DataLayout::NCHW),
      llvm::cl::values(clEnumValN(DataLayout::NCHW, "NCHW",
                                  "channels first, as PyTorch's (default)"),
                       clEnumValN(DataLayout::NHWC, "NHWC",
                                  "channels last, as TensorFlow's")),
      llvm::cl::cat(category)};
  WordOption<nn::Threads> threads{
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
  llvm::cl::opt<bool> selfTest{
      "self-test",
      llvm::cl::desc("Put <net>_self_test into the object, which says whether "
                     "a machine computes what it should"),
      llvm::cl::cat(category)};
  llvm::cl::opt<bool> train{
      "train",
      llvm::cl::desc("Also what training needs: functions for the loss and its "
                     "gradients, for steps of each optimiser, and for norms of "
                     "gradients"),
      llvm::cl::cat(category)};
  llvm::cl::list<std::string> optimizers{
      "optimizer",
      llvm::cl::desc("The optimisers of --train: sgd, adam (default both), "
                     "adamw, rmsprop, adagrad"),
      llvm::cl::value_desc("name,..."), llvm::cl::CommaSeparated,
      llvm::cl::cat(category)};
  RatesCommandLine rates{category};
  llvm::cl::opt<bool> trainSgd{
      "train-sgd",
      llvm::cl::desc(
          "With --train and --loss: also a function that computes the "
          "loss and takes a step of plain sgd in one call"),
      llvm::cl::cat(category)};
  llvm::cl::opt<bool> stream{
      "stream",
      llvm::cl::desc(
          "Sequences come block by block: forward goes on with a state "
          "of the caller's, which <net>_reset begins"),
      llvm::cl::cat(category)};
  std::string withoutHelp =
      "Functions and tables to leave out of the object: " +
      llvm::join(optionalDeclarations(), ", ");
  llvm::cl::list<std::string> without{"without", llvm::cl::desc(withoutHelp),
                                      llvm::cl::value_desc("function,..."),
                                      llvm::cl::CommaSeparated,
                                      llvm::cl::cat(category)};
  WordOption<Emit> emit{
      "emit", llvm::cl::desc("What to write"), llvm::cl::init(Emit::Default),
      llvm::cl::values(
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
      llvm::cl::cat(category)};
  WordOption<Stage> stage{
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
  WordOption<nn::NamingScheme> names{
      "names", llvm::cl::desc("Whose names and listing --emit=summary shows"),
      llvm::cl::init(nn::NamingScheme::Torch),
      llvm::cl::values(
          clEnumValN(nn::NamingScheme::Torch, "torch", "PyTorch's"),
          clEnumValN(nn::NamingScheme::MXNet, "mxnet", "MXNet Gluon's"),
          clEnumValN(nn::NamingScheme::Flax, "flax", "Flax's"),
          clEnumValN(nn::NamingScheme::Keras, "keras", "Keras's")),
      llvm::cl::cat(category)};
  WordOption<SummaryFormat> format{
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
  llvm::cl::opt<uint64_t> seed{
      "seed", llvm::cl::desc("The seed of --emit=values and onnx"),
      llvm::cl::init(0), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> triple{
      "mtriple", llvm::cl::desc("Target triple; default the host's"),
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
