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
  InitCommandLine(cl::OptionCategory &category, cl::SubCommand &command)
      : rules("init",
              cl::desc("Initialise the parameters whose names match: "
                       "mlp:*.weight=#nn.xavier_uniform, or without a network"),
              cl::value_desc("[network:]pattern=initialiser"), cl::sub(command),
              cl::cat(category)),
        profile(
            "init-profile",
            cl::desc("Whose defaults initialise what nothing else does"),
            cl::init(nn::InitProfile::Torch),
            cl::values(
                clEnumValN(nn::InitProfile::Torch, "torch", "PyTorch's"),
                clEnumValN(nn::InitProfile::Keras, "keras", "Keras's"),
                clEnumValN(nn::InitProfile::Gluon, "gluon", "MXNet Gluon's"),
                clEnumValN(nn::InitProfile::Flax, "flax", "Flax's"),
                clEnumValN(nn::InitProfile::Paddle, "paddle", "Paddle's")),
            cl::sub(command), cl::cat(category)) {}

  int getNumOccurrences() const {
    return rules.getNumOccurrences() + profile.getNumOccurrences();
  }
  /// Writes the options given into the compiler's.
  void apply(PipelineOptions &options) const {
    options.init.assign(rules.begin(), rules.end());
    options.profile = profile;
  }

private:
  cl::list<std::string> rules;
  WordOption<nn::InitProfile> profile;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_INITCOMMANDLINE_H
