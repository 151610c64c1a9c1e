//===- Npy.cpp - The NPY format -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npy.h"
#include "nascent/Support/CopyStrided.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/NpyHeader.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace llvm;

namespace nascent {

/// An element type without its byte order, as numpy writes it.
static constexpr std::pair<DType, StringLiteral> dtypeNames[] = {
    {DType::F64, "f8"}, {DType::F32, "f4"}, {DType::F16, "f2"},
    {DType::I64, "i8"}, {DType::I32, "i4"}, {DType::I16, "i2"},
    {DType::I8, "i1"},  {DType::U64, "u8"}, {DType::U32, "u4"},
    {DType::U16, "u2"}, {DType::U8, "u1"},  {DType::BOOL, "b1"}};

std::optional<NpyElements> parseNpyElements(StringRef description) {
  StringRef order = description.take_front(1), name = description.substr(1);
  for (auto [dtype, knownName] : dtypeNames) {
    if (name != knownName)
      continue;
    bool isSingle = bitsOf(dtype) == 8;
    if (order == "<" || order == ">" || (order == "|" && isSingle))
      return NpyElements{dtype, order == ">" && !isSingle};
  }
  return std::nullopt;
}

/// What one step in each dimension is in the file; its data is not empty.
static SmallVector<int64_t> stridesOf(const NpyHeader &header, unsigned size) {
  SmallVector<int64_t> strides(header.shape.size());
  int64_t stride = size;
  for (size_t i = 0, e = strides.size(); i != e; ++i) {
    size_t dim = header.fortranOrder ? i : e - 1 - i;
    strides[dim] = stride;
    stride *= header.shape[dim];
  }
  return strides;
}

Error parseNpy(StringRef contents, StringRef name, TensorFile &file) {
  Expected<NpyHeader> header =
      parseNpyHeader(contents.take_front(npyHeaderLimit), contents.size());
  if (!header)
    return header.takeError();
  Tensor tensor;
  std::optional<NpyElements> elements = parseNpyElements(header->dtype);
  if (!elements)
    return makeError(
        "elements of type {} are not supported; expected a number of known "
        "byte order, such as '<f4', to which numpy's astype('<f4') converts",
        quote(header->dtype));
  tensor.dtype = elements->dtype;
  tensor.name = name.str();
  tensor.shape.assign(header->shape.begin(), header->shape.end());
  tensor.bytes = contents.drop_front(header->dataOffset);
  std::optional<int64_t> expected = byteCount(tensor.dtype, tensor.shape);
  if (!expected)
    return createStringError("the array is too large: its shape needs 2^63 "
                             "bytes or more");
  if (tensor.bytes.size() != uint64_t(*expected))
    return makeError("the array needs {} bytes of data for its shape, found {}",
                     *expected, tensor.bytes.size());
  if ((elements->isBigEndian || header->fortranOrder) &&
      !tensor.bytes.empty()) {
    Expected<MutableArrayRef<char>> bytes = file.allocate(tensor.bytes.size());
    if (!bytes)
      return bytes.takeError();
    unsigned size = bitsOf(tensor.dtype) / 8;
    copyStrided(tensor.bytes, tensor.shape, stridesOf(*header, size), size,
                *bytes);
    if (elements->isBigEndian)
      for (char *element = bytes->begin(); element != bytes->end();
           element += size)
        std::reverse(element, element + size);
    tensor.bytes = StringRef(bytes->data(), bytes->size());
  }
  file.tensors.push_back(std::move(tensor));
  return Error::success();
}

Error writeNpy(const Tensor &tensor, raw_ostream &os) {
  auto *known = find_if(
      dtypeNames, [&](auto &entry) { return entry.first == tensor.dtype; });
  if (known == std::end(dtypeNames))
    return makeError(
        "tensor {} has elements of type {}, which {}", quote(tensor.name),
        nameOf(tensor.dtype).str(),
        isFloat(tensor.dtype)
            ? "numpy does not have; convert it with --dtype=f32 first"
            : "is not written to NPY files; write a .safetensors file");
  std::string header = fmt::format(
      "{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
      bitsOf(tensor.dtype) == 8 ? "|" : "<", known->second.str(),
      fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : "");
  // Blanks up to a line's end make the data start at a multiple of 64.
  constexpr size_t before = 10;
  header.resize(alignTo(before + header.size() + 1, 64) - before - 1, ' ');
  header += '\n';
  if (header.size() > UINT16_MAX)
    return makeError("tensor {} has {} dimensions; NPY 1.0 has no room for "
                     "that many",
                     quote(tensor.name), tensor.shape.size());
  os << StringRef("\x93NUMPY\x01\x00", 8);
  support::endian::write<uint16_t>(os, header.size(), endianness::little);
  os << header << tensor.bytes;
  return Error::success();
}

} // namespace nascent
