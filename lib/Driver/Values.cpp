//===- Values.cpp - Initial values at compile time ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Values.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Pass/PassManager.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Parameters/Fill.h"
#include "nascent/Pipelines/Pipelines.h"
#include "nascent/Support/Philox.h"
#include "nascent/Target/TargetMachine.h"
#include <fmt/format.h>
#include <new>

using namespace mlir;

namespace nascent {

namespace {

/// A parameter that can be filled: its shape and its fan are known.
struct Fillable {
  nn::NetworkParameter parameter;
  nn::InitializerAttrInterface init; // resolved
  RankedTensorType type;
  nn::Fan fan;

  nn::InitTarget target() const { return {fan, type.getShape(), parameter.op}; }
};

} // namespace

static FailureOr<Fillable> makeFillable(nn::SequentialOp network,
                                        nn::NetworkParameter parameter,
                                        SymbolTableCollection &symbols) {
  RankedTensorType type = parameter.op.getTensorType();
  nn::Fan fan = parameter.getFan(symbols);
  bool isOpen = !type.hasStaticShape() || ShapedType::isDynamic(fan.in) ||
                ShapedType::isDynamic(fan.out);
  auto emitError = [&] {
    InFlightDiagnostic diag = parameter.op.emitError();
    if (isOpen)
      diag.attachNote(network.getLoc()) << nn::bindingHint(network);
    diag << "parameter '" << parameter.name << "' ";
    return diag;
  };
  if (!type.hasStaticShape()) {
    emitError() << "has no values yet: it is initialised when its shape is "
                   "known, which so far is "
                << nn::formatShape(type.getShape());
    return failure();
  }
  auto resolveError = [&] {
    InFlightDiagnostic diag = emitError();
    diag << "has no values yet: its initialiser " << parameter.op.getInit()
         << " ";
    return diag;
  };
  Fillable fillable{parameter, {}, type, fan};
  fillable.init = dyn_cast_or_null<nn::InitializerAttrInterface>(
      parameter.op.getInit().resolve(fillable.target(), resolveError));
  if (!fillable.init)
    return failure();
  return fillable;
}

/// A module with `values(buffer, seed)`, which fills one parameter row-major.
static OwningOpRef<ModuleOp> buildModule(const Fillable &fillable,
                                         const kernels::VectorTarget &target) {
  MLIRContext *context = fillable.type.getContext();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(context));
  ImplicitLocOpBuilder b(module->getLoc(), context);
  b.setInsertionPointToStart(module->getBody());
  int64_t count = fillable.type.getNumElements();
  Type buffer =
      MemRefType::get({count * int64_t(sizeof(float))}, b.getI8Type());
  parameters::Fill how{fillable.init, fillable.target(), /*layout=*/{}};
  auto fill = func::FuncOp::create(
      b, "fill", how.getFunctionType(cast<MemRefType>(buffer)));
  SymbolTable symbols(*module);
  parameters::emitFill(fill, how, target, symbols);

  auto values = func::FuncOp::create(
      b, "values", b.getFunctionType({buffer, b.getI64Type()}, {}));
  b.setInsertionPointToStart(values.addEntryBlock());
  Value none = arith::ConstantIndexOp::create(b, 0);
  Value all = arith::ConstantIndexOp::create(b, how.target.getLength());
  SmallVector<Value> numbers;
  for (int64_t number : how.getNumbers(/*offset=*/0, fillable.parameter.name))
    numbers.push_back(
        arith::ConstantOp::create(b, b.getI64IntegerAttr(number)));
  SmallVector<Value> operands = how.getOperands(
      b, values.getArgument(0), numbers, none, all, values.getArgument(1));
  func::CallOp::create(b, fill, operands);
  func::ReturnOp::create(b);
  return module;
}

static llvm::Error compute(const Fillable &fillable, uint64_t seed,
                           llvm::MutableArrayRef<float> buffer) {
  auto machine = createTargetMachine({}, /*optLevel=*/2);
  if (!machine)
    return machine.takeError();
  kernels::VectorTarget target;
  target.bigEndian = llvm::sys::IsBigEndianHost;
  OwningOpRef<ModuleOp> module = buildModule(fillable, target);
  PassManager passes(module->getContext());
  buildLLVMPipeline(passes);
  if (failed(passes.run(*module)))
    return llvm::createStringError("cannot lower the initialiser");
  ExecutionEngineOptions options;
  auto optimize = makeOptimizingTransformer(/*optLevel=*/2, /*sizeLevel=*/0,
                                            machine->get());
  options.transformer = optimize;
  auto engine = ExecutionEngine::create(*module, options);
  if (!engine)
    return engine.takeError();
  auto function = (*engine)->lookup("values");
  if (!function)
    return function.takeError();
  reinterpret_cast<void (*)(void *, uint64_t)>(*function)(buffer.data(), seed);
  return llvm::Error::success();
}

FailureOr<InitialValues>
InitialValues::compute(nn::SequentialOp network,
                       const nn::NetworkParameter &parameter, uint64_t seed) {
  SymbolTableCollection symbols;
  FailureOr<Fillable> fillable = makeFillable(network, parameter, symbols);
  if (failed(fillable))
    return failure();
  InitialValues result;
  result.count = fillable->type.getNumElements();
  result.values.reset(new (std::nothrow) float[result.count]);
  if (!result.values)
    return network.emitError()
           << "parameter '" << parameter.name << "' with " << result.count
           << " elements does not fit in memory";
  if (llvm::Error error = nascent::compute(*fillable, seed,
                                           {result.values.get(), result.count}))
    return network.emitError(llvm::toString(std::move(error)));
  return result;
}

} // namespace nascent
