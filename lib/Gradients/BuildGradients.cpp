//===- BuildGradients.cpp - A network and its mirror image ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cotangents.h"
#include "GradientUse.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Gradients/Passes.h"
#include "llvm/ADT/MapVector.h"
#include <fmt/format.h>

namespace nascent::gradients {

#define GEN_PASS_DEF_BUILDGRADIENTS
#include "nascent/Gradients/Passes.h.inc"

using namespace mlir;

namespace {

/// Extends one function that computes a loss.
class GradientFunction {
public:
  GradientFunction(func::FuncOp function, SymbolTable &symbols)
      : function(function), symbols(symbols),
        builder(function.getLoc(), function.getFunctionBody()) {
    builder.setInsertionPoint(getReturn());
  }

  /// Multiplies the loss by a new argument.
  void addScale();
  /// Adds gradients, which are added to what is there.
  LogicalResult addGradients();
  /// Adds gradients to the parameters: a step. One more argument, not the
  /// loss's, is what they are multiplied by.
  LogicalResult addStep();
  /// Makes the cotangents of all results new arguments, and those of some
  /// inputs new results; gradients are added to what is there.
  LogicalResult addBackward();

private:
  func::ReturnOp getReturn() {
    return cast<func::ReturnOp>(function.front().getTerminator());
  }
  bool isTrained(nn::LoadParameterOp load) {
    return symbols.lookup<nn::ParameterOp>(load.getParameter()).getTrainable();
  }
  SmallVector<Operation *> getOps();
  /// The values that depend on something that is trained, or on `sources`.
  llvm::DenseSet<Value> findActive(ArrayRef<Operation *> ops,
                                   ArrayRef<Value> sources = {});
  /// Walks back through `ops` but for `last`, whose results have cotangents;
  /// adds the stores of gradients.
  LogicalResult walkBack(ArrayRef<Operation *> ops, Operation *last,
                         Cotangents &cotangents);
  /// The gradients of the loss, which is multiplied by `scale`; gives the last
  /// operation that is not of them.
  FailureOr<Operation *> addLossGradients(Value scale);
  /// One more argument says whether gradients are added to what is there.
  void accumulate(Operation *lastForward) {
    accumulateGradients(function, lastForward, addArgument());
  }
  /// Puts what is behind `lastForward` into the order and the form that
  /// functions of a network have.
  void finish(Operation *lastForward);
  /// Says of what is behind `lastForward` what it is for, and puts what is for
  /// inputs alone last.
  void sortByUse(Operation *lastForward);
  /// A new argument, one number.
  Value addArgument();
  void nameKernels(Operation *lastForward);

