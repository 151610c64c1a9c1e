//===- Csv.h - Tables of numbers --------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_CSV_H
#define NASCENT_SUPPORT_CSV_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace nascent {

/// A table of numbers.
struct CsvTable {
  int64_t rows = 0, columns = 0;
  /// Row-major.
  std::vector<float> values;
  /// Whether the first line was names of columns.
  bool hasHeader = false;
};

/// Parses lines of numbers between commas; blanks around them, empty lines and
/// a byte order mark do not matter. A first line without a number is a header.
/// Fails, with line and column, where something is no number or one too large
/// for a float, or a line has another number of them; also without any number.
llvm::Expected<CsvTable> parseCsv(llvm::StringRef contents);

} // namespace nascent

#endif // NASCENT_SUPPORT_CSV_H
