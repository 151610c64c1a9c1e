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
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

namespace nascent {

bool isKerasPath(llvm::StringRef path) {
  llvm::StringRef extension = llvm::sys::path::extension(path);
  return extension == ".keras" || extension == ".h5" || extension == ".hdf5";
}

static llvm::Expected<std::string> findImporter() {
  std::string self = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  llvm::StringRef folder = llvm::sys::path::parent_path(self);
  for (llvm::ArrayRef<llvm::StringRef> folders :
       {llvm::ArrayRef(folder), llvm::ArrayRef<llvm::StringRef>()})
    if (auto path = llvm::sys::findProgramByName("nascent-import", folders))
      return *path;
  return llvm::createStringError(
      "a model of Keras is read by nascent-import, which "
      "is neither beside this program nor in the PATH");
}

namespace {
/// A folder that is removed with this object.
struct TemporaryFolder {
  llvm::SmallString<128> path;

  ~TemporaryFolder() {
    if (!path.empty())
      llvm::sys::fs::remove_directories(path);
  }
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    return file.str().str();
  }
};
} // namespace

llvm::Expected<ImportedNetwork> importKeras(llvm::StringRef path) {
  auto importer = findImporter();
  if (!importer)
    return importer.takeError();
  TemporaryFolder folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("nascent", folder.path))
    return llvm::createStringError(error, "cannot create a temporary folder: " +
                                              error.message());
  std::string source = folder.file("net.mlir");
  std::string message;
  int status = llvm::sys::ExecuteAndWait(
      *importer, {*importer, path, "-o", source, "--quiet"}, std::nullopt, {},
      0, 0, &message);
  if (status != 0)
    return makeError("'{}' could not be imported: {}", printable(path),
                     message.empty() ? "nascent-import says why, above"
                                     : message);
  auto text = llvm::MemoryBuffer::getFile(source);
  if (!text)
    return llvm::createStringError(
        text.getError(), "cannot read what " + *importer + " has written");
  ImportedNetwork network;
  network.source = (*text)->getBuffer().str();
  std::string weights = folder.file("net.safetensors");
  if (!llvm::sys::fs::exists(weights))
    return network;
  auto tensors = readTensorFile(weights);
  if (!tensors)
    return tensors.takeError();
  network.weights = std::move(*tensors);
  return network;
}

} // namespace nascent
