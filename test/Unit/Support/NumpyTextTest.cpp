//===- NumpyTextTest.cpp - Arrays as NumPy prints them --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// test/Driver/numpy-text.test compares many more arrays with NumPy itself.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/NumpyText.h"
#include "gtest/gtest.h"
#include <cmath>
#include <numeric>

using namespace nascent;

TEST(NumpyText, AlignsAtThePoint) {
  EXPECT_EQ(toNumpyText({3}, {1, -0.25f, 10.5f}), "[ 1.   -0.25 10.5 ]");
  EXPECT_EQ(toNumpyText({2, 2}, {1, 2, 3, 4}), "[[1. 2.]\n [3. 4.]]");
  EXPECT_EQ(toNumpyText({1}, {0.012345678f}), "[0.01234568]");
  EXPECT_EQ(toNumpyText({}, {1.5f}), "1.5");
}

TEST(NumpyText, PutsEmptyLinesBetweenMatrices) {
  EXPECT_EQ(toNumpyText({2, 1, 1}, {1, 2}), "[[[1.]]\n\n [[2.]]]");
}

TEST(NumpyText, WritesExponentsWhereNumbersDifferMuch) {
  EXPECT_EQ(toNumpyText({2}, {1000, 0.5f}), "[1.e+03 5.e-01]");
  EXPECT_EQ(toNumpyText({2}, {1e10f, 0}), "[1.e+10 0.e+00]");
  EXPECT_EQ(toNumpyText({1}, {1.2345678e-5f}), "[1.2345678e-05]");
}

TEST(NumpyText, HasRoomForSpecialValues) {
  EXPECT_EQ(toNumpyText({3}, {NAN, INFINITY, 1}), "[nan inf  1.]");
  EXPECT_EQ(toNumpyText({2}, {-INFINITY, 1}), "[-inf   1.]");
  EXPECT_EQ(toNumpyText({2}, {NAN, 0.25f}), "[ nan 0.25]");
}

TEST(NumpyText, BreaksLines) {
  std::vector<float> values(20, 0.5f);
  EXPECT_EQ(toNumpyText({20}, values),
            "[0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 "
            "0.5 0.5\n 0.5 0.5]");
}

TEST(NumpyText, ShortensWhatIsLong) {
  std::vector<float> values(1001);
  std::iota(values.begin(), values.end(), 0.0f);
  EXPECT_EQ(toNumpyText({1001}, values),
            "[   0.    1.    2. ...  998.  999. 1000.]");
}
