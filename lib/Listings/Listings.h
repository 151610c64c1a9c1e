//===- Listings.h - One listing a framework ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_LISTINGS_H
#define NASCENT_LIB_LISTINGS_LISTINGS_H

#include "ListedShapes.h"
#include "ModuleTree.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Listings/ParameterNames.h"
#include "nascent/Parameters/WeightType.h"
#include "nascent/Support/Quote.h"

namespace nascent {

/// What a listing shows: a network whose parameters are materialised.
struct Listing {
  nn::SequentialOp network;
  /// Its place among the networks of the module.
  size_t index;
  /// What of the network is shown: all of it, a block or a layer.
  const ModuleNode &part;
  /// The parameters of that part.
  llvm::ArrayRef<nn::NetworkParameter> parameters;
  const LayerNames &names;
  const ListedShapes &shapes;
  /// How a matrix is stored unless its layout says otherwise.
  parameters::WeightType weights;

  std::string nameOf(const nn::NetworkParameter &parameter) const {
    return printable(parameterName(names, parameter));
  }
  /// "(256, -1)".
  std::string shapeOf(const nn::NetworkParameter &parameter) const;
  /// The bytes that an element of the parameter is stored in.
  int64_t elementBytesOf(const nn::NetworkParameter &parameter) const;
  /// Whether the shape of every parameter is known.
  bool isSettled() const;
};

/// PyTorch's tree of modules, then a table of the parameters.
std::string listTorch(const Listing &listing);
/// Gluon's rows and its `collect_params()`.
std::string listMXNet(const Listing &listing);
/// The shapes of Flax's tree of parameters.
std::string listFlax(const Listing &listing);
/// The shapes of Keras's `get_weights()`: lists that are empty until the
/// network is built.
std::string listKeras(const Listing &listing);

/// A line for each layer or block of the part that is listed: its class and its
/// output's shape, in formulas where sizes are unknown.
std::string listOutputShapes(const Listing &listing,
                             const nn::NetworkSizes &sizes);

/// "float32".
std::string dtypeOf(nn::ParameterOp parameter);

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_LISTINGS_H
