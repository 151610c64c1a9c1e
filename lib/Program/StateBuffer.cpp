//===- StateBuffer.cpp - What a stream keeps, in memory -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateBuffer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::program {

unsigned countStates(func::FuncOp forward) {
  auto number = forward->getAttrOfType<IntegerAttr>(nn::kStatesAttrName);
  return number ? number.getInt() : 0;
}

bool isRing(Type input, Type output) {
  auto from = cast<ShapedType>(input), to = cast<ShapedType>(output);
  if (from.getRank() != to.getRank())
    return false;
  int64_t dim = 0, rank = from.getRank();
  while (dim < rank && from.getDimSize(dim) == 1 && to.getDimSize(dim) == 1)
    ++dim;
  return dim < rank && from.getDimSize(dim) < to.getDimSize(dim) &&
         from.getShape().drop_front(dim + 1) ==
             to.getShape().drop_front(dim + 1);
}

LogicalResult verifyStates(func::FuncOp forward, TypeRange inputs,
                           TypeRange outputs) {
  unsigned count = countStates(forward);
  if (count > inputs.size() || count > outputs.size())
    return forward.emitOpError()
           << "keeps " << count << " states, but has " << inputs.size()
           << " inputs and " << outputs.size() << " outputs";
  for (auto [input, output] :
       llvm::zip(inputs.take_back(count), outputs.take_back(count))) {
    auto from = dyn_cast<ShapedType>(input), to = dyn_cast<ShapedType>(output);
    bool areKnown = from && to && from.hasStaticShape() && to.hasStaticShape();
    bool mayBeRing = forward->hasAttr(kRingStepsAttrName);
    if (!areKnown || (from != to && !(mayBeRing && isRing(from, to))))
      return forward.emitOpError()
             << "keeps a state that it reads as " << input << " and writes as "
             << output << "; expected one type, of known sizes";
  }
  return success();
}

StateBuffer::StateBuffer(func::FuncOp forward, TypeRange inputs,
                         TypeRange outputs) {
  auto most = forward->getAttrOfType<IntegerAttr>(kRingStepsAttrName);
  unsigned count = countStates(forward);
  auto aligned = [](int64_t size) {
    return llvm::alignTo(size, nn::kBufferAlignment);
  };
  for (auto [input, output] :
       llvm::zip(inputs.take_back(count), outputs.take_back(count))) {
    auto from = cast<ShapedType>(input), to = cast<ShapedType>(output);
    State state = {sideBytes};
    if (from == to) {
      sideBytes += aligned(from.getNumElements() * int64_t(sizeof(float)));
    } else {
      int64_t at = 0;
      while (from.getDimSize(at) == to.getDimSize(at))
        ++at;
      state.before = from.getDimSize(at);
      state.steps = to.getDimSize(at) - state.before;
      state.places = state.before + std::max(most.getInt(), state.steps);
      state.words = to.getNumElements() / to.getDimSize(at);
    }
    states.push_back(state);
  }
  if (states.empty())
    return;
  bytes = nn::kBufferAlignment + 2 * sideBytes;
  for (State &state : states)
    if (state.isRing()) {
      state.offset = bytes;
      bytes += nn::kBufferAlignment +
               aligned(2 * state.places * state.words * int64_t(sizeof(float)));
    }
}

static Value indexOf(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value StateBuffer::loadWord(ImplicitLocOpBuilder &b, int64_t index) const {
  return memref::LoadOp::create(b, words, indexOf(b, index));
}

void StateBuffer::storeWord(ImplicitLocOpBuilder &b, Value word,
                            int64_t index) const {
  memref::StoreOp::create(b, word, words, indexOf(b, index));
}

void StateBuffer::begin(ImplicitLocOpBuilder &b, Value buffer) {
  auto type =
      MemRefType::get({bytes / int64_t(sizeof(int32_t))}, b.getI32Type());
  bytesOf = buffer;
  words = memref::ViewOp::create(b, type, buffer, indexOf(b, 0), ValueRange());
  Value number = loadWord(b, 0);
  // Whatever a caller's buffer holds, the places are within it.
  Value one = arith::ConstantIntOp::create(b, 1, 32);
  side = arith::AndIOp::create(b, number, one);
  Value isOther = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, side, one);
  Value first = indexOf(b, nn::kBufferAlignment);
  Value second = indexOf(b, nn::kBufferAlignment + sideBytes);
  readAt = arith::SelectOp::create(b, isOther, second, first);
  writtenAt = arith::SelectOp::create(b, isOther, first, second);
  for (const State &state : states) {
    Value at;
    if (state.isRing()) {
      Value last = arith::ConstantIntOp::create(b, state.places - 1, 32);
      Value word = loadWord(b, state.getWord());
      Value place = arith::MinUIOp::create(b, word, last);
      at = arith::IndexCastOp::create(b, b.getIndexType(), place);
    }
    firsts.push_back(at);
  }
}

