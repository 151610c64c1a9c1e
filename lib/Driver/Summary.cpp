//===- Summary.cpp - Networks as the frameworks list them -----------------===//
//
// Deferred initialisation is taught with these listings: the same network shows
// -1 before its input is known and numbers afterwards. Each is reproduced as
// its framework prints it, so that it can be compared with the book's.
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Summary.h"
#include "Listings.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

static std::string list(const Listing &listing) {
  switch (listing.names.getScheme()) {
  case NamingScheme::Torch:
    return listTorch(listing);
  case NamingScheme::MXNet:
    return listMXNet(listing);
  case NamingScheme::Flax:
    return listFlax(listing);
  case NamingScheme::Keras:
    return listKeras(listing);
  }
  llvm_unreachable("unknown naming scheme");
}

LogicalResult printSummary(ModuleOp module, NamingScheme scheme,
                           raw_ostream &os) {
  SymbolTableCollection symbols;
  auto networks = llvm::to_vector(module.getOps<SequentialOp>());
  std::string text;
  for (auto [index, network] : llvm::enumerate(networks)) {
    auto parameters = collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    FailureOr<LayerNames> names = LayerNames::get(network, scheme);
    if (failed(names))
      return failure();
    FailureOr<ListedShapes> shapes = ListedShapes::get(network, symbols);
    if (failed(shapes))
      return failure();
    text += index ? "\n" : "";
    // PyTorch's listing says whose it is; the others would not.
    if (networks.size() > 1 && scheme != NamingScheme::Torch)
      text += (network.getSymName() + ":\n").str();
    text += list({network, index, *parameters, *names, *shapes});
  }
  os << text;
  return success();
}

} // namespace nascent
