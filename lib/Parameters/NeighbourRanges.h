//===- NeighbourRanges.h - Ranges of a buffer that are joined ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_NEIGHBOURRANGES_H
#define NASCENT_LIB_PARAMETERS_NEIGHBOURRANGES_H

#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

namespace nascent::parameters {

/// Puts ranges of floats, from a `begin` to an `end`, in the order of their
/// places, and joins those that are `alike` with only padding between them,
/// which nobody reads.
template <typename Range>
llvm::SmallVector<Range>
joinNeighbours(llvm::SmallVector<Range> ranges,
               llvm::function_ref<bool(const Range &, const Range &)> alike) {
  constexpr int64_t line = nn::kBufferAlignment / sizeof(float);
  llvm::sort(ranges,
             [](const Range &a, const Range &b) { return a.begin < b.begin; });
  llvm::SmallVector<Range> joined;
  for (const Range &range : ranges) {
    Range *last = joined.empty() ? nullptr : &joined.back();
    if (last && int64_t(llvm::alignTo(last->end, line)) == range.begin &&
        alike(*last, range))
      last->end = range.end;
    else
      joined.push_back(range);
  }
  return joined;
}

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_NEIGHBOURRANGES_H