  func::FuncOp function;
  SymbolTable &symbols;
  ImplicitLocOpBuilder builder;
};

Value product(ImplicitLocOpBuilder &builder, Value a, Value b) {
  return nn::elementwise(
      builder, {a, b}, [](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        return arith::MulFOp::create(inner, v[0], v[1]);
      });
}

Value GradientFunction::addArgument() {
  Value argument = function.front().addArgument(
      RankedTensorType::get(1, builder.getF32Type()), function.getLoc());
  function.setFunctionType(builder.getFunctionType(
      function.front().getArgumentTypes(), function.getResultTypes()));
  return argument;
}

void GradientFunction::addScale() {
  func::ReturnOp ret = getReturn();
  Value scale = addArgument();
  ret.setOperand(0, product(builder, ret.getOperand(0), scale));
}

SmallVector<Operation *> GradientFunction::getOps() {
  SmallVector<Operation *> ops;
  for (Operation &op : function.front().without_terminator())
    ops.push_back(&op);
  return ops;
}

llvm::DenseSet<Value> GradientFunction::findActive(ArrayRef<Operation *> ops,
                                                   ArrayRef<Value> sources) {
  llvm::DenseSet<Value> active(sources.begin(), sources.end());
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

LogicalResult GradientFunction::walkBack(ArrayRef<Operation *> ops,
                                         Operation *last,
                                         Cotangents &cotangents) {
  SmallVector<std::pair<nn::LoadParameterOp, Value>> gradients;
  for (Operation *op : llvm::reverse(ops)) {
    if (op == last)
      continue;
    for (OpResult result : op->getResults()) {
      Value cotangent =
          cotangents.isActive(result) ? cotangents.take(result) : Value();
      if (!cotangent)
        continue;
      if (auto load = dyn_cast<nn::LoadParameterOp>(op))
        gradients.emplace_back(load, cotangent);
      else if (failed(propagate(result, cotangent, cotangents)))
        return failure();
    }
  }
  for (auto [load, gradient] : llvm::reverse(gradients))
    nn::StoreGradientOp::create(builder, load.getLoc(), gradient,
                                load.getParameterAttr());
  return success();
}

void GradientFunction::finish(Operation *lastForward) {
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
}

FailureOr<Operation *> GradientFunction::addLossGradients(Value scale) {
  SmallVector<Operation *> ops = getOps();
  llvm::DenseSet<Value> active = findActive(ops);
  Cotangents cotangents(builder, active);
  // The loss is scaled last: what it is multiplied by is where all begins.
  auto scaling = getReturn().getOperand(0).getDefiningOp<linalg::GenericOp>();
  cotangents.add(scaling.getDpsInputOperand(0)->get(), scale);
  if (failed(walkBack(ops, scaling, cotangents)))
    return failure();
  cotangents.fuseSums();
  return ops.back();
}

LogicalResult GradientFunction::addGradients() {
  auto lastForward = addLossGradients(function.getArguments().back());
  if (failed(lastForward))
    return failure();
  accumulate(*lastForward);
  finish(*lastForward);
  return success();
}

LogicalResult GradientFunction::addStep() {
  auto lastForward = addLossGradients(addArgument());
  if (failed(lastForward) ||
      failed(stepByGradients(function, *lastForward, symbols)))
    return failure();
  finish(*lastForward);
  return success();
}

/// The same elements; of a value that nothing depends on, zeros like `value`.
static Value copyOf(ImplicitLocOpBuilder &builder, Value value,
                    bool isZero = false) {
  return nn::elementwise(builder, value,
                         [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                           return isZero ? nn::constant(b, 0.0) : v[0];
                         });
}

void GradientFunction::sortByUse(Operation *lastForward) {
  llvm::SetVector<Operation *> forParameters;
  for (auto op : function.front().getOps<nn::StoreGradientOp>())
    forParameters.insert(op);
  for (size_t i = 0; i < forParameters.size(); ++i) {
    Operation *reader = forParameters[i];
    llvm::SetVector<Value> read;
    read.insert_range(reader->getOperands());
    getUsedValuesDefinedAbove(reader->getRegions(), read);
    for (Value value : read)
      if (Operation *op = value.getDefiningOp())
        forParameters.insert(op);
  }
  Operation *place = getReturn();
  while (isa<nn::StoreGradientOp>(place->getPrevNode()))
    place = place->getPrevNode();
  Operation *next = lastForward->getNextNode();
  SmallVector<Operation *> behind;
  for (; next != place; next = next->getNextNode())
    behind.push_back(next);
  for (Operation *op : behind)
    if (!forParameters.contains(op))
      op->moveBefore(place);
}

LogicalResult GradientFunction::addBackward() {
  Block &body = function.front();
  SmallVector<Operation *> ops = getOps();
  SmallVector<Value> outputs(getReturn().getOperands()), results, sources;
  auto inputs =
      function->getAttrOfType<DenseI64ArrayAttr>(nn::kGradientInputsAttrName);
  for (int64_t input : inputs.asArrayRef())
    sources.push_back(body.getArgument(input));
  // What is computed from outputs reads them where the caller does not write.
  for (Value output : outputs)
    results.push_back(copyOf(builder, output));
  Operation *lastForward = results.back().getDefiningOp();
  llvm::DenseSet<Value> active = findActive(ops, sources);
  Cotangents cotangents(builder, active);
  for (Value output : outputs) {
    Value cotangent = body.addArgument(output.getType(), builder.getLoc());
    if (active.contains(output))
      cotangents.add(output, cotangent);
  }
  if (failed(walkBack(ops, /*last=*/nullptr, cotangents)))
    return failure();
  for (Value source : sources) {
    Value cotangent = cotangents.take(source);
    results.push_back(copyOf(builder, cotangent ? cotangent : source,
                             /*isZero=*/!cotangent));
  }
  getReturn().getOperandsMutable().assign(results);
  function.setFunctionType(
      builder.getFunctionType(body.getArgumentTypes(), TypeRange(results)));
  cotangents.fuseSums();
  accumulate(lastForward);
  finish(lastForward);
  sortByUse(lastForward);
  return success();
}

LogicalResult verifyParameters(func::FuncOp function, SymbolTable &symbols) {
  for (auto load : function.front().getOps<nn::LoadParameterOp>())
    if (!symbols.lookup<nn::ParameterOp>(load.getParameter()))
      return load.emitOpError("loads what is not an nn.parameter");
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
  return verifyParameters(function, symbols);
}

/// Fails, after an error, on what has no outputs that a loss could be of.
LogicalResult verifyBackward(func::FuncOp function, SymbolTable &symbols) {
  auto isF32 = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getElementType().isF32();
  };
  if (function.isExternal() || !llvm::hasSingleElement(function.getBody()) ||
      function.getNumResults() == 0 ||
      !llvm::all_of(function.getResultTypes(), isF32))
    return function.emitOpError(
        "is to be trained, so it must have a body that computes tensors of "
        "f32; run convert-nn-to-linalg first");
  TypeRange types = function.getArgumentTypes();
  auto isInput = [&](int64_t input) {
    return input >= 0 && input < int64_t(types.size()) && isF32(types[input]);
  };
  auto inputs =
      function->getAttrOfType<DenseI64ArrayAttr>(nn::kGradientInputsAttrName);
  if (!inputs || !llvm::all_of(inputs.asArrayRef(), isInput))
    return function.emitOpError()
           << "must say by '" << nn::kGradientInputsAttrName
           << "' which of its arguments, tensors of f32, have gradients";
  return verifyParameters(function, symbols);
}

struct BuildGradientsPass : impl::BuildGradientsBase<BuildGradientsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kTrainingAttrName))
        functions.push_back(function);
    for (func::FuncOp function : functions) {
      if (nn::isBackward(function)) {
        if (failed(verifyBackward(function, symbols)) ||
            failed(GradientFunction(function, symbols).addBackward()))
          return signalPassFailure();
        continue;
      }
      if (failed(verifyLoss(function, symbols)))
        return signalPassFailure();
      GradientFunction(function, symbols).addScale();
      auto kind = function->getAttrOfType<StringAttr>(nn::kTrainingAttrName);
      if (kind && kind.getValue() == "gradients" &&
          failed(build(function, symbols)))
        return signalPassFailure();
    }
  }

  /// Makes of a loss its gradients, and beside it, where that is asked for and
  /// the whole batch is there, what takes a step.
  LogicalResult build(func::FuncOp function, SymbolTable &symbols) {
    if (getOperation()->hasAttr(nn::kTrainSgdAttrName) &&
        !function->hasAttr(nn::kRowsAttrName)) {
      func::FuncOp step = function.clone();
      StringRef kind = "train_sgd", name = function.getSymName();
      StringRef network = name.split(".gradients.forward").first;
      step.setSymName((network + "." + kind + ".forward").str());
      step->setAttr(nn::kTrainingAttrName,
                    StringAttr::get(&getContext(), kind));
      symbols.insert(step, std::next(function->getIterator()));
      if (failed(GradientFunction(step, symbols).addStep()))
        return failure();
    }
    return GradientFunction(function, symbols).addGradients();
  }
};

} // namespace

} // namespace nascent::gradients
