//===- OnnxResizing.cpp - Spatial sizes -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxResizeMatrix.h"
#include "OnnxShapes.h"
#include "llvm/ADT/Sequence.h"
#include <fmt/format.h>

namespace nascent {

static void importPad(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  llvm::SmallVector<int64_t> pads = call.list("pads");
  if (pads.empty())
    pads = call.list("paddings");
  float number = call.real("value", 0);
  if (call.hasInput(1)) {
    auto numbers = call.numbers(1);
    if (!numbers)
      return;
    pads = *numbers;
  }
  if (call.hasInput(2)) {
    const OnnxConstant *constant = call.floats(2);
    if (!constant || !call.need(constant->size() == 1, "several values"))
      return;
    number = constant->floats.front();
  }
  std::string mode = call.string("mode", "constant");
  if (!x)
    return;
  llvm::SmallVector<int64_t> all(2 * x->rank(), 0);
  if (call.hasInput(3)) {
    auto axes = call.numbers(3);
    if (!axes || !call.need(pads.size() == 2 * axes->size(),
                            "pads and axes of different lengths"))
      return;
    for (auto [index, dim] : llvm::enumerate(*axes)) {
      auto counted = call.axis(dim, x->rank());
      if (!counted)
        return;
      all[*counted] = pads[index];
      all[*counted + x->rank()] = pads[index + axes->size()];
    }
    pads = all;
  }
  size_t count = x->rank() - 2;
  if (!call.need(pads.size() == 2 * x->rank(),
                 fmt::format("pads has {} numbers, expected {}", pads.size(),
                             2 * x->rank())) ||
      !call.need(count <= 3, fmt::format("expected a value of rank 3 to 5, got "
                                         "rank {}",
                                         x->rank())) ||
      !call.need(mode == "constant" || mode == "reflect" || mode == "edge",
                 "mode '" + mode + "' is not supported"))
    return;
  OpenShape sizes = x->sizes;
  llvm::SmallVector<int64_t> before, after;
  for (size_t dim = 0; dim < x->rank(); ++dim) {
    int64_t low = pads[dim], high = pads[dim + x->rank()];
    if (!call.need(low >= 0 && high >= 0 && low <= 1 << 20 && high <= 1 << 20,
                   "pads that are negative or too large are not supported") ||
        !call.need(dim >= 2 || (low == 0 && high == 0) ||
                       (dim == 1 && mode == "constant"),
                   "padding of the batch, or of channels but by a constant, is "
                   "not supported"))
      return;
    if (dim < 2)
      continue;
    before.push_back(low);
    after.push_back(high);
    sizes[dim] = sizes[dim].isOpen() ? call.openSize()
                                     : OpenSize(sizes[dim].number + low + high);
  }
  before.append(after);
  if (!call.need(std::isfinite(number), "a value that is not finite"))
    return;
  if (llvm::any_of(before, [](int64_t size) { return size != 0; }))
    x = &call.add("pad", {x}, sizes,
                  Clauses()
                      .integers("padding", before)
                      .word("mode", mode == "edge" ? "replicate" : mode,
                            "constant")
                      .real("value", number, 0.0f))
             ->result;
  if (int64_t low = pads[1], high = pads[x->rank() + 1]; low + high > 0)
    x = padDim(call, x, /*dim=*/1, low, high, number);
  if (x)
    call.setResult(x);
}

//===----------------------------------------------------------------------===//
// Resize
//===----------------------------------------------------------------------===//

namespace {
/// What becomes of a dimension.
struct Resized {
  float scale = 1;
  /// Open where the dimension is.
  OpenSize size;
};
} // namespace

/// Of each dimension; empty after a refusal.
static llvm::SmallVector<Resized> readResized(OnnxCall &call,
                                              const ImportedValue &x) {
  std::vector<float> scales = call.reals("scales");
  size_t input = call.opset < 10 || call.countInputs() < 3 ? 1 : 2;
  if (call.hasInput(input)) {
    const OnnxConstant *constant = call.floats(input);
    if (!constant)
      return {};
    scales = constant->floats;
  }
  // The region of interest is of another mode.
  if (call.countInputs() > 2 && call.hasInput(1))
    call.findConstant(1);
  llvm::SmallVector<int64_t> axes = call.list("axes");
  llvm::SmallVector<Resized> resized(x.rank());
  for (auto [dim, each] : llvm::enumerate(resized))
    each.size = x.sizes[dim];
  if (axes.empty())
    llvm::append_range(axes, llvm::seq<int64_t>(0, x.rank()));
  const OnnxConstant *sizes = call.hasInput(3) ? call.integers(3) : nullptr;
  if (call.hasInput(3) && !sizes)
    return {};
  bool hasSizes = sizes && scales.empty();
  size_t count = hasSizes ? sizes->size() : scales.size();
  if (!call.need(count == axes.size(),
                 fmt::format("expected {} {}, got {}", axes.size(),
                             hasSizes ? "sizes" : "scales", count)))
    return {};
  for (auto [index, axis] : llvm::enumerate(axes)) {
    auto dim = call.axis(axis, x.rank());
    if (!dim)
      return {};
    Resized &each = resized[*dim];
    OpenSize own = x.sizes[*dim];
    if (hasSizes) {
      each.size = sizes->integers[index];
      if (own == each.size)
        continue;
      if (!call.need(!own.isOpen() && !each.size.isOpen() &&
                         each.size.number > 0 && own.number > 0,
                     "sizes that are open are not supported; scales are"))
        return {};
      each.scale = float(each.size.number) / float(own.number);
    } else {
      each.scale = scales[index];
      if (!call.need(each.scale > 0 && each.scale <= 1 << 16,
                     fmt::format("a scale of {} is not supported", each.scale)))
        return {};
      // Rounded to f32, as runtimes do: 0.7f of 10 are 7.
      if (each.scale != 1)
        each.size = own.isOpen()
                        ? call.openSize()
                        : OpenSize(int64_t(float(own.number) * each.scale));
    }
    if (!call.need(*dim >= 2 || each.scale == 1,
                   "batch and channels cannot be resized"))
      return {};
  }
  return resized;
}

/// Whether all factors are whole, and places are found as the layer finds them.
static bool isUpsample(const ResizeGrid &grid,
                       llvm::ArrayRef<Resized> resized) {
  bool isDoubled = true;
  for (const Resized &each : resized) {
    if (each.scale < 1 || each.scale != std::floor(each.scale))
      return false;
    isDoubled &= each.scale <= 2;
  }
  bool isCentered = grid.coordinates == "half_pixel" ||
                    grid.coordinates == "pytorch_half_pixel" ||
                    grid.coordinates == "half_pixel_symmetric";
  if (grid.mode == "linear")
    return isCentered;
  // Rounding to the nearest element, or down to the one at the left, gives the
  // element whose part of the result it is.
  bool rounds = llvm::StringRef(grid.nearest).starts_with("round_prefer");
  return grid.mode == "nearest" &&
         ((isCentered && rounds) ||
          (grid.coordinates == "asymmetric" &&
           (grid.nearest == "floor" ||
            (grid.nearest == "round_prefer_floor" && isDoubled))));
}

static ResizeGrid readGrid(OnnxCall &call) {
  // The first operator sets had but one.
  bool isOld = call.opset < 11;
  ResizeGrid grid;
  grid.mode = call.string("mode", "nearest");
  if (grid.mode == "bilinear" || grid.mode == "trilinear")
    grid.mode = "linear";
  grid.coordinates = call.string("coordinate_transformation_mode",
                                 isOld ? "asymmetric" : "half_pixel");
  grid.nearest =
      call.string("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  grid.cubic = call.real("cubic_coeff_a", -0.75f);
  grid.excludesOutside = call.integer("exclude_outside", 0) != 0;
  return grid;
}

static void importResize(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  ResizeGrid grid = readGrid(call);
  call.ignore("extrapolation_value");
  std::string policy = call.string("keep_aspect_ratio_policy", "stretch");
  bool isSmooth = call.integer("antialias", 0) != 0;
  auto resized = x ? readResized(call, *x) : llvm::SmallVector<Resized>();
  if (resized.empty() ||
      !call.need(grid.mode == "nearest" || grid.mode == "linear" ||
                     grid.mode == "cubic",
                 "mode '" + grid.mode +
                     "' is not supported; 'nearest', 'linear' and 'cubic' "
                     "are") ||
      !call.need(x->rank() <= 5,
                 fmt::format("expected a value of rank 3 to 5, got rank {}",
                             x->rank())) ||
      !call.need(!isSmooth, "antialias is not supported") ||
      !call.need(!grid.excludesOutside || grid.mode == "cubic",
                 "exclude_outside is supported with mode 'cubic', not '" +
                     grid.mode + "'") ||
      !call.need(policy == "stretch", "keep_aspect_ratio_policy '" + policy +
                                          "' is not supported; 'stretch' is"))
    return;
  if (!isUpsample(grid, resized)) {
    for (size_t dim = 2; x && dim < x->rank(); ++dim)
      if (resized[dim].scale != 1)
        x = resizeDim(call, x, dim, resized[dim].size.number,
                      resized[dim].scale, grid);
    if (x)
      call.setResult(x);
    return;
  }
  OpenShape sizes;
  llvm::SmallVector<int64_t> factors;
  for (const Resized &each : resized) {
    sizes.push_back(each.size);
    factors.push_back(each.scale);
  }
  llvm::ArrayRef<int64_t> spatial = llvm::ArrayRef(factors).drop_front(2);
  if (llvm::all_of(spatial, [](int64_t factor) { return factor == 1; }))
    return call.setResult(x);
  static constexpr llvm::StringLiteral linear[] = {"linear", "bilinear",
                                                   "trilinear"};
  bool isLinear = grid.mode == "linear";
  call.setResult(
      call.add("upsample", {x}, sizes,
               Clauses()
                   .integers("scale", spatial)
                   .word("mode", isLinear ? linear[x->rank() - 3] : "nearest",
                         "nearest")));
}

llvm::ArrayRef<OnnxOperator> onnxResizing() {
  static constexpr llvm::StringLiteral limits =
      "nearest, linear or cubic; by whole factors, or sizes are known and "
      "become those of a dense layer's constant matrix; no antialias";
  static constexpr OnnxOperator operators[] = {
      {"Pad", "pad",
       "not of the batch; a constant, or of spatial dimensions reflect and "
       "edge",
       importPad},
      {"Resize", "upsample, or dense", limits, importResize, 10},
      {"Upsample", "upsample, or dense", limits, importResize}};
  return operators;
}

} // namespace nascent
