//===- OpenSlots.h - Scratch of open networks -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How large values are shows at run time; which of them are live together shows
// before. Those that never are share a slot, as large as the largest of them.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_OPENSLOTS_H
#define NASCENT_LIB_PROGRAM_OPENSLOTS_H

#include "OpenDims.h"

namespace nascent::program {

class OpenSlots {
public:
  /// The slot of a value that is written at a time and read until another one.
  /// Times come in their order.
  unsigned add(mlir::Value value, size_t written, size_t lastRead);

  /// Where each slot begins, in bytes, and last where scratch ends.
  llvm::SmallVector<mlir::Value> emitStarts(mlir::ImplicitLocOpBuilder &b,
                                            OpenDims &dims) const;

private:
  struct Slot {
    /// One after the other; the last one is read until `lastRead`.
    llvm::SmallVector<mlir::Value> values;
    size_t lastRead;
  };
  std::vector<Slot> slots;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENSLOTS_H
