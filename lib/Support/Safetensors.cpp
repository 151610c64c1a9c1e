//===- Safetensors.cpp - The safetensors format ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A length, a JSON object that describes the tensors, and their data. The JSON
// is read by a parser of its own: a general one keeps the last of two equal
// keys, rounds large numbers, forgets the order, and descends as deep as the
// input likes.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Safetensors.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace nascent {

/// Before the header stands its length.
static constexpr uint64_t lengthBytes = 8;
/// What the reference implementation reads at most.
static constexpr uint64_t headerLimit = 100'000'000;

namespace {
/// A tensor and the place of its data after the header.
struct Entry {
  Tensor tensor;
  uint64_t begin = 0, end = 0;
};

/// Parses the JSON.
class HeaderParser {
public:
  HeaderParser(StringRef text) : text(text), rest(text) {}

  Error parse(std::vector<Entry> &entries);

private:
  Error parseEntry(Entry &entry);
  Error parseMetadata();
  Error parseString(std::string &value);
  Error parseNumber(uint64_t &value);
  Error parseShape(Entry &entry);
  Error parseOffsets(Entry &entry);
  /// Parses an object, and each of its values by `value(key)`.
  Error parseObject(StringRef what, function_ref<Error(std::string)> value);

  void skipSpace() { rest = rest.ltrim(" \t\n\r"); }
  bool consume(char c) {
    skipSpace();
    return rest.consume_front(StringRef(&c, 1));
  }
  Error expected(StringRef what);

  StringRef text, rest;
};
} // namespace

Error HeaderParser::expected(StringRef what) {
  skipSpace();
  return makeError(
      "malformed safetensors header: expected {} at byte {}, found {}",
      what.str(), lengthBytes + text.size() - rest.size(),
      rest.empty() ? "its end" : quote(rest));
}

Error HeaderParser::parseString(std::string &value) {
  skipSpace();
  if (!rest.starts_with("\""))
    return expected("a string");
  size_t end = 1;
  while (end < rest.size() && rest[end] != '"')
    end += rest[end] == '\\' ? 2 : 1;
  if (end >= rest.size())
    return expected("a string that ends");
  // Escapes are decoded, and control characters refused, by LLVM.
  Expected<json::Value> decoded = json::parse(rest.take_front(end + 1));
  if (!decoded) {
    consumeError(decoded.takeError());
    return expected("a string that is valid JSON");
  }
  value = decoded->getAsString()->str();
  rest = rest.drop_front(end + 1);
  return Error::success();
}

Error HeaderParser::parseNumber(uint64_t &value) {
  skipSpace();
  StringRef digits = rest.take_while(isDigit);
  StringRef after = rest.drop_front(digits.size());
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0') ||
      after.starts_with(".") || after.starts_with_insensitive("e"))
    return expected("an integer of 0 or more");
  if (digits.getAsInteger(10, value) || value > uint64_t(INT64_MAX))
    return expected("a number below 2^63");
  rest = after;
  return Error::success();
}

Error HeaderParser::parseObject(StringRef what,
                                function_ref<Error(std::string)> value) {
  if (!consume('{'))
    return expected(("'{' of " + what).str());
  StringSet<> keys;
  if (consume('}'))
    return Error::success();
  do {
    skipSpace();
    StringRef start = rest;
    std::string key;
    if (Error error = parseString(key))
      return error;
    if (!keys.insert(key).second) {
      rest = start;
      return expected(fmt::format("each name once in {}", what.str()));
    }
    if (!consume(':'))
      return expected("':'");
    if (Error error = value(std::move(key)))
      return error;
  } while (consume(','));
  if (!consume('}'))
    return expected("',' or '}'");
  return Error::success();
}

Error HeaderParser::parseShape(Entry &entry) {
  if (!consume('['))
    return expected("'[' of a shape");
  if (consume(']'))
    return Error::success();
  do {
    uint64_t size;
    if (Error error = parseNumber(size))
      return error;
    entry.tensor.shape.push_back(size);
  } while (consume(','));
  return consume(']') ? Error::success() : expected("',' or ']'");
}

Error HeaderParser::parseOffsets(Entry &entry) {
  if (!consume('['))
    return expected("'[' of two offsets");
  if (Error error = parseNumber(entry.begin))
    return error;
  if (!consume(','))
    return expected("',' and the second offset");
  if (Error error = parseNumber(entry.end))
    return error;
  return consume(']') ? Error::success() : expected("']' after two offsets");
}

Error HeaderParser::parseEntry(Entry &entry) {
  const std::string &name = entry.tensor.name;
  bool hasDType = false, hasShape = false, hasOffsets = false;
  auto parseField = [&](std::string key) -> Error {
    if (key == "shape") {
      hasShape = true;
      return parseShape(entry);
    }
    if (key == "data_offsets") {
      hasOffsets = true;
      return parseOffsets(entry);
    }
    if (key != "dtype")
      return expected(fmt::format(
          "'dtype', 'shape' or 'data_offsets' for tensor {} before this value",
          quote(name)));
    hasDType = true;
    std::string dtype;
    if (Error error = parseString(dtype))
      return error;
    std::optional<DType> known = parseDType(dtype);
    if (!known)
      return makeError(
          "tensor {} has elements of type {}, which is not known; expected "
          "one such as 'F32'",
          quote(name), quote(dtype));
    entry.tensor.dtype = *known;
    return Error::success();
  };
  if (Error error = parseObject("tensor " + quote(name), parseField))
    return error;
  if (!hasDType || !hasShape || !hasOffsets)
    return makeError("malformed safetensors header: tensor {} has no '{}'",
                     quote(name),
                     !hasDType   ? "dtype"
                     : !hasShape ? "shape"
                                 : "data_offsets");
  return Error::success();
}

