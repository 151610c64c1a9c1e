//===- OpenSlots.cpp - Scratch of open networks ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenSlots.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::program {

unsigned OpenSlots::add(Value value, size_t written, size_t lastRead) {
  auto slot = llvm::find_if(
      slots, [&](const Slot &each) { return each.lastRead < written; });
  if (slot == slots.end())
    slot = slots.insert(slots.end(), Slot());
  slot->values.push_back(value);
  slot->lastRead = lastRead;
  return slot - slots.begin();
}

SmallVector<Value> OpenSlots::emitStarts(ImplicitLocOpBuilder &b,
                                         OpenDims &dims) const {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  SmallVector<Value> starts = {index(0)};
  for (const Slot &slot : slots) {
    Value most = index(0);
    for (Value value : slot.values) {
      OpFoldResult bytes =
          dims.multiply(b.getIndexAttr(sizeof(float)), dims.elementsOf(value));
      most = arith::MaxSIOp::create(b, most, dims.valueOf(bytes));
    }
    // To the next multiple of the alignment.
    Value room =
        arith::AddIOp::create(b, most, index(nn::kBufferAlignment - 1));
    Value whole = arith::AndIOp::create(b, room, index(-nn::kBufferAlignment));
    starts.push_back(arith::AddIOp::create(b, starts.back(), whole));
  }
  return starts;
}

} // namespace nascent::program
