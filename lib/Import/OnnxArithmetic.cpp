//===- OnnxArithmetic.cpp - Sums and products -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "OnnxShapes.h"
#include <cfloat>
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

namespace {
/// A value and a constant. `isReversed` where the constant comes first.
struct MixedOperands {
  ImportedValue *value;
  /// Which input it is.
  size_t input;
  const OnnxConstant *constant;
  /// Of the constant, with the axis that the first operator sets state applied.
  llvm::SmallVector<int64_t, 4> shape;
  bool isReversed = false;
};
} // namespace

/// What numbers do with x by themselves.
static Affine affineOf(Arithmetic kind, bool isReversed,
                       std::vector<float> numbers) {
  Affine affine;
  switch (kind) {
  case Arithmetic::Add:
    affine.bias = std::move(numbers);
    break;
  case Arithmetic::Sub:
    (isReversed ? affine.bias : affine.mean) = std::move(numbers);
    affine.weight = {isReversed ? -1.0f : 1.0f};
    break;
  case Arithmetic::Mul:
    affine.weight = std::move(numbers);
    break;
  case Arithmetic::Div:
    for (float &number : numbers)
      number = 1 / number;
    affine.weight = std::move(numbers);
    break;
  }
  return affine;
}

/// Makes the constant the bias of the layer that computes the value, if it has
/// none and nothing else reads it.
static bool becomesBias(OnnxCall &call, const MixedOperands &operands,
                        size_t dim) {
  ImportedValue *value = operands.value;
  if (!isOwn(call, value, operands.input))
    return false;
  ImportedLayer &layer = *value->layer;
  bool isDense = layer.mnemonic == "dense";
  size_t channel = isDense ? value->rank() - 1 : 1;
  if (!operands.constant->shape.empty() && operands.constant->size() != 1 &&
      dim != channel)
    return false;
  size_t count = layer.result.sizes[channel].number;
  std::vector<float> values = operands.constant->floats;
  if (values.size() == 1)
    values.assign(count, values.front());
  ImportedParameter bias = makeParameter("bias", std::move(values));
  bias.origin = operands.constant->origin;
  if (layer.hasNoBias) {
    layer.hasNoBias = false;
    layer.parameters.push_back(std::move(bias));
  } else if (layer.isAffine && layer.parameters.size() == 4 &&
             llvm::all_of(layer.parameters[1].values,
                          [](float value) { return value == 0; })) {
    layer.parameters[1] = std::move(bias);
  } else {
    return false;
  }
  call.setResult(value);
  return true;
}

static void importMixed(OnnxCall &call, Arithmetic kind,
                        const MixedOperands &operands) {
  ImportedValue *x = operands.value;
  const OnnxConstant &constant = *operands.constant;
  if (!call.need(kind != Arithmetic::Div || !operands.isReversed,
                 "a constant divided by a value is not supported") ||
      !call.need(!constant.isInteger, "integers with a value") ||
      !call.need(operands.shape.size() <= x->rank(),
                 "a constant of higher rank than the value is not supported"))
    return;
  size_t lead = x->rank() - operands.shape.size();
  llvm::SmallVector<size_t> dims;
  for (auto [index, size] : llvm::enumerate(operands.shape))
    if (size != 1) {
      dims.push_back(lead + index);
      if (!call.expect(*x, dims.back(), size, "elements"))
        return;
    }
  if (kind == Arithmetic::Add &&
      becomesBias(call, operands, dims.size() == 1 ? dims[0] : 0))
    return;
  Affine affine = affineOf(kind, operands.isReversed, constant.floats);
  if (dims.empty()) {
    float number = constant.floats.front();
    bool isNeutral =
        number == (kind == Arithmetic::Add || kind == Arithmetic::Sub ? 0 : 1);
    if (isNeutral && !operands.isReversed)
      return call.setResult(x);
    call.setResult(applyAffine(call, x, affine));
    return;
  }
  if (!call.need(dims.front() > 0,
                 "a constant that differs from row to row of the batch is not "
                 "supported"))
    return;
  // Several dimensions are one meanwhile.
  OpenShape merged(x->sizes.begin(), x->sizes.begin() + dims.front());
  merged.push_back(int64_t(constant.size()));
  merged.append(x->sizes.begin() + dims.back() + 1, x->sizes.end());
  if (!call.need(dims.back() - dims.front() + 1 == dims.size(),
                 "a constant along dimensions that are apart is not supported"))
    return;
  ImportedValue *flat = reshapeTo(call, x, merged);
  ImportedValue *result =
      flat ? applyAffine(call, flat, dims.front(), affine) : nullptr;
  result = result ? reshapeTo(call, result, x->sizes) : nullptr;
  if (result)
    call.setResult(result);
}