Error HeaderParser::parseMetadata() {
  return parseObject("'__metadata__'", [&](std::string) {
    std::string value;
    return parseString(value);
  });
}

Error HeaderParser::parse(std::vector<Entry> &entries) {
  auto parseMember = [&](std::string name) -> Error {
    if (name == "__metadata__")
      return parseMetadata();
    entries.emplace_back().tensor.name = std::move(name);
    return parseEntry(entries.back());
  };
  if (Error error = parseObject("the header", parseMember))
    return error;
  skipSpace();
  return rest.empty() ? Error::success() : expected("nothing more");
}

/// Each tensor's data is as long as its shape says, and together they fill
/// `size` bytes without a gap or an overlap.
static Error verifyData(ArrayRef<Entry> entries, uint64_t size) {
  uint64_t end = 0;
  for (const Entry &entry : entries) {
    std::string name = quote(entry.tensor.name);
    std::optional<int64_t> expected =
        byteCount(entry.tensor.dtype, entry.tensor.shape);
    if (!expected)
      return makeError(
          "tensor {} is too large: its shape needs 2^63 bytes or more", name);
    if (entry.begin > entry.end || entry.end > size)
      return makeError(
          "tensor {} has the data offsets {} to {}; expected a range within "
          "the {} bytes of data",
          name, entry.begin, entry.end, size);
    uint64_t elements = *elementCount(entry.tensor.shape);
    unsigned bits = bitsOf(entry.tensor.dtype);
    if (elements % 8 * bits % 8 != 0)
      return makeError(
          "tensor {} has {} elements of {} bits; expected a whole number of "
          "bytes",
          name, elements, bits);
    if (entry.end - entry.begin != uint64_t(*expected))
      return makeError(
          "tensor {} has {} bytes of data; expected {} for its shape and "
          "element type {}",
          name, entry.end - entry.begin, *expected,
          nameOf(entry.tensor.dtype).str());
    if (entry.begin != end)
      return makeError("tensor {} starts at byte {} of the data; expected {}, "
                       "where the tensor before it ends",
                       name, entry.begin, end);
    end = entry.end;
  }
  if (end != size)
    return makeError(
        "the tensors end at byte {} of the data; expected {}, the end of the "
        "file",
        end, size);
  return Error::success();
}

Error parseSafetensors(StringRef contents, TensorFile &file) {
  if (contents.size() < lengthBytes)
    return makeError("not a safetensors file: expected at least {} bytes, "
                     "found {}",
                     lengthBytes, contents.size());
  uint64_t length = support::endian::read64le(contents.data());
  StringRef rest = contents.drop_front(lengthBytes);
  if (length > headerLimit)
    return makeError(
        "not a safetensors file: expected a header of at most {} bytes, found "
        "a length of {}",
        headerLimit, length);
  if (length > rest.size())
    return makeError(
        "truncated safetensors file: expected a header of {} bytes, found {}",
        length, rest.size());
  StringRef header = rest.take_front(length), data = rest.drop_front(length);
  if (!header.starts_with("{"))
    return makeError("not a safetensors file: expected its header to start "
                     "with '{{', found {}",
                     header.empty() ? "nothing" : quote(header.take_front(1)));
  size_t invalid;
  if (!json::isUTF8(header, &invalid))
    return makeError(
        "malformed safetensors header: expected UTF-8 at byte {}, found {}",
        lengthBytes + invalid, quote(header.substr(invalid, 1)));
  std::vector<Entry> entries;
  if (Error error = HeaderParser(header).parse(entries))
    return error;
  // Among those that start together, the empty ones are first.
  sort(entries, [](const Entry &a, const Entry &b) {
    return std::tie(a.begin, a.end, a.tensor.name) <
           std::tie(b.begin, b.end, b.tensor.name);
  });
  if (Error error = verifyData(entries, data.size()))
    return error;
  for (Entry &entry : entries) {
    entry.tensor.bytes = data.slice(entry.begin, entry.end);
    file.tensors.push_back(std::move(entry.tensor));
  }
  return Error::success();
}

Error writeSafetensors(ArrayRef<Tensor> tensors, raw_ostream &os) {
  SmallVector<const Tensor *> sorted;
  StringSet<> names;
  for (const Tensor &tensor : tensors) {
    sorted.push_back(&tensor);
    if (!json::isUTF8(tensor.name) || tensor.name == "__metadata__")
      return makeError("safetensors cannot hold a tensor called {}",
                       quote(tensor.name));
    if (!names.insert(tensor.name).second)
      return makeError("two tensors are called {}", quote(tensor.name));
  }
  // All point into one array, so that this keeps its order.
  sort(sorted, [](const Tensor *a, const Tensor *b) {
    return std::pair(bitsOf(b->dtype), a) < std::pair(bitsOf(a->dtype), b);
  });
  std::string header = "{";
  raw_string_ostream text(header);
  uint64_t offset = 0;
  for (const Tensor *tensor : sorted) {
    text << (header.size() == 1 ? "" : ",") << json::Value(tensor->name)
         << ":{\"dtype\":\"" << nameOf(tensor->dtype) << "\",\"shape\":[";
    interleave(tensor->shape, text, ",");
    text << "],\"data_offsets\":[" << offset << ","
         << offset + tensor->bytes.size() << "]}";
    offset += tensor->bytes.size();
  }
  text << "}";
  // Blanks may follow the JSON.
  header.resize(alignTo(lengthBytes + header.size(), 64) - lengthBytes, ' ');
  support::endian::write<uint64_t>(os, header.size(), endianness::little);
  os << header;
  for (const Tensor *tensor : sorted)
    os << tensor->bytes;
  return Error::success();
}

} // namespace nascent
