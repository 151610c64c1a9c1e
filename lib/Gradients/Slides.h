//===- Slides.h - What a sliding window does to an index --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_SLIDES_H
#define NASCENT_LIB_GRADIENTS_SLIDES_H

#include "LinalgGradient.h"
#include "nascent/Conversion/NNToLinalg/Phase.h"

namespace nascent::gradients {

/// An index that slides along a dimension of an operand.
struct Slide {
  unsigned dim;
  unsigned place;
  /// The loop over the window; none where it has one element.
  std::optional<unsigned> window;
  int64_t stride = 1, dilation = 1, kernel = 1;
  /// The operand's first element that is read, how many it has from there on,
  /// and how many places there are.
  int64_t first = 0;
  int64_t size = 0, places = 0;
  /// How many more before and behind are padding, which needs no gradient.
  int64_t before = 0, behind = 0;

  /// The phase of the elements before + stride·q + r.
  nn::Phase phase(int64_t r) const {
    return nn::phaseOf({kernel, stride, dilation}, before + r);
  }
  int64_t placesOfPhase() const { return (size + stride - 1) / stride; }
  /// How many places before the first one, and behind the last, phases read.
  std::pair<int64_t, int64_t> margins() const;
};

/// How the operand's dimension `dim` is slid along. Fails, after an error,
/// where it is in a way that is not known.
llvm::FailureOr<Slide> findSlide(Gradient &gradient, unsigned dim);

/// Leaves out the padding that `slide` goes over.
void leavePadding(Gradient &gradient, Slide &slide);

/// The order of the dimensions of a value that `source` reads, in which it is
/// best stored for the gradient of an operand that is read by `map`: first
/// those that both have, then windows, then what is summed up besides, and the
/// last one, the columns, where it was. Sums then read neighbours one after the
/// other.
llvm::SmallVector<int64_t> orderOf(llvm::ArrayRef<Slide> slides,
                                   mlir::AffineMap map, mlir::AffineMap source);

/// `value` without the last `count` elements of dimension `dim`.
mlir::Value withoutEnd(mlir::OpBuilder &builder, mlir::Value value,
                       unsigned dim, int64_t count);

/// What all phases have, in its order; the last slide's phases come first.
mlir::Value arrange(mlir::OpBuilder &builder, llvm::ArrayRef<Slide> slides,
                    llvm::ArrayRef<mlir::Value> phases);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_SLIDES_H
