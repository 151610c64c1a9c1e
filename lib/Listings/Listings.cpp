//===- Listings.cpp - MXNet's, Flax's and Keras's listings ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Listings.h"
#include "LayerText.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

std::string Listing::shapeOf(const NetworkParameter &parameter) const {
  return formatShape(parameterShape(names.getScheme(), parameter.spec.role,
                                    shapes.lookup(parameter)));
}

int64_t Listing::elementBytesOf(const NetworkParameter &parameter) const {
  ParameterOp op = parameter.op;
  if (PanelsAttr layout = op.getLayoutAttr(); layout && layout.getElement())
    return layout.getElement().getIntOrFloatBitWidth() / 8;
  if (parameter.isMatrix() && parameters::mayBeNarrow(shapes.lookup(parameter)))
    return parameters::bytesOf(weights);
  return op.getTensorType().getElementTypeBitWidth() / 8;
}

bool Listing::isSettled() const {
  return llvm::none_of(parameters, [&](const NetworkParameter &parameter) {
    return ShapedType::isDynamicShape(shapes.lookup(parameter));
  });
}

std::string dtypeOf(ParameterOp parameter) {
  return fmt::format("float{}",
                     parameter.getTensorType().getElementTypeBitWidth());
}

//===----------------------------------------------------------------------===//
// MXNet
//===----------------------------------------------------------------------===//

static std::string describeMXNet(const Listing &listing, LayerOpInterface layer,
                                 StringRef activation = "") {
  return formatLayer(layer, NamingScheme::MXNet, listing.shapes.lookup(layer),
                     activation);
}

/// The description of `activation` if MXNet can give it to `layer` as an
/// argument: `layer` takes one, it is one of MXNet's named activations, comes
/// next, and no other layer sees what goes into it.
static std::string fusedActivation(const Listing &listing,
                                   LayerOpInterface layer,
                                   LayerOpInterface activation) {
  if (!StringRef(layer.getListing().mxnet).contains("{activation") ||
      !layer->hasOneUse() || *layer->user_begin() != activation)
    return "";
  std::string text = describeMXNet(listing, activation);
  return StringRef(text).starts_with("Activation(") ? text : "";
}

/// A Sequential as Gluon prints it: its children are numbered, and a layer's
/// activation is part of it. `indent` spaces stand before its last line.
static std::string listBlock(const Listing &listing, const ModuleNode &block,
                             unsigned indent) {
  std::string text = "Sequential(\n";
  size_t index = 0;
  ArrayRef<ModuleNode> children = block.children;
  for (size_t i = 0; i < children.size(); ++i) {
    const ModuleNode &child = children[i];
    text += fmt::format("{:{}}({}): ", "", indent + 2, index++);
    if (child.isBlock()) {
      text += listBlock(listing, child, indent + 2) + "\n";
      continue;
    }
    std::string activation;
    if (i + 1 < children.size() && !children[i + 1].isBlock())
      activation = fusedActivation(listing, child.layer, children[i + 1].layer);
    text += describeMXNet(listing, child.layer, activation) + "\n";
    i += !activation.empty();
  }
  return text + fmt::format("{:{}})", "", indent);
}

/// A layer with its activation, wherever that is shown.
static std::string describeAlone(const Listing &listing,
                                 LayerOpInterface layer) {
  Operation *next = layer->getNextNode();
  std::string activation;
  if (auto following = dyn_cast_if_present<LayerOpInterface>(next))
    activation = fusedActivation(listing, layer, following);
  return describeMXNet(listing, layer, activation);
}

std::string listMXNet(const Listing &listing) {
  const ModuleNode &part = listing.part;
  std::string tree = part.isBlock() ? listBlock(listing, part, /*indent=*/0)
                                    : describeAlone(listing, part.layer);
  std::string name = part.isBlock() || !listing.names.contains(part.layer)
                         ? fmt::format("sequential{}", listing.index)
                         : printable(listing.names.lookup(part.layer));
  std::string text = fmt::format("{}\n{}_ (\n", tree, name);
  for (const NetworkParameter &parameter : listing.parameters)
    text += fmt::format("  Parameter {} (shape={}, dtype={})\n",
                        listing.nameOf(parameter), listing.shapeOf(parameter),
                        dtypeOf(parameter.op));
  return text + ")\n";
}

//===----------------------------------------------------------------------===//
// Flax
//===----------------------------------------------------------------------===//

namespace {
/// A parameter in a tree of dictionaries: the keys that lead to it.
struct Leaf {
  SmallVector<std::string> path;
  std::string shape;
};
} // namespace

/// A string literal of Python.
static std::string quoted(StringRef text) {
  std::string literal = "'";
  for (char c : text) {
    literal += c == '\'' || c == '\\' ? "\\" : "";
    literal += c;
  }
  return literal + "'";
}

/// The dictionary at `depth` of the tree, for leaves in the order of their
/// paths.
static std::string formatTree(ArrayRef<Leaf> leaves, size_t depth) {
  std::string text = "{";
  while (!leaves.empty()) {
    const Leaf &first = leaves.front();
    const std::string &key = first.path[depth];
    ArrayRef<Leaf> below = leaves.take_while(
        [&](const Leaf &leaf) { return leaf.path[depth] == key; });
    leaves = leaves.drop_front(below.size());
    text += text.size() > 1 ? ", " : "";
    text += quoted(key) + ": ";
    text += first.path.size() == depth + 1 ? first.shape
                                           : formatTree(below, depth + 1);
  }
  return text + "}";
}

std::string listFlax(const Listing &listing) {
  SmallVector<Leaf, 0> leaves;
  for (const NetworkParameter &parameter : listing.parameters) {
    Leaf leaf;
    std::string name = listing.nameOf(parameter);
    SmallVector<StringRef> keys;
    StringRef(name).split(keys, '/');
    leaf.path.assign(keys.begin(), keys.end());
    leaf.shape = listing.shapeOf(parameter);
    leaves.push_back(std::move(leaf));
  }
  // JAX sorts the keys of dictionaries.
  llvm::sort(leaves,
             [](const Leaf &a, const Leaf &b) { return a.path < b.path; });
  return fmt::format("{{'params': {}}}\n", formatTree(leaves, 0));
}

//===----------------------------------------------------------------------===//
// Keras
//===----------------------------------------------------------------------===//

/// The layers of a model as Keras counts them: a Dense has its activation in
/// it, and a layer that is used again is the same one.
static size_t countLayers(const Listing &listing) {
  size_t count = 0;
  ArrayRef<ModuleNode> children = listing.part.children;
  for (size_t i = 0; i < children.size(); ++i) {
    if (children[i].isBlock()) {
      ++count;
      continue;
    }
    LayerOpInterface layer = children[i].layer;
    count += !layer.getTieAttr();
    if (i + 1 < children.size() && !children[i + 1].isBlock() &&
        !fusedActivation(listing, layer, children[i + 1].layer).empty())
      ++i;
  }
  return listing.part.isBlock() ? count : 1;
}

std::string listKeras(const Listing &listing) {
  if (!listing.isSettled()) {
    SmallVector<StringRef> layers(countLayers(listing), "[]");
    return "[" + llvm::join(layers, ", ") + "]\n";
  }
  std::string shapes, table;
  for (const NetworkParameter &parameter : listing.parameters) {
    std::string shape = listing.shapeOf(parameter);
    shapes += (shapes.empty() ? "" : ", ") + shape;
    table += fmt::format("{} {}\n", listing.nameOf(parameter), shape);
  }
  return fmt::format("[{}]\n{}", shapes, table);
}

} // namespace nascent
