//===- BuildGradients.cpp - A network and its mirror image ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cotangents.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Gradients/Passes.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include "llvm/ADT/MapVector.h"
#include <fmt/format.h>

namespace nascent::gradients {

#define GEN_PASS_DEF_BUILDGRADIENTS
#include "nascent/Gradients/Passes.h.inc"

using namespace mlir;

namespace {

/// What becomes of gradients.
enum class Use {
  Store,
  /// They are added to those that are stored.
  Accumulate,
  /// They are added to the parameters.
  Step
};

/// Extends one function that computes a loss.
class GradientFunction {
public:
  GradientFunction(func::FuncOp function, SymbolTable &symbols)
      : function(function), symbols(symbols),
        builder(function.getFunctionBody()), loc(function.getLoc()) {
    builder.setInsertionPoint(getReturn());
  }

  /// Multiplies the loss by a new argument.
  void addScale();
  /// Adds gradients and what becomes of them. Where that is a step, they are
  /// multiplied by one more argument, not by the loss's.
  LogicalResult addGradients(Use use);

private:
  func::ReturnOp getReturn() {
    return cast<func::ReturnOp>(function.front().getTerminator());
  }
  bool isTrained(nn::LoadParameterOp load) {
    return symbols.lookup<nn::ParameterOp>(load.getParameter()).getTrainable();
  }
  /// The values that depend on something that is trained.
  llvm::DenseSet<Value> findActive(ArrayRef<Operation *> ops);
  /// A new argument like the loss.
  Value addArgument();
  /// gradient * change + old * stays, where `old` is stored.
  Value addOld(Location at, Value gradient, float change, Value old,
               float stays);
  /// What is stored of a parameter, as `like` will be.
  Value loadParameter(FlatSymbolRefAttr parameter, Value like);
  /// Has the parameter take a step in the place of what is stored.
  LogicalResult addStep(nn::StoreGradientOp store);
  /// Has what is stored be what `use` says.
  LogicalResult put(nn::StoreGradientOp store, Use use);
  void nameKernels(Operation *lastForward);

