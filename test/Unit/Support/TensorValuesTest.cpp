//===- TensorValuesTest.cpp - Conversions against plain arithmetic --------===//

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
