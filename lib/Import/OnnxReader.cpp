//===- OnnxReader.cpp - From protocol buffers to a model ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model cannot be told from other bytes that happen to be valid, so that
// names and shapes are checked later. This file and OnnxWriter.cpp are the only
// ones that know protobuf's classes.
//
//===----------------------------------------------------------------------===//

#include "nascent/Import/OnnxModel.h"
#include "onnx.pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include <climits>

namespace nascent {

using llvm::StringRef;

namespace {
struct TypeEntry {
  StringRef name;
  std::optional<DType> dtype;
};
} // namespace

/// By TensorProto.DataType.
static const TypeEntry typeEntries[] = {
    {"undefined", {}},      {"float", DType::F32},    {"uint8", DType::U8},
    {"int8", DType::I8},    {"uint16", DType::U16},   {"int16", DType::I16},
    {"int32", DType::I32},  {"int64", DType::I64},    {"string", {}},
    {"bool", DType::BOOL},  {"float16", DType::F16},  {"double", DType::F64},
    {"uint32", DType::U32}, {"uint64", DType::U64},   {"complex64", DType::C64},
    {"complex128", {}},     {"bfloat16", DType::BF16}};

StringRef nameOfOnnxType(int32_t type) {
  return type >= 0 && size_t(type) < std::size(typeEntries)
             ? typeEntries[type].name
             : "an unknown type";
}

/// Appends elements of a repeated field, each as the lowest bytes of it.
template <typename Element>
static void append(std::string &bytes, const Element &elements,
                   unsigned width) {
  for (auto element : elements) {
    char buffer[8] = {};
    uint64_t bits = 0;
    static_assert(sizeof element <= sizeof bits);
    std::memcpy(&bits, &element, sizeof element);
    llvm::support::endian::write64le(buffer, bits);
    bytes.append(buffer, width);
  }
}

static OnnxTensor takeTensor(::onnx::TensorProto &proto) {
  OnnxTensor tensor;
  tensor.name = std::move(*proto.mutable_name());
  tensor.type = proto.data_type();
  if (tensor.type >= 0 && size_t(tensor.type) < std::size(typeEntries))
    tensor.dtype = typeEntries[tensor.type].dtype;
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  if (proto.data_location() == ::onnx::TensorProto::EXTERNAL) {
    for (const auto &entry : proto.external_data()) {
      if (entry.key() == "location")
        tensor.location = entry.value();
      else if (entry.key() == "offset")
        StringRef(entry.value()).getAsInteger(10, tensor.offset);
      else if (int64_t length;
               entry.key() == "length" &&
               !StringRef(entry.value()).getAsInteger(10, length))
        tensor.length = length;
    }
    return tensor;
  }
  if (proto.has_raw_data()) {
    tensor.bytes = std::move(*proto.mutable_raw_data());
    return tensor;
  }
  unsigned width = tensor.dtype ? bitsOf(*tensor.dtype) / 8 : 0;
  append(tensor.bytes, proto.float_data(), std::min(width, 4u));
  append(tensor.bytes, proto.int32_data(), std::min(width, 4u));
  append(tensor.bytes, proto.int64_data(), width);
  append(tensor.bytes, proto.double_data(), width);
  append(tensor.bytes, proto.uint64_data(), width);
  return tensor;
}

static OnnxAttribute takeAttribute(::onnx::AttributeProto &proto) {
  OnnxAttribute attribute;
  attribute.name = proto.name();
  switch (proto.type()) {
  case ::onnx::AttributeProto::FLOAT:
    attribute.kind = OnnxAttribute::Float;
    attribute.real = proto.f();
    break;
  case ::onnx::AttributeProto::INT:
    attribute.kind = OnnxAttribute::Int;
    attribute.integer = proto.i();
    break;
  case ::onnx::AttributeProto::STRING:
    attribute.kind = OnnxAttribute::String;
    attribute.string = proto.s();
    break;
  case ::onnx::AttributeProto::TENSOR:
    attribute.kind = OnnxAttribute::Tensor;
    attribute.tensor =
        std::make_shared<OnnxTensor>(takeTensor(*proto.mutable_t()));
    break;
  case ::onnx::AttributeProto::FLOATS:
    attribute.kind = OnnxAttribute::Floats;
    attribute.reals.assign(proto.floats().begin(), proto.floats().end());
    break;
  case ::onnx::AttributeProto::INTS:
    attribute.kind = OnnxAttribute::Ints;
    attribute.integers.assign(proto.ints().begin(), proto.ints().end());
    break;
  case ::onnx::AttributeProto::STRINGS:
    attribute.kind = OnnxAttribute::Strings;
    attribute.strings.assign(proto.strings().begin(), proto.strings().end());
    break;
  default:
    break;
  }
  return attribute;
}

static OnnxValueInfo readValueInfo(const ::onnx::ValueInfoProto &proto) {
  OnnxValueInfo info;
  info.name = proto.name();
  if (!proto.type().has_tensor_type())
    return info;
  const auto &type = proto.type().tensor_type();
  info.type = type.elem_type();
  if (!type.has_shape())
    return info;
  info.shape.emplace();
  for (const auto &dim : type.shape().dim()) {
    OnnxValueInfo::Size size;
    if (dim.has_dim_value())
      size.number = dim.dim_value();
    else
      size.parameter = dim.dim_param();
    info.shape->push_back(size);
  }
  return info;
}

static OnnxNode takeNode(::onnx::NodeProto &proto) {
  OnnxNode node;
  node.op = proto.op_type();
  node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
  node.name = proto.name();
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  for (auto &attribute : *proto.mutable_attribute())
    node.attributes.push_back(takeAttribute(attribute));
  return node;
}

llvm::Expected<OnnxModel> readOnnx(StringRef contents) {
  ::onnx::ModelProto proto;
  if (contents.size() > INT_MAX)
    return llvm::createStringError(
        "is too large for an ONNX file, which has less than 2 GiB; larger "
        "models have their tensors in files beside them");
  bool isRead = proto.ParseFromArray(contents.data(), contents.size());
  bool isText = llvm::all_of(contents.take_front(64), [](char c) {
    return llvm::isPrint(c) || llvm::isSpace(c);
  });
  if (!isRead || !proto.has_graph())
    return llvm::createStringError(contents.empty() ? "is empty"
                                   : isText ? "is text, and no ONNX model"
                                   : isRead
                                       ? "is no ONNX model: it has no graph"
                                       : "is damaged, or no ONNX model");
  OnnxModel model;
  for (const auto &set : proto.opset_import())
    if (set.domain().empty() || set.domain() == "ai.onnx")
      model.opset = set.version();
  ::onnx::GraphProto &graph = *proto.mutable_graph();
  model.hasSparse = graph.sparse_initializer_size() != 0;
  for (auto &node : *graph.mutable_node())
    model.nodes.push_back(takeNode(node));
  for (auto &tensor : *graph.mutable_initializer())
    model.initializers.push_back(takeTensor(tensor));
  for (const auto &input : graph.input())
    model.inputs.push_back(readValueInfo(input));
  for (const auto &output : graph.output())
    model.outputs.push_back(readValueInfo(output));
  return model;
}

} // namespace nascent
