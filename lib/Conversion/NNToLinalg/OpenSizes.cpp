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
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nascent::nn {

/// What else is computed in between is larger by small factors only, so that
/// bytes of scratch do not exceed 64 bits. The header says the number.
static constexpr int64_t kMostElements = int64_t(1) << 40;

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
  Value difference = emitSize(b, condition.getDifference(), values);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  auto relation = condition.isEquality() ? arith::CmpIPredicate::eq
                                         : arith::CmpIPredicate::sge;
  return arith::CmpIOp::create(b, relation, difference, zero);
}

/// Whether a value of `shape` has at most as many elements as a buffer can
/// have. Products that exceed 64 bits have more, too.
static Value emitIsSmall(ImplicitLocOpBuilder &b, const Shape &shape,
                         ValueRange values) {
  Value most = arith::ConstantIndexOp::create(b, kMostElements);
  Value none = arith::ConstantIndexOp::create(b, 0);
  Value count = arith::ConstantIndexOp::create(b, 1);
  Value all = arith::ConstantIntOp::create(b, true, 1);
  for (const Dim &dim : shape.dims) {
    Value size = emitSize(b, dim.getExpr(), values);
    auto product = arith::MulUIExtendedOp::create(b, count, size);
    count = product.getLow();
    Value hasLow =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ule, count, most);
    Value hasNoHigh = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                            product.getHigh(), none);
    all = arith::AndIOp::create(b, all, hasLow);
    all = arith::AndIOp::create(b, all, hasNoHigh);
  }
  return all;
}

/// The open shapes of a network's values, and of what layers need in between,
/// each once.
static SmallVector<Shape> openShapesOf(SequentialOp network,
                                       const NetworkSizes &sizes) {
  SmallVector<Shape> shapes;
  llvm::StringSet<> known;
  auto add = [&](const Shape &shape) {
    std::string text;
    for (const Dim &dim : shape.dims)
      text += dim.getExpr().format(SizeStyle::MLIR) + "\n";
    auto isKnown = [](const Dim &dim) { return dim.getExpr().isNumber(); };
    if (!llvm::all_of(shape.dims, isKnown) && known.insert(text).second)
      shapes.push_back(shape);
  };
  for (Value input : network.getArguments())
    add(sizes.getShape(input));
  for (LayerOpInterface layer : network.getLayers()) {
    for (Value result : layer->getResults())
      add(sizes.getShape(result));
    const Shape &input = sizes.getShape(layer->getOperand(0));
    if (std::optional<Shape> between = layer.getLargestIntermediate(input))
      add(*between);
  }
  return shapes;
}

/// The batch may be anything that buffers have room for; of any other size,
/// there is at least one element.
static void emitFits(func::FuncOp fits, SequentialOp network,
                     const NetworkSizes &sizes) {
  Block *body = fits.addEntryBlock();
  ImplicitLocOpBuilder b(fits.getLoc(), fits.getContext());
  b.setInsertionPointToStart(body);
  SmallVector<Value> values(fits.getArguments());
  // Formulas know names by their index, of which 0 is the batch.
  if (values.size() == sizes.getNames().size())
    values.insert(values.begin(), Value());
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value all = arith::ConstantIntOp::create(b, true, 1);
  // Of smaller sizes, formulas do not exceed 64 bits.
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
  for (const Shape &shape : openShapesOf(network, sizes))
    require(emitIsSmall(b, shape, values));
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
  forward->setAttr(kFitsAttrName, FlatSymbolRefAttr::get(fits));
  emitFits(fits, network, *sizes);
  return success();
}

} // namespace nascent::nn
