//===- Reference.h - What the right numbers are ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_REFERENCE_H
#define NASCENT_BENCHMARKS_REFERENCE_H

#include "Contestant.h"

namespace nascent::bench {

/// The network's output, computed in double precision.
std::vector<double> referenceOutput(const Network &network,
                                    const std::vector<float> &x);

/// The largest difference between `y` and the reference, relative to the
/// largest magnitude of the reference. NaN where an element is NaN.
double relativeError(const std::vector<double> &reference, const float *y);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_REFERENCE_H
