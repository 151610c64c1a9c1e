//===- OnnxConstants.cpp - Constants and sizes ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "OnnxShapes.h"
#include "OnnxSteps.h"
#include <cmath>
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

/// TensorProto.DataType of what values are, f32.
static constexpr int64_t kFloat = 1;

/// What a node's own tensor says; nothing after a refusal.
static std::optional<OnnxConstant> readOwnTensor(OnnxCall &call,
                                                 const OnnxTensor &tensor) {
  if (!call.need(tensor.location.empty(),
                 "a tensor in another file is not supported here"))
    return std::nullopt;
  auto decoded = decodeTensor(tensor, tensor.bytes);
  if (decoded)
    return std::move(*decoded);
  call.refuse(llvm::toString(decoded.takeError()));
  return std::nullopt;
}

static void importConstant(OnnxCall &call) {
  OnnxConstant constant;
  if (auto tensor = call.tensor("value")) {
    auto own = readOwnTensor(call, *tensor);
    if (!own)
      return;
    constant = std::move(*own);
    // A node's tensor has no name, and its result has.
    constant.origin = call.node.outputs.empty() ? "" : call.node.outputs[0];
  } else if (call.hasAttribute("value_float")) {
    constant.floats = {call.real("value_float", 0)};
  } else if (call.hasAttribute("value_floats")) {
    constant.floats = call.reals("value_floats");
    constant.shape = {int64_t(constant.floats.size())};
  } else if (call.hasAttribute("value_int")) {
    constant.isInteger = true;
    constant.integers = {call.integer("value_int", 0)};
  } else if (call.hasAttribute("value_ints")) {
    constant.isInteger = true;
    for (int64_t number : call.list("value_ints"))
      constant.integers.push_back(number);
    constant.shape = {int64_t(constant.integers.size())};
  } else {
    return call.refuse("a constant without a value of numbers");
  }
  call.setConstant(std::move(constant));
}

static void importConstantOfShape(OnnxCall &call) {
  OnnxConstant constant, filler;
  filler.floats = {0};
  if (auto tensor = call.tensor("value")) {
    auto own = readOwnTensor(call, *tensor);
    if (!own)
      return;
    filler = std::move(*own);
  }
  const OnnxConstant *sizes = call.integers(0);
  if (!sizes)
    return;
  auto isOpen = [](const OpenSize &size) { return size.isOpen(); };
  if (llvm::any_of(sizes->integers, isOpen) && !filler.isInteger &&
      filler.floats == std::vector<float>{0}) {
    // States of recurrent operators begin as zeros, as many as there are rows.
    constant.opaque = "depends on sizes that are open; numbers are supported "
                      "here";
    constant.isZeros = true;
    return call.setConstant(std::move(constant));
  }
  auto shape = call.numbers(0);
  if (!shape)
    return;
  std::optional<int64_t> count;
  if (llvm::all_of(*shape, [](int64_t size) { return size > 0; }))
    count = elementCount(*shape);
  constexpr int64_t most = 1 << 20;
  if (!call.need(count && *count <= most && filler.opaque.empty() &&
                     filler.size() == 1,
                 "a constant of no elements, or of too many"))
    return;
  constant.isInteger = filler.isInteger;
  constant.shape.assign(shape->begin(), shape->end());
  if (filler.isInteger)
    constant.integers.assign(*count, filler.integers.front());
  else
    constant.floats.assign(*count, filler.floats.front());
  call.setConstant(std::move(constant));
}

/// Of masks; or of zeros, as states of as many rows as there are.
static void importExpand(OnnxCall &call) {
  const OnnxConstant *constant = call.anyConstant(0);
  const OnnxConstant *shape = call.integers(1);
  auto sizes = shape ? numbersOf(shape->integers) : std::nullopt;
  if (sizes && constant && constant->opaque.empty())
    return foldExpand(call, *constant, *sizes);
  if (!shape ||
      !call.need(constant && areZeros(*constant),
                 "only zeros are supported to be expanded to open sizes; "
                 "state the sizes of the network's inputs"))
    return;
  OnnxConstant zeros;
  zeros.opaque =
      "is expanded, which is supported of recurrent operators' states";
  zeros.isZeros = true;
  call.setConstant(std::move(zeros));
}

