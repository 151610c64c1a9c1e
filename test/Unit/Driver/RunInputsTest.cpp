//===- RunInputsTest.cpp - What a network is run on -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Driver/RunInputs.h"
#include "gtest/gtest.h"

using namespace nascent;

TEST(RunInputs, NeedsEverySizeButTheBatch) {
  NetworkInterface network;
  network.name = "image";
  network.entries.emplace_back().sizes = {"height", "width"};
  std::vector<Array> inputs(1);
  auto entry = chooseEntry(network, inputs, {"x.npy"});
  ASSERT_FALSE(static_cast<bool>(entry));
  EXPECT_EQ(llvm::toString(entry.takeError()),
            "network 'image': more than the batch is open, 'height', 'width'; "
            "leave out --bind, or bind these sizes");
}

TEST(RunInputs, DrawsThePartsOfOneSequence) {
  float whole[8], part[3];
  fillRandom(whole, /*seed=*/5, /*drawn=*/0);
  fillRandom(part, /*seed=*/5, /*drawn=*/4);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(part[i], whole[4 + i]);
  for (float value : whole) {
    EXPECT_GE(value, 0);
    EXPECT_LT(value, 1);
  }
}
