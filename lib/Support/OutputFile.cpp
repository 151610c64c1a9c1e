//===- OutputFile.cpp - Output files, all or none -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/OutputFile.h"
#include "nascent/Support/Descriptor.h"
#include "nascent/Support/MakeError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace nascent {

static Error cannotWrite(StringRef path, StringRef reason) {
  return makeError("cannot write '{}': {}", path.str(), reason.str());
}
static Error cannotWrite(StringRef path, std::error_code error) {
  return cannotWrite(path, error.message());
}

static std::optional<int> descriptorOf(StringRef path) {
  return path == "-" ? 1 : openDescriptor(path);
}

/// Closes the stream if it is ours to close, and tells how it went.
static std::error_code finish(raw_fd_ostream &os, bool close) {
  if (close)
    os.close();
  else
    os.flush();
  std::error_code error = os.error();
  // An error left in the stream would abort in its destructor.
  os.clear_error();
  return error;
}

/// Creates a file of a new name in the directory of `destination`, where a
/// rename is atomic.
static std::error_code createTemporary(StringRef destination,
                                       SmallString<128> &temporary,
                                       int &descriptor) {
  // Not `createUniqueFile`: it would replace a '%' in the directory as well.
  std::error_code error;
  for (unsigned attempt = 0; attempt != 128; ++attempt) {
    SmallString<32> name;
    sys::fs::createUniquePath(".nascent-%%%%%%%%.tmp", name,
                              /*MakeAbsolute=*/false);
    temporary = sys::path::parent_path(destination);
    sys::path::append(temporary, name);
    // The mode is subject to the umask.
    error = sys::fs::openFileForWrite(temporary, descriptor,
                                      sys::fs::CD_CreateNew, sys::fs::OF_None,
                                      sys::fs::all_read | sys::fs::all_write);
    if (error != std::errc::file_exists)
      break;
  }
  return error;
}

static void removeTemporary(StringRef temporary) {
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

/// Finds the absolute path without symbolic links of a file that may not exist
/// yet. Fails where no file can be written. `inPlace` is set if the file is
/// there and not a regular one.
static Error resolve(StringRef path, SmallString<128> &destination,
                     bool &inPlace) {
  if (path.empty())
    return cannotWrite(path, "the path is empty");
  sys::fs::file_status status;
  std::error_code error = sys::fs::status(path, status);
  inPlace = false;
  if (!error) {
    if (sys::fs::is_directory(status))
      return cannotWrite(path, "it is a directory");
    // A rename would replace a file however it is protected.
    if (!sys::fs::can_write(path))
      return cannotWrite(path,
                         std::make_error_code(std::errc::permission_denied));
    inPlace = !sys::fs::is_regular_file(status);
    // The target of a link is written, the link stays.
    if ((error = sys::fs::real_path(path, destination)))
      return cannotWrite(path, error);
    return Error::success();
  }
  if (error != std::errc::no_such_file_or_directory)
    return cannotWrite(path, error);
  if (sys::fs::is_symlink_file(path))
    return cannotWrite(path,
                       "it is a symbolic link to a file that does not exist");

  StringRef directory = sys::path::parent_path(path);
  if ((error = sys::fs::real_path(directory.empty() ? "." : directory,
                                  destination)))
    return cannotWrite(path, error);
  sys::path::append(destination, sys::path::filename(path));
  return Error::success();
}

OutputFiles::~OutputFiles() { discard(); }

void OutputFiles::protect(StringRef path) {
  SmallString<128> destination;
  if (path != "-" && !sys::fs::real_path(path, destination))
    inputs.push_back(destination.str().str());
}

Error OutputFiles::verify(StringRef path) {
  SmallString<128> destination;
  bool inPlace = true;
  if (descriptorOf(path))
    return Error::success();
  if (Error error = resolve(path, destination, inPlace))
    return error;
  // Files are made beside their destination.
  StringRef directory = sys::path::parent_path(destination);
  if (!inPlace && !sys::fs::can_write(directory))
    return cannotWrite(path,
                       std::make_error_code(std::errc::permission_denied));
  return Error::success();
}

Error OutputFiles::add(StringRef path,
                       function_ref<Error(raw_pwrite_stream &)> write) {
  std::optional<int> open = descriptorOf(path);
  SmallString<128> destination;
  bool inPlace = true;
  if (open)
    destination = fmt::format("descriptor {}", *open);
  else if (Error error = resolve(path, destination, inPlace))
    return error;
  if (contains(destination))
    return cannotWrite(path, "it is the path of another output too");
  if (!inPlace && is_contained(inputs, destination.str()))
    return cannotWrite(path, "it is read by the same command");

  if (inPlace) {
    Stream stream{path.str(), destination.str().str(), open, {}};
    raw_svector_ostream os(stream.contents);
    if (Error error = write(os))
      return error;
    streams.push_back(std::move(stream));
    return Error::success();
  }

  SmallString<128> temporary;
  int descriptor;
  if (std::error_code error =
          createTemporary(destination, temporary, descriptor))
    return cannotWrite(path, error);
  sys::RemoveFileOnSignal(temporary);
  raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  Error error = write(os);
  std::error_code streamError = finish(os, /*close=*/true);
  if (!error && streamError)
    error = cannotWrite(path, streamError);
  if (error) {
    removeTemporary(temporary);
    return error;
  }
  files.push_back({path.str(), destination.str().str(), temporary.str().str()});
  return Error::success();
}

Error OutputFiles::commit() {
  Error error = commitStreams();
  if (!error)
    error = commitFiles();
  discard();
  return error;
}

Error OutputFiles::commitStreams() {
  // What was printed so far comes before the output.
  outs().flush();
  for (const Stream &stream : streams) {
    int descriptor;
    if (stream.descriptor)
      descriptor = *stream.descriptor;
    else if (std::error_code error = sys::fs::openFileForWrite(
                 stream.path, descriptor, sys::fs::CD_OpenExisting))
      return cannotWrite(stream.path, error);
    const bool close = !stream.descriptor;
    raw_fd_ostream os(descriptor, close, /*unbuffered=*/true);
    os << StringRef(stream.contents.data(), stream.contents.size());
    if (std::error_code error = finish(os, close))
      return cannotWrite(stream.path, error);
  }
  return Error::success();
}

Error OutputFiles::commitFiles() {
  for (size_t i = 0, e = files.size(); i != e; ++i) {
    File &file = files[i];
    if (std::error_code error =
            sys::fs::rename(file.temporary, file.destination)) {
      for (const File &renamed : ArrayRef(files).take_front(i))
        sys::fs::remove(renamed.destination);
      return cannotWrite(file.path, error);
    }
    sys::DontRemoveFileOnSignal(file.temporary);
    file.temporary.clear();
  }
  return Error::success();
}

bool OutputFiles::contains(StringRef destination) const {
  return any_of(files,
                [&](const File &file) {
                  return file.destination == destination;
                }) ||
         any_of(streams, [&](const Stream &stream) {
           return stream.identity == destination;
         });
}

void OutputFiles::discard() {
  for (const File &file : files)
    if (!file.temporary.empty())
      removeTemporary(file.temporary);
  files.clear();
  streams.clear();
}

} // namespace nascent
