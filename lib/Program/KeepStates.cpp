//===- KeepStates.cpp - What a stream keeps between blocks ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two things know of steps before a block: a recurrence, which begins with its
// last states, and padding before the sequence, in whose place are the steps
// that came before. Both become inputs and outputs, behind the network's own.
//
//===----------------------------------------------------------------------===//

#include "SequenceSteps.h"
#include "StateBuffer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_KEEPSTATES
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

class StateKeeping {
public:
  /// `most` is how many steps a block of any of the network's functions has,
  /// or 0 where that is open.
  StateKeeping(func::FuncOp function, const SequenceSteps &steps, int64_t most)
      : function(function), steps(steps), most(most),
        b(function.getLoc(), function.getContext()) {}

  /// `places` becomes how many steps a sequence may have, where layers depend
  /// on their places.
  LogicalResult keep(int64_t &places);

private:
  /// Has operations that depend on a step's place count from the sequence's
  /// beginning. Returns how many places all of them know.
  int64_t keepPlaces();
  /// How many steps came before each of a block's, and `more`, as words, from
  /// those before the block.
  Value emitPlaces(Value before, int64_t more, StringRef part);
  void placeBy(linalg::GenericOp op, Value places, int64_t &most);
  void keepStates(nn::RecurrenceOp recurrence);
  void keepSteps(tensor::PadOp pad);
  /// What is padded, behind `count` steps that came before. `place` is where
  /// steps are in the result.
  Value joinEarlier(tensor::PadOp pad, const StepDim &place, int64_t count);
  /// `count` elements of `value` along `dim`, from `before` before its end on.
  Value sliceOf(Value value, unsigned dim, int64_t before, int64_t count);
  /// Has a transposition that moves no element be a view, as it is elsewhere.
  void viewTransposed(linalg::TransposeOp transpose);
  Value addInput(Type type) {
    Location loc = function.getLoc();
    return function.front().addArgument(type, loc);
  }

  func::FuncOp function;
  const SequenceSteps &steps;
  int64_t most;
  ImplicitLocOpBuilder b;
  /// What the next block needs.
  SmallVector<Value> kept;
  llvm::DenseMap<std::pair<Value, int64_t>, Value> joins;
};

Value StateKeeping::emitPlaces(Value before, int64_t more, StringRef part) {
  auto [input, place] = steps.getInput();
  OpFoldResult length = tensor::getMixedSize(b, b.getLoc(), input, place.dim);
  int64_t batch = cast<RankedTensorType>(before.getType()).getDimSize(0);
  Value init = tensor::EmptyOp::create(
      b, ArrayRef<OpFoldResult>{b.getIndexAttr(batch), length}, b.getF32Type());
  AffineMap all = b.getMultiDimIdentityMap(2);
  auto op = linalg::GenericOp::create(
      b, init.getType(), before, init, ArrayRef{all.getMajorSubMap(1), all},
      SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel),
      [&](OpBuilder &nested, Location loc, ValueRange v) {
        ImplicitLocOpBuilder inner(loc, nested);
        Type word = inner.getI32Type();
        Value index = linalg::IndexOp::create(inner, 1);
        Value own = arith::IndexCastOp::create(inner, word, index);
        Value first = arith::BitcastOp::create(inner, word, v[0]);
        Value count = arith::AddIOp::create(inner, first, own);
        Value number = arith::ConstantIntOp::create(inner, more, 32);
        count = arith::AddIOp::create(inner, count, number);
        Value bits = arith::BitcastOp::create(inner, inner.getF32Type(), count);
        linalg::YieldOp::create(inner, bits);
      });
  op->setAttr(nn::kLayerAttrName,
              steps.getPlaced().front()->getAttr(nn::kLayerAttrName));
  op->setAttr(nn::kLayerPartAttrName, b.getStringAttr(part));
  return op.getResult(0);
}

