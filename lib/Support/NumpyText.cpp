//===- NumpyText.cpp - Arrays as NumPy prints them ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By the rules of NumPy's `array2string` (numpy/core/arrayprint.py, 1.24): all
// numbers in one format, decided from those that are shown.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/NumpyText.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

using llvm::ArrayRef;
using llvm::StringRef;

namespace nascent {

static constexpr size_t kDigits = 8;
static constexpr size_t kColumns = 75;
static constexpr int64_t kMost = 1000, kEdge = 3;

/// A number as C++ writes it, with a point even where no digit follows: "1.",
/// "1.e+10". `precision` is the number of digits behind it, or none.
template <typename... Precision>
static std::string write(float value, std::chars_format format,
                         Precision... precision) {
  char text[64];
  auto [end, error] =
      std::to_chars(text, std::end(text), value, format, precision...);
  std::string result(text, end);
  if (result.find('.') == std::string::npos)
    result.insert(std::min(result.find('e'), result.size()), ".");
  return result;
}

static std::string inDigits(float value, std::chars_format format,
                            size_t digits) {
  return write(value, format, static_cast<int>(digits));
}

/// The shortest text that is read back as the same float, of at most `kDigits`
/// digits behind the point.
static std::string shortest(float value, std::chars_format format) {
  std::string text = write(value, format);
  auto digits = [](StringRef all) { return all.split('.').second.split('e'); };
  if (digits(text).first.size() > kDigits)
    text = inDigits(value, format, kDigits);
  auto [kept, exponent] = digits(text);
  std::string whole = StringRef(text).split('.').first.str();
  return whole + "." + kept.rtrim('0').str() +
         (exponent.empty() ? "" : "e" + exponent.str());
}

namespace {
/// One format for all numbers that are shown.
class Format {
public:
  /// Takes notice of a number; all of them twice, once to choose the notation.
  void measure(float value);
  void decide();
  void widen(float value);
  void widenForSpecials();

  std::string print(float value) const;

private:
  float most = 0, least = INFINITY;
  bool hasSpecials = false, hasNegativeInfinity = false;
  bool isScientific = false;
  size_t left = 0, right = 0;
};
} // namespace

void Format::measure(float value) {
  if (!std::isfinite(value)) {
    hasSpecials = true;
    hasNegativeInfinity |= value == -INFINITY;
  } else if (value != 0) {
    most = std::max(most, std::abs(value));
    least = std::min(least, std::abs(value));
  }
}

void Format::decide() {
  isScientific =
      most != 0 && (most >= 1e8f || least < 0.0001f || most / least > 1000.0f);
}

void Format::widen(float value) {
  if (!std::isfinite(value))
    return;
  std::string text =
      shortest(value, isScientific ? std::chars_format::scientific
                                   : std::chars_format::fixed);
  auto [whole, rest] = StringRef(text).split('.');
  left = std::max(left, whole.size());
  right = std::max(right, rest.split('e').first.size());
}

void Format::widenForSpecials() {
  if (!hasSpecials)
    return;
  size_t width = right + 1 + (isScientific ? 4 : 0);
  size_t longest = hasNegativeInfinity ? 4 : 3;
  if (longest > width)
    left = std::max(left, longest - width);
}

std::string Format::print(float value) const {
  size_t exponent = isScientific ? 4 : 0;
  if (!std::isfinite(value)) {
    std::string text = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    size_t width = left + 1 + right + exponent;
    return std::string(width - std::min(width, text.size()), ' ') + text;
  }
  // Before an exponent all have as many digits, elsewhere blanks follow.
  std::string text = isScientific
                         ? inDigits(value, std::chars_format::scientific, right)
                         : shortest(value, std::chars_format::fixed);
  auto [whole, rest] = StringRef(text).split('.');
  std::string result(left - whole.size(), ' ');
  result += text;
  return result + std::string(right + exponent - rest.size(), ' ');
}

namespace {
class Printer {
public:
  Printer(ArrayRef<int64_t> shape, ArrayRef<float> values)
      : shape(shape), values(values),
        isShortened(static_cast<int64_t>(values.size()) > kMost) {}

  std::string print() {
    visit([&](float value) { format.measure(value); });
    format.decide();
    visit([&](float value) { format.widen(value); });
    format.widenForSpecials();
    return print(0, 0, " ", kColumns);
  }

private:
  /// The indices that are shown of a dimension; -1 for the dots between.
  llvm::SmallVector<int64_t> shownOf(int64_t size) const {
    llvm::SmallVector<int64_t> shown;
    bool skips = isShortened && size > 2 * kEdge;
    for (int64_t i = 0; i < size; ++i) {
      if (skips && i == kEdge) {
        shown.push_back(-1);
        i = size - kEdge;
      }
      shown.push_back(i);
    }
    return shown;
  }

  void visit(llvm::function_ref<void(float)> note, size_t dim = 0,
             int64_t offset = 0) const {
    if (dim == shape.size())
      return note(values[offset]);
    for (int64_t index : shownOf(shape[dim]))
      if (index >= 0)
        visit(note, dim + 1, offset * shape[dim] + index);
  }

  /// The part of the array from dimension `dim` on; lines but the first begin
  /// with `indent`.
  std::string print(size_t dim, int64_t offset, const std::string &indent,
                    size_t columns) const {
    if (dim == shape.size())
      return format.print(values[offset]);
    std::string text;
    llvm::SmallVector<int64_t> shown = shownOf(shape[dim]);
    auto part = [&](int64_t index) {
      return index < 0 ? std::string("...")
                       : print(dim + 1, offset * shape[dim] + index,
                               indent + " ", columns - 1);
    };
    if (dim + 1 == shape.size()) {
      std::string line = indent;
      for (int64_t index : shown) {
        std::string word = part(index);
        if (line.size() + word.size() > columns - 1 &&
            line.size() > indent.size()) {
          text += StringRef(line).rtrim(' ').str() + "\n";
          line = indent;
        }
        line += word + (index == shown.back() ? "" : " ");
      }
      text += line;
    } else {
      for (int64_t index : shown) {
        text += indent + part(index);
        if (index != shown.back())
          text.append(shape.size() - dim - 1, '\n');
      }
    }
    return "[" + text.substr(indent.size()) + "]";
  }

  ArrayRef<int64_t> shape;
  ArrayRef<float> values;
  bool isShortened;
  Format format;
};
} // namespace

std::string toNumpyText(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  return Printer(shape, values).print();
}

} // namespace nascent
