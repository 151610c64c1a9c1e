//===- NNInterfaces.h - Layers, initialisers, optimisers --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNINTERFACES_H
#define NASCENT_DIALECT_NN_IR_NNINTERFACES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "nascent/Dialect/NN/IR/InitContext.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "nascent/Dialect/NN/IR/Orders.h"
#include "nascent/Dialect/NN/IR/StepContext.h"

namespace nascent::nn {
class LayerOpInterface;
enum class Role : uint32_t;

/// What a lowered function loads and stores: of the parameter of that name, its
/// value or its gradient, by the role of the buffer that all of them are in.
using Storage = std::pair<mlir::StringAttr, Role>;

namespace OpTrait {
/// The last layer of what is trained: its result is the sum of losses.
template <typename LayerOp>
class IsLoss : public mlir::OpTrait::TraitBase<LayerOp, IsLoss> {};
/// A loss whose target are labels.
template <typename LayerOp>
class TakesLabels : public mlir::OpTrait::TraitBase<LayerOp, TakesLabels> {};
} // namespace OpTrait

namespace detail {
/// `dim` where `input` are a layer's `lengths`, which may be null.
std::optional<unsigned> lengthDim(mlir::Value lengths, mlir::Value input,
                                  unsigned dim);
/// What `getIndexLimit` says of lengths; 2³¹ - 1 where the whole length is
/// open. None where `input` is no lengths.
std::optional<int64_t> limitOfLengths(mlir::Operation *layer, unsigned input);
/// Verifies that a layer's name and types agree with its own rule.
llvm::LogicalResult verifyLayer(mlir::Operation *op);
/// Verifies that a layer that joins values has several of them.
llvm::LogicalResult verifyJoin(LayerOpInterface layer);
/// Verifies the clauses of a loss.
llvm::LogicalResult verifyLoss(LayerOpInterface layer);
/// The rule of a loss whose target has the input's shape.
llvm::LogicalResult relateElementLoss(LayerOpInterface layer,
                                      LayerShapes &shapes, EmitError emitError);
/// The rule of a loss whose target is a label for each place of its input,
/// along whose dimension `axis` the classes are.
llvm::LogicalResult relateLabelLoss(LayerOpInterface layer, int64_t axis,
                                    LayerShapes &shapes, EmitError emitError);
/// One more than the greatest label of such a loss, if `input` are the labels.
std::optional<int64_t> getLabelLimit(mlir::Operation *layer, int64_t axis,
                                     unsigned input);
} // namespace detail
} // namespace nascent::nn

#include "nascent/Dialect/NN/IR/NNAttrInterfaces.h.inc"
#include "nascent/Dialect/NN/IR/NNOpInterfaces.h.inc"

namespace nascent::nn {

/// The shapes that a layer's types state now. Parameters are unknown except for
/// their rank, unless `layer`'s symbols resolve in `symbols`.
LayerShapes shapesOf(LayerOpInterface layer,
                     mlir::SymbolTableCollection *symbols = nullptr);

/// The place that states a value's type.
Origin originOf(mlir::Value value);

/// The dimensions that a value's type states now, each with the place that
/// states it: the value's own, or what `setShape` has remembered.
Shape shapeOf(mlir::Value value);

/// Narrows the type of an argument of a network, or of a layer's result, to
/// `shape`, and remembers the origins of what it did not state.
void setShape(mlir::Value value, const Shape &shape);

/// Forgets what `setShape` has remembered.
void forgetOrigins(mlir::Value value);

/// Verifies that what is in memory while the layer is computed can be counted.
llvm::LogicalResult verifyIntermediate(LayerOpInterface layer,
                                       const LayerShapes &shapes,
                                       EmitError emitError);

/// How the layer's values and parameters are stored, by the encodings of its
/// inputs.
LayerOrders ordersOf(LayerOpInterface layer);

/// "layer '2'", for messages.
std::string quotedName(LayerOpInterface layer);

/// An error at the layer, which begins with its name.
mlir::InFlightDiagnostic emitLayerError(LayerOpInterface layer);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_NNINTERFACES_H
