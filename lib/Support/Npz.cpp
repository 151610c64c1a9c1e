//===- Npz.cpp - The NPZ format: a zip archive of NPY files ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only as much of zip as numpy writes: members one after the other, stored or
// deflated, and a central directory that describes them. An archive says most
// things twice; where the two differ, tools disagree about what it holds, so it
// is refused.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npz.h"
#include "nascent/Support/Npy.h"
#include "nascent/Support/NpyHeader.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <fmt/format.h>
#include <zlib.h>

using namespace llvm;
using support::endian::read16le;
using support::endian::read32le;

namespace nascent {

static constexpr StringLiteral localMagic = "PK\x03\x04";
static constexpr StringLiteral centralMagic = "PK\x01\x02";
static constexpr StringLiteral endMagic = "PK\x05\x06";
static constexpr uint64_t localBytes = 30, centralBytes = 46, endBytes = 22;
/// A 32-bit field whose value is in a zip64 extension.
static constexpr uint32_t elsewhere = UINT32_MAX;

/// What all members together may inflate to: much more than weights do, and no
/// more than a machine can be expected to have.
static uint64_t inflatedLimit(uint64_t archiveSize) {
  return std::max<uint64_t>(1 << 30, 32 * archiveSize);
}

enum Method : uint16_t { Stored = 0, Deflated = 8 };
enum Flag : uint16_t { Encrypted = 1, SizesFollow = 8, NameIsUTF8 = 0x800 };

namespace {
/// A member as the central directory describes it.
struct Member {
  StringRef name;
  uint16_t flags, method;
  uint32_t crc, packedSize, size, offset;
  /// Where its data ends in the archive.
  uint64_t end = 0;
};
} // namespace

static Error malformed(const std::string &what) {
  return createStringError("malformed NPZ archive: " + what);
}

/// Finds the record at the end of the archive, which a comment may follow.
static Expected<uint64_t> findEnd(StringRef contents) {
  if (!contents.starts_with(localMagic) && !contents.starts_with(endMagic))
    return createStringError(fmt::format(
        "not a NPZ archive: expected it to start with 'PK', found {}",
        contents.empty() ? "nothing" : quote(contents.take_front(4))));
  size_t at = contents.rfind(endMagic);
  if (at == StringRef::npos || contents.size() - at < endBytes)
    return malformed("expected the end of a central directory, found none");
  uint64_t commentSize = read16le(contents.data() + at + 20);
  if (contents.size() - at - endBytes != commentSize)
    return malformed(
        fmt::format("expected a comment of {} bytes at its end, found {}",
                    commentSize, contents.size() - at - endBytes));
  return at;
}

/// Reads the central directory.
static Error readDirectory(StringRef contents, std::vector<Member> &members) {
  Expected<uint64_t> end = findEnd(contents);
  if (!end)
    return end.takeError();
  const char *record = contents.data() + *end;
  uint16_t count = read16le(record + 10);
  uint32_t size = read32le(record + 12), start = read32le(record + 16);
  if (count == UINT16_MAX || size == elsewhere || start == elsewhere)
    return createStringError("archives with zip64 directories are not "
                             "supported; write a .safetensors file");
  if (read16le(record + 4) || read16le(record + 6) ||
      read16le(record + 8) != count)
    return malformed("expected one part, found several");
  if (uint64_t(start) + size != *end)
    return malformed(fmt::format(
        "expected its central directory to end at byte {}, found {}", *end,
        uint64_t(start) + size));
  StringRef rest = contents.slice(start, *end);
  for (unsigned i = 0; i != count; ++i) {
    if (rest.size() < centralBytes || !rest.starts_with(centralMagic))
      return malformed(fmt::format(
          "expected {} members in its central directory, found {}", count, i));
    const char *entry = rest.data();
    uint64_t nameSize = read16le(entry + 28);
    uint64_t length =
        centralBytes + nameSize + read16le(entry + 30) + read16le(entry + 32);
    if (length > rest.size())
      return malformed(
          fmt::format("its central directory ends within member {}", i));
    Member member{rest.substr(centralBytes, nameSize),
                  read16le(entry + 8),
                  read16le(entry + 10),
                  read32le(entry + 16),
                  read32le(entry + 20),
                  read32le(entry + 24),
                  read32le(entry + 42)};
    rest = rest.drop_front(length);
    std::string name = quote(member.name);
    if (is_contained({member.packedSize, member.size, member.offset},
                     elsewhere))
      return createStringError(
          fmt::format("member {} is of 4 GiB or more (zip64), which is not "
                      "supported; write a .safetensors file",
                      name));
    if (member.flags & Encrypted)
      return createStringError(fmt::format("member {} is encrypted", name));
    if (!member.name.ends_with(".npy") || !json::isUTF8(member.name))
      return createStringError(fmt::format(
          "member {} is not an array: expected a UTF-8 name that ends in "
          "'.npy'",
          name));
    members.push_back(member);
  }
  if (!rest.empty())
    return malformed(fmt::format(
        "expected {} members in its central directory, found more", count));
  return Error::success();
}

/// The packed bytes of a member. What is said twice has to agree.
static Expected<StringRef> locate(StringRef contents, Member &member) {
  std::string name = quote(member.name);
  StringRef rest = contents.substr(member.offset);
  if (rest.size() < localBytes || !rest.starts_with(localMagic))
    return malformed(fmt::format("expected member {} at byte {}, found {}",
                                 name, member.offset,
                                 quote(rest.take_front(4))));
  const char *local = rest.data();
  uint64_t nameSize = read16le(local + 26);
  uint64_t start = localBytes + nameSize + read16le(local + 28);
  if (start + member.packedSize > rest.size())
    return malformed(fmt::format(
        "member {} needs {} bytes at byte {}; the file ends after "
        "{}",
        name, start + member.packedSize, member.offset, rest.size()));
  StringRef localName = rest.substr(localBytes, nameSize);
  if (localName != member.name)
    return malformed(
        fmt::format("member {} is called {} in the central directory",
                    quote(localName), name));
  // Local sizes may follow the data or be in a zip64 extension.
  auto agrees = [&](unsigned at, uint32_t stated) {
    uint32_t value = read32le(local + at);
    return value == stated || value == elsewhere ||
           (read16le(local + 6) & SizesFollow);
  };
  if (read16le(local + 8) != member.method || !agrees(14, member.crc) ||
      !agrees(18, member.packedSize) || !agrees(22, member.size))
    return malformed(fmt::format(
        "member {} is not what the central directory says of it", name));
  member.end = member.offset + start + member.packedSize;
  return rest.substr(start, member.packedSize);
}

/// Inflates `packed` into `out`: all of it, or as much as there is room for.
static bool inflateInto(MutableArrayRef<char> out, StringRef packed,
                        bool isAll) {
  z_stream stream = {};
  if (inflateInit2(&stream, /*raw deflate*/ -MAX_WBITS) != Z_OK)
    return false;
  scope_exit end([&] { inflateEnd(&stream); });
  // Both sizes are below 2^32.
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = out.size();
  bool isEnd = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  return stream.avail_out == 0 && (!isAll || (isEnd && stream.avail_in == 0));
}

static Error inMember(const Member &member, Error error) {
  return createStringError(fmt::format("member {}: {}", quote(member.name),
                                       toString(std::move(error))));
}

static Expected<StringRef> unpack(StringRef packed, const Member &member,
                                  TensorFile &file) {
  std::string name = quote(member.name);
  if (member.method == Stored) {
    if (member.packedSize != member.size)
      return malformed(
          fmt::format("member {} is stored in {} bytes; expected its size, {}",
                      name, member.packedSize, member.size));
    return packed;
  }
  if (member.method != Deflated)
    return createStringError(
        fmt::format("member {} is packed by method {}; expected 0, stored, or "
                    "8, deflated",
                    name, member.method));
  // Deflate makes nothing smaller than by 1032 to 1.
  if (member.size / 1032 > member.packedSize)
    return malformed(fmt::format("member {} cannot hold {} bytes in {}", name,
                                 member.size, member.packedSize));
  auto doesNotInflate = [&] {
    return malformed(fmt::format("member {} does not inflate to its {} bytes",
                                 name, member.size));
  };
  // What is not an array of this size is not worth its memory.
  if (member.size > npyHeaderLimit) {
    SmallVector<char, 0> start(npyHeaderLimit);
    if (!inflateInto(start, packed, /*isAll=*/false))
      return doesNotInflate();
    Expected<NpyHeader> header =
        parseNpyHeader(StringRef(start.data(), start.size()), member.size);
    if (!header)
      return inMember(member, header.takeError());
  }
  Expected<MutableArrayRef<char>> bytes = file.allocate(member.size);
  if (!bytes)
    return bytes.takeError();
  if (!inflateInto(*bytes, packed, /*isAll=*/true))
    return doesNotInflate();
  return StringRef(bytes->data(), bytes->size());
}

static uint32_t checksum(StringRef bytes) {
  return crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()),
                 bytes.size());
}

