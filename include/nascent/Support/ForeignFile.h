//===- ForeignFile.h - Files of other tools ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who comes with a trained model has it in some tool's format. What a parser of
// MLIR says of such bytes helps nobody.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_FOREIGNFILE_H
#define NASCENT_SUPPORT_FOREIGNFILE_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace nascent {

/// What a file is that was given as a model and is none.
struct ForeignFile {
  /// "an ONNX model".
  llvm::StringRef kind;
  /// What to do instead, for the end of a sentence.
  llvm::StringRef advice;
};

/// Recognizes a file of another format: by its contents; or by its extension,
/// if its contents are not text. MLIR, as text or bytecode, is nothing foreign.
std::optional<ForeignFile> recognizeForeignFile(llvm::StringRef contents,
                                                llvm::StringRef path);

/// Whether a file is an ONNX model, which can be imported.
bool isOnnxFile(llvm::StringRef contents, llvm::StringRef path);

/// `recognizeForeignFile` by the extension alone.
std::optional<ForeignFile> recognizeForeignPath(llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_SUPPORT_FOREIGNFILE_H