//===----------------------------------------------------------------------===//
// Values with values
//===----------------------------------------------------------------------===//

/// One value for each channel, at every place of `other`.
static ImportedValue *spread(OnnxCall &call, ImportedValue *value,
                             const ImportedValue &other) {
  llvm::SmallVector<int64_t> factors;
  for (size_t dim = 2; dim < value->rank(); ++dim) {
    if (value->sizes[dim] == other.sizes[dim] || other.sizes[dim] == 1) {
      factors.push_back(1);
      continue;
    }
    if (value->sizes[dim] != OpenSize(1) || other.sizes[dim].isOpen())
      return value;
    factors.push_back(other.sizes[dim].number);
  }
  if (value->rank() < 3 || value->rank() > 5 ||
      llvm::all_of(factors, [](int64_t factor) { return factor == 1; }))
    return value;
  OpenShape sizes = value->sizes;
  for (size_t dim = 2; dim < value->rank(); ++dim)
    if (sizes[dim] == OpenSize(1))
      sizes[dim] = other.sizes[dim];
  return &call.add("upsample", {value}, sizes,
                   Clauses().integers("scale", factors))
              ->result;
}

/// The sum or the product of values of one shape; null after a refusal.
static ImportedValue *join(OnnxCall &call, llvm::StringRef mnemonic,
                           std::vector<ImportedValue *> values) {
  for (size_t index = 1; index < values.size(); ++index)
    if (values[index]->rank() == values[0]->rank()) {
      values[0] = spread(call, values[0], *values[index]);
      values[index] = spread(call, values[index], *values[0]);
    }
  OpenShape sizes = values[0]->sizes;
  for (ImportedValue *value : values) {
    bool isSame = value->rank() == sizes.size();
    for (size_t dim = 0; isSame && dim < sizes.size(); ++dim) {
      OpenSize size = value->sizes[dim];
      // What is open may be more than the one element that is known.
      bool isSpread = dim > 0 && size.isOpen() != sizes[dim].isOpen() &&
                      (size == OpenSize(1) || sizes[dim] == OpenSize(1));
      isSame = !isSpread &&
               (size.isOpen() || sizes[dim].isOpen() || size == sizes[dim]);
      if (sizes[dim].isOpen())
        sizes[dim] = size;
    }
    if (!call.need(isSame, fmt::format("values of the shapes {} and {} are not "
                                       "supported; values of one shape are, "
                                       "and one element a channel with all "
                                       "sizes known",
                                       formatOpenShape(values[0]->sizes),
                                       formatOpenShape(value->sizes))))
      return nullptr;
  }
  ImportedLayer *layer = call.add(mnemonic, values, sizes);
  layer->keepsType = true;
  return &layer->result;
}

/// What the first operator sets say of where the second operand lies.
static bool applyLegacyAxis(OnnxCall &call, MixedOperands &operands) {
  if (call.opset >= 7 || !call.hasAttribute("axis"))
    return true;
  auto axis = call.axis(call.integer("axis", 0), operands.value->rank());
  if (!axis)
    return false;
  while (*axis + operands.shape.size() < operands.value->rank())
    operands.shape.push_back(1);
  return true;
}

/// −x; null of null.
static ImportedValue *negate(OnnxCall &call, ImportedValue *x) {
  Affine negative;
  negative.weight = {-1};
  return x ? applyAffine(call, x, negative) : nullptr;
}

template <Arithmetic kind>
static void importArithmetic(OnnxCall &call) {
  if (call.opset < 7)
    call.ignore("broadcast");
  call.ignore("consumed_inputs");
  if (isFoldable(call))
    return foldArithmetic(call, kind);
  for (size_t input : {0, 1})
    if (const OnnxConstant *constant = call.findConstant(input)) {
      ImportedValue *value = call.value(1 - input);
      if (!value)
        return;
      MixedOperands operands{value, 1 - input, constant, constant->shape,
                             input == 0};
      if (applyLegacyAxis(call, operands))
        importMixed(call, kind, operands);
      return;
    }
  ImportedValue *a = call.value(0), *b = a ? call.value(1) : nullptr;
  if (!b || !call.need(kind != Arithmetic::Div,
                       "a quotient of values is not supported"))
    return;
  if (kind == Arithmetic::Sub)
    b = negate(call, b);
  if (!b)
    return;
  if (ImportedValue *result =
          join(call, kind == Arithmetic::Mul ? "mul" : "add", {a, b}))
    call.setResult(result);
}

