//===- TensorFile.h - Named tensors in a file -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the file formats have in common: a list of tensors, each with a name, an
// element type, a shape and its bytes. Files of weights are larger than
// anything else here, so they are mapped, and a tensor refers to its bytes
// where they lie.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_TENSORFILE_H
#define NASCENT_SUPPORT_TENSORFILE_H

#include "nascent/Support/OutputFile.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nascent {

/// Element types, called as safetensors calls them; those that `isFloat` holds
/// for come first.
enum class DType {
  F64,
  F32,
  F16,
  BF16,
  F8_E4M3,
  F8_E5M2,
  F8_E4M3FNUZ,
  F8_E5M2FNUZ,
  F8_E8M0,
  F6_E2M3,
  F6_E3M2,
  F4,
  C64,
  I64,
  I32,
  I16,
  I8,
  U64,
  U32,
  U16,
  U8,
  BOOL
};

/// "F32".
llvm::StringRef nameOf(DType dtype);
std::optional<DType> parseDType(llvm::StringRef name);
/// The bits of an element: a multiple of 8, or 6 or 4.
unsigned bitsOf(DType dtype);
/// Whether elements can be read as `f32`: those of every F type and BF16.
bool isFloat(DType dtype);

/// One tensor of a file.
struct Tensor {
  std::string name;
  DType dtype = DType::F32;
  /// Sizes of zero or more; empty for a scalar.
  llvm::SmallVector<int64_t, 4> shape;
  /// The elements, row-major and little endian, at any alignment; those of less
  /// than a byte from its lowest bit on. Owned by the file.
  llvm::StringRef bytes;
};

/// How many elements a shape has, and how many bytes they take, the last one
/// perhaps in part; nullopt if that is 2^63 or more.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
std::optional<int64_t> byteCount(DType dtype, llvm::ArrayRef<int64_t> shape);

/// The tensors of a file in the file's order, and the memory they lie in.
class TensorFile {
public:
  std::vector<Tensor> tensors;

  /// The tensor of that name; null if there is none.
  const Tensor *lookup(llvm::StringRef name) const;

  /// Keeps `buffer` for as long as this object lives.
  void keep(std::unique_ptr<llvm::MemoryBuffer> buffer) {
    buffers.push_back(std::move(buffer));
  }
  /// Memory that lives as long as this object, of undefined contents. Fails if
  /// there is not that much.
  llvm::Expected<llvm::MutableArrayRef<char>> allocate(uint64_t size);

private:
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> buffers;
};

/// The formats that tensors are read from and written to.
enum class TensorFormat { Safetensors, Npy, Npz };

/// The format that a path's extension stands for; nullopt for any other.
std::optional<TensorFormat> formatOf(llvm::StringRef path);

/// Reads a file of the format that its extension says. Nothing in a file is
/// taken on trust. Any error starts with "cannot read '<path>': ".
llvm::Expected<TensorFile> readTensorFile(llvm::StringRef path);

/// The same for a file's contents, which must outlive what is returned; the one
/// tensor of a NPY file is called `npyName`.
llvm::Expected<TensorFile> parseTensorFile(TensorFormat format,
                                           llvm::StringRef contents,
                                           llvm::StringRef npyName);

/// Writes tensors in the format that the extension of `path` says. The same
/// tensors give the same bytes.
llvm::Error writeTensorFile(llvm::StringRef path,
                            llvm::ArrayRef<Tensor> tensors, OutputFiles &files);

} // namespace nascent

#endif // NASCENT_SUPPORT_TENSORFILE_H
