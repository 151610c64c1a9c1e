//===- NetworkSizes.h - Sizes as formulas in what is unknown ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before its inputs are bound, a network's sizes are functions of theirs. Each
// unknown size of an input gets a name, and the layers' own rules, applied once
// from the first layer to the last, say what follows.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NETWORKSIZES_H
#define NASCENT_DIALECT_NN_IR_NETWORKSIZES_H

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::nn {

/// A name in formulas, and the dimension of an input that it stands for.
struct SizeName {
  std::string name;
  /// What the dimension is by itself: "length".
  std::string kind;
  unsigned input;
  unsigned dimension;
};

/// Whether the first dimension of an input is open: how many rows it has.
bool hasOpenBatch(SequentialOp network);
/// Whether another one is.
bool hasOpenSizes(SequentialOp network);

/// The sizes of one network. Where inference has left no number, they are
/// formulas in the unknown sizes of its inputs.
class NetworkSizes {
public:
  /// Fails, after an error, if no sizes fit the network.
  static llvm::FailureOr<NetworkSizes>
  get(SequentialOp network, mlir::SymbolTableCollection &symbols);

  /// The names of the inputs' unknown dimensions, but for the batch.
  llvm::ArrayRef<SizeName> getNames() const { return names; }
  /// The size of an open batch, which the inputs share: `batch`.
  static SizeExpr getBatch();
  /// What must hold of the names, the first that is found first.
  llvm::ArrayRef<SizeCondition> getConditions() const { return conditions; }

  /// The dimensions of a value of the network.
  const Shape &getShape(mlir::Value value) const {
    return values.find(value)->second;
  }
  /// The dimensions of a parameter that the network's layers use.
  const Shape &getShape(ParameterOp parameter) const {
    return parameters.find(parameter)->second;
  }
  /// The elements of a parameter that the network's layers use.
  SizeExpr getElements(ParameterOp parameter) const;
  /// How often a layer multiplies and adds for one row of the batch.
  const SizeExpr &getMultiplyAdds(LayerOpInterface layer) const {
    return multiplyAdds.find(layer)->second;
  }

private:
  void nameInputs(SequentialOp network);
  llvm::LogicalResult relate(LayerOpInterface layer,
                             mlir::SymbolTableCollection &symbols);
  llvm::LogicalResult add(LayerOpInterface layer,
                          const SizeCondition &condition);
  llvm::LogicalResult addAll(LayerOpInterface layer, Shape &shape);

  llvm::SmallVector<SizeName> names;
  llvm::SmallVector<SizeCondition, 0> conditions;
  llvm::DenseMap<mlir::Value, Shape> values;
  llvm::DenseMap<mlir::Operation *, Shape> parameters;
  llvm::DenseMap<mlir::Operation *, SizeExpr> multiplyAdds;
};

/// Fails, after an error, where a layer's value has a dimension open behind the
/// batch that is no formula of open sizes of the inputs: that is what kernels
/// compute it by.
llvm::LogicalResult verifyOpenSizes(SequentialOp network,
                                    mlir::SymbolTableCollection &symbols);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_NETWORKSIZES_H
