//===- OutputShapes.cpp - What each part of a network gives ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The book sends a first batch through a network, layer by layer, and prints
// the shape of each output. Here no batch is needed.
//
//===----------------------------------------------------------------------===//

#include "LayerText.h"
#include "Listings.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

/// "Conv2d": a block is a Sequential in every framework.
static std::string classOf(const Listing &listing, const ModuleNode &node) {
  if (node.isBlock())
    return "Sequential";
  LayerOpInterface layer = node.layer;
  std::string text = formatLayer(layer, listing.names.getScheme(),
                                 listing.shapes.lookup(layer));
  return text.substr(0, text.find('('));
}

/// "torch.Size([1, 6, 28, 28])", and "(1, 6, 28, 28)" elsewhere.
static std::string formatOutput(NamingScheme scheme, const Shape &shape) {
  std::string sizes = llvm::join(
      llvm::map_range(shape.dims,
                      [](const Dim &dim) { return dim.getExpr().format(); }),
      ", ");
  return scheme == NamingScheme::Torch
             ? fmt::format("torch.Size([{}])", sizes)
             : fmt::format("({}{})", sizes, shape.rank() == 1 ? "," : "");
}

std::string listOutputShapes(const Listing &listing,
                             const NetworkSizes &sizes) {
  std::string text;
  auto list = [&](const ModuleNode &node) {
    LayerOpInterface last;
    forEachLayer(node, [&](LayerOpInterface layer) { last = layer; });
    text += fmt::format("{} output shape:\t {}\n", classOf(listing, node),
                        formatOutput(listing.names.getScheme(),
                                     sizes.getShape(last->getResult(0))));
  };
  if (listing.part.isBlock())
    llvm::for_each(listing.part.children, list);
  else
    list(listing.part);
  return text;
}

} // namespace nascent
