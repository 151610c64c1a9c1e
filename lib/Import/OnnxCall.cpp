//===- OnnxCall.cpp - A node that is imported -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxCall.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>

namespace nascent {

using llvm::StringRef;

std::vector<OnnxOperator> onnxOperators() {
  std::vector<OnnxOperator> operators;
  for (auto family :
       {onnxActivations(), onnxArithmetic(), onnxConstants(),
        onnxConvolutions(), onnxDense(), onnxNormalizations(), onnxParts(),
        onnxPooling(), onnxRecurrent(), onnxResizing(), onnxShaping()})
    llvm::append_range(operators, family);
  llvm::sort(operators, [](const OnnxOperator &a, const OnnxOperator &b) {
    return a.name < b.name;
  });
  return operators;
}

void OnnxCall::refuse(const llvm::Twine &why) {
  if (reason.empty() && !skipped)
    reason = why.str();
}

bool OnnxCall::need(bool condition, const llvm::Twine &why) {
  if (!condition)
    refuse(why);
  return condition;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

const OnnxOperand *OnnxCall::operand(size_t index) {
  if (!need(hasInput(index), fmt::format("input {} is missing", index)))
    return nullptr;
  read.insert(index);
  auto entry = operands.find(node.inputs[index]);
  if (entry == operands.end()) {
    refuse("input '" + printable(node.inputs[index]) +
           "' is not computed before");
    return nullptr;
  }
  const OnnxOperand &found = entry->second;
  if (found.value || found.constant)
    return &found;
  skipped = true;
  return nullptr;
}

/// How the dimensions stand in the file.
static llvm::StringRef nameOf(OnnxOrder order) {
  switch (order) {
  case OnnxOrder::BatchFirst:
    return "the batch first";
  case OnnxOrder::StepsFirst:
    return "(steps, batch, units)";
  case OnnxOrder::StepsOfDirections:
    return "(steps, directions, batch, units)";
  case OnnxOrder::StepsWithDirections:
    return "(steps, batch, directions, units)";
  case OnnxOrder::StatesOfDirections:
    return "(directions, batch, units)";
  }
  llvm_unreachable("an order of no kind");
}

/// What PyTorch's exporter makes of attention has its steps first throughout.
static constexpr llvm::StringLiteral kAttentionAdvice =
    ": nn.MultiheadAttention is exported so; import the module instead of the "
    "model, nascent-import FILE.py:OBJECT";

ImportedValue *OnnxCall::value(size_t index, size_t minRank,
                               std::optional<OnnxOrder> stated) {
  OnnxOrder order = stated.value_or(rows);
  const OnnxOperand *found = operand(index);
  if (!found)
    return nullptr;
  if (!need(found->value,
            "input '" + printable(node.inputs[index]) +
                "' is constant; what the network computes is supported here"))
    return nullptr;
  std::string name = "input '" + printable(node.inputs[index]) + "'";
  bool isAttention =
      found->order == OnnxOrder::StepsFirst && node.op == "MatMul";
  if (!need(!found->value->isIndices,
            name + " has indices; floats are supported here") ||
      !need(found->order == order,
            name + " has " + nameOf(found->order) + "; " + nameOf(order) +
                " is supported here" + (isAttention ? kAttentionAdvice : "")) ||
      !need(found->value->rank() >= minRank,
            fmt::format("expected a value of rank {} or more, got rank {}",
                        minRank, found->value->rank())))
    return nullptr;
  return found->value;
}

ImportedValue *OnnxCall::indices(size_t index) {
  const OnnxOperand *found = operand(index);
  return found && need(found->value && found->value->isIndices,
                       "input '" + printable(node.inputs[index]) +
                           "' is no input of the network with indices")
             ? found->value
             : nullptr;
}

const OnnxConstant *OnnxCall::constant(size_t index) {
  const OnnxOperand *found = operand(index);
  if (!found)
    return nullptr;
  std::string name = "input '" + printable(node.inputs[index]) + "'";
  if (!need(found->constant.get(),
            name + " is computed by the network; only a constant is supported "
                   "here") ||
      !need(found->constant->opaque.empty(),
            name + " " + found->constant->opaque))
    return nullptr;
  return found->constant.get();
}

const OnnxConstant *OnnxCall::floats(size_t index) {
  const OnnxConstant *found = constant(index);
  return found && need(!found->isInteger,
                       "input '" + printable(node.inputs[index]) +
                           "' has integers; floats are supported here")
             ? found
             : nullptr;
}

const OnnxConstant *OnnxCall::integers(size_t index) {
  if (!hasInput(index))
    return nullptr;
  const OnnxConstant *found = constant(index);
  return found && need(found->isInteger,
                       "input '" + printable(node.inputs[index]) +
                           "' has floats; integers are supported here")
             ? found
             : nullptr;
}

std::optional<llvm::SmallVector<int64_t>> OnnxCall::numbers(size_t index) {
  const OnnxConstant *found = integers(index);
  if (!found)
    return std::nullopt;
  auto numbers = numbersOf(found->integers);
  need(numbers.has_value(), "input '" + printable(node.inputs[index]) +
                                "' depends on sizes that are open; numbers are "
                                "supported here");
  return numbers;
}

const OnnxConstant *OnnxCall::findConstant(size_t index) {
  if (!hasInput(index))
    return nullptr;
  const OnnxOperand *found = operand(index);
  return found && found->constant ? constant(index) : nullptr;
}

ImportedValue *OnnxCall::findValue(size_t index) {
  if (!hasInput(index))
    return nullptr;
  const OnnxOperand *found = operand(index);
  return found && found->value &&
                 need(found->order == rows,
                      "input '" + printable(node.inputs[index]) + "' has " +
                          nameOf(found->order) + "; " + nameOf(rows) +
                          " is supported here")
             ? found->value
             : nullptr;
}

const OnnxConstant *OnnxCall::anyConstant(size_t index) {
  const OnnxOperand *found = findOperand(index);
  return found ? found->constant.get() : nullptr;
}

const OnnxOperand *OnnxCall::findOperand(size_t index) {
  return hasInput(index) ? operand(index) : nullptr;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

bool OnnxCall::hasAttribute(StringRef name) {
  asked.insert(name);
  return node.find(name);
}

const OnnxAttribute *OnnxCall::find(StringRef name, OnnxAttribute::Kind kind) {
  asked.insert(name);
  const OnnxAttribute *attribute = node.find(name);
  return attribute && need(attribute->kind == kind,
                           "attribute '" + name + "' has an unexpected type")
             ? attribute
             : nullptr;
}

int64_t OnnxCall::integer(StringRef name, int64_t otherwise) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Int);
  return attribute ? attribute->integer : otherwise;
}

float OnnxCall::real(StringRef name, float otherwise) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Float);
  float value = attribute ? attribute->real : otherwise;
  return need(std::isfinite(value), "attribute '" + name + "' is not finite")
             ? value
             : otherwise;
}

