//===- Progress.h - What takes so long --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_PROGRESS_H
#define NASCENT_LIB_DRIVER_PROGRESS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace nascent {

/// Says on standard error what a tool is doing, while this object lives: from
/// the first second on, and only on a terminal. What is printed meanwhile
/// writes over the line.
class Progress {
public:
  /// `what` is like "nascent-run: compiling".
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

private:
  void show();

  std::string what;
  std::mutex mutex;
  std::condition_variable changed;
  bool isDone = false;
  std::thread thread;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_PROGRESS_H
