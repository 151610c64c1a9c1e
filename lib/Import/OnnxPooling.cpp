//===- OnnxPooling.cpp - Maxima and means ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

/// A pool whose window is its attributes'.
static void importPool(OnnxCall &call, llvm::StringRef mnemonic,
                       bool padsWithZeros, Clauses clauses) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  WindowNumbers window;
  if (!x || !readWindow(call, *x, {}, window))
    return;
  window.ceil = call.integer("ceil_mode", 0) != 0;
  size_t count = window.kernel.size();
  bool isWide = false;
  for (size_t dim = 0; dim < 2 * count; ++dim)
    isWide |= window.padding[dim] > window.kernel[dim % count] / 2;
  if (isWide) {
    if (!call.need(padsWithZeros && !window.ceil,
                   "padding of more than half of the window is not supported"))
      return;
    OpenShape sizes(x->sizes.begin(), x->sizes.begin() + 2);
    WindowNumbers margin = window;
    margin.kernel.assign(count, 1);
    margin.stride = margin.dilation = margin.kernel;
    appendWindowSizes(call, *x, margin, sizes);
    x = &call.add("pad", {x}, sizes, Clauses().list("padding", window.padding))
             ->result;
    window.padding.assign(2 * count, 0);
  }
  OpenShape sizes(x->sizes.begin(), x->sizes.begin() + 2);
  appendWindowSizes(call, *x, window, sizes);
  Clauses all = windowClauses(window, 0).flag("ceil", window.ceil);
  all.text += clauses.text;
  call.setResult(
      call.add(fmt::format("{}{}d", mnemonic.str(), count), {x}, sizes, all));
}

static void importMaxPool(OnnxCall &call) {
  // Of indices, which are another output.
  call.ignore("storage_order");
  importPool(call, "max_pool", /*padsWithZeros=*/false, {});
}

static void importAveragePool(OnnxCall &call) {
  bool countsPadding = call.integer("count_include_pad", 0) != 0;
  for (int64_t dilation : call.list("dilations"))
    if (!call.need(dilation == 1, "dilations of a mean are not supported"))
      return;
  importPool(call, "avg_pool", countsPadding,
             Clauses().flag("exclude_padding", !countsPadding));
}

/// The mean or the maximum over all dimensions behind the channels.
static ImportedValue *poolAll(OnnxCall &call, ImportedValue *x, bool isMax) {
  size_t count = x->rank() - 2;
  if (!call.need(count >= 1 && count <= 3,
                 fmt::format("expected a value of rank 3 to 5, got rank {}",
                             x->rank())))
    return nullptr;
  OpenShape sizes(x->sizes.begin(), x->sizes.begin() + 2);
  sizes.resize(x->rank(), 1);
  return isMax ? &call.add(fmt::format("adaptive_max_pool{}d", count), {x},
                           sizes, Clauses().integer("size", 1))
                      ->result
               : &call.add("global_avg_pool", {x}, sizes)->result;
}

template <bool isMax>
static void importGlobalPool(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  call.setResult(x ? poolAll(call, x, isMax) : nullptr);
}

/// The dimensions that are reduced, sorted; all where none is stated.
static std::optional<llvm::SmallVector<int64_t>>
readAxes(OnnxCall &call, const ImportedValue &x) {
  llvm::SmallVector<int64_t> axes = call.list("axes");
  if (call.hasInput(1)) {
    auto numbers = call.numbers(1);
    if (!numbers)
      return std::nullopt;
    axes = *numbers;
  }
  bool isNothing = call.integer("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && !isNothing)
    for (size_t dim = 0; dim < x.rank(); ++dim)
      axes.push_back(dim);
  for (int64_t &dim : axes) {
    auto counted = call.axis(dim, x.rank());
    if (!counted)
      return std::nullopt;
    dim = *counted;
  }
  llvm::sort(axes);
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}

enum class Reduction { Max, Mean, Sum };

template <Reduction kind>
static void importReduction(OnnxCall &call) {
  const OnnxOperand *operand = call.findOperand(0);
  bool areSteps = operand && operand->order == OnnxOrder::StepsFirst;
  ImportedValue *x = call.value(0, /*minRank=*/0,
                                areSteps ? std::optional(OnnxOrder::StepsFirst)
                                         : std::nullopt);
  auto axes = x ? readAxes(call, *x) : std::nullopt;
  bool keeps = call.integer("keepdims", 1) != 0;
  if (!axes)
    return;
  if (areSteps && !call.need(!keeps && axes->size() == 1 && axes->front() == 0,
                             "of a value with its steps first, a reduction of "
                             "the steps is supported, with keepdims=0"))
    return;
  if (areSteps)
    axes->front() = 1;
  if (axes->empty())
    return call.setResult(x);
  if (!call.need(axes->front() > 0,
                 "a reduction of the batch, dimension 0, is not supported"))
    return;
  OpenShape kept, all;
  for (size_t dim = 0; dim < x->rank(); ++dim) {
    bool isReduced = llvm::is_contained(*axes, dim);
    if (!isReduced)
      kept.push_back(x->sizes[dim]);
    all.push_back(isReduced ? OpenSize(1) : x->sizes[dim]);
  }
  bool isMax = kind == Reduction::Max;
  bool isSpatial = kept.size() == 2 && axes->front() == 2 && x->rank() <= 5;
  ImportedValue *result = isSpatial
                              ? poolAll(call, x, isMax)
                              : &call.add(isMax ? "max_over" : "mean_over", {x},
                                          kept, Clauses().list("dims", *axes))
                                     ->result;
  if (kind == Reduction::Sum && result) {
    Affine count;
    for (int64_t dim : *axes) {
      if (!call.need(!x->sizes[dim].isOpen(),
                     "a sum needs to know how many elements there are"))
        return;
      count.weight[0] *= x->sizes[dim].number;
    }
    result = applyAffine(call, result, count);
  }
  result = result ? reshapeTo(call, result, keeps ? all : kept) : nullptr;
  if (result)
    call.setResult(result);
}

ArrayRef<OnnxOperator> onnxPooling() {
  static constexpr llvm::StringLiteral reductions = "not of the batch";
  static constexpr OnnxOperator operators[] = {
      {"AveragePool", "avg_pool1d, avg_pool2d, avg_pool3d", "no dilations",
       importAveragePool},
      {"GlobalAveragePool", "global_avg_pool", "", importGlobalPool<false>},
      {"GlobalMaxPool",
       "adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d", "",
       importGlobalPool<true>},
      {"MaxPool", "max_pool1d, max_pool2d, max_pool3d",
       "no indices; padding of at most half of the window", importMaxPool},
      {"ReduceMax",
       "max_over, adaptive_max_pool1d, adaptive_max_pool2d, "
       "adaptive_max_pool3d",
       reductions, importReduction<Reduction::Max>},
      {"ReduceMean", "mean_over, global_avg_pool", reductions,
       importReduction<Reduction::Mean>},
      {"ReduceSum", "mean_over, global_avg_pool, batch_norm",
       "not of the batch; known sizes", importReduction<Reduction::Sum>}};
  return operators;
}

} // namespace nascent
