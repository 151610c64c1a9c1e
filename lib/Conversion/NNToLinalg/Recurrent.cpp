//===- Recurrent.cpp - Layers that go through sequences -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of one direction of one layer, the products with the input need nothing that
// an earlier step computes: those of all steps are one matrix product. What is
// left for a step is the product with the state, and the gates.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// A unit in one step.
struct Unit {
  /// Of each gate, what comes from the input and what comes from the state.
  ValueRange inputs, sums;
  /// Behind them, where a step has two products, which one it is.
  ValueRange states;
};

Value tanhOf(ElementwiseBuilder &e, Value x) {
  return math::TanhOp::create(e.getBuilder(), x);
}

Value gateOf(ElementwiseBuilder &e, std::optional<APFloat> slope, Value x) {
  if (!slope)
    return sigmoid(e, x);
  Value line = e.mul(e.f32(slope->convertToDouble()), x);
  return clamp(e, e.add(line, e.f32(0.5f)), 0.0f, 1.0f);
}

/// The new states of a unit: each layer's cell.
SmallVector<Value> cell(LstmOp op, ElementwiseBuilder &e, const Unit &unit) {
  auto sum = [&](unsigned index) {
    return e.add(unit.inputs[index], unit.sums[index]);
  };
  Value input = gateOf(e, op.getHardsigmoid(), sum(0));
  Value forget = gateOf(e, op.getHardsigmoid(), sum(1));
  Value proposed = tanhOf(e, sum(2));
  Value output = gateOf(e, op.getHardsigmoid(), sum(3));
  Value kept = e.mul(forget, unit.states[1]);
  Value state = e.add(kept, e.mul(input, proposed));
  return {e.mul(output, tanhOf(e, state)), state};
}

/// Whether a step has two products, one behind the other.
bool isTwice(Operation *op) {
  auto gru = dyn_cast<GruOp>(op);
  return gru && gru.getResetBefore();
}

/// Of two products, the first state, which is multiplied, is h before the first
/// one and r·h before the second. The other states are h, and z for the second.
SmallVector<Value> cell(GruOp op, ElementwiseBuilder &e, const Unit &unit) {
  auto gate = [&](unsigned index) {
    Value sum = e.add(unit.inputs[index], unit.sums[index]);
    return gateOf(e, op.getHardsigmoid(), sum);
  };
  auto mix = [&](Value update, Value proposed, Value state) {
    Value replaced = e.mul(e.sub(e.f32(1.0f), update), proposed);
    return e.add(replaced, e.mul(update, state));
  };
  Value reset = gate(0), update = gate(1);
  if (!isTwice(op)) {
    Value sum = e.add(unit.inputs[2], e.mul(reset, unit.sums[2]));
    return {mix(update, tanhOf(e, sum), unit.states[0])};
  }
  Value state = unit.states[1], kept = unit.states[2], half = unit.states[3];
  Value proposed = tanhOf(e, e.add(unit.inputs[2], unit.sums[2]));
  Value next = mix(kept, proposed, state);
  auto choose = [&](Value first, Value second) {
    return e.select(arith::CmpFPredicate::OEQ, half, e.f32(0.0f), first,
                    second);
  };
  return {choose(e.mul(reset, state), next), choose(state, next),
          choose(update, kept)};
}

SmallVector<Value> cell(RnnOp op, ElementwiseBuilder &e, const Unit &unit) {
  Value sum = e.add(unit.inputs[0], unit.sums[0]);
  return {op.getRelu() ? relu(e, sum) : tanhOf(e, sum)};
}

/// State `index` of all layers and directions, as (batch, units).
Value takeState(ImplicitLocOpBuilder &b, Value all, int64_t index) {
  RankedTensorType type = typeOf(all);
  if (type.getDimSize(1) > 1) {
    Sizes starts(3, b.getIndexAttr(0)), steps(3, b.getIndexAttr(1));
    starts[1] = b.getIndexAttr(index);
    Sizes sizes = sizesLike(b, all, type.getShape());
    sizes[1] = b.getIndexAttr(1);
    all = tensor::ExtractSliceOp::create(b, all, starts, sizes, steps);
  }
  return mergeBehindBatch(b, all);
}

/// The opposite: states of all layers and directions as one value.
Value joinStates(ImplicitLocOpBuilder &b, ArrayRef<Value> states) {
  RankedTensorType type = typeOf(states.front());
  Value all = states.front();
  if (states.size() > 1)
    all = tensor::ConcatOp::create(b, /*dim=*/1, states);
  return splitBehindBatch(
      b, all, {type.getDimSize(0), int64_t(states.size()), type.getDimSize(1)});
}

