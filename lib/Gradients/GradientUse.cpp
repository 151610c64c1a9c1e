//===- GradientUse.cpp - What becomes of gradients ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a gradient is added to is computed with it, in one kernel, and in the
// place of what it is added to. So neither has to last until the function ends.
//
//===----------------------------------------------------------------------===//

#include "GradientUse.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/ElementwiseBuilder.h"

using namespace mlir;

namespace nascent::gradients {

namespace {

/// Changes what is stored of one gradient.
class StoredGradient {
public:
  StoredGradient(nn::StoreGradientOp store, Operation *lastForward)
      : store(store), lastForward(lastForward), builder(store.getLoc(), store) {
  }

  void accumulate(Value kept);
  LogicalResult step(SymbolTable &symbols);

private:
  /// comes · gradient + stays · old, without the latter where `kept` is 0.
  Value add(Value old, float comes, float stays, Value kept = {});
  /// What is stored of the parameter.
  Value loadParameter();
  /// What computes the gradient, or `lastForward` if that is behind it or the
  /// gradient is an argument. Operations are added behind it.
  Operation *getPlace() {
    Operation *op = store.getValue().getDefiningOp();
    return op && lastForward->isBeforeInBlock(op) ? op : lastForward;
  }

  nn::StoreGradientOp store;
  Operation *lastForward;
  ImplicitLocOpBuilder builder;
};

/// `old`, or 0 where `kept` is 0. Not a product: what is not kept may be NaN or
/// infinite.
Value keepWhere(ElementwiseBuilder &e, Value kept, Value old) {
  Value zero = e.f32(0);
  return e.select(arith::CmpFPredicate::UNE, kept, zero, old, zero);
}

Value StoredGradient::add(Value old, float comes, float stays, Value kept) {
  Value gradient = store.getValue();
  auto pack = gradient.getDefiningOp<linalg::PackOp>();
  // Panels are seen as the sums of products are.
  if (pack) {
    gradient = pack.getSource();
    Value empty = tensor::EmptyOp::create(
        builder, nn::typeOf(gradient).getShape(), builder.getF32Type());
    old = linalg::UnPackOp::create(builder, old, empty, pack.getInnerDimsPos(),
                                   pack.getMixedTiles())
              ->getResult(0);
  }
  unsigned rank = nn::typeOf(gradient).getRank();
  SmallVector<Value> operands = {gradient, old};
  SmallVector<AffineMap> maps(2, builder.getMultiDimIdentityMap(rank));
  if (kept) {
    operands.push_back(kept);
    maps.push_back(AffineMap::get(rank, 0, builder.getAffineConstantExpr(0)));
  }
  Value sum = nn::elementwise(
      builder, operands, maps,
      [&](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        ElementwiseBuilder e(inner, inner.getLoc(), inner.getF32Type());
        auto times = [&](float factor, Value value) {
          return factor == 1 ? value : e.mul(e.f32(factor), value);
        };
        Value before = kept ? keepWhere(e, v[2], v[1]) : v[1];
        Value more = times(comes, v[0]);
        Value rest = times(stays, before);
        return e.add(more, rest);
      });
  if (!pack)
    return sum;
  return linalg::PackOp::create(builder, sum, pack.getDest(),
                                pack.getInnerDimsPos(), pack.getMixedTiles(),
                                pack.getPaddingValue())
      ->getResult(0);
}

void StoredGradient::accumulate(Value kept) {
  builder.setInsertionPointAfter(getPlace());
  Value old = nn::LoadGradientOp::create(builder, store.getValue().getType(),
                                         store.getParameterAttr());
  Value sum = add(old, 1, 1, kept);
  store.getValueMutable().assign(sum);
}

Value StoredGradient::loadParameter() {
  Block *body = store->getBlock();
  for (auto load : body->getOps<nn::LoadParameterOp>())
    if (load.getParameterAttr() == store.getParameterAttr())
      return load;
  builder.setInsertionPointToStart(body);
  return nn::LoadParameterOp::create(builder, store.getValue().getType(),
                                     store.getParameterAttr());
}

LogicalResult StoredGradient::step(SymbolTable &symbols) {
  auto parameter = symbols.lookup<nn::ParameterOp>(store.getParameter());
  auto rate = parameter->getAttrOfType<FloatAttr>(nn::kRateAttrName);
  auto momentum = store->getAttrOfType<FloatAttr>(nn::kMomentumAttrName);
  if (!parameter.getTrainable() && !momentum)
    return store.emitOpError()
           << "is of what is not trained, and has no '" << nn::kMomentumAttrName
           << "' to merge a statistic by";
  float comes = 1, stays = 1;
  if (rate)
    comes = float(rate.getValueAsDouble());
  if (momentum) {
    comes = float(momentum.getValueAsDouble());
    stays = 1 - comes;
  }
  Value old = loadParameter();
  // Behind whatever reads the parameter as it was.
  Operation *last = getPlace();
  SmallVector<Operation *> readers = {old.getDefiningOp()};
  while (!readers.empty()) {
    Operation *reader = readers.pop_back_val();
    if (last->isBeforeInBlock(reader))
      last = reader;
    if (isa<nn::LoadParameterOp, linalg::UnPackOp>(reader))
      llvm::append_range(readers, reader->getUsers());
  }
  builder.setInsertionPointAfter(last);
  Value sum = add(old, comes, stays);
  builder.setInsertionPoint(store);
  nn::StoreParameterOp::create(builder, sum, store.getParameterAttr());
  store.erase();
  return success();
}

} // namespace

void accumulateGradients(func::FuncOp function, Operation *lastForward,
                         Value kept) {
  for (auto store :
       llvm::to_vector(function.front().getOps<nn::StoreGradientOp>()))
    StoredGradient(store, lastForward).accumulate(kept);
}

LogicalResult stepByGradients(func::FuncOp function, Operation *lastForward,
                              SymbolTable &symbols) {
  for (auto store : llvm::make_early_inc_range(
           function.front().getOps<nn::StoreGradientOp>()))
    if (failed(StoredGradient(store, lastForward).step(symbols)))
      return failure();
  return success();
}

} // namespace nascent::gradients
