//===- TensorValuesTest.cpp - Conversions against plain arithmetic --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace llvm;
using namespace nascent;

namespace {

/// All 65536 values of a 16-bit type are read as LLVM reads them, and written
/// back as they were.
void checkEveryValue(DType dtype, const fltSemantics &semantics) {
  for (unsigned bits = 0; bits <= UINT16_MAX; ++bits) {
    char bytes[2], again[2];
    support::endian::write16le(bytes, bits);
    Tensor tensor{"x", dtype, {1}, StringRef(bytes, 2)};
    float value;
    ConversionCounts counts = readFloats(tensor, value);
    APFloat expected(semantics, APInt(16, bits));
    EXPECT_EQ(counts.nans, expected.isNaN());
    writeFloats(value, dtype, again);
    if (expected.isNaN()) {
      EXPECT_TRUE(std::isnan(value));
      readFloats({"x", dtype, {1}, StringRef(again, 2)}, value);
      EXPECT_TRUE(std::isnan(value)) << bits;
      continue;
    }
    bool losesInfo;
    expected.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                     &losesInfo);
    EXPECT_EQ(bit_cast<uint32_t>(value),
              expected.bitcastToAPInt().getZExtValue());
    EXPECT_EQ(StringRef(again, 2), StringRef(bytes, 2)) << bits;
  }
}

TEST(TensorValuesTest, EveryHalf) {
  checkEveryValue(DType::F16, APFloat::IEEEhalf());
}
TEST(TensorValuesTest, EveryBFloat) {
  checkEveryValue(DType::BF16, APFloat::BFloat());
}

/// Every value of the types of 8 bits or less, by the formula of its format:
/// ± 1.mantissa · 2^(exponent − bias), and without the 1 where that is 0.
void checkSmall(DType dtype, unsigned mantissaBits, int bias,
                function_ref<std::optional<float>(unsigned)> special) {
  const unsigned width = bitsOf(dtype), count = 1u << width;
  // One after the other, from the lowest bit on.
  std::string bytes(count * width / 8, '\0');
  for (unsigned bits = 0; bits < count; ++bits)
    for (unsigned i = 0; i < width; ++i) {
      unsigned at = bits * width + i;
      bytes[at / 8] |= (bits >> i & 1) << at % 8;
    }
  std::vector<float> values(count);
  ConversionCounts counts = readFloats({"x", dtype, {count}, bytes}, values);
  int64_t nans = 0;
  for (unsigned bits = 0; bits < count; ++bits) {
    float expected;
    if (std::optional<float> value = special(bits)) {
      expected = *value;
    } else {
      int exponent = (bits & (count / 2 - 1)) >> mantissaBits;
      float fraction = std::ldexp(float(bits & ((1u << mantissaBits) - 1)),
                                  -int(mantissaBits));
      expected = exponent ? std::ldexp(1 + fraction, exponent - bias)
                          : std::ldexp(fraction, 1 - bias);
      if (bits >= count / 2)
        expected = -expected;
    }
    if (std::isnan(expected)) {
      ++nans;
      EXPECT_TRUE(std::isnan(values[bits])) << bits;
      continue;
    }
    EXPECT_EQ(bit_cast<uint32_t>(values[bits]), bit_cast<uint32_t>(expected))
        << nameOf(dtype).str() << " " << bits;
  }
  EXPECT_EQ(counts.nans, nans);
}

TEST(TensorValuesTest, EverySmallFloat) {
  auto none = [](unsigned) { return std::nullopt; };
  checkSmall(DType::F4, 1, 1, none);
  checkSmall(DType::F6_E2M3, 3, 1, none);
  checkSmall(DType::F6_E3M2, 2, 3, none);
  checkSmall(DType::F8_E4M3, 3, 7, [](unsigned bits) -> std::optional<float> {
    if ((bits & 0x7f) == 0x7f)
      return NAN;
    return std::nullopt;
  });
  checkSmall(DType::F8_E5M2, 2, 15, [](unsigned bits) -> std::optional<float> {
    if ((bits & 0x7f) == 0x7c)
      return bits == 0x7c ? INFINITY : -INFINITY;
    if ((bits & 0x7f) > 0x7c)
      return NAN;
    return std::nullopt;
  });
  auto negativeZero = [](unsigned bits) -> std::optional<float> {
    if (bits == 0x80)
      return NAN;
    return std::nullopt;
  };
  checkSmall(DType::F8_E4M3FNUZ, 3, 8, negativeZero);
  checkSmall(DType::F8_E5M2FNUZ, 2, 16, negativeZero);
  checkSmall(DType::F8_E8M0, 0, 0, [](unsigned bits) -> std::optional<float> {
    if (bits == 0xff)
      return NAN;
    return std::ldexp(1.0f, int(bits) - 127);
  });
}

/// Floats around every rounding boundary become what LLVM makes of them.
TEST(TensorValuesTest, Rounds) {
  for (auto [dtype, semantics] : {std::pair(DType::F16, &APFloat::IEEEhalf()),
                                  std::pair(DType::BF16, &APFloat::BFloat())})
    for (unsigned high = 0; high <= UINT16_MAX; high += 7)
      for (uint32_t low : {0x0u, 0x1u, 0xfffu, 0x1000u, 0x1001u, 0x7fffu,
                           0x8000u, 0x8001u, 0xffffu}) {
        float value = bit_cast<float>(high << 16 | low);
        if (std::isnan(value))
          continue;
        char bytes[2];
        ConversionCounts counts = writeFloats(value, dtype, bytes);
        APFloat expected(value);
        bool losesInfo;
        expected.convert(*semantics, APFloat::rmNearestTiesToEven, &losesInfo);
        EXPECT_EQ(support::endian::read16le(bytes),
                  expected.bitcastToAPInt().getZExtValue())
            << value;
        EXPECT_EQ(counts.overflows,
                  expected.isInfinity() && !std::isinf(value));
      }
}

TEST(TensorValuesTest, NarrowsDoubles) {
  const double wide[] = {0.1,   1e300, -1e300,    0x1.ffffffp127,
                         1e-50, NAN,   -INFINITY, 0x1.fffffefffp127};
  std::string bytes(sizeof(wide), '\0');
  for (size_t i = 0; i < std::size(wide); ++i)
    support::endian::write64le(&bytes[8 * i], bit_cast<uint64_t>(wide[i]));
  float values[std::size(wide)];
  ConversionCounts counts = readFloats({"x", DType::F64, {8}, bytes}, values);
  EXPECT_EQ(counts.nans, 1);
  EXPECT_EQ(counts.overflows, 3);
  EXPECT_EQ(values[0], 0.1f);
  EXPECT_EQ(values[1], INFINITY);
  EXPECT_EQ(values[2], -INFINITY);
  EXPECT_EQ(values[3], INFINITY);
  EXPECT_EQ(values[4], 0.0f);
  EXPECT_TRUE(std::isnan(values[5]));
  EXPECT_EQ(values[6], -INFINITY);
  EXPECT_EQ(values[7], 0x1.fffffep127f);
  std::string back(sizeof(wide), '\0');
  EXPECT_EQ(writeFloats(values, DType::F64, {back.data(), back.size()}).nans,
            1);
  EXPECT_EQ(bit_cast<double>(support::endian::read64le(back.data())),
            double(0.1f));
}

} // namespace
