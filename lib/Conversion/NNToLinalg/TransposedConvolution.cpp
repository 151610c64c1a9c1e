//===- TransposedConvolution.cpp - Transposed convolutions ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An element of the result sees only some elements of the window: those that
// the stride leads to from its place. Places that see the same ones, every
// stride-th, are an ordinary convolution of stride 1 with a part of the window;
// what all of them compute is then put in its order. The window runs backwards,
// so the weight is reversed first.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Conversion/NNToLinalg/Phase.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// Lowers one layer.
class Lowering {
public:
  Lowering(LayerOpInterface layer, ImplicitLocOpBuilder &b,
           ArrayRef<Window> windows)
      : layer(layer), b(b), windows(windows), spatialDims(windows.size()),
        type(storedType(layer->getResult(0).getType())) {}

  Value lower(Value input, Value weight, Value bias);

private:
  AffineExpr dim(unsigned index) { return b.getAffineDimExpr(index); }
  AffineMap map(unsigned dims, ArrayRef<AffineExpr> indices) {
    return AffineMap::get(dims, 0, indices, b.getContext());
  }
  /// How many elements the result has along a dimension for one of `size`.
  SizeExpr scaled(const Window &window, const SizeExpr &size) {
    return (size - SizeExpr(1)) * SizeExpr(window.stride) +
           SizeExpr(window.extent() + window.outputPadding - window.before -
                    window.after);
  }
  /// How many more places of a phase the result has along a dimension, at most,
  /// than the input has elements.
  int64_t morePlaces(const Window &window) {
    SizeExpr size = SizeExpr::name("size", 0);
    return (scaled(window, size).ceilDiv(window.stride) - size).getNumber();
  }
  /// The batch, and how many places of a phase the result has, at most, for an
  /// input that has been surrounded.
  Sizes placesOf(Value input) {
    Sizes places = sizesLike(b, input, typeOf(input).getShape().take_front());
    for (unsigned i = 0; i < spatialDims; ++i)
      places.push_back(
          sizeOf(input, i + 1, SizeExpr(-added[i]) + morePlaces(windows[i])));
    return places;
  }
  /// The size of `value` along `dim`, and so many elements more.
  OpFoldResult sizeOf(Value value, int64_t dim, const SizeExpr &more) {
    int64_t known = typeOf(value).getDimSize(dim);
    if (!ShapedType::isDynamic(known))
      return b.getIndexAttr(known + more.getNumber());
    Value own = tensor::DimOp::create(b, value, dim);
    return emitSize(b, SizeExpr::name("size", 0) + more, own);
  }
  Value reverse(Value weight, ArrayRef<Phase> phases, StringRef part);
  /// What a phase is that sees nothing.
  Value nothing(Value input, int64_t channels, StringRef part);
  /// The input with zeros for whatever a phase sees beyond it.
  Value surround(Value input);
  /// The convolution of the phases `which`, one for each dimension.
  Value convolve(Value input, Value weight, Value bias,
                 ArrayRef<int64_t> which);
  /// Puts the phases' values, side by side in the channels of `value`, in their
  /// places, and adds the bias.
  Value arrange(Value value, Value bias, Value input);

  LayerOpInterface layer;
  ImplicitLocOpBuilder &b;
  ArrayRef<Window> windows;
  unsigned spatialDims;
  /// Of the result as it is stored.
  RankedTensorType type;
  int64_t groups = 1;
  /// What `surround` has added before each dimension, and in all.
  SmallVector<int64_t> before, added;
};

