//===- OpenSizes.cpp - Sizes that are arguments ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers know what sizes must fulfil, linalg does not. So it is written down
// before layers are gone, as a function that the entry point asks.
//
//===----------------------------------------------------------------------===//

#include "OpenSizes.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"

using namespace mlir;

namespace nascent::nn {

/// The names of the open sizes, the batch first, as far as it is one.
static SmallVector<StringRef> namesOf(SequentialOp network,
                                      const NetworkSizes &sizes) {
  SmallVector<StringRef> names;
  if (hasOpenBatch(network))
    names.push_back("batch");
  for (const SizeName &name : sizes.getNames())
    names.push_back(name.name);
  return names;
}

/// Of each dimension of `input`, as it is stored, its name or its number.
static ArrayAttr dimensionsOf(BlockArgument input, const NetworkSizes &sizes) {
  Builder builder(input.getContext());
  SmallVector<Attribute> texts;
  auto type = cast<RankedTensorType>(input.getType());
  for (int64_t dim : storedDims(type))
    texts.push_back(builder.getStringAttr(
        sizes.getShape(input).dims[dim].getExpr().format(SizeStyle::MLIR)));
  return builder.getArrayAttr(texts);
}

/// Whether `condition` holds where the sizes are `values`.
static Value emitCondition(ImplicitLocOpBuilder &b,
                           const SizeCondition &condition, ValueRange values) {
  Value difference =
      emitSize(b, b.getLoc(), condition.getDifference(), values);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  auto relation = condition.isEquality() ? arith::CmpIPredicate::eq
                                         : arith::CmpIPredicate::sge;
  return arith::CmpIOp::create(b, relation, difference, zero);
}

/// The batch may be anything; of any other size, there is at least one element.
static void emitFits(func::FuncOp fits, const NetworkSizes &sizes) {
  Block *body = fits.addEntryBlock();
  ImplicitLocOpBuilder b(fits.getLoc(), fits.getContext());
  b.setInsertionPointToStart(body);
  SmallVector<Value> values(fits.getArguments());
  // Formulas know names by their index, of which 0 is the batch.
  if (values.size() == sizes.getNames().size())
    values.insert(values.begin(), Value());
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value all = arith::ConstantIntOp::create(b, true, 1);
  // Sizes that are too large for their product could have no buffer.
  Value limit = arith::ConstantIndexOp::create(b, int64_t(1) << 31);
  auto require = [&](Value holds) {
    all = arith::AndIOp::create(b, all, holds);
  };
  for (Value size : ArrayRef(values).drop_front()) {
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::sge, size, one));
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, size, limit));
  }
  for (const SizeCondition &condition : sizes.getConditions())
    require(emitCondition(b, condition, values));
  func::ReturnOp::create(b, all);
}

LogicalResult declareOpenSizes(SequentialOp network, func::FuncOp forward,
                               SymbolTable &symbols) {
  SymbolTableCollection tables;
  FailureOr<NetworkSizes> sizes = NetworkSizes::get(network, tables);
  if (failed(sizes))
    return failure();
  for (const SizeCondition &condition : sizes->getConditions())
    if (condition.getDifference().isTooLarge())
      return network.emitOpError() << "'" << network.getSymName()
                                   << "' needs of its open sizes what exceeds "
                                      "64 bits; bind them";
  Builder builder(network.getContext());
  SmallVector<StringRef> names = namesOf(network, *sizes);
  forward->setAttr(NNDialect::kSizesAttrName, builder.getStrArrayAttr(names));
  for (auto [index, input] : llvm::enumerate(network.getArguments()))
    forward.setArgAttr(index, NNDialect::kSizesAttrName,
                       dimensionsOf(input, *sizes));
  auto fits = func::FuncOp::create(
      network.getLoc(), (network.getSymName() + ".fits").str(),
      builder.getFunctionType(
          SmallVector<Type>(names.size(), builder.getIndexType()),
          builder.getI1Type()));
  fits.setPrivate();
  symbols.insert(fits, forward->getIterator());
  emitFits(fits, *sizes);
  return success();
}

} // namespace nascent::nn
