//===- Values.cpp - Initial values at compile time ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Driver/Values.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Pass/PassManager.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Parameters/Fill.h"
#include "nascent/Pipelines/Pipelines.h"
#include "nascent/Target/TargetMachine.h"
#include <limits>
#include <new>

using namespace mlir;

namespace nascent {

/// How a parameter is filled row-major, if its shape and its fan are known.
static FailureOr<parameters::Fill>
makeFill(nn::SequentialOp network, const nn::NetworkParameter &parameter,
         SymbolTableCollection &symbols) {
  nn::ParameterOp op = parameter.op;
  RankedTensorType type = op.getTensorType();
  nn::Fan fan = parameter.getFan(symbols);
  bool isOpen = !type.hasStaticShape() || ShapedType::isDynamic(fan.in) ||
                ShapedType::isDynamic(fan.out);
  auto emitError = [&] {
    InFlightDiagnostic diag = op.emitError();
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
    diag << "has no values yet: its initialiser " << op.getInit() << " ";
    return diag;
  };
  nn::InitTarget target{fan, type.getShape(), op};
  auto init = dyn_cast_or_null<nn::InitializerAttrInterface>(
      op.getInit().resolve(target, resolveError));
  if (!init)
    return failure();
  return parameters::Fill{init, target, /*layout=*/{}};
}

/// What fills parameters whose fills have the same kinds.
struct InitialValues::Filler {
  /// `values(buffer, numbers, length, seed)`.
  using Function = void (*)(void *, const int64_t *, int64_t, uint64_t);

  std::pair<TypeID, std::string> init;
  parameters::FillKind kind;
  std::unique_ptr<ExecutionEngine> engine;
  Function fill;
};

InitialValues::InitialValues() = default;
InitialValues::~InitialValues() = default;

/// A module with `values`, which fills a parameter row-major.
static OwningOpRef<ModuleOp> buildModule(const parameters::Fill &how,
                                         size_t numbers) {
  MLIRContext *context = how.init.getContext();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(context));
  ImplicitLocOpBuilder b(module->getLoc(), context);
  b.setInsertionPointToStart(module->getBody());
  // As large as any parameter: the size only ends up in the type of a view.
  auto buffer =
      MemRefType::get({std::numeric_limits<int64_t>::max()}, b.getI8Type());
  auto fill = func::FuncOp::create(b, "fill", how.getFunctionType(buffer));
  SymbolTable symbols(*module);
  kernels::VectorTarget target;
  target.bigEndian = llvm::sys::IsBigEndianHost;
  parameters::FillFunctions functions{symbols};
  parameters::emitFill(fill, how, target, functions);

  auto given = MemRefType::get({int64_t(numbers)}, b.getI64Type());
  auto values = func::FuncOp::create(
      b, "values",
      b.getFunctionType({buffer, given, b.getIndexType(), b.getI64Type()}, {}));
  b.setInsertionPointToStart(values.addEntryBlock());
  ValueRange arguments = values.getArguments();
  Value none = arith::ConstantIndexOp::create(b, 0);
  SmallVector<Value> read;
  for (size_t i = 0; i < numbers; ++i) {
    Value place = arith::ConstantIndexOp::create(b, i);
    read.push_back(memref::LoadOp::create(b, arguments[1], place));
  }
  func::CallOp::create(
      b, fill,
      how.getOperands(b, arguments[0], read, none, arguments[2], arguments[3]));
  func::ReturnOp::create(b);
  return module;
}

static llvm::Expected<std::unique_ptr<ExecutionEngine>>
compileFill(const parameters::Fill &how, size_t numbers) {
  auto machine = createTargetMachine({}, /*optLevel=*/2);
  if (!machine)
    return machine.takeError();
  OwningOpRef<ModuleOp> module = buildModule(how, numbers);
  PassManager passes(module->getContext());
  buildLLVMPipeline(passes);
  if (failed(passes.run(*module)))
    return llvm::createStringError("cannot lower the initialiser");
  ExecutionEngineOptions options;
  auto optimize = makeOptimizingTransformer(/*optLevel=*/2, /*sizeLevel=*/0,
                                            machine->get());
  options.transformer = optimize;
  return ExecutionEngine::create(*module, options);
}

FailureOr<ArrayRef<float>>
InitialValues::compute(nn::SequentialOp network,
                       const nn::NetworkParameter &parameter, uint64_t seed) {
  FailureOr<parameters::Fill> how = makeFill(network, parameter, symbols);
  if (failed(how))
    return failure();
  size_t count = ShapedType::getNumElements(how->target.shape);
  values.reset();
  values.reset(new (std::nothrow) float[count]);
  if (!values)
    return network.emitError() << "parameter '" << parameter.name << "' with "
                               << count << " elements does not fit in memory";
  SmallVector<int64_t> numbers = how->getNumbers(/*offset=*/0, parameter.name);
  std::pair init{Attribute(how->init).getTypeID(), how->init.getKind()};
  auto filler = llvm::find_if(fillers, [&](const Filler &known) {
    return known.init == init && known.kind == how->getKind();
  });
  if (filler == fillers.end()) {
    auto engine = compileFill(*how, numbers.size());
    auto function = engine ? (*engine)->lookup("values") : engine.takeError();
    if (!function)
      return network.emitError(llvm::toString(function.takeError()));
    fillers.push_back({init, how->getKind(), std::move(*engine),
                       reinterpret_cast<Filler::Function>(*function)});
    filler = std::prev(fillers.end());
  }
  filler->fill(values.get(), numbers.data(), how->target.getLength(), seed);
  return ArrayRef<float>(values.get(), count);
}

} // namespace nascent
