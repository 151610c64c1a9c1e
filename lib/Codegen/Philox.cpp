//===- Philox.cpp - Counter-based random numbers --------------------------===//

#include "nascent/Codegen/Philox.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::codegen {

static Value constantLike(ImplicitLocOpBuilder &b, Type type, uint32_t value) {
  TypedAttr attr = b.getI32IntegerAttr(value);
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
    auto product0 = arith::MulUIExtendedOp::create(
        b, counter[0], constantLike(b, type, multipliers[0]));
    auto product1 = arith::MulUIExtendedOp::create(
        b, counter[2], constantLike(b, type, multipliers[1]));
    auto mix = [&](Value high, Value word, Value keyWord) -> Value {
      return arith::XOrIOp::create(b, arith::XOrIOp::create(b, high, word),
                                   widen(keyWord));
    };
    counter = {mix(product1.getHigh(), counter[1], key[0]), product1.getLow(),
               mix(product0.getHigh(), counter[3], key[1]), product0.getLow()};
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

} // namespace nascent::codegen
