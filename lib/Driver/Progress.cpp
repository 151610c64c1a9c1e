//===- Progress.cpp - What takes so long ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>

namespace nascent {

/// Erases from the cursor to the end of a line.
static constexpr const char *kErase = "\x1b[K";

Progress::Progress(std::string what) : what(std::move(what)) {
  if (llvm::errs().is_displayed())
    thread = std::thread([this] { show(); });
}

Progress::~Progress() {
  if (!thread.joinable())
    return;
  {
    std::lock_guard lock(mutex);
    isDone = true;
  }
  changed.notify_one();
  thread.join();
}

void Progress::show() {
  // Other threads write to llvm::errs() meanwhile.
  llvm::raw_fd_ostream os(STDERR_FILENO, /*shouldClose=*/false,
                          /*unbuffered=*/true);
  std::unique_lock lock(mutex);
  for (int seconds = 1;; ++seconds) {
    bool ended = changed.wait_for(lock, std::chrono::seconds(1),
                                  [this] { return isDone; });
    if (ended) {
      if (seconds > 1)
        os << kErase;
      return;
    }
    // At the line's start: whatever comes next stands there.
    os << fmt::format("{}{} … {} s\r", kErase, what, seconds);
  }
}

} // namespace nascent
