//===- Ranks.h - Processes that train together ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXECUTION_RANKS_H
#define NASCENT_EXECUTION_RANKS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <cstdio>

namespace nascent {

/// The processes that `mpirun` has started together, and which of them this
/// is. Open MPI's library is loaded only if there are several.
class Ranks {
public:
  /// Joins those that have been started with this process.
  static llvm::Expected<Ranks> join();

  int64_t getRank() const { return rank; }
  int64_t getCount() const { return count; }
  bool isFirst() const { return rank == 0; }
  bool areSeveral() const { return count > 1; }

  /// Sums the numbers of all ranks, all of which call it.
  llvm::Error sum(llvm::MutableArrayRef<float> numbers) const {
    return sum(numbers.data(), numbers.size(), sizeof(float), floatType);
  }
  llvm::Error sum(llvm::MutableArrayRef<double> numbers) const {
    return sum(numbers.data(), numbers.size(), sizeof(double), doubleType);
  }
  /// The same, where there is a power of two of ranks: first in pairs, then the
  /// sums in pairs, and so on.
  llvm::Error sumInPairs(llvm::MutableArrayRef<float> numbers) const;
  /// Has the first rank speak for all: others write nothing to stdout, and what
  /// they write to stderr is kept until it is known whether it is said already.
  llvm::Error mute();
  /// Whether one of all ranks has failed, all of which call it. The first one
  /// that has says why.
  bool hasAnyFailed(bool hasFailed) const;
  /// Leaves the others.
  void leave() const;
  /// Ends all, where this one has failed by itself: others would wait for it
  /// forever.
  void abortAll() const;

private:
  llvm::Error load();
  llvm::Error sum(void *numbers, size_t count, size_t bytesEach,
                  void *type) const;
  /// Writes what was kept.
  void unmute() const;

  int64_t rank = 0, count = 1;
  /// Where stderr was, and what takes its place.
  int errors = -1;
  std::FILE *kept = nullptr;
  /// Open MPI's functions and handles.
  int (*reduce)(const void *, void *, int, void *, void *, void *) = nullptr;
  int (*exchange)(const void *, int, void *, int, int, void *, int, void *, int,
                  int, void *, void *) = nullptr;
  int (*finalize)() = nullptr;
  int (*abort)(void *, int) = nullptr;
  void *world = nullptr, *addition = nullptr;
  void *floatType = nullptr, *doubleType = nullptr;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_RANKS_H
