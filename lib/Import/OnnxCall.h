//===- OnnxCall.h - A node that is imported ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an operator's import sees of its node: operands, attributes, and layers
// to be added. What is asked for and is not there refuses the node; so does
// what the node has and nobody asks for.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXCALL_H
#define NASCENT_LIB_IMPORT_ONNXCALL_H

#include "ImportedLayers.h"
#include "nascent/Import/OnnxModel.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringMap.h"

namespace nascent {

/// Elements that are known before the network runs: those of a tensor in the
/// file, or sizes of values.
struct OnnxConstant {
  /// The tensor's name; empty for what was computed.
  std::string origin;
  bool isInteger = false;
  llvm::SmallVector<int64_t, 4> shape;
  std::vector<OpenSize> integers;
  std::vector<float> floats;
  /// Why neither is there, if that is so: "is int8".
  std::string opaque;
  /// Whether all are zeros, also where their number is open.
  bool isZeros = false;

  size_t size() const { return isInteger ? integers.size() : floats.size(); }
};

/// How a value's dimensions stand in the file. Those around recurrent operators
/// do not begin with the batch, as `(batch, steps, directions · units)` and
/// `(batch, directions · units)` do, which they stand for.
enum class OnnxOrder {
  BatchFirst,
  /// (steps, batch, units).
  StepsFirst,
  /// (steps, directions, batch, units).
  StepsOfDirections,
  /// (steps, batch, directions, units).
  StepsWithDirections,
  /// (directions, batch, units).
  StatesOfDirections
};

/// What a name of the graph stands for. Neither after a node was refused.
struct OnnxOperand {
  ImportedValue *value = nullptr;
  OnnxOrder order = OnnxOrder::BatchFirst;
  int64_t directions = 1;
  std::shared_ptr<const OnnxConstant> constant;

  /// Of one direction.
  int64_t units() const { return value->sizes.back().number / directions; }
};

class OnnxCall {
public:
  OnnxCall(const OnnxNode &node, const OnnxModel &model,
           llvm::ArrayRef<bool> isLive, ImportedLayers &layers,
           llvm::StringMap<OnnxOperand> &operands,
           const llvm::StringMap<unsigned> &uses, unsigned &symbols,
           OnnxOrder rows)
      : node(node), model(model), isLive(isLive), opset(model.opset),
        rows(rows), layers(layers), operands(operands), uses(uses),
        symbols(symbols) {}

  const OnnxNode &node;
  const OnnxModel &model;
  /// Which of the model's nodes count.
  const llvm::ArrayRef<bool> isLive;
  /// The operator set of the file.
  const int64_t opset;
  /// How values of the node stand where nothing else is said.
  const OnnxOrder rows;

  //===--------------------------------------------------------------------===//
  // Operands. Null where there is none, after a refusal unless `find…` says so.
  //===--------------------------------------------------------------------===//

  size_t countInputs() const { return node.inputs.size(); }
  bool hasInput(size_t index) const {
    return index < node.inputs.size() && !node.inputs[index].empty();
  }
  /// What the network computes, of rank `minRank` or more.
  ImportedValue *value(size_t index, size_t minRank = 1,
                       std::optional<OnnxOrder> order = {});
  /// The same of indices.
  ImportedValue *indices(size_t index);
  const OnnxConstant *floats(size_t index);
  /// Sizes or indices; of one that is left out, nothing without a refusal.
  const OnnxConstant *integers(size_t index);
  /// The same, all of them numbers, as a list.
  std::optional<llvm::SmallVector<int64_t>> numbers(size_t index);
  /// Null for what the network computes, for what is left out, and for what is
  /// refused already.
  const OnnxConstant *findConstant(size_t index);
  ImportedValue *findValue(size_t index);
  /// A constant of any kind; null for anything else.
  const OnnxConstant *anyConstant(size_t index);
  /// Whatever it is.
  const OnnxOperand *findOperand(size_t index);
  /// How many nodes read a value of the graph, outputs counted too.
  unsigned countUses(llvm::StringRef name) const { return uses.lookup(name); }

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//

