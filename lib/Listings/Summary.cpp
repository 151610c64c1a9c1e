//===- Summary.cpp - Networks as the frameworks list them -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deferred initialisation is taught with these listings: the same network shows
// -1 before its input is known and numbers afterwards. What a framework prints
// is reproduced, so that it can be compared with the book's; docs/Parameters.md
// says which lines are added to it.
//
//===----------------------------------------------------------------------===//

#include "nascent/Listings/Summary.h"
#include "Listings.h"
#include "SummaryTable.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/FormatVariadic.h"

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

/// The parameters that the layers of `part` use.
static SmallVector<NetworkParameter, 0>
parametersOf(const ModuleNode &part, ArrayRef<NetworkParameter> parameters) {
  llvm::DenseSet<StringAttr> used;
  forEachLayer(part, [&](LayerOpInterface layer) {
    for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i)
      used.insert(layer.getParameterRef(i).getAttr());
  });
  SmallVector<NetworkParameter, 0> result;
  for (const NetworkParameter &parameter : parameters)
    if (used.contains(ParameterOp(parameter.op).getSymNameAttr()))
      result.push_back(parameter);
  return result;
}

/// The deepest node on the way to `path`.
static const ModuleNode &findNearest(const ModuleNode &root, StringRef path) {
  while (path.contains('.')) {
    path = path.rsplit('.').first;
    if (const ModuleNode *node = findModule(root, path))
      return *node;
  }
  return root;
}

namespace {
/// Writes the networks of a module one after the other.
class SummaryWriter {
public:
  SummaryWriter(ModuleOp module, const SummaryOptions &options)
      : module(module), options(options) {}

  LogicalResult write();
  std::string text;

private:
  LogicalResult writeNetwork(SequentialOp network, size_t index,
                             const ModuleNode &part);

  ModuleOp module;
  const SummaryOptions &options;
  SymbolTableCollection symbols;
  llvm::json::Array json;
  bool isOnly = true;
};
} // namespace

LogicalResult SummaryWriter::writeNetwork(SequentialOp network, size_t index,
                                          const ModuleNode &part) {
  auto all = collectParameters(network, symbols);
  if (failed(all))
    return failure();
  FailureOr<LayerNames> names = LayerNames::get(network, options.scheme);
  FailureOr<ListedShapes> shapes = ListedShapes::get(network, symbols);
  if (failed(names) || failed(shapes))
    return failure();
  auto parameters = parametersOf(part, *all);
  Listing listing{network, index,   part,           parameters,
                  *names,  *shapes, options.weights};
  if (options.format == SummaryFormat::Listing) {
    text += text.empty() ? "" : "\n";
    // PyTorch's listing says whose it is; the others would not.
    if (!isOnly && options.scheme != NamingScheme::Torch)
      text += printable(network.getSymName()) + ":\n";
    text += list(listing);
    return success();
  }
  FailureOr<NetworkSizes> sizes = NetworkSizes::get(network, symbols);
  if (failed(sizes))
    return failure();
  if (options.format == SummaryFormat::Shapes) {
    text += text.empty() ? "" : "\n";
    if (!isOnly)
      text += printable(network.getSymName()) + ":\n";
    text += listOutputShapes(listing, *sizes);
    return success();
  }
  std::string whyNot;
  std::optional<CompiledNetwork> compiled;
  if (auto result = options.compile(network.getSymName()))
    compiled = std::move(*result);
  else
    whyNot = llvm::toString(result.takeError());
  if (options.format == SummaryFormat::JSON)
    json.push_back(describeAsJSON(listing, *sizes, compiled, whyNot));
  else
    text += (text.empty() ? "" : "\n") +
            formatTable(listing, *sizes, compiled, whyNot);
  return success();
}

LogicalResult SummaryWriter::write() {
  SmallVector<SequentialOp> networks;
  for (auto network : module.getOps<SequentialOp>())
    if (network.ownsParameters())
      networks.push_back(network);
  isOnly = networks.size() == 1;
  bool isFound = false;
  for (auto [index, network] : llvm::enumerate(networks)) {
    ModuleNode root = buildModuleTree(network);
    const ModuleNode *part = findModule(root, options.part);
    if (!part)
      continue;
    isFound = true;
    if (failed(writeNetwork(network, index, *part)))
      return failure();
  }
  if (!isFound && !networks.empty()) {
    InFlightDiagnostic diag = module.emitError()
                              << "--layer '" << options.part
                              << "': there is no such layer or block";
    for (SequentialOp network : networks) {
      ModuleNode root = buildModuleTree(network);
      const ModuleNode &nearest = findNearest(root, options.part);
      std::vector<std::string> paths;
      for (const ModuleNode &child : nearest.children)
        paths.push_back(child.path);
      diag.attachNote(network.getLoc())
          << (nearest.path.empty()
                  ? "network '" + network.getSymName().str() + "'"
                  : "'" + nearest.path + "'")
          << " has " << (paths.empty() ? "no parts" : quoteAll(paths));
    }
    return diag;
  }
  if (options.format == SummaryFormat::JSON)
    llvm::raw_string_ostream(text) << llvm::formatv(
        "{0:2}\n",
        llvm::json::Value(llvm::json::Object{{"networks", std::move(json)}}));
  return success();
}

LogicalResult printSummary(ModuleOp module, const SummaryOptions &options,
                           raw_ostream &os) {
  SummaryWriter writer(module, options);
  if (failed(writer.write()))
    return failure();
  os << writer.text;
  return success();
}

} // namespace nascent