template <typename LayerOp>
class RecurrentLowering : public LinalgLoweringOpInterface::ExternalModel<
                              RecurrentLowering<LayerOp>, LayerOp> {
public:
  Value lowerToLinalg(Operation *op, ImplicitLocOpBuilder &b, ValueRange inputs,
                      ValueRange parameters) const {
    return lowerAll(op, b, inputs, parameters, /*isTrained=*/false).front();
  }

  SmallVector<Value> lowerAll(Operation *op, ImplicitLocOpBuilder &b,
                              ValueRange inputs, ValueRange parameters,
                              bool) const {
    auto layer = cast<LayerOp>(op);
    RecurrentForm form = layer.getForm();
    Value value = inputs[0];
    Value lengths = form.hasLengths ? inputs[1] : Value();
    ValueRange given = inputs.drop_front(form.hasLengths ? 2 : 1);
    SmallVector<SmallVector<Value>> lasts(form.states);
    unsigned next = 0;
    for (int64_t number = 0; number < form.layers; ++number) {
      bool last = form.last && number + 1 == form.layers;
      SmallVector<Value> outputs;
      for (int64_t direction = 0; direction < form.directions; ++direction) {
        std::string part =
            ("l" + Twine(number) + (direction ? "_reverse" : "")).str();
        SmallVector<Value> initial;
        for (Value all : given)
          initial.push_back(
              takeState(b, all, number * form.directions + direction));
        RecurrenceOp recurrence =
            lowerDirection(layer, b, value, initial, lengths,
                           parameters.slice(next, form.parametersEach()), part,
                           direction == 1, last);
        outputs.push_back(recurrence.getResult(0));
        auto states = recurrence.getStates().take_front(form.states);
        for (auto [all, state] : llvm::zip_equal(lasts, states))
          all.push_back(state);
        next += form.parametersEach();
      }
      value = outputs.front();
      if (outputs.size() > 1)
        value =
            tensor::ConcatOp::create(b, typeOf(value).getRank() - 1, outputs);
    }
    SmallVector<Value> results = {value};
    if (layer->getNumResults() > 1)
      for (ArrayRef<Value> all : lasts)
        results.push_back(joinStates(b, all));
    return results;
  }

private:
  static RecurrenceOp lowerDirection(LayerOp layer, ImplicitLocOpBuilder &b,
                                     Value input, SmallVector<Value> initial,
                                     Value lengths, ValueRange parameters,
                                     StringRef part, bool reverse, bool last) {
    auto mark = [&](Operation *op, const Twine &name) {
      op->setAttr(kLayerPartAttrName, b.getStringAttr(name));
    };
    RecurrentForm form = layer.getForm();
    RankedTensorType type = typeOf(input);
    int64_t columns = form.gates * form.units;
    Value rows = toMatrix(b, input);
    Value product =
        dense(b, rows, parameters[0], form.hasBias ? parameters[2] : Value());
    mark(product.getDefiningOp(), part + ".input");
    auto stepsType =
        type.clone({type.getDimSize(0), type.getDimSize(1), columns});
    Value steps = fromMatrix(b, product, stepsType, input);
    auto state = type.clone({type.getDimSize(0), form.units});
    bool twice = isTwice(layer);
    SmallVector<Type> results(twice ? 3 : form.states, state);
    if (twice && !initial.empty())
      initial = {initial[0], initial[0], zerosLike(b, initial[0])};
    if (!last)
      results.insert(
          results.begin(),
          type.clone({type.getDimSize(0), type.getDimSize(1), form.units}));
    results.push_back(type.clone({type.getDimSize(0), columns}));
    auto recurrence =
        RecurrenceOp::create(b, results, steps, parameters[1],
                             form.hasBias ? parameters[3] : Value(), initial,
                             lengths, /*transposed=*/false, reverse, last,
                             /*all=*/false, twice);
    mark(recurrence, part);
    emitCell(layer, recurrence, b);
    return recurrence;
  }

  static void emitCell(LayerOp layer, RecurrenceOp recurrence,
                       ImplicitLocOpBuilder &b) {
    OpBuilder::InsertionGuard guard(b);
    Type f32 = b.getF32Type();
    unsigned gates = recurrence.getGates();
    unsigned count = 2 * gates + recurrence.getStates().size() +
                     (recurrence.getTwice() ? 1 : 0);
    Block *body =
        b.createBlock(&recurrence.getBody(), {}, SmallVector<Type>(count, f32),
                      SmallVector<Location>(count, b.getLoc()));
    ElementwiseBuilder e(b, b.getLoc(), f32);
    ValueRange elements = body->getArguments();
    Unit unit{elements.take_front(gates), elements.slice(gates, gates),
              elements.drop_front(2 * gates)};
    SmallVector<Value> states = cell(layer, e, unit);
    RecurrenceYieldOp::create(b, states);
  }
};

template <typename... LayerOps>
void attachRecurrent(MLIRContext &context) {
  (LayerOps::template attachInterface<RecurrentLowering<LayerOps>>(context),
   ...);
}

} // namespace

void attachRecurrentLowerings(MLIRContext &context) {
  attachRecurrent<LstmOp, GruOp, RnnOp>(context);
}

} // namespace nascent::nn
