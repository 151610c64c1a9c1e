//===- OnnxFold.cpp - What is known before the network runs ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFold.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/TensorValues.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

namespace nascent {

using llvm::ArrayRef;

/// The most elements of a result, and integers of a tensor: what exporters
/// compute are shapes.
static constexpr int64_t kMaxFolded = 1 << 20;

/// An integer of any width.
static int64_t readInteger(const char *bytes, DType dtype) {
  namespace endian = llvm::support::endian;
  switch (dtype) {
  case DType::I64:
  case DType::U64:
    return endian::read64le(bytes);
  case DType::I32:
    return static_cast<int32_t>(endian::read32le(bytes));
  case DType::U32:
    return endian::read32le(bytes);
  case DType::I16:
    return static_cast<int16_t>(endian::read16le(bytes));
  case DType::U16:
    return endian::read16le(bytes);
  case DType::I8:
    return static_cast<int8_t>(*bytes);
  default:
    return static_cast<uint8_t>(*bytes);
  }
}

llvm::Expected<OnnxConstant> decodeTensor(const OnnxTensor &tensor,
                                          llvm::StringRef bytes) {
  OnnxConstant constant;
  constant.origin = tensor.name;
  constant.shape.assign(tensor.shape.begin(), tensor.shape.end());
  if (!tensor.dtype) {
    constant.opaque =
        "is " + nameOfOnnxType(tensor.type).str() + ", which is not supported";
    return constant;
  }
  // Only lists are ever empty.
  bool isShape = llvm::all_of(tensor.shape, [&](int64_t dim) {
    return dim > 0 || (dim == 0 && tensor.shape.size() == 1);
  });
  std::optional<int64_t> count, size;
  if (isShape) {
    count = elementCount(tensor.shape);
    size = byteCount(*tensor.dtype, tensor.shape);
  }
  if (!count || !size || size_t(*size) != bytes.size())
    return makeError(
        "tensor '{}' has {} bytes, which are not as many as its shape says",
        tensor.name, bytes.size());
  if (isFloat(*tensor.dtype)) {
    constant.floats.resize(*count);
    readFloats({"", *tensor.dtype, {}, bytes}, constant.floats);
    return constant;
  }
  constant.isInteger = true;
  if (*tensor.dtype == DType::C64 || *count > kMaxFolded)
    constant.opaque = fmt::format("has {} elements of {}, which are not "
                                  "supported",
                                  *count, nameOfOnnxType(tensor.type).str());
  else
    for (int64_t index = 0, width = bitsOf(*tensor.dtype) / 8; index < *count;
         ++index)
      constant.integers.push_back(
          readInteger(bytes.data() + index * width, *tensor.dtype));
  return constant;
}

bool isFoldable(OnnxCall &call) {
  for (size_t index = 0; index < call.countInputs(); ++index)
    if (call.hasInput(index) && !call.findConstant(index))
      return false;
  return call.countInputs() != 0;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

static float compute(Arithmetic kind, float a, float b) {
  switch (kind) {
  case Arithmetic::Add:
    return a + b;
  case Arithmetic::Sub:
    return a - b;
  case Arithmetic::Mul:
    return a * b;
  case Arithmetic::Div:
    return a / b;
  }
  llvm_unreachable("all kinds are above");
}

/// Nothing where it cannot be computed.
static std::optional<OpenSize> compute(OnnxCall &call, Arithmetic kind,
                                       OpenSize a, OpenSize b) {
  bool isFactor = kind == Arithmetic::Mul || kind == Arithmetic::Div;
  if (a.isOpen() && b == OpenSize(isFactor ? 1 : 0))
    return a;
  if (b.isOpen() && a == OpenSize(isFactor ? 1 : 0) &&
      (kind == Arithmetic::Add || kind == Arithmetic::Mul))
    return b;
  if (a.isOpen() || b.isOpen())
    return call.openSize();
  int64_t result = 0;
  switch (kind) {
  case Arithmetic::Add:
    return llvm::AddOverflow(a.number, b.number, result)
               ? std::nullopt
               : std::optional(OpenSize(result));
  case Arithmetic::Sub:
    return llvm::SubOverflow(a.number, b.number, result)
               ? std::nullopt
               : std::optional(OpenSize(result));
  case Arithmetic::Mul:
    return llvm::MulOverflow(a.number, b.number, result)
               ? std::nullopt
               : std::optional(OpenSize(result));
  case Arithmetic::Div:
    return b.number == 0 || (b.number == -1 && a.number == INT64_MIN)
               ? std::nullopt
               : std::optional(OpenSize(a.number / b.number));
  }
  llvm_unreachable("all kinds are above");
}

/// The index of an element of an operand, of the index of one of the result.
static int64_t broadcastIndex(ArrayRef<int64_t> result, ArrayRef<int64_t> shape,
                              int64_t index) {
  int64_t found = 0, stride = 1;
  for (size_t back = 1; back <= result.size(); ++back) {
    int64_t size = result[result.size() - back];
    int64_t place = index % size;
    index /= size;
    if (back > shape.size())
      continue;
    int64_t own = shape[shape.size() - back];
    found += own == 1 ? 0 : place * stride;
    stride *= own;
  }
  return found;
}

/// Gives a result the shape that all `shapes` are spread to. Returns how many
/// elements it then has; nothing after a refusal.
static std::optional<int64_t> broadcast(OnnxCall &call,
                                        ArrayRef<ArrayRef<int64_t>> shapes,
                                        OnnxConstant &result) {
  for (ArrayRef<int64_t> shape : shapes)
    for (size_t back = 1; back <= shape.size(); ++back) {
      if (back > result.shape.size())
        result.shape.insert(result.shape.begin(), 1);
      int64_t size = shape[shape.size() - back];
      int64_t &known = result.shape[result.shape.size() - back];
      if (!call.need(size == 1 || known == 1 || size == known,
                     "operands whose shapes do not fit"))
        return std::nullopt;
      known = size == 1 ? known : size;
    }
  std::optional<int64_t> count = elementCount(result.shape);
  return call.need(count && *count <= kMaxFolded,
                   "a constant of too many elements")
             ? count
             : std::nullopt;
}

void foldArithmetic(OnnxCall &call, Arithmetic kind) {
  const OnnxConstant *a = call.findConstant(0), *b = call.findConstant(1);
  if (!a || !b ||
      !call.need(a->isInteger == b->isInteger, "operands of different types"))
    return;
  OnnxConstant result;
  result.isInteger = a->isInteger;
  std::optional<int64_t> count = broadcast(call, {a->shape, b->shape}, result);
  for (int64_t index = 0; index < count.value_or(0); ++index) {
    int64_t left = broadcastIndex(result.shape, a->shape, index);
    int64_t right = broadcastIndex(result.shape, b->shape, index);
    if (!result.isInteger) {
      result.floats.push_back(compute(kind, a->floats[left], b->floats[right]));
      continue;
    }
    auto computed = compute(call, kind, a->integers[left], b->integers[right]);
    if (!call.need(computed.has_value(), "an integer that does not fit"))
      return;
    result.integers.push_back(*computed);
  }
  if (count)
    call.setConstant(std::move(result));
}

//===----------------------------------------------------------------------===//
// Elements in other places
//===----------------------------------------------------------------------===//

void foldReshape(OnnxCall &call, const OnnxConstant &constant,
                 ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = elementCount(shape);
  bool isShape = llvm::all_of(shape, [](int64_t size) { return size >= 0; });
  if (!call.need(isShape && count == std::optional<int64_t>(constant.size()),
                 "a constant has not as many elements as its new shape"))
    return;
  OnnxConstant result = constant;
  result.shape.assign(shape.begin(), shape.end());
  call.setConstant(std::move(result));
}

/// The elements of `constant` at `indices`, which are its own.
static void take(const OnnxConstant &constant, ArrayRef<int64_t> indices,
                 OnnxConstant &result) {
  result.isInteger = constant.isInteger;
  for (int64_t index : indices)
    if (constant.isInteger)
      result.integers.push_back(constant.integers[index]);
    else
      result.floats.push_back(constant.floats[index]);
}

void foldPermute(OnnxCall &call, const OnnxConstant &constant,
                 ArrayRef<int64_t> dims) {
  size_t rank = constant.shape.size();
  llvm::SmallVector<bool> seen(rank);
  bool isPermutation = dims.size() == rank;
  for (int64_t dim : dims)
    isPermutation = isPermutation && dim >= 0 && size_t(dim) < rank &&
                    !std::exchange(seen[dim], true);
  if (!call.need(isPermutation, "the dimensions are no permutation"))
    return;
  llvm::SmallVector<int64_t> strides(rank, 1), index(rank, 0);
  for (size_t dim = rank; dim-- > 1;)
    strides[dim - 1] = strides[dim] * constant.shape[dim];
  OnnxConstant result;
  for (int64_t dim : dims)
    result.shape.push_back(constant.shape[dim]);
  std::vector<int64_t> indices;
  for (size_t count = constant.size(); indices.size() < count;) {
    int64_t place = 0;
    for (size_t dim = 0; dim < rank; ++dim)
      place += index[dim] * strides[dims[dim]];
    indices.push_back(place);
    for (size_t dim = rank; dim-- > 0;) {
      if (++index[dim] < result.shape[dim])
        break;
      index[dim] = 0;
    }
  }
  take(constant, indices, result);
  call.setConstant(std::move(result));
}

void foldExpand(OnnxCall &call, const OnnxConstant &constant,
                ArrayRef<int64_t> shape) {
  // ONNX keeps a size by a 1, and has no other number that does. Only lists
  // are ever empty.
  for (int64_t size : shape)
    if (!call.need(size > 0 || (size == 0 && shape.size() == 1),
                   fmt::format("expands to a size of {}; positive ones are "
                               "supported, where 1 keeps a size",
                               size)))
      return;
  OnnxConstant result;
  auto count = broadcast(call, {constant.shape, shape}, result);
  if (!count)
    return;
  std::vector<int64_t> indices;
  for (int64_t index = 0; index < *count; ++index)
    indices.push_back(broadcastIndex(result.shape, constant.shape, index));
  take(constant, indices, result);
  call.setConstant(std::move(result));
}

std::optional<OnnxConstant> sliceConstant(const OnnxConstant &constant,
                                          int64_t axis,
                                          ArrayRef<int64_t> indices) {
  int64_t size = constant.shape[axis], inner = 1, outer = 1;
  for (int64_t dim : ArrayRef(constant.shape).drop_front(axis + 1))
    inner *= dim;
  for (int64_t dim : ArrayRef(constant.shape).take_front(axis))
    outer *= dim;
  OnnxConstant result;
  result.shape = constant.shape;
  result.shape[axis] = indices.size();
  std::optional<int64_t> count = elementCount(result.shape);
  if (!count || *count > std::max<int64_t>(constant.size(), kMaxFolded))
    return std::nullopt;
  std::vector<int64_t> elements;
  for (int64_t row = 0; row < outer; ++row)
    for (int64_t index : indices) {
      if (index < 0 || index >= size)
        return std::nullopt;
      for (int64_t column = 0; column < inner; ++column)
        elements.push_back((row * size + index) * inner + column);
    }
  take(constant, elements, result);
  return result;
}

void foldConcat(OnnxCall &call, int64_t axis) {
  const OnnxConstant *first = call.findConstant(0);
  auto dim = first ? call.axis(axis, first->shape.size()) : std::nullopt;
  if (!dim)
    return;
  int64_t outer = 1;
  for (int64_t size : ArrayRef(first->shape).take_front(*dim))
    outer *= size;
  OnnxConstant result;
  result.isInteger = first->isInteger;
  result.shape = first->shape;
  result.shape[*dim] = 0;
  for (size_t index = 0; index < call.countInputs(); ++index) {
    const OnnxConstant *part = call.findConstant(index);
    if (!part)
      return;
    llvm::SmallVector<int64_t, 4> shape = part->shape, other = first->shape;
    if (!call.need(part->isInteger == first->isInteger &&
                       shape.size() == other.size(),
                   "operands of different types or ranks"))
      return;
    result.shape[*dim] += shape[*dim];
    shape[*dim] = other[*dim] = 0;
    if (!call.need(shape == other, "operands whose shapes do not fit"))
      return;
  }
  for (int64_t row = 0; row < outer; ++row)
    for (size_t index = 0; index < call.countInputs(); ++index) {
      const OnnxConstant *part = call.findConstant(index);
      size_t width = part->size() / outer;
      if (part->isInteger)
        llvm::append_range(result.integers,
                           ArrayRef(part->integers).slice(row * width, width));
      else
        llvm::append_range(result.floats,
                           ArrayRef(part->floats).slice(row * width, width));
    }
  call.setConstant(std::move(result));
}

} // namespace nascent
