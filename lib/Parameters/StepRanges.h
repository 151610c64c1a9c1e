//===- StepRanges.h - What a step of training changes -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_STEPRANGES_H
#define NASCENT_LIB_PARAMETERS_STEPRANGES_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/Support/GlobPattern.h"

namespace nascent::parameters {

/// Parameters that lie side by side and change alike.
struct StepRange {
  /// In floats, from the start of the buffer.
  int64_t begin, end;
  /// A factor of the learning rate, not 0.
  float rate;
  bool decays;
};

/// Which parameters change, and how fast, by what a user says of their names.
class StepRules {
public:
  /// Reads `[NETWORK:]PATTERN=RATE`, and `[NETWORK:]PATTERN` of what does not
  /// decay.
  llvm::LogicalResult parseRate(llvm::StringRef text, mlir::ModuleOp module);
  llvm::LogicalResult parseNoDecay(llvm::StringRef text, mlir::ModuleOp module);

  /// What a step changes of a network, in the order of places: all trainable
  /// parameters but those of rate 0, each with its padding. Of several rules
  /// the last one holds. Fails, after an error, where nothing is left.
  llvm::FailureOr<llvm::SmallVector<StepRange>>
  getRanges(nn::SequentialOp network,
            llvm::ArrayRef<nn::NetworkParameter> parameters);

  /// Each rule must have matched somewhere. Fails, after an error at `module`.
  llvm::LogicalResult finish(mlir::ModuleOp module) const;

private:
  struct Rule {
    std::string network;
    llvm::GlobPattern pattern;
    float rate;
    /// How errors quote it.
    std::string text;
    bool hasMatched = false;
  };

  llvm::LogicalResult parse(llvm::StringRef what, llvm::StringRef target,
                            float rate, std::vector<Rule> &rules,
                            mlir::ModuleOp module);
  /// The last rule that matches a parameter; null if none does.
  static const Rule *find(std::vector<Rule> &rules, nn::SequentialOp network,
                          const nn::NetworkParameter &parameter);

  std::vector<Rule> rates, noDecay;
  std::string names;
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_STEPRANGES_H
