//===- SourceOrder.h - Long straight code as it was written -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_SOURCEORDER_H
#define NASCENT_TARGET_SOURCEORDER_H

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Target/TargetMachine.h"

namespace nascent {

/// Keeps LLVM's scheduler away from functions with long straight code, where
/// the target has 16 vector registers. Kernels broadcast an element and use it
/// for all vectors before the next one. The scheduler computes one vector after
/// the other, while elements wait on the stack: on a Zen 3, an LSTM of 16
/// units took 1.6 times as long.
class SourceOrder : public llvm::OptPassGate {
public:
  /// `others` decides on what this has nothing to say of.
  SourceOrder(const llvm::Module &module, const llvm::TargetMachine &machine,
              const llvm::OptPassGate &others);

  bool isEnabled() const override {
    return !functions.empty() || others.isEnabled();
  }
  bool shouldRunPass(llvm::StringRef pass,
                     llvm::StringRef description) const override;

private:
  const llvm::OptPassGate &others;
  /// As passes are told of them.
  llvm::StringSet<> functions;
};

} // namespace nascent

#endif // NASCENT_TARGET_SOURCEORDER_H
