//===- Version.cpp - Nascent's version ------------------------------------===//

#include "nascent/Support/Version.h"
#include "llvm/Support/CommandLine.h"

namespace nascent {

void registerVersion() {
  llvm::cl::AddExtraVersionPrinter([](llvm::raw_ostream &os) {
    os << "Nascent:\n  Nascent version " NASCENT_VERSION "\n";
  });
}

} // namespace nascent
