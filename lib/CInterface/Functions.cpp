//===- Functions.cpp - Functions of the C interface in the IR -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace nascent {

/// What a number is in the IR, by its type in C; null for anything else.
static Type numberType(Builder &b, StringRef type) {
  unsigned bits = llvm::StringSwitch<unsigned>(type)
                      .Case("char", 8)
                      .Cases({"int", "int32_t", "uint32_t"}, 32)
                      .Cases({"int64_t", "uint64_t"}, 64)
                      .Default(0);
  if (bits)
    return b.getIntegerType(bits);
  if (type == "double")
    return b.getF64Type();
  return type == "float" ? b.getF32Type() : Type();
}

/// What a pointer is in the IR, by what it points to and its name.
static Type pointerType(Builder &b, StringRef pointee, StringRef name,
                        const BufferTypes &buffers) {
  if (name == "parameters")
    return buffers.parameters;
  if (name == "scratch")
    return buffers.scratch;
  if (name == "gradients")
    return buffers.gradients;
  if (name == "state")
    return buffers.state;
  if (name == "hyper")
    return buffers.hyper;
  // Where a string ends shows in reading it.
  if (pointee == "char")
    return MemRefType::get({std::numeric_limits<int32_t>::max()},
                           b.getI8Type());
  // What has no type in C is values, of which the callee knows how many.
  Type element = pointee == "void" ? b.getF32Type() : numberType(b, pointee);
  return MemRefType::get({1}, element ? element : b.getI8Type());
}

FunctionType getFunctionType(MLIRContext *context, const Declaration &function,
                             const BufferTypes &buffers) {
  Builder b(context);
  SmallVector<Type> inputs, results;
  for (StringRef argument : argumentsOf(function)) {
    argument.consume_front("const ");
    auto [type, name] = argument.rsplit(' ');
    if (argument == "{inputs}")
      llvm::append_range(inputs, buffers.inputs);
    else if (argument == "{outputs}")
      llvm::append_range(inputs, buffers.outputs);
    else if (argument == "{state}")
      inputs.append(buffers.state ? 1 : 0, buffers.state);
    else if (argument == "{target}")
      llvm::append_range(inputs, buffers.target);
    else if (argument == "{counted_buffer}")
      llvm::append_range(inputs, buffers.counted);
    else if (argument == "{output_gradients}")
      llvm::append_range(inputs, buffers.outputs);
    else if (argument == "{input_gradients}")
      llvm::append_range(inputs, buffers.inputGradients);
    else if (argument == "{dropout}")
      inputs.append(buffers.isRandom ? 2 : 0, b.getI64Type());
    else if (name.consume_front("*"))
      inputs.push_back(pointerType(b, type, name, buffers));
    else if (argument != "{sizes}")
      inputs.push_back(numberType(b, type));
    else
      inputs.append(buffers.numSizes, b.getI64Type());
  }
  if (Type result = numberType(b, StringRef(function.text).split(' ').first))
    results.push_back(result);
  return b.getFunctionType(inputs, results);
}

FailureOr<func::FuncOp> createFunction(StringRef name, StringAttr network,
                                       StringAttr label,
                                       const BufferTypes &buffers,
                                       Operation *origin, SymbolTable &symbols,
                                       Block::iterator place) {
  const Declaration &declaration = getDeclaration(name);
  std::string symbol =
      symbolName(declaration, network, label ? label.getValue() : "");
  if (symbols.lookup(symbol)) {
    origin->emitOpError() << "needs the symbol '" << symbol
                          << "' for its C interface, but it is taken";
    return failure();
  }
  auto function = func::FuncOp::create(
      origin->getLoc(), symbol,
      getFunctionType(origin->getContext(), declaration, buffers));
  function->setAttr(nn::kNetworkAttrName, network);
  symbols.insert(function, place);
  function.addEntryBlock();
  return function;
}

} // namespace nascent
