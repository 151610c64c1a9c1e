//===- Shuffle.h - The order of rows in an epoch ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TRAINING_SHUFFLE_H
#define NASCENT_TRAINING_SHUFFLE_H

#include <cstdint>
#include <vector>

namespace nascent {

/// The rows from 0 to below `rows` in the order of an epoch: a shuffle by
/// Fisher and Yates, from the last place down. Place i takes one of the places
/// up to it, ⌊w·(i + 1) / 2⁶⁴⌋, where w is the first two words of
/// Philox4x32-10, the lower one first, for the counter (i, epoch) and the key
/// `seed`.
std::vector<int64_t> shuffledRows(int64_t rows, uint64_t seed, uint64_t epoch);

/// What a step of training drops elements by: the first two words, the lower
/// one first, for the counter (step, 2⁶⁴ − 1), which no epoch has.
uint64_t seedOfStep(uint64_t seed, uint64_t step);

} // namespace nascent

#endif // NASCENT_TRAINING_SHUFFLE_H
