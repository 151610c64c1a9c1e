//===- LayerCosts.h - What a forward pass computes --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_LAYERCOSTS_H
#define NASCENT_LIB_DRIVER_LAYERCOSTS_H

#include "nascent/CInterface/NetworkInterface.h"
#include <string>
#include <vector>

namespace nascent {

/// A launch: a layer and the elementwise ones behind it.
struct LayerCost {
  /// The layer's name; of what is no layer's, the kernel's.
  std::string layer;
  /// Products that are summed up, as in dense layers and convolutions.
  int64_t multiplyAdds = 0;
};

/// What one of an entry's forward functions computes.
struct ForwardCost {
  std::vector<LayerCost> launches;
  /// For so many rows; nothing if that is all of them.
  std::optional<int64_t> rows;

  int64_t getMultiplyAdds() const;
};

/// Makes the layers' names their locations, which what they become will have.
void nameLocations(mlir::ModuleOp module);

/// Reads what is computed from a module at stage `Linalg`.
ForwardCost countForward(mlir::ModuleOp module, llvm::StringRef network,
                         llvm::StringRef entry);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_LAYERCOSTS_H
