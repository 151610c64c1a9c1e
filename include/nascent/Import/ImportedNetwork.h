//===- ImportedNetwork.h - What a model file became -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_IMPORT_IMPORTEDNETWORK_H
#define NASCENT_IMPORT_IMPORTEDNETWORK_H

#include "nascent/Support/TensorFile.h"

namespace nascent {

/// A network in Nascent's language, and the values of its parameters.
struct ImportedNetwork {
  std::string name;
  /// A file of the one network.
  std::string source;
  /// A tensor for each parameter, by its name in the network.
  TensorFile weights;
  /// What a user should know of it: "<path>: <what>".
  std::vector<std::string> warnings = {}, remarks = {};
};

} // namespace nascent

#endif // NASCENT_IMPORT_IMPORTEDNETWORK_H
