//===- Fill.cpp - How one parameter is filled -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Parameters/Fill.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Support/Philox.h"

using namespace mlir;

namespace nascent::parameters {

std::string FillKind::suffix() const {
  std::string suffix = width == 0 ? "" : ".panels_" + std::to_string(width);
  if (!stored.isF32())
    suffix += stored.isF16() ? ".f16" : ".bf16";
  if (spatial != 1)
    suffix += ".spatial_" + std::to_string(spatial);
  return suffix + (wholeBlocks ? "" : ".split") + (manyBlocks ? ".large" : "");
}

FillKind Fill::getKind() const {
  bool wholeBlocks = target.getColumns() % 4 == 0;
  // Padding may number blocks past the last row.
  bool manyBlocks =
      nn::checkedProduct(
          {int64_t(llvm::alignTo(target.getRows(), 1024)), target.getColumns()})
              .value_or(ShapedType::kDynamic) >>
          33 !=
      0;
  int64_t spatial = layout ? layout.getSpatial() : 1;
  if (layout && target.shape.size() > 1) {
    // Rows whose elements are all the same have no order.
    if (init.getDraws(target.scope).empty() && !init.usesPosition(target.scope))
      spatial = 1;
    return {layout.getWidth(),
            wholeBlocks,
            manyBlocks,
            /*onePanel=*/!llvm::isPowerOf2_64(layout.getWidth()) &&
                target.getRows() <= layout.getWidth(),
            layout.getStoredType(),
            spatial};
  }
  // Where elements have no place, a row-major matrix is one row.
  return {/*width=*/0,
          wholeBlocks || target.getRows() == 1 ||
              !init.usesPosition(target.scope),
          manyBlocks,
          /*onePanel=*/false,
          Float32Type::get(init.getContext()),
          spatial};
}

FunctionType Fill::getFunctionType(MemRefType parameters) const {
  Builder b(init.getContext());
  SmallVector<Type> inputs = {parameters};
  inputs.append(5, b.getIndexType());
  inputs.append(2, b.getI64Type());
  for (TypedAttr argument : init.getArguments(target))
    inputs.push_back(argument.getType());
  return b.getFunctionType(inputs, {});
}

namespace {
/// The order of the numbers; `PerRow` is what is filled for each row.
enum Number { Offset, Rows, Columns, PerRow, Name, FirstArgument };
} // namespace

SmallVector<int64_t> Fill::getNumbers(int64_t offset, StringRef name) const {
  bool isRow = layout || target.shape.size() < 2;
  SmallVector<int64_t> numbers = {offset, target.getRows(), target.getColumns(),
                                  isRow ? 1 : target.getColumns(),
                                  int64_t(hashName(name))};
  for (TypedAttr argument : init.getArguments(target)) {
    if (auto real = dyn_cast<FloatAttr>(argument))
      numbers.push_back(real.getValue().bitcastToAPInt().getZExtValue());
    else
      numbers.push_back(cast<IntegerAttr>(argument).getInt());
  }
  return numbers;
}

SmallVector<Value> Fill::getOperands(ImplicitLocOpBuilder &b, Value parameters,
                                     ArrayRef<Value> numbers, Value first,
                                     Value end, Value seed) const {
  auto index = [&](Number number) -> Value {
    return arith::IndexCastOp::create(b, b.getIndexType(), numbers[number]);
  };
  Value offset = index(Offset), rows = index(Rows), columns = index(Columns);
  Value perRow = index(PerRow);
  first = arith::MulIOp::create(b, first, perRow);
  end = arith::MulIOp::create(b, end, perRow);
  SmallVector<Value> operands = {parameters, offset, rows,          columns,
                                 first,      end,    numbers[Name], seed};
  for (auto [argument, number] : llvm::zip_equal(
           init.getArguments(target), numbers.drop_front(FirstArgument))) {
    Type type = argument.getType();
    auto bits = b.getIntegerType(type.getIntOrFloatBitWidth());
    Value value = arith::TruncIOp::create(b, bits, number);
    if (type != bits)
      value = arith::BitcastOp::create(b, type, value);
    operands.push_back(value);
  }
  return operands;
}

} // namespace nascent::parameters
