//===- StateBuffer.cpp - What a stream keeps, in memory -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateBuffer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::program {

unsigned countStates(func::FuncOp forward) {
  auto number = forward->getAttrOfType<IntegerAttr>(nn::kStatesAttrName);
  return number ? number.getInt() : 0;
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
    auto shaped = dyn_cast<ShapedType>(input);
    if (input != output || !shaped || !shaped.hasStaticShape())
      return forward.emitOpError()
             << "keeps a state that it reads as " << input << " and writes as "
             << output << "; expected one type, of known sizes";
  }
  return success();
}

StateBuffer::StateBuffer(ArrayRef<ShapedType> states) {
  for (ShapedType state : states) {
    offsets.push_back(sideBytes);
    int64_t bytes = state.getNumElements() * int64_t(sizeof(float));
    sideBytes += llvm::alignTo(bytes, nn::kBufferAlignment);
  }
}

int64_t StateBuffer::getBytes() const {
  return offsets.empty() ? 0 : nn::kBufferAlignment + 2 * sideBytes;
}

void StateBuffer::begin(ImplicitLocOpBuilder &b, Value buffer) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto type = MemRefType::get({1}, b.getI32Type());
  Value zero = index(0);
  word = memref::ViewOp::create(b, type, buffer, zero, ValueRange());
  Value number = memref::LoadOp::create(b, word, zero);
  // Whatever a caller's buffer holds, the sides are within it.
  Value one = arith::ConstantIntOp::create(b, 1, 32);
  side = arith::AndIOp::create(b, number, one);
  Value isOther = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, side, one);
  Value first = index(nn::kBufferAlignment);
  Value second = index(nn::kBufferAlignment + sideBytes);
  readAt = arith::SelectOp::create(b, isOther, second, first);
  writtenAt = arith::SelectOp::create(b, isOther, first, second);
}

Value StateBuffer::emitRead(ImplicitLocOpBuilder &b, unsigned index) const {
  Value offset = arith::ConstantIndexOp::create(b, offsets[index]);
  return arith::AddIOp::create(b, readAt, offset);
}

Value StateBuffer::emitWritten(ImplicitLocOpBuilder &b, unsigned index) const {
  Value offset = arith::ConstantIndexOp::create(b, offsets[index]);
  return arith::AddIOp::create(b, writtenAt, offset);
}

void StateBuffer::end(ImplicitLocOpBuilder &b) const {
  Value one = arith::ConstantIntOp::create(b, 1, 32);
  Value other = arith::XOrIOp::create(b, side, one);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  memref::StoreOp::create(b, other, word, zero);
}

} // namespace nascent::program
