//===- SharedDraws.cpp - Functions that elements draw by ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM takes more than linear time for a long block, and the loop over elements
// is one. Where elements have many draws, each is a call, which is short: all
// that is the same for an element's draws is handed over in memory, since
// values with a thousand uses take the register allocator more than linear
// time, too.
//
//===----------------------------------------------------------------------===//

#include "DrawEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::parameters {

/// As many draws as this are emitted one by one, which is a little faster.
static constexpr size_t kMaxSeparateDraws = 16;

bool DrawEmitter::areShared() const { return kinds.size() > kMaxSeparateDraws; }

func::FuncOp DrawEmitter::caller() {
  return b.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>();
}

Value DrawEmitter::reserve(int64_t size, Type element) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&caller().front());
  return memref::AllocaOp::create(b, MemRefType::get({size}, element));
}

Value DrawEmitter::handOver(ArrayRef<Value> values) {
  if (handedOver == values)
    return handedOverTo;
  handedOver.assign(values.begin(), values.end());
  handedOverTo = reserve(values.size(), b.getI64Type());
  for (auto [place, value] : llvm::enumerate(values))
    memref::StoreOp::create(b, value, handedOverTo, b.index(place));
  return handedOverTo;
}

DrawEmitter::Shared DrawEmitter::createShared(nn::Draw kind, Type type,
                                              Value values, Emit emit) {
  OpBuilder::InsertionGuard guard(b);
  Shared result;
  SmallVector<Type> inputs = {b.getI64Type(), values.getType()}, outputs;
  std::string name = caller().getSymName().str();
  name += kind == nn::Draw::Normal ? ".normal" : ".bits";
  if (auto vector = dyn_cast<VectorType>(type)) {
    // For what does not fit registers LLVM would take memory of each call.
    int64_t size = vector.getNumElements();
    result.buffer = reserve(size, vector.getElementType());
    inputs.push_back(result.buffer.getType());
    name += "_" + std::to_string(size);
  } else {
    outputs.push_back(type);
  }
  result.function = func::FuncOp::create(b.getLoc(), name,
                                         b.getFunctionType(inputs, outputs));
  result.function.setPrivate();
  functions.symbols.insert(result.function, caller()->getIterator());
  b.setInsertionPointToStart(result.function.addEntryBlock());
  ValueRange arguments = result.function.getArguments();
  SmallVector<Value> read;
  int64_t count = cast<MemRefType>(values.getType()).getDimSize(0);
  for (int64_t place = 0; place < count; ++place)
    read.push_back(memref::LoadOp::create(b, arguments[1], b.index(place)));
  Stream stream{kind, arguments[0], {read[0], read[1]}};
  Value value = emit(stream, ValueRange(read).drop_front(2));
  if (!result.buffer) {
    func::ReturnOp::create(b, value);
    return result;
  }
  vector::StoreOp::create(b, value, arguments.back(), ValueRange{b.index(0)});
  func::ReturnOp::create(b);
  return result;
}

Value DrawEmitter::callShared(const Stream &stream, Type type,
                              ValueRange numbers, Emit emit) {
  if (stream.kind == nn::Draw::Bits)
    type = withElement(type, b.getI32Type());
  SmallVector<Value> values = {stream.key[0], stream.key[1]};
  llvm::append_range(values, numbers);
  SmallVector<Value> operands = {stream.number, handOver(values)};
  Shared &known = shared[type];
  if (!known.function)
    known = createShared(stream.kind, type, operands.back(), emit);
  if (!known.buffer)
    return func::CallOp::create(b, known.function, operands).getResult(0);
  operands.push_back(known.buffer);
  func::CallOp::create(b, known.function, operands);
  return vector::LoadOp::create(b, cast<VectorType>(type), known.buffer,
                                ValueRange{b.index(0)});
}

} // namespace nascent::parameters
