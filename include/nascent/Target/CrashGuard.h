//===- CrashGuard.h - Failures inside LLVM become errors --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's code generators are not equally complete. What one cannot do ends, in
// places, in LLVM's fatal error handler or in a signal. Neither may reach a
// user, for whom it is a target that cannot be compiled for.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_CRASHGUARD_H
#define NASCENT_TARGET_CRASHGUARD_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"
#include <string>

namespace nascent {

/// "target xtensa, processor esp32: <why>". Of `why` there is the first line,
/// as far as it is readable: without the addresses of LLVM's data, and not all
/// of a list of hundreds of numbers.
llvm::Error targetError(const llvm::Triple &triple, llvm::StringRef cpu,
                        llvm::StringRef why);

/// Runs `work`, which gives LLVM work for a target, and returns its error. A
/// fatal error of LLVM and a signal are returned as errors, too; what `work`
/// has made by then is never destroyed, as its state is not known.
llvm::Error guardAgainstCrashes(const llvm::Triple &triple, llvm::StringRef cpu,
                                llvm::function_ref<llvm::Error()> work);

/// While it lives, keeps the first error that LLVM reports to a context, where
/// LLVM itself would print it and exit. The next ones mostly are the same for
/// other functions.
class FirstError {
public:
  explicit FirstError(llvm::LLVMContext &context);
  ~FirstError();

  /// Empty if there is none.
  llvm::StringRef get() const { return text; }

private:
  llvm::LLVMContext &context;
  std::string text;
};

} // namespace nascent

#endif // NASCENT_TARGET_CRASHGUARD_H
