//===- Philox.cpp - Counter-based random numbers --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Philox.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent {

static Value constantLike(ImplicitLocOpBuilder &b, Type type, uint64_t value) {
  TypedAttr attr = b.getI64IntegerAttr(value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, cast<Attribute>(attr));
  return arith::ConstantOp::create(b, type, attr);
}

std::array<Value, 4> emitPhilox(ImplicitLocOpBuilder &b,
                                std::array<Value, 4> counter,
                                std::array<Value, 2> key) {
  constexpr uint32_t multipliers[2] = {0xD2511F53, 0xCD9E8D57};
  constexpr uint32_t weyl[2] = {0x9E3779B9, 0xBB67AE85};
  Type type = counter[0].getType();
  Value mask = constantLike(b, type, 0xffffffff);
  Value thirtyTwo = constantLike(b, type, 32);
  auto widen = [&](Value word) -> Value {
    if (word.getType() == type)
      return word;
    return vector::BroadcastOp::create(b, type, word);
  };
  for (int round = 0; round < 10; ++round) {
    if (round > 0)
      for (int i = 0; i < 2; ++i)
        key[i] = arith::AddIOp::create(
            b, key[i], constantLike(b, key[i].getType(), weyl[i]));
    auto multiply = [&](Value word, uint32_t multiplier) -> Value {
      Value low = arith::AndIOp::create(b, word, mask);
      return arith::MulIOp::create(b, low, constantLike(b, type, multiplier));
    };
    Value product0 = multiply(counter[0], multipliers[0]);
    Value product1 = multiply(counter[2], multipliers[1]);
    auto mix = [&](Value product, Value word, Value keyWord) -> Value {
      Value high = arith::ShRUIOp::create(b, product, thirtyTwo);
      Value mixed = arith::XOrIOp::create(b, high, word);
      return arith::XOrIOp::create(b, mixed, widen(keyWord));
    };
    counter = {mix(product1, counter[1], key[0]), product1,
               mix(product0, counter[3], key[1]), product0};
  }
  return counter;
}

uint64_t hashName(StringRef name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : name.bytes()) {
    hash ^= byte;
    hash *= 0x100000001b3;
  }
  return hash;
}

} // namespace nascent