Value StateBuffer::emitPlacesFit(ImplicitLocOpBuilder &b, int64_t places,
                                 Value more) const {
  auto type = MemRefType::get({1}, b.getI32Type());
  Value word =
      memref::ViewOp::create(b, type, bytesOf, emitRead(b, 0), ValueRange());
  Value count = memref::LoadOp::create(b, word, indexOf(b, 0));
  auto wide = [&](Value number) -> Value {
    return arith::ExtUIOp::create(b, b.getI64Type(), number);
  };
  Value size = arith::IndexCastOp::create(b, b.getI64Type(), more);
  Value end = arith::AddIOp::create(b, wide(count), size);
  Value most = arith::ConstantIntOp::create(b, places, 64);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ule, end, most);
}

Value StateBuffer::emitRead(ImplicitLocOpBuilder &b, unsigned index) const {
  const State &state = states[index];
  if (state.isRing())
    return emitWritten(b, index);
  return arith::AddIOp::create(b, readAt, indexOf(b, state.offset));
}

Value StateBuffer::emitWritten(ImplicitLocOpBuilder &b, unsigned index) const {
  const State &state = states[index];
  if (!state.isRing())
    return arith::AddIOp::create(b, writtenAt, indexOf(b, state.offset));
  Value size = indexOf(b, state.words * int64_t(sizeof(float)));
  Value start = arith::MulIOp::create(b, firsts[index], size);
  return arith::AddIOp::create(b, start,
                               indexOf(b, state.offset + nn::kBufferAlignment));
}

/// Emits `inside` for each number from `from` up to `to`.
static void forEach(ImplicitLocOpBuilder &b, Value from, Value to,
                    function_ref<void(Value)> inside) {
  auto loop = scf::ForOp::create(b, from, to, indexOf(b, 1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  inside(loop.getInductionVar());
}

void StateBuffer::turn(ImplicitLocOpBuilder &b, const State &ring,
                       Value first) const {
  Value places = indexOf(b, ring.places), size = indexOf(b, ring.words);
  Value data = indexOf(b, ring.getWord() +
                              nn::kBufferAlignment / int64_t(sizeof(int32_t)));
  // `place` or, where that is not one of the first ones, as much before it.
  auto wrapped = [&](Value place, Value otherwise) -> Value {
    Value isBehind =
        arith::CmpIOp::create(b, arith::CmpIPredicate::uge, place, places);
    Value before = arith::SubIOp::create(b, place, places);
    return arith::SelectOp::create(b, isBehind, before, otherwise);
  };
  auto wordOf = [&](Value place) -> Value {
    Value start = arith::MulIOp::create(b, place, size);
    return arith::AddIOp::create(b, data, start);
  };
  Value from = arith::AddIOp::create(b, first, indexOf(b, ring.before));
  Value to = arith::AddIOp::create(b, from, indexOf(b, ring.steps));
  forEach(b, from, to, [&](Value place) {
    Value other = wrapped(place, arith::AddIOp::create(b, place, places));
    Value source = wordOf(place), target = wordOf(other);
    forEach(b, indexOf(b, 0), size, [&](Value index) {
      Value at = arith::AddIOp::create(b, source, index);
      Value word = memref::LoadOp::create(b, words, at);
      Value copied = arith::AddIOp::create(b, target, index);
      memref::StoreOp::create(b, word, words, copied);
    });
  });
  Value next = arith::AddIOp::create(b, first, indexOf(b, ring.steps));
  Value number =
      arith::IndexCastOp::create(b, b.getI32Type(), wrapped(next, next));
  storeWord(b, number, ring.getWord());
}

void StateBuffer::end(ImplicitLocOpBuilder &b) const {
  for (auto [state, first] : llvm::zip_equal(states, firsts))
    if (first)
      turn(b, state, first);
  Value one = arith::ConstantIntOp::create(b, 1, 32);
  Value other = arith::XOrIOp::create(b, side, one);
  storeWord(b, other, 0);
}

} // namespace nascent::program
