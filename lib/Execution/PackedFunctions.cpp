//===- PackedFunctions.cpp - Functions called by an array -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedFunctions.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace nascent {

std::string packedName(StringRef function) {
  return (function + ".packed").str();
}

/// Whether a value of the type fits into a place of the array.
static bool canPack(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return isa<LLVM::LLVMPointerType>(type) || type.isF32() ||
         (integer && integer.getWidth() <= 64);
}

/// The argument at `index` of the array.
static Value unpack(ImplicitLocOpBuilder &b, Value arguments, unsigned index,
                    Type type) {
  Type word = b.getI64Type();
  Value place =
      LLVM::GEPOp::create(b, arguments.getType(), word, arguments,
                          ArrayRef<LLVM::GEPArg>(static_cast<int32_t>(index)));
  Value value = LLVM::LoadOp::create(b, word, place);
  if (isa<LLVM::LLVMPointerType>(type))
    return LLVM::IntToPtrOp::create(b, type, value);
  if (type == word)
    return value;
  if (!type.isF32())
    return LLVM::TruncOp::create(b, type, value);
  Value bits = LLVM::TruncOp::create(b, b.getI32Type(), value);
  return LLVM::BitcastOp::create(b, type, bits);
}

static LogicalResult addPackedFunction(LLVM::LLVMFuncOp function) {
  LLVM::LLVMFunctionType type = function.getFunctionType();
  Type result = type.getReturnType();
  bool isVoid = isa<LLVM::LLVMVoidType>(result);
  bool fits =
      llvm::all_of(type.getParams(), canPack) &&
      (isVoid || result.isF32() || result.isF64() || isa<IntegerType>(result));
  if (!fits || type.isVarArg())
    return function.emitOpError("cannot be called by an array of its "
                                "arguments: expected pointers, integers and "
                                "f32, found ")
           << type;
  ImplicitLocOpBuilder b(function.getLoc(), function.getContext());
  b.setInsertionPointAfter(function);
  Type word = b.getI64Type();
  auto packed = LLVM::LLVMFuncOp::create(
      b, packedName(function.getSymName()),
      LLVM::LLVMFunctionType::get(
          word, LLVM::LLVMPointerType::get(function.getContext())));
  b.setInsertionPointToStart(packed.addEntryBlock(b));
  SmallVector<Value> arguments;
  for (auto [index, argument] : llvm::enumerate(type.getParams()))
    arguments.push_back(unpack(b, packed.getArgument(0), index, argument));
  auto call = LLVM::CallOp::create(b, function, arguments);
  Value value;
  if (isVoid)
    value = LLVM::ConstantOp::create(b, word, b.getI64IntegerAttr(0));
  else if (result == word)
    value = call.getResult();
  else if (result.isF64())
    value = LLVM::BitcastOp::create(b, word, call.getResult());
  else if (result.isF32())
    value = LLVM::ZExtOp::create(
        b, word, LLVM::BitcastOp::create(b, b.getI32Type(), call.getResult()));
  else
    value = LLVM::SExtOp::create(b, word, call.getResult());
  LLVM::ReturnOp::create(b, value);
  return success();
}

LogicalResult addPackedFunctions(ModuleOp module) {
  for (auto function : llvm::to_vector(module.getOps<LLVM::LLVMFuncOp>()))
    if (function.getLinkage() == LLVM::Linkage::External &&
        !function.isDeclaration() && failed(addPackedFunction(function)))
      return failure();
  return success();
}

} // namespace nascent
