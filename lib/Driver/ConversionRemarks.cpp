//===- ConversionRemarks.cpp - What changed in a file's tensors -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConversionRemarks.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>
#include <string_view>

namespace nascent {

/// How values change that are converted by way of F32; empty if they do not.
static std::string_view roundingOf(DType from, DType to) {
  // F16, BF16 and larger types hold every value of the smaller ones; but F16
  // and BF16 hold different ones, and F16 few powers of two.
  bool isPowerToHalf = from == DType::F8_E8M0 && to == DType::F16;
  if (bitsOf(from) < bitsOf(to) && !isPowerToHalf)
    return "";
  if (bitsOf(from) > bitsOf(DType::F32) && bitsOf(to) < bitsOf(DType::F32))
    return ", rounded to nearest twice: to F32 first";
  return ", rounded to nearest";
}

void ConversionRemarks::add(const Tensor &tensor, DType to,
                            ConversionCounts counts) {
  if (tensor.dtype != to)
    ++conversions[{tensor.dtype, to}];
  auto note = [&](const std::string &what) {
    values.push_back(fmt::format("'{}': tensor '{}' has {}", path,
                                 printable(tensor.name), what));
  };
  if (counts.nans != 0)
    note(counted(counts.nans, "NaN"));
  if (counts.overflows != 0)
    note(fmt::format("{} too large for {}, now infinite",
                     counted(counts.overflows, "value"), nameOf(to).str()));
}

std::vector<std::string> ConversionRemarks::list() const {
  std::vector<std::string> remarks;
  for (const auto &[types, count] : conversions) {
    auto [from, to] = types;
    remarks.push_back(fmt::format("'{}': {} tensor{} converted from {} to {}{}",
                                  path, count, count == 1 ? " is" : "s are",
                                  nameOf(from).str(), nameOf(to).str(),
                                  roundingOf(from, to)));
  }
  remarks.insert(remarks.end(), values.begin(), values.end());
  return remarks;
}

} // namespace nascent
