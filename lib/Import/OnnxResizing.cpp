//===- OnnxResizing.cpp - Spatial sizes -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
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

/// How many times as large each dimension becomes; empty after a refusal.
static llvm::SmallVector<int64_t> readFactors(OnnxCall &call,
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
  llvm::SmallVector<int64_t> axes = call.list("axes"), factors(x.rank(), 1);
  if (axes.empty())
    for (size_t dim = 0; dim < x.rank(); ++dim)
      axes.push_back(dim);
  std::optional<llvm::SmallVector<int64_t>> sizes;
  if (call.hasInput(3)) {
    const OnnxConstant *integers = call.integers(3);
    if (!integers)
      return {};
    if (scales.empty() && call.need(integers->size() == axes.size(),
                                    "sizes and axes of different lengths"))
      for (auto [dim, size] : llvm::zip(axes, integers->integers)) {
        auto counted = call.axis(dim, x.rank());
        if (!counted)
          return {};
        OpenSize own = x.sizes[*counted];
        if (own == size)
          scales.push_back(1);
        else if (!call.need(
                     !own.isOpen() && !size.isOpen() && own.number > 0,
                     "sizes that are open are not supported; scales are"))
          return {};
        else
          scales.push_back(float(size.number) / own.number);
      }
  }
  if (!call.need(scales.size() == axes.size(),
                 fmt::format("expected {} scales, got {}", axes.size(),
                             scales.size())))
    return {};
  for (auto [dim, scale] : llvm::zip(axes, scales)) {
    auto counted = call.axis(dim, x.rank());
    if (!counted ||
        !call.need(scale >= 1 && scale <= 1 << 16 && scale == std::floor(scale),
                   fmt::format("a scale of {} is not supported; 1, 2, 3, … are",
                               scale)) ||
        !call.need(scale == 1 || *counted >= 2,
                   "batch and channels cannot be resized"))
      return {};
    factors[*counted] = scale;
  }
  return factors;
}

/// Whether places are found as the layer finds them.
static bool isSupportedGrid(OnnxCall &call, const std::string &mode,
                            llvm::ArrayRef<int64_t> factors) {
  // The first operator sets had but this one.
  bool isOld = call.opset < 11;
  std::string grid = call.string("coordinate_transformation_mode",
                                 isOld ? "asymmetric" : "half_pixel");
  std::string nearest =
      call.string("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  bool isCentered = grid == "half_pixel" || grid == "pytorch_half_pixel" ||
                    grid == "half_pixel_symmetric";
  if (mode == "linear")
    return call.need(isCentered, "mode 'linear' with the coordinates '" + grid +
                                     "' is not supported; 'half_pixel' is");
  // Rounding to the nearest element, or down to the one at the left, gives the
  // element whose part of the result it is.
  bool rounds = llvm::StringRef(nearest).starts_with("round_prefer");
  bool isDoubled = llvm::all_of(factors, [](int64_t f) { return f <= 2; });
  bool isOwnPart =
      (isCentered && rounds) ||
      (grid == "asymmetric" &&
       (nearest == "floor" || (nearest == "round_prefer_floor" && isDoubled)));
  return call.need(isOwnPart, "mode 'nearest' with the coordinates '" + grid +
                                  "' and nearest_mode '" + nearest +
                                  "' is not supported");
}

static void importResize(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  std::string mode = call.string("mode", "nearest");
  for (llvm::StringRef name :
       {"cubic_coeff_a", "exclude_outside", "extrapolation_value"})
    call.ignore(name);
  std::string policy = call.string("keep_aspect_ratio_policy", "stretch");
  bool isSmooth = call.integer("antialias", 0) != 0;
  auto factors = x ? readFactors(call, *x) : llvm::SmallVector<int64_t>();
  if (mode == "bilinear" || mode == "trilinear")
    mode = "linear";
  if (factors.empty() ||
      !call.need(mode == "nearest" || mode == "linear",
                 "mode '" + mode +
                     "' is not supported; 'nearest' and 'linear' "
                     "are") ||
      !call.need(x->rank() <= 5,
                 fmt::format("expected a value of rank 3 to 5, got rank {}",
                             x->rank())) ||
      !call.need(!isSmooth, "antialias is not supported") ||
      !call.need(policy == "stretch", "keep_aspect_ratio_policy '" + policy +
                                          "' is not supported; 'stretch' is"))
    return;
  if (!isSupportedGrid(call, mode, factors))
    return;
  llvm::ArrayRef<int64_t> spatial = llvm::ArrayRef(factors).drop_front(2);
  if (llvm::all_of(spatial, [](int64_t factor) { return factor == 1; }))
    return call.setResult(x);
  OpenShape sizes = x->sizes;
  for (size_t dim = 2; dim < x->rank(); ++dim)
    if (sizes[dim].isOpen())
      sizes[dim] = factors[dim] == 1 ? sizes[dim] : call.openSize();
    else if (llvm::MulOverflow(sizes[dim].number, factors[dim],
                               sizes[dim].number))
      return call.refuse("sizes are too large");
  static constexpr llvm::StringLiteral linear[] = {"linear", "bilinear",
                                                   "trilinear"};
  call.setResult(call.add(
      "upsample", {x}, sizes,
      Clauses()
          .integers("scale", spatial)
          .word("mode", mode == "linear" ? linear[x->rank() - 3] : "nearest",
                "nearest")));
}

llvm::ArrayRef<OnnxOperator> onnxResizing() {
  static constexpr llvm::StringLiteral whole =
      "whole factors, by the nearest element or linear";
  static constexpr OnnxOperator operators[] = {
      {"Pad", "pad",
       "not of the batch; a constant, or of spatial dimensions reflect and "
       "edge",
       importPad},
      {"Resize", "upsample", whole, importResize, 10},
      {"Upsample", "upsample", whole, importResize}};
  return operators;
}

} // namespace nascent
