//===- Npz.cpp - The NPZ format: a zip archive of NPY files ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libzip reads archives. It does not write them here: its bytes depend on its
// version, and those that we write may not change.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npz.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Npy.h"
#include "nascent/Support/NpyHeader.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <zip.h>

using namespace llvm;

namespace nascent {

/// What all members together may inflate to: much more than weights do, and no
/// more than a machine can be expected to have.
static uint64_t inflatedLimit(uint64_t archiveSize) {
  return std::max<uint64_t>(1 << 30, 32 * archiveSize);
}

namespace {
struct ZipDeleter {
  void operator()(zip_t *archive) const { zip_discard(archive); }
  void operator()(zip_file_t *stream) const { zip_fclose(stream); }
};
} // namespace
using Archive = std::unique_ptr<zip_t, ZipDeleter>;
using Stream = std::unique_ptr<zip_file_t, ZipDeleter>;

static Error malformed(const std::string &what) {
  return createStringError("malformed NPZ archive: " + what);
}

/// Says what libzip found, whose own words are for programmers.
static std::string explain(zip_error_t &error) {
  switch (zip_error_code_zip(&error)) {
  case ZIP_ER_NOZIP:
    return "expected members and after them their central directory, found "
           "less; get all of the file";
  case ZIP_ER_INCONS:
  case ZIP_ER_NOENT: // A size is in a zip64 extension that is not there.
    return "expected its central directory to say the same as its members, "
           "found a contradiction; write the file again";
  case ZIP_ER_EXISTS:
    return "expected each member once, found one twice";
  case ZIP_ER_MULTIDISK:
    return "expected one part, found several";
  default:
    return StringRef(zip_error_strerror(&error)).lower();
  }
}

/// Opens an archive that says everything it says twice alike: where it does
/// not, tools disagree about what it holds.
static Expected<Archive> open(StringRef contents) {
  if (!contents.starts_with("PK"))
    return makeError(
        "not a NPZ archive: expected it to start with 'PK', found {}",
        contents.empty() ? "nothing" : quote(contents.take_front(4)));
  zip_error_t error;
  zip_error_init(&error);
  scope_exit end([&] { zip_error_fini(&error); });
  zip_source_t *source = zip_source_buffer_create(
      contents.data(), contents.size(), /*freep=*/0, &error);
  if (source)
    if (zip_t *archive =
            zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error))
      return Archive(archive);
  zip_source_free(source);
  return malformed(explain(error));
}

/// Describes the members in the order of the central directory.
static Expected<std::vector<zip_stat_t>> list(zip_t *archive) {
  std::vector<zip_stat_t> members(zip_get_num_entries(archive, 0));
  for (auto [i, member] : enumerate(members))
    if (zip_stat_index(archive, i, ZIP_FL_ENC_RAW, &member))
      return malformed(explain(*zip_get_error(archive)));
  return members;
}

/// Whether a member is one that is read.
static Error verify(const zip_stat_t &member) {
  std::string name = quote(member.name);
  if (member.encryption_method != ZIP_EM_NONE)
    return makeError("member {} is encrypted", name);
  if (!StringRef(member.name).ends_with(".npy") || !json::isUTF8(member.name))
    return makeError(
        "member {} is not an array: expected a UTF-8 name that ends in '.npy'",
        name);
  bool isStored = member.comp_method == ZIP_CM_STORE;
  if (!isStored && member.comp_method != ZIP_CM_DEFLATE)
    return makeError("member {} is packed by method {}; expected 0, stored, or "
                     "8, deflated",
                     name, member.comp_method);
  // Deflate makes nothing smaller than by 1032 to 1.
  if (isStored ? member.size != member.comp_size
               : member.size / 1032 > member.comp_size)
    return malformed(fmt::format("member {} cannot hold {} bytes in {}", name,
                                 member.size, member.comp_size));
  return Error::success();
}

/// Keeps archives out that would fill the memory.
static Error verifySizes(ArrayRef<zip_stat_t> members, uint64_t archiveSize) {
  uint64_t packed = 0, inflated = 0;
  for (const zip_stat_t &member : members) {
    packed = SaturatingAdd(packed, member.comp_size);
    if (member.comp_method != ZIP_CM_STORE)
      inflated = SaturatingAdd(inflated, member.size);
  }
  if (packed > archiveSize)
    return malformed(fmt::format(
        "expected members that do not overlap, found {} bytes of them in {}",
        packed, archiveSize));
  if (uint64_t limit = inflatedLimit(archiveSize); inflated > limit)
    return makeError(
        "the archive's {} bytes inflate to {}; expected at most {}; write it "
        "without compression, as numpy.savez does",
        archiveSize, inflated, limit);
  return Error::success();
}

