//===- OnnxDense.cpp - Products with matrices -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include <fmt/format.h>

namespace nascent {

/// A matrix of the file, (rows, columns), with its sides exchanged.
static std::vector<float> transpose(const std::vector<float> &values,
                                    int64_t rows, int64_t columns) {
  std::vector<float> result(values.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      result[column * rows + row] = values[row * columns + column];
  return result;
}

/// A dense layer without a bias; null after a refusal. The constant is (in,
/// out), unless `isTransposed`.
static ImportedLayer *addDense(OnnxCall &call, ImportedValue *x,
                               const OnnxConstant &matrix, bool isTransposed) {
  if (!call.need(matrix.shape.size() == 2,
                 fmt::format("expected a matrix, got a constant of rank {}",
                             matrix.shape.size())))
    return nullptr;
  int64_t in = matrix.shape[isTransposed ? 1 : 0];
  int64_t out = matrix.shape[isTransposed ? 0 : 1];
  if (!call.expect(*x, x->rank() - 1, in, "features"))
    return nullptr;
  OpenShape sizes = x->sizes;
  sizes.back() = out;
  ImportedLayer *layer =
      call.add("dense", {x}, sizes, Clauses().integer("in", in));
  layer->leading = std::to_string(out);
  layer->hasNoBias = true;
  layer->parameters.push_back(makeParameter("weight", matrix, {out, in}));
  if (!isTransposed)
    layer->parameters.back().values = transpose(matrix.floats, in, out);
  return layer;
}

static void scale(std::vector<float> &values, float factor) {
  if (factor != 1)
    for (float &value : values)
      value *= factor;
}

static void importGemm(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  const OnnxConstant *matrix = x ? call.floats(1) : nullptr;
  float alpha = call.real("alpha", 1), beta = call.real("beta", 1);
  bool isTransposed = call.integer("transB", 0) != 0;
  // Of the bias, in the first operator sets.
  call.ignore("broadcast");
  if (!matrix ||
      !call.need(call.integer("transA", 0) == 0,
                 "transA, a product with the batch, is not supported") ||
      !call.need(x->rank() == 2, fmt::format("expected a matrix, got a value "
                                             "of rank {}",
                                             x->rank())))
    return;
  ImportedLayer *layer = addDense(call, x, *matrix, isTransposed);
  if (!layer)
    return;
  scale(layer->parameters.front().values, alpha);
  if (call.hasInput(2)) {
    const OnnxConstant *bias = call.floats(2);
    if (!bias)
      return;
    size_t out = layer->result.sizes.back().number;
    bool isRow =
        bias->shape.empty() || size_t(bias->shape.back()) == bias->size();
    if (!call.need(
            isRow && (bias->size() == out || bias->size() == 1),
            fmt::format("expected a bias of {} elements in a row, got {}", out,
                        bias->size())))
      return;
    ImportedParameter parameter = makeParameter("bias", *bias, {int64_t(out)});
    if (bias->size() == 1)
      parameter.values.assign(out, bias->floats.front());
    scale(parameter.values, beta);
    layer->hasNoBias = false;
    layer->parameters.push_back(std::move(parameter));
  }
  call.setResult(layer);
}

/// The products of the matrices of two values.
static void multiplyValues(OnnxCall &call, ImportedValue *a, ImportedValue *b) {
  size_t rank = a->rank();
  OpenShape sizes = a->sizes;
  bool fits = rank >= 3 && b->rank() == rank;
  auto agree = [](OpenSize left, OpenSize right) {
    return left.isOpen() || right.isOpen() || left == right;
  };
  for (size_t dim = 0; fits && dim < rank - 2; ++dim) {
    // Beside an open size, 1 may be one that is to be spread.
    fits = agree(sizes[dim], b->sizes[dim]) &&
           (sizes[dim] == OpenSize(1)) == (b->sizes[dim] == OpenSize(1));
    if (sizes[dim].isOpen())
      sizes[dim] = b->sizes[dim];
  }
  fits = fits && agree(a->sizes[rank - 1], b->sizes[rank - 2]);
  if (!call.need(fits,
                 fmt::format("a product of values of the shapes {} and {} is "
                             "not supported; batches of matrices, as many of "
                             "one as of the other, are",
                             formatOpenShape(a->sizes),
                             formatOpenShape(b->sizes))))
    return;
  sizes.back() = b->sizes.back();
  call.setResult(call.add("matmul", {a, b}, sizes));
}

static void importMatMul(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  if (x && !call.findConstant(1)) {
    if (ImportedValue *other = call.value(1))
      multiplyValues(call, x, other);
    return;
  }
  const OnnxConstant *matrix = x ? call.floats(1) : nullptr;
  if (ImportedLayer *layer =
          matrix ? addDense(call, x, *matrix, /*isTransposed=*/false) : nullptr)
    call.setResult(layer);
}

llvm::ArrayRef<OnnxOperator> onnxDense() {
  static constexpr OnnxOperator operators[] = {
      {"Gemm", "dense", "a constant matrix and bias; no transA", importGemm},
      {"MatMul", "dense, matmul",
       "a constant matrix on the right, whose bias is a sum with a constant; "
       "or two values of one rank, without broadcasting",
       importMatMul}};
  return operators;
}

} // namespace nascent
