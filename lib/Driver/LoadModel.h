//===- LoadModel.h - From a model to a network that runs --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_LOADMODEL_H
#define NASCENT_LIB_DRIVER_LOADMODEL_H

#include "LayerCosts.h"
#include "ReadArray.h"
#include "RunCommandLine.h"
#include "Stream.h"
#include "nascent/Driver/Model.h"
#include "nascent/Execution/LoadedNetwork.h"

namespace nascent {

/// A network that is ready to run.
struct LoadedModel {
  /// Lowered; its module says the target.
  std::unique_ptr<Model> model;
  /// With its parameters.
  std::unique_ptr<LoadedNetwork> network;
  /// What the inputs, or the options, choose of it.
  const EntryInterface *entry = nullptr;
  /// If it is a stream: how the sequence is cut into what the entry is for.
  std::optional<StreamPlan> stream;
  /// Those that are given.
  std::vector<Array> inputs;
  /// What the entry computes; nothing where the file does not tell any more.
  std::vector<LayerCost> costs;
};

/// Reads, binds, compiles and loads what the options say, and says what settles
/// shapes and parameters. Fails after an error.
llvm::FailureOr<LoadedModel> loadModel(const RunCommandLine &options);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_LOADMODEL_H
