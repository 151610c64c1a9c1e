//===- OnnxShaping.cpp - Elements in other places
//--------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "OnnxShapes.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

/// Numbers that newer operator sets have as an input, and older ones as an
/// attribute; empty if there are none.
static std::optional<llvm::SmallVector<int64_t>>
readList(OnnxCall &call, size_t input, llvm::StringRef attribute) {
  if (call.hasInput(input))
    return call.numbers(input);
  return call.list(attribute);
}

static void importFlatten(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  auto axis =
      x ? call.axis(call.integer("axis", 1), x->rank() + 1) : std::nullopt;
  if (!axis ||
      !call.need(*axis == 1, fmt::format("axis {} is not supported; 1, which "
                                         "keeps the batch, is",
                                         *axis)))
    return;
  if (x->rank() == 2)
    return call.setResult(x);
  OpenSize row = 1;
  for (const OpenSize &size : llvm::drop_begin(x->sizes))
    if (row.isOpen() || size.isOpen())
      row = call.openSize();
    else if (llvm::MulOverflow(row.number, size.number, row.number))
      return call.refuse("a row of too many elements");
  if (ImportedValue *flat = reshapeTo(call, x, {x->sizes[0], row}))
    call.setResult(flat);
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

/// The size that a -1 stands for: what is left of the product.
static OpenSize inferSize(OnnxCall &call, const ImportedValue &x,
                          ArrayRef<OpenSize> wanted, size_t inferred) {
  std::vector<OpenSize> left(x.sizes.begin(), x.sizes.end());
  std::vector<OpenSize> numbers;
  for (auto [index, size] : llvm::enumerate(wanted)) {
    if (index == inferred)
      continue;
    auto same = llvm::find(left, size);
    if (same != left.end())
      left.erase(same);
    else
      numbers.push_back(size);
  }
  int64_t divisor = 1, product = 1;
  std::optional<OpenSize> open;
  for (const OpenSize &size : numbers)
    if (size.isOpen() || llvm::MulOverflow(divisor, size.number, divisor))
      return call.openSize();
  for (const OpenSize &size : left)
    if (size.isOpen() && !open)
      open = size;
    else if (size.isOpen() || llvm::MulOverflow(product, size.number, product))
      return call.openSize();
  if (open && product == divisor)
    return *open;
  if (open || divisor == 0 || product % divisor != 0)
    return call.openSize();
  return product / divisor;
}

static void importReshape(OnnxCall &call) {
  bool keepsZero = call.integer("allowzero", 0) != 0;
  OpenShape wanted;
  if (call.hasInput(1)) {
    const OnnxConstant *shape = call.integers(1);
    if (!shape)
      return;
    wanted.assign(shape->integers.begin(), shape->integers.end());
  } else {
    for (int64_t size : call.list("shape"))
      wanted.push_back(size);
  }
  call.ignore("consumed_inputs");
  const OnnxConstant *constant = call.findConstant(0);
  ImportedValue *x = constant ? nullptr : call.value(0);
  if (!constant && !x)
    return;
  OpenShape from;
  if (constant)
    from.assign(constant->shape.begin(), constant->shape.end());
  else
    from = x->sizes;
  std::optional<size_t> inferred;
  for (auto [index, size] : llvm::enumerate(wanted)) {
    if (size == OpenSize(0) && !keepsZero && index < from.size())
      size = from[index];
    if (size != OpenSize(-1))
      continue;
    if (!call.need(!inferred, "a shape with more than one -1"))
      return;
    inferred = index;
  }
  if (constant) {
    int64_t product = 1;
    auto numbers = numbersOf(wanted);
    if (!call.need(numbers.has_value(), "a constant of open shape"))
      return;
    for (auto [index, size] : llvm::enumerate(*numbers))
      if (index != inferred &&
          !call.need(!llvm::MulOverflow(product, size, product),
                     "a shape that is too large"))
        return;
    if (inferred)
      (*numbers)[*inferred] = product > 0 ? constant->size() / product : 0;
    return foldReshape(call, *constant, *numbers);
  }
  if (inferred) {
    OpenSize size = inferSize(call, *x, wanted, *inferred);
    // The rest of the shape has to be a row of the batch, or it is an error
    // when the network is bound.
    wanted[*inferred] = size.isOpen() && *inferred == 0 ? x->sizes[0] : size;
  }
  if (ImportedValue *result = reshapeTo(call, x, wanted))
    call.setResult(result);
}

//===----------------------------------------------------------------------===//
// Dimensions of one element
//===----------------------------------------------------------------------===//

/// Which dimensions of `rank`, sorted; nothing after a refusal.
static std::optional<llvm::SmallVector<int64_t>> readDims(OnnxCall &call,
                                                          size_t rank) {
  auto dims = readList(call, 1, "axes");
  if (!dims)
    return std::nullopt;
  for (int64_t &dim : *dims) {
    auto counted = call.axis(dim, rank);
    if (!counted)
      return std::nullopt;
    dim = *counted;
  }
  llvm::sort(*dims);
  if (!call.need(std::unique(dims->begin(), dims->end()) == dims->end(),
                 "a dimension is named twice"))
    return std::nullopt;
  return dims;
}

/// Sets the result: the first operand with other sizes.
static void setReshaped(OnnxCall &call, ArrayRef<OpenSize> sizes) {
  const OnnxConstant *constant = call.findConstant(0);
  if (constant) {
    if (auto numbers = numbersOf(sizes))
      foldReshape(call, *constant, *numbers);
    return;
  }
  ImportedValue *x = call.value(0);
  if (ImportedValue *result = x ? reshapeTo(call, x, sizes) : nullptr)
    call.setResult(result);
}

/// The sizes of the first operand, constant or not.
static std::optional<OpenShape> readSizes(OnnxCall &call) {
  if (const OnnxConstant *constant = call.findConstant(0))
    return OpenShape(constant->shape.begin(), constant->shape.end());
  ImportedValue *x = call.value(0);
  return x ? std::optional(x->sizes) : std::nullopt;
}

static void importSqueeze(OnnxCall &call) {
  auto sizes = readSizes(call);
  auto dims = sizes ? readDims(call, sizes->size()) : std::nullopt;
  if (!dims)
    return;
  if (dims->empty())
    for (auto [dim, size] : llvm::enumerate(*sizes))
      if (size == OpenSize(1))
        dims->push_back(dim);
  OpenShape left;
  for (auto [dim, size] : llvm::enumerate(*sizes))
    if (!llvm::is_contained(*dims, dim))
      left.push_back(size);
    else if (!call.need(
                 size.isOpen() || size == OpenSize(1),
                 fmt::format("dimension {} has {} elements", dim, size.number)))
      return;
  setReshaped(call, left);
}

static void importUnsqueeze(OnnxCall &call) {
  auto sizes = readSizes(call);
  if (!sizes)
    return;
  size_t added = 0;
  if (auto axes = readList(call, 1, "axes"))
    added = axes->size();
  auto dims = readDims(call, sizes->size() + added);
  if (!dims)
    return;
  for (int64_t dim : *dims)
    sizes->insert(sizes->begin() + dim, OpenSize(1));
  setReshaped(call, *sizes);
}

static void importTranspose(OnnxCall &call) {
  auto sizes = readSizes(call);
  if (!sizes)
    return;
  llvm::SmallVector<int64_t> dims = call.list("perm");
  if (!call.hasAttribute("perm"))
    for (size_t dim = sizes->size(); dim-- > 0;)
      dims.push_back(dim);
  if (const OnnxConstant *constant = call.findConstant(0))
    return foldPermute(call, *constant, dims);
  ImportedValue *x = call.value(0);
  if (ImportedValue *result = x ? permute(call, x, dims) : nullptr)
    call.setResult(result);
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

static void importConcat(OnnxCall &call) {
  int64_t axis = call.integer("axis", 1);
  if (isFoldable(call))
    return foldConcat(call, axis);
  std::vector<ImportedValue *> values;
  for (size_t index = 0; index < call.countInputs(); ++index) {
    ImportedValue *value = call.value(index);
    if (!value)
      return;
    values.push_back(value);
  }
  auto dim = call.need(!values.empty(), "there are no operands")
                 ? call.axis(axis, values[0]->rank())
                 : std::nullopt;
  if (!dim || !call.need(*dim > 0, "along the batch, dimension 0, is not "
                                   "supported"))
    return;
  if (values.size() == 1)
    return call.setResult(values.front());
  OpenShape sizes = values[0]->sizes;
  OpenSize total = 0;
  for (ImportedValue *value : values) {
    bool fits = value->rank() == sizes.size();
    for (size_t index = 0; fits && index < sizes.size(); ++index) {
      if (index == size_t(*dim))
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
      return;
    OpenSize part = value->sizes[*dim];
    if (total.isOpen() || part.isOpen())
      total = call.openSize();
    else if (llvm::AddOverflow(total.number, part.number, total.number))
      return call.refuse("a dimension of too many elements");
  }
  sizes[*dim] = total;
  call.setResult(
      call.add("concat", values, sizes, Clauses().integer("axis", *dim)));
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
  auto sizes = readSizes(call);
  auto starts = sizes ? readList(call, 1, "starts") : std::nullopt;
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

ArrayRef<OnnxOperator> onnxShaping() {
  static constexpr OnnxOperator operators[] = {
      {"Concat", "concat", "along any dimension but the batch", importConcat},
      {"Flatten", "flatten", "axis 1", importFlatten},
      {"Reshape", "reshape, flatten",
       "keeps the batch; one open size behind it", importReshape},
      {"Slice", "slice", "steps of 1; not of the batch", importSlice},
      {"Split", "slice", "not of the batch", importSplit},
      {"Squeeze", "reshape, flatten", "not of the batch", importSqueeze},
      {"Transpose", "permute", "keeps the batch; pairs cancel",
       importTranspose},
      {"Unsqueeze", "reshape", "not before the batch", importUnsqueeze}};
  return operators;
}

} // namespace nascent