static Error readMember(StringRef contents, Member &member, TensorFile &file) {
  Expected<StringRef> packed = locate(contents, member);
  if (!packed)
    return packed.takeError();
  Expected<StringRef> bytes = unpack(*packed, member, file);
  if (!bytes)
    return bytes.takeError();
  if (uint32_t crc = checksum(*bytes); crc != member.crc)
    return malformed(
        fmt::format("member {} has the checksum {:08x}; expected {:08x}",
                    quote(member.name), crc, member.crc));
  if (Error error = parseNpy(*bytes, member.name.drop_back(4), file))
    return inMember(member, std::move(error));
  return Error::success();
}

Error parseNpz(StringRef contents, TensorFile &file) {
  std::vector<Member> members;
  if (Error error = readDirectory(contents, members))
    return error;
  StringSet<> names;
  for (const Member &member : members)
    if (!names.insert(member.name).second)
      return malformed(fmt::format("expected member {} once, found it twice",
                                   quote(member.name)));
  sort(members,
       [](const Member &a, const Member &b) { return a.offset < b.offset; });
  uint64_t inflated = 0, limit = inflatedLimit(contents.size());
  for (const Member &member : members)
    inflated += member.method == Deflated ? member.size : 0;
  if (inflated > limit)
    return createStringError(fmt::format(
        "the archive's {} bytes inflate to {}; expected at most {}; write it "
        "without compression, as numpy.savez does",
        contents.size(), inflated, limit));
  // Members that overlap would let a small file unpack to any size.
  uint64_t end = 0;
  for (Member &member : members) {
    if (member.offset < end)
      return malformed(fmt::format("member {} overlaps the one before it",
                                   quote(member.name)));
    if (Error error = readMember(contents, member, file))
      return error;
    end = member.end;
  }
  return Error::success();
}

