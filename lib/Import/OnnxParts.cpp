//===- OnnxParts.cpp - Parts of values, and what has parts ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "OnnxShapes.h"
#include "OnnxSteps.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

/// Values one after the other; null after a refusal.
static ImportedValue *concat(OnnxCall &call, ArrayRef<ImportedValue *> values,
                             size_t axis) {
  if (values.size() == 1)
    return values.front();
  OpenShape sizes = values[0]->sizes;
  OpenSize total = 0;
  for (ImportedValue *value : values) {
    bool fits = value->rank() == sizes.size();
    for (size_t index = 0; fits && index < sizes.size(); ++index) {
      if (index == axis)
        continue;
      if (sizes[index].isOpen())
        sizes[index] = value->sizes[index];
      fits =
          value->sizes[index].isOpen() || value->sizes[index] == sizes[index];
    }
    if (!call.need(fits, fmt::format("values of the shapes {} and {} do not "
                                     "fit",
                                     formatOpenShape(values[0]->sizes),
                                     formatOpenShape(value->sizes))))
      return nullptr;
    OpenSize part = value->sizes[axis];
    if (total.isOpen() || part.isOpen())
      total = call.openSize();
    else if (llvm::AddOverflow(total.number, part.number, total.number))
      total = call.openSize();
  }
  sizes[axis] = total;
  return &call.add("concat", values.vec(), sizes,
                   Clauses().integer("axis", axis))
              ->result;
}

namespace {
/// Constants of one number before and after values.
struct ConcatMargins {
  int64_t before = 0, after = 0;
  std::optional<float> number;
};
} // namespace

/// Counts a constant among the margins.
static bool addMargin(OnnxCall &call, const OnnxConstant &constant,
                      int64_t axis, bool isBefore, ConcatMargins &margins) {
  auto dim = call.axis(axis, constant.shape.size());
  bool isOne =
      !constant.isInteger && llvm::all_equal(constant.floats) &&
      constant.size() != 0 &&
      margins.number.value_or(constant.floats[0]) == constant.floats[0];
  if (!dim ||
      !call.need(isOne && constant.shape[0] == 1 &&
                     std::isfinite(constant.floats[0]),
                 "constants among values are supported at both ends, of "
                 "one number"))
    return false;
  margins.number = constant.floats[0];
  (isBefore ? margins.before : margins.after) += constant.shape[*dim];
  return true;
}

static void importConcat(OnnxCall &call) {
  int64_t axis = call.integer("axis", 1);
  if (isFoldable(call))
    return foldConcat(call, axis);
  if (concatDirections(call, axis))
    return;
  std::vector<ImportedValue *> values;
  ConcatMargins margins;
  for (size_t index = 0; index < call.countInputs(); ++index) {
    if (const OnnxConstant *constant = call.findConstant(index)) {
      if (!addMargin(call, *constant, axis, values.empty(), margins))
        return;
      continue;
    }
    ImportedValue *value = call.value(index);
    if (!value || !call.need(margins.after == 0,
                             "constants among values are supported at both "
                             "ends, of one number"))
      return;
    values.push_back(value);
  }
  auto dim = call.need(!values.empty(), "there are no operands")
                 ? call.axis(axis, values[0]->rank())
                 : std::nullopt;
  if (!dim || !call.need(*dim > 0, "along the batch, dimension 0, is not "
                                   "supported"))
    return;
  ImportedValue *result = concat(call, values, *dim);
  for (size_t index = 0; result && index < call.countInputs(); ++index)
    if (const OnnxConstant *constant = call.findConstant(index)) {
      OpenShape shape(constant->shape.begin(), constant->shape.end());
      bool fits = shape.size() == result->rank();
      for (size_t each = 1; fits && each < shape.size(); ++each)
        fits = each == size_t(*dim) || result->sizes[each].isOpen() ||
               result->sizes[each] == shape[each];
      if (!call.need(fits, fmt::format("values of the shapes {} and {} do not "
                                       "fit",
                                       formatOpenShape(result->sizes),
                                       formatOpenShape(shape))))
        return;
    }
  if (result && margins.number)
    result = padDim(call, result, *dim, margins.before, margins.after,
                    *margins.number);
  if (result)
    call.setResult(result);
}

/// The indices of a slice of a constant, as NumPy reads it.
static llvm::SmallVector<int64_t> indicesOf(int64_t size, int64_t start,
                                            int64_t end, int64_t step) {
  auto bound = [&](int64_t index, int64_t low, int64_t high) {
    return std::clamp(index < 0 ? index + size : index, low, high);
  };
  llvm::SmallVector<int64_t> indices;
  if (step > 0)
    for (int64_t index = bound(start, 0, size), last = bound(end, 0, size);
         index < last; index += std::min(step, size))
      indices.push_back(index);
  else
    for (int64_t index = bound(start, -1, size - 1),
                 last = end < -size ? -1 : bound(end, -1, size - 1);
         index > last; index += std::max(step, -size))
      indices.push_back(index);
  return indices;
}

