//===- Columns.cpp - Cells under one another ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Listings/Columns.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"

namespace nascent {

std::vector<std::string>
lineUp(const std::vector<std::vector<std::string>> &rows) {
  std::vector<size_t> widths;
  for (const auto &row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (auto [width, cell] : llvm::zip(widths, row))
      width = std::max(width, columnsOf(cell));
  }
  std::vector<std::string> lines;
  for (const auto &row : rows) {
    std::string line;
    for (auto [width, cell] : llvm::zip(widths, row))
      if (width != 0)
        line += cell + std::string(width - columnsOf(cell) + 2, ' ');
    lines.push_back(llvm::StringRef(line).rtrim(' ').str());
  }
  return lines;
}

} // namespace nascent
