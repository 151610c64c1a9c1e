//===- ParameterRules.h - What is said of parameters by name ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_PARAMETERRULES_H
#define NASCENT_LIB_PARAMETERS_PARAMETERRULES_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/Support/GlobPattern.h"
#include <optional>
#include <string>
#include <vector>

namespace nascent::parameters {

/// Numbers that a user gives parameters by patterns of their names.
class ParameterRules {
public:
  /// Gives `number` to what `target`, [NETWORK:]PATTERN, matches; errors call
  /// the rule `what`. Fails, after an error at `module`, on what is no such
  /// target.
  llvm::LogicalResult add(llvm::StringRef what, llvm::StringRef target,
                          float number, mlir::ModuleOp module);

  /// The number of the last rule that matches a parameter; nullopt if none
  /// does.
  std::optional<float> find(nn::SequentialOp network,
                            const nn::NetworkParameter &parameter);

  /// Each rule must have matched one of those that were asked for. Fails, after
  /// an error at `module`.
  llvm::LogicalResult finish(mlir::ModuleOp module) const;

private:
  struct Rule {
    std::string network;
    llvm::GlobPattern pattern;
    float number;
    /// How errors quote it.
    std::string text;
    bool hasMatched = false;
  };

  std::vector<Rule> rules;
  std::string names;
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_PARAMETERRULES_H
