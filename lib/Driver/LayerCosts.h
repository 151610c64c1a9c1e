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
  /// For so many rows at a time; nothing if that is all of them.
  std::optional<int64_t> rows = {};

  /// For a batch of so many rows.
  int64_t getMultiplyAdds(int64_t batch) const {
    return rows ? multiplyAdds * batch / *rows : multiplyAdds;
  }
};

/// Makes the layers' names their locations, which what they become will have.
void nameLocations(mlir::ModuleOp module);

/// Reads what an entry computes from a module at stage `Linalg`.
std::vector<LayerCost> countForward(mlir::ModuleOp module,
                                    llvm::StringRef network,
                                    llvm::StringRef entry);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_LAYERCOSTS_H
