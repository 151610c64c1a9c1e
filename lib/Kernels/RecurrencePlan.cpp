//===- RecurrencePlan.cpp - How one row of a recurrence is computed -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/KernelPlan.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

namespace nascent::kernels {

int64_t chooseCellLanes(const VectorTarget &target, int64_t units) {
  int64_t half = target.lanes / 2;
  return target.lanes >= 16 && units < target.lanes ? half : target.lanes;
}

/// How many registers of a recurrence's row are for sums; what gates make of
/// them needs the rest.
static int64_t cellRegisters(const VectorTarget &target) {
  return target.registers * 5 / 8;
}

bool fitsRegisters(const VectorTarget &target, int64_t units, int64_t columns) {
  int64_t vectors = llvm::divideCeil(columns, chooseCellLanes(target, units));
  return vectors <= cellRegisters(target) &&
         units * columns * int64_t(sizeof(float)) <= target.nearestCache;
}

CellPlan planCell(const VectorTarget &target, int64_t units, int64_t vectors,
                  bool strict) {
  // Code of some kilobytes. In more of it, LLVM would move loads to the front,
  // and spill what they give.
  constexpr int64_t straight = 160;
  int64_t splits = 1;
  // The next step waits for the last sum, so that twice as many accumulators as
  // keep the unit busy are better.
  int64_t most = std::min<int64_t>(cellRegisters(target), 16);
  if (!strict)
    splits =
        std::clamp<int64_t>(most / vectors, 1, std::max<int64_t>(1, units / 2));
  while (units % splits)
    --splits;
  return {splits, units * vectors <= straight ? units : splits};
}

bool isWorthJoining(const VectorTarget &target, int64_t units, int64_t columns,
                    int64_t depth) {
  int64_t lanes = chooseCellLanes(target, units);
  // A gate's vectors must lie within panels.
  bool areWhole =
      units % lanes == 0 && choosePanelWidth(target, columns) % lanes == 0;
  // What is kept back of straight code has room for some hundred instructions.
  constexpr int64_t most = 64;
  return areWhole && depth * (columns / lanes) <= most;
}

} // namespace nascent::kernels
