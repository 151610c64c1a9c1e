//===- Binding.h - The type a user gives to a network's input ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `--bind` says: the network, and the shape of its input, written out
// (`mlp=2x20xf32`) or taken from a data file (`mlp=@x.npy`), or of all its
// inputs
// (`mlp=(2x20xf32, 2x5xf32)`); or the file of
// parameters from which it follows (`mlp=@weights.safetensors`). Where a
// network is bound several times, each binding has a label
// (`mlp:b64=64x20xf32`).
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_BINDING_H
#define NASCENT_SUPPORT_BINDING_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace nascent {

/// The inputs of a network, bound to tensors of `f32` or, indices, of `i32`.
struct Binding {
  std::string network;
  /// The label of its forward function; may be empty.
  std::string entry;
  /// Of each input positive sizes, or `mlir::ShapedType::kDynamic` for what
  /// stays open.
  llvm::SmallVector<llvm::SmallVector<int64_t>, 1> shapes;
  /// Of each input whether its elements are `i32`.
  llvm::SmallVector<bool, 1> areIndices;
  /// The file whose tensors give the parameters their shapes; empty if the
  /// binding is of the input.
  std::string checkpoint;
  /// The binding as the user wrote it, for messages.
  std::string text;
};

/// Parses `NET[:ENTRY]=TYPE`. ENTRY is made of letters, digits and underscores.
/// TYPE is dimensions and the element type, joined by x, with `?` or `-1` for
/// an open dimension; or `@FILE.npy`, for the shape of the array in that file;
/// or several of these, one for each input, in parentheses, with commas between
/// them; or `@FILE.safetensors` or `@FILE.npz`, which is not read here. Any
/// error starts with "binding '<text>': ".
llvm::Expected<Binding> parseBinding(llvm::StringRef text);

} // namespace nascent

#endif // NASCENT_SUPPORT_BINDING_H
