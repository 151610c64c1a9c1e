//===- OnnxFiles.h - Tensors beside an ONNX file ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXFILES_H
#define NASCENT_LIB_IMPORT_ONNXFILES_H

#include "nascent/Import/OnnxModel.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

namespace nascent {

/// The files in a model's folder, each mapped once.
class OnnxFiles {
public:
  /// `path` is the model's.
  explicit OnnxFiles(llvm::StringRef path) : path(path) {}

  /// The bytes of a tensor that lies in another file. Fails where that is not
  /// in the model's folder, cannot be read or is too short.
  llvm::Expected<llvm::StringRef> read(const OnnxTensor &tensor);

private:
  llvm::StringRef path;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> buffers;
};

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXFILES_H