/// The part of the window that a phase sees, backwards: of (in, kernel…, out),
/// it makes (window…, groups, in, out), groups only where there are several.
Value Lowering::reverse(Value weight, ArrayRef<Phase> phases, StringRef part) {
  ArrayRef<int64_t> stored = typeOf(weight).getShape();
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> kernel;
  for (auto [window, phase] : llvm::zip(windows, phases)) {
    kernel.push_back(phase.last - dim(shape.size()) * phase.stride);
    shape.push_back(phase.count);
  }
  int64_t share = stored.front() / groups;
  if (groups > 1)
    shape.push_back(groups);
  shape.append({share, stored.back()});
  AffineExpr channel = dim(shape.size() - 2);
  if (groups > 1)
    channel = channel + dim(spatialDims) * share;
  SmallVector<AffineExpr> read = {channel};
  llvm::append_range(read, kernel);
  read.push_back(dim(shape.size() - 1));
  Value reversed = mapElements(
      b, weight, map(shape.size(), read), shape,
      [](ImplicitLocOpBuilder &in, ValueRange elements) -> Value {
        if (elements[0].getType().isF32())
          return elements[0];
        return arith::ExtFOp::create(in, in.getF32Type(), elements[0]);
      });
  nameKernel(reversed, part + "_weight");
  return reversed;
}

Value Lowering::surround(Value input) {
  Margins margins(b, "constant");
  for (auto [i, window] : llvm::enumerate(windows)) {
    int64_t low = 0, high = 0;
    for (int64_t r = 0; r < window.stride; ++r)
      if (Phase phase = phaseOf(window, r); phase.count > 0) {
        low = std::max(low, -phase.low);
        high = std::max(high, morePlaces(window) + phase.low +
                                  (phase.count - 1) * phase.step);
      }
    before.push_back(low);
    added.push_back(low + high);
    input = margins.add(input, i + 1, low, high);
  }
  return input;
}

Value Lowering::nothing(Value input, int64_t channels, StringRef part) {
  Sizes sizes = placesOf(input);
  sizes.push_back(b.getIndexAttr(channels));
  SmallVector<AffineExpr> read = {dim(0)};
  read.resize(typeOf(input).getRank(), b.getAffineConstantExpr(0));
  Value zeros = mapElements(
      b, input, map(sizes.size(), read), ArrayRef(sizes),
      [](ImplicitLocOpBuilder &in, ValueRange) { return constant(in, 0.0); });
  nameKernel(zeros, part);
  return zeros;
}

Value Lowering::convolve(Value input, Value weight, Value bias,
                         ArrayRef<int64_t> which) {
  SmallVector<Phase> phases;
  std::string part = "phase";
  for (auto [window, r] : llvm::zip(windows, which)) {
    phases.push_back(phaseOf(window, r));
    part += "_" + std::to_string(r);
  }
  int64_t columns = typeOf(weight).getShape().back();
  if (llvm::any_of(phases, [](const Phase &phase) { return phase.count == 0; }))
    return nothing(input, columns * groups, part);

  // Loops: batch, places, groups, columns, window, input channels of a group.
  Value reversed = reverse(weight, phases, part);
  bool hasGroups = groups > 1;
  int64_t share = typeOf(weight).getShape().front() / groups;
  unsigned rank = spatialDims + 2 + hasGroups, count = rank + spatialDims + 1;
  SmallVector<AffineExpr> read = {dim(0)}, inWeight, written;
  for (auto [i, phase] : llvm::enumerate(phases)) {
    AffineExpr inside = dim(rank + i);
    read.push_back(dim(i + 1) + inside * phase.step + (phase.low + before[i]));
    inWeight.push_back(inside);
  }
  read.push_back(dim(count - 1));
  Sizes sizes = placesOf(input);
  if (hasGroups) {
    // Groups of several channels have a dimension of their own.
    if (share == 1)
      read.back() = read.back() + dim(spatialDims + 1);
    else
      read.insert(read.end() - 1, dim(spatialDims + 1));
    inWeight.push_back(dim(spatialDims + 1));
    sizes.push_back(b.getIndexAttr(groups));
  }
  inWeight.append({dim(count - 1), dim(rank - 1)});
  sizes.push_back(b.getIndexAttr(columns));
  for (unsigned i = 0; i < rank; ++i)
    written.push_back(dim(i));
  Value init;
  if (bias)
    init = linalg::BroadcastOp::create(
               b, bias, emptyOf(b, sizes),
               llvm::to_vector(llvm::seq<int64_t>(0, rank - 1)))
               .getResults()[0];
  else
    init = filledOf(b, sizes, 0.0);
  Value result = sumOfProducts(
      b, input, reversed, init,
      {map(count, read), map(count, inWeight), map(count, written)});
  nameKernel(result, part);
  if (!hasGroups)
    return result;
  SmallVector<ReassociationIndices> merged;
  for (unsigned i = 0; i + 1 < rank; ++i)
    merged.push_back({i});
  merged.back().push_back(rank - 1);
  return tensor::CollapseShapeOp::create(b, result, merged);
}

