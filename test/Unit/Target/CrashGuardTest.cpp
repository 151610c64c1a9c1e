//===- CrashGuardTest.cpp - What code generation survives -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/CrashGuard.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/Support/ErrorHandling.h"
#include "gtest/gtest.h"
#include <csignal>

using namespace nascent;

static std::string guarded(llvm::function_ref<llvm::Error()> work) {
  return llvm::toString(
      guardAgainstCrashes(llvm::Triple("xtensa"), "esp32", work));
}

TEST(CrashGuard, PassesOnWhatWorkReturns) {
  EXPECT_EQ(guarded([] { return llvm::Error::success(); }), "");
  EXPECT_EQ(guarded([] { return llvm::createStringError("no"); }), "no");
}

TEST(CrashGuard, ReturnsAFatalErrorAsOneLine) {
  auto fail = []() -> llvm::Error {
    llvm::report_fatal_error("Cannot select: 0x55b29c948fb0: f32 = fsqrt "
                             "0x55b29c948fc0, t1\n  0x55b29c948fc0: f32\n");
  };
  EXPECT_EQ(guarded(fail), "target xtensa, processor esp32: LLVM cannot "
                           "generate code: Cannot select: f32 = fsqrt t1");
}

TEST(CrashGuard, ReturnsASignal) {
  for (int signal : {SIGABRT, SIGSEGV, SIGILL, SIGFPE}) {
    auto crash = [&] {
      std::raise(signal);
      return llvm::Error::success();
    };
    EXPECT_EQ(guarded(crash), "target xtensa, processor esp32: LLVM cannot "
                              "generate code: its code generator crashed");
  }
}

TEST(CrashGuard, CutsALongList) {
  std::string error = llvm::toString(
      targetError(llvm::Triple("ve"), "", std::string(1000, 'x')));
  EXPECT_EQ(error, "target ve: " + std::string(160, 'x') + "…");
}

TEST(FirstError, KeepsTheFirstOnly) {
  llvm::LLVMContext context;
  FirstError error(context);
  EXPECT_EQ(error.get(), "");
  context.emitError("first");
  context.emitError("second");
  EXPECT_EQ(error.get(), "first");
}
