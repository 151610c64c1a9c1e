//===- ShellQuoteTest.cpp - Arguments as a shell reads them ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/ShellQuote.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

TEST(ShellQuoteTest, ShellReadsArgumentsBack) {
  EXPECT_EQ(quoteForShell("-o"), "-o");
  EXPECT_EQ(quoteForShell("mlp=2x20xf32"), "mlp=2x20xf32");
  EXPECT_EQ(quoteForShell("mlp=@w/x_1.npy"), "mlp=@w/x_1.npy");
  EXPECT_EQ(quoteForShell(""), "''");
  EXPECT_EQ(quoteForShell("mlp=?x20xf32"), "'mlp=?x20xf32'");
  EXPECT_EQ(quoteForShell("*.bias=#nn.ones"), "'*.bias=#nn.ones'");
  EXPECT_EQ(quoteForShell("it's"), "'it'\\''s'");
  EXPECT_EQ(quoteForShell("a b\n$c"), "'a b\n$c'");
  EXPECT_EQ(quoteForShell("größe"), "'größe'");
}

} // namespace
