//===- InitRules.h - Which initialiser a parameter gets ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_TRANSFORMS_INITRULES_H
#define NASCENT_DIALECT_NN_TRANSFORMS_INITRULES_H

#include "nascent/Dialect/NN/IR/InitProfile.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/Support/GlobPattern.h"

namespace nascent::nn {

/// An initialiser for all parameters whose names match a pattern.
struct InitRule {
  /// The network it is for; empty for all.
  std::string network;
  llvm::GlobPattern pattern;
  InitializerAttrInterface init;
  /// How errors quote it, and where they stand.
  std::string text;
  mlir::Location location;
  bool hasMatched = false;
};

/// Chooses initialisers for the parameters that state none.
class InitRules {
public:
  InitRules(InitProfile profile) : profile(profile) {}

  /// Reads `[NETWORK:]PATTERN=INITIALISER`.
  llvm::LogicalResult parse(llvm::StringRef text, mlir::ModuleOp module);
  /// Begins a network and reads the rules that it states itself.
  void enter(SequentialOp network);
  /// The initialiser of a parameter of the network entered last, by its name
  /// and those that layers tied to its own give it.
  mlir::Attribute choose(llvm::ArrayRef<std::string> parameterNames,
                         const ParameterSpec &spec);
  /// Ends a network: each of its own rules must have matched.
  llvm::LogicalResult leave();
  /// Each rule given as an option must have matched somewhere.
  llvm::LogicalResult finish();

private:
  llvm::LogicalResult verifyMatched(llvm::ArrayRef<InitRule> rules,
                                    llvm::StringRef names);

  InitProfile profile;
  std::vector<InitRule> fromOptions, fromNetwork;
  SequentialOp network;
  /// Names seen, quoted: in this network and in all.
  std::string names, allNames;
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_TRANSFORMS_INITRULES_H
