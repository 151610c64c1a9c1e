//===- PrintTensor.h - Elements as text -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_PRINTTENSOR_H
#define NASCENT_LIB_DRIVER_PRINTTENSOR_H

#include "nascent/Support/TensorFile.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

/// Prints a row of the last dimension a line, in as many digits as tell floats
/// apart.
void printRows(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values,
               llvm::raw_ostream &os);

/// Prints a tensor's name, shape and type, and its elements likewise: those of
/// small floats as the floats they are, truth values as 0 and 1.
void printTensor(const Tensor &tensor, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_PRINTTENSOR_H
