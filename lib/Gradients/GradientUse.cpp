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

/// A value and what it is multiplied by.
struct Term {
  Value value;
  float factor = 1;
};

/// Changes what is stored of one gradient.
class StoredGradient {
public:
  StoredGradient(nn::StoreGradientOp store, Operation *lastForward,
                 SymbolTable &symbols)
      : store(store), lastForward(lastForward), symbols(symbols),
        builder(store.getLoc(), store) {}

  void accumulate();
  LogicalResult step();

private:
  /// gradient + old, of what is stored.
  Value add(Term gradient, Term old);
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
  SymbolTable &symbols;
  ImplicitLocOpBuilder builder;
};

Value StoredGradient::add(Term gradient, Term old) {
  auto pack = gradient.value.getDefiningOp<linalg::PackOp>();
  // Panels are seen as the sums of products are.
  if (pack) {
    gradient.value = pack.getSource();
    Value empty = tensor::EmptyOp::create(
        builder, nn::typeOf(gradient.value).getShape(), builder.getF32Type());
    old.value =
        linalg::UnPackOp::create(builder, old.value, empty,
                                 pack.getInnerDimsPos(), pack.getMixedTiles())
            ->getResult(0);
  }
  Value sum = nn::elementwise(
      builder, {gradient.value, old.value},
      [&](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        ElementwiseBuilder e(inner, inner.getLoc(), inner.getF32Type());
        auto times = [&](float factor, Value value) {
          return factor == 1 ? value : e.mul(e.f32(factor), value);
        };
        Value comes = times(gradient.factor, v[0]);
        Value stays = times(old.factor, v[1]);
        return e.add(comes, stays);
      });
  if (!pack)
    return sum;
  return linalg::PackOp::create(builder, sum, pack.getDest(),
                                pack.getInnerDimsPos(), pack.getMixedTiles(),
                                pack.getPaddingValue())
      ->getResult(0);
}

void StoredGradient::accumulate() {
  Value gradient = store.getValue();
  builder.setInsertionPointAfter(getPlace());
  Value old = nn::LoadGradientOp::create(builder, gradient.getType(),
                                         store.getParameterAttr());
  Value sum = add({gradient}, {old});
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

LogicalResult StoredGradient::step() {
  auto parameter = symbols.lookup<nn::ParameterOp>(store.getParameter());
  auto rate = parameter->getAttrOfType<FloatAttr>(nn::kRateAttrName);
  auto momentum = store->getAttrOfType<FloatAttr>(nn::kMomentumAttrName);
  if (!parameter.getTrainable() && !momentum)
    return store.emitOpError()
           << "is of what is not trained, and has no '" << nn::kMomentumAttrName
           << "' to merge a statistic by";
  Term gradient{store.getValue()}, old{loadParameter()};
  if (rate)
    gradient.factor = float(rate.getValueAsDouble());
  if (momentum) {
    gradient.factor = float(momentum.getValueAsDouble());
    old.factor = 1 - gradient.factor;
  }
  // Behind whatever reads the parameter as it was.
  Operation *last = getPlace();
  SmallVector<Operation *> readers = {old.value.getDefiningOp()};
  while (!readers.empty()) {
    Operation *reader = readers.pop_back_val();
    if (last->isBeforeInBlock(reader))
      last = reader;
    if (isa<nn::LoadParameterOp, linalg::UnPackOp>(reader))
      llvm::append_range(readers, reader->getUsers());
  }
  builder.setInsertionPointAfter(last);
  Value sum = add(gradient, old);
  builder.setInsertionPoint(store);
  nn::StoreParameterOp::create(builder, sum, store.getParameterAttr());
  store.erase();
  return success();
}

} // namespace

LogicalResult useGradients(func::FuncOp function, GradientUse use,
                           Operation *lastForward, SymbolTable &symbols) {
  if (use == GradientUse::Store)
    return success();
  for (auto store : llvm::make_early_inc_range(
           function.front().getOps<nn::StoreGradientOp>())) {
    StoredGradient stored(store, lastForward, symbols);
    if (use == GradientUse::Accumulate)
      stored.accumulate();
    else if (failed(stored.step()))
      return failure();
  }
  return success();
}

} // namespace nascent::gradients