/// Of a matrix, what is not below a diagonal, or not above it.
static void importTrilu(OnnxCall &call) {
  const OnnxConstant *constant = call.anyConstant(0);
  auto diagonal = call.hasInput(1)
                      ? call.numbers(1)
                      : std::optional(llvm::SmallVector<int64_t>(1, 0));
  bool isUpper = call.integer("upper", 1) != 0;
  if (!diagonal ||
      !call.need(constant && constant->opaque.empty() &&
                     constant->shape.size() >= 2 && diagonal->size() == 1,
                 "only one diagonal of a constant matrix is supported"))
    return;
  OnnxConstant result = *constant;
  size_t rank = result.shape.size();
  int64_t columns = result.shape[rank - 1], rows = result.shape[rank - 2];
  for (int64_t index = 0, size = result.size(); index < size; ++index) {
    int64_t above = index % columns - index / columns % rows;
    if (isUpper ? above >= diagonal->front() : above <= diagonal->front())
      continue;
    if (result.isInteger)
      result.integers[index] = 0;
    else
      result.floats[index] = 0;
  }
  call.setConstant(std::move(result));
}

static void importShape(OnnxCall &call) {
  OpenShape sizes;
  if (const OnnxConstant *constant = call.findConstant(0))
    sizes.assign(constant->shape.begin(), constant->shape.end());
  else if (const OnnxOperand *x = call.findOperand(0); x && x->value)
    sizes = sizesInFile(*x);
  else
    return;
  int64_t rank = sizes.size();
  auto bound = [&](int64_t index) {
    return std::clamp<int64_t>(index < 0 ? index + rank : index, 0, rank);
  };
  int64_t start = bound(call.integer("start", 0));
  int64_t end = std::max(start, bound(call.integer("end", rank)));
  OnnxConstant result;
  result.isInteger = true;
  result.shape = {end - start};
  result.integers.assign(sizes.begin() + start, sizes.begin() + end);
  call.setConstant(std::move(result));
}

/// One element of a dimension of a value, which then is gone.
static void gatherValue(OnnxCall &call, int64_t axis,
                        const OnnxConstant &indices) {
  ImportedValue *x = call.value(0);
  auto dim = x ? call.axis(axis, x->rank()) : std::nullopt;
  auto numbers = numbersOf(indices.integers);
  if (!dim ||
      !call.need(numbers && numbers->size() == 1 && indices.shape.size() <= 1,
                 "only one index into a value is supported"))
    return;
  int64_t index = numbers->front();
  if (!call.need(std::abs(index) < INT64_C(1) << 40, "an index past the end"))
    return;
  ImportedValue *part =
      slice(call, x, *dim, index, index == -1 ? INT64_MAX : index + 1);
  if (!part)
    return;
  OpenShape sizes = part->sizes;
  if (indices.shape.empty())
    sizes.erase(sizes.begin() + *dim);
  call.setResult(reshapeTo(call, part, sizes));
}

/// A row of a table for each index.
static void importEmbedding(OnnxCall &call, int64_t axis) {
  const OnnxConstant *table = call.floats(0);
  ImportedValue *indices = table ? call.indices(1) : nullptr;
  if (!indices ||
      !call.need(axis == 0 && table->shape.size() == 2,
                 "indices that are computed are supported of rows of a matrix"))
    return;
  OpenShape sizes = indices->sizes;
  sizes.push_back(table->shape[1]);
  ImportedLayer *layer = call.add("embedding", {indices}, sizes);
  layer->leading = fmt::format("{}, {}", table->shape[0], table->shape[1]);
  layer->parameters.push_back(makeParameter("weight", *table, table->shape));
  call.setResult(layer);
}

static void importGather(OnnxCall &call) {
  int64_t axis = call.integer("axis", 0);
  if (ImportedValue *value = call.findValue(1); value && value->isIndices)
    return importEmbedding(call, axis);
  const OnnxConstant *indices = call.integers(1);
  if (!indices)
    return;
  if (takeDirection(call, axis, *indices))
    return;
  const OnnxConstant *constant = call.findConstant(0);
  if (!constant)
    return gatherValue(call, axis, *indices);
  auto dim = call.axis(axis, constant->shape.size());
  auto numbers = numbersOf(indices->integers);
  if (!dim || !call.need(numbers.has_value(), "indices that are open"))
    return;
  for (int64_t &number : *numbers)
    number += number < 0 ? constant->shape[*dim] : 0;
  auto result = sliceConstant(*constant, *dim, *numbers);
  if (!call.need(result.has_value(),
                 "indices past the end, or too many of them"))
    return;
  result->shape.erase(result->shape.begin() + *dim);
  result->shape.insert(result->shape.begin() + *dim, indices->shape.begin(),
                       indices->shape.end());
  call.setConstant(std::move(*result));
}

