//===- SgdStep.cpp - Plain steps of sgd -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SgdStep.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/CInterface/StepStruct.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::program {

int64_t sgdStepBytes(const NetworkInterface &network) {
  return nn::kBufferAlignment + network.gradientBytes;
}

static Value viewOf(ImplicitLocOpBuilder &b, Value buffer, int64_t start,
                    Type type) {
  Value place = arith::ConstantIndexOp::create(b, start);
  return memref::ViewOp::create(b, cast<MemRefType>(type), buffer, place,
                                ValueRange());
}

Value sgdStepGradients(ImplicitLocOpBuilder &b, Value scratch, int64_t start,
                       Type type) {
  return viewOf(b, scratch, start + nn::kBufferAlignment, type);
}

LogicalResult emitSgdStep(ImplicitLocOpBuilder &b,
                          const NetworkInterface &network, func::FuncOp origin,
                          SymbolTable &symbols, Value parameters, Value rate,
                          Value scratch, int64_t start) {
  std::string name = symbolName(getDeclaration("step"), network.name, "sgd");
  auto step = symbols.lookup<func::FuncOp>(name);
  if (!step || llvm::none_of(network.optimizers, llvm::IsaPred<nn::SgdAttr>))
    return origin.emitOpError()
           << "is trained in one call, which needs '" << name
           << "'; run nn-lower-optimizers for sgd first";
  auto number = [&](float value) -> Value {
    return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
  };
  Value first = arith::ConstantIndexOp::create(b, 0);
  // All bits of a flag that is not set are zero, too.
  StepStruct layout(
      *llvm::find_if(network.optimizers, llvm::IsaPred<nn::SgdAttr>));
  for (const StepStruct::Field &field : layout.fields) {
    StringRef member = field.hyperparameter.name;
    Value value =
        member == "learning_rate" ? rate : number(member.ends_with("_scale"));
    Value place = viewOf(b, scratch, start + field.offset,
                         MemRefType::get({1}, b.getF32Type()));
    memref::StoreOp::create(b, value, place, first);
  }
  Value hyper = viewOf(b, scratch, start, step.getArgumentTypes()[3]);
  Value gradients =
      sgdStepGradients(b, scratch, start, step.getArgumentTypes()[1]);
  // Without momentum there is no state to touch.
  Value state = sgdStepGradients(b, scratch, start, step.getArgumentTypes()[2]);
  func::CallOp::create(b, step,
                       ValueRange{parameters, gradients, state, hyper});
  return success();
}

} // namespace nascent::program