/// The sum of all operands, or their mean.
template <bool isMean>
static void importSum(OnnxCall &call) {
  call.ignore("consumed_inputs");
  std::vector<ImportedValue *> values;
  for (size_t index = 0; index < call.countInputs(); ++index)
    if (ImportedValue *value = call.value(index))
      values.push_back(value);
    else
      return;
  if (!call.need(!values.empty(), "there are no operands"))
    return;
  if (values.size() == 1)
    return call.setResult(values.front());
  ImportedValue *sum = join(call, "add", values);
  if (!isMean || !sum)
    return call.setResult(sum);
  Affine part;
  part.weight = {1.0f / values.size()};
  call.setResult(applyAffine(call, sum, part));
}

static void importNeg(OnnxCall &call) {
  call.setResult(negate(call, call.value(0)));
}

static void importPow(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  const OnnxConstant *power = x ? call.findConstant(1) : nullptr;
  bool isSquare = power && power->size() == 1 &&
                  (power->isInteger ? power->integers[0] == OpenSize(2)
                                    : power->floats[0] == 2);
  if (!x || !call.need(isSquare, "only a power of 2 is supported"))
    return;
  if (ImportedValue *result = join(call, "mul", {x, x}))
    call.setResult(result);
}

/// What is positive of x, and of −x.
static void importAbs(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  ImportedValue *turned = negate(call, x);
  if (!turned)
    return;
  ImportedLayer *above = call.addSame("relu", x);
  ImportedLayer *below = call.addSame("relu", turned);
  if (ImportedValue *sum = join(call, "add", {&above->result, &below->result}))
    call.setResult(sum);
}

/// The greater, or the lesser, of a value and a number.
template <bool isMax>
static void importBound(OnnxCall &call) {
  if (call.countInputs() == 1) {
    call.setResult(call.value(0));
    return;
  }
  bool isReversed = call.findConstant(0);
  ImportedValue *x = call.countInputs() == 2 ? call.value(isReversed) : nullptr;
  const OnnxConstant *bound = x ? call.findConstant(!isReversed) : nullptr;
  if (!call.need(bound && !bound->isInteger && bound->size() == 1 &&
                     bound->shape.size() <= x->rank(),
                 "only one with a number is supported"))
    return;
  float number = std::clamp(bound->floats[0], -FLT_MAX, FLT_MAX);
  if (isMax && number == 0)
    return call.setResult(call.addSame("relu", x));
  Clauses clauses;
  clauses.real("min", isMax ? number : -FLT_MAX, -1)
      .real("max", isMax ? FLT_MAX : number, 1);
  call.setResult(call.addSame("hardtanh", x, clauses));
}

ArrayRef<OnnxOperator> onnxArithmetic() {
  static constexpr llvm::StringLiteral joined =
      "values of one shape, or one element a channel and known sizes; a value "
      "and a constant with one element for all, or for each of a dimension "
      "behind the batch";
  static constexpr OnnxOperator operators[] = {
      {"Abs", "relu, batch_norm, add", "", importAbs},
      {"Add", "add, batch_norm, or the bias of a layer in front", joined,
       importArithmetic<Arithmetic::Add>},
      {"Div", "batch_norm", "by a constant, as of Mul",
       importArithmetic<Arithmetic::Div>},
      {"Max", "hardtanh, relu", "of a value and a number", importBound<true>},
      {"Mean", "add, batch_norm", "values of one shape", importSum<true>},
      {"Min", "hardtanh", "of a value and a number", importBound<false>},
      {"Mul", "mul, batch_norm", joined, importArithmetic<Arithmetic::Mul>},
      {"Neg", "batch_norm", "", importNeg},
      {"Pow", "mul", "a power of 2", importPow},
      {"Sub", "add, batch_norm", joined, importArithmetic<Arithmetic::Sub>},
      {"Sum", "add", "values of one shape", importSum<false>}};
  return operators;
}

} // namespace nascent
