//===- CsvTest.cpp - Tables of numbers ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Csv.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace nascent;

/// What a table is read as; the error, where it is not one.
static std::string read(llvm::StringRef text) {
  auto table = parseCsv(text);
  if (!table)
    return llvm::toString(table.takeError());
  std::string result = std::to_string(table->rows) + "x" +
                       std::to_string(table->columns) +
                       (table->hasHeader ? " with a header:" : ":");
  for (float value : table->values) {
    char number[32];
    std::snprintf(number, sizeof number, " %g", value);
    result += number;
  }
  return result;
}

TEST(Csv, ReadsNumbers) {
  EXPECT_EQ(read("1,2\n3,4\n"), "2x2: 1 2 3 4");
  EXPECT_EQ(read("1,-2.5e3"), "1x2: 1 -2500");
  EXPECT_EQ(read(" 1 ,\t+2 \r\n\r\n.5, 0.25\r\n"), "2x2: 1 2 0.5 0.25");
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "7\n"),
            "1x1: 7");
  EXPECT_EQ(read("nan,inf,-inf\n"), "1x3: nan inf -inf");
}

TEST(Csv, RoundsWhatNoFloatHolds) {
  EXPECT_EQ(read("3.4e38,1e-60,-1e-60\n"), "1x3: 3.4e+38 0 -0");
}

TEST(Csv, RefusesWhatIsTooLarge) {
  for (std::string number : {"1e39", "-1e39", "1e400", "-1e999"})
    EXPECT_EQ(read("1,2\n3, " + number + "\n"),
              "line 2, column 2: expected a number of f32, found '" + number +
                  "'; write '" + (number[0] == '-' ? "-inf" : "inf") +
                  "' where it is to be infinite");
}

TEST(Csv, SkipsAHeader) {
  EXPECT_EQ(read("a,b\n1,2\n"), "1x2 with a header: 1 2");
  EXPECT_EQ(read("\n\"a\", b\n1,2\n"), "1x2 with a header: 1 2");
  EXPECT_EQ(read("a,b\nc,d\n1,2\n"),
            "line 2, column 1: expected a number, found 'c'");
}

TEST(Csv, SaysWhatIsNoNumber) {
  EXPECT_EQ(read("1,2\n3,x\n"),
            "line 2, column 2: expected a number, found 'x'");
  EXPECT_EQ(read("1,2\n3,\n"),
            "line 2, column 2: expected a number, found nothing");
  EXPECT_EQ(read("1,2\n3,4z\n"),
            "line 2, column 2: expected a number, found '4z'");
  EXPECT_EQ(read("1,+-2\n"), "line 1, column 2: expected a number, found "
                             "'+-2'; a header has names only");
  EXPECT_EQ(read("1,2.x\n3,4\n"), "line 1, column 2: expected a number, found "
                                  "'2.x'; a header has names only");
  for (const char *cell : {"\"1\"", "'1'"})
    EXPECT_EQ(read(std::string("a,b\n1,") + cell + "\n"),
              std::string("line 2, column 2: expected a number, found '") +
                  cell + "'; numbers are read without quotes");
  std::string advice =
      "; commas separate numbers, as of numpy's savetxt(file, x, "
      "delimiter=',')";
  EXPECT_EQ(read("a,b\n1,5;2,5\n"),
            "line 2, column 2: expected a number, found '5;2'" + advice);
  EXPECT_EQ(read("a b\n1 2\n"),
            "line 2, column 1: expected a number, found '1 2'" + advice);
  EXPECT_EQ(read("a;b\n1\n"), "line 1: ';' is between names" + advice);
  EXPECT_EQ(read("a\tb\n1\n"), "line 1: '\\09' is between names" + advice);
}

TEST(Csv, WantsLinesOfOneLength) {
  EXPECT_EQ(read("a,b\n\n1,2\n3,4,5\n"),
            "line 4 has 3 numbers, expected 2 as in line 3");
  EXPECT_EQ(read("1,2\n3\n"), "line 2 has 1 number, expected 2 as in line 1");
}

TEST(Csv, WantsANumber) {
  for (const char *text : {"", "\n\n", "a,b\n"})
    EXPECT_EQ(read(text),
              "expected lines of numbers between commas, found none");
}
