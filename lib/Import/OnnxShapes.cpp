//===- OnnxShapes.cpp - Layers that operators share -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

std::optional<llvm::SmallVector<int64_t>> readList(OnnxCall &call, size_t input,
                                                   llvm::StringRef attribute) {
  if (call.hasInput(input))
    return call.numbers(input);
  return call.list(attribute);
}

std::optional<OpenShape> readSizes(OnnxCall &call) {
  if (const OnnxConstant *constant = call.findConstant(0))
    return OpenShape(constant->shape.begin(), constant->shape.end());
  ImportedValue *x = call.value(0);
  return x ? std::optional(x->sizes) : std::nullopt;
}

/// The elements of a row: a product; nothing where a size is open.
static std::optional<int64_t> rowSize(ArrayRef<OpenSize> sizes) {
  int64_t product = 1;
  for (const OpenSize &size : sizes.drop_front())
    if (size.isOpen() || llvm::MulOverflow(product, size.number, product))
      return std::nullopt;
  return product;
}

ImportedValue *reshapeTo(OnnxCall &call, ImportedValue *value,
                         ArrayRef<OpenSize> sizes) {
  if (ArrayRef<OpenSize>(value->sizes) == sizes)
    return value;
  std::string what = fmt::format("from {} to {}", formatOpenShape(value->sizes),
                                 formatOpenShape(sizes));
  if (!call.need(!sizes.empty() && value->rank() > 0,
                 "a reshape " + what + " loses the batch"))
    return nullptr;
  std::optional<int64_t> before = rowSize(value->sizes), after = rowSize(sizes);
  bool keepsBatch =
      before && after ? before == after : sizes.front() == value->sizes.front();
  if (!call.need(keepsBatch, "a reshape " + what +
                                 " changes the batch, the first dimension; "
                                 "sizes behind it may change"))
    return nullptr;
  OpenShape result(sizes.begin(), sizes.end());
  result.front() = value->sizes.front();
  // What is merged at the end may be open.
  if (sizes.size() >= 2 && sizes.size() <= value->rank() &&
      sizes.drop_back() ==
          ArrayRef<OpenSize>(value->sizes).take_front(sizes.size() - 1))
    return &call.add("flatten", {value}, result,
                     Clauses().integer("start", sizes.size() - 1, 1))
                ->result;
  llvm::SmallVector<int64_t> shape = {-1};
  for (const OpenSize &size : sizes.drop_front())
    shape.push_back(size.isOpen() ? -1 : size.number);
  if (!call.need(llvm::count(shape, -1) <= 2,
                 "a reshape " + what +
                     " has several open sizes behind the "
                     "batch; one is supported"))
    return nullptr;
  return &call.add("reshape", {value}, result, Clauses().list("shape", shape))
              ->result;
}

ImportedValue *permute(OnnxCall &call, ImportedValue *value,
                       ArrayRef<int64_t> dims) {
  llvm::SmallVector<bool> seen(value->rank());
  bool isPermutation = dims.size() == value->rank();
  for (int64_t dim : dims)
    isPermutation = isPermutation && dim >= 0 && size_t(dim) < value->rank() &&
                    !std::exchange(seen[dim], true);
  if (!call.need(isPermutation,
                 fmt::format("the dimensions of a value of rank {} are no "
                             "permutation",
                             value->rank())) ||
      !call.need(dims.empty() || dims.front() == 0,
                 "moving the batch, dimension 0, is not supported"))
    return nullptr;
  llvm::SmallVector<int64_t, 5> combined(dims.begin(), dims.end());
  if (value->layer && value->layer->mnemonic == "permute") {
    for (int64_t &dim : combined)
      dim = value->layer->permutation[dim];
    value = value->layer->operands.front();
  }
  if (llvm::is_sorted(combined))
    return value;
  OpenShape sizes;
  for (int64_t dim : combined)
    sizes.push_back(value->sizes[dim]);
  ImportedLayer *layer =
      call.add("permute", {value}, sizes, Clauses().list("dims", combined));
  layer->permutation = combined;
  return &layer->result;
}

ImportedValue *slice(OnnxCall &call, ImportedValue *value, int64_t axis,
                     int64_t start, int64_t end) {
  OpenSize size = value->sizes[axis];
  OpenShape sizes = value->sizes;
  Clauses clauses;
  clauses.integer("axis", axis);
  if (!size.isOpen()) {
    auto bound = [&](int64_t index) {
      return std::clamp<int64_t>(index < 0 ? index + size.number : index, 0,
                                 size.number);
    };
    start = bound(start);
    end = bound(end);
    sizes[axis] = std::max<int64_t>(0, end - start);
    if (start == 0 && end == size.number)
      return value;
    clauses.integer("start", start, 0);
    if (end != size.number)
      clauses.integer("end", end);
  } else {
    // Past the end of what may be there, as INT_MAX is.
    constexpr int64_t beyond = int64_t(1) << 31;
    bool isOpenEnd = end >= beyond - 1;
    if (start == 0 && isOpenEnd)
      return value;
    sizes[axis] = !isOpenEnd && (start < 0) == (end < 0)
                      ? OpenSize(std::max<int64_t>(0, end - start))
                      : call.openSize();
    clauses.integer("start", start, 0);
    if (!isOpenEnd)
      clauses.integer("end", end);
  }
  if (!call.need(axis > 0, "a part of the batch is not supported"))
    return nullptr;
  return &call.add("slice", {value}, sizes, clauses)->result;
}

