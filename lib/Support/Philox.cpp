//===- Philox.cpp - Counter-based random numbers --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Philox.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Support/KeepAsWritten.h"

using namespace mlir;

namespace nascent {

static Value constantLike(ImplicitLocOpBuilder &b, Type type, uint64_t value) {
  TypedAttr attr = b.getI64IntegerAttr(value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, cast<Attribute>(attr));
  return arith::ConstantOp::create(b, type, attr);
}

static constexpr int64_t kRounds = 10;

/// A scalar, or the lanes of a vector, as often as `type` has room for them.
static Value widen(ImplicitLocOpBuilder &b, Type type, Value value) {
  if (value.getType() == type)
    return value;
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector)
    return vector::BroadcastOp::create(b, type, value);
  SmallVector<int64_t> lanes;
  for (int64_t lane = 0; lane < cast<VectorType>(type).getDimSize(0); ++lane)
    lanes.push_back(lane % vector.getDimSize(0));
  return vector::ShuffleOp::create(b, value, value, lanes);
}

/// One round for `counter`, by which its words change.
static void emitRound(ImplicitLocOpBuilder &b, std::array<Value, 4> &counter,
                      const std::array<Value, 2> &key) {
  constexpr uint32_t multipliers[2] = {0xD2511F53, 0xCD9E8D57};
  Type type = counter[0].getType();
  auto multiply = [&](Value word, uint32_t multiplier) -> Value {
    Value low =
        arith::AndIOp::create(b, word, constantLike(b, type, 0xffffffff));
    return arith::MulIOp::create(b, low, constantLike(b, type, multiplier));
  };
  Value product0 = multiply(counter[0], multipliers[0]);
  Value product1 = multiply(counter[2], multipliers[1]);
  auto mix = [&](Value product, Value word, Value keyWord) -> Value {
    Value high = arith::ShRUIOp::create(b, product, constantLike(b, type, 32));
    Value mixed = arith::XOrIOp::create(b, high, word);
    return arith::XOrIOp::create(b, mixed, widen(b, type, keyWord));
  };
  counter = {mix(product1, counter[1], key[0]), product1,
             mix(product0, counter[3], key[1]), product0};
}

/// The key of the round after that of `key`.
static void emitNextKey(ImplicitLocOpBuilder &b, std::array<Value, 2> &key) {
  // As signed numbers of 32 bits, which instructions take.
  constexpr int32_t weyl[2] = {int32_t(0x9E3779B9), int32_t(0xBB67AE85)};
  for (int i = 0; i < 2; ++i)
    key[i] = arith::AddIOp::create(b, key[i],
                                   constantLike(b, key[i].getType(), weyl[i]));
}

std::array<Value, 4> emitPhilox(ImplicitLocOpBuilder &b,
                                std::array<Value, 4> counter,
                                std::array<Value, 2> key) {
  for (int64_t round = 0; round < kRounds; ++round) {
    if (round > 0)
      emitNextKey(b, key);
    emitRound(b, counter, key);
  }
  return counter;
}

std::array<Value, 4> emitPhiloxLoop(ImplicitLocOpBuilder &b,
                                    std::array<Value, 4> counter,
                                    std::array<Value, 2> key) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  SmallVector<Value> initial = llvm::to_vector(counter);
  initial.append(key.begin(), key.end());
  auto loop =
      scf::ForOp::create(b, index(0), index(kRounds), index(1), initial);
  keepAsWritten(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs();
  counter = {carried[0], carried[1], carried[2], carried[3]};
  key = {carried[4], carried[5]};
  emitRound(b, counter, key);
  emitNextKey(b, key);
  SmallVector<Value> next = llvm::to_vector(counter);
  next.append(key.begin(), key.end());
  scf::YieldOp::create(b, next);
  ValueRange words = loop.getResults();
  return {words[0], words[1], words[2], words[3]};
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
