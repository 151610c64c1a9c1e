//===- NetworkSizes.h - Sizes as formulas in what is unknown ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before its input is bound, a network's sizes are functions of the input's.
// Layers state how shapes relate, for numbers only; so the formulas are found
// by asking with several numbers and seeing what follows.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_NETWORKSIZES_H
#define NASCENT_LIB_LISTINGS_NETWORKSIZES_H

#include "Polynomial.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent {

/// A number, a formula, or nullopt for what is neither.
using Size = std::optional<Polynomial>;

/// A name in formulas, and the dimension it stands for.
struct SizeName {
  std::string name;
  unsigned input;
  unsigned dimension;
};

/// The sizes of one network after inference.
class NetworkSizes {
public:
  /// Fails, after an error, if the network's parameters do not resolve.
  static llvm::FailureOr<NetworkSizes>
  get(nn::SequentialOp network,
      llvm::ArrayRef<nn::NetworkParameter> parameters);

  /// The unknown dimensions of the input, but for the batch.
  llvm::ArrayRef<SizeName> getNames() const { return names; }
  /// The elements of a parameter.
  const Size &getElements(const nn::NetworkParameter &parameter) const {
    return elements.find(parameter.op)->second;
  }
  /// How often a layer multiplies and adds for one row of the batch.
  const Size &getMultiplyAdds(nn::LayerOpInterface layer) const {
    return multiplyAdds.find(layer)->second;
  }
  /// The dimensions of a value; an open batch is nullopt.
  llvm::ArrayRef<Size> getShape(mlir::Value value) const {
    return shapes.find(value)->second;
  }

private:
  llvm::SmallVector<SizeName> names;
  llvm::DenseMap<mlir::Operation *, Size> elements;
  llvm::DenseMap<mlir::Operation *, Size> multiplyAdds;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Size>> shapes;
};

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_NETWORKSIZES_H
