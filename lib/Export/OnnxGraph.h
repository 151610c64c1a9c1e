//===- OnnxGraph.h - An ONNX graph under construction -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_EXPORT_ONNXGRAPH_H
#define NASCENT_LIB_EXPORT_ONNXGRAPH_H

#include "nascent/Export/OnnxExport.h"
#include "nascent/Import/OnnxModel.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

namespace nascent {

OnnxAttribute onnxInt(llvm::StringRef name, int64_t value);
OnnxAttribute onnxInts(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
OnnxAttribute onnxFloat(llvm::StringRef name, double value);
OnnxAttribute onnxString(llvm::StringRef name, llvm::StringRef value);

/// The graph of one network. Values are known by their names, which are unique.
class OnnxGraph {
public:
  using Attributes = std::vector<OnnxAttribute>;

  OnnxGraph(nn::SequentialOp network,
            llvm::ArrayRef<nn::NetworkParameter> parameters,
            ParameterValues values);

  /// Adds a node of the current layer; returns its output's name.
  std::string add(llvm::StringRef op, std::vector<std::string> inputs,
                  Attributes attributes = {});
  /// The same, with `count` outputs.
  std::vector<std::string> addNode(llvm::StringRef op,
                                   std::vector<std::string> inputs,
                                   Attributes attributes, unsigned count);
  /// Constants.
  std::string ints(llvm::ArrayRef<int64_t> values);
  std::string floats(llvm::ArrayRef<int64_t> shape, std::vector<float> values);
  std::string number(double value) {
    return floats({}, {static_cast<float>(value)});
  }

  /// The name that a parameter has in the graph, and whether it has values.
  std::string getParameter(mlir::FlatSymbolRefAttr symbol);
  /// Its shape.
  llvm::ArrayRef<int64_t> getShape(mlir::FlatSymbolRefAttr symbol);
  /// Its values; fails where it has none yet, with the reason.
  llvm::Expected<llvm::ArrayRef<float>>
  getValues(mlir::FlatSymbolRefAttr symbol);

  std::string getValue(mlir::Value value) const { return names.lookup(value); }
  void setValue(mlir::Value value, std::string name) {
    names[value] = std::move(name);
  }
  /// The nodes that follow are named after a layer.
  void beginLayer(llvm::StringRef name);

  /// Adds the network's inputs and, once all layers are there, its outputs.
  void addInputs();
  void addOutputs();

  /// Whether values could not be had, after an error.
  bool hasFailed() const { return failed; }
  OnnxModel &getModel() { return model; }

private:
  /// What is not taken yet, beginning with `stem`.
  std::string unique(llvm::StringRef stem);
  const nn::NetworkParameter &find(mlir::FlatSymbolRefAttr symbol) const;

  nn::SequentialOp network;
  llvm::ArrayRef<nn::NetworkParameter> parameters;
  ParameterValues values;
  OnnxModel model;
  std::string layer;
  llvm::StringSet<> taken;
  llvm::DenseMap<mlir::Value, std::string> names;
  /// Of parameters, by their symbols.
  llvm::StringMap<std::string> parameterNames;
  llvm::StringMap<std::optional<std::vector<float>>> known;
  bool failed = false;
};

/// A layer on its way into a graph.
struct LayerExport {
  nn::LayerOpInterface layer;
  OnnxGraph &graph;

  template <typename Op>
  Op as() const {
    return llvm::cast<Op>(getOperation());
  }
  std::string input(unsigned index = 0) const {
    return graph.getValue(operand(index));
  }
  mlir::RankedTensorType inputType() const {
    return llvm::cast<mlir::RankedTensorType>(operand(0).getType());
  }
  /// A parameter of the layer, by its place among those that it has.
  mlir::FlatSymbolRefAttr symbol(unsigned index) const {
    return nn::LayerOpInterface(layer).getParameterRef(index);
  }
  std::string parameter(unsigned index) const {
    return graph.getParameter(symbol(index));
  }
  unsigned countParameters() const {
    return nn::LayerOpInterface(layer).getParameters().size();
  }
  unsigned countOperands() const { return getOperation()->getNumOperands(); }
  mlir::Operation *getOperation() const {
    return nn::LayerOpInterface(layer).getOperation();
  }

private:
  mlir::Value operand(unsigned index) const {
    return getOperation()->getOperand(index);
  }
};

/// How layers of a kind are written.
struct LayerVisitor {
  /// Adds a layer's nodes; returns the name of its result. Fails with what ONNX
  /// lacks for it.
  using Visit = llvm::Expected<std::string> (*)(const LayerExport &layer);

  LayerVisitor(Visit visit = nullptr, bool writesLengths = false)
      : visit(visit), writesLengths(writesLengths) {}
  LayerVisitor(const char *op) : op(op) {}

  Visit visit = nullptr;
  /// Of a layer that is one operator without attributes.
  llvm::StringRef op;
  /// Whether it writes lengths of rows, where the layer has them.
  bool writesLengths = false;
};

/// The visitors of layers, by their operations' names without "nn.".
using LayerVisitors = llvm::StringMap<LayerVisitor>;

void addActivationVisitors(LayerVisitors &visitors);
void addAttentionVisitors(LayerVisitors &visitors);
void addDenseVisitors(LayerVisitors &visitors);
void addNormalizationVisitors(LayerVisitors &visitors);
void addRecurrentVisitors(LayerVisitors &visitors);
void addShapingVisitors(LayerVisitors &visitors);
void addWindowVisitors(LayerVisitors &visitors);

} // namespace nascent

#endif // NASCENT_LIB_EXPORT_ONNXGRAPH_H