  bool hasAttribute(llvm::StringRef name);
  int64_t integer(llvm::StringRef name, int64_t otherwise);
  float real(llvm::StringRef name, float otherwise);
  std::string string(llvm::StringRef name, llvm::StringRef otherwise);
  /// Empty if there is none.
  llvm::SmallVector<int64_t> list(llvm::StringRef name);
  std::vector<float> reals(llvm::StringRef name);
  std::vector<std::string> strings(llvm::StringRef name);
  std::shared_ptr<OnnxTensor> tensor(llvm::StringRef name);
  /// Says that an attribute does not matter here.
  void ignore(llvm::StringRef name) { asked.insert(name); }

  //===--------------------------------------------------------------------===//
  // Refusals
  //===--------------------------------------------------------------------===//

  void refuse(const llvm::Twine &reason);
  /// Refuses the node unless the condition holds, and returns it.
  bool need(bool condition, const llvm::Twine &reason);
  /// A dimension counted from 0, of one that may be counted from behind.
  std::optional<int64_t> axis(int64_t index, size_t rank);
  /// States a size that may have been known already.
  bool expect(ImportedValue &value, size_t dim, int64_t size,
              llvm::StringRef what);

  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  /// A size that is not known.
  OpenSize openSize() { return OpenSize::open(++symbols); }
  ImportedLayer *add(llvm::StringRef mnemonic,
                     std::vector<ImportedValue *> values, OpenShape sizes,
                     const Clauses &clauses = {});
  /// A layer whose result has the input's type.
  ImportedLayer *addSame(llvm::StringRef mnemonic, ImportedValue *value,
                         const Clauses &clauses = {});
  void setResult(size_t index, ImportedValue *value,
                 std::optional<OnnxOrder> order = {}, int64_t directions = 1);
  /// Null where the node was refused.
  void setResult(ImportedValue *value) {
    if (value)
      setResult(0, value);
  }
  void setResult(ImportedLayer *layer) { setResult(0, &layer->result); }
  void setConstant(OnnxConstant constant);
  /// Whether there is a result.
  bool isSet() const { return !set.empty(); }
  bool isAsked(size_t output) const {
    return output < node.outputs.size() && countUses(node.outputs[output]) != 0;
  }

  /// Refuses what the node has and nobody asked for. Returns why the node is
  /// refused; empty if it is not.
  std::string finish();

private:
  const OnnxAttribute *find(llvm::StringRef name, OnnxAttribute::Kind kind);
  const OnnxOperand *operand(size_t index);
  const OnnxConstant *constant(size_t index);

  ImportedLayers &layers;
  llvm::StringMap<OnnxOperand> &operands;
  const llvm::StringMap<unsigned> &uses;
  unsigned &symbols;
  llvm::SmallSet<llvm::StringRef, 8> asked;
  llvm::SmallSet<size_t, 8> read, set;
  std::string reason;
  bool skipped = false;
};

/// An operator, and how a node of it becomes layers.
struct OnnxOperator {
  llvm::StringRef name;
  /// What it becomes, and with which limits, for the page of coverage.
  llvm::StringRef becomes, limits;
  void (*import)(OnnxCall &call);
  /// The first operator set that has it.
  int since = 1;
};

/// The operators of each family.
llvm::ArrayRef<OnnxOperator> onnxActivations();
llvm::ArrayRef<OnnxOperator> onnxArithmetic();
llvm::ArrayRef<OnnxOperator> onnxConstants();
llvm::ArrayRef<OnnxOperator> onnxConvolutions();
llvm::ArrayRef<OnnxOperator> onnxDense();
llvm::ArrayRef<OnnxOperator> onnxNormalizations();
llvm::ArrayRef<OnnxOperator> onnxParts();
llvm::ArrayRef<OnnxOperator> onnxPooling();
llvm::ArrayRef<OnnxOperator> onnxRecurrent();
llvm::ArrayRef<OnnxOperator> onnxResizing();
llvm::ArrayRef<OnnxOperator> onnxShaping();

/// All of them, by name.
std::vector<OnnxOperator> onnxOperators();

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXCALL_H
