//===- Team.cpp - Threads that work together ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/Team.h"

namespace nascent {

void Barrier::wait() {
  // Somebody else may need the processor that the last one is to run on.
  constexpr int patience = 2000;
  unsigned now = round.load(std::memory_order_acquire);
  if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == threads) {
    arrived.store(0, std::memory_order_relaxed);
    round.store(now + 1, std::memory_order_release);
    return;
  }
  for (int i = 0; round.load(std::memory_order_acquire) == now; ++i)
    if (i >= patience)
      std::this_thread::yield();
}

Team::Team(unsigned size) : size(size), barrier(size), ends(size) {
  for (unsigned part = 1; part < size; ++part)
    others.emplace_back([this, part] {
      for (;;) {
        ends.wait();
        if (!job)
          return;
        job(part);
        ends.wait();
      }
    });
}

Team::~Team() {
  job = nullptr;
  ends.wait();
  for (std::thread &other : others)
    other.join();
}

void Team::run(llvm::function_ref<void(unsigned)> work) {
  job = work;
  ends.wait();
  work(0);
  ends.wait();
}

} // namespace nascent
