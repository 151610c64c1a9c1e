//===- SelfTest.h - What a self test computes on ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A self test runs each forward function of a network on reproducible inputs
// and compares the outputs with golden ones. It needs no memory but the
// caller's workspace; where in it what lies is said here, once.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_SELFTEST_H
#define NASCENT_CINTERFACE_SELFTEST_H

#include "nascent/CInterface/NetworkInterface.h"

namespace nascent {

/// On the module, where networks have self tests: a dictionary that has for a
/// network's name what its outputs are to be, an array of a tensor of samples
/// for each output of each entry.
inline constexpr llvm::StringLiteral kGoldenAttrName = "nn.golden";

/// A buffer within the workspace: where, and its elements, of 4 bytes each.
struct SelfTestBuffer {
  int64_t offset, size;
  /// How many of the elements have golden values: all, or 1024 that are evenly
  /// spread.
  int64_t getSampleCount() const;
  /// The element that the sample is of.
  int64_t getSample(int64_t index) const;
};

/// What one forward function computes on.
struct SelfTestEntry {
  llvm::SmallVector<SelfTestBuffer> inputs, outputs;
};

/// The workspace of a network.
struct SelfTestWorkspace {
  std::vector<SelfTestEntry> entries;
  int64_t scratch = 0;
  int64_t bytes = 0;

  /// Places everything for a network whose entries have their scratch.
  static SelfTestWorkspace of(const NetworkInterface &network);
};

/// How many rows an open batch has in a self test: those of which the blocks
/// differ, once each.
inline constexpr int64_t kSelfTestRows = 21;

} // namespace nascent

#endif // NASCENT_CINTERFACE_SELFTEST_H