/// Little-endian fields of a record.
static void put16(raw_ostream &os, uint16_t value) {
  char bytes[2];
  support::endian::write16le(bytes, value);
  os << StringRef(bytes, 2);
}
static void put32(raw_ostream &os, uint32_t value) {
  char bytes[4];
  support::endian::write32le(bytes, value);
  os << StringRef(bytes, 4);
}

/// The fields that a member's two records share.
static void putMember(raw_ostream &os, const Member &member) {
  put16(os, 20); // needs zip 2.0
  put16(os, member.flags);
  put16(os, member.method);
  put16(os, 0);          // midnight,
  put16(os, 1 << 5 | 1); // 1 January 1980
  put32(os, member.crc);
  put32(os, member.packedSize);
  put32(os, member.size);
  put16(os, member.name.size());
  put16(os, 0); // no extension
}

Error writeNpz(ArrayRef<Tensor> tensors, raw_ostream &os) {
  std::string directory;
  raw_string_ostream directoryStream(directory);
  StringSet<> names;
  uint64_t offset = 0;
  for (const Tensor &tensor : tensors) {
    std::string name = tensor.name + ".npy";
    if (!names.insert(name).second)
      return createStringError(
          fmt::format("two tensors are called {}", quote(tensor.name)));
    if (!json::isUTF8(name) || name.size() > UINT16_MAX)
      return createStringError(fmt::format("NPZ cannot hold a tensor called {}",
                                           quote(tensor.name)));
    std::string start;
    raw_string_ostream startStream(start);
    Tensor empty = tensor;
    empty.bytes = {};
    if (Error error = writeNpy(empty, startStream))
      return error;
    uint64_t size = start.size() + tensor.bytes.size();
    uint64_t after = offset + localBytes + name.size() + size;
    if (after >= elsewhere || names.size() >= UINT16_MAX)
      return createStringError(
          "an archive of 4 GiB or 65535 members and more is not supported; "
          "write a .safetensors file");
    uint32_t crc = crc32_z(checksum(start),
                           reinterpret_cast<const Bytef *>(tensor.bytes.data()),
                           tensor.bytes.size());
    Member member{name,
                  NameIsUTF8,
                  Stored,
                  crc,
                  static_cast<uint32_t>(size),
                  static_cast<uint32_t>(size),
                  static_cast<uint32_t>(offset)};
    os << localMagic;
    putMember(os, member);
    os << name << start << tensor.bytes;

    directoryStream << centralMagic;
    put16(directoryStream, 20); // made by zip 2.0
    putMember(directoryStream, member);
    put16(directoryStream, 0); // no comment
    put16(directoryStream, 0); // part 0
    put16(directoryStream, 0); // no attributes
    put32(directoryStream, 0);
    put32(directoryStream, member.offset);
    directoryStream << name;
    offset = after;
  }
  if (offset + directory.size() >= elsewhere)
    return createStringError("an archive of 4 GiB or more is not supported; "
                             "write a .safetensors file");
  os << directory << endMagic;
  put16(os, 0);
  put16(os, 0);
  put16(os, names.size());
  put16(os, names.size());
  put32(os, directory.size());
  put32(os, offset);
  put16(os, 0); // no comment
  return Error::success();
}

} // namespace nascent
