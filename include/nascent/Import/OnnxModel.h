//===- OnnxModel.h - What an ONNX file says ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of onnx.proto that networks need, without protobuf: its classes are
// known to OnnxReader.cpp and OnnxWriter.cpp alone.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_IMPORT_ONNXMODEL_H
#define NASCENT_IMPORT_ONNXMODEL_H

#include "nascent/Support/TensorFile.h"
#include <type_traits>

namespace nascent {

/// A tensor of a file, or of a file beside it.
struct OnnxTensor {
  std::string name;
  /// TensorProto.DataType, for messages where `dtype` is nothing.
  int32_t type = 0;
  std::optional<DType> dtype;
  std::vector<int64_t> shape;
  /// The elements, row-major and little endian.
  std::string bytes;
  /// Where they are instead; empty if they are here.
  std::string location;
  int64_t offset = 0;
  std::optional<int64_t> length;
};
static_assert(std::is_nothrow_move_constructible_v<OnnxTensor>,
              "a vector of tensors would copy them all when it grows");

struct OnnxAttribute {
  enum Kind { Float, Int, String, Tensor, Floats, Ints, Strings, Other };
  std::string name;
  Kind kind = Other;
  float real = 0;
  int64_t integer = 0;
  std::string string;
  std::shared_ptr<OnnxTensor> tensor;
  std::vector<float> reals;
  std::vector<int64_t> integers;
  std::vector<std::string> strings;
};

struct OnnxNode {
  std::string op, domain, name;
  /// An empty name stands for one that is left out.
  std::vector<std::string> inputs, outputs;
  std::vector<OnnxAttribute> attributes;

  const OnnxAttribute *find(llvm::StringRef attribute) const;
  /// "node 'conv1' (Conv)"; by its output where it has no name.
  std::string describe() const;
};

/// An input or output of the graph.
struct OnnxValueInfo {
  /// A size; of one that is open, its name, which may be empty.
  struct Size {
    std::optional<int64_t> number;
    std::string parameter;
  };
  std::string name;
  /// TensorProto.DataType; 0 where it is no tensor.
  int32_t type = 0;
  std::optional<std::vector<Size>> shape;
};

struct OnnxModel {
  /// The graph's name, which is only written.
  std::string name;
  /// Of ONNX's own operators; 0 if there is none.
  int64_t opset = 0;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxValueInfo> inputs, outputs;
  std::vector<OnnxTensor> initializers;
  /// Whether initialisers are stored sparsely, which is not read.
  bool hasSparse = false;
};

/// How onnx.proto calls an element type: "float16".
llvm::StringRef nameOfOnnxType(int32_t type);

/// Reads what `contents` say. Fails if they are no ONNX model.
llvm::Expected<OnnxModel> readOnnx(llvm::StringRef contents);

/// The contents of a file of the model, of which all tensors are in the file.
/// The same model gives the same bytes. Fails where a file cannot be as large.
llvm::Expected<std::string> writeOnnx(const OnnxModel &model);

} // namespace nascent

#endif // NASCENT_IMPORT_ONNXMODEL_H
