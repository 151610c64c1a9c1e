//===- Weights.h - Trained parameters in an object --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_WEIGHTS_H
#define NASCENT_DRIVER_WEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/Dialect/NN/IR/Checkpoint.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace nascent {

/// A file that holds the parameters of a network.
struct ParameterFile {
  std::string network;
  std::string path;
  /// What was read of it already; null if nothing was.
  std::shared_ptr<const TensorFile> contents = nullptr;
};

/// Parses the values of `--params`: FILE where the module has one public
/// network, NET=FILE where it has several. What stands before an '=' is a part
/// of the path unless it is a network's name, if it has a '/' or the file is
/// there. Fails if a network is not there or is named twice, or if there are
/// parameters of another one than `chosen`, unless that is empty.
llvm::Expected<std::vector<ParameterFile>>
parseParameterFiles(mlir::ModuleOp module, llvm::ArrayRef<std::string> texts,
                    llvm::StringRef chosen = {});

/// The file of `network`; null if there is none.
const ParameterFile *fileOf(nn::SequentialOp network,
                            llvm::ArrayRef<ParameterFile> files);

/// The tensors of a network's parameters, and the file that they lie in.
struct ParameterTensors {
  std::shared_ptr<const TensorFile> file;
  llvm::SmallVector<const Tensor *, 0> tensors;
};

/// Reads the parameters of `network`, a tensor for each. Fails after an error
/// for each that does not fit.
llvm::FailureOr<ParameterTensors>
readParameters(nn::SequentialOp network,
               llvm::ArrayRef<nn::NetworkParameter> parameters,
               const ParameterFile &file);

/// Fails, after an error that suggests to bind by the file, if a network for
/// which there is one has a parameter of unknown shape.
llvm::LogicalResult verifyShapesKnown(mlir::ModuleOp module,
                                      llvm::ArrayRef<ParameterFile> files);

/// Parameter buffers to embed, by network.
using PackedWeights = llvm::StringMap<std::shared_ptr<const std::string>>;

/// Reads the files and packs their parameters as the module's target stores
/// them. Needs layouts, unless there is no file. Remarks on elements that are
/// converted and on those that are not a number; fails after an error for each
/// tensor that does not fit.
llvm::LogicalResult packWeights(mlir::ModuleOp module,
                                llvm::ArrayRef<ParameterFile> files,
                                PackedWeights &weights);

} // namespace nascent

#endif // NASCENT_DRIVER_WEIGHTS_H
