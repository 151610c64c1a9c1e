//===- QuoteTest.cpp - What files say, as messages show it ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Quote.h"
#include <gtest/gtest.h>

using namespace nascent;
using llvm::StringRef;

TEST(QuoteTest, KeepsWhatCanBeSeen) {
  for (StringRef name : {"", "0.weight", "block 1.größe", "层.重み", "√(6/n)…",
                         "a'b\"c", "a\\b", "*/"})
    EXPECT_EQ(printable(name), name);
}

TEST(QuoteTest, EscapesControlCharacters) {
  EXPECT_EQ(printable(StringRef("a\nb", 3)), "a\\0Ab");
  EXPECT_EQ(printable(StringRef("a\0b", 3)), "a\\00b");
  EXPECT_EQ(printable("\x1b[31m\x7f\t"), "\\1B[31m\\7F\\09");
}

TEST(QuoteTest, EscapesWhatTurnsText) {
  // Right-to-left override, zero width space, line separator.
  EXPECT_EQ(printable("a\u202eb"), "a\\E2\\80\\AEb");
  EXPECT_EQ(printable("\u200b"), "\\E2\\80\\8B");
  EXPECT_EQ(printable("\u2028"), "\\E2\\80\\A8");
}

TEST(QuoteTest, EscapesWhatIsNoUTF8) {
  EXPECT_EQ(printable("\xff"), "\\FF");
  EXPECT_EQ(printable("a\xc3"), "a\\C3");
  EXPECT_EQ(printable("\xc0\x80x"), "\\C0\\80x");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\ED\\A0\\80");
}

TEST(QuoteTest, EscapesOnce) {
  std::string once = printable("a\nb\xff");
  EXPECT_EQ(printable(once), once);
}

TEST(QuoteTest, QuotesOneShortLine) {
  EXPECT_EQ(quote("a \"b\" größe\n"), "'a \"b\" größe\\0A'");
  EXPECT_EQ(quote("123456789012345678901234"), "'123456789012345678901234'");
  EXPECT_EQ(quote("1234567890123456789012345"),
            "'123456789012345678901234...'");
}

TEST(QuoteTest, Counts) {
  EXPECT_EQ(counted(0, "element"), "0 elements");
  EXPECT_EQ(counted(1, "element"), "1 element");
  EXPECT_EQ(counted(2, "element"), "2 elements");
}

TEST(QuoteTest, GivesJSONUnicode) {
  EXPECT_EQ(unicode("größe\n"), "größe\n");
  EXPECT_EQ(unicode("a\xff"), "a\\FF");
}

TEST(QuoteTest, CountsColumns) {
  EXPECT_EQ(columnsOf("größe"), 5u);
  EXPECT_EQ(columnsOf("层"), 2u);
  EXPECT_EQ(columnsOf(printable("a\nb")), 5u);
}