void StateKeeping::placeBy(linalg::GenericOp op, Value places, int64_t &most) {
  b.setLoc(op.getLoc());
  b.setInsertionPoint(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (OpOperand &operand : op->getOpOperands())
    if (SequenceSteps::isTableOfPlaces(op, operand)) {
      auto type = cast<RankedTensorType>(operand.get().getType());
      most = std::min(most, type.getDimSize(0));
      operand.set(nn::lookUp(b, places, operand.get()));
      Operation *found = operand.get().getDefiningOp();
      found->setAttr(nn::kLayerAttrName, op->getAttr(nn::kLayerAttrName));
      found->setAttr(nn::kLayerPartAttrName, b.getStringAttr("table"));
      maps[operand.getOperandNumber()] = b.getMultiDimIdentityMap(3);
    }
  auto isPlace = [](linalg::IndexOp index) { return index.getDim() == 1; };
  Block *body = op.getBody();
  if (llvm::any_of(body->getOps<linalg::IndexOp>(), isPlace)) {
    // A float has all integers up to there, and sinusoids all angles.
    most = std::min<int64_t>(most, 1 << 16);
    unsigned number = op.getNumDpsInputs();
    op.getInputsMutable().append(places);
    maps.insert(maps.begin() + number,
                b.getMultiDimIdentityMap(3).getMajorSubMap(2));
    Value own = body->insertArgument(number, b.getF32Type(), op.getLoc());
    auto inner = OpBuilder::atBlockBegin(body);
    Value word =
        arith::BitcastOp::create(inner, op.getLoc(), b.getI32Type(), own);
    for (auto index :
         llvm::make_early_inc_range(body->getOps<linalg::IndexOp>()))
      if (isPlace(index)) {
        for (Operation *user : llvm::make_early_inc_range(index->getUsers())) {
          user->getResult(0).replaceAllUsesWith(word);
          user->erase();
        }
        index.erase();
      }
  }
  op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
}

int64_t StateKeeping::keepPlaces() {
  linalg::GenericOp first = steps.getPlaced().front();
  b.setLoc(first.getLoc());
  b.setInsertionPointToStart(&function.front());
  Value input = steps.getInput().first;
  int64_t batch = cast<RankedTensorType>(input.getType()).getDimSize(0);
  Value earlier = addInput(RankedTensorType::get({batch, 1}, b.getF32Type()));
  Value before = tensor::CollapseShapeOp::create(
      b, earlier, ArrayRef<ReassociationIndices>{{0, 1}});
  Value places = emitPlaces(before, /*more=*/0, "places");
  Value next = emitPlaces(before, /*more=*/1, "next");
  int64_t most = std::numeric_limits<int32_t>::max();
  for (linalg::GenericOp op : steps.getPlaced())
    placeBy(op, places, most);
  b.setInsertionPoint(function.front().getTerminator());
  kept.push_back(sliceOf(next, /*dim=*/1, /*before=*/1, /*count=*/1));
  int64_t length = steps.getLength();
  int64_t known = ShapedType::isDynamic(length) ? 0 : length;
  function->setAttr(kPlacesAttrName, b.getI64IntegerAttr(most - known));
  return most;
}

void StateKeeping::keepStates(nn::RecurrenceOp recurrence) {
  SmallVector<Value> initial;
  for (Value state : recurrence.getStates()) {
    initial.push_back(addInput(state.getType()));
    kept.push_back(state);
  }
  recurrence.getInitialMutable().assign(initial);
}

Value StateKeeping::sliceOf(Value value, unsigned dim, int64_t before,
                            int64_t count) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> starts(shape.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(shape.size(), b.getIndexAttr(1));
  if (type.isDynamicDim(dim)) {
    Value size = tensor::DimOp::create(b, value, dim);
    Value number = arith::ConstantIndexOp::create(b, before);
    starts[dim] =
        OpFoldResult(arith::SubIOp::create(b, size, number).getResult());
  } else {
    starts[dim] = b.getIndexAttr(shape[dim] - before);
  }
  shape[dim] = count;
  return tensor::ExtractSliceOp::create(
      b, type.clone(shape), value, starts,
      getAsIndexOpFoldResult(b.getContext(), shape), strides);
}

Value StateKeeping::joinEarlier(tensor::PadOp pad, const StepDim &place,
                                int64_t count) {
  // Layers that read the same steps have the same ones before them.
  Value &joined = joins[{pad.getSource(), count}];
  if (joined)
    return joined;
  RankedTensorType type = pad.getSourceType();
  SmallVector<int64_t> shape(type.getShape()), whole(shape);
  shape[place.dim] = count;
  whole[place.dim] = pad.getResultType().getDimSize(place.dim);
  b.setLoc(pad.getLoc());
  b.setInsertionPoint(pad);
  Value earlier = addInput(type.clone(shape));
  joined = tensor::ConcatOp::create(b, type.clone(whole), place.dim,
                                    ValueRange{earlier, pad.getSource()});
  // Of many steps, all but a few are those of the block before.
  bool staysInPlace = most > 0 && count > most && place.lead == count &&
                      isRing(earlier.getType(), joined.getType());
  if (staysInPlace) {
    kept.push_back(joined);
    function->setAttr(kRingStepsAttrName, b.getI64IntegerAttr(most));
    return joined;
  }
  b.setInsertionPoint(function.front().getTerminator());
  kept.push_back(sliceOf(joined, place.dim, place.lead, count));
  return joined;
}

void StateKeeping::keepSteps(tensor::PadOp pad) {
  const StepDim *place = steps.lookup(pad.getResult());
  int64_t count = place ? pad.getStaticLow()[place->dim] : 0;
  if (count == 0)
    return;
  Value joined = joinEarlier(pad, *place, count);
  SmallVector<int64_t> low(pad.getStaticLow());
  low[place->dim] = 0;
  bool isPadded =
      llvm::any_of(llvm::concat<const int64_t>(low, pad.getStaticHigh()),
                   [](int64_t size) { return size != 0; });
  if (isPadded) {
    pad.getSourceMutable().assign(joined);
    pad.setStaticLow(low);
    return;
  }
  pad.getResult().replaceAllUsesWith(joined);
  pad.erase();
}

void StateKeeping::viewTransposed(linalg::TransposeOp transpose) {
  auto from = cast<RankedTensorType>(transpose.getInput().getType());
  auto to = cast<RankedTensorType>(transpose.getResult().getTypes().front());
  ArrayRef<int64_t> permutation = transpose.getPermutation();
  SmallVector<int64_t> moved;
  llvm::copy_if(permutation, std::back_inserter(moved),
                [&](int64_t dim) { return from.getDimSize(dim) != 1; });
  if (!from.hasStaticShape() || permutation.front() != 0 ||
      !llvm::is_sorted(moved))
    return;
  SmallVector<ReassociationIndices> groups = {
      {0}, llvm::to_vector<2>(llvm::seq<int64_t>(1, from.getRank()))};
  b.setLoc(transpose.getLoc());
  b.setInsertionPoint(transpose);
  Value merged =
      tensor::CollapseShapeOp::create(b, transpose.getInput(), groups);
  Value view = tensor::ExpandShapeOp::create(b, to, merged, groups);
  transpose->getResult(0).replaceAllUsesWith(view);
  transpose.erase();
}

LogicalResult StateKeeping::keep(int64_t &places) {
  if (!steps.getPlaced().empty())
    places = keepPlaces();
  for (Operation &op : llvm::make_early_inc_range(function.front())) {
    if (auto recurrence = dyn_cast<nn::RecurrenceOp>(op))
      keepStates(recurrence);
    else if (auto pad = dyn_cast<tensor::PadOp>(op))
      keepSteps(pad);
    else if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
      viewTransposed(transpose);
  }
  Operation *ret = function.front().getTerminator();
  if (kept.empty())
    return function.emitError(
        "the network has no layer that keeps anything from one step to the "
        "next, such as "
        "a recurrent one or a causal convolution; compile it without --stream");
  ret->insertOperands(ret->getNumOperands(), kept);
  ArrayAttr arguments = function.getArgAttrsAttr();
  function.setFunctionType(b.getFunctionType(
      function.front().getArgumentTypes(), ret->getOperandTypes()));
  if (arguments) {
    SmallVector<Attribute> all(arguments.begin(), arguments.end());
    all.resize(function.getNumArguments(), b.getDictionaryAttr({}));
    function.setArgAttrsAttr(b.getArrayAttr(all));
  }
  function->setAttr(nn::kStatesAttrName, b.getI64IntegerAttr(kept.size()));
  return success();
}

/// Checks that steps can be followed through a network's function.
LogicalResult verifyFunction(func::FuncOp function) {
  if (function->hasAttr(nn::kStatesAttrName))
    return function.emitOpError("keeps its states already");
  if (!function.getBody().hasOneBlock() ||
      !isa<func::ReturnOp>(function.front().getTerminator()))
    return function.emitOpError(
        "is a network's function, which is one block that returns values");
  auto verify = [](Operation *at, TypeRange types, bool areValues) {
    for (Type type : types)
      if (!isa<RankedTensorType>(type) &&
          (areValues || !type.isIntOrIndexOrFloat()))
        return LogicalResult(at->emitOpError()
                             << "has a value of type " << type
                             << ", but streams are made of functions on "
                                "tensors; run convert-nn-to-linalg first");
    return success();
  };
  if (failed(verify(function, function.getArgumentTypes(), true)))
    return failure();
  StringRef key = nn::NNDialect::kSizesAttrName;
  for (BlockArgument input : function.getArguments())
    if (auto names =
            function.getArgAttrOfType<ArrayAttr>(input.getArgNumber(), key);
        names && int64_t(names.size()) !=
                     cast<RankedTensorType>(input.getType()).getRank())
      return function.emitOpError()
             << "has an input of type " << input.getType() << ", but '" << key
             << "' names " << names.size() << " sizes of it";
  for (Operation &op : function.front())
    if (failed(verify(&op, op.getResultTypes(), false)))
      return failure();
  return success();
}

struct KeepStatesPass : impl::KeepStatesBase<KeepStatesPass> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr(nn::kStreamAttrName))
      return;
    std::vector<SequenceSteps> followed;
    llvm::DenseMap<Attribute, int64_t> most;
    for (func::FuncOp function : kernels::getNetworkFunctions(getOperation())) {
      if (failed(verifyFunction(function)))
        return signalPassFailure();
      SequenceSteps &steps = followed.emplace_back(function);
      if (failed(steps.follow()))
        return signalPassFailure();
      int64_t length = steps.getLength();
      auto [known, isNew] =
          most.try_emplace(function->getAttr(nn::kNetworkAttrName), length);
      if (ShapedType::isDynamic(length))
        known->second = 0;
      else if (known->second != 0)
        known->second = std::max(known->second, length);
    }
    std::vector<NetworkInterface> interfaces = getInterfaces(getOperation());
    bool hasPlaces = false;
    for (const SequenceSteps &steps : followed) {
      func::FuncOp function = steps.getFunction();
      Attribute network = function->getAttr(nn::kNetworkAttrName);
      int64_t places = 0;
      if (failed(
              StateKeeping(function, steps, most.lookup(network)).keep(places)))
        return signalPassFailure();
      if (places == 0)
        continue;
      hasPlaces = true;
      auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
      for (NetworkInterface &interface : interfaces)
        for (EntryInterface &entry : interface.entries)
          if (StringAttr::get(&getContext(), interface.name) == network &&
              entry.label == (label ? label.getValue() : ""))
            entry.places = places;
    }
    if (hasPlaces && !interfaces.empty())
      setInterfaces(getOperation(), interfaces);
  }
};

} // namespace

} // namespace nascent::program