std::string OnnxCall::string(StringRef name, StringRef otherwise) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::String);
  return attribute ? attribute->string : otherwise.str();
}

llvm::SmallVector<int64_t> OnnxCall::list(StringRef name) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Ints);
  if (!attribute)
    return {};
  return {attribute->integers.begin(), attribute->integers.end()};
}

std::vector<float> OnnxCall::reals(StringRef name) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Floats);
  return attribute ? attribute->reals : std::vector<float>();
}

std::vector<std::string> OnnxCall::strings(StringRef name) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Strings);
  return attribute ? attribute->strings : std::vector<std::string>();
}

std::shared_ptr<OnnxTensor> OnnxCall::tensor(StringRef name) {
  const OnnxAttribute *attribute = find(name, OnnxAttribute::Tensor);
  return attribute ? attribute->tensor : nullptr;
}

//===----------------------------------------------------------------------===//
// Sizes and results
//===----------------------------------------------------------------------===//

std::optional<int64_t> OnnxCall::axis(int64_t index, size_t rank) {
  int64_t count = rank;
  if (!need(index >= -count && index < count,
            fmt::format("dimension {} of a value of rank {}", index, rank)))
    return std::nullopt;
  return index < 0 ? index + count : index;
}

bool OnnxCall::expect(ImportedValue &value, size_t dim, int64_t size,
                      StringRef what) {
  OpenSize &known = value.sizes[dim];
  if (!need(known.isOpen() || known.number == size,
            fmt::format("expected {} {}, got {}", size, what.str(),
                        known.number)))
    return false;
  known = size;
  return true;
}

ImportedLayer *OnnxCall::add(StringRef mnemonic,
                             std::vector<ImportedValue *> values,
                             OpenShape sizes, const Clauses &clauses) {
  for (const OpenSize &size : sizes)
    need(size.isOpen() || (size.number > 0 && size.number <= kMaxSize),
         fmt::format("the result would have the shape {}",
                     formatOpenShape(sizes)));
  ImportedLayer *layer =
      layers.addLayer(mnemonic, std::move(values), std::move(sizes));
  layer->clauses = clauses;
  layer->node = node.name;
  return layer;
}

ImportedLayer *OnnxCall::addSame(StringRef mnemonic, ImportedValue *value,
                                 const Clauses &clauses) {
  ImportedLayer *layer = add(mnemonic, {value}, value->sizes, clauses);
  layer->keepsType = true;
  return layer;
}

void OnnxCall::setResult(size_t index, ImportedValue *value,
                         std::optional<OnnxOrder> order, int64_t directions) {
  set.insert(index);
  ++value->names;
  if (index >= node.outputs.size())
    return;
  OnnxOperand &result = operands[node.outputs[index]];
  result.value = value;
  result.order = order.value_or(rows);
  result.directions = directions;
}

void OnnxCall::setConstant(OnnxConstant constant) {
  set.insert(0);
  if (!node.outputs.empty())
    operands[node.outputs[0]].constant =
        std::make_shared<OnnxConstant>(std::move(constant));
}

std::string OnnxCall::finish() {
  if (reason.empty() && !skipped) {
    for (const OnnxAttribute &attribute : node.attributes)
      need(asked.contains(attribute.name),
           "attribute '" + printable(attribute.name) + "' is not supported");
    for (size_t index = 0; index < node.inputs.size(); ++index)
      need(!hasInput(index) || read.contains(index),
           fmt::format("input {} is not supported", index));
    for (size_t index = 0; index < node.outputs.size(); ++index)
      need(!isAsked(index) || set.contains(index),
           fmt::format("output {} is not supported", index));
  }
  // What reads the results of a refused node is not told about.
  if (!reason.empty() || skipped)
    for (const std::string &output : node.outputs)
      operands[output] = OnnxOperand();
  return reason;
}

} // namespace nascent
