//===- TrainReportTest.cpp - What nascent-train says meanwhile ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Driver/TrainReport.h"
#include "gtest/gtest.h"

using namespace nascent;

TEST(TrainReport, DescribesEpochs) {
  EXPECT_EQ(describeEpoch({2, 20, 0.123456, std::nullopt, std::nullopt}, 10),
            "epoch 2/10: loss 0.1235");
  EXPECT_EQ(describeEpoch({2, 20, 0.5, 0.25, std::nullopt}, 10),
            "epoch 2/10: loss 0.5, validation loss 0.25");
  EXPECT_EQ(describeEpoch({10, 20, 0.5, 0.25, 0.9612}, 10),
            "epoch 10/10: loss 0.5, validation loss 0.25, accuracy 96.1 %");
}

TEST(TrainReport, DescribesProgress) {
  EXPECT_EQ(describeProgress({1, 3, 0, 8, 0, std::nullopt}, 8),
            "epoch 1/3 [>       ]   0 %  loss 0");
  EXPECT_EQ(describeProgress({1, 3, 3, 8, 0.5, std::nullopt}, 8),
            "epoch 1/3 [===>    ]  37 %  loss 0.5");
  EXPECT_EQ(describeProgress({2, 3, 8, 8, 0.5, 0.75}, 8),
            "epoch 2/3 [========] 100 %  loss 0.5, accuracy 75.0 %");
}
