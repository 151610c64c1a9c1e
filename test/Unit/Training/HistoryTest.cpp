//===- HistoryTest.cpp - How a training went ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/History.h"
#include "gtest/gtest.h"
#include <limits>

using namespace nascent;

static std::string write(void (*writer)(const History &, llvm::raw_ostream &),
                         const History &history) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writer(history, os);
  return text;
}

static size_t count(const std::string &text, const std::string &part) {
  size_t result = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at)
    ++result;
  return result;
}

TEST(History, IsATable) {
  EXPECT_EQ(write(writeCsv, {}),
            "epoch,step,loss,validation_loss,validation_accuracy\n");
  EXPECT_EQ(write(writeCsv, {{1, 10, 0.1, std::nullopt, std::nullopt},
                             {2, 20, 1.0 / 3, 0.25, 0.5}}),
            "epoch,step,loss,validation_loss,validation_accuracy\n"
            "1,10,0.1,,\n"
            "2,20,0.3333333333333333,0.25,0.5\n");
}

TEST(History, IsACurve) {
  std::string one = write(writeCurve, {{1, 5, 2, std::nullopt, std::nullopt},
                                       {2, 9, 1, std::nullopt, std::nullopt}});
  EXPECT_EQ(count(one, "<polyline"), 1u);
  EXPECT_EQ(count(one, "accuracy"), 0u);
  EXPECT_EQ(count(one, "<circle"), 2u);
  // The first epoch at the left, of the greatest loss at the top.
  EXPECT_NE(one.find("points=\"70.00,40.00 570.00,195.00\""), std::string::npos)
      << one;
  std::string all =
      write(writeCurve, {{1, 5, 2, 3.0, 0.5}, {2, 9, 1, 2.0, 1.0}});
  EXPECT_EQ(count(all, "<polyline"), 3u);
  EXPECT_NE(all.find("validation accuracy"), std::string::npos);
  // It is an image in any case.
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const History &history : {History(), History{{1, 1, none, none, none}},
                                 History{{1, 1, 0, 0.0, 0.0}}}) {
    std::string text = write(writeCurve, history);
    EXPECT_EQ(text.substr(0, 4), "<svg");
    EXPECT_EQ(text.substr(text.size() - 7), "</svg>\n");
    EXPECT_EQ(count(text, "nan"), 0u) << text;
    EXPECT_EQ(count(text, "inf"), 0u) << text;
  }
}
