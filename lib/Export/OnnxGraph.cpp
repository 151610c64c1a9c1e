//===- OnnxGraph.cpp - An ONNX graph under construction -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxGraph.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/Endian.h"

using namespace mlir;

namespace nascent {

/// TensorProto.DataType.
enum OnnxType : int32_t { kFloat = 1, kInt32 = 6, kInt64 = 7 };

OnnxAttribute onnxInt(StringRef name, int64_t value) {
  OnnxAttribute attribute;
  attribute.name = name.str();
  attribute.kind = OnnxAttribute::Int;
  attribute.integer = value;
  return attribute;
}

OnnxAttribute onnxInts(StringRef name, ArrayRef<int64_t> values) {
  OnnxAttribute attribute;
  attribute.name = name.str();
  attribute.kind = OnnxAttribute::Ints;
  attribute.integers.assign(values.begin(), values.end());
  return attribute;
}

OnnxAttribute onnxFloat(StringRef name, double value) {
  OnnxAttribute attribute;
  attribute.name = name.str();
  attribute.kind = OnnxAttribute::Float;
  attribute.real = static_cast<float>(value);
  return attribute;
}

OnnxAttribute onnxString(StringRef name, StringRef value) {
  OnnxAttribute attribute;
  attribute.name = name.str();
  attribute.kind = OnnxAttribute::String;
  attribute.string = value.str();
  return attribute;
}

OnnxGraph::OnnxGraph(nn::SequentialOp network,
                     ArrayRef<nn::NetworkParameter> parameters,
                     ParameterValues values)
    : network(network), parameters(parameters), values(values) {
  model.name = network.getNetworkName().str();
  model.opset = 17;
}

std::string OnnxGraph::unique(StringRef stem) {
  std::string name = stem.str();
  for (unsigned i = 1; !taken.insert(name).second; ++i)
    name = fmt::format("{}_{}", stem.str(), i);
  return name;
}

void OnnxGraph::beginLayer(StringRef name) { layer = name.str(); }

std::vector<std::string> OnnxGraph::addNode(StringRef op,
                                            std::vector<std::string> inputs,
                                            Attributes attributes,
                                            unsigned count) {
  OnnxNode node;
  node.op = op.str();
  node.name = unique(layer);
  node.inputs = std::move(inputs);
  for (unsigned i = 0; i < count; ++i)
    node.outputs.push_back(unique(layer + "." + op.lower()));
  node.attributes = std::move(attributes);
  model.nodes.push_back(node);
  return node.outputs;
}

std::string OnnxGraph::add(StringRef op, std::vector<std::string> inputs,
                           Attributes attributes) {
  return addNode(op, std::move(inputs), std::move(attributes), 1).front();
}

/// Elements as a file has them.
template <typename Element>
static std::string bytesOf(ArrayRef<Element> elements) {
  std::string bytes(elements.size() * sizeof(Element), '\0');
  for (auto [i, element] : llvm::enumerate(elements))
    llvm::support::endian::write<Element>(bytes.data() + i * sizeof(Element),
                                          element, llvm::endianness::little);
  return bytes;
}

static OnnxTensor makeTensor(std::string name, int32_t type,
                             ArrayRef<int64_t> shape, std::string bytes) {
  OnnxTensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.bytes = std::move(bytes);
  return tensor;
}

/// The bits of floats, which endian::write takes.
static std::string bytesOfFloats(ArrayRef<float> elements) {
  SmallVector<uint32_t, 0> bits;
  for (float element : elements)
    bits.push_back(llvm::bit_cast<uint32_t>(element));
  return bytesOf<uint32_t>(bits);
}

std::string OnnxGraph::ints(ArrayRef<int64_t> values) {
  std::string name = unique(layer + ".ints");
  model.initializers.push_back(makeTensor(name, kInt64,
                                          static_cast<int64_t>(values.size()),
                                          bytesOf<int64_t>(values)));
  return name;
}

std::string OnnxGraph::floats(ArrayRef<int64_t> shape,
                              std::vector<float> values) {
  std::string name = unique(layer + ".floats");
  model.initializers.push_back(
      makeTensor(name, kFloat, shape, bytesOfFloats(values)));
  return name;
}

/// A value of the graph; `hasBatch` where an open dimension 0 is the batch.
static OnnxValueInfo describe(const std::string &name, RankedTensorType type,
                              bool hasBatch) {
  OnnxValueInfo info;
  info.name = name;
  info.type = type.getElementType().isF32() ? kFloat : kInt32;
  info.shape.emplace();
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    OnnxValueInfo::Size &described = info.shape->emplace_back();
    if (!ShapedType::isDynamic(size))
      described.number = size;
    else
      described.parameter =
          dim == 0 && hasBatch ? "batch" : fmt::format("{}.{}", name, dim);
  }
  return info;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

const nn::NetworkParameter &OnnxGraph::find(FlatSymbolRefAttr symbol) const {
  return *llvm::find_if(parameters, [&](const nn::NetworkParameter &parameter) {
    nn::ParameterOp op = parameter.op;
    return op.getSymNameAttr() == symbol.getAttr();
  });
}

ArrayRef<int64_t> OnnxGraph::getShape(FlatSymbolRefAttr symbol) {
  nn::ParameterOp op = find(symbol).op;
  return op.getTensorType().getShape();
}

llvm::Expected<ArrayRef<float>> OnnxGraph::getValues(FlatSymbolRefAttr symbol) {
  const nn::NetworkParameter &parameter = find(symbol);
  auto [it, isNew] = known.try_emplace(symbol.getValue());
  if (isNew) {
    auto computed = values(parameter);
    failed |= mlir::failed(computed);
    if (succeeded(computed))
      it->second = std::move(*computed);
  }
  if (it->second)
    return ArrayRef<float>(*it->second);
  return makeError(
      "needs the values of '{}', which has none yet; bind the input",
      printable(parameter.name));
}

std::string OnnxGraph::getParameter(FlatSymbolRefAttr symbol) {
  auto [it, isNew] = parameterNames.try_emplace(symbol.getValue());
  if (!isNew)
    return it->second;
  const nn::NetworkParameter &parameter = find(symbol);
  it->second = unique(parameter.name);
  if (auto numbers = getValues(symbol)) {
    model.initializers.push_back(makeTensor(
        it->second, kFloat, getShape(symbol), bytesOfFloats(*numbers)));
    return it->second;
  } else {
    llvm::consumeError(numbers.takeError());
  }
  nn::ParameterOp op = parameter.op;
  model.inputs.push_back(
      describe(it->second, op.getTensorType(), /*hasBatch=*/false));
  return it->second;
}

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

void OnnxGraph::addInputs() {
  std::vector<std::string> names = network.getInputsInC();
  for (auto [index, input] : llvm::enumerate(network.getArguments())) {
    std::string name = unique(names[index]);
    setValue(input, name);
    OnnxValueInfo &info = model.inputs.emplace_back(describe(
        name, cast<RankedTensorType>(input.getType()), /*hasBatch=*/true));
    auto own = network.getArgAttrOfType<ArrayAttr>(
        index, nn::NNDialect::kDimNamesAttrName);
    if (!own)
      continue;
    for (auto [size, stated] : llvm::zip_equal(*info.shape, own))
      if (StringRef text = cast<StringAttr>(stated).getValue();
          !size.number && !text.empty())
        size.parameter = text.str();
  }
}

void OnnxGraph::addOutputs() {
  OperandRange outputs = network.getReturn().getOperands();
  for (auto [index, output] : llvm::enumerate(outputs)) {
    std::string name =
        unique(outputs.size() == 1 ? "y" : fmt::format("y{}", index));
    layer = name;
    // An input that is an output, or an output twice, needs a name for each.
    OnnxNode node;
    node.op = "Identity";
    node.name = unique(name + ".identity");
    node.inputs = {getValue(output)};
    node.outputs = {name};
    model.nodes.push_back(node);
    model.outputs.push_back(describe(
        name, cast<RankedTensorType>(output.getType()), /*hasBatch=*/true));
  }
}

} // namespace nascent
