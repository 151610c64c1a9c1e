//===- OnnxSimplify.cpp - What exporters took apart -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxSimplify.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include <cmath>

namespace nascent {

using llvm::StringRef;

namespace {

/// Reads patterns backwards, from the node that computes the layer's result.
class Simplifier {
public:
  explicit Simplifier(OnnxModel &model);

  void run();

private:
  /// The node of operator `op` that computes a value; null if there is none.
  const OnnxNode *node(StringRef value, StringRef op) const;
  /// The number that a value is; nothing if it is no constant of one element.
  std::optional<float> number(StringRef value) const;
  bool isNumber(StringRef value, float expected) const;
  /// Of two operands, the one that is not `known`; empty if neither is.
  StringRef other(const OnnxNode &node, StringRef known) const;
  /// Of a value and a number, in any order, the value.
  StringRef besides(const OnnxNode &node, float expected) const;

  bool matchSilu(OnnxNode &root);
  bool matchMish(OnnxNode &root);
  bool matchHardswish(OnnxNode &root);
  bool matchGelu(OnnxNode &root);
  bool matchGeluTanh(OnnxNode &root);
  bool matchSoftmax(OnnxNode &root);
  bool matchSoftsign(OnnxNode &root);
  bool matchLayerNorm(OnnxNode &root);

