//===- OnnxPositions.cpp - Position-wise nodes ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxPositions.h"
#include "llvm/ADT/StringSet.h"

namespace nascent {

using llvm::StringRef;

/// Whether the node's axis is the last one of three. What none means for others
/// depends on the operator set.
static bool isAlongLast(const OnnxNode &node) {
  const OnnxAttribute *axis = node.find("axis");
  return axis ? axis->integer == 2 || axis->integer == -1
              : node.op == "LayerNormalization";
}

static bool isPositionwise(const OnnxNode &node) {
  static constexpr llvm::StringLiteral always[] = {
      "Add",       "Cast",     "Celu",      "Clip",   "Div",
      "Dropout",   "Elu",      "Gather",    "Gelu",   "HardSigmoid",
      "HardSwish", "Identity", "LeakyRelu", "MatMul", "Mish",
      "Mul",       "Neg",      "Relu",      "Selu",   "Sigmoid",
      "Softplus",  "Softsign", "Sub",       "Tanh"};
  static constexpr llvm::StringLiteral alongLast[] = {
      "Concat", "LayerNormalization", "LogSoftmax", "Softmax"};
  return llvm::is_contained(always, node.op) ||
         (llvm::is_contained(alongLast, node.op) && isAlongLast(node));
}

bool readsStepsFirst(const OnnxNode &node) {
  const OnnxAttribute *layout = node.find("layout");
  return (node.op == "LSTM" || node.op == "GRU" || node.op == "RNN") &&
         (!layout || layout->integer == 0);
}

bool isSequence(const OnnxModel &model, StringRef name,
                llvm::ArrayRef<bool> isLive) {
  llvm::StringSet<> found;
  found.insert(name);
  for (auto [node, counts] : llvm::zip(model.nodes, isLive)) {
    auto isFound = [&](StringRef input) { return found.contains(input); };
    if (!counts || node.inputs.empty())
      continue;
    if (readsStepsFirst(node) && isFound(node.inputs[0]))
      return true;
    if (isPositionwise(node) && llvm::any_of(node.inputs, isFound))
      found.insert_range(node.outputs);
  }
  return false;
}

/// Whether an operand has its steps first, or is a constant that is the same
/// for all positions: a table, a weight that rows are multiplied by, or one
/// whose dimensions in front are 1.
static bool isOfPositions(const OnnxNode &node, size_t place,
                          const OnnxOperand &operand) {
  bool isTable = (node.op == "Gather" && place == 0) ||
                 (node.op == "MatMul" && place == 1);
  if (!operand.constant)
    return !isTable && operand.value && operand.order == OnnxOrder::StepsFirst;
  if (isTable)
    return node.op == "Gather" || operand.constant->shape.size() == 2;
  llvm::ArrayRef<int64_t> shape = operand.constant->shape;
  return shape.empty() || llvm::all_of(shape.drop_back(),
                                       [](int64_t size) { return size == 1; });
}

OnnxOrder orderOfRows(const OnnxNode &node,
                      const llvm::StringMap<OnnxOperand> &operands) {
  bool areSteps = false;
  for (auto [place, input] : llvm::enumerate(node.inputs)) {
    auto found = operands.find(input);
    if (input.empty())
      continue;
    if (found == operands.end() || !isOfPositions(node, place, found->second))
      return OnnxOrder::BatchFirst;
    areSteps |= !found->second.constant;
  }
  return areSteps && isPositionwise(node) ? OnnxOrder::StepsFirst
                                          : OnnxOrder::BatchFirst;
}

} // namespace nascent
