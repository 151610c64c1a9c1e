//===- NetworkParameters.h - A network's parameters in order ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NETWORKPARAMETERS_H
#define NASCENT_DIALECT_NN_IR_NETWORKPARAMETERS_H

#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::nn {

/// One parameter of a network, after materialisation.
struct NetworkParameter {
  /// "0.weight": its layer's name and its suffix. This name, not the network's,
  /// feeds the random numbers.
  std::string name;
  ParameterOp op;
  /// The layer that owns it: the first that is not tied to another.
  LayerOpInterface layer;
  /// As the layer has it; `trainable` only if the parameter is so, too.
  ParameterSpec spec;
  /// The names under which tied layers know it.
  llvm::SmallVector<std::string, 0> aliases;
  /// How many groups of rows there are, for all layers that use it.
  int64_t groups = 1;

  /// The fan its initialiser scales with: that of its layer's weight.
  Fan getFan(mlir::SymbolTableCollection &symbols) const;
  /// How many spatial positions the columns of a channel are, by the order of
  /// the layer's input.
  int64_t getSpatial() const;
  /// Whether it is the matrix of a dense layer or of a convolution: what is
  /// stored in panels, and narrow where that is asked for.
  bool isMatrix() const;
};

/// The parameters of a materialised network in layer order, weight before bias,
/// each once. Fails, after an error, if a layer has no parameters yet.
llvm::FailureOr<llvm::SmallVector<NetworkParameter, 0>>
collectParameters(SequentialOp network, mlir::SymbolTableCollection &symbols);

/// The bytes of a network's parameter buffer. Fails, after an error, if layouts
/// are not assigned yet.
llvm::FailureOr<int64_t>
getParameterBytes(SequentialOp network,
                  llvm::ArrayRef<NetworkParameter> parameters);

/// Whether the network has a companion that computes a loss of it.
bool isTrainedByLoss(SequentialOp network);

/// Whether a parameter is a running statistic, which layers take from the
/// batches that the network is trained by.
bool isStatistic(const ParameterSpec &spec);

/// The bytes that gradients of a network take, each in its parameter's place:
/// those of all trainable parameters, which come first in the buffer, and,
/// where there is a loss, those of statistics behind them. Fails, after an
/// error, if layouts are not assigned, or not so.
llvm::FailureOr<int64_t>
getGradientBytes(SequentialOp network,
                 llvm::ArrayRef<NetworkParameter> parameters);

/// "(256, -1)", as the frameworks' listings show a shape; "(256,)" for one
/// dimension.
std::string formatShape(llvm::ArrayRef<int64_t> sizes);

/// Which binding would settle the open dimensions of a network's input, as a
/// sentence for an error: "bind its input tensor<?x?xf32>, for example with
/// 'mlp=?xNxf32', N being the size of dimension 1".
std::string bindingHint(SequentialOp network);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_NETWORKPARAMETERS_H
