//===- Parts.h - What is measured, and beside whom ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PARTS_H
#define NASCENT_BENCHMARKS_PARTS_H

#include "Shapes.h"

namespace nascent::bench {

/// Measures single layers or whole networks.
struct Part {
  std::vector<Shape> shapes;
  std::vector<Network> networks;
  /// Who is to take part, in the order of the tables.
  std::vector<std::string> contestants;
  /// Whether there must be two processors.
  bool onTwo = false;
};

/// Ours and its peers, in the order of the tables.
const std::vector<std::string> &besidePeers();

/// Whether the part's name says that it measures with AVX2, by `_avx2` behind.
bool isWithAvx2(const std::string &name);

/// The part of this name; exits where there is none.
Part makePart(const std::string &name);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PARTS_H