  OnnxModel &model;
  llvm::StringMap<const OnnxNode *> producers;
  llvm::StringMap<const OnnxTensor *> tensors;
};

Simplifier::Simplifier(OnnxModel &model) : model(model) {
  for (const OnnxTensor &tensor : model.initializers)
    tensors[tensor.name] = &tensor;
  for (const OnnxNode &node : model.nodes)
    for (const std::string &output : node.outputs)
      producers[output] = &node;
}

const OnnxNode *Simplifier::node(StringRef value, StringRef op) const {
  const OnnxNode *found = producers.lookup(value);
  bool isIt = found && found->op == op && found->domain.empty() &&
              !found->inputs.empty();
  // All patterns are of nodes of one operand or two.
  size_t least =
      op == "Add" || op == "Sub" || op == "Mul" || op == "Div" || op == "Pow"
          ? 2
          : 1;
  return isIt && found->inputs.size() >= least ? found : nullptr;
}

std::optional<float> Simplifier::number(StringRef value) const {
  const OnnxTensor *tensor = tensors.lookup(value);
  if (const OnnxNode *constant = producers.lookup(value);
      constant && constant->op == "Constant")
    if (const OnnxAttribute *attribute = constant->find("value"))
      tensor = attribute->tensor.get();
  if (!tensor || !tensor->dtype || !tensor->location.empty())
    return std::nullopt;
  for (int64_t size : tensor->shape)
    if (size != 1)
      return std::nullopt;
  const std::string &bytes = tensor->bytes;
  if (*tensor->dtype == DType::F32 && bytes.size() == 4)
    return llvm::bit_cast<float>(llvm::support::endian::read32le(bytes.data()));
  if (*tensor->dtype == DType::F64 && bytes.size() == 8)
    return llvm::bit_cast<double>(
        llvm::support::endian::read64le(bytes.data()));
  if (*tensor->dtype == DType::I64 && bytes.size() == 8)
    return static_cast<int64_t>(llvm::support::endian::read64le(bytes.data()));
  return std::nullopt;
}

bool Simplifier::isNumber(StringRef value, float expected) const {
  std::optional<float> found = number(value);
  return found && std::abs(*found - expected) <= 1e-4f * std::abs(expected);
}

StringRef Simplifier::other(const OnnxNode &node, StringRef known) const {
  if (node.inputs[0] == known)
    return node.inputs[1];
  return node.inputs[1] == known ? StringRef(node.inputs[0]) : "";
}

StringRef Simplifier::besides(const OnnxNode &node, float expected) const {
  if (isNumber(node.inputs[1], expected))
    return node.inputs[0];
  return isNumber(node.inputs[0], expected) ? StringRef(node.inputs[1]) : "";
}

/// Makes a node another operator.
static bool become(OnnxNode &node, StringRef op,
                   std::vector<std::string> inputs,
                   std::vector<OnnxAttribute> attributes = {}) {
  node.op = op.str();
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  return true;
}

static OnnxAttribute attribute(StringRef name, OnnxAttribute::Kind kind) {
  OnnxAttribute attribute;
  attribute.name = name.str();
  attribute.kind = kind;
  return attribute;
}

/// x·sigmoid(x).
bool Simplifier::matchSilu(OnnxNode &root) {
  for (const std::string &operand : root.inputs)
    if (const OnnxNode *gate = node(operand, "Sigmoid"))
      if (other(root, operand) == gate->inputs[0])
        return become(root, "Silu", {gate->inputs[0]});
  return false;
}

/// x·tanh(softplus(x)).
bool Simplifier::matchMish(OnnxNode &root) {
  for (const std::string &operand : root.inputs)
    if (const OnnxNode *gate = node(operand, "Tanh"))
      if (const OnnxNode *soft = node(gate->inputs[0], "Softplus"))
        if (other(root, operand) == soft->inputs[0])
          return become(root, "Mish", {soft->inputs[0]});
  return false;
}

/// x·hardsigmoid(x), or x·clip(x + 3, 0, 6) / 6, the division where it may be.
bool Simplifier::matchHardswish(OnnxNode &root) {
  for (const std::string &operand : root.inputs)
    if (const OnnxNode *gate = node(operand, "HardSigmoid")) {
      const OnnxAttribute *alpha = gate->find("alpha");
      const OnnxAttribute *beta = gate->find("beta");
      if (alpha && std::abs(alpha->real - 1 / 6.0f) < 1e-5f &&
          (!beta || beta->real == 0.5f) &&
          other(root, operand) == gate->inputs[0])
        return become(root, "HardSwish", {gate->inputs[0]});
    }
  auto isGate = [&](StringRef value, StringRef x) {
    const OnnxNode *clip = node(value, "Clip");
    if (!clip)
      return false;
    const OnnxAttribute *min = clip->find("min"), *max = clip->find("max");
    bool isSix =
        clip->inputs.size() == 3
            ? number(clip->inputs[1]) == 0.0f && isNumber(clip->inputs[2], 6)
            : min && max && min->real == 0 && max->real == 6;
    const OnnxNode *sum = node(clip->inputs[0], "Add");
    return isSix && sum && besides(*sum, 3) == x;
  };
  // (x·clip) / 6, and (clip / 6)·x.
  for (const std::string &operand : root.inputs) {
    StringRef whole = besides(root, root.op == "Div" ? 6 : 1 / 6.0f);
    const OnnxNode *product = node(whole, "Mul");
    if (product && (root.op == "Mul" || whole == root.inputs[0]))
      for (const std::string &factor : product->inputs)
        if (isGate(factor, other(*product, factor)))
          return become(root, "HardSwish", {other(*product, factor).str()});
    const OnnxNode *sixth = node(operand, "Div");
    StringRef x = root.op == "Mul" ? other(root, operand) : "";
    if (sixth && !x.empty() && isNumber(sixth->inputs[1], 6) &&
        isGate(sixth->inputs[0], x))
      return become(root, "HardSwish", {x.str()});
  }
  return false;
}

/// x·(1 + erf(x / √2)) / 2, the half where it may be.
bool Simplifier::matchGelu(OnnxNode &root) {
  // 1 + erf(x / √2).
  auto argument = [&](StringRef value) -> StringRef {
    const OnnxNode *sum = node(value, "Add");
    const OnnxNode *erf = sum ? node(besides(*sum, 1), "Erf") : nullptr;
    if (!erf)
      return "";
    if (const OnnxNode *quotient = node(erf->inputs[0], "Div"))
      return isNumber(quotient->inputs[1], std::sqrt(2.0f))
                 ? StringRef(quotient->inputs[0])
                 : "";
    const OnnxNode *product = node(erf->inputs[0], "Mul");
    return product ? besides(*product, std::sqrt(0.5f)) : "";
  };
  auto match = [&](StringRef a, StringRef b, StringRef half) {
    StringRef x = argument(a);
    return !x.empty() && x == b && isNumber(half, 0.5f) &&
           become(root, "Gelu", {x.str()});
  };
  // The three factors, of which two are multiplied before.
  for (size_t index : {0, 1})
    if (const OnnxNode *inner = node(root.inputs[index], "Mul")) {
      std::string third = root.inputs[1 - index];
      std::string first = inner->inputs[0], second = inner->inputs[1];
      for (auto [a, b, c] :
           {std::tuple(first, second, third), std::tuple(second, first, third),
            std::tuple(first, third, second), std::tuple(second, third, first),
            std::tuple(third, first, second), std::tuple(third, second, first)})
        if (match(a, b, c))
          return true;
    }
  return false;
}

/// x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as PyTorch writes it.
bool Simplifier::matchGeluTanh(OnnxNode &root) {
  for (size_t index : {0, 1}) {
    const OnnxNode *sum = node(root.inputs[index], "Add");
    const OnnxNode *half = node(root.inputs[1 - index], "Mul");
    const OnnxNode *curve = sum ? node(besides(*sum, 1), "Tanh") : nullptr;
    const OnnxNode *scaled = curve ? node(curve->inputs[0], "Mul") : nullptr;
    StringRef x = half ? besides(*half, 0.5f) : "";
    const OnnxNode *inner =
        scaled ? node(besides(*scaled, std::sqrt(2 / float(M_PI))), "Add")
               : nullptr;
    const OnnxNode *term =
        inner && !x.empty() ? node(other(*inner, x), "Mul") : nullptr;
    StringRef cube = term ? besides(*term, 0.044715f) : "";
    const OnnxNode *power = node(cube, "Pow");
    if (power && power->inputs[0] == x && isNumber(power->inputs[1], 3)) {
      OnnxAttribute kind = attribute("approximate", OnnxAttribute::String);
      kind.string = "tanh";
      return become(root, "Gelu", {x.str()}, {kind});
    }
  }
  return false;
}

/// The only dimension of a reduction that keeps it, by attribute or input.
static std::optional<int64_t>
keptAxis(const OnnxNode &node,
         llvm::function_ref<std::optional<float>(StringRef)> number) {
  const OnnxAttribute *keeps = node.find("keepdims");
  if (keeps && keeps->integer == 0)
    return std::nullopt;
  if (const OnnxAttribute *axes = node.find("axes"))
    return axes->integers.size() == 1 ? std::optional(axes->integers[0])
                                      : std::nullopt;
  std::optional<float> axis;
  if (node.inputs.size() == 2)
    axis = number(node.inputs[1]);
  return axis && std::abs(*axis) < 100 ? std::optional(int64_t(*axis))
                                       : std::nullopt;
}

/// x / (1 + |x|).
bool Simplifier::matchSoftsign(OnnxNode &root) {
  const OnnxNode *sum = node(root.inputs[1], "Add");
  const OnnxNode *size = sum ? node(besides(*sum, 1), "Abs") : nullptr;
  return size && size->inputs[0] == root.inputs[0] &&
         become(root, "Softsign", {root.inputs[0]});
}

/// eˣ / Σ eˣ.
bool Simplifier::matchSoftmax(OnnxNode &root) {
  const OnnxNode *power = node(root.inputs[0], "Exp");
  const OnnxNode *sum = node(root.inputs[1], "ReduceSum");
  if (!power || !sum || sum->inputs[0] != root.inputs[0])
    return false;
  auto read = [&](StringRef v) { return number(v); };
  std::optional<int64_t> axis = keptAxis(*sum, read);
  // What a softmax of the first operator sets means needs the rank.
  if (!axis || model.opset < 13)
    return false;
  OnnxAttribute along = attribute("axis", OnnxAttribute::Int);
  along.integer = *axis;
  // A maximum along the same dimension changes nothing where it is subtracted.
  std::string x = power->inputs[0];
  if (const OnnxNode *difference = node(x, "Sub"))
    if (const OnnxNode *most = node(difference->inputs[1], "ReduceMax");
        most && most->inputs[0] == difference->inputs[0] &&
        keptAxis(*most, read) == axis)
      x = difference->inputs[0];
  return become(root, "Softmax", {x}, {along});
}

/// (x − mean) / √(variance + eps), with a weight and a bias or without.
bool Simplifier::matchLayerNorm(OnnxNode &root) {
  // From the sum with a bias, by the product with a weight, to the quotient.
  const OnnxNode *quotient = &root;
  std::string weight, bias;
  auto isConstant = [&](StringRef value) {
    return tensors.contains(value) || node(value, "Constant") ||
           (producers.lookup(value) &&
            producers.lookup(value)->op == "Constant");
  };
  for (StringRef op : {"Add", "Mul"})
    if (quotient && quotient->op == op && quotient->inputs.size() == 2)
      for (size_t index : {0, 1})
        if (isConstant(quotient->inputs[index])) {
          (op == "Add" ? bias : weight) = quotient->inputs[index];
          quotient = producers.lookup(quotient->inputs[1 - index]);
          break;
        }
  if (!quotient || quotient->op != "Div" || quotient->inputs.size() < 2 ||
      (!bias.empty() && weight.empty()) ||
      (quotient != &root && weight.empty()))
    return false;
  const OnnxNode *difference = node(quotient->inputs[0], "Sub");
  const OnnxNode *deviation = node(quotient->inputs[1], "Sqrt");
  const OnnxNode *sum = deviation ? node(deviation->inputs[0], "Add") : nullptr;
  if (!difference || !sum)
    return false;
  for (size_t index : {0, 1}) {
    const OnnxNode *variance = node(sum->inputs[index], "ReduceMean");
    std::optional<float> eps = number(sum->inputs[1 - index]);
    const OnnxNode *mean = node(difference->inputs[1], "ReduceMean");
    if (!variance || !eps || !mean || mean->inputs[0] != difference->inputs[0])
      continue;
    const OnnxNode *square = node(variance->inputs[0], "Pow");
    const OnnxNode *product = node(variance->inputs[0], "Mul");
    StringRef d = quotient->inputs[0];
    bool isSquare =
        (square && isNumber(square->inputs[1], 2) && square->inputs[0] == d) ||
        (product && product->inputs[0] == d && product->inputs[1] == d);
    auto read = [&](StringRef v) { return number(v); };
    std::optional<int64_t> axis = keptAxis(*mean, read);
    // Of an axis counted from the front, the layer's import checks that it is
    // the last one, where a weight of one dimension spreads.
    const OnnxTensor *scale = tensors.lookup(weight);
    bool isLast =
        axis == int64_t(-1) || (axis && scale && scale->shape.size() == 1);
    if (!isSquare || !isLast || keptAxis(*variance, read) != axis)
      continue;
    OnnxAttribute epsilon = attribute("epsilon", OnnxAttribute::Float);
    epsilon.real = *eps;
    OnnxAttribute along = attribute("axis", OnnxAttribute::Int);
    along.integer = *axis;
    std::vector<std::string> inputs = {difference->inputs[0]};
    for (const std::string &constant : {weight, bias})
      if (!constant.empty())
        inputs.push_back(constant);
    return become(root, "LayerNormalization", inputs, {epsilon, along});
  }
  return false;
}

void Simplifier::run() {
  // From behind, so that the largest pattern is found first.
  for (auto it = model.nodes.rbegin(); it != model.nodes.rend(); ++it) {
    OnnxNode &root = *it;
    if (!root.domain.empty() || root.inputs.size() != 2)
      continue;
    bool isProduct = root.op == "Mul";
    if (isProduct && (matchSilu(root) || matchMish(root) || matchGelu(root) ||
                      matchGeluTanh(root)))
      continue;
    if ((isProduct || root.op == "Div") && matchHardswish(root))
      continue;
    if (root.op == "Div" && (matchSoftmax(root) || matchSoftsign(root)))
      continue;
    if (isProduct || root.op == "Div" || root.op == "Add")
      matchLayerNorm(root);
  }
}

} // namespace

void simplifyOnnx(OnnxModel &model) { Simplifier(model).run(); }

} // namespace nascent
