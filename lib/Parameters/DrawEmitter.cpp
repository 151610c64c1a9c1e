//===- DrawEmitter.cpp - What elements draw -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DrawEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Parameters/BoxMuller.h"
#include "nascent/Support/Philox.h"

using namespace mlir;

namespace nascent::parameters {

DrawEmitter::Words DrawEmitter::callPhilox(const std::array<Value, 3> &counter,
                                           const std::array<Value, 2> &key) {
  func::FuncOp &function = functions.philox;
  if (!function) {
    OpBuilder::InsertionGuard guard(b);
    SmallVector<Type> types(5, b.getI64Type());
    function = func::FuncOp::create(
        b.getLoc(), "nascent.philox",
        b.getFunctionType(types, ArrayRef(types).drop_back()));
    function.setPrivate();
    functions.symbols.insert(function, caller()->getIterator());
    b.setInsertionPointToStart(function.addEntryBlock());
    ValueRange given = function.getArguments();
    Value zero = b.constantI64(types[0], 0);
    Words words = emitPhilox(b, {given[0], given[1], given[2], zero},
                             {given[3], given[4]});
    func::ReturnOp::create(b, words);
  }
  ValueRange words =
      func::CallOp::create(b, function,
                           {counter[0], counter[1], counter[2], key[0], key[1]})
          .getResults();
  return {words[0], words[1], words[2], words[3]};
}

void DrawEmitter::emitKey(Value name, Value seed) {
  Value zero = b.constantI64(b.getI64Type(), 0);
  Value upperName = b.shiftRight(name, 32), upperSeed = b.shiftRight(seed, 32);
  Words words = callPhilox({name, upperName, zero}, {seed, upperSeed});
  key = {words[0], words[1]};
}

DrawEmitter::Stream DrawEmitter::stream(unsigned draw, nn::Draw kind) {
  return {kind, b.constantI64(b.getI64Type(), draw), key};
}

Value DrawEmitter::emit(unsigned draw, Type type, ValueRange numbers,
                        Emit emit) {
  Stream source = stream(draw, kinds[draw]);
  return areShared() ? callShared(source, type, numbers, emit)
                     : emit(source, numbers);
}

Value DrawEmitter::bitsOf(Value element, unsigned draw) {
  return ofElements(stream(draw, nn::Draw::Bits), {element, Value()});
}

DrawEmitter::Words DrawEmitter::counter(const Stream &stream, Value block) {
  Type type = block.getType();
  Value zero = b.constantI64(type, 0);
  Value upper = manyBlocks ? b.shiftRight(block, 32) : zero;
  return {block, upper, b.splat(type, stream.number), zero};
}

DrawEmitter::Words DrawEmitter::words(const Stream &stream, Value block) {
  Words words = counter(stream, block);
  if (block.getType().isInteger())
    return callPhilox({words[0], words[1], words[2]}, stream.key);
  return emitPhilox(b, words, stream.key);
}

bool DrawEmitter::areLooped(Value blocks) {
  // Instructions for vectors of 128 bits may overwrite what they read, so that
  // a loop would copy.
  auto type = dyn_cast<VectorType>(blocks.getType());
  return type && type.getDimSize(0) > 2;
}

std::array<DrawEmitter::Words, 2>
DrawEmitter::words(const Stream &stream, Value first, Value second) {
  Type type = first.getType();
  std::array<Value, 2> key;
  for (auto [word, splat] : llvm::zip(stream.key, key))
    splat = b.splat(type, word);
  Words both = counter(stream, b.concatenate({first, second}));
  both = emitPhiloxLoop(b, both, key);
  std::array<Words, 2> result;
  for (int i = 0; i < 4; ++i) {
    Numbers halves;
    b.separate(both[i], halves);
    for (int half = 0; half < 2; ++half)
      result[half][i] = halves[half];
  }
  return result;
}

Value DrawEmitter::pack(const Numbers &numbers) {
  auto [even, odd] = numbers;
  Type type = even.getType();
  if (!odd)
    return arith::TruncIOp::create(b, withElement(type, b.getI32Type()), even);
  if (bigEndian)
    std::swap(even, odd);
  Value low =
      arith::AndIOp::create(b, even, b.constantI64(type, int64_t(0xffffffff)));
  Value high = arith::ShLIOp::create(b, odd, b.constantI64(type, 32));
  int64_t size = cast<VectorType>(type).getDimSize(0);
  return vector::BitCastOp::create(b,
                                   VectorType::get({2 * size}, b.getI32Type()),
                                   arith::OrIOp::create(b, low, high));
}

DrawEmitter::Words DrawEmitter::words(const Stream &stream,
                                      const Numbers &blocks) {
  std::array<Words, 2> all;
  if (blocks[1] && areLooped(blocks[0]))
    all = words(stream, blocks[0], blocks[1]);
  else
    for (int i = 0; i < 2 && blocks[i]; ++i)
      all[i] = words(stream, blocks[i]);
  Words result;
  for (int i = 0; i < 4; ++i)
    result[i] = pack({all[0][i], all[1][i]});
  return result;
}

Value DrawEmitter::ofElements(const Stream &stream, const Numbers &elements) {
  Numbers blocks;
  for (int i = 0; i < 2 && elements[i]; ++i)
    blocks[i] = b.shiftRight(elements[i], 2);
  auto [word0, word1, word2, word3] = words(stream, blocks);
  // Which word of its block an element has, by the lower bits of its number.
  Value number = pack(elements);
  ElementwiseBuilder e(b, b.getLoc(),
                       withElement(number.getType(), b.getF32Type()));
  auto choose = [&](uint32_t bit, Value ifSet, Value otherwise) -> Value {
    Value masked = e.emit<arith::AndIOp>(number, e.i32(bit));
    Value isSet =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked, e.i32(0));
    return arith::SelectOp::create(b, isSet, ifSet, otherwise);
  };
  Value first = choose(1, word1, word0);
  Value second = choose(1, word3, word2);
  if (stream.kind == nn::Draw::Normal)
    makeNormal(first, second);
  return choose(2, second, first);
}

