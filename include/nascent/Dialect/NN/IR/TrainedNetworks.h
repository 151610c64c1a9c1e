//===- TrainedNetworks.h - What training says of networks -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_TRAINEDNETWORKS_H
#define NASCENT_DIALECT_NN_IR_TRAINEDNETWORKS_H

#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::nn {

/// What `nn.training` says where the caller computes the loss.
inline constexpr llvm::StringLiteral kBackward = "backward";

/// On such a function: those of its inputs that have gradients.
inline constexpr llvm::StringLiteral kGradientInputsAttrName =
    "nn.gradient_inputs";

/// Whether `op`, a network or a function of one, is there for a loss that the
/// caller computes.
inline bool isBackward(mlir::Operation *op) {
  auto kind = op->getAttrOfType<mlir::StringAttr>(kTrainingAttrName);
  return kind && kind.getValue() == kBackward;
}

/// The loss that a network returns first; null if that is another value.
inline LayerOpInterface getLoss(SequentialOp network) {
  ReturnOp ret = network.getReturn();
  mlir::Operation *first =
      ret.getNumOperands() > 0 ? ret.getOperand(0).getDefiningOp() : nullptr;
  bool isLoss = first && first->hasTrait<OpTrait::IsLoss>();
  return llvm::dyn_cast_if_present<LayerOpInterface>(isLoss ? first : nullptr);
}

/// Whether rows are trained by themselves, but for what all of them add up to:
/// in that loss, and where no statistics of them are kept.
inline bool isRowWiseInTraining(LayerOpInterface layer) {
  return layer == getLoss(layer->getParentOfType<SequentialOp>()) ||
         (layer.isRowWiseInTraining() &&
          llvm::all_of(layer.getParameters(), [](const ParameterSpec &each) {
            return each.trainable;
          }));
}

/// Whether a layer that does nothing at inference computes with random numbers
/// while the network is trained.
inline bool isRandomInTraining(LayerOpInterface layer) {
  return layer.isIdentity() && !layer.isIdentityInTraining();
}
/// Whether some layer does.
inline bool isRandomInTraining(SequentialOp network) {
  return llvm::any_of(network.getLayers(), [](LayerOpInterface layer) {
    return isRandomInTraining(layer);
  });
}

/// Tells the user where what a loss reads is not what the loss expects, such as
/// a softmax that it applies itself: training would only go badly. `nll` is
/// what the loss of log-probabilities is asked for by.
void remarkOnInput(LayerOpInterface loss, llvm::StringRef nll);

/// What the running statistics of a layer that is used twice are changed by, in
/// all, where each use merges its own by the momenta `first` and then `second`.
inline double mergeMomenta(double first, double second) {
  return first + second - first * second;
}

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_TRAINEDNETWORKS_H