ImportedValue *padDim(OnnxCall &call, ImportedValue *value, size_t dim,
                      int64_t before, int64_t after, float number) {
  if (!call.need(
          dim > 0 && value->rank() <= 5,
          "padding of the batch, dimension 0, or of a value of rank 6 or "
          "more is not supported"))
    return nullptr;
  OpenShape sizes = value->sizes;
  sizes[dim] = sizes[dim].isOpen()
                   ? call.openSize()
                   : OpenSize(sizes[dim].number + before + after);
  // The layer pads what is behind the channels.
  llvm::SmallVector<int64_t> there, back(value->rank());
  if (value->rank() == 2) {
    value = reshapeTo(call, value, {value->sizes[0], 1, value->sizes[1]});
  } else {
    for (size_t index = 0; index < value->rank(); ++index)
      if (index != dim)
        there.push_back(index);
    there.push_back(dim);
    for (auto [index, from] : llvm::enumerate(there))
      back[from] = index;
    value = permute(call, value, there);
  }
  if (!value)
    return nullptr;
  llvm::SmallVector<int64_t> padding(2 * (value->rank() - 2), 0);
  padding[value->rank() - 3] = before;
  padding.back() = after;
  OpenShape padded = value->sizes;
  padded.back() = sizes[dim];
  ImportedValue *result = &call.add("pad", {value}, padded,
                                    Clauses()
                                        .integers("padding", padding)
                                        .real("value", number, 0.0f))
                               ->result;
  return sizes.size() == 2 ? reshapeTo(call, result, sizes)
                           : permute(call, result, back);
}

//===----------------------------------------------------------------------===//
// Products and sums with constants
//===----------------------------------------------------------------------===//

/// The most numbers that one number is repeated to.
static constexpr int64_t kMaxRepeated = 1 << 22;

static std::vector<float> repeat(ArrayRef<float> values, int64_t count) {
  return values.size() == 1 ? std::vector<float>(count, values.front())
                            : values.vec();
}

ImportedValue *applyAffine(OnnxCall &call, ImportedValue *value, size_t dim,
                           const Affine &affine) {
  OpenSize channels = value->sizes[dim];
  if (!call.need(value->rank() >= 2 && value->rank() <= 5 && dim > 0,
                 fmt::format("a constant along dimension {} of a value of rank "
                             "{} is not supported; ranks 2 to 5 are, and "
                             "dimensions behind the batch",
                             dim, value->rank())) ||
      !call.need(!channels.isOpen() && channels.number <= kMaxRepeated,
                 fmt::format("a constant needs to know the size of dimension "
                             "{} of {}",
                             dim, formatOpenShape(value->sizes))))
    return nullptr;
  llvm::SmallVector<int64_t> there, back(value->rank());
  for (size_t index = 0; index < value->rank(); ++index)
    there.push_back(index == 1 ? dim : index == dim ? 1 : index);
  for (size_t index = 0; index < value->rank(); ++index)
    back[there[index]] = index;
  ImportedValue *moved = permute(call, value, there);
  if (!moved)
    return nullptr;
  ImportedLayer *layer =
      call.addSame("batch_norm", moved, Clauses().real("eps", 0));
  layer->isAffine = true;
  for (auto [name, values] :
       {std::pair("weight", &affine.weight), std::pair("bias", &affine.bias),
        std::pair("running_mean", &affine.mean)})
    layer->parameters.push_back(
        makeParameter(name, repeat(*values, channels.number)));
  layer->parameters.push_back(
      makeParameter("running_var", std::vector<float>(channels.number, 1)));
  return permute(call, &layer->result, back);
}

ImportedValue *applyAffine(OnnxCall &call, ImportedValue *value,
                           const Affine &affine) {
  float scale = affine.weight.front();
  float offset = affine.bias.front() - affine.mean.front() * scale;
  if (!call.need(std::isfinite(scale) && std::isfinite(offset),
                 "a constant that is not finite is not supported"))
    return nullptr;
  return &call.addSame(
                  "affine", value,
                  Clauses().real("scale", scale, 1).real("offset", offset, 0))
              ->result;
}

