//===- ArrayFuzzer.cpp - Readers of tables and images ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Input: the file, which is read as either. What is read has as many numbers as
// it says.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Csv.h"
#include "nascent/Support/Png.h"
#include <cstdlib>

using namespace llvm;
using namespace nascent;

static void require(bool condition) {
  if (!condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef contents(reinterpret_cast<const char *>(data), size);
  if (Expected<CsvTable> table = parseCsv(contents))
    require(table->rows > 0 && table->columns > 0 &&
            int64_t(table->values.size()) == table->rows * table->columns);
  else
    require(!toString(table.takeError()).empty());
  if (Expected<PngImage> image = parsePng(contents))
    require(int64_t(image->values.size()) ==
            image->channels * image->height * image->width);
  else
    require(!toString(image.takeError()).empty());
  return 0;
}
