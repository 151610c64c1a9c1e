//===- CopyStrided.cpp - Elements in another order ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/CopyStrided.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>

using namespace llvm;

namespace nascent {

void copyStrided(StringRef from, ArrayRef<int64_t> shape,
                 ArrayRef<int64_t> strides, unsigned size,
                 MutableArrayRef<char> to) {
  SmallVector<int64_t> index(shape.size());
  int64_t offset = 0;
  for (char *out = to.begin(); out != to.end(); out += size) {
    std::copy_n(from.data() + offset, size, out);
    for (size_t dim = shape.size(); dim-- != 0;) {
      offset += strides[dim];
      if (++index[dim] != shape[dim])
        break;
      offset -= strides[dim] * index[dim];
      index[dim] = 0;
    }
  }
}

} // namespace nascent
