//===- TensorValues.cpp - A tensor's elements as floats -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include <cmath>

using namespace llvm;
using namespace llvm::support;

namespace nascent {

static float fromBF16(uint16_t bits) {
  return bit_cast<float>(uint32_t(bits) << 16);
}

/// Drops the lower `count` bits, rounding to nearest, ties to even. A carry
/// into the exponent is what rounding up to the next binade, or to infinity,
/// is.
static uint32_t roundShift(uint32_t bits, unsigned count) {
  uint32_t half = 1u << (count - 1);
  uint32_t rest = bits & ((1u << count) - 1);
  uint32_t result = bits >> count;
  return result + (rest > half || (rest == half && (result & 1)));
}

static uint16_t toBF16(float value) {
  uint32_t bits = bit_cast<uint32_t>(value);
  // A NaN stays one whatever of its payload is lost.
  if (std::isnan(value))
    return bits >> 16 | 0x40;
  return roundShift(bits, 16);
}

static float fromF16(uint16_t half) {
  uint32_t sign = uint32_t(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
  // A subnormal is a multiple of 2^-24.
  if (exponent == 0) {
    float value = static_cast<float>(mantissa) * 0x1p-24f;
    return sign ? -value : value;
  }
  exponent = exponent == 0x1f ? 0xff : exponent + 127 - 15;
  return bit_cast<float>(sign | exponent << 23 | mantissa << 13);
}

static uint16_t toF16(float value) {
  uint32_t bits = bit_cast<uint32_t>(value);
  uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (std::isnan(value))
    return sign | 0x7e00 | (magnitude >> 13 & 0x3ff);
  // From 65520 on the nearest is infinity.
  if (magnitude >= 0x477ff000)
    return sign | 0x7c00;
  uint32_t exponent = magnitude >> 23;
  if (exponent > 127 - 15)
    return sign | (roundShift(magnitude, 13) - ((127 - 15) << 10));
  // A subnormal: the mantissa with its leading one, in units of 2^-24.
  if (exponent < 127 - 25)
    return sign;
  uint32_t mantissa = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundShift(mantissa, 126 - exponent);
}

static float narrow(double value) {
  // A conversion that overflows is undefined in C++: from here on the nearest
  // is infinity.
  constexpr double limit = 0x1.ffffffp127;
  if (std::abs(value) >= limit)
    return value < 0 ? -INFINITY : INFINITY;
  return static_cast<float>(value);
}

/// What LLVM calls a type of 8 bits or less.
static const fltSemantics &smallSemantics(DType dtype) {
  switch (dtype) {
  case DType::F8_E4M3:
    return APFloat::Float8E4M3FN();
  case DType::F8_E5M2:
    return APFloat::Float8E5M2();
  case DType::F8_E4M3FNUZ:
    return APFloat::Float8E4M3FNUZ();
  case DType::F8_E5M2FNUZ:
    return APFloat::Float8E5M2FNUZ();
  case DType::F8_E8M0:
    return APFloat::Float8E8M0FNU();
  case DType::F6_E2M3:
    return APFloat::Float6E2M3FN();
  case DType::F6_E3M2:
    return APFloat::Float6E3M2FN();
  case DType::F4:
    return APFloat::Float4E2M1FN();
  default:
    llvm_unreachable("elements of more than 8 bits");
  }
}

/// Every value of a type of 8 bits or less, all of which `f32` holds.
static SmallVector<float> smallValues(DType dtype) {
  unsigned width = bitsOf(dtype);
  SmallVector<float> values;
  for (unsigned bits = 0; bits < 1u << width; ++bits) {
    APFloat value(smallSemantics(dtype), APInt(width, bits));
    bool isNaN = value.isNaN(), losesInfo;
    value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    // A NaN without a mantissa would be converted to infinity.
    values.push_back(isNaN ? NAN : value.convertToFloat());
  }
  return values;
}

static ConversionCounts readSmall(const Tensor &tensor,
                                  MutableArrayRef<float> values) {
  ConversionCounts counts;
  const SmallVector<float> known = smallValues(tensor.dtype);
  const size_t width = bitsOf(tensor.dtype);
  ArrayRef<uint8_t> bytes = arrayRefFromStringRef(tensor.bytes);
  for (auto [index, value] : enumerate(values)) {
    size_t bit = index * width, at = bit / 8, shift = bit % 8;
    unsigned word = bytes[at] >> shift;
    if (shift + width > 8)
      word |= bytes[at + 1] << (8 - shift);
    value = known[word & ((1u << width) - 1)];
    counts.nans += std::isnan(value);
  }
  return counts;
}

ConversionCounts readFloats(const Tensor &tensor,
                            MutableArrayRef<float> values) {
  ConversionCounts counts;
  const char *bytes = tensor.bytes.data();
  const size_t size = bitsOf(tensor.dtype) / 8;
  auto readAll = [&](auto read) {
    for (auto [index, value] : enumerate(values)) {
      value = read(bytes + index * size);
      counts.nans += std::isnan(value);
    }
  };
  switch (tensor.dtype) {
  case DType::F64:
    readAll([&](const char *at) {
      double wide = bit_cast<double>(endian::read64le(at));
      float value = narrow(wide);
      counts.overflows += std::isinf(value) && !std::isinf(wide);
      return value;
    });
    break;
  case DType::F32:
    readAll(
        [](const char *at) { return bit_cast<float>(endian::read32le(at)); });
    break;
  case DType::F16:
    readAll([](const char *at) { return fromF16(endian::read16le(at)); });
    break;
  case DType::BF16:
    readAll([](const char *at) { return fromBF16(endian::read16le(at)); });
    break;
  default:
    return readSmall(tensor, values);
  }
  return counts;
}

ConversionCounts writeFloats(ArrayRef<float> values, DType dtype,
                             MutableArrayRef<char> bytes) {
  ConversionCounts counts;
  const size_t size = bitsOf(dtype) / 8;
  auto writeAll = [&](auto write) {
    for (auto [index, value] : enumerate(values)) {
      write(bytes.data() + index * size, value);
      counts.nans += std::isnan(value);
    }
  };
  auto writeHalf = [&](auto narrow, auto widen) {
    writeAll([&](char *at, float value) {
      uint16_t half = narrow(value);
      endian::write16le(at, half);
      counts.overflows += std::isfinite(value) && std::isinf(widen(half));
    });
  };
  switch (dtype) {
  case DType::F64:
    writeAll([](char *at, float value) {
      endian::write64le(at, bit_cast<uint64_t>(double(value)));
    });
    break;
  case DType::F32:
    writeAll([](char *at, float value) {
      endian::write32le(at, bit_cast<uint32_t>(value));
    });
    break;
  case DType::F16:
    writeHalf(toF16, fromF16);
    break;
  case DType::BF16:
    writeHalf(toBF16, fromBF16);
    break;
  default:
    llvm_unreachable("elements that are not written");
  }
  return counts;
}

} // namespace nascent
