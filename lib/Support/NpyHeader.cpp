//===- NpyHeader.cpp - What a NPY file says about its array ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/NpyHeader.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <optional>

using namespace llvm;

namespace nascent {

namespace {
/// Parses the description: the Python dictionary that numpy writes.
class DescriptionParser {
public:
  DescriptionParser(StringRef text) : text(text), rest(text) {}

  Error parse(NpyHeader &header);

private:
  Error parseEntry(StringRef key, NpyHeader &header);
  Error parseString(StringRef &value);
  Error parseDtype(std::string &dtype);
  Error parseBool(bool &value);
  Error parseShape(SmallVectorImpl<int64_t> &shape);
  Error parseSize(SmallVectorImpl<int64_t> &shape);

  void skipSpace() { rest = rest.ltrim(" \t\n\r\f"); }
  bool consume(char c) {
    skipSpace();
    return rest.consume_front(StringRef(&c, 1));
  }
  Error expected(StringRef what);

  StringRef text, rest;
};
} // namespace

Error DescriptionParser::expected(StringRef what) {
  skipSpace();
  return makeError("malformed NPY header: expected {} at byte {}, found {}",
                   what.str(), text.size() - rest.size(),
                   rest.empty() ? "the end" : quote(rest.take_until([](char c) {
                     return c == '\n';
                   })));
}

Error DescriptionParser::parse(NpyHeader &header) {
  if (!consume('{'))
    return expected("'{'");
  SmallVector<StringRef, 3> seen;
  while (!consume('}')) {
    StringRef key;
    if (Error error = parseString(key))
      return error;
    if (is_contained(seen, key))
      return makeError("malformed NPY header: expected {} once, found it twice",
                       quote(key));
    if (!consume(':'))
      return expected("':'");
    if (Error error = parseEntry(key, header))
      return error;
    seen.push_back(key);
    if (consume(','))
      continue;
    if (!consume('}'))
      return expected("',' or '}'");
    break;
  }
  skipSpace();
  if (!rest.empty())
    return expected("nothing more");
  for (StringRef key : {"descr", "fortran_order", "shape"})
    if (!is_contained(seen, key))
      return makeError(
          "malformed NPY header: expected the key '{}', found none", key.str());
  return Error::success();
}

Error DescriptionParser::parseEntry(StringRef key, NpyHeader &header) {
  if (key == "descr")
    return parseDtype(header.dtype);
  if (key == "fortran_order")
    return parseBool(header.fortranOrder);
  if (key == "shape")
    return parseShape(header.shape);
  return makeError("malformed NPY header: expected one of the keys 'descr', "
                   "'fortran_order' and 'shape', found {}",
                   quote(key));
}

Error DescriptionParser::parseString(StringRef &value) {
  skipSpace();
  if (rest.empty() || (rest.front() != '\'' && rest.front() != '"'))
    return expected("a string");
  size_t end = rest.find(rest.front(), 1);
  if (end == StringRef::npos)
    return expected("a string that ends");
  value = rest.slice(1, end);
  // None of the strings of a header needs an escape.
  if (value.contains('\\'))
    return expected("a string without a backslash");
  rest = rest.drop_front(end + 1);
  return Error::success();
}

Error DescriptionParser::parseDtype(std::string &dtype) {
  skipSpace();
  if (rest.starts_with("[") || rest.starts_with("("))
    return makeError(
        "structured elements are not supported: expected a simple element type "
        "such as '<f4', found {}",
        quote(rest));
  StringRef value;
  if (Error error = parseString(value))
    return error;
  dtype = value.str();
  return Error::success();
}

Error DescriptionParser::parseBool(bool &value) {
  skipSpace();
  value = rest.consume_front("True");
  if (!value && !rest.consume_front("False"))
    return expected("True or False for 'fortran_order'");
  return Error::success();
}

Error DescriptionParser::parseShape(SmallVectorImpl<int64_t> &shape) {
  if (!consume('('))
    return expected("'(' of the shape");
  while (!consume(')')) {
    if (Error error = parseSize(shape))
      return error;
    if (consume(','))
      continue;
    // In Python, `(3)` is a number, and only `(3,)` a tuple.
    if (shape.size() == 1)
      return expected("',' after the only size of the shape");
    if (!consume(')'))
      return expected("',' or ')'");
    break;
  }
  return Error::success();
}

Error DescriptionParser::parseSize(SmallVectorImpl<int64_t> &shape) {
  skipSpace();
  bool negative = rest.consume_front("-");
  StringRef digits = rest.take_while(isDigit);
  if (digits.empty())
    return expected("a size");
  if (negative)
    return makeError(
        "dimension {} of the shape is negative: expected a size of "
        "0 or more, found {}",
        shape.size(), quote(("-" + digits).str()));
  int64_t size;
  if (digits.getAsInteger(10, size))
    return makeError(
        "dimension {} of the shape is too large: expected a size below 2^63, "
        "found {}",
        shape.size(), quote(digits));
  rest = rest.drop_front(digits.size());
  // Python 2 marked its long integers.
  rest.consume_front("L");
  shape.push_back(size);
  return Error::success();
}

/// The bytes of an element, or nullopt where they are not of one size: pickled
/// objects.
static Expected<std::optional<uint64_t>> elementSize(StringRef dtype) {
  StringRef type = dtype;
  if (!type.empty() && StringRef("<>=|").contains(type.front()))
    type = type.drop_front();
  char kind = type.empty() ? '\0' : type.front();
  StringRef digits = type.drop_front(type.empty() ? 0 : 1);
  if (kind == 'O' && digits.empty())
    return std::nullopt;
  // Dates and time spans name a unit: "<M8[ns]".
  if ((kind == 'M' || kind == 'm') && digits.ends_with("]"))
    digits = digits.take_until([](char c) { return c == '['; });
  uint64_t size;
  if (!StringRef("biufcSaUVMm").contains(kind) ||
      digits.getAsInteger(10, size) || size > INT32_MAX)
    return makeError("expected an element type such as '<f4', found {}",
                     quote(dtype));
  // The size of a string type counts characters of UCS-4.
  return kind == 'U' ? 4 * size : size;
}

/// Fails if the data described does not fit into the file.
static Error verifyData(const NpyHeader &header, uint64_t fileSize) {
  Expected<std::optional<uint64_t>> elementBytes = elementSize(header.dtype);
  if (!elementBytes)
    return elementBytes.takeError();
  int64_t bytes = elementBytes->value_or(0);
  // An array with a size of zero is empty however large its other sizes are.
  if (is_contained(header.shape, 0))
    bytes = 0;
  for (int64_t size : header.shape)
    if (bytes && MulOverflow(bytes, size, bytes))
      return makeError("array ({}) of '{}' is too large: expected less than "
                       "2^63 bytes",
                       fmt::join(header.shape, ", "), header.dtype);
  uint64_t found = fileSize - std::min(fileSize, header.dataOffset);
  if (found < static_cast<uint64_t>(bytes))
    return makeError("truncated NPY file: expected {} bytes of data, found {}",
                     bytes, found);
  return Error::success();
}

Expected<NpyHeader> parseNpyHeader(StringRef start, uint64_t fileSize) {
  constexpr StringRef magic = "\x93NUMPY";
  if (!start.starts_with(magic))
    return makeError("not a NPY file: expected it to start with {}, found {}",
                     quote(magic), quote(start.take_front(magic.size())));
  auto truncated = [](uint64_t expected, uint64_t found) {
    return makeError("truncated NPY header: expected {} bytes, found {}",
                     expected, found);
  };
  if (start.size() < 8)
    return truncated(8, start.size());
  unsigned major = start.bytes_begin()[6], minor = start.bytes_begin()[7];
  if (major < 1 || major > 3 || minor != 0)
    return makeError("unknown version of the NPY format: expected 1.0, 2.0 or "
                     "3.0, found {}.{}",
                     major, minor);
  // Version 2.0 widened the length, 3.0 changed the text from Latin-1 to UTF-8.
  const uint64_t textOffset = major == 1 ? 10 : 12;
  if (start.size() < textOffset)
    return truncated(textOffset, start.size());
  const uint64_t length = major == 1
                              ? support::endian::read16le(start.data() + 8)
                              : support::endian::read32le(start.data() + 8);
  if (textOffset + length > npyHeaderLimit)
    return makeError("NPY header is too long: expected at most {} bytes, "
                     "found a length of {}",
                     npyHeaderLimit - textOffset, length);
  if (start.size() < textOffset + length)
    return truncated(textOffset + length, start.size());

  NpyHeader header;
  header.dataOffset = textOffset + length;
  if (Error error =
          DescriptionParser(start.substr(textOffset, length)).parse(header))
    return error;
  if (Error error = verifyData(header, fileSize))
    return error;
  return header;
}

Expected<NpyHeader> readNpyHeader(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  StringRef contents = (*file)->getBuffer();
  Expected<NpyHeader> header =
      parseNpyHeader(contents.take_front(npyHeaderLimit), contents.size());
  if (!header)
    return cannotRead(path, header.takeError());
  return header;
}

} // namespace nascent
