//===- OnnxSteps.cpp - Nodes around recurrent operators -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxSteps.h"
#include "OnnxPositions.h"
#include "OnnxShapes.h"

namespace nascent {

using llvm::ArrayRef;

bool areZeros(const OnnxConstant &constant) {
  return constant.isZeros ||
         (!constant.isInteger && constant.opaque.empty() &&
          llvm::all_of(constant.floats, [](float x) { return x == 0; }));
}

OpenShape sizesInFile(const OnnxOperand &operand) {
  ArrayRef<OpenSize> sizes = operand.value->sizes;
  switch (operand.order) {
  case OnnxOrder::BatchFirst:
    return OpenShape(sizes);
  case OnnxOrder::StepsFirst: {
    OpenShape exchanged(sizes);
    std::swap(exchanged[0], exchanged[1]);
    return exchanged;
  }
  case OnnxOrder::StepsOfDirections:
    return {sizes[1], operand.directions, sizes[0], operand.units()};
  case OnnxOrder::StepsWithDirections:
    return {sizes[1], sizes[0], operand.directions, operand.units()};
  case OnnxOrder::StatesOfDirections:
    return {operand.directions, sizes[0], operand.units()};
  }
  llvm_unreachable("an order of no kind");
}

/// The sizes of states, the batch first.
static OpenShape sizesOfStates(const OnnxOperand &operand) {
  return {operand.value->sizes[0], operand.directions, operand.units()};
}

/// States that a layer gives, before they became a row; null if there are none.
static ImportedValue *findStates(const OnnxOperand &operand) {
  const ImportedLayer *layer = operand.value->layer;
  return layer && layer->mnemonic == "flatten" &&
                 layer->operands.front()->sizes == sizesOfStates(operand)
             ? layer->operands.front()
             : nullptr;
}

ImportedValue *statesOf(OnnxCall &call, const OnnxOperand &operand) {
  if (operand.order == OnnxOrder::StepsFirst)
    return operand.value;
  if (operand.order != OnnxOrder::StatesOfDirections)
    return nullptr;
  ImportedValue *found = findStates(operand);
  return found ? found : reshapeTo(call, operand.value, sizesOfStates(operand));
}

ImportedValue *addStatesOutput(ImportedLayers &layers,
                               const OnnxOperand &operand) {
  if (ImportedValue *found = findStates(operand))
    return found;
  ImportedLayer *layer =
      layers.addLayer("reshape", {operand.value}, sizesOfStates(operand));
  layer->clauses.list("shape", {-1, operand.directions, operand.units()});
  return &layer->result;
}

ImportedValue *addStepsOutput(ImportedLayers &layers,
                              const OnnxOperand &operand) {
  ArrayRef<OpenSize> sizes = operand.value->sizes;
  int64_t directions = operand.directions, units = operand.units();
  ImportedLayer *layer = layers.addLayer(
      "reshape", {operand.value}, {sizes[0], sizes[1], directions, units});
  layer->clauses.list("shape", {-1, -1, directions, units});
  return &layer->result;
}

/// Whether all nodes that read `name` begin with it, or with what operators
/// `between`, in this order, make of it.
static bool isStateIn(const OnnxModel &model, llvm::StringRef name,
                      ArrayRef<bool> isLive,
                      ArrayRef<llvm::StringLiteral> between) {
  bool isRead = false;
  for (auto [node, counts] : llvm::zip(model.nodes, isLive))
    for (auto [place, input] : llvm::enumerate(node.inputs)) {
      if (!counts || input != name)
        continue;
      isRead = true;
      bool begins = readsStepsFirst(node) && (place == 5 || place == 6);
      const auto *made = llvm::find(between, node.op);
      bool isMade = made != between.end() &&
                    (node.op == "Concat" || place == 0) &&
                    node.outputs.size() == 1 &&
                    isStateIn(model, node.outputs[0], isLive,
                              ArrayRef(made + 1, between.end()));
      if (!begins && !isMade)
        return false;
    }
  return isRead;
}

bool isInitialState(const OnnxModel &model, llvm::StringRef name,
                    ArrayRef<bool> isLive) {
  return isStateIn(model, name, isLive, {llvm::StringLiteral("Slice")});
}

/// Of a value of rank 3, what is left of a permutation once the batch is
/// brought to the first place, where it ends in one of the first two.
static void transposeRows(OnnxCall &call, const OnnxOperand &x,
                          ArrayRef<int64_t> dims) {
  llvm::SmallVector<int64_t> axes(dims);
  if (x.order == OnnxOrder::StepsFirst)
    for (int64_t &axis : axes)
      axis = axis < 2 ? 1 - axis : axis;
  bool isBehind = axes[1] == 0;
  if (isBehind)
    std::swap(axes[0], axes[1]);
  if (axes[0] != 0)
    return;
  ImportedValue *value = axes[1] == 1 ? x.value : permute(call, x.value, axes);
  if (value)
    call.setResult(0, value,
                   isBehind ? OnnxOrder::StepsFirst : OnnxOrder::BatchFirst);
}

bool transposeSteps(OnnxCall &call, ArrayRef<int64_t> dims) {
  const OnnxOperand *x = call.findOperand(0);
  if (!x || !x->value || x->value->isIndices)
    return false;
  bool isSwap = dims == ArrayRef<int64_t>({1, 0, 2});
  auto setWithDirections = [&] {
    OpenShape sizes(x->value->sizes);
    sizes.back() = x->directions;
    sizes.push_back(x->units());
    if (ImportedValue *result = reshapeTo(call, x->value, sizes))
      call.setResult(result);
  };
  switch (x->order) {
  case OnnxOrder::BatchFirst:
    if (x->value->rank() != 3 || dims.size() != 3 || dims[1] != 0)
      return false;
    transposeRows(call, *x, dims);
    return true;
  case OnnxOrder::StepsFirst:
    if (dims.size() == 3)
      transposeRows(call, *x, dims);
    break;
  case OnnxOrder::StepsOfDirections:
    if (dims == ArrayRef<int64_t>({0, 2, 1, 3}))
      call.setResult(0, x->value, OnnxOrder::StepsWithDirections,
                     x->directions);
    else if (dims == ArrayRef<int64_t>({2, 0, 1, 3}))
      setWithDirections();
    break;
  case OnnxOrder::StatesOfDirections:
    if (isSwap)
      setWithDirections();
    break;
  case OnnxOrder::StepsWithDirections:
    if (dims == ArrayRef<int64_t>({1, 0, 2, 3}))
      setWithDirections();
    break;
  }
  call.need(call.isSet(),
            "only what brings the batch of a recurrent operator's "
            "result to the first place is supported");
  return true;
}

/// The first operand, if its batch is not its first dimension; null elsewhere.
static const OnnxOperand *findExchanged(OnnxCall &call) {
  const OnnxOperand *x = call.findOperand(0);
  return x && x->value && !x->value->isIndices &&
                 x->order != OnnxOrder::BatchFirst && x->order != call.rows
             ? x
             : nullptr;
}

bool squeezeDirections(OnnxCall &call, ArrayRef<int64_t> dims) {
  const OnnxOperand *x = findExchanged(call);
  if (!x)
    return false;
  bool isOne = x->directions == 1 && dims.size() == 1;
  if (isOne && dims[0] == 1 && x->order == OnnxOrder::StepsOfDirections)
    call.setResult(0, x->value, OnnxOrder::StepsFirst);
  else if (isOne && dims[0] == 0 && x->order == OnnxOrder::StatesOfDirections)
    call.setResult(x->value);
  else if (x->order == OnnxOrder::StepsFirst &&
           dims == ArrayRef<int64_t>(int64_t(0)) &&
           x->value->sizes[1] == OpenSize(1))
    call.setResult(
        reshapeTo(call, x->value, {x->value->sizes[0], x->value->sizes[2]}));
  else
    call.refuse("of a recurrent operator's result, only one direction or one "
                "step is supported to go");
  return true;
}

bool unsqueezeStates(OnnxCall &call) {
  const OnnxOperand *x = call.findOperand(0);
  static constexpr llvm::StringLiteral between[] = {"Concat", "Slice"};
  if (!x || !x->value || x->value->isIndices || x->value->rank() != 2 ||
      x->order != OnnxOrder::BatchFirst ||
      !isStateIn(call.model, call.node.outputs[0], call.isLive, between))
    return false;
  call.setResult(0, x->value, OnnxOrder::StatesOfDirections);
  return true;
}

bool joinDirections(OnnxCall &call, ArrayRef<OpenSize> sizes) {
  const OnnxOperand *x = findExchanged(call);
  if (!x)
    return false;
  bool isJoin = x->order == OnnxOrder::StepsWithDirections &&
                sizes.size() == 3 &&
                (sizes[2] == OpenSize(-1) ||
                 sizes[2] == OpenSize(x->directions * x->units()));
  // 0 stands for the size that is there.
  for (size_t dim = 0; isJoin && dim < 2; ++dim)
    isJoin =
        sizes[dim] == OpenSize(0) || sizes[dim] == x->value->sizes[1 - dim];
  if (call.need(isJoin, "of a recurrent operator's result, directions beside "
                        "units are supported to become one dimension"))
    call.setResult(0, x->value, OnnxOrder::StepsFirst);
  return true;
}

bool concatDirections(OnnxCall &call, int64_t axis) {
  const OnnxOperand *first = findExchanged(call);
  if (!first)
    return false;
  std::vector<ImportedValue *> parts;
  int64_t directions = 0;
  for (size_t index = 0; index < call.countInputs(); ++index) {
    const OnnxOperand *x = call.findOperand(index);
    if (!x || !call.need(axis == 0 && x->value &&
                             x->order == OnnxOrder::StatesOfDirections &&
                             x->units() == first->units(),
                         "of recurrent operators' results, states of as many "
                         "units are supported to be joined"))
      return true;
    parts.push_back(x->value);
    directions += x->directions;
  }
  ImportedLayer *all = call.add(
      "concat", parts, {parts[0]->sizes[0], directions * first->units()},
      Clauses().integer("axis", 1));
  call.setResult(0, &all->result, OnnxOrder::StatesOfDirections, directions);
  return true;
}

bool sliceDirections(OnnxCall &call, ArrayRef<int64_t> starts,
                     ArrayRef<int64_t> ends, ArrayRef<int64_t> axes) {
  const OnnxOperand *x = findExchanged(call);
  if (!x)
    return false;
  bool isFirst =
      starts.size() == 1 && ends.size() == 1 && axes == ArrayRef<int64_t>({0});
  if (isFirst && x->order == OnnxOrder::StepsFirst) {
    if (ImportedValue *part = slice(call, x->value, 1, starts[0], ends[0]))
      call.setResult(0, part, OnnxOrder::StepsFirst);
  } else if (isFirst && x->order == OnnxOrder::StatesOfDirections) {
    auto bound = [&](int64_t index) {
      return std::clamp<int64_t>(index < 0 ? index + x->directions : index, 0,
                                 x->directions);
    };
    int64_t start = bound(starts[0]), end = bound(ends[0]), units = x->units();
    if (call.need(start < end, "a part of no directions"))
      if (ImportedValue *part =
              slice(call, x->value, 1, start * units, end * units))
        call.setResult(0, part, OnnxOrder::StatesOfDirections, end - start);
  } else {
    call.refuse(
        "of a recurrent operator's result, a part of its steps or of its "
        "directions is supported");
  }
  return true;
}

bool takeDirection(OnnxCall &call, int64_t axis, const OnnxConstant &index) {
  const OnnxOperand *x = findExchanged(call);
  if (!x)
    return false;
  auto numbers = numbersOf(index.integers);
  bool isOne = axis == 0 && index.shape.empty() && numbers;
  int64_t number = isOne ? numbers->front() : 0;
  if (isOne && x->order == OnnxOrder::StatesOfDirections) {
    if (auto direction = call.axis(number, x->directions))
      call.setResult(slice(call, x->value, 1, *direction * x->units(),
                           (*direction + 1) * x->units()));
  } else if (isOne && x->order == OnnxOrder::StepsFirst &&
             std::abs(number) < kMaxSize) {
    ImportedValue *step =
        slice(call, x->value, 1, number, number == -1 ? INT64_MAX : number + 1);
    OpenShape sizes = {x->value->sizes[0], x->value->sizes[2]};
    call.setResult(step ? reshapeTo(call, step, sizes) : nullptr);
  } else {
    call.refuse(
        "of a recurrent operator's result, one step or one direction is "
        "supported to be taken");
  }
  return true;
}

} // namespace nascent
