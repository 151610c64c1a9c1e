//===- ModuleTree.cpp - A network as the tree that its names spell --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleTree.h"

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

/// The nodes of `layers`, whose paths all start with the same `prefixLength`
/// characters.
static std::vector<ModuleNode> buildNodes(ArrayRef<LayerOpInterface> layers,
                                          size_t prefixLength) {
  std::vector<ModuleNode> nodes;
  auto restOf = [&](LayerOpInterface layer) {
    return LayerOpInterface(layer).getLayerName().getValue().drop_front(
        prefixLength);
  };
  while (!layers.empty()) {
    StringRef rest = restOf(layers.front());
    size_t dot = rest.find('.');
    ModuleNode node;
    node.path = LayerOpInterface(layers.front())
                    .getLayerName()
                    .getValue()
                    .take_front(prefixLength + rest.take_front(dot).size());
    if (dot == StringRef::npos) {
      node.layer = layers.front();
      layers = layers.drop_front();
    } else {
      StringRef inside = rest.take_front(dot + 1);
      auto below = layers.take_while([&](LayerOpInterface layer) {
        return restOf(layer).starts_with(inside);
      });
      layers = layers.drop_front(below.size());
      node.children = buildNodes(below, prefixLength + inside.size());
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

ModuleNode buildModuleTree(SequentialOp network) {
  ModuleNode root;
  root.children = buildNodes(llvm::to_vector(network.getLayers()), 0);
  return root;
}

const ModuleNode *findModule(const ModuleNode &root, StringRef path) {
  if (root.path == path)
    return &root;
  for (const ModuleNode &child : root.children)
    if (const ModuleNode *found = findModule(child, path))
      return found;
  return nullptr;
}

void forEachLayer(const ModuleNode &node,
                  llvm::function_ref<void(LayerOpInterface)> visit) {
  if (!node.isBlock())
    visit(node.layer);
  for (const ModuleNode &child : node.children)
    forEachLayer(child, visit);
}

} // namespace nascent
