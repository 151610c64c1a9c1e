//===- BoxMullerTest.cpp - Normal numbers, compiled and run ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Parameters/BoxMuller.h"
#include "HostCode.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace nascent;
using namespace nascent::parameters;

namespace {

constexpr int kLanes = 8;

struct Words {
  uint32_t radius[kLanes], angle[kLanes];
};
struct Points {
  float x[kLanes], y[kLanes];
};

class BoxMullerTest : public testing::Test {
protected:
  // Compiled once for all tests.
  static void SetUpTestSuite() {
    code = new HostCode;
    code->add("boxMuller", [](ImplicitLocOpBuilder &b, Value in, Value out) {
      auto floats = VectorType::get({kLanes}, b.getF32Type());
      Type words = floats.clone(b.getI32Type());
      ElementwiseBuilder e(b, b.getLoc(), floats);
      Value radius = HostCode::load(b, words, in);
      Value angle = HostCode::load(b, words, HostCode::at(b, in, kLanes));
      auto [x, y] = emitBoxMuller(e, radius, angle);
      HostCode::store(b, x, out);
      HostCode::store(b, y, HostCode::at(b, out, kLanes));
    });
    code->compile();
  }
  static void TearDownTestSuite() {
    delete code;
    code = nullptr;
  }
  void SetUp() override { ASSERT_TRUE(code->isCompiled()); }

  static Points run(Words words) {
    Points points;
    code->run("boxMuller", &words, &points);
    return points;
  }
  static std::pair<float, float> run(uint32_t radius, uint32_t angle) {
    Words words;
    std::fill_n(words.radius, kLanes, radius);
    std::fill_n(words.angle, kLanes, angle);
    Points points = run(words);
    return {points.x[0], points.y[0]};
  }

  static HostCode *code;
};

HostCode *BoxMullerTest::code = nullptr;

/// As docs/Numerics.md has it, in double precision.
std::pair<double, double> reference(uint32_t radius, uint32_t angle) {
  double u = double(float(int32_t((radius & 0x7fffffff) | 1))) * 0x1p-31;
  double r = std::sqrt(-2.0 * std::log(u));
  double turn = (2.0 * (angle >> 1 & 0x3fffff) + 1.0) * 0x1p-23 - 0.5;
  double x = r * std::cos(turn * M_PI_2), y = r * std::sin(turn * M_PI_2);
  if (angle >> 31)
    x = -x;
  if (radius >> 31)
    std::swap(x, y);
  return {x, y};
}

/// What a coordinate may be off by, in proportion to it.
constexpr double kAccuracy = 3.2e-7;

TEST_F(BoxMullerTest, AgreesWithDoublePrecision) {
  std::mt19937 random(20240501);
  Words words;
  for (int done = 0; done < 1 << 20; done += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      // All magnitudes of u.
      words.radius[lane] = uint32_t(random()) >> (done / kLanes % 32);
      words.angle[lane] = uint32_t(random());
    }
    Points points = run(words);
    for (int lane = 0; lane < kLanes; ++lane) {
      auto [x, y] = reference(words.radius[lane], words.angle[lane]);
      ASSERT_NEAR(points.x[lane], x, kAccuracy * std::abs(x));
      ASSERT_NEAR(points.y[lane], y, kAccuracy * std::abs(y));
    }
  }
}

TEST_F(BoxMullerTest, AllAnglesAgree) {
  for (uint32_t first = 0; first < 1u << 23; first += 2 * kLanes) {
    Words words;
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      words.radius[lane] = 0x12345678;
      words.angle[lane] = first + 2 * lane;
    }
    Points points = run(words);
    for (int lane = 0; lane < kLanes; ++lane) {
      auto [x, y] = reference(words.radius[lane], words.angle[lane]);
      ASSERT_NEAR(points.x[lane], x, kAccuracy * std::abs(x));
      ASSERT_NEAR(points.y[lane], y, kAccuracy * std::abs(y));
    }
  }
}

TEST_F(BoxMullerTest, RadiusFallsFromItsLargestToZero) {
  // u = 2^-31, at the smallest angle that there is.
  auto [x, y] = run(0, 0x400000);
  EXPECT_FLOAT_EQ(x, 6.5555414f);
  EXPECT_GT(y, 0.0f);
  EXPECT_LT(y, 2e-6f);
  // u rounds to 1 and to the float below it.
  EXPECT_EQ(run(0x7fffffff, 0).first, 0.0f);
  EXPECT_FLOAT_EQ(run(0x7fffff80, 0x400000).first, std::sqrt(0x1p-23f));
  // Around powers of two and elsewhere.
  float last = 7.0f;
  for (uint64_t odd = 1; odd < 1u << 31; odd += 2 * (odd / 4096 + 1)) {
    float next = run(uint32_t(odd), 0x400000).first;
    ASSERT_LE(next, last) << odd;
    last = next;
  }
}

TEST_F(BoxMullerTest, IsSymmetricToTheBit) {
  std::mt19937 random(7);
  for (int i = 0; i < 1000; ++i) {
    uint32_t radius = uint32_t(random()) & 0x7fffffff, angle = random();
    auto [x, y] = run(radius, angle);
    auto mirrored = run(radius, angle ^ 0x80000000);
    EXPECT_EQ(mirrored, std::pair(-x, y));
    auto turned = run(radius, angle ^ 0x7ffffe);
    EXPECT_EQ(turned, std::pair(x, -y));
    auto swapped = run(radius | 0x80000000, angle);
    EXPECT_EQ(swapped, std::pair(y, x));
  }
}

} // namespace
