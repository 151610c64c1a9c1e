//===- RunReport.cpp - What nascent-run says of a run ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunReport.h"
#include "nascent/Listings/Columns.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent {

std::string formatTime(double ns) {
  const std::pair<double, const char *> units[] = {
      {1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}};
  for (auto [size, unit] : units)
    if (ns >= size)
      return fmt::format("{:.4g} {}", ns / size, unit);
  return fmt::format("{:.4g} ns", ns);
}

/// Operations per nanosecond, two for a multiply-add.
static double speedOf(int64_t multiplyAdds, double ns) {
  return ns > 0 ? 2 * static_cast<double>(multiplyAdds) / ns : 0;
}

static std::string percent(double part, double whole) {
  return fmt::format("{:.1f} %", whole > 0 ? 100 * part / whole : 0);
}

llvm::Error reportTiming(const Timing &timing,
                         std::optional<int64_t> multiplyAdds, double peak,
                         unsigned threads, llvm::raw_ostream &os) {
  os << fmt::format(
      "forward on {}: median {}, half of the samples between {} and {} ({} "
      "samples)\n",
      counted(threads, "thread"), formatTime(timing.median),
      formatTime(timing.low), formatTime(timing.high), timing.samples);
  if (!multiplyAdds) {
    os << "what it computes is not known at this stage of the file\n";
    return llvm::Error::success();
  }
  double speed = speedOf(*multiplyAdds, timing.median);
  os << fmt::format("{} multiply-adds: {:.4g} GFLOP/s, {} of the {:.4g} "
                    "GFLOP/s that the processor reached meanwhile\n",
                    *multiplyAdds, speed, percent(speed, peak), peak);
  constexpr double limit = 1.05;
  if (speed > limit * peak)
    return llvm::createStringError(
        "more than the processor can do was measured: its clock changed "
        "meanwhile, or others used it; measure again, on a machine that has "
        "nothing else to do");
  return llvm::Error::success();
}

void reportSteps(ArrayRef<Timing> timings, ArrayRef<LayerCost> launches,
                 double peak, llvm::raw_ostream &os) {
  double total = 0;
  for (const Timing &timing : timings)
    total += timing.median;
  std::vector<std::vector<std::string>> rows = {
      {"layer", "multiply-adds", "time", "share", "GFLOP/s", "of the peak"}};
  auto add = [&](const std::string &name, int64_t multiplyAdds, double ns) {
    double speed = speedOf(multiplyAdds, ns);
    rows.push_back({name, std::to_string(multiplyAdds), formatTime(ns),
                    percent(ns, total), fmt::format("{:.4g}", speed),
                    percent(speed, peak)});
  };
  int64_t all = 0;
  for (auto [timing, launch] : llvm::zip(timings, launches)) {
    add(printable(launch.layer), launch.multiplyAdds, timing.median);
    all += launch.multiplyAdds;
  }
  add("total", all, total);
  for (const std::string &line : lineUp(rows))
    os << line << "\n";
}

/// "(0, 3)": where in an array an element is.
static std::string formatIndex(ArrayRef<int64_t> shape, int64_t index) {
  std::vector<int64_t> place(shape.size());
  for (size_t dim = shape.size(); dim-- != 0;) {
    place[dim] = index % shape[dim];
    index /= shape[dim];
  }
  return fmt::format("({}{})", fmt::join(place, ", "),
                     place.size() == 1 ? "," : "");
}

llvm::Error reportComparison(StringRef output, ArrayRef<int64_t> shape,
                             ArrayRef<float> actual, StringRef expectedPath,
                             ArrayRef<float> expected,
                             const Tolerance &tolerance,
                             llvm::raw_ostream &os) {
  constexpr size_t most = 5;
  Comparison comparison = compareFloats(actual, expected, tolerance, most);
  std::string bound = fmt::format("atol {} + rtol {} * |expected|",
                                  tolerance.absolute, tolerance.relative);
  if (comparison.wrong == 0) {
    os << fmt::format("{} is as '{}' expects: {} within {}; the largest "
                      "difference is {:.4g}\n",
                      output.str(), expectedPath.str(),
                      actual.size() == 1
                          ? "its element is"
                          : fmt::format("all {} elements are", actual.size()),
                      bound, comparison.largest);
    return llvm::Error::success();
  }
  std::vector<std::vector<std::string>> rows = {
      {"index", "expected", "actual", "difference"}};
  for (const Difference &each : comparison.worst)
    rows.push_back({formatIndex(shape, each.index),
                    fmt::format("{}", each.expected),
                    fmt::format("{}", each.actual),
                    fmt::format("{:.4g}", each.difference)});
  for (const std::string &line : lineUp(rows))
    os << line << "\n";
  return makeError(
      "{} is not as '{}' expects: {} of {} elements are not within "
      "{}; the worst are listed",
      output.str(), expectedPath.str(), comparison.wrong, actual.size(), bound);
}

} // namespace nascent
