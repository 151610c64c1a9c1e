//===- ParametricLayer.h - Layers with parameters ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ODS generates of a layer with parameters calls these.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_PARAMETRICLAYER_H
#define NASCENT_DIALECT_NN_IR_PARAMETRICLAYER_H

#include "nascent/Dialect/NN/IR/NNInterfaces.h"

namespace nascent::nn::detail {

/// A parameter as ODS describes it.
struct ParameterForm {
  ParameterRole role;
  /// The last part of its name, and, with `_` for each `.`, the attribute that
  /// refers to its symbol.
  llvm::StringRef name;
  unsigned rank;
  /// The attribute that states its initialiser; empty where none does.
  llvm::StringRef init;
  /// The flags of layers that do not have it.
  llvm::SmallVector<llvm::StringRef, 2> absentBy;
  /// The flag of layers that have it; empty where it needs none.
  llvm::StringRef presentBy;
  bool trainable;
  mlir::Attribute byDefault;
};

/// PyTorch's default of weights, and of biases with their weight's fan:
/// U(-1/√fan_in, 1/√fan_in).
mlir::Attribute kaimingUniform(mlir::MLIRContext *context);

/// What PyTorch's attention begins its projections with.
mlir::Attribute xavierUniform(mlir::MLIRContext *context);

/// N(0, 1), PyTorch's default of embeddings.
mlir::Attribute standardNormal(mlir::MLIRContext *context);
/// The same, but for the row of zeros that the layer's `padding_index` states.
mlir::Attribute embeddingNormal(mlir::Operation *layer);

/// PyTorch's default of slopes: 0.25.
mlir::Attribute slope(mlir::MLIRContext *context);

/// How many dimensions a layer norm's parameters have. Where `dims` is wrong,
/// which its rule reports, any number that is possible.
unsigned countNormalized(mlir::Operation *layer);

/// The parameters that the layer has.
llvm::SmallVector<ParameterSpec> specsOf(mlir::Operation *layer,
                                         llvm::ArrayRef<ParameterForm> forms);
mlir::FlatSymbolRefAttr getParameterRef(LayerOpInterface layer, unsigned index);
void setParameterRef(LayerOpInterface layer, unsigned index,
                     mlir::FlatSymbolRefAttr ref);

/// Verifies that nothing is said of parameters that the layer does not have,
/// and that it refers to all of the others, or to none.
llvm::LogicalResult verifyParameters(LayerOpInterface layer,
                                     llvm::ArrayRef<ParameterForm> forms);

/// Verifies that the layer refers to parameters, of the shapes that it needs.
llvm::LogicalResult verifyParameterUses(LayerOpInterface layer,
                                        mlir::SymbolTableCollection &symbols);

} // namespace nascent::nn::detail

#endif // NASCENT_DIALECT_NN_IR_PARAMETRICLAYER_H
