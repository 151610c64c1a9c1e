//===- OnnxWriter.cpp - From a model to protocol buffers ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Import/OnnxModel.h"
#include "nascent/Support/Version.h"
#include "onnx.pb.h"
#include <climits>

namespace nascent {

/// What operators of set 17 came with.
static constexpr int64_t kIRVersion = 8;

static void putTensor(const OnnxTensor &tensor, ::onnx::TensorProto &proto) {
  proto.set_name(tensor.name);
  proto.set_data_type(tensor.type);
  for (int64_t size : tensor.shape)
    proto.add_dims(size);
  proto.set_raw_data(tensor.bytes);
}

static void putAttribute(const OnnxAttribute &attribute,
                         ::onnx::AttributeProto &proto) {
  proto.set_name(attribute.name);
  switch (attribute.kind) {
  case OnnxAttribute::Float:
    proto.set_type(::onnx::AttributeProto::FLOAT);
    proto.set_f(attribute.real);
    break;
  case OnnxAttribute::Int:
    proto.set_type(::onnx::AttributeProto::INT);
    proto.set_i(attribute.integer);
    break;
  case OnnxAttribute::String:
    proto.set_type(::onnx::AttributeProto::STRING);
    proto.set_s(attribute.string);
    break;
  case OnnxAttribute::Tensor:
    proto.set_type(::onnx::AttributeProto::TENSOR);
    putTensor(*attribute.tensor, *proto.mutable_t());
    break;
  case OnnxAttribute::Floats:
    proto.set_type(::onnx::AttributeProto::FLOATS);
    for (float value : attribute.reals)
      proto.add_floats(value);
    break;
  case OnnxAttribute::Ints:
    proto.set_type(::onnx::AttributeProto::INTS);
    for (int64_t value : attribute.integers)
      proto.add_ints(value);
    break;
  case OnnxAttribute::Strings:
    proto.set_type(::onnx::AttributeProto::STRINGS);
    for (const std::string &value : attribute.strings)
      proto.add_strings(value);
    break;
  case OnnxAttribute::Other:
    break;
  }
}

static void putValueInfo(const OnnxValueInfo &info,
                         ::onnx::ValueInfoProto &proto) {
  proto.set_name(info.name);
  auto &type = *proto.mutable_type()->mutable_tensor_type();
  type.set_elem_type(info.type);
  if (!info.shape)
    return;
  auto &shape = *type.mutable_shape();
  for (const OnnxValueInfo::Size &size : *info.shape) {
    auto &dim = *shape.add_dim();
    if (size.number)
      dim.set_dim_value(*size.number);
    else if (!size.parameter.empty())
      dim.set_dim_param(size.parameter);
  }
}

static void putNode(const OnnxNode &node, ::onnx::NodeProto &proto) {
  proto.set_op_type(node.op);
  proto.set_domain(node.domain);
  proto.set_name(node.name);
  for (const std::string &name : node.inputs)
    proto.add_input(name);
  for (const std::string &name : node.outputs)
    proto.add_output(name);
  for (const OnnxAttribute &attribute : node.attributes)
    putAttribute(attribute, *proto.add_attribute());
}

llvm::Expected<std::string> writeOnnx(const OnnxModel &model) {
  ::onnx::ModelProto proto;
  proto.set_ir_version(kIRVersion);
  proto.set_producer_name("nascent");
  proto.set_producer_version(version());
  proto.add_opset_import()->set_version(model.opset);
  ::onnx::GraphProto &graph = *proto.mutable_graph();
  graph.set_name(model.name);
  for (const OnnxNode &node : model.nodes)
    putNode(node, *graph.add_node());
  for (const OnnxTensor &tensor : model.initializers)
    putTensor(tensor, *graph.add_initializer());
  for (const OnnxValueInfo &input : model.inputs)
    putValueInfo(input, *graph.add_input());
  for (const OnnxValueInfo &output : model.outputs)
    putValueInfo(output, *graph.add_output());
  if (proto.ByteSizeLong() > INT_MAX)
    return llvm::createStringError(
        "is too large for an ONNX file, which has less than 2 GiB");
  std::string contents;
  if (!proto.SerializeToString(&contents))
    return llvm::createStringError("cannot be written as an ONNX file");
  return contents;
}

} // namespace nascent