  func::FuncOp function;
  SymbolTable &symbols;
  OpBuilder builder;
  Location loc;
};

Value product(OpBuilder &builder, Location loc, Value a, Value b) {
  return nn::elementwise(
      builder, loc, {a, b},
      [](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        return arith::MulFOp::create(inner, v[0], v[1]);
      });
}

Value GradientFunction::addArgument() {
  Value argument =
      function.front().addArgument(function.getResultTypes().front(), loc);
  function.setFunctionType(builder.getFunctionType(
      function.front().getArgumentTypes(), function.getResultTypes()));
  return argument;
}

void GradientFunction::addScale() {
  func::ReturnOp ret = getReturn();
  ret.setOperand(0, product(builder, loc, ret.getOperand(0), addArgument()));
}

llvm::DenseSet<Value> GradientFunction::findActive(ArrayRef<Operation *> ops) {
  llvm::DenseSet<Value> active;
  for (Operation *op : ops) {
    auto load = dyn_cast<nn::LoadParameterOp>(op);
    bool isActive = load ? isTrained(load)
                         : llvm::any_of(op->getOperands(), [&](Value operand) {
                             return active.contains(operand);
                           });
    if (isActive)
      active.insert(op->result_begin(), op->result_end());
  }
  return active;
}

Value GradientFunction::addOld(Location at, Value gradient, float change,
                               Value old, float stays) {
  auto pack = gradient.getDefiningOp<linalg::PackOp>();
  Value summand = pack ? pack.getSource() : gradient;
  // Panels are seen as the sums of products are.
  if (pack) {
    Value empty = tensor::EmptyOp::create(
        builder, at, nn::typeOf(summand).getShape(), builder.getF32Type());
    old = linalg::UnPackOp::create(builder, at, old, empty,
                                   pack.getInnerDimsPos(), pack.getMixedTiles())
              ->getResult(0);
  }
  Value sum = nn::elementwise(
      builder, at, {summand, old},
      [&](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        ElementwiseBuilder e(inner, at, inner.getF32Type());
        auto times = [&](float factor, Value value) {
          return factor == 1 ? value : e.mul(e.f32(factor), value);
        };
        Value own = times(change, v[0]);
        Value kept = times(stays, v[1]);
        return e.add(own, kept);
      });
  if (!pack)
    return sum;
  return linalg::PackOp::create(builder, at, sum, pack.getDest(),
                                pack.getInnerDimsPos(), pack.getMixedTiles(),
                                pack.getPaddingValue())
      ->getResult(0);
}

Value GradientFunction::loadParameter(FlatSymbolRefAttr parameter, Value like) {
  for (auto load : function.front().getOps<nn::LoadParameterOp>())
    if (load.getParameterAttr() == parameter)
      return load;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.front());
  return nn::LoadParameterOp::create(builder, like.getLoc(), like.getType(),
                                     parameter);
}

LogicalResult GradientFunction::addStep(nn::StoreGradientOp store) {
  Location at = store.getLoc();
  Value gradient = store.getValue();
  FlatSymbolRefAttr symbol = store.getParameterAttr();
  auto parameter = symbols.lookup<nn::ParameterOp>(symbol.getValue());
  auto rate = parameter->getAttrOfType<FloatAttr>(nn::kRateAttrName);
  auto momentum = store->getAttrOfType<FloatAttr>(nn::kMomentumAttrName);
  if (!parameter.getTrainable() && !momentum)
    return store.emitOpError()
           << "is of what is not trained, and has no '" << nn::kMomentumAttrName
           << "' to merge a statistic by";
  Value old = loadParameter(symbol, gradient);
  // Behind whatever reads the parameter as it was.
  Operation *last = gradient.getDefiningOp();
  SmallVector<Operation *> readers = {old.getDefiningOp()};
  while (!readers.empty()) {
    Operation *reader = readers.pop_back_val();
    if (last->isBeforeInBlock(reader))
      last = reader;
    if (isa<nn::LoadParameterOp, linalg::UnPackOp>(reader))
      llvm::append_range(readers, reader->getUsers());
  }
  builder.setInsertionPointAfter(last);
  float weight = momentum ? float(momentum.getValueAsDouble()) : 1.0f;
  float change = rate ? float(rate.getValueAsDouble()) : weight;
  Value sum = addOld(at, gradient, change, old, momentum ? 1 - weight : 1);
  builder.setInsertionPoint(store);
  nn::StoreParameterOp::create(builder, at, sum, symbol);
  store.erase();
  return success();
}

LogicalResult GradientFunction::put(nn::StoreGradientOp store, Use use) {
  if (use == Use::Step)
    return addStep(store);
  if (use == Use::Store)
    return success();
  // Where the gradient is, so that nothing else has to last until the end.
  Value gradient = store.getValue();
  builder.setInsertionPointAfter(gradient.getDefiningOp());
  Value old = nn::LoadGradientOp::create(
      builder, store.getLoc(), gradient.getType(), store.getParameterAttr());
  store.getValueMutable().assign(addOld(store.getLoc(), gradient, 1, old, 1));
  return success();
}

/// Numbers what each layer has, so that each is a kernel of its own.
void GradientFunction::nameKernels(Operation *lastForward) {
  llvm::DenseMap<std::pair<Attribute, Attribute>, unsigned> counts;
  for (Operation *op = lastForward->getNextNode(); op; op = op->getNextNode()) {
    auto layer = op->getAttrOfType<StringAttr>(nn::kLayerAttrName);
    auto part = op->getAttrOfType<StringAttr>(nn::kLayerPartAttrName);
    if (!layer || !part)
      continue;
    unsigned number = counts[{layer, part}]++;
    op->setAttr(nn::kLayerPartAttrName,
                builder.getStringAttr(part.getValue() + "_" + Twine(number)));
  }
}

LogicalResult GradientFunction::addGradients(Use use) {
  func::ReturnOp ret = getReturn();
  SmallVector<Operation *> ops;
  for (Operation &op : function.front().without_terminator())
    ops.push_back(&op);
  llvm::DenseSet<Value> active = findActive(ops);
  Cotangents cotangents(builder, active);
  // The loss is scaled last: what it is multiplied by is where all begins.
  auto scaling = ret.getOperand(0).getDefiningOp<linalg::GenericOp>();
  cotangents.add(scaling.getDpsInputOperand(0)->get(),
                 use == Use::Step ? addArgument()
                                  : function.getArguments().back());
  Operation *lastForward = ops.back();
  SmallVector<std::pair<nn::LoadParameterOp, Value>> gradients;
  for (Operation *op : llvm::reverse(ops)) {
    if (op == scaling)
      continue;
    for (Value result : op->getResults()) {
      Value cotangent =
          active.contains(result) ? cotangents.take(result) : Value();
      if (!cotangent)
        continue;
      if (auto load = dyn_cast<nn::LoadParameterOp>(op))
        gradients.emplace_back(load, cotangent);
      else if (failed(propagate(op, cotangent, cotangents)))
        return failure();
    }
  }
  for (auto [load, gradient] : llvm::reverse(gradients))
    nn::StoreGradientOp::create(builder, load.getLoc(), gradient,
                                load.getParameterAttr());
  for (auto store : llvm::make_early_inc_range(
           function.front().getOps<nn::StoreGradientOp>()))
    if (failed(put(store, use)))
      return failure();
  nameKernels(lastForward);
  SmallVector<nn::StoreOpInterface> stores(
      function.front().getOps<nn::StoreOpInterface>());
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  // Stores are the last operations of a function.
  for (nn::StoreOpInterface op : stores)
    op->moveBefore(getReturn());
  return success();
}

/// Fails, after an error, on what is no loss.
LogicalResult verifyLoss(func::FuncOp function, SymbolTable &symbols) {
  if (function.isExternal() || !llvm::hasSingleElement(function.getBody()) ||
      function.getNumResults() != 1 ||
      function.getResultTypes().front() !=
          RankedTensorType::get(1, Float32Type::get(function.getContext())))
    return function.emitOpError(
        "is to be trained, so it must have a body that computes one loss, of "
        "type tensor<1xf32>; run convert-nn-to-linalg first");
  for (auto load : function.front().getOps<nn::LoadParameterOp>())
    if (!symbols.lookup<nn::ParameterOp>(load.getParameter()))
      return load.emitOpError("loads what is not an nn.parameter");
  return success();
}

struct BuildGradientsPass : impl::BuildGradientsBase<BuildGradientsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kTrainingAttrName))
        functions.push_back(function);
    for (func::FuncOp function : functions) {
      if (failed(verifyLoss(function, symbols)))
        return signalPassFailure();
      GradientFunction(function, symbols).addScale();
      if (isOf(function, "gradients") && failed(build(function, symbols)))
        return signalPassFailure();
    }
  }

  static bool isOf(func::FuncOp function, StringRef kind) {
    auto own = function->getAttrOfType<StringAttr>(nn::kTrainingAttrName);
    return own && own.getValue() == kind;
  }

  /// Makes of a loss its gradients, and beside it what adds to gradients, and
  /// where that is asked for what takes a step. Some rows of a batch add to
  /// what those before them leave.
  LogicalResult build(func::FuncOp function, SymbolTable &symbols) {
    if (function->hasAttr(nn::kRowsAttrName))
      return become("gradients_accumulate", Use::Accumulate, function, symbols);
    auto copy = [&] {
      func::FuncOp copied = function.clone();
      symbols.insert(copied, std::next(function->getIterator()));
      return copied;
    };
    if (getOperation()->hasAttr(nn::kTrainSgdAttrName) &&
        failed(become("train_sgd", Use::Step, copy(), symbols)))
      return failure();
    return success(
        succeeded(
            become("gradients_accumulate", Use::Accumulate, copy(), symbols)) &&
        succeeded(
            GradientFunction(function, symbols).addGradients(Use::Store)));
  }

  LogicalResult become(StringRef kind, Use use, func::FuncOp function,
                       SymbolTable &symbols) {
    auto [network, unused] = function.getSymName().split(".gradients.forward");
    std::string name = (network + "." + kind + ".forward").str();
    if (failed(symbols.rename(function, name)))
      return failure();
    function->setAttr(nn::kTrainingAttrName,
                      StringAttr::get(&getContext(), kind));
    return GradientFunction(function, symbols).addGradients(use);
  }
};

} // namespace

} // namespace nascent::gradients
