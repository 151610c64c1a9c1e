//===- PeakProbe.h - The most that a processor can compute ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXECUTION_PEAKPROBE_H
#define NASCENT_EXECUTION_PEAKPROBE_H

#include "nascent/Execution/Team.h"
#include "nascent/Target/ObjectEmitter.h"
#include <memory>

namespace nascent {

class LoadedObject;

/// Measures how many multiply-adds of floats the processor does at most. What
/// that is changes with its clock, so it is measured beside what is compared.
class PeakProbe {
public:
  /// Makes code for the target of `module`. Fails where it is not this machine.
  static llvm::Expected<std::unique_ptr<PeakProbe>>
  create(mlir::ModuleOp module);
  ~PeakProbe();

  /// Computes for some 50 µs on each thread of the team. Returns operations per
  /// nanosecond, two for a multiply-add: GFLOP/s.
  double measure(Team &team);
  /// The highest so far.
  double getBest() const { return best; }

private:
  PeakProbe(std::unique_ptr<LoadedObject> object,
            int64_t (*function)(const uint64_t *), int64_t operations);

  std::unique_ptr<LoadedObject> object;
  int64_t (*function)(const uint64_t *);
  /// Of one iteration.
  int64_t operations;
  double best = 0;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_PEAKPROBE_H
