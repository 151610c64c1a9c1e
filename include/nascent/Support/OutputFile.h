//===- OutputFile.h - Output files, all or none -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A run writes several files that belong together: an object and its header.
// Nobody should find one of them without the others, or half of one. So each is
// first written to a temporary file beside its destination, and all are renamed
// at the end.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_OUTPUTFILE_H
#define NASCENT_SUPPORT_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace nascent {

/// The output files of one run. What has not been committed is discarded.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Makes it an error to write the file at `path`, which the run reads.
  void protect(llvm::StringRef path);

  /// Fails where `add` would fail before it writes anything. Asked at the
  /// start, so that nobody waits for a result that has no place.
  static llvm::Error verify(llvm::StringRef path);

  /// Has `write` produce the contents of the file at `path`; "-" is the
  /// standard output. What goes to a device, a pipe or a descriptor cannot be
  /// taken back: it is kept in memory until the commit. An error of `write` is
  /// returned as it is, any other reads "cannot write '<path>': <reason>".
  llvm::Error
  add(llvm::StringRef path,
      llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> write);

  /// Puts everything in its place: streams first, since they fail more often,
  /// then files. If that fails no file of this commit is left: one that already
  /// replaced an older one is removed, because nothing is easier to notice than
  /// something stale. Either way the object is empty afterwards.
  llvm::Error commit();

private:
  /// A regular file, complete under a temporary name.
  struct File {
    std::string path;
    /// `path` without symbolic links.
    std::string destination;
    std::string temporary;
  };
  /// Something that is written in place.
  struct Stream {
    std::string path;
    /// What identifies it, as `destination` does a file.
    std::string identity;
    /// Set if it is open already.
    std::optional<int> descriptor;
    llvm::SmallVector<char, 0> contents;
  };

  bool contains(llvm::StringRef destination) const;
  llvm::Error commitStreams();
  llvm::Error commitFiles();
  void discard();

  /// The files that are read, without symbolic links.
  std::vector<std::string> inputs;
  std::vector<File> files;
  std::vector<Stream> streams;
};

} // namespace nascent

#endif // NASCENT_SUPPORT_OUTPUTFILE_H
