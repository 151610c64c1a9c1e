//===- PeakProbe.cpp - The most that a processor can compute --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing but multiply-adds in registers, in the vectors that kernels use, of
// which enough are under way at once to hide how long each takes. The numbers
// are arguments, so that nothing can be computed ahead.
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/PeakProbe.h"
#include "LoadedObject.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include <chrono>

using namespace mlir;

namespace nascent {

static constexpr llvm::StringLiteral kName = "probe";

/// Two units, of at most five cycles each; sixteen registers hold them.
static constexpr unsigned kChains = 12;

/// `sum + factor * factor`, fused where that is one instruction.
static Value multiplyAdd(ImplicitLocOpBuilder &b, Value sum, Value factor,
                         bool fma) {
  if (fma)
    return LLVM::FMAOp::create(b, factor, factor, sum);
  Value product = LLVM::FMulOp::create(b, factor, factor);
  return LLVM::FAddOp::create(b, sum, product);
}

/// `void probe(float *numbers, int64_t iterations)`: starts from the first
/// vector of `numbers`, adds products of the second, and stores the sum of all.
static void buildProbe(ModuleOp module, nn::TargetAttr target) {
  MLIRContext *context = module.getContext();
  ImplicitLocOpBuilder b(module.getLoc(), context);
  b.setInsertionPointToEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(context), word = b.getI64Type();
  auto vector = VectorType::get({target.getVectorBits() / 32}, b.getF32Type());
  auto function = LLVM::LLVMFuncOp::create(
      b, kName,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                  {pointer, word}));
  Block *entry = function.addEntryBlock(b);
  Value numbers = entry->getArgument(0), end = entry->getArgument(1);
  SmallVector<Type> carried(1 + kChains, vector);
  carried.front() = word;
  Region &body = function.getBody();
  SmallVector<Location> locations(carried.size(), module.getLoc());
  Block *loop = b.createBlock(&body, body.end(), carried, locations);
  Block *exit = b.createBlock(&body, body.end(), ArrayRef(carried).drop_front(),
                              ArrayRef(locations).drop_front());

  b.setInsertionPointToStart(entry);
  auto load = [&](int32_t index) -> Value {
    Value place = LLVM::GEPOp::create(b, pointer, vector, numbers,
                                      ArrayRef<LLVM::GEPArg>(index));
    return LLVM::LoadOp::create(b, vector, place, /*alignment=*/4);
  };
  Value start = load(0), factor = load(1);
  Value zero = LLVM::ConstantOp::create(b, word, b.getI64IntegerAttr(0));
  SmallVector<Value> values(carried.size(), start);
  values.front() = zero;
  LLVM::BrOp::create(b, values, loop);

  b.setInsertionPointToStart(loop);
  Value one = LLVM::ConstantOp::create(b, word, b.getI64IntegerAttr(1));
  values.front() = LLVM::AddOp::create(b, loop->getArgument(0), one);
  for (unsigned chain = 1; chain <= kChains; ++chain)
    values[chain] =
        multiplyAdd(b, loop->getArgument(chain), factor, target.getFma());
  Value isMore =
      LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::slt, values.front(), end);
  LLVM::CondBrOp::create(b, isMore, loop, values, exit,
                         ValueRange(values).drop_front());

  b.setInsertionPointToStart(exit);
  Value sum = exit->getArgument(0);
  for (Value other : exit->getArguments().drop_front())
    sum = LLVM::FAddOp::create(b, sum, other);
  LLVM::StoreOp::create(b, sum, numbers, /*alignment=*/4);
  LLVM::ReturnOp::create(b, ValueRange());
}

PeakProbe::PeakProbe(std::unique_ptr<LoadedObject> object,
                     PackedFunction *function, int64_t operations)
    : object(std::move(object)), function(function), operations(operations) {}

PeakProbe::~PeakProbe() = default;

llvm::Expected<std::unique_ptr<PeakProbe>> PeakProbe::create(ModuleOp module) {
  OwningOpRef<ModuleOp> probe = ModuleOp::create(module.getLoc());
  (*probe)->setAttrs(module->getAttrDictionary());
  auto target =
      module->getAttrOfType<nn::TargetAttr>(nn::NNDialect::kTargetAttrName);
  if (!target)
    return llvm::createStringError("the module does not say its target");
  buildProbe(*probe, target);
  auto object = LoadedObject::load(*probe, {});
  if (!object)
    return object.takeError();
  auto function = (*object)->lookup(kName);
  if (!function)
    return function.takeError();
  int64_t operations = 2 * kChains * (target.getVectorBits() / 32);
  return std::unique_ptr<PeakProbe>(
      new PeakProbe(std::move(*object), *function, operations));
}

double PeakProbe::measure(Team &team) {
  constexpr int64_t iterations = 12000;
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  team.run([&](unsigned) {
    // Two vectors of zeros.
    float numbers[2 * 64] = {};
    const uint64_t arguments[] = {reinterpret_cast<uintptr_t>(numbers),
                                  iterations};
    function(arguments);
  });
  double ns =
      std::chrono::duration<double, std::nano>(Clock::now() - start).count();
  double speed =
      static_cast<double>(operations * iterations * team.getSize()) / ns;
  best = std::max(best, speed);
  return speed;
}

} // namespace nascent
