//===- OnnxResizeMatrix.cpp - Any resizing of a known size ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of known sizes, each element of the result is a sum of a few of the input's
// along each dimension, whatever the mode: a product with a constant matrix,
// and so a dense layer.
//
//===----------------------------------------------------------------------===//

#include "OnnxResizeMatrix.h"
#include "OnnxShapes.h"
#include "llvm/ADT/Sequence.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nascent {

/// The most elements of a matrix: a small file is not to ask for much memory.
static constexpr int64_t kMaxMatrix = int64_t(1) << 21;

/// Where a place of the result lies among those of the input; nothing where the
/// coordinates are of another kind. In f32 as runtimes compute it, since the
/// nearest element depends on the last bit: of a scale of 1.2f, place 6 is 5.
static std::optional<float> placeOf(const ResizeGrid &grid, int64_t in,
                                    int64_t out, float scale, float place) {
  float centered = (place + 0.5f) / scale - 0.5f;
  // Before it is rounded down, as ONNX's tests have it.
  float size = scale * in;
  if (grid.coordinates == "half_pixel")
    return centered;
  if (grid.coordinates == "pytorch_half_pixel")
    return out > 1 ? centered : 0;
  if (grid.coordinates == "half_pixel_symmetric")
    return in / 2.0f * (1 - out / size) + centered;
  if (grid.coordinates == "align_corners")
    return out > 1 ? place * (in - 1) / (size - 1) : 0;
  if (grid.coordinates == "asymmetric")
    return place / scale;
  if (grid.coordinates == "tf_half_pixel_for_nn")
    return (place + 0.5f) / scale;
  return std::nullopt;
}

/// The weights of neighbours from the first one on, which `first` becomes;
/// empty for a mode of another kind.
static llvm::SmallVector<double, 4> weightsAt(const ResizeGrid &grid,
                                              double place, int64_t &first) {
  double below = std::floor(place), rest = place - below;
  first = static_cast<int64_t>(below);
  if (grid.mode == "linear")
    return {1 - rest, rest};
  if (grid.mode == "cubic") {
    --first;
    llvm::SmallVector<double, 4> weights;
    for (int64_t index = -1; index <= 2; ++index) {
      double d = std::abs(rest - index), a = grid.cubic;
      weights.push_back(d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
                               : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a);
    }
    return weights;
  }
  if (grid.nearest == "round_prefer_floor")
    first = static_cast<int64_t>(std::ceil(place - 0.5));
  else if (grid.nearest == "round_prefer_ceil")
    first = static_cast<int64_t>(std::floor(place + 0.5));
  else if (grid.nearest == "ceil")
    first = static_cast<int64_t>(std::ceil(place));
  else if (grid.nearest != "floor")
    return {};
  return {1};
}

/// How elements are found, for refusals.
static std::string describe(const ResizeGrid &grid) {
  std::string text = fmt::format("mode '{}' with the coordinates '{}'",
                                 grid.mode, grid.coordinates);
  if (grid.mode == "nearest")
    text += fmt::format(", nearest_mode '{}'", grid.nearest);
  return text;
}

/// The matrix (out, in) of one dimension; empty after a refusal.
static std::vector<float> makeMatrix(OnnxCall &call, const ResizeGrid &grid,
                                     int64_t in, int64_t out, float scale) {
  std::vector<float> matrix(in * out);
  for (int64_t place = 0; place < out; ++place) {
    std::optional<float> at = placeOf(grid, in, out, scale, place);
    int64_t first = 0;
    auto weights = weightsAt(grid, at.value_or(0), first);
    if (!call.need(at && !weights.empty(),
                   describe(grid) + " is not supported"))
      return {};
    double sum = 0;
    for (auto [index, weight] : llvm::enumerate(weights)) {
      int64_t from = first + static_cast<int64_t>(index);
      if (!grid.excludesOutside || (from >= 0 && from < in))
        sum += weight;
    }
    if (!call.need(!grid.excludesOutside || sum != 0,
                   "the weights that exclude_outside leaves sum to 0"))
      return {};
    for (auto [index, weight] : llvm::enumerate(weights)) {
      int64_t from = first + static_cast<int64_t>(index);
      if (!grid.excludesOutside || (from >= 0 && from < in))
        matrix[place * in + std::clamp<int64_t>(from, 0, in - 1)] +=
            static_cast<float>(grid.excludesOutside ? weight / sum : weight);
    }
  }
  return matrix;
}

ImportedValue *resizeDim(OnnxCall &call, ImportedValue *value, size_t dim,
                         int64_t out, float scale, const ResizeGrid &grid) {
  OpenSize size = value->sizes[dim];
  if (!call.need(!size.isOpen(),
                 fmt::format("{} and a scale of {} is supported where sizes "
                             "are known",
                             describe(grid), scale)) ||
      !call.need(out > 0 && out <= kMaxMatrix / size.number,
                 fmt::format("a dimension of {} elements that becomes one of "
                             "{} is not supported",
                             size.number, out)))
    return nullptr;
  auto matrix = makeMatrix(call, grid, size.number, out, scale);
  if (matrix.empty())
    return nullptr;
  auto dims = llvm::to_vector(llvm::seq<int64_t>(0, value->rank()));
  std::swap(dims[dim], dims.back());
  ImportedValue *moved = permute(call, value, dims);
  if (!moved)
    return nullptr;
  OpenShape sizes = moved->sizes;
  sizes.back() = out;
  ImportedLayer *layer =
      call.add("dense", {moved}, sizes, Clauses().integer("in", size.number));
  layer->leading = std::to_string(out);
  layer->hasNoBias = true;
  layer->parameters.push_back(
      {"weight", {out, size.number}, std::move(matrix), ""});
  return permute(call, &layer->result, dims);
}

} // namespace nascent
