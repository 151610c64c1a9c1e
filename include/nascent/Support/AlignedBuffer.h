//===- AlignedBuffer.h - Memory for vectors ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_ALIGNEDBUFFER_H
#define NASCENT_SUPPORT_ALIGNEDBUFFER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>

namespace nascent {

/// Memory aligned to a cache line, which is freed with this object.
class AlignedBuffer {
public:
  AlignedBuffer() = default;

  /// `bytes` zeros. Fails if there is not that much memory.
  static llvm::Expected<AlignedBuffer> allocate(uint64_t bytes);

  char *data() const { return memory.get(); }
  uint64_t size() const { return bytes; }
  /// The whole of it as floats.
  llvm::MutableArrayRef<float> floats() const {
    return {reinterpret_cast<float *>(memory.get()), bytes / sizeof(float)};
  }

private:
  struct Free {
    void operator()(char *memory) const;
  };

  std::unique_ptr<char[], Free> memory;
  uint64_t bytes = 0;
};

} // namespace nascent

#endif // NASCENT_SUPPORT_ALIGNEDBUFFER_H
