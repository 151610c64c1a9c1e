//===- Team.h - Threads that work together ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXECUTION_TEAM_H
#define NASCENT_EXECUTION_TEAM_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <atomic>
#include <thread>
#include <vector>

namespace nascent {

/// Where so many threads wait until the last has come. They do not sleep: a
/// step of a network often takes less time than waking up.
class Barrier {
public:
  explicit Barrier(unsigned threads) : threads(threads) {}
  void wait();

private:
  const unsigned threads;
  std::atomic<unsigned> arrived = 0;
  std::atomic<unsigned> round = 0;
};

/// The calling thread and others, which end with this object.
class Team {
public:
  /// `size` counts the calling thread. There must be a processor for each.
  explicit Team(unsigned size);
  ~Team();
  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;

  unsigned getSize() const { return size; }
  /// Has each thread do its part, the caller part 0; returns when all have.
  void run(llvm::function_ref<void(unsigned part)> work);
  /// Called by each part: waits until all have come to this place.
  void wait() { barrier.wait(); }

private:
  const unsigned size;
  Barrier barrier, ends;
  /// What is to be done; null to end.
  llvm::function_ref<void(unsigned)> job;
  std::vector<std::thread> others;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_TEAM_H
