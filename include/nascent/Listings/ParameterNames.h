//===- ParameterNames.h - Parameters as the frameworks name them -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parameter has one name, "0.weight"; what a framework would have called it
// is a matter of listings and of files, and is decided here alone.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LISTINGS_PARAMETERNAMES_H
#define NASCENT_LISTINGS_PARAMETERNAMES_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent {

/// What a framework calls the layers of one network that own parameters:
///
///   scheme   unnamed             called "fc1"
///   Torch    "0", "2"            "fc1"
///   Flax     "layers_0"          "fc1"
///   MXNet    "dense0", "dense1"  "fc1"
///   Keras    "dense", "dense_1"  "fc1"
///
/// A layer is unnamed if the last part of its name, a path of parts joined by
/// dots, is an index. MXNet and Keras number the unnamed layers of each kind,
/// here per network, so that a network's names do not depend on its module. A
/// layer tied to another takes a number in MXNet, where it is a layer of its
/// own, but not in Keras, where it is the same one.
class LayerNames {
public:
  /// Fails, after an error, where two layers would have the same name.
  static llvm::FailureOr<LayerNames> get(nn::SequentialOp network,
                                         nn::NamingScheme scheme);

  nn::NamingScheme getScheme() const { return scheme; }
  bool contains(nn::LayerOpInterface layer) const {
    return names.contains(layer);
  }
  /// The name of a layer that owns parameters.
  const std::string &lookup(nn::LayerOpInterface layer) const {
    auto it = names.find(layer);
    assert(it != names.end() && "a layer that owns no parameters");
    return it->second;
  }

private:
  explicit LayerNames(nn::NamingScheme scheme) : scheme(scheme) {}

  nn::NamingScheme scheme;
  llvm::DenseMap<mlir::Operation *, std::string> names;
};

/// The full name of a parameter: "0.weight" in PyTorch, "dense0_weight" in
/// MXNet, "layers_0/kernel" in Flax, "dense/kernel:0" in Keras.
std::string parameterName(const LayerNames &names,
                          const nn::NetworkParameter &parameter);

/// The shape of a parameter in a framework: Keras and Flax store the weight
/// (out, in, …) as (…, in, out).
llvm::SmallVector<int64_t> parameterShape(nn::NamingScheme scheme,
                                          nn::ParameterRole role,
                                          llvm::ArrayRef<int64_t> sizes);

} // namespace nascent

#endif // NASCENT_LISTINGS_PARAMETERNAMES_H
