//===- SharedDraws.cpp - Functions that elements draw by ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM takes more than linear time for a long block, and the loop over elements
// is one. Where elements have many draws, each is a call, which is short.
//
//===----------------------------------------------------------------------===//

#include "DrawEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::codegen {

/// As many draws as this are emitted one by one, which is a little faster.
static constexpr size_t kMaxSeparateDraws = 16;

bool DrawEmitter::areShared() const { return kinds.size() > kMaxSeparateDraws; }

DrawEmitter::Shared DrawEmitter::createShared(nn::Draw kind, Type type,
                                              ValueRange operands, Emit emit) {
  auto caller =
      b.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>();
  OpBuilder::InsertionGuard guard(b);
  Shared result;
  SmallVector<Type> inputs(operands.getTypes()), outputs;
  std::string name = caller.getSymName().str();
  name += kind == nn::Draw::Normal ? ".normal" : ".bits";
  if (auto vector = dyn_cast<VectorType>(type)) {
    // For what does not fit registers LLVM would take memory of each call.
    auto buffer = MemRefType::get(vector.getShape(), vector.getElementType());
    b.setInsertionPointToStart(&caller.front());
    result.buffer = memref::AllocaOp::create(b, buffer);
    inputs.push_back(buffer);
    name += "_" + std::to_string(vector.getNumElements());
  } else {
    outputs.push_back(type);
  }
  result.function = func::FuncOp::create(b.getLoc(), name,
                                         b.getFunctionType(inputs, outputs));
  result.function.setPrivate();
  symbols.insert(result.function, caller->getIterator());
  b.setInsertionPointToStart(result.function.addEntryBlock());
  ValueRange arguments = result.function.getArguments();
  Stream stream{kind, arguments[0], {arguments[1], arguments[2]}};
  ValueRange numbers = arguments.slice(3, operands.size() - 3);
  Value value = emit(stream, numbers);
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
  SmallVector<Value> operands = {stream.number, stream.key[0], stream.key[1]};
  llvm::append_range(operands, numbers);
  Shared &known = shared[type];
  if (!known.function)
    known = createShared(stream.kind, type, operands, emit);
  if (!known.buffer)
    return func::CallOp::create(b, known.function, operands).getResult(0);
  operands.push_back(known.buffer);
  func::CallOp::create(b, known.function, operands);
  return vector::LoadOp::create(b, cast<VectorType>(type), known.buffer,
                                ValueRange{b.index(0)});
}

} // namespace nascent::codegen
