//===- LinkShared.cpp - A shared object of an object ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinkShared.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

using llvm::StringRef;

static llvm::Expected<std::string> findLinker() {
  for (StringRef name : {"ld.lld", "ld.lld-22", "ld"})
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return llvm::createStringError(
      "a shared object needs a linker, ld.lld or ld, "
      "and none was found; install lld or binutils");
}

static llvm::Expected<std::string> createFile(StringRef suffix) {
  llvm::SmallString<128> path;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("nascent", suffix, path))
    return llvm::createStringError(error, "cannot create a temporary file: " +
                                              error.message());
  return path.str().str();
}

llvm::Expected<llvm::SmallVector<char, 0>> linkShared(StringRef object) {
  auto linker = findLinker();
  if (!linker)
    return linker.takeError();
  auto input = createFile("o");
  if (!input)
    return input.takeError();
  llvm::FileRemover removeInput(*input);
  auto output = createFile("so");
  if (!output)
    return output.takeError();
  llvm::FileRemover removeOutput(*output);
  std::error_code error;
  llvm::raw_fd_ostream os(*input, error);
  if (!error) {
    os << object;
    os.close();
    error = os.error();
    // An error left in the stream would abort in its destructor.
    os.clear_error();
  }
  if (error)
    return llvm::createStringError(error, "cannot write '" + *input +
                                              "': " + error.message());
  std::string message;
  int status =
      llvm::sys::ExecuteAndWait(*linker,
                                {*linker, "-shared", "-z", "defs", "-z", "text",
                                 "--build-id=none", "-o", *output, *input},
                                std::nullopt, {}, 0, 0, &message);
  if (status != 0)
    return llvm::createStringError("'" + *linker + "' could not link: " +
                                   (message.empty() ? "see above" : message));
  auto buffer = llvm::MemoryBuffer::getFile(*output);
  if (!buffer)
    return llvm::createStringError(buffer.getError(),
                                   "cannot read what '" + *linker + "' linked");
  StringRef bytes = (*buffer)->getBuffer();
  return llvm::SmallVector<char, 0>(bytes.begin(), bytes.end());
}

} // namespace nascent
