//===- Onnx.h - Networks of ONNX files --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operators become layers, and their constant operands parameters. Nothing of a
// file is executed, no file outside its folder is read, and what memory is
// taken is a few times the size of the files.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_IMPORT_ONNX_H
#define NASCENT_IMPORT_ONNX_H

#include "nascent/Import/ImportedNetwork.h"

namespace nascent {

/// What a user says of a model beside its file.
struct OnnxOptions {
  /// The network's name; empty for the file's.
  std::string name = {};
  /// The sizes of each input, where they are known better than in the file; a
  /// negative one is open, there as well. Empty for none.
  llvm::SmallVector<llvm::SmallVector<int64_t>, 1> shapes = {};
  /// Which input each of them is of; empty where they are in the file's order.
  std::vector<std::string> names = {};
};

/// Imports the ONNX model that `contents` are. `path` is where they are from:
/// tensors outside of the file are in its folder. Fails with one error for each
/// node that is not supported, "<path>: <reason>".
llvm::Expected<ImportedNetwork> importOnnx(llvm::StringRef contents,
                                           llvm::StringRef path,
                                           const OnnxOptions &options = {});

/// A page of Markdown: each operator, the operator sets that are read, and with
/// which limits.
std::string describeOnnxCoverage();

} // namespace nascent

#endif // NASCENT_IMPORT_ONNX_H
