//===- ListedShapes.h - Shapes as the frameworks know them ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A framework settles layers in order, from the input on: until the first
// Dense has met an input, the second does not know its width either, and the
// listings show -1 for both. Types know more: that the first layer has 256
// units is a fact about what enters the second. This is the frameworks' view.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_LISTEDSHAPES_H
#define NASCENT_LIB_LISTINGS_LISTEDSHAPES_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent {

/// The shapes to list for a network. A layer is settled if its parameters are
/// and the layers before it are; what comes after one that is not knows only
/// what it states itself. A network that is settled throughout shows the shapes
/// of its types.
class ListedShapes {
public:
  /// Needs materialised parameters. Fails, after an error, if a layer
  /// contradicts itself.
  static llvm::FailureOr<ListedShapes>
  get(nn::SequentialOp network, mlir::SymbolTableCollection &symbols);

  /// The shapes to describe a layer by.
  const nn::LayerShapes &lookup(nn::LayerOpInterface layer) const {
    return layers.find(layer)->second;
  }
  /// The sizes of a parameter.
  llvm::SmallVector<int64_t>
  lookup(const nn::NetworkParameter &parameter) const {
    return parameters.find(parameter.op)->second.sizes();
  }

private:
  llvm::DenseMap<mlir::Operation *, nn::LayerShapes> layers;
  llvm::DenseMap<mlir::Operation *, nn::Shape> parameters;
};

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_LISTEDSHAPES_H