void DrawEmitter::makeNormal(MutableArrayRef<Value> first,
                             MutableArrayRef<Value> second) {
  Value radii = b.concatenate(first);
  Value angles = b.concatenate(second);
  Type type = withElement(radii.getType(), b.getF32Type());
  ElementwiseBuilder e(b, b.getLoc(), type);
  auto [x, y] = emitBoxMuller(e, radii, angles);
  b.separate(x, first);
  b.separate(y, second);
}

// Two vectors of 64-bit halves of blocks become vectors of whole blocks by
// interleaving within 128 bits, which every target does in one instruction. For
// the result to be in ascending order, even lanes hold the first half of the
// blocks.
Value DrawEmitter::neighbouringBlocks(Value first) {
  int64_t size = lanes / 2;
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < size; ++i)
    order.push_back(i / 2 + (i % 2) * (size / 2));
  auto type = VectorType::get({size}, b.getI64Type());
  Value offsets = arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, ArrayRef<int64_t>(order)));
  return b.add(b.splat(type, first), offsets);
}

SmallVector<Value> DrawEmitter::ofBlocks(const Stream &stream,
                                         ArrayRef<Numbers> blocks) {
  SmallVector<Value> first, second;
  for (const Numbers &numbers : blocks) {
    Words all = words(stream, numbers);
    first.append(all.begin(), all.begin() + 2);
    second.append(all.begin() + 2, all.end());
  }
  if (stream.kind == nn::Draw::Normal)
    makeNormal(first, second);
  SmallVector<Value> result;
  for (size_t i = 0; i < first.size(); i += 2)
    result.append({first[i], first[i + 1], second[i], second[i + 1]});
  return result;
}

SmallVector<Value> DrawEmitter::ofNeighbours(const Stream &stream,
                                             Value firstBlock, int64_t count) {
  SmallVector<Value> first, second;
  auto blocks = [&](int64_t vector) {
    Value offset = b.constantI64(b.getI64Type(), vector * lanes / 4);
    return neighbouringBlocks(b.add(firstBlock, offset));
  };
  auto add = [&](const Words &words) {
    first.push_back(pack({words[0], words[1]}));
    second.push_back(pack({words[2], words[3]}));
  };
  for (int64_t i = 0; i < count; i += 4) {
    Value these = blocks(i);
    if (!areLooped(these)) {
      add(words(stream, these));
      add(words(stream, blocks(i + 2)));
      continue;
    }
    Value next = blocks(i + 2);
    for (const Words &both : words(stream, these, next))
      add(both);
  }
  if (stream.kind == nn::Draw::Normal)
    makeNormal(first, second);
  SmallVector<Value> result;
  for (auto [x, y] : llvm::zip(first, second)) {
    if (lanes == 2) {
      result.append({x, y});
      continue;
    }
    for (int64_t half = 0; half < 2; ++half) {
      SmallVector<int64_t> mask;
      for (int64_t i = 0; i < lanes; ++i)
        mask.push_back((i & ~3) + 2 * half + (i & 1) + (i & 2) / 2 * lanes);
      result.push_back(vector::ShuffleOp::create(b, x, y, mask));
    }
  }
  return result;
}

} // namespace nascent::parameters
