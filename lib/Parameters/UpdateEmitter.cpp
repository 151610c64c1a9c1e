//===- UpdateEmitter.cpp - The loop of a step of training -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/CInterface/StepStruct.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::parameters {

namespace {

/// The arguments of a function that steps through a range.
enum UpdateArgument { Parameters, Gradients, State, Hyper, First, Last };

class UpdateEmitter {
public:
  UpdateEmitter(func::FuncOp function, nn::OptimizerAttrInterface optimizer,
                const kernels::VectorTarget &target)
      : b(function.getLoc(), function.getContext()), function(function),
        optimizer(optimizer), layout(optimizer),
        // A cache line at a time, whatever registers there are.
        lanes(target.lanes == 1 ? 1 : nn::kBufferAlignment / sizeof(float)) {}

  void emit();

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  /// f32, or the vector of it that is computed at a time.
  Type elementType() {
    return lanes == 1 ? Type(b.getF32Type())
                      : Type(VectorType::get({lanes}, b.getF32Type()));
  }
  /// What a program has chosen for a hyperparameter.
  Value get(StringRef name);
  /// `floats` of a buffer, from a byte on.
  Value view(Value buffer, int64_t byte, int64_t floats) {
    Value start = index(byte);
    return memref::ViewOp::create(b, MemRefType::get({floats}, b.getF32Type()),
                                  buffer, start, ValueRange());
  }
  Value load(Value floats, Value place) {
    if (lanes == 1)
      return memref::LoadOp::create(b, floats, place);
    return vector::LoadOp::create(b, cast<VectorType>(elementType()), floats,
                                  place);
  }
  void store(Value value, Value floats, Value place) {
    if (lanes == 1)
      memref::StoreOp::create(b, value, floats, place);
    else
      vector::StoreOp::create(b, value, floats, place);
  }
  /// The loop; with `keepsAll`, all states are kept, else those that always
  /// are.
  void emitLoop(bool keepsAll);

  ImplicitLocOpBuilder b;
  func::FuncOp function;
  nn::OptimizerAttrInterface optimizer;
  StepStruct layout;
  int64_t lanes;
  SmallVector<Value> shared;
  Value scale;
};

Value UpdateEmitter::get(StringRef name) {
  const StepStruct::Field &field = *layout.lookup(name);
  auto kind = field.hyperparameter.kind;
  Type type = kind == nn::Hyperparameter::Real   ? Type(b.getF32Type())
              : kind == nn::Hyperparameter::Flag ? Type(b.getI32Type())
                                                 : Type(b.getI64Type());
  Value start = index(field.offset), first = index(0);
  Value member =
      memref::ViewOp::create(b, MemRefType::get({1}, type),
                             function.getArgument(Hyper), start, ValueRange());
  Value value = memref::LoadOp::create(b, member, first);
  // A range has rates of its own.
  for (auto [common, factor] :
       {std::pair(StringRef("learning_rate"), function.getArgument(Last + 1)),
        std::pair(StringRef("weight_decay"), function.getArgument(Last + 2))})
    if (name == common)
      value = arith::MulFOp::create(b, value, factor);
  if (kind != nn::Hyperparameter::Flag)
    return value;
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero);
}

void UpdateEmitter::emitLoop(bool keepsAll) {
  auto floatsOf = [&](unsigned argument) -> int64_t {
    auto type = cast<MemRefType>(function.getArgument(argument).getType());
    return type.getDimSize(0) / int64_t(sizeof(float));
  };
  int64_t changed = floatsOf(Gradients);
  Value parameters =
      view(function.getArgument(Parameters), 0, floatsOf(Parameters));
  Value gradients = view(function.getArgument(Gradients), 0, changed);
  SmallVector<Value> kept;
  for (auto [number, state] : llvm::enumerate(optimizer.getStates()))
    kept.push_back(keepsAll || state.keptBy.empty()
                       ? view(function.getArgument(State),
                              int64_t(number * sizeof(float)) * changed,
                              changed)
                       : Value());
  Value step = index(lanes);
  auto loop = scf::ForOp::create(b, function.getArgument(First),
                                 function.getArgument(Last), step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value place = loop.getInductionVar();
  SmallVector<Value> states;
  for (Value state : kept)
    states.push_back(state ? load(state, place) : Value());
  Value parameter = load(parameters, place);
  Value gradient = load(gradients, place);
  ElementwiseBuilder e(b, b.getLoc(), elementType());
  nn::StepElement element{parameter, e.mul(scale, gradient), states, shared};
  Value result = optimizer.emitElement(e, element);
  store(result, parameters, place);
  for (auto [state, value] : llvm::zip_equal(kept, states))
    if (state)
      store(value, state, place);
}

void UpdateEmitter::emit() {
  b.setInsertionPointToStart(function.addEntryBlock());
  auto spread = [&](Value value) -> Value {
    if (lanes == 1 || !value.getType().isF32())
      return value;
    return vector::BroadcastOp::create(b, elementType(), value);
  };
  auto getMember = [&](StringRef name) { return get(name); };
  shared = optimizer.emitShared(b, getMember);
  for (Value &value : shared)
    value = spread(value);
  scale = spread(get("gradient_scale"));
  StringRef keptBy;
  for (const nn::OptimizerState &state : optimizer.getStates())
    if (!state.keptBy.empty())
      keptBy = state.keptBy;
  if (keptBy.empty()) {
    emitLoop(/*keepsAll=*/true);
  } else {
    Value none = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
    Value isKept =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, get(keptBy), none);
    auto branch = scf::IfOp::create(b, isKept, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    emitLoop(/*keepsAll=*/true);
    b.setInsertionPointToStart(branch.elseBlock());
    emitLoop(/*keepsAll=*/false);
  }
  func::ReturnOp::create(b);
}

} // namespace

void emitUpdate(func::FuncOp function, nn::OptimizerAttrInterface optimizer,
                const kernels::VectorTarget &target) {
  UpdateEmitter(function, optimizer, target).emit();
}

} // namespace nascent::parameters
