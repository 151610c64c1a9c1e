//===- Replay.cpp - Runs a fuzz target over its corpus --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace llvm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// Fails if an input cannot be read, or if there is none.
int main(int argc, char **argv) {
  unsigned count = 0;
  for (int i = 1; i < argc; ++i) {
    std::error_code error;
    for (sys::fs::directory_iterator it(argv[i], error), end;
         !error && it != end; it.increment(error)) {
      auto file = MemoryBuffer::getFile(it->path(), /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
      if (!file) {
        errs() << it->path() << ": " << file.getError().message() << "\n";
        return 1;
      }
      // A copy that ends where its memory ends.
      std::unique_ptr<uint8_t[]> copy(new uint8_t[(*file)->getBufferSize()]);
      std::copy((*file)->getBufferStart(), (*file)->getBufferEnd(), copy.get());
      LLVMFuzzerTestOneInput(copy.get(), (*file)->getBufferSize());
      ++count;
    }
    if (error) {
      errs() << argv[i] << ": " << error.message() << "\n";
      return 1;
    }
  }
  outs() << count << " inputs\n";
  return count == 0;
}
