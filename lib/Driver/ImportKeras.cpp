//===- ImportKeras.cpp - Models of Keras as MLIR --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keras's files are HDF5 and its layers are known to nascent-import, which is
// in Python: it is run on the file, in a folder that is gone afterwards.
//
//===----------------------------------------------------------------------===//

#include "ImportKeras.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <fmt/format.h>

using namespace llvm;

namespace nascent {

bool isKerasPath(StringRef path) {
  StringRef extension = sys::path::extension(path);
  return extension == ".keras" || extension == ".h5" || extension == ".hdf5";
}

static Expected<std::string> findImporter() {
  std::string self = sys::fs::getMainExecutable(nullptr, nullptr);
  StringRef folder = sys::path::parent_path(self);
  for (ArrayRef<StringRef> folders : {ArrayRef(folder), ArrayRef<StringRef>()})
    if (auto path = sys::findProgramByName("nascent-import", folders))
      return *path;
  return createStringError("a model of Keras is read by nascent-import, which "
                           "is neither beside this program nor in the PATH");
}

namespace {
/// A folder that is removed with this object.
struct TemporaryFolder {
  SmallString<128> path;

  ~TemporaryFolder() {
    if (!path.empty())
      sys::fs::remove_directories(path);
  }
  std::string file(StringRef name) const {
    SmallString<128> file(path);
    sys::path::append(file, name);
    return file.str().str();
  }
};
} // namespace

Expected<ImportedNetwork> importKeras(StringRef path) {
  auto importer = findImporter();
  if (!importer)
    return importer.takeError();
  TemporaryFolder folder;
  if (std::error_code error =
          sys::fs::createUniqueDirectory("nascent", folder.path))
    return createStringError(error, "cannot create a temporary folder: " +
                                        error.message());
  std::string source = folder.file("net.mlir");
  std::string message;
  int status = sys::ExecuteAndWait(*importer, {*importer, path, "-o", source},
                                   std::nullopt, {}, 0, 0, &message);
  if (status != 0)
    return createStringError(fmt::format(
        "'{}' could not be imported: {}", printable(path),
        message.empty() ? "nascent-import says why, above" : message));
  auto text = MemoryBuffer::getFile(source);
  if (!text)
    return createStringError(text.getError(),
                             "cannot read what " + *importer + " has written");
  ImportedNetwork network;
  network.source = (*text)->getBuffer().str();
  std::string weights = folder.file("net.safetensors");
  if (!sys::fs::exists(weights))
    return network;
  auto tensors = readTensorFile(weights);
  if (!tensors)
    return tensors.takeError();
  network.weights = std::move(*tensors);
  return network;
}

} // namespace nascent
