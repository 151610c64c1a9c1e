//===- TorchListing.cpp - PyTorch's modules and parameters ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerText.h"
#include "Listings.h"
#include "nascent/Listings/Columns.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

static std::string formatShapes(TypeRange types) {
  return llvm::join(
      llvm::map_range(types,
                      [](Type type) {
                        return formatShape(
                            cast<RankedTensorType>(type).getShape());
                      }),
      ", ");
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/// Appends a module as PyTorch prints it; `indent` spaces stand before its last
/// line.
static void listModule(const ModuleNode &node, unsigned indent,
                       const ListedShapes &shapes, std::string &text) {
  if (!node.isBlock()) {
    LayerOpInterface layer = node.layer;
    text += formatLayer(layer, NamingScheme::Torch, shapes.lookup(layer));
    return;
  }
  text += "Sequential(\n";
  for (const ModuleNode &child : node.children) {
    text.append(indent + 2, ' ');
    text += "(" + printable(child.name()) + "): ";
    listModule(child, indent + 2, shapes, text);
    text += "\n";
  }
  text.append(indent, ' ');
  text += ")";
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

static std::string formatInitializer(Attribute init) {
  std::string text;
  llvm::raw_string_ostream(text) << init;
  StringRef name = text;
  name.consume_front("#nn.");
  return name.str();
}

static std::string listParameters(const Listing &listing) {
  std::vector<std::vector<std::string>> rows;
  for (const NetworkParameter &parameter : listing.parameters) {
    ParameterOp op = parameter.op;
    bool isOpen = ShapedType::isDynamicShape(listing.shapes.lookup(parameter));
    std::string name = listing.nameOf(parameter);
    rows.push_back({name, isOpen ? "<UninitializedParameter>" : "",
                    listing.shapeOf(parameter), dtypeOf(op),
                    formatInitializer(op.getInit())});
    for (const std::string &alias : parameter.aliases)
      rows.push_back({printable(alias), "", "is " + name});
  }
  std::string text;
  for (const std::string &line : lineUp(rows))
    text += line + "\n";
  return text;
}

static std::string formatTotal(const Listing &listing) {
  if (!listing.isSettled())
    return "Total: unknown until an input is bound; " +
           bindingHint(listing.network) + "\n";
  int64_t total = 0, totalBytes = 0;
  for (const NetworkParameter &parameter : listing.parameters) {
    SmallVector<int64_t> sizes = listing.shapes.lookup(parameter);
    std::optional<int64_t> size = checkedProduct(sizes);
    sizes.push_back(listing.elementBytesOf(parameter));
    std::optional<int64_t> bytes = checkedProduct(sizes);
    if (!bytes || llvm::AddOverflow(totalBytes, *bytes, totalBytes))
      return "Total: 2^63 bytes or more\n";
    total += *size;
  }
  return fmt::format("Total: {}, {}\n", counted(total, "parameter"),
                     counted(totalBytes, "byte"));
}

std::string listTorch(const Listing &listing) {
  SequentialOp network = listing.network;
  std::string name = printable(network.getSymName());
  std::string title =
      listing.part.path.empty()
          ? fmt::format("{}: input {} -> output {}", name,
                        formatShapes(network.getArgumentTypes()),
                        formatShapes(network.getResultTypes()))
          : fmt::format("{}, layer '{}':", name, printable(listing.part.path));
  std::string text = title + "\n";
  listModule(listing.part, /*indent=*/0, listing.shapes, text);
  return text + "\n" + listParameters(listing) + formatTotal(listing);
}

} // namespace nascent
