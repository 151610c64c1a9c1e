//===- TimeForward.h - How long a forward pass takes ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_TIMEFORWARD_H
#define NASCENT_LIB_DRIVER_TIMEFORWARD_H

#include "nascent/Execution/LoadedNetwork.h"
#include "nascent/Execution/PeakProbe.h"
#include "nascent/Execution/Team.h"
#include <vector>

namespace nascent {

/// Runs a forward pass on all threads of a team.
bool runForward(const ForwardCall &call, Team &team);

/// Nanoseconds: the middle one of the samples, and between which the middle
/// half of them lies.
struct Timing {
  double median = 0, low = 0, high = 0;
  size_t samples = 0;
};

/// The timing that samples, at least one, amount to.
Timing summarize(std::vector<double> samples);

/// Measures a forward pass for about a second, and the peak meanwhile.
Timing timeForward(const ForwardCall &call, Team &team, PeakProbe &probe);

/// Measures each step of forward passes, likewise.
std::vector<Timing> timeSteps(const ForwardCall &call, Team &team,
                              PeakProbe &probe);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_TIMEFORWARD_H