static void importCast(OnnxCall &call) {
  int64_t to = call.integer("to", 0);
  call.ignore("saturate");
  if (call.opset < 6)
    call.ignore("consumed_inputs");
  const OnnxConstant *constant = call.findConstant(0);
  if (!constant) {
    // Of indices, how wide they are does not matter.
    ImportedValue *given = call.findValue(0);
    if (given && given->isIndices && (to == 6 || to == 7))
      return call.setResult(given);
    ImportedValue *x = call.value(0);
    if (x && call.need(to == kFloat, "a value as " + nameOfOnnxType(to).str() +
                                         " is not supported; float is"))
      call.setResult(x);
    return;
  }
  OnnxConstant result = *constant;
  bool toFloat = to == kFloat || to == 10 || to == 11 || to == 16;
  bool toInteger = to == 6 || to == 7;
  if (!call.need(toFloat || toInteger,
                 "a constant as " + nameOfOnnxType(to).str() +
                     " is not supported; floats, int32 and int64 are"))
    return;
  if (toFloat && constant->isInteger) {
    auto numbers = numbersOf(constant->integers);
    if (!call.need(numbers.has_value(), "a float of a size that is open"))
      return;
    result.isInteger = false;
    result.integers.clear();
    result.floats.assign(numbers->begin(), numbers->end());
  } else if (toInteger && !constant->isInteger) {
    result.isInteger = true;
    result.floats.clear();
    for (float number : constant->floats) {
      if (!call.need(std::abs(number) < 9e18f, "an integer that does not fit"))
        return;
      result.integers.push_back(static_cast<int64_t>(number));
    }
  }
  call.setConstant(std::move(result));
}

/// Rounds constants, of which exporters compute sizes.
template <float (*round)(float)>
static void importRounding(OnnxCall &call) {
  const OnnxConstant *constant = call.floats(0);
  if (!constant)
    return;
  OnnxConstant result = *constant;
  for (float &number : result.floats)
    number = round(number);
  call.setConstant(std::move(result));
}

static float roundDown(float number) { return std::floor(number); }
static float roundUp(float number) { return std::ceil(number); }

/// The first operand, as it is.
static void importIdentity(OnnxCall &call) {
  call.ignore("consumed_inputs");
  if (const OnnxConstant *constant = call.findConstant(0))
    call.setConstant(*constant);
  else
    call.setResult(call.value(0));
}

static void importDropout(OnnxCall &call) {
  for (llvm::StringRef name : {"seed", "is_test"})
    call.ignore(name);
  float ratio = call.real("ratio", 0.5f);
  if (const OnnxConstant *stated = call.hasInput(1) ? call.floats(1) : nullptr)
    ratio = stated->floats.empty() ? ratio : stated->floats.front();
  if (call.hasInput(2)) {
    auto mode = call.numbers(2);
    if (!mode ||
        !call.need(mode->size() == 1 && mode->front() == 0,
                   "training_mode, which drops elements, is not supported"))
      return;
  }
  if (call.findConstant(0))
    return importIdentity(call);
  if (ImportedValue *x = call.value(0))
    call.setResult(
        call.addSame("dropout", x, Clauses().real("p", ratio, 0.5f)));
}

ArrayRef<OnnxOperator> onnxConstants() {
  static constexpr llvm::StringLiteral folded = "of constants and sizes";
  static constexpr OnnxOperator operators[] = {
      {"Cast", "nothing", "to float; of constants also to integers",
       importCast},
      {"Ceil", "nothing", folded, importRounding<roundUp>},
      {"Constant", "a parameter, or a number of a layer", "no strings",
       importConstant},
      {"ConstantOfShape", "a number of a layer", "a million elements at most",
       importConstantOfShape, 9},
      {"Dropout", "dropout", "not in training; no mask as an output",
       importDropout},
      {"Expand", "nothing",
       "of constants; to open sizes, of zeros that are states", importExpand,
       8},
      {"Floor", "nothing", folded, importRounding<roundDown>},
      {"Gather", "embedding, slice",
       "rows of a constant matrix by an input of indices; of constants and "
       "sizes; one index into a value, not of the batch",
       importGather},
      {"Identity", "nothing", "", importIdentity},
      {"Shape", "nothing", "open sizes stay open", importShape},
      {"Trilu", "nothing", "of constants", importTrilu, 14}};
  return operators;
}

} // namespace nascent