Value Lowering::arrange(Value value, Value bias, Value input) {
  unsigned rank = type.getRank();
  SmallVector<int64_t> shape(typeOf(value).getShape().drop_back());
  SmallVector<ReassociationIndices> split;
  for (unsigned i = 0; i + 1 < rank; ++i)
    split.push_back({i});
  split.push_back({rank - 1});
  SmallVector<AffineExpr> read = {dim(0)}, phase;
  for (auto [i, window] : llvm::enumerate(windows)) {
    read.push_back(dim(i + 1).floorDiv(window.stride));
    phase.push_back(dim(i + 1) % window.stride);
    shape.push_back(window.stride);
    split.back().push_back(rank + i);
  }
  llvm::append_range(read, phase);
  read.push_back(dim(rank - 1));
  shape.push_back(type.getShape().back());
  value = expand(b, value, typeOf(value).clone(shape), split, value);
  SmallVector<Value> inputs = {value};
  SmallVector<AffineMap> maps = {map(rank, read)};
  if (bias) {
    inputs.push_back(bias);
    maps.push_back(map(rank, dim(rank - 1)));
  }
  Sizes sizes = sizesLike(b, value, type.getShape());
  for (auto [i, window] : llvm::enumerate(windows))
    if (type.isDynamicDim(i + 1)) {
      Value own = tensor::DimOp::create(b, input, i + 1);
      sizes[i + 1] =
          emitSize(b, scaled(window, SizeExpr::name("size", 0)), own);
    }
  return mapElements(
      b, inputs, maps, ArrayRef(sizes),
      [](ImplicitLocOpBuilder &in, ValueRange elements) -> Value {
        if (elements.size() == 1)
          return elements[0];
        return arith::AddFOp::create(in, elements[0], elements[1]);
      });
}

Value Lowering::lower(Value input, Value weight, Value bias) {
  groups = cast<IntegerAttr>(*layer->getInherentAttr("groups")).getInt();
  Value unpadded = input;
  if (groups > 1 && groups < typeOf(weight).getShape().front())
    input = splitGroups(b, input, spatialDims + 1, groups);
  input = surround(input);
  SmallVector<int64_t> which(spatialDims, 0);
  // One phase of all channels has its places and its bias already.
  bool isWhole = groups == 1 && llvm::all_of(windows, [](const Window &window) {
                   return window.stride == 1;
                 });
  if (isWhole)
    return convolve(input, weight, bias, which);
  int64_t count = 1;
  for (const Window &window : windows)
    count *= window.stride;
  SmallVector<Value> phases;
  for (int64_t phase = 0; phase < count; ++phase) {
    int64_t rest = phase;
    for (unsigned i = spatialDims; i-- > 0;) {
      which[i] = rest % windows[i].stride;
      rest /= windows[i].stride;
    }
    phases.push_back(convolve(input, weight, Value(), which));
  }
  Value value = phases.front();
  if (phases.size() > 1)
    value = tensor::ConcatOp::create(b, spatialDims + 1, phases);
  return arrange(value, bias, unpadded);
}

template <unsigned spatialDims, typename LayerOp>
Value lowerTransposed(LayerOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
                      ValueRange parameters) {
  auto windows =
      windowsOf(layer, spatialDims, [&] { return layer->emitError(); });
  Value bias = parameters.size() == 2 ? parameters[1] : Value();
  return Lowering(layer, b, *windows).lower(inputs[0], parameters[0], bias);
}

} // namespace

void attachTransposedConvolutionLowerings(MLIRContext &context) {
  attach<ConvTranspose1dOp, lowerTransposed<1>>(context);
  attach<ConvTranspose2dOp, lowerTransposed<2>>(context);
  attach<ConvTranspose3dOp, lowerTransposed<3>>(context);
}

} // namespace nascent::nn
