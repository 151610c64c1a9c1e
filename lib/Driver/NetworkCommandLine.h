//===- NetworkCommandLine.h - What tools take of a network ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_NETWORKCOMMANDLINE_H
#define NASCENT_LIB_DRIVER_NETWORKCOMMANDLINE_H

#include "CommandLine.h"
#include "InitCommandLine.h"
#include "nascent/Driver/Compiler.h"
#include "nascent/Target/ObjectEmitter.h"

namespace nascent {

/// Which choices of code generation may change a result's last bits.
enum class Numerics {
  Default, // any, as long as a row does not see its neighbours
  Strict,  // none: see docs/Numerics.md
};

/// Which network is compiled and how, in every tool that does so the same. Made
/// when the tool starts: a library has no global state.
struct NetworkCommandLine {
  /// `title` heads the options in the tool's help.
  explicit NetworkCommandLine(llvm::StringRef title) : category(title) {}

  cl::OptionCategory category;
  cl::opt<std::string> input{cl::Positional, cl::desc("MODEL.mlir or .onnx"),
                             cl::init("-"), cl::cat(category)};
  cl::list<std::string> bindings{
      "bind",
      cl::desc(
          "Give a network's input its type: mlp=2x20xf32, or each of several: "
          "net=(2x20xf32, 2x5xf32); ? or -1 stays open: mlp=?x20xf32; @x.npy "
          "takes the shape of a file, @w.safetensors the shapes of the "
          "parameters"),
      cl::value_desc("network=type"), cl::cat(category)};
  cl::list<std::string> parameterFiles{
      "params",
      cl::desc(
          "Trained parameters: w.safetensors, .npz; mlp=w.safetensors where "
          "there are several networks. nascent-compile embeds them as "
          "<net>_weights"),
      cl::value_desc("[network=]file"), cl::cat(category)};
  InitCommandLine init{category, cl::SubCommand::getTopLevel()};
  cl::opt<bool> remarks{
      "remarks",
      cl::desc("Say which parameters the init function initialises, and how, "
               "and how dense layers are computed"),
      cl::cat(category)};
  WordOption<parameters::WeightType> weights{
      "weights", cl::desc("How the weights of dense layers are stored"),
      cl::init(parameters::WeightType::F32),
      cl::values(clEnumValN(parameters::WeightType::F32, "f32",
                            "as they are (default)"),
                 clEnumValN(parameters::WeightType::F16, "f16",
                            "rounded to half precision, half the memory"),
                 clEnumValN(parameters::WeightType::BF16, "bf16",
                            "rounded to bfloat16, half the memory")),
      cl::cat(category)};
  WordOption<Numerics> numerics{
      "numerics", cl::desc("What may change the last bits of a result"),
      cl::init(Numerics::Default),
      cl::values(
          clEnumValN(Numerics::Default, "default", "the target and the batch"),
          clEnumValN(Numerics::Strict, "strict",
                     "nothing, on targets with fused multiply-add")),
      cl::cat(category)};
  cl::opt<std::string> optLevel{
      "O",
      cl::desc("Optimisation level, 0 to 3 (default 3), or s for "
               "small code"),
      cl::Prefix, cl::init("3"), cl::cat(category)};
  cl::opt<std::string> cpu{
      "mcpu", cl::desc("Target processor, or 'generic'; default the host's"),
      cl::cat(category)};
  cl::opt<std::string> features{
      "mattr", cl::desc("Features to add or remove: +avx2,-fma"),
      cl::cat(category)};

  /// That of a verified command line.
  Optimization getOptimization() const;

protected:
  /// An option that says something of the network.
  struct Choice {
    const char *option;
    int count;
    /// The last stage from which it is of use.
    Stage last;
  };

  /// Whether each value makes sense.
  llvm::Error verifyValues() const;
  /// Whether those given, and the tool's own, are of use for a file that is at
  /// stage `from`.
  llvm::Error verifyStage(Stage from, llvm::ArrayRef<Choice> own) const;
  /// What of it the compiler takes, but for files of parameters.
  CompilerOptions getNetworkOptions() const;
};

/// An error about an option.
inline llvm::Error optionError(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_NETWORKCOMMANDLINE_H
