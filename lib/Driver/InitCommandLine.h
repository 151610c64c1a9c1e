//===- InitCommandLine.h - Options about initialisers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_INITCOMMANDLINE_H
#define NASCENT_LIB_DRIVER_INITCOMMANDLINE_H

#include "CommandLine.h"
#include "nascent/Driver/Compiler.h"

namespace nascent {

/// What says how parameters are initialised, in every tool the same.
class InitCommandLine {
public:
  InitCommandLine(llvm::cl::OptionCategory &category,
                  llvm::cl::SubCommand &command)
      : rules("init",
              llvm::cl::desc(
                  "Initialise the parameters whose names match: "
                  "mlp:*.weight=#nn.xavier_uniform, or without a network"),
              llvm::cl::value_desc("[network:]pattern=initialiser"),
              llvm::cl::sub(command), llvm::cl::cat(category)),
        profile(
            "init-profile",
            llvm::cl::desc("Whose defaults initialise what nothing else does"),
            llvm::cl::init(nn::InitProfile::Torch),
            llvm::cl::values(
                clEnumValN(nn::InitProfile::Torch, "torch", "PyTorch's"),
                clEnumValN(nn::InitProfile::Keras, "keras", "Keras's"),
                clEnumValN(nn::InitProfile::Gluon, "gluon", "MXNet Gluon's"),
                clEnumValN(nn::InitProfile::Flax, "flax", "Flax's"),
                clEnumValN(nn::InitProfile::Paddle, "paddle", "Paddle's")),
            llvm::cl::sub(command), llvm::cl::cat(category)) {}

  int getNumOccurrences() const {
    return rules.getNumOccurrences() + profile.getNumOccurrences();
  }
  /// Writes the options given into the compiler's.
  void apply(PipelineOptions &options) const {
    options.init.assign(rules.begin(), rules.end());
    options.profile = profile;
  }

private:
  llvm::cl::list<std::string> rules;
  WordOption<nn::InitProfile> profile;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_INITCOMMANDLINE_H
