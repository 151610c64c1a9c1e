//===- RunReport.h - What nascent-run says of a run -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_RUNREPORT_H
#define NASCENT_LIB_DRIVER_RUNREPORT_H

#include "LayerCosts.h"
#include "TimeForward.h"
#include "nascent/Support/CompareFloats.h"
#include "llvm/Support/raw_ostream.h"

namespace nascent {

/// "12.3 µs".
std::string formatTime(double ns);

/// Writes what a forward pass takes that makes so many multiply-adds, if that
/// is known, beside the peak, in GFLOP/s. Fails where that is exceeded: then
/// one of the two was measured wrong.
llvm::Error reportTiming(const Timing &timing,
                         std::optional<int64_t> multiplyAdds, double peak,
                         unsigned threads, llvm::raw_ostream &os);

/// Writes a line for each step, of which `launches` says what it is.
void reportSteps(llvm::ArrayRef<Timing> timings,
                 llvm::ArrayRef<LayerCost> launches, double peak,
                 llvm::raw_ostream &os);

/// Fails, with the worst elements, if an output is not what is expected of it.
llvm::Error reportComparison(llvm::StringRef output,
                             llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<float> actual,
                             llvm::StringRef expectedPath,
                             llvm::ArrayRef<float> expected,
                             const Tolerance &tolerance, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_RUNREPORT_H
