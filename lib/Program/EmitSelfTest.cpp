//===- EmitSelfTest.cpp - Whether a machine computes what it should -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object may run on a machine that its compiler has never seen. This
// function says there whether forward gives what it gave here: its inputs are
// drawn as parameters are, by counters, so that only outputs need be stored.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/CInterface/SelfTest.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Parameters/Fill.h"
#include "nascent/Program/Passes.h"
#include "nascent/Support/CName.h"
#include <fmt/format.h>

namespace nascent::program {

#define GEN_PASS_DEF_EMITSELFTEST
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// `nascent_self_test`, as the header declares it: offsets in bytes.
enum Member : int64_t {
  Element = 0,
  Failures = 8,
  Entry = 12,
  Output = 16,
  Expected = 20,
  Actual = 24,
  Bound = 28,
  Excess = 32
};

class SelfTestEmitter {
public:
  /// `golden` has the samples of each output of each entry; without, nothing is
  /// compared. Outputs may differ from them by `tolerance` times the largest.
  SelfTestEmitter(const NetworkInterface &network, ArrayAttr golden,
                  double tolerance, ModuleOp module, SymbolTable &symbols)
      : network(network), golden(golden), tolerance(tolerance), module(module),
        symbols(symbols), b(module.getLoc(), module.getContext()) {}

  LogicalResult emit();

private:
  LogicalResult verifyGolden();
  void emitStart();
  LogicalResult emitEntry(unsigned index);
  /// Fills an input. Of indices, and of lengths, `count` are possible, from
  /// `least` on.
  void emitInput(const std::string &name, const SelfTestBuffer &buffer,
                 int64_t count, int64_t least);
  void emitComparison(unsigned entry, unsigned output,
                      const SelfTestBuffer &buffer, DenseFPElementsAttr values);
  void emitWorst(Value sample, unsigned entry, unsigned output,
                 ArrayRef<std::pair<Member, Value>> numbers);

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value f32(float value) {
    return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
  }
  Value i32(int32_t value) {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  }
  Value view(Value buffer, int64_t offset, MemRefType type) {
    Value place = index(offset);
    return memref::ViewOp::create(b, type, buffer, place, ValueRange());
  }
  Value load(Member member, Type type) {
    Value place = view(worst(), member, MemRefType::get({1}, type));
    return memref::LoadOp::create(b, place, index(0));
  }
  void store(Member member, Value value) {
    Value place = view(worst(), member, MemRefType::get({1}, value.getType()));
    memref::StoreOp::create(b, value, place, index(0));
  }
  Value parameters() { return function.getArgument(0); }
  Value workspace() { return function.getArgument(1); }
  Value worst() { return function.getArgument(2); }

