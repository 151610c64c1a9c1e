//===- Fill.cpp - How one parameter is filled -----------------------------===//

#include "nascent/Codegen/Fill.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Codegen/Philox.h"

using namespace mlir;

namespace nascent::codegen {

std::string FillKind::suffix() const {
  std::string suffix = width == 0 ? "" : ".panels_" + std::to_string(width);
  if (!stored.isF32())
    suffix += stored.isF16() ? ".f16" : ".bf16";
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
  if (layout)
    return {layout.getWidth(), wholeBlocks, manyBlocks,
            /*onePanel=*/!llvm::isPowerOf2_64(layout.getWidth()) &&
                target.getRows() <= layout.getWidth(),
            layout.getStoredType()};
  // Where elements have no place, a row-major matrix is one row.
  return {/*width=*/0,
          wholeBlocks || target.getRows() == 1 ||
              !init.usesPosition(target.scope),
          manyBlocks, /*onePanel=*/false, Float32Type::get(init.getContext())};
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

SmallVector<Value> Fill::getOperands(ImplicitLocOpBuilder &b, Value parameters,
                                     int64_t offset, Value first, Value end,
                                     StringRef name, Value seed) const {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  if (!layout && target.getLength() != target.getRows() * target.getColumns()) {
    Value columns = index(target.getColumns());
    first = arith::MulIOp::create(b, first, columns);
    end = arith::MulIOp::create(b, end, columns);
  }
  Value hash =
      arith::ConstantOp::create(b, b.getI64IntegerAttr(hashName(name)));
  SmallVector<Value> operands = {parameters,
                                 index(offset),
                                 index(target.getRows()),
                                 index(target.getColumns()),
                                 first,
                                 end,
                                 hash,
                                 seed};
  for (TypedAttr argument : init.getArguments(target))
    operands.push_back(arith::ConstantOp::create(b, argument));
  return operands;
}

} // namespace nascent::codegen
