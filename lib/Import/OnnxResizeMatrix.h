//===- OnnxResizeMatrix.h - Any resizing of a known size --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXRESIZEMATRIX_H
#define NASCENT_LIB_IMPORT_ONNXRESIZEMATRIX_H

#include "OnnxCall.h"

namespace nascent {

/// How a node finds elements between others, in ONNX's words.
struct ResizeGrid {
  /// "nearest", "linear" or "cubic".
  std::string mode;
  std::string coordinates;
  /// Of "nearest".
  std::string nearest;
  /// Of "cubic".
  double cubic = -0.75;
  /// Whether what is outside of the input counts as nothing.
  bool excludesOutside = false;
};

/// A dimension with `out` elements, `scale` times as many as there are. Null
/// after a refusal.
ImportedValue *resizeDim(OnnxCall &call, ImportedValue *value, size_t dim,
                         int64_t out, float scale, const ResizeGrid &grid);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXRESIZEMATRIX_H
