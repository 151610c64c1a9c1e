//===- Csv.cpp - Tables of numbers ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Csv.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/SmallVector.h"
#include <charconv>
#include <cmath>
#include <optional>

using namespace llvm;

namespace nascent {

/// Reads the whole of `cell` as a number, as programs write it: "-1.5e3",
/// "nan". One too large for a float becomes infinite.
static bool parseNumber(StringRef cell, float &value) {
  if (cell.consume_front("+") && cell.starts_with("-"))
    return false;
  auto [end, error] = std::from_chars(cell.begin(), cell.end(), value);
  if (end != cell.end() || error == std::errc::invalid_argument)
    return false;
  // from_chars does not tell what is too large from what is too small.
  double wide;
  if (error == std::errc::result_out_of_range) {
    if (cell.getAsDouble(wide))
      return false;
    value = static_cast<float>(
        std::copysign(std::abs(wide) < 1 ? 0.0 : HUGE_VAL, wide));
  }
  return true;
}

static constexpr StringLiteral useCommas =
    "commas separate numbers, as of numpy's savetxt(file, x, delimiter=',')";

Expected<CsvTable> parseCsv(StringRef contents) {
  CsvTable table;
  contents.consume_front("\xef\xbb\xbf");
  SmallVector<StringRef> cells;
  int64_t number = 0, first = 0;
  while (!contents.empty()) {
    auto [line, rest] = contents.split('\n');
    contents = rest;
    ++number;
    if (line.trim().empty())
      continue;
    cells.clear();
    line.split(cells, ',');
    size_t start = table.values.size();
    std::optional<size_t> invalid;
    for (auto [column, cell] : enumerate(cells)) {
      float value;
      if (!parseNumber(cell.trim(), value)) {
        invalid = invalid.value_or(column);
        continue;
      }
      table.values.push_back(value);
      if (std::isinf(value) && !cell.contains_insensitive("inf"))
        return makeError(
            "line {}, column {}: expected a number of f32, found {}; write "
            "'{}' where it is to be infinite",
            number, column + 1, quote(cell.trim()), value > 0 ? "inf" : "-inf");
    }
    bool isFirst = table.rows == 0 && !table.hasHeader;
    if (isFirst && table.values.empty()) {
      // Without a comma, lines below may be one number each, and look right.
      size_t place = line.find_first_of(";\t");
      if (place != StringRef::npos && !line.contains(','))
        return makeError("line {}: {} is between names; {}", number,
                         quote(line.substr(place, 1)), useCommas.str());
      table.hasHeader = true;
      continue;
    }
    if (invalid) {
      StringRef cell = cells[*invalid].trim();
      return makeError("line {}, column {}: expected a number, found {}{}",
                       number, *invalid + 1,
                       cell.empty() ? "nothing" : quote(cell),
                       cell.find_first_of("\"'") != StringRef::npos
                           ? "; numbers are read without quotes"
                       : cell.find_first_of("; \t") != StringRef::npos
                           ? ("; " + useCommas).str()
                       : isFirst ? "; a header has names only"
                                 : "");
    }
    int64_t columns = table.values.size() - start;
    if (table.rows == 0) {
      table.columns = columns;
      first = number;
    } else if (columns != table.columns) {
      return makeError("line {} has {}, expected {} as in line {}", number,
                       counted(columns, "number"), table.columns, first);
    }
    ++table.rows;
  }
  if (table.rows == 0)
    return createStringError("expected lines of numbers between commas, found "
                             "none");
  return table;
}

} // namespace nascent
