//===- RecurrentLayer.h - Layers that go through sequences ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ODS generates of recurrent layers calls these.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_RECURRENTLAYER_H
#define NASCENT_DIALECT_NN_IR_RECURRENTLAYER_H

#include "nascent/Dialect/NN/IR/NNInterfaces.h"

namespace nascent::nn {

/// What the clauses of a recurrent layer say.
struct RecurrentForm {
  /// How many rows of its weights there are for each unit.
  int64_t gates;
  int64_t units;
  int64_t layers;
  int64_t directions;
  bool hasBias;
  /// Whether only what is left after the last step is seen.
  bool last;
  /// How many states a unit has.
  unsigned states;
  /// Whether rows have lengths of their own.
  bool hasLengths;

  /// The parameters of one direction of one layer: weights, then biases, each
  /// of the input and of the state.
  unsigned parametersEach() const { return hasBias ? 4 : 2; }
};

namespace detail {

/// The rule of a recurrent layer. `in` is the clause of that name.
llvm::LogicalResult relateRecurrent(LayerOpInterface layer,
                                    const RecurrentForm &form,
                                    std::optional<int64_t> in,
                                    LayerShapes &shapes, EmitError emitError);

/// Its parameters, as PyTorch names and orders them; `init` and `biasInit` are
/// what is stated of them, or null.
llvm::SmallVector<ParameterSpec> recurrentParameters(LayerOpInterface layer,
                                                     const RecurrentForm &form,
                                                     mlir::Attribute init,
                                                     mlir::Attribute biasInit);

/// Every element of the weights once for each step.
llvm::SmallVector<Dim> countRecurrent(LayerOpInterface layer,
                                      const RecurrentForm &form,
                                      const LayerShapes &shapes);

/// Element `index` of a list of symbols; null where there is none.
mlir::FlatSymbolRefAttr symbolOf(mlir::ArrayAttr symbols, unsigned index);

/// `symbols`, which may be null, with `ref` as element `index`: one that there
/// is, or the next one.
mlir::ArrayAttr withSymbol(mlir::ArrayAttr symbols, unsigned index,
                           mlir::FlatSymbolRefAttr ref);

/// Verifies that the layer refers to all of its parameters, or to none, and
/// that it is given, and gives, all states or none.
/// `unusedInit` is what is stated of biases that there are not, or null.
llvm::LogicalResult verifyRecurrent(LayerOpInterface layer,
                                    const RecurrentForm &form,
                                    mlir::ArrayAttr symbols,
                                    mlir::Attribute unusedInit);

} // namespace detail

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_RECURRENTLAYER_H
