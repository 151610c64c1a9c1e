//===- HugePages.cpp - Memory that is quick to touch ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/HugePages.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#if defined(__linux__) && defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace nascent {

void preferHugePages() {
#if defined(__linux__) && defined(__GLIBC__)
  constexpr uintptr_t reserved = 64 << 20, pageSize = 2 << 20;
  auto end = [] { return reinterpret_cast<uintptr_t>(sbrk(0)); };
  uintptr_t before = end();
  // The heap grows by that much, once what it has now is full, and keeps it;
  // large blocks are part of it, too.
  mallopt(M_TOP_PAD, reserved);
  mallopt(M_TRIM_THRESHOLD, 2 * reserved);
  mallopt(M_MMAP_THRESHOLD, reserved / 2);
  constexpr size_t more = 256 << 10;
  // Volatile, or the compiler would do without both calls.
  void *volatile block = std::malloc(more);
  std::free(block);
  auto advise = [](uintptr_t from, uintptr_t to, int advice) {
    if (from < to)
      madvise(reinterpret_cast<void *>(from), to - from, advice);
  };
  uintptr_t start = llvm::alignTo(before, pageSize);
  advise(start, llvm::alignDown(end(), pageSize), MADV_HUGEPAGE);
#ifdef MADV_POPULATE_WRITE
  // What lies before the first huge page, at once.
  advise(llvm::alignTo(before, sysconf(_SC_PAGESIZE)), std::min(start, end()),
         MADV_POPULATE_WRITE);
#endif
#endif
}

} // namespace nascent
