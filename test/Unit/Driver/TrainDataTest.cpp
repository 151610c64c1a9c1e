//===- TrainDataTest.cpp - Examples and what they should give -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Driver/TrainData.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

using namespace nascent;

static Array arrayOf(llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<float> values) {
  Array array = llvm::cantFail(allocateArray(shape));
  llvm::copy(values, array.buffer.floats().begin());
  return array;
}

TEST(TrainData, MakesClassesOfNumbers) {
  Array labels = arrayOf({3, 1}, {0, 2, -100});
  EXPECT_EQ(llvm::toString(makeClasses(labels, "y", 1, 3, -100)), "");
  EXPECT_TRUE(labels.isIndices);
  int32_t wanted[] = {0, 2, -100};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(llvm::bit_cast<int32_t>(labels.buffer.floats()[i]), wanted[i]);
  // Once more they are what they were.
  EXPECT_EQ(llvm::toString(makeClasses(labels, "y", 1, 3, -100)), "");
  EXPECT_EQ(llvm::bit_cast<int32_t>(labels.buffer.floats()[1]), 2);
}

TEST(TrainData, RefusesOtherClasses) {
  auto errorOf = [](llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<float> values) {
    Array labels = arrayOf(shape, values);
    return llvm::toString(makeClasses(labels, "y", 1, 3, -100));
  };
  EXPECT_EQ(errorOf({2}, {0, 3}),
            "'y' has the label 3 in row 2, column 1, counted from 1; expected "
            "0 to 2, as the network has "
            "3 classes, or -100 where there is none");
  EXPECT_EQ(errorOf({2}, {-1, 0}),
            "'y' has the label -1 in row 1, column 1, counted from 1; expected "
            "0 to 2, as the network "
            "has 3 classes, or -100 where there is none");
  EXPECT_EQ(
      errorOf({1}, {0.5}),
      "'y' has the label 0.5 in row 1, column 1, counted from 1; expected a "
      "class, which is an integer");
  EXPECT_EQ(errorOf({1}, {3e9f}), "'y' has the label 3000000000 in row 1, "
                                  "column 1, counted from 1; expected "
                                  "a class, which is an integer");
  EXPECT_EQ(errorOf({1, 2}, {0, 0}),
            "'y' has the shape (1, 2); expected 1 class for each example");
}

TEST(TrainData, RefusesLabelsThatWeighNothing) {
  Array labels = arrayOf({3}, {0, 1, -100});
  const double weights[] = {0.0, 0.0, 1.0};
  EXPECT_EQ(llvm::toString(makeClasses(labels, "y", 1, 3, -100, weights)),
            "'y' has no label that counts: all are -100, which stands for "
            "none, or of classes that weigh 0");
}

TEST(TrainData, MakesNumbersOfIntegers) {
  Array labels = arrayOf({2}, {});
  labels.isIndices = true;
  labels.buffer.floats()[0] = llvm::bit_cast<float>(7);
  labels.buffer.floats()[1] = llvm::bit_cast<float>(-2);
  EXPECT_EQ(llvm::toString(makeNumbers(labels, "y", 1)), "");
  EXPECT_FALSE(labels.isIndices);
  EXPECT_EQ(labels.buffer.floats()[0], 7.0f);
  EXPECT_EQ(labels.buffer.floats()[1], -2.0f);
  EXPECT_EQ(llvm::toString(makeNumbers(labels, "y", 3)),
            "'y' has the shape (2,); expected 3 numbers for each example");
}

TEST(TrainData, GathersRows) {
  Array from = arrayOf({3, 2}, {0, 1, 2, 3, 4, 5});
  float to[4];
  gatherRows(from, {2, 0}, to);
  EXPECT_EQ(llvm::ArrayRef(to), llvm::ArrayRef<float>({4, 5, 0, 1}));
}
