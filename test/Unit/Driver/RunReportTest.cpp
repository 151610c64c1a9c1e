//===- RunReportTest.cpp - What nascent-run says of a run -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Driver/RunReport.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

/// What is written of a timing, and the error.
std::string report(const Timing &timing, std::optional<int64_t> multiplyAdds,
                   double peak, unsigned threads = 1) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::Error error = reportTiming(timing, multiplyAdds, peak, threads, os);
  return text + llvm::toString(std::move(error));
}

} // namespace

TEST(RunReport, FormatsTimes) {
  EXPECT_EQ(formatTime(12.345), "12.35 ns");
  EXPECT_EQ(formatTime(1234), "1.234 µs");
  EXPECT_EQ(formatTime(5e6), "5 ms");
  EXPECT_EQ(formatTime(2.5e9), "2.5 s");
}

TEST(RunReport, SummarizesByQuartiles) {
  Timing timing = summarize({5, 1, 3, 2, 4});
  EXPECT_EQ(timing.low, 2);
  EXPECT_EQ(timing.median, 3);
  EXPECT_EQ(timing.high, 4);
  EXPECT_EQ(timing.samples, 5u);
  EXPECT_EQ(summarize({1, 2}).median, 1.5);
  EXPECT_EQ(summarize({7}).high, 7);
}

TEST(RunReport, ComparesWithThePeak) {
  EXPECT_EQ(report({2000, 1900, 2500, 9}, 10000, 40),
            "forward on 1 thread: median 2 µs, half of the samples between 1.9 "
            "µs and 2.5 µs (9 samples)\n"
            "10000 multiply-adds: 10 GFLOP/s, 25.0 % of the 40 GFLOP/s that "
            "the processor reached meanwhile\n");
  EXPECT_EQ(report({2000, 1900, 2500, 9}, std::nullopt, 40, 2),
            "forward on 2 threads: median 2 µs, half of the samples between "
            "1.9 µs and 2.5 µs (9 samples)\n"
            "what it computes is not known at this stage of the file\n");
}

TEST(RunReport, RefusesMoreThanThePeak) {
  // 10 of 9.6 is within what the clock may vary by, 10 of 9.5 is not.
  EXPECT_EQ(report({2000, 1900, 2500, 9}, 10000, 9.6).find("more than"),
            std::string::npos);
  EXPECT_NE(report({2000, 1900, 2500, 9}, 10000, 9.5)
                .find("more than the processor can do was measured: its clock "
                      "changed meanwhile, or others used it"),
            std::string::npos);
}

TEST(RunReport, ListsSteps) {
  std::string text;
  llvm::raw_string_ostream os(text);
  reportSteps({{1000, 0, 0, 1}, {3000, 0, 0, 1}}, {{"0", 5000}, {"2", 0}}, 40,
              os);
  EXPECT_EQ(text, "layer  multiply-adds  time  share    GFLOP/s  of the peak\n"
                  "0      5000           1 µs  25.0 %   10       25.0 %\n"
                  "2      0              3 µs  75.0 %   0        0.0 %\n"
                  "total  5000           4 µs  100.0 %  2.5      6.2 %\n");
}
