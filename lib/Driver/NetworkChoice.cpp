//===- NetworkChoice.cpp - One network of a file --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkChoice.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Support/Binding.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"

using namespace mlir;

namespace nascent {

std::vector<std::string> listNetworks(ModuleOp module) {
  std::vector<std::string> names;
  for (auto network : module.getOps<nn::SequentialOp>())
    if (network.isPublic() && network.ownsParameters())
      names.push_back(network.getSymName().str());
  for (const NetworkInterface &network : getInterfaces(module))
    names.push_back(network.name);
  return names;
}

llvm::Expected<std::string> chooseNetwork(ModuleOp module, StringRef name) {
  std::vector<std::string> known = listNetworks(module);
  if (name.empty() && known.size() == 1)
    return known.front();
  if (llvm::is_contained(known, name.str()))
    return name.str();
  if (name.empty())
    return llvm::createStringError(
        known.empty()
            ? std::string("there is no public network")
            : fmt::format("--network is missing: choose one of the networks {}",
                          quoteAll(known)));
  return makeError("--network={}: there is no such network; there is {}",
                   name.str(), quoteAll(known));
}

llvm::Error verifyBoundNetworks(ModuleOp module, ArrayRef<std::string> bindings,
                                StringRef path) {
  for (const std::string &text : bindings) {
    llvm::Expected<Binding> binding = parseBinding(text);
    if (!binding)
      return binding.takeError();
    if (module.lookupSymbol<nn::SequentialOp>(binding->network))
      continue;
    std::vector<std::string> known;
    for (auto network : module.getOps<nn::SequentialOp>())
      known.push_back(network.getSymName().str());
    return makeError("--bind {}: there is no network '{}' in {}; there is {}",
                     text, binding->network, path.str(), quoteAll(known));
  }
  return llvm::Error::success();
}

} // namespace nascent
