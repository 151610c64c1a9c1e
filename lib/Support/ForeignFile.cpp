//===- ForeignFile.cpp - Files of other tools -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/ForeignFile.h"
#include "nascent/Support/CName.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace nascent {

static constexpr StringLiteral takeWeights =
    "write its layers in MLIR, and its weights to a .safetensors or .npz file "
    "for --params";
static constexpr StringLiteral importTorch =
    "'nascent-import MODEL.py:NET --params FILE -o NET.mlir' makes a network, "
    "and NET.safetensors for --params, of the program that built it";
static constexpr StringLiteral runPython =
    "'nascent-import FILE:NET -o NET.mlir' makes a network of the PyTorch "
    "module that it calls NET";
static constexpr StringLiteral importModel =
    "'nascent-import FILE -o NET.mlir' makes its network and its weights of it";
static constexpr StringLiteral importListing =
    "'nascent-import FILE -o NET.mlir' makes a network of it";
static constexpr StringLiteral saveAsUTF8 =
    "save it as UTF-8 without a byte order mark";
static constexpr StringLiteral isForParams =
    "give the network as the model, and this file to --params or to --bind "
    "NET=@FILE";

namespace {
enum class Kind {
  ONNX,
  Torch,
  Pickle,
  Python,
  Keras,
  HDF5,
  TFLite,
  GGUF,
  Graph,
  JSON,
  Listing,
  Marked,
  UTF16,
  Weights
};
struct ForeignKind {
  Kind kind;
  ForeignFile file;
  /// Without the dot.
  std::initializer_list<StringLiteral> extensions;
};
} // namespace

static const ForeignKind foreignKinds[] = {
    {Kind::ONNX, {"an ONNX model", importModel}, {"onnx"}},
    {Kind::Torch, {"a PyTorch file", importTorch}, {"pt", "pth"}},
    {Kind::Pickle,
     {"a Python pickle, which older versions of PyTorch write", importTorch},
     {"pkl", "pickle"}},
    {Kind::Python, {"a program in Python", runPython}, {"py"}},
    {Kind::Keras, {"a Keras model", importModel}, {"keras"}},
    {Kind::HDF5,
     {"a HDF5 file, which Keras writes", importModel},
     {"h5", "hdf5"}},
    {Kind::TFLite, {"a TensorFlow Lite model", takeWeights}, {"tflite"}},
    {Kind::GGUF, {"a GGUF file", takeWeights}, {"gguf"}},
    {Kind::Graph, {"a TensorFlow graph", takeWeights}, {"pb"}},
    {Kind::JSON, {"a model in JSON", importModel}, {"json"}},
    {Kind::Listing,
     {"what a framework prints of a network", importListing},
     {}},
    {Kind::Marked, {"text that begins with a byte order mark", saveAsUTF8}, {}},
    {Kind::UTF16, {"text in UTF-16", saveAsUTF8}, {}},
    {Kind::Weights,
     {"a file of parameters", isForParams},
     {"safetensors", "npz", "npy"}}};

/// Protocol buffers have no magic number. A model's first field is its version
/// of the format, a small number; the next in order is another of the model's.
static bool isONNX(StringRef contents) {
  constexpr StringLiteral fields = "\x12\x1a\x22\x28\x32\x3a\x42";
  return contents.size() > 3 && contents[0] == 0x08 && contents[1] >= 3 &&
         contents[1] < 0x20 && fields.contains(contents[2]);
}

/// What is in a zip archive, by the names of its members: the first one, and
/// those in the directory at its end.
static std::optional<Kind> kindOfArchive(StringRef contents) {
  StringRef names = contents.take_back(1 << 16);
  if (names.contains("/data.pkl"))
    return Kind::Torch;
  if (names.contains("model.weights.h5"))
    return Kind::Keras;
  if (names.contains(".npy"))
    return Kind::Weights;
  return std::nullopt;
}

static bool isSafetensors(StringRef contents) {
  return contents.size() > 8 && contents[8] == '{' &&
         support::endian::read64le(contents.data()) <= contents.size() - 8;
}

/// "Sequential(" and the like, perhaps below a title, as our own listings have
/// it.
static bool isListing(StringRef contents) {
  auto [first, rest] = contents.split('\n');
  auto isHead = [](StringRef line) {
    line = line.trim();
    return line.consume_back("(") && isCWord(line);
  };
  return isHead(first) ||
         (first.contains(": input (") && isHead(rest.split('\n').first));
}

static std::optional<Kind> kindOf(StringRef contents) {
  if (contents.starts_with("PK\x03\x04"))
    return kindOfArchive(contents);
  if (contents.starts_with("\x89HDF\r\n\x1a\n"))
    return Kind::HDF5;
  if (contents.starts_with("\xEF\xBB\xBF"))
    return Kind::Marked;
  if (contents.starts_with("\xFF\xFE") || contents.starts_with("\xFE\xFF"))
    return Kind::UTF16;
  if (contents.starts_with("GGUF"))
    return Kind::GGUF;
  if (contents.substr(4).starts_with("TFL3"))
    return Kind::TFLite;
  if (contents.starts_with("\x93NUMPY") || isSafetensors(contents))
    return Kind::Weights;
  if (contents.size() > 1 && contents[0] == '\x80' && contents[1] >= 2 &&
      contents[1] <= 5)
    return Kind::Pickle;
  if (isONNX(contents))
    return Kind::ONNX;
  if (isListing(contents))
    return Kind::Listing;
  return std::nullopt;
}

static const ForeignKind *lookup(Kind kind) {
  return find_if(foreignKinds,
                 [&](const ForeignKind &entry) { return entry.kind == kind; });
}

static const ForeignKind *lookup(StringRef path) {
  StringRef extension = sys::path::extension(path).drop_front(
      sys::path::has_extension(path) ? 1 : 0);
  for (const ForeignKind &entry : foreignKinds)
    if (is_contained(entry.extensions, extension))
      return &entry;
  return nullptr;
}

static bool isText(StringRef contents) {
  return contents.starts_with("ML\xefR") ||
         !contents.take_front(1 << 10).contains('\0');
}

/// Null for MLIR, and for bytes that nothing is known of.
static const ForeignKind *recognize(StringRef contents, StringRef path) {
  if (std::optional<Kind> kind = kindOf(contents))
    return lookup(*kind);
  // Where a download failed, a model may be a page, or nothing. Programs are
  // text.
  StringRef extension = sys::path::extension(path);
  bool isNamed = is_contained({".onnx", ".py", ".pb", ".json"}, extension);
  return isText(contents) && !isNamed ? nullptr : lookup(path);
}

std::optional<ForeignFile> recognizeForeignFile(StringRef contents,
                                                StringRef path) {
  if (const ForeignKind *known = recognize(contents, path))
    return known->file;
  if (isText(contents))
    return std::nullopt;
  return ForeignFile{"binary data of an unknown format", takeWeights};
}

bool isOnnxFile(StringRef contents, StringRef path) {
  const ForeignKind *known = recognize(contents, path);
  return known && known->kind == Kind::ONNX;
}

std::optional<ForeignFile> recognizeForeignPath(StringRef path) {
  if (const ForeignKind *known = lookup(path))
    return known->file;
  return std::nullopt;
}

} // namespace nascent
