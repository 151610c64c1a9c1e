//===- Binding.cpp - The type a user gives to a network's input -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Binding.h"
#include "mlir/IR/BuiltinTypes.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/ForeignFile.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Npy.h"
#include "nascent/Support/NpyHeader.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using mlir::ShapedType;

namespace nascent {

/// Adds the dimension written as `piece`.
static Error parseDimension(StringRef piece, SmallVectorImpl<int64_t> &shape) {
  if (piece == "?" || piece == "-1") {
    shape.push_back(ShapedType::kDynamic);
    return Error::success();
  }
  StringRef digits = piece;
  bool negative = digits.consume_front("-");
  if (digits.empty() || !all_of(digits, isDigit))
    return makeError(
        "dimension {} is '{}'; expected a size, or '?' where it stays open",
        shape.size(), piece.str());
  int64_t size = 0;
  bool tooLarge = digits.getAsInteger(10, size);
  if (negative || (!tooLarge && size == 0))
    return makeError("dimension {} is {}; sizes must be positive", shape.size(),
                     piece.str());
  if (tooLarge)
    return makeError("dimension {} is {}; sizes must be less than 2^63",
                     shape.size(), piece.str());
  shape.push_back(size);
  return Error::success();
}

/// Whether a type starts with a dimension rather than with its element type. A
/// piece that an 'x' follows is meant as a dimension, except in the element
/// types that have an 'x' themselves.
static bool startsWithDimension(StringRef type) {
  if (type == "index" || type.starts_with("complex<"))
    return false;
  return type.contains('x');
}

/// Parses a type that is written out.
static Error parseType(StringRef type, SmallVectorImpl<int64_t> &shape,
                       bool &isIndex) {
  if (type.empty())
    return createStringError("expected a type after '=', such as 2x20xf32");
  StringRef rest = type;
  while (startsWithDimension(rest)) {
    auto [piece, tail] = rest.split('x');
    if (Error error = parseDimension(piece, shape))
      return error;
    rest = tail;
  }
  if (rest.empty() || isDigit(rest.front()) || rest.front() == '?' ||
      rest.front() == '-') {
    // Says first what is wrong with a dimension that is the last piece.
    if (!rest.empty())
      if (Error error = parseDimension(rest, shape))
        return error;
    return makeError("type '{}' has no element type; expected one that ends in "
                     "'xf32'",
                     type.str());
  }
  isIndex = rest == "i32";
  if (rest != "f32" && !isIndex)
    return makeError(
        "element type '{}' is not supported; expected 'f32', or 'i32' for "
        "indices",
        rest.str());
  return Error::success();
}

/// Takes the shape from the header of a data file.
static Error readShape(StringRef file, SmallVectorImpl<int64_t> &shape,
                       bool &isIndex) {
  if (file.empty())
    return createStringError("expected the name of a .npy file after '@'");
  if (std::optional<ForeignFile> foreign = recognizeForeignPath(file);
      foreign && !formatOf(file))
    return makeError("'{}' is {}; {}", file.str(), foreign->kind.str(),
                     foreign->advice.str());
  if (formatOf(file) != TensorFormat::Npy)
    return makeError(
        "only .npy files can be bound by file, and .safetensors and .npz files "
        "of parameters, found '{}'",
        file.str());
  Expected<NpyHeader> header = readNpyHeader(file);
  if (!header)
    return header.takeError();
  std::optional<NpyElements> elements = parseNpyElements(header->dtype);
  isIndex = elements &&
            (elements->dtype == DType::I32 || elements->dtype == DType::I64);
  if (!elements || (elements->dtype != DType::F32 && !isIndex))
    return makeError("'{}' has elements of type '{}'; expected '<f4', to which "
                     "numpy's astype('<f4') converts",
                     file.str(), header->dtype);
  for (auto [dim, size] : enumerate(header->shape))
    if (size == 0)
      return makeError("dimension {} of '{}' is 0; sizes must be positive", dim,
                       file.str());
  shape = header->shape;
  return Error::success();
}

/// Fails if the dimensions that are known already make the tensor too large.
static Error verifySize(ArrayRef<int64_t> shape) {
  int64_t bytes = sizeof(float);
  for (int64_t size : shape)
    if (!ShapedType::isDynamic(size) && MulOverflow(bytes, size, bytes))
      return createStringError(
          "tensor is too large; it must be of less than 2^63 bytes");
  return Error::success();
}

/// Parses the type of one input, or reads its shape.
static Error parseInput(StringRef type, Binding &binding) {
  bool isFile = type.consume_front("@");
  SmallVector<int64_t> &shape = binding.shapes.emplace_back();
  bool &isIndex = binding.areIndices.emplace_back(false);
  if (Error error = isFile ? readShape(type, shape, isIndex)
                           : parseType(type, shape, isIndex))
    return error;
  return verifySize(shape);
}

/// Parses all of a binding; its errors lack the prefix.
static Error parse(StringRef text, Binding &binding) {
  // Networks have no '=' in their names, files may.
  size_t equals = text.find('=');
  if (text.starts_with("@"))
    return createStringError("expected NET=@FILE, found no network");
  if (equals == StringRef::npos)
    return createStringError("expected NET=TYPE or NET=@FILE, found no '='");
  auto [network, entry] = text.take_front(equals).split(':');
  if (network.empty())
    return createStringError("expected the name of a network before '='");
  bool hasEntry = network.size() != equals;
  if (hasEntry && !isCWord(entry))
    return makeError(
        "entry '{}' must be of letters, digits and underscores, as it becomes "
        "part of a name in C",
        entry.str());
  binding.network = network.str();
  binding.entry = entry.str();

  StringRef types = text.drop_front(equals + 1);
  if (types.starts_with("@"))
    if (std::optional<TensorFormat> format = formatOf(types);
        format && format != TensorFormat::Npy) {
      binding.checkpoint = types.drop_front().str();
      return Error::success();
    }
  if (!types.consume_front("("))
    return parseInput(types, binding);
  if (!types.consume_back(")"))
    return createStringError("expected ')' after the types of all inputs");
  SmallVector<StringRef> list;
  types.split(list, ',');
  for (StringRef type : list)
    if (Error error = parseInput(type.trim(), binding))
      return error;
  return Error::success();
}

Expected<Binding> parseBinding(StringRef text) {
  Binding binding;
  binding.text = text.str();
  if (Error error = parse(text, binding))
    return makeError("binding '{}': {}", text.str(),
                     toString(std::move(error)));
  return binding;
}

} // namespace nascent