  const NetworkInterface &network;
  ArrayAttr golden;
  double tolerance;
  ModuleOp module;
  SymbolTable &symbols;
  ImplicitLocOpBuilder b;
  SelfTestWorkspace places;
  func::FuncOp function;
};

LogicalResult SelfTestEmitter::verifyGolden() {
  if (!golden)
    return success();
  SmallVector<int64_t> expected;
  for (const SelfTestEntry &entry : places.entries)
    for (const SelfTestBuffer &output : entry.outputs)
      expected.push_back(output.getSampleCount());
  auto fits = [](Attribute attribute, int64_t count) {
    auto values = dyn_cast<DenseFPElementsAttr>(attribute);
    return values && values.getElementType().isF32() &&
           values.getNumElements() == count;
  };
  if (golden.size() == expected.size() &&
      llvm::all_of_zip(golden, expected, fits))
    return success();
  InFlightDiagnostic diag = module.emitError()
                            << "'" << kGoldenAttrName << "' of network '"
                            << network.name << "' must have as many floats as "
                            << "its outputs have samples, ";
  llvm::interleaveComma(expected, diag);
  return diag << "; compile again from an earlier stage with --self-test";
}

void SelfTestEmitter::emitStart() {
  store(Element, arith::ConstantOp::create(b, b.getI64IntegerAttr(0)));
  for (Member member : {Failures, Entry, Output})
    store(member, i32(0));
  for (Member member : {Expected, Actual, Bound})
    store(member, f32(0));
  // Less than any element's.
  store(Excess, f32(-std::numeric_limits<float>::infinity()));
}

void SelfTestEmitter::emitInput(const std::string &name,
                                const SelfTestBuffer &buffer, int64_t count,
                                int64_t least) {
  auto number = [](double value) { return llvm::APFloat(value); };
  SmallVector<int64_t> shape = {buffer.size};
  auto init = nn::UniformAttr::get(
      b.getContext(), number(count == 0 ? -1.0 : 0.0), number(1.0));
  parameters::Fill fill{cast<nn::InitializerAttrInterface>(Attribute(init)),
                        {{buffer.size, buffer.size}, shape, module},
                        /*layout=*/{}};
  auto filler = func::FuncOp::create(
      b.getLoc(), network.name + ".self_test." + name,
      fill.getFunctionType(cast<MemRefType>(workspace().getType())));
  filler.setPrivate();
  symbols.insert(filler, function->getIterator());
  parameters::FillFunctions functions{symbols};
  parameters::emitFill(filler, fill, kernels::VectorTarget::of(module),
                       functions);
  SmallVector<Value> numbers;
  for (int64_t value : fill.getNumbers(buffer.offset, name))
    numbers.push_back(arith::ConstantOp::create(b, b.getI64IntegerAttr(value)));
  Value first = index(0), end = index(fill.target.getLength());
  Value seed = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  SmallVector<Value> operands =
      fill.getOperands(b, workspace(), numbers, first, end, seed);
  func::CallOp::create(b, filler, operands);
  if (count == 0)
    return;
  // Indices: where in the table the number is.
  Value floats =
      view(workspace(), buffer.offset, MemRefType::get(shape, b.getF32Type()));
  Value indices =
      view(workspace(), buffer.offset, MemRefType::get(shape, b.getI32Type()));
  Value one = index(1);
  auto loop = scf::ForOp::create(b, first, end, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value i = loop.getInductionVar();
  Value drawn = memref::LoadOp::create(b, floats, i);
  Value scaled = arith::MulFOp::create(b, drawn, f32(count));
  Value whole = arith::FPToSIOp::create(b, b.getI32Type(), scaled);
  // The product may have been rounded up.
  Value place = arith::MinSIOp::create(b, whole, i32(count - 1));
  if (least != 0)
    place = arith::AddIOp::create(b, place, i32(least));
  memref::StoreOp::create(b, place, indices, i);
}

void SelfTestEmitter::emitWorst(Value sample, unsigned entry, unsigned output,
                                ArrayRef<std::pair<Member, Value>> numbers) {
  Value wide = arith::IndexCastOp::create(b, b.getI64Type(), sample);
  store(Element, wide);
  store(Entry, i32(entry));
  store(Output, i32(output));
  for (auto [member, value] : numbers)
    store(member, value);
}

void SelfTestEmitter::emitComparison(unsigned entry, unsigned output,
                                     const SelfTestBuffer &buffer,
                                     DenseFPElementsAttr values) {
  float largest = 0;
  for (const llvm::APFloat &value : values.getValues<llvm::APFloat>())
    if (value.isFinite())
      largest = std::max(largest, std::abs(value.convertToFloat()));
  Value bound = f32(static_cast<float>(tolerance * largest));
  auto type = MemRefType::get({buffer.getSampleCount()}, b.getF32Type());
  OpBuilder detached(module.getContext());
  auto global = memref::GlobalOp::create(
      detached, b.getLoc(),
      fmt::format("{}.golden.{}.{}", network.name, entry, output),
      b.getStringAttr("private"), type, values, /*constant=*/true,
      /*alignment=*/IntegerAttr());
  symbols.insert(global, function->getIterator());
  Value expectations =
      memref::GetGlobalOp::create(b, type, global.getSymName());
  Value found = view(workspace(), buffer.offset,
                     MemRefType::get({buffer.size}, b.getF32Type()));

  Value start = index(0), end = index(buffer.getSampleCount()), one = index(1);
  auto loop = scf::ForOp::create(b, start, end, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value i = loop.getInductionVar(), sample = i;
  if (buffer.getSampleCount() != buffer.size) {
    Value times = arith::MulIOp::create(b, i, index(buffer.size));
    Value count = index(buffer.getSampleCount());
    sample = arith::DivUIOp::create(b, times, count);
  }
  Value expected = memref::LoadOp::create(b, expectations, i);
  Value actual = memref::LoadOp::create(b, found, sample);
  // Infinities are the same as such, and NaN is as any other.
  auto compare = [&](arith::CmpFPredicate predicate, Value lhs,
                     Value rhs) -> Value {
    return arith::CmpFOp::create(b, predicate, lhs, rhs);
  };
  using Predicate = arith::CmpFPredicate;
  Value areEqual = compare(Predicate::OEQ, actual, expected);
  Value isActualNan = compare(Predicate::UNO, actual, actual);
  Value isExpectedNan = compare(Predicate::UNO, expected, expected);
  Value areNan = arith::AndIOp::create(b, isActualNan, isExpectedNan);
  Value areSame = arith::OrIOp::create(b, areEqual, areNan);
  Value difference = arith::SubFOp::create(b, actual, expected);
  Value distance = math::AbsFOp::create(b, difference);
  Value beyond = arith::SubFOp::create(b, distance, bound);
  Value isNan = compare(Predicate::UNO, beyond, beyond);
  Value infinity = f32(std::numeric_limits<float>::infinity());
  Value whenOther = arith::SelectOp::create(b, isNan, infinity, beyond);
  Value none = f32(0);
  Value whenSame = arith::SubFOp::create(b, none, bound);
  Value excess = arith::SelectOp::create(b, areSame, whenSame, whenOther);
  Value hasFailed = compare(Predicate::OGT, excess, none);
  Value more = arith::ExtUIOp::create(b, b.getI32Type(), hasFailed);
  Value before = load(Failures, b.getI32Type());
  store(Failures, arith::AddIOp::create(b, before, more));
  Value known = load(Excess, b.getF32Type());
  Value isWorse = compare(Predicate::OGT, excess, known);
  auto branch = scf::IfOp::create(b, isWorse, /*withElseRegion=*/false);
  b.setInsertionPointToStart(branch.thenBlock());
  emitWorst(sample, entry, output,
            {{Expected, expected},
             {Actual, actual},
             {Bound, bound},
             {Excess, excess}});
}

LogicalResult SelfTestEmitter::emitEntry(unsigned number) {
  const EntryInterface &entry = network.entries[number];
  const SelfTestEntry &placed = places.entries[number];
  std::string name = forwardName(network.name, entry.label);
  auto forward = symbols.lookup<func::FuncOp>(name);
  if (!forward)
    return module.emitError()
           << "network '" << network.name << "' has no function '" << name
           << "' to test; nascent-emit-entry-points comes first";
  for (auto [i, input] : llvm::enumerate(placed.inputs)) {
    int64_t least = entry.leastIndex(i);
    emitInput(entry.inputName(i), input,
              entry.hasIndices() ? entry.limits[i] - least : 0, least);
  }
  SmallVector<Value> operands;
  auto add = [&](Value buffer, int64_t offset) {
    Type type = forward.getArgumentTypes()[operands.size()];
    operands.push_back(view(buffer, offset, cast<MemRefType>(type)));
  };
  add(parameters(), 0);
  for (const SelfTestBuffer &input : placed.inputs)
    add(workspace(), input.offset);
  if (entry.hasOpenDims())
    operands.push_back(
        arith::ConstantOp::create(b, b.getI64IntegerAttr(kSelfTestRows)));
  for (const SelfTestBuffer &output : placed.outputs)
    add(workspace(), output.offset);
  add(workspace(), places.scratch);
  func::CallOp::create(b, forward, operands);
  return success();
}

LogicalResult SelfTestEmitter::emit() {
  for (const EntryInterface &entry : network.entries)
    if (entry.hasOpenSizes())
      return module.emitError()
             << "network '" << network.name
             << "': more than the batch is open, which a self test does not "
                "support; bind numbers for the other sizes";
  places = SelfTestWorkspace::of(network);
  if (failed(verifyGolden()))
    return failure();
  BufferTypes buffers;
  buffers.parameters = MemRefType::get({network.parameterBytes}, b.getI8Type());
  auto created = createFunction("self_test", b.getStringAttr(network.name),
                                /*label=*/{}, buffers, module, symbols);
  if (failed(created))
    return failure();
  function = *created;
  b.setInsertionPointToStart(&function.front());
  emitStart();
  unsigned next = 0;
  for (auto [number, placed] : llvm::enumerate(places.entries)) {
    if (failed(emitEntry(number)))
      return failure();
    for (auto [output, buffer] : llvm::enumerate(placed.outputs))
      if (golden)
        emitComparison(number, output, buffer,
                       cast<DenseFPElementsAttr>(golden[next++]));
  }
  Value failures = load(Failures, b.getI32Type());
  func::ReturnOp::create(b, failures);
  return success();
}

struct EmitSelfTestPass : impl::EmitSelfTestBase<EmitSelfTestPass> {
  using EmitSelfTestBase::EmitSelfTestBase;

  void runOnOperation() override {
    Attribute attribute = getOperation()->getAttr(kGoldenAttrName);
    if (!attribute)
      return;
    auto golden = dyn_cast<DictionaryAttr>(attribute);
    if (!golden || !llvm::all_of(golden, [](NamedAttribute outputs) {
          return isa<ArrayAttr>(outputs.getValue());
        })) {
      getOperation().emitError()
          << "'" << kGoldenAttrName
          << "' must be a dictionary of arrays, by networks' names";
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    for (const NetworkInterface &network : getInterfaces(getOperation())) {
      auto values = golden.getAs<ArrayAttr>(network.name);
      if (failed(SelfTestEmitter(network, values, strict ? 0 : 1e-4,
                                 getOperation(), symbols)
                     .emit()))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace nascent::program
