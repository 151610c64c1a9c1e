//===- StandardOutput.cpp - What a tool prints ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/StandardOutput.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace llvm;

namespace nascent {

static void checkOutput() {
  outs().flush();
  std::error_code error = outs().error();
  if (!error)
    return;
  outs().clear_error();
  errs() << "error: cannot write '-': " << error.message() << "\n";
  std::_Exit(EXIT_FAILURE);
}

void reportLostOutput() {
  // Made first, so that it is destroyed after the check.
  outs();
  std::atexit(checkOutput);
}

} // namespace nascent