/// The bytes of a member, which `file` keeps.
static Expected<StringRef> unpack(zip_t *archive, const zip_stat_t &member,
                                  TensorFile &file) {
  Stream stream(zip_fopen_index(archive, member.index, /*flags=*/0));
  auto holds = [&](MutableArrayRef<char> out) {
    return stream && zip_fread(stream.get(), out.data(), out.size()) ==
                         zip_int64_t(out.size());
  };
  auto damaged = [&] {
    return makeError("its data does not unpack to {} bytes of the checksum "
                     "{:08x}; write the file again",
                     member.size, member.crc);
  };
  SmallVector<char, 0> start(std::min<uint64_t>(member.size, npyHeaderLimit));
  if (!holds(start))
    return damaged();
  // What is not an array of this size is not worth its memory.
  Expected<NpyHeader> header =
      parseNpyHeader(StringRef(start.data(), start.size()), member.size);
  if (!header)
    return header.takeError();
  Expected<MutableArrayRef<char>> bytes = file.allocate(member.size);
  if (!bytes)
    return bytes.takeError();
  llvm::copy(start, bytes->begin());
  // The checksum is compared where the end is found.
  char more;
  if (!holds(bytes->drop_front(start.size())) ||
      zip_fread(stream.get(), &more, 1) != 0)
    return damaged();
  return StringRef(bytes->data(), bytes->size());
}

static Error readMember(zip_t *archive, const zip_stat_t &member,
                        TensorFile &file) {
  Expected<StringRef> bytes = unpack(archive, member, file);
  if (!bytes)
    return bytes.takeError();
  return parseNpy(*bytes, StringRef(member.name).drop_back(4), file);
}

Error parseNpz(StringRef contents, TensorFile &file) {
  Expected<Archive> archive = open(contents);
  if (!archive)
    return archive.takeError();
  Expected<std::vector<zip_stat_t>> members = list(archive->get());
  if (!members)
    return members.takeError();
  if (Error error = verifySizes(*members, contents.size()))
    return error;
  for (const zip_stat_t &member : *members)
    if (Error error = verify(member))
      return error;
  for (const zip_stat_t &member : *members)
    if (Error error = readMember(archive->get(), member, file))
      return makeError("member {}: {}", quote(member.name),
                       toString(std::move(error)));
  return Error::success();
}

/// The fields that a member's two records share.
static void putMember(support::endian::Writer &fields, uint16_t nameSize,
                      uint32_t size, uint32_t crc) {
  // It needs zip 2.0, has a name in UTF-8, is stored, of midnight, 1 January
  // 1980, and not extended.
  fields.write<uint16_t>({20, 0x800, ZIP_CM_STORE, 0, 1 << 5 | 1});
  fields.write<uint32_t>({crc, size, size});
  fields.write<uint16_t>({nameSize, 0});
}

Error writeNpz(ArrayRef<Tensor> tensors, raw_ostream &os) {
  std::string directory;
  raw_string_ostream directoryStream(directory);
  support::endian::Writer fields(os, endianness::little),
      directoryFields(directoryStream, endianness::little);
  StringSet<> names;
  uint64_t offset = 0;
  for (const Tensor &tensor : tensors) {
    std::string name = tensor.name + ".npy";
    if (!names.insert(name).second)
      return makeError("two tensors are called {}", quote(tensor.name));
    // numpy reads names up to a NUL, and libzip none of UTF-8 with other
    // control characters.
    auto isControl = [](unsigned char c) { return c < ' '; };
    if (!json::isUTF8(name) || any_of(name, isControl) ||
        name.size() > UINT16_MAX)
      return makeError("NPZ cannot hold a tensor called {}",
                       quote(tensor.name));
    std::string start;
    raw_string_ostream startStream(start);
    Tensor empty = tensor;
    empty.bytes = {};
    if (Error error = writeNpy(empty, startStream))
      return error;
    constexpr uint64_t recordSize = 30;
    uint64_t size = start.size() + tensor.bytes.size();
    uint64_t after = offset + recordSize + name.size() + size;
    if (after >= UINT32_MAX || names.size() >= UINT16_MAX)
      return createStringError(
          "an archive of 4 GiB or 65535 members and more is not written; "
          "write a .safetensors file");
    uint32_t crc = crc32(crc32(arrayRefFromStringRef(start)),
                         arrayRefFromStringRef(tensor.bytes));
    os << "PK\x03\x04";
    putMember(fields, name.size(), size, crc);
    os << name << start << tensor.bytes;

    directoryStream << "PK\x01\x02";
    directoryFields.write<uint16_t>(20); // made by zip 2.0
    putMember(directoryFields, name.size(), size, crc);
    // No comment, part 0, and no attributes.
    directoryFields.write<uint16_t>({0, 0, 0});
    directoryFields.write<uint32_t>({0, static_cast<uint32_t>(offset)});
    directoryStream << name;
    offset = after;
  }
  if (offset + directory.size() >= UINT32_MAX)
    return createStringError("an archive of 4 GiB or more is not written; "
                             "write a .safetensors file");
  os << directory << "PK\x05\x06";
  auto count = static_cast<uint16_t>(names.size());
  fields.write<uint16_t>({0, 0, count, count});
  fields.write<uint32_t>(directory.size());
  fields.write<uint32_t>(offset);
  fields.write<uint16_t>(0); // no comment
  return Error::success();
}

} // namespace nascent
