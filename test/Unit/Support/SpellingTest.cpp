//===- SpellingTest.cpp - What a misspelt word may have meant -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Spelling.h"
#include <gtest/gtest.h>

using namespace nascent;

static std::string suggest(llvm::StringRef word) {
  return didYouMean(word, {"dense", "relu", "leaky_relu", "elu", "in"});
}

TEST(SpellingTest, SuggestsTheNearest) {
  EXPECT_EQ(suggest("dens"), " (did you mean 'dense'?)");
  EXPECT_EQ(suggest("leakyrelu"), " (did you mean 'leaky_relu'?)");
  EXPECT_EQ(suggest("ReLU"), " (did you mean 'relu'?)");
  EXPECT_EQ(suggest("selu"), " (did you mean 'relu'?)");
}

TEST(SpellingTest, SuggestsWhatBeginsSo) {
  EXPECT_EQ(suggest("leaky"), " (did you mean 'leaky_relu'?)");
  EXPECT_EQ(suggest("Lea"), " (did you mean 'leaky_relu'?)");
  EXPECT_EQ(suggest("le"), "");
}

TEST(SpellingTest, SuggestsNothingFarAway) {
  EXPECT_EQ(suggest("conv2d"), "");
  EXPECT_EQ(suggest("x"), "");
  EXPECT_EQ(suggest(""), "");
  EXPECT_EQ(didYouMean("dense", {}), "");
}
