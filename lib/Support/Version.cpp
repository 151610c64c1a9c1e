//===- Version.cpp - Nascent's version ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Version.h"
#include "llvm/Support/CommandLine.h"

namespace nascent {

const char *version() { return NASCENT_VERSION; }

void registerVersion() {
  llvm::cl::AddExtraVersionPrinter([](llvm::raw_ostream &os) {
    os << "Nascent:\n  Nascent version " << version() << "\n";
  });
}

} // namespace nascent
