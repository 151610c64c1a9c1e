//===- CrashGuard.cpp - Failures inside LLVM become errors ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/CrashGuard.h"
#include "nascent/Support/MakeError.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace nascent {

Error targetError(const Triple &triple, StringRef cpu, StringRef why) {
  std::string line = why.ltrim().split('\n').first.rtrim().str();
  Regex address("0x[0-9a-f]{6,}(: |, )?");
  while (address.match(line))
    line = address.sub("", line);
  Regex place("^<unknown>:0:0: (in function [^:]*: )?");
  line = place.sub("", line);
  constexpr size_t longest = 160;
  if (line.size() > longest)
    line = line.substr(0, longest) + "…";
  std::string processor =
      cpu.empty() ? "" : fmt::format(", processor {}", cpu.str());
  return makeError("target {}{}: {}", triple.str(), processor, line);
}

/// Instead of ending the process, goes back to the guard with the reason.
static void recover(void *reason, const char *message, bool) {
  *static_cast<std::string *>(reason) = message;
  CrashRecoveryContext::GetCurrent()->HandleExit(/*RetCode=*/1);
}

Error guardAgainstCrashes(const Triple &triple, StringRef cpu,
                          function_ref<Error()> work) {
  std::string reason;
  std::optional<Error> result;
  CrashRecoveryContext::Enable();
  CrashRecoveryContext context;
  {
    ScopedFatalErrorHandler handler(recover, &reason);
    context.RunSafely([&] { result.emplace(work()); });
  }
  CrashRecoveryContext::Disable();
  if (result)
    return std::move(*result);
  return targetError(
      triple, cpu,
      "LLVM cannot generate code: " +
          (reason.empty() ? "its code generator crashed" : reason));
}

namespace {
struct FirstErrorHandler : DiagnosticHandler {
  explicit FirstErrorHandler(std::string &text) : text(text) {}

  bool handleDiagnostics(const DiagnosticInfo &info) override {
    if (info.getSeverity() != DS_Error)
      return false;
    if (text.empty()) {
      raw_string_ostream stream(text);
      DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
    }
    return true;
  }

  std::string &text;
};
} // namespace

FirstError::FirstError(LLVMContext &context) : context(context) {
  context.setDiagnosticHandler(std::make_unique<FirstErrorHandler>(text));
}

FirstError::~FirstError() { context.setDiagnosticHandler(nullptr); }

} // namespace nascent
