//===- ParamsCommands.cpp - What nascent-params does ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParamsCommands.h"
#include "ConversionRemarks.h"
#include "nascent/Driver/Values.h"
#include "nascent/Listings/Columns.h"
#include "nascent/Listings/ParameterNames.h"
#include "nascent/Support/CopyStrided.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent {

void listTensors(const TensorFile &file, llvm::raw_ostream &os) {
  std::vector<std::vector<std::string>> rows;
  int64_t elements = 0, bytes = 0;
  for (const Tensor &tensor : file.tensors) {
    rows.push_back({printable(tensor.name), nn::formatShape(tensor.shape),
                    nameOf(tensor.dtype).str()});
    elements += *elementCount(tensor.shape);
    bytes += tensor.bytes.size();
  }
  for (const std::string &line : lineUp(rows))
    os << line << "\n";
  os << fmt::format("Total: {}, {}, {}\n",
                    counted(file.tensors.size(), "tensor"),
                    counted(elements, "element"), counted(bytes, "byte"));
}

FailureOr<TensorFile> initialTensors(nn::SequentialOp network,
                                     ArrayRef<nn::NetworkParameter> parameters,
                                     uint64_t seed) {
  TensorFile file;
  InitialValues initial;
  for (const nn::NetworkParameter &parameter : parameters) {
    auto values = initial.compute(network, parameter, seed);
    if (failed(values))
      return failure();
    auto bytes = file.allocate(values->size() * sizeof(float));
    if (!bytes)
      return network.emitError(llvm::toString(bytes.takeError()));
    writeFloats(*values, DType::F32, *bytes);
    nn::ExpectedTensor shape = nn::expectedTensor(parameter);
    file.tensors.push_back({parameter.name,
                            DType::F32,
                            {shape.shape.begin(), shape.shape.end()},
                            StringRef(bytes->data(), bytes->size())});
  }
  return file;
}

/// For each dimension in the file of a framework, the one of the parameter.
static SmallVector<int64_t> dimensionOrder(nn::NamingScheme scheme,
                                           const nn::NetworkParameter &p) {
  SmallVector<int64_t> dims(nn::ParameterOp(p.op).getTensorType().getRank());
  std::iota(dims.begin(), dims.end(), 0);
  return parameterShape(scheme, p.spec.role, dims);
}

/// Gives `tensor` the order of dimensions `to` instead of `from`.
static llvm::Error reorder(Tensor &tensor, ArrayRef<int64_t> from,
                           ArrayRef<int64_t> to, TensorFile &file) {
  if (from == to)
    return llvm::Error::success();
  if (bitsOf(tensor.dtype) % 8 != 0)
    return makeError(
        "tensor '{}' has elements of {} bits, which stay in their order; "
        "convert it with --dtype=f32 first",
        printable(tensor.name), bitsOf(tensor.dtype));
  int64_t size = bitsOf(tensor.dtype) / 8, stride = size;
  SmallVector<int64_t> shape(to.size()), strides(to.size());
  for (size_t i = from.size(); i-- != 0;) {
    size_t target = llvm::find(to, from[i]) - to.begin();
    shape[target] = tensor.shape[i];
    strides[target] = stride;
    stride *= tensor.shape[i];
  }
  auto bytes = file.allocate(tensor.bytes.size());
  if (!bytes)
    return bytes.takeError();
  copyStrided(tensor.bytes, shape, strides, size, *bytes);
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.bytes = StringRef(bytes->data(), bytes->size());
  return llvm::Error::success();
}

FailureOr<SmallVector<nn::ExpectedTensor, 0>>
expectedTensors(nn::SequentialOp network,
                ArrayRef<nn::NetworkParameter> parameters,
                nn::NamingScheme scheme) {
  auto names = LayerNames::get(network, scheme);
  if (failed(names))
    return failure();
  SmallVector<nn::ExpectedTensor, 0> expected;
  for (const nn::NetworkParameter &parameter : parameters) {
    nn::ExpectedTensor tensor = nn::expectedTensor(parameter);
    tensor.name = parameterName(*names, parameter);
    tensor.shape = parameterShape(scheme, parameter.spec.role, tensor.shape);
    if (scheme != nn::NamingScheme::Torch)
      tensor.aliases.clear();
    expected.push_back(std::move(tensor));
  }
  return expected;
}

FailureOr<TensorFile> renameTensors(nn::SequentialOp network,
                                    ArrayRef<nn::NetworkParameter> parameters,
                                    const TensorFile &file, StringRef path,
                                    nn::NamingScheme from,
                                    nn::NamingScheme to) {
  auto expected = expectedTensors(network, parameters, from);
  auto toNames = LayerNames::get(network, to);
  if (failed(expected) || failed(toNames))
    return failure();
  auto tensors = nn::findTensors(network, parameters, *expected, file, path);
  if (failed(tensors))
    return failure();
  TensorFile result;
  for (auto [parameter, found] : llvm::zip(parameters, *tensors)) {
    Tensor tensor = *found;
    if (llvm::Error error = reorder(tensor, dimensionOrder(from, parameter),
                                    dimensionOrder(to, parameter), result))
      return network.emitError(llvm::toString(std::move(error)));
    tensor.name = parameterName(*toNames, parameter);
    result.tensors.push_back(tensor);
    if (to == nn::NamingScheme::Torch)
      for (const std::string &alias : parameter.aliases) {
        tensor.name = alias;
        result.tensors.push_back(tensor);
      }
  }
  return result;
}

std::vector<std::string> remarksOn(ArrayRef<Tensor> tensors, StringRef path) {
  ConversionRemarks remarks(path.str());
  std::vector<float> values;
  for (const Tensor &tensor : tensors) {
    if (!isFloat(tensor.dtype))
      continue;
    values.resize(*elementCount(tensor.shape));
    ConversionCounts counts = readFloats(tensor, values);
    remarks.add(tensor, tensor.dtype, {counts.nans, /*overflows=*/0});
  }
  return remarks.list();
}

llvm::Expected<std::vector<std::string>>
convertElements(TensorFile &file, StringRef path, DType dtype) {
  ConversionRemarks remarks(path.str());
  std::vector<float> values;
  for (Tensor &tensor : file.tensors) {
    if (!isFloat(tensor.dtype))
      continue;
    values.resize(*elementCount(tensor.shape));
    ConversionCounts counts = readFloats(tensor, values);
    if (tensor.dtype == dtype) {
      remarks.add(tensor, dtype, {counts.nans, /*overflows=*/0});
      continue;
    }
    auto bytes = file.allocate(values.size() * (bitsOf(dtype) / 8));
    if (!bytes)
      return bytes.takeError();
    counts.overflows += writeFloats(values, dtype, *bytes).overflows;
    remarks.add(tensor, dtype, counts);
    tensor.dtype = dtype;
    tensor.bytes = StringRef(bytes->data(), bytes->size());
  }
  return remarks.list();
}

} // namespace nascent
