//===- RatesCommandLine.h - How fast parameters change ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_RATESCOMMANDLINE_H
#define NASCENT_LIB_DRIVER_RATESCOMMANDLINE_H

#include "nascent/Pipelines/Pipelines.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

namespace nascent {

namespace cl = llvm::cl;

/// How fast parameters change, in every tool that trains the same.
class RatesCommandLine {
public:
  explicit RatesCommandLine(cl::OptionCategory &category)
      : rates(
            "rate",
            cl::desc(
                "Multiply the learning rate of parameters by their names: "
                "*.bias=0.5, or mlp:0.*=0; at 0 they stay as they are, and no "
                "gradient of them is computed"),
            cl::value_desc("[network:]pattern=factor"), cl::cat(category)),
        noDecay("no-decay",
                cl::desc("Parameters without weight decay, by their "
                         "names: *.bias"),
                cl::value_desc("[network:]pattern"), cl::cat(category)) {}

  int getNumOccurrences() const {
    return rates.getNumOccurrences() + noDecay.getNumOccurrences();
  }
  /// What has been given of each, for people.
  std::string describeRates() const {
    return llvm::join(rates.begin(), rates.end(), ", ");
  }
  std::string describeNoDecay() const {
    return llvm::join(noDecay.begin(), noDecay.end(), ", ");
  }
  /// Writes the options given into the compiler's.
  void apply(PipelineOptions &options) const {
    options.rates.assign(rates.begin(), rates.end());
    options.noDecay.assign(noDecay.begin(), noDecay.end());
  }

private:
  cl::list<std::string> rates, noDecay;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_RATESCOMMANDLINE_H
