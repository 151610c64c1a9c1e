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
  /// Leaves the others. Where this one has failed, it ends all of them, which
  /// would wait for it forever.
  void leave(bool hasFailed) const;

private:
  llvm::Error load();
  llvm::Error sum(void *numbers, size_t count, size_t bytesEach,
                  void *type) const;

  int64_t rank = 0, count = 1;
  /// Open MPI's functions and handles.
  int (*reduce)(const void *, void *, int, void *, void *, void *) = nullptr;
  int (*finalize)() = nullptr;
  int (*abort)(void *, int) = nullptr;
  void *world = nullptr, *addition = nullptr;
  void *floatType = nullptr, *doubleType = nullptr;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_RANKS_H
