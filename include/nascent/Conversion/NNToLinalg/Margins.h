//===- Margins.h - What surrounds a value -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_MARGINS_H
#define NASCENT_CONVERSION_NNTOLINALG_MARGINS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent::nn {

/// Adds margins to values, along one dimension after the other. Each is a
/// kernel that writes its place beside the value, which is not moved.
class Margins {
public:
  /// `mode` is that of `nn.pad`; `value` is its constant.
  Margins(mlir::ImplicitLocOpBuilder &b, llvm::StringRef mode,
          double value = 0.0)
      : b(b), mode(mode), value(value) {}

  /// `input` with so many elements more before and after dimension `dim`.
  mlir::Value add(mlir::Value input, unsigned dim, int64_t before,
                  int64_t after);

private:
  /// `size` elements along `dim`, the first of them element `from` of the
  /// input, the next ones `step` further.
  mlir::Value margin(mlir::Value input, unsigned dim, int64_t size,
                     int64_t from, int64_t step, llvm::StringRef side);

  mlir::Value lastOf(mlir::Value input, unsigned dim, int64_t size);

  mlir::ImplicitLocOpBuilder &b;
  llvm::StringRef mode;
  double value;
};

/// Gives a kernel of a layer that has several a name of its own.
void nameKernel(mlir::Value result, const llvm::Twine &part);

} // namespace nascent::nn

#endif // NASCENT_CONVERSION_NNTOLINALG_MARGINS_H
