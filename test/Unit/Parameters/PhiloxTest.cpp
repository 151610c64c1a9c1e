//===- PhiloxTest.cpp - The emitted generator, compiled and run -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Philox.h"
#include "HostCode.h"
#include <random>

using namespace mlir;
using namespace nascent;
using namespace nascent::parameters;

namespace {

using Words = std::array<uint32_t, 4>;
using Key = std::array<uint32_t, 2>;

/// The algorithm as the paper has it, apart from the code under test.
Words philox(Words counter, Key key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t left = uint64_t(0xD2511F53) * counter[0];
    uint64_t right = uint64_t(0xCD9E8D57) * counter[2];
    counter = {uint32_t(right >> 32) ^ counter[1] ^ key[0], uint32_t(right),
               uint32_t(left >> 32) ^ counter[3] ^ key[1], uint32_t(left)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

struct KnownAnswer {
  Words counter;
  Key key;
  Words output;
};

/// From the reference implementation's test vectors for philox4x32-10.
constexpr KnownAnswer kKnownAnswers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};

constexpr int kLanes = 8;

/// The generator, compiled for the host as functions on memory:
/// scalar(in, out), vector(in, out), mixed(in, out), which has vectors for its
/// counter and scalars for its key, and loop(in, out), which is like mixed, but
/// goes through the rounds in a loop, with half as long vectors for its key.
/// `in` holds the words of the counter and
/// then of the key, `out` those of the result, each word for all lanes.
class CompiledPhilox : public HostCode {
public:
  CompiledPhilox() {
    emit("scalar", /*vectorCounter=*/false, /*vectorKey=*/false);
    emit("vector", /*vectorCounter=*/true, /*vectorKey=*/true);
    emit("mixed", /*vectorCounter=*/true, /*vectorKey=*/false);
    emit("loop", /*vectorCounter=*/true, /*vectorKey=*/false,
         /*isLoop=*/true);
    compile();
  }

private:
  void emit(StringRef name, bool vectorCounter, bool vectorKey,
            bool isLoop = false) {
    add(name, [&](ImplicitLocOpBuilder &b, Value in, Value out) {
      auto typeOf = [&](bool isVector, Type element) -> Type {
        return isVector ? Type(VectorType::get({kLanes}, element)) : element;
      };
      int64_t place = 0;
      // Upper halves that must not count: those of sign extension.
      auto loadWord = [&](bool isVector) -> Value {
        Value word =
            load(b, typeOf(isVector, b.getI32Type()), at(b, in, place));
        place += isVector ? kLanes : 1;
        return arith::ExtSIOp::create(b, typeOf(isVector, b.getI64Type()),
                                      word);
      };
      std::array<Value, 4> counter;
      for (Value &word : counter)
        word = loadWord(vectorCounter);
      std::array<Value, 2> key;
      for (Value &word : key)
        word = loadWord(vectorKey);
      auto half = VectorType::get({kLanes / 2}, b.getI64Type());
      if (isLoop)
        for (Value &word : key)
          word = vector::BroadcastOp::create(b, half, word);
      place = 0;
      for (Value word : isLoop ? emitPhiloxLoop(b, counter, key)
                               : emitPhilox(b, counter, key)) {
        store(b,
              arith::TruncIOp::create(b, typeOf(vectorCounter, b.getI32Type()),
                                      word),
              at(b, out, place));
        place += vectorCounter ? kLanes : 1;
      }
    });
  }
};

class PhiloxTest : public testing::Test {
protected:
  // Compiled once for all tests.
  static void SetUpTestSuite() { compiled = new CompiledPhilox; }
  static void TearDownTestSuite() {
    delete compiled;
    compiled = nullptr;
  }
  void SetUp() override { ASSERT_TRUE(compiled->isCompiled()); }

  Words scalar(Words counter, Key key) {
    uint32_t in[6];
    std::copy(counter.begin(), counter.end(), in);
    std::copy(key.begin(), key.end(), in + 4);
    Words out{};
    compiled->run("scalar", in, out.data());
    return out;
  }

  /// All lanes' results for lanes' own counters and keys.
  std::array<Words, kLanes> vector(const std::array<Words, kLanes> &counters,
                                   const std::array<Key, kLanes> &keys) {
    uint32_t in[6 * kLanes], out[4 * kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
      for (int i = 0; i < 4; ++i)
        in[i * kLanes + lane] = counters[lane][i];
      for (int i = 0; i < 2; ++i)
        in[(4 + i) * kLanes + lane] = keys[lane][i];
    }
    compiled->run("vector", in, out);
    return lanesOf(out);
  }

  /// The same with one key for all lanes, by the function `name`.
  std::array<Words, kLanes>
  oneKey(StringRef name, const std::array<Words, kLanes> &counters, Key key) {
    uint32_t in[4 * kLanes + 2], out[4 * kLanes];
    for (int lane = 0; lane < kLanes; ++lane)
      for (int i = 0; i < 4; ++i)
        in[i * kLanes + lane] = counters[lane][i];
    std::copy(key.begin(), key.end(), in + 4 * kLanes);
    compiled->run(name, in, out);
    return lanesOf(out);
  }

  static CompiledPhilox *compiled;

private:
  static std::array<Words, kLanes> lanesOf(const uint32_t *out) {
    std::array<Words, kLanes> lanes;
    for (int lane = 0; lane < kLanes; ++lane)
      for (int i = 0; i < 4; ++i)
        lanes[lane][i] = out[i * kLanes + lane];
    return lanes;
  }
};

CompiledPhilox *PhiloxTest::compiled = nullptr;

TEST_F(PhiloxTest, ReferenceGivesTheKnownAnswers) {
  for (const KnownAnswer &known : kKnownAnswers)
    EXPECT_EQ(philox(known.counter, known.key), known.output);
}

TEST_F(PhiloxTest, ScalarGivesTheKnownAnswers) {
  for (const KnownAnswer &known : kKnownAnswers)
    EXPECT_EQ(scalar(known.counter, known.key), known.output);
}

TEST_F(PhiloxTest, VectorGivesTheKnownAnswersInEachLane) {
  std::array<Words, kLanes> counters;
  std::array<Key, kLanes> keys;
  for (int lane = 0; lane < kLanes; ++lane) {
    counters[lane] = kKnownAnswers[lane % 3].counter;
    keys[lane] = kKnownAnswers[lane % 3].key;
  }
  auto results = vector(counters, keys);
  for (int lane = 0; lane < kLanes; ++lane)
    EXPECT_EQ(results[lane], kKnownAnswers[lane % 3].output) << lane;
}

TEST_F(PhiloxTest, AgreesWithTheReferenceOnRandomInputs) {
  std::mt19937 random(20240501);
  auto word = [&] { return uint32_t(random()); };
  constexpr int kInputs = 100000;
  for (int done = 0; done < kInputs; done += kLanes) {
    std::array<Words, kLanes> counters;
    std::array<Key, kLanes> keys;
    for (int lane = 0; lane < kLanes; ++lane) {
      counters[lane] = {word(), word(), word(), word()};
      keys[lane] = {word(), word()};
    }
    auto ownKeys = vector(counters, keys);
    auto mixed = oneKey("mixed", counters, keys[0]);
    auto loop = oneKey("loop", counters, keys[0]);
    for (int lane = 0; lane < kLanes; ++lane) {
      Words expected = philox(counters[lane], keys[lane]);
      ASSERT_EQ(scalar(counters[lane], keys[lane]), expected);
      ASSERT_EQ(ownKeys[lane], expected);
      ASSERT_EQ(mixed[lane], philox(counters[lane], keys[0]));
      ASSERT_EQ(loop[lane], philox(counters[lane], keys[0]));
    }
  }
}

TEST(HashName, IsFnv1aOf64Bits) {
  EXPECT_EQ(hashName(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hashName("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hashName("foobar"), 0x85944171f73967e8u);
  // Bytes are unsigned.
  EXPECT_EQ(hashName("\xff"), (0xcbf29ce484222325u ^ 0xffu) * 0x100000001b3u);
}

} // namespace
