//===- ModuleTree.h - A network as the tree that its names spell -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_MODULETREE_H
#define NASCENT_LIB_LISTINGS_MODULETREE_H

#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent {

/// A layer, or a block: what stands under one part of the layers' names, which
/// are paths of parts joined by dots.
struct ModuleNode {
  /// "0.block 1": the path up to here.
  std::string path;
  /// Null for a block.
  nn::LayerOpInterface layer;
  std::vector<ModuleNode> children;

  bool isBlock() const { return !layer; }
  /// The last part of the path.
  llvm::StringRef name() const {
    return llvm::StringRef(path).substr(llvm::StringRef(path).rfind('.') + 1);
  }
};

/// The tree of a network's layers. Layers that follow one another under one
/// path are one block; the root has an empty path.
ModuleNode buildModuleTree(nn::SequentialOp network);

/// The node at `path`; null if there is none.
const ModuleNode *findModule(const ModuleNode &root, llvm::StringRef path);

/// Calls `visit` for every layer at or under a node, in order.
void forEachLayer(const ModuleNode &node,
                  llvm::function_ref<void(nn::LayerOpInterface)> visit);

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_MODULETREE_H
