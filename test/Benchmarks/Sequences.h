//===- Sequences.h - The layers of sequences that are measured ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each network is one layer, whose x is (batch, steps, features), or indices
// as floats, (batch, steps). The layers' parameters are, in PyTorch's forms and
// gates in its order,
//   Lstm, Gru  weight_ih, weight_hh, bias_ih, bias_hh
//   Encoder    as EncoderParameter says
//   Embedding  its table
//   Mean       none
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_SEQUENCES_H
#define NASCENT_BENCHMARKS_SEQUENCES_H

#include "Contestant.h"
#include <array>

namespace nascent::bench {

/// A recurrent layer so small that programmers write a step of it as one
/// function. Known at compile time, because Eigen's contestant is instantiated
/// for them.
struct Cell {
  Kind kind;
  int features, units;
};

/// Of one sample a step, as in audio effects, and of as many features as units.
inline constexpr std::array<Cell, 14> kCells = {{
    {Kind::Lstm, 1, 8},
    {Kind::Lstm, 1, 16},
    {Kind::Lstm, 1, 20},
    {Kind::Lstm, 1, 40},
    {Kind::Lstm, 1, 64},
    {Kind::Lstm, 16, 16},
    {Kind::Lstm, 64, 64},
    {Kind::Gru, 1, 8},
    {Kind::Gru, 1, 16},
    {Kind::Gru, 1, 24},
    {Kind::Gru, 1, 40},
    {Kind::Gru, 1, 64},
    {Kind::Gru, 16, 16},
    {Kind::Gru, 64, 64},
}};

inline constexpr int kCellSteps = 100;

/// What an encoder's parameters are, in the order in which it uses them:
/// queries', keys' and values' weights are one.
enum EncoderParameter : size_t {
  kProjections,
  kProjectionsBias,
  kOutput,
  kOutputBias,
  kNorm1,
  kNorm1Bias,
  kLinear1,
  kLinear1Bias,
  kLinear2,
  kLinear2Bias,
  kNorm2,
  kNorm2Bias,
};

inline constexpr int kHeads = 8;
inline constexpr float kNormEpsilon = 1e-5f;

/// The name of the network that is this cell.
std::string cellName(const Cell &cell);

/// The cells, on one sequence.
std::vector<Network> cellNetworks();

/// An LSTM of 256, 512 and 1024 units on 32 steps of as many features.
std::vector<Network> lstmNetworks();

/// PyTorch's TransformerEncoderLayer, with relu.
std::vector<Network> encoderNetworks();

/// What only moves bytes: an embedding and a mean over steps.
std::vector<Network> memoryNetworks();

/// Floating-point operations of the products of one sequence, and a mean's
/// additions.
double sequenceFlops(const Layer &layer);

/// How many bytes an embedding or a mean reads of one sequence, and writes.
int64_t bytesMoved(const Layer &layer);

/// Random indices for an embedding.
std::vector<float> randomIndices(const Network &network, uint32_t seed);

/// Puts the same step of all sequences side by side, or back.
void toStepsFirst(const float *from, float *to, int64_t batch,
                  const Extent &extent);
void toBatchFirst(const float *from, float *to, int64_t batch,
                  const Extent &extent);

/// The layer's output for one sequence, in double precision.
void applySequence(const Layer &layer, const double *x, double *y);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_SEQUENCES_H
