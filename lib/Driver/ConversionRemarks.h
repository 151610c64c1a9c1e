//===- ConversionRemarks.h - What changed in a file's tensors ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_CONVERSIONREMARKS_H
#define NASCENT_LIB_DRIVER_CONVERSIONREMARKS_H

#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/MapVector.h"
#include <string>
#include <vector>

namespace nascent {

/// Collects what is worth a remark when tensors of a file are converted: one
/// for each pair of types, and one for each tensor with values that stand out.
class ConversionRemarks {
public:
  explicit ConversionRemarks(std::string path) : path(std::move(path)) {}

  /// Notes that the elements of `tensor` became `to`.
  void add(const Tensor &tensor, DType to, ConversionCounts counts);
  std::vector<std::string> list() const;

private:
  std::string path;
  llvm::MapVector<std::pair<DType, DType>, unsigned> conversions;
  std::vector<std::string> values;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_CONVERSIONREMARKS_H
