//===- ConstantTables.cpp - Numbers that kernels read ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConstantTables.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::program {

static MemRefType tableTypeOf(DenseElementsAttr values) {
  return MemRefType::get(values.getType().getShape(), values.getElementType());
}

Value createTable(OpBuilder &builder, Location loc, StringRef name,
                  DenseElementsAttr values, SymbolTable &symbols) {
  OpBuilder detached(builder.getContext());
  auto global = memref::GlobalOp::create(
      detached, loc, name, detached.getStringAttr("private"),
      tableTypeOf(values), values, /*constant=*/true,
      detached.getI64IntegerAttr(nn::kBufferAlignment));
  auto module = cast<ModuleOp>(symbols.getOp());
  symbols.insert(global, module.getBody()->begin());
  return memref::GetGlobalOp::create(builder, loc, global.getType(),
                                     global.getSymName());
}

Value ConstantTables::get(OpBuilder &builder, arith::ConstantOp constant,
                          func::FuncOp function, SymbolTable &symbols) {
  auto values = cast<DenseElementsAttr>(constant.getValue());
  StringAttr &name = names[values];
  if (name)
    return memref::GetGlobalOp::create(builder, constant.getLoc(),
                                       tableTypeOf(values), name.getValue());
  auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
  std::string wanted = (network ? network.getValue() : "table").str();
  Value table = createTable(builder, constant.getLoc(), wanted + ".table",
                            values, symbols);
  name = table.getDefiningOp<memref::GetGlobalOp>().getNameAttr().getAttr();
  return table;
}

} // namespace nascent::program
