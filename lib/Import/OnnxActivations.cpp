//===- OnnxActivations.cpp - Functions of elements ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include <cfloat>
#include <fmt/format.h>

namespace nascent {

/// A layer without numbers: its mnemonic is a string of static storage.
template <const char *mnemonic>
static void importSame(OnnxCall &call) {
  if (ImportedValue *x = call.value(0))
    call.setResult(call.addSame(mnemonic, x));
}

static constexpr char relu[] = "relu", sigmoid[] = "sigmoid",
                      tanhName[] = "tanh", softplus[] = "softplus",
                      softsign[] = "softsign", hardswish[] = "hardswish",
                      mish[] = "mish", silu[] = "silu";

template <const char *mnemonic>
static void importAlpha(OnnxCall &call) {
  float alpha = call.real("alpha", 1);
  if (ImportedValue *x = call.value(0))
    call.setResult(
        call.addSame(mnemonic, x, Clauses().real("alpha", alpha, 1)));
}

static constexpr char elu[] = "elu", celu[] = "celu";

static void importLeakyRelu(OnnxCall &call) {
  float slope = call.real("alpha", 0.01f);
  if (ImportedValue *x = call.value(0))
    call.setResult(
        call.addSame("leaky_relu", x, Clauses().real("slope", slope, 0.01f)));
}

static void importSelu(OnnxCall &call) {
  // Older files round the numbers to fewer digits.
  float alpha = call.real("alpha", 1.6732632f);
  float gamma = call.real("gamma", 1.050701f);
  ImportedValue *x = call.value(0);
  if (!x)
    return;
  if (std::abs(alpha - 1.6732632f) < 1e-4f &&
      std::abs(gamma - 1.050701f) < 1e-4f)
    return call.setResult(call.addSame("selu", x));
  Affine affine;
  affine.weight = {gamma};
  ImportedLayer *elu =
      call.addSame("elu", x, Clauses().real("alpha", alpha, 1));
  call.setResult(applyAffine(call, &elu->result, affine));
}

static void importHardSigmoid(OnnxCall &call) {
  float alpha = call.real("alpha", 0.2f), beta = call.real("beta", 0.5f);
  ImportedValue *x = call.value(0);
  if (!x)
    return;
  if (std::abs(alpha - 1 / 6.0f) < 1e-6f && beta == 0.5f)
    return call.setResult(call.addSame("hardsigmoid", x));
  Affine affine;
  affine.weight = {alpha};
  affine.bias = {beta};
  if (ImportedValue *line = applyAffine(call, x, affine))
    call.setResult(
        call.addSame("hardtanh", line, Clauses().real("min", 0, -1)));
}

static void importGelu(OnnxCall &call) {
  std::string approximate = call.string("approximate", "none");
  ImportedValue *x = call.value(0);
  if (x && call.need(approximate == "none" || approximate == "tanh",
                     "approximate '" + approximate + "' is not supported"))
    call.setResult(
        call.addSame("gelu", x, Clauses().flag("tanh", approximate == "tanh")));
}

static void importPRelu(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  const OnnxConstant *slope = x ? call.floats(1) : nullptr;
  if (!slope)
    return;
  // Where its longest dimension lies; the first operator sets had no other.
  std::optional<size_t> dim;
  size_t lead = x->rank() - std::min(x->rank(), slope->shape.size());
  for (auto [index, size] : llvm::enumerate(slope->shape))
    if (size_t(size) == slope->size() && size != 1)
      dim = slope->shape.size() == 1 && call.opset < 7 ? 1 : lead + index;
  if (!call.need(slope->size() == 1 || (dim == 1 && x->rank() >= 2),
                 "a slope of the shape " +
                     formatOpenShape(
                         OpenShape(slope->shape.begin(), slope->shape.end())) +
                     " is not supported; one for all elements, or one for each "
                     "channel, is"))
    return;
  if (dim && !call.expect(*x, 1, slope->size(), "channels"))
    return;
  ImportedLayer *layer =
      call.addSame("prelu", x, Clauses().flag("per_channel", dim.has_value()));
  layer->parameters.push_back(
      makeParameter("weight", *slope, {int64_t(slope->size())}));
  call.setResult(layer);
}

/// A bound of a clip: what an input says, or else an attribute.
static float readBound(OnnxCall &call, size_t input, llvm::StringRef attribute,
                       float otherwise) {
  float bound = call.real(attribute, otherwise);
  if (!call.hasInput(input))
    return bound;
  const OnnxConstant *constant = call.floats(input);
  if (!constant ||
      !call.need(constant->size() == 1, "a bound that is no single number"))
    return otherwise;
  // As far as f32 goes.
  return std::clamp(constant->floats.front(), -FLT_MAX, FLT_MAX);
}

static void importClip(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  if (!x)
    return;
  float low = readBound(call, 1, "min", -FLT_MAX);
  float high = readBound(call, 2, "max", FLT_MAX);
  if (!call.need(low < high,
                 fmt::format("a clip between {} and {}", low, high)))
    return;
  if (low == 0 && high == FLT_MAX)
    return call.setResult(call.addSame("relu", x));
  call.setResult(call.addSame(
      "hardtanh", x, Clauses().real("min", low, -1).real("max", high, 1)));
}

template <const char *mnemonic>
static void importNormalizer(OnnxCall &call) {
  ImportedValue *x = call.value(0);
  bool isFlat = call.opset < 13;
  auto axis = x ? call.axis(call.integer("axis", isFlat ? 1 : -1), x->rank())
                : std::nullopt;
  if (!axis)
    return;
  int64_t last = x->rank() - 1;
  if (!call.need(*axis > 0 || last == 0,
                 "along the batch, dimension 0, is not supported"))
    return;
  // At first, it was along all dimensions from there on.
  OpenShape sizes = x->sizes;
  if (isFlat && *axis < last) {
    OpenSize merged = 1;
    for (const OpenSize &size : llvm::drop_begin(sizes, *axis))
      if (merged.isOpen() || size.isOpen())
        merged = call.openSize();
      else if (llvm::MulOverflow(merged.number, size.number, merged.number))
        return call.refuse("sizes are too large");
    OpenShape flat(sizes.begin(), sizes.begin() + *axis);
    flat.push_back(merged);
    x = reshapeTo(call, x, flat);
    if (!x)
      return;
    last = *axis;
  }
  ImportedLayer *layer = call.addSame(
      mnemonic, x, Clauses().integer("axis", *axis == last ? -1 : *axis, -1));
  call.setResult(reshapeTo(call, &layer->result, sizes));
}

static constexpr char softmax[] = "softmax", logSoftmax[] = "log_softmax";

llvm::ArrayRef<OnnxOperator> onnxActivations() {
  static constexpr OnnxOperator operators[] = {
      {"Celu", "celu", "", importAlpha<celu>, 12},
      {"Clip", "hardtanh, relu", "constant bounds", importClip},
      {"Elu", "elu", "", importAlpha<elu>},
      {"Gelu", "gelu", "", importGelu, 20},
      {"HardSigmoid", "hardsigmoid",
       "others than alpha 1/6 and beta 0.5 become batch_norm and hardtanh",
       importHardSigmoid},
      {"HardSwish", "hardswish", "", importSame<hardswish>, 14},
      {"LeakyRelu", "leaky_relu", "", importLeakyRelu},
      {"LogSoftmax", "log_softmax", "along any dimension but the batch",
       importNormalizer<logSoftmax>},
      {"Mish", "mish", "", importSame<mish>, 18},
      {"PRelu", "prelu", "one constant slope, or one for each channel",
       importPRelu},
      {"Relu", "relu", "", importSame<relu>},
      {"Selu", "selu",
       "others than the default's alpha and gamma become elu and batch_norm",
       importSelu},
      {"Sigmoid", "sigmoid", "", importSame<sigmoid>},
      {"Silu", "silu", "what x·Sigmoid(x) is read as", importSame<silu>},
      {"Softmax", "softmax", "along any dimension but the batch",
       importNormalizer<softmax>},
      {"Softplus", "softplus", "", importSame<softplus>},
      {"Softsign", "softsign", "", importSame<softsign>},
      {"Tanh", "tanh", "", importSame<tanhName>}};
  return operators;
}

} // namespace nascent
