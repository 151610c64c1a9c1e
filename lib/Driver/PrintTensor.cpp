//===- PrintTensor.cpp - Elements as text ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrintTensor.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorValues.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Endian.h"
#include <fmt/format.h>

namespace nascent {

static void printElements(llvm::ArrayRef<int64_t> shape,
                          llvm::function_ref<std::string(size_t)> element,
                          llvm::raw_ostream &os) {
  size_t count = *elementCount(shape);
  size_t rowSize = shape.empty() ? 1 : shape.back();
  for (size_t i = 0; i < count; ++i)
    os << element(i) << ((i + 1) % rowSize == 0 ? "\n" : " ");
}

void printRows(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values,
               llvm::raw_ostream &os) {
  printElements(
      shape, [&](size_t i) { return fmt::format("{}", values[i]); }, os);
}

/// Prints elements that are read as `T`.
template <typename T>
static void printAs(const Tensor &tensor, llvm::raw_ostream &os) {
  printElements(
      tensor.shape,
      [&](size_t i) {
        return fmt::format(
            "{}", llvm::support::endian::read<T, llvm::endianness::little>(
                      tensor.bytes.data() + i * sizeof(T)));
      },
      os);
}

static void printComplex(const Tensor &tensor, llvm::raw_ostream &os) {
  std::vector<float> parts(tensor.bytes.size() / sizeof(float));
  readFloats({"", DType::F32, {}, tensor.bytes}, parts);
  printElements(
      tensor.shape,
      [&](size_t i) {
        return fmt::format("{}{:+}j", parts[2 * i], parts[2 * i + 1]);
      },
      os);
}

void printTensor(const Tensor &tensor, llvm::raw_ostream &os) {
  os << fmt::format("{} {} {}\n", printable(tensor.name),
                    nn::formatShape(tensor.shape), nameOf(tensor.dtype).str());
  switch (tensor.dtype) {
  case DType::F64:
    return printAs<double>(tensor, os);
  case DType::C64:
    return printComplex(tensor, os);
  case DType::I64:
    return printAs<int64_t>(tensor, os);
  case DType::I32:
    return printAs<int32_t>(tensor, os);
  case DType::I16:
    return printAs<int16_t>(tensor, os);
  case DType::I8:
    return printAs<int8_t>(tensor, os);
  case DType::U64:
    return printAs<uint64_t>(tensor, os);
  case DType::U32:
    return printAs<uint32_t>(tensor, os);
  case DType::U16:
    return printAs<uint16_t>(tensor, os);
  case DType::U8:
  case DType::BOOL:
    return printAs<uint8_t>(tensor, os);
  default:
    std::vector<float> values(*elementCount(tensor.shape));
    readFloats(tensor, values);
    return printRows(tensor.shape, values, os);
  }
}

} // namespace nascent
