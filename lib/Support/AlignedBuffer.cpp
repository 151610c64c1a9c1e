//===- AlignedBuffer.cpp - Memory for vectors -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/AlignedBuffer.h"
#include "nascent/Support/MakeError.h"
#include <cstring>
#include <new>

namespace nascent {

static constexpr std::align_val_t kAlignment{64};

void AlignedBuffer::Free::operator()(char *memory) const {
  ::operator delete(memory, kAlignment);
}

llvm::Expected<AlignedBuffer> AlignedBuffer::allocate(uint64_t bytes) {
  AlignedBuffer buffer;
  // Larger sizes would overflow where they are rounded up.
  void *memory = bytes > INT64_MAX
                     ? nullptr
                     : ::operator new(bytes, kAlignment, std::nothrow);
  if (!memory)
    return makeError("{} bytes do not fit into memory", bytes);
  std::memset(memory, 0, bytes);
  buffer.memory.reset(static_cast<char *>(memory));
  buffer.bytes = bytes;
  return buffer;
}

} // namespace nascent
