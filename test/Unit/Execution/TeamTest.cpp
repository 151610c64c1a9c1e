//===- TeamTest.cpp - Threads that work together --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/Team.h"
#include "gtest/gtest.h"

using namespace nascent;

TEST(Team, RunsEachPartOnce) {
  for (unsigned size : {1u, 2u, 3u}) {
    Team team(size);
    std::vector<int> counts(size);
    for (int round = 0; round < 100; ++round)
      team.run([&](unsigned part) { ++counts[part]; });
    EXPECT_EQ(counts, std::vector<int>(size, 100));
  }
}

TEST(Team, WaitsForAllBetweenSteps) {
  Team team(3);
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> arrived = 0;
    std::atomic<int> early = 0;
    team.run([&](unsigned) {
      ++arrived;
      team.wait();
      early += arrived != 3;
    });
    EXPECT_EQ(early, 0);
  }
}

TEST(Team, EndsWithoutWork) { Team team(2); }