static void importSlice(OnnxCall &call) {
  // A part of zeros are zeros.
  if (const OnnxConstant *zeros = call.anyConstant(0);
      zeros && zeros->isZeros) {
    for (size_t index = 1; index < call.countInputs(); ++index)
      call.integers(index);
    return call.setConstant(*zeros);
  }
  auto starts = readList(call, 1, "starts");
  auto ends = starts ? readList(call, 2, "ends") : std::nullopt;
  auto axes = ends ? readList(call, 3, "axes") : std::nullopt;
  if (!axes)
    return;
  llvm::SmallVector<int64_t> steps(starts->size(), 1);
  if (call.hasInput(4)) {
    auto numbers = call.numbers(4);
    if (!numbers)
      return;
    steps = *numbers;
  }
  if (axes->empty())
    for (size_t dim = 0; dim < starts->size(); ++dim)
      axes->push_back(dim);
  if (!call.need(starts->size() == ends->size() &&
                     starts->size() == axes->size() &&
                     starts->size() == steps.size(),
                 "starts, ends, axes and steps of different lengths"))
    return;
  bool isWhole = llvm::all_of(steps, [](int64_t step) { return step == 1; });
  if (isWhole && sliceDirections(call, *starts, *ends, *axes))
    return;
  auto sizes = readSizes(call);
  if (!sizes)
    return;
  std::optional<OnnxConstant> constant;
  if (const OnnxConstant *found = call.findConstant(0))
    constant = *found;
  ImportedValue *x = constant ? nullptr : call.value(0);
  for (size_t index = 0; index < starts->size(); ++index) {
    auto dim = call.axis((*axes)[index], sizes->size());
    int64_t start = (*starts)[index], end = (*ends)[index];
    if (!dim || !call.need(steps[index] != 0, "a step of 0"))
      return;
    if (constant) {
      constant = sliceConstant(
          *constant, *dim,
          indicesOf(constant->shape[*dim], start, end, steps[index]));
      if (!call.need(constant.has_value(), "a constant that is too large"))
        return;
      continue;
    }
    if (!call.need(
            steps[index] == 1,
            fmt::format("a step of {} is not supported; 1 is", steps[index])))
      return;
    x = slice(call, x, *dim, start, end);
    if (!x)
      return;
  }
  if (constant)
    call.setConstant(std::move(*constant));
  else
    call.setResult(x);
}

static void importSplit(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  auto axis = x ? call.axis(call.integer("axis", 0), x->rank()) : std::nullopt;
  auto parts = axis ? readList(call, 1, "split") : std::nullopt;
  int64_t count = call.integer("num_outputs", call.node.outputs.size());
  if (!parts || !call.need(*axis > 0, "a part of the batch is not supported"))
    return;
  OpenSize size = x->sizes[*axis];
  if (parts->empty()) {
    if (!call.need(!size.isOpen() && count > 0,
                   "a split into equal parts needs to know the size of its "
                   "dimension"))
      return;
    int64_t part = llvm::divideCeil(size.number, count);
    int64_t results = call.node.outputs.size();
    for (int64_t index = 0; index < std::min(count, results); ++index)
      parts->push_back(std::min(part, size.number - part * index));
  }
  if (!call.need(parts->size() == call.node.outputs.size(),
                 fmt::format("{} parts for {} outputs", parts->size(),
                             call.node.outputs.size())))
    return;
  int64_t start = 0;
  for (auto [index, part] : llvm::enumerate(*parts)) {
    int64_t end = 0;
    if (!call.need(part > 0 && !llvm::AddOverflow(start, part, end) &&
                       (size.isOpen() || end <= size.number),
                   fmt::format("a part of {} elements", part)))
      return;
    ImportedValue *result = slice(call, x, *axis, start, end);
    if (!result)
      return;
    call.setResult(index, result);
    start = end;
  }
}

ArrayRef<OnnxOperator> onnxParts() {
  static constexpr OnnxOperator operators[] = {
      {"Concat", "concat, pad",
       "along any dimension but the batch; constants of one number at the ends",
       importConcat},
      {"Slice", "slice", "steps of 1; not of the batch", importSlice},
      {"Split", "slice", "not of the batch", importSplit}};
  return operators;
}

} // namespace nascent