bool isOwn(const OnnxCall &call, const ImportedValue *value, size_t input) {
  return value->layer && value->names == 1 &&
         call.countUses(call.node.inputs[input]) == 1;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// Padding that makes as many windows as there are strides in a dimension.
static bool padSame(OnnxCall &call, const ImportedValue &value, bool isUpper,
                    WindowNumbers &window) {
  size_t count = window.kernel.size();
  window.padding.assign(2 * count, 0);
  for (size_t dim = 0; dim < count; ++dim) {
    OpenSize size = value.sizes[dim + 2];
    int64_t stride = window.stride[dim];
    int64_t extent = window.dilation[dim] * (window.kernel[dim] - 1) + 1;
    if (!call.need(stride == 1 || !size.isOpen(),
                   "auto_pad with a stride needs to know the spatial sizes of "
                   "its input"))
      return false;
    int64_t total = stride == 1
                        ? extent - 1
                        : (llvm::divideCeil(size.number, stride) - 1) * stride +
                              extent - size.number;
    total = std::max<int64_t>(total, 0);
    int64_t less = total / 2;
    window.padding[dim] = isUpper ? less : total - less;
    window.padding[dim + count] = isUpper ? total - less : less;
  }
  return true;
}

bool readWindow(OnnxCall &call, const ImportedValue &value,
                ArrayRef<int64_t> kernel, WindowNumbers &window) {
  size_t count = value.rank() - 2;
  if (!call.need(count >= 1 && count <= 3,
                 fmt::format("expected a value of rank 3 to 5, got rank {}",
                             value.rank())))
    return false;
  auto read = [&](llvm::StringRef name, size_t length, int64_t least,
                  int64_t otherwise) {
    llvm::SmallVector<int64_t> numbers = call.list(name);
    if (numbers.empty())
      numbers.assign(length, otherwise);
    call.need(numbers.size() == length,
              fmt::format("attribute '{}' has {} numbers, expected {}",
                          name.str(), numbers.size(), length));
    for (int64_t &number : numbers)
      if (!call.need(number >= least && number <= 1 << 20,
                     fmt::format("attribute '{}' has the number {}", name.str(),
                                 number)))
        number = otherwise;
    numbers.resize(length, otherwise);
    return numbers;
  };
  window.kernel = read("kernel_shape", count, 1, 1);
  if (!call.hasAttribute("kernel_shape"))
    window.kernel.assign(kernel.begin(), kernel.end());
  window.stride = read("strides", count, 1, 1);
  window.dilation = read("dilations", count, 1, 1);
  window.padding = read("pads", 2 * count, 0, 0);
  if (!call.need(window.kernel.size() == count, "there is no kernel_shape") ||
      !call.need(kernel.empty() || kernel == ArrayRef(window.kernel),
                 "kernel_shape is not that of the weight"))
    return false;
  std::string mode = call.string("auto_pad", "NOTSET");
  if (mode == "NOTSET" || mode.empty())
    return true;
  if (mode == "VALID") {
    window.padding.assign(2 * count, 0);
    return true;
  }
  return call.need(mode == "SAME_UPPER" || mode == "SAME_LOWER",
                   "auto_pad '" + mode + "' is not supported") &&
         padSame(call, value, mode == "SAME_UPPER", window);
}

void appendWindowSizes(OnnxCall &call, const ImportedValue &value,
                       const WindowNumbers &window, OpenShape &sizes) {
  size_t count = window.kernel.size();
  for (size_t dim = 0; dim < count; ++dim) {
    OpenSize size = value.sizes[dim + 2];
    // Where a last window may reach beyond the padding, the compiler counts.
    if (size.isOpen() || window.ceil) {
      sizes.push_back(call.openSize());
      continue;
    }
    int64_t extent = window.dilation[dim] * (window.kernel[dim] - 1) + 1;
    int64_t room = size.number + window.padding[dim] +
                   window.padding[dim + count] - extent;
    sizes.push_back(room < 0 ? 0 : room / window.stride[dim] + 1);
  }
}

Clauses windowClauses(const WindowNumbers &window, int64_t otherStride) {
  size_t count = window.kernel.size();
  Clauses clauses;
  clauses.integers("kernel", window.kernel);
  if (otherStride != 0)
    clauses.integers("stride", window.stride, otherStride);
  else if (window.stride != window.kernel)
    clauses.integers("stride", window.stride);
  ArrayRef<int64_t> padding = window.padding;
  if (padding.take_front(count) == padding.take_back(count))
    padding = padding.take_front(count);
  clauses.integers("padding", padding, 0);
  return clauses.integers("dilation", window.dilation, 1);
}

ImportedParameter makeParameter(llvm::StringRef name,
                                const OnnxConstant &constant,
                                ArrayRef<int64_t> shape) {
  return {name.str(),
          {shape.begin(), shape.end()},
          constant.floats,
          constant.origin};
}

ImportedParameter makeParameter(llvm::StringRef name,
                                std::vector<float> values) {
  int64_t count = values.size();
  return {name.str(), {count}, std::move(values), ""};
}

} // namespace nascent
