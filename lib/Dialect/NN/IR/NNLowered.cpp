//===- NNLowered.cpp - Operations of lowered networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// What is loaded and stored
//===----------------------------------------------------------------------===//

/// Checks that `op`, on a value of `type`, refers to a parameter that is stored
/// as that.
static LogicalResult verifyStorage(Operation *op, FlatSymbolRefAttr name,
                                   Type type, SymbolTableCollection &symbols) {
  auto parameter = symbols.lookupNearestSymbolFrom<ParameterOp>(op, name);
  if (!parameter)
    return op->emitOpError()
           << "refers to " << name << ", which is not an nn.parameter";
  MemRefType buffer = parameter.getStorageType();
  auto tensor =
      RankedTensorType::get(buffer.getShape(), buffer.getElementType());
  if (type == buffer || type == tensor)
    return success();
  InFlightDiagnostic diag =
      op->emitOpError() << "must have the parameter's storage type "
                        << (isa<TensorType>(type) ? Type(tensor) : Type(buffer))
                        << ", got " << type;
  diag.attachNote(parameter.getLoc()) << "the parameter is declared here";
  return diag;
}

LogicalResult
LoadParameterOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyStorage(*this, getParameterAttr(), getType(), symbols);
}

LogicalResult
StoreParameterOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyStorage(*this, getParameterAttr(), getValue().getType(),
                       symbols);
}

LogicalResult LoadGradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyStorage(*this, getParameterAttr(), getType(), symbols);
}

LogicalResult
StoreGradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyStorage(*this, getParameterAttr(), getValue().getType(),
                       symbols);
}

//===----------------------------------------------------------------------===//
// LaunchOp
//===----------------------------------------------------------------------===//

OperandRange LaunchOp::getYielded() {
  return cast<LaunchYieldOp>(getBody().front().getTerminator()).getOperands();
}

bool LaunchOp::isOnBuffers() {
  return llvm::any_of(getOperandTypes(), llvm::IsaPred<MemRefType>);
}

RankedTensorType LaunchOp::getTensorType(Type type) {
  auto shaped = cast<ShapedType>(type);
  return RankedTensorType::get(shaped.getShape(), shaped.getElementType());
}

LogicalResult ReorderOp::verify() {
  RankedTensorType from = getInput().getType(), to = getType();
  if (from.getShape() == to.getShape() && orderOf(from) != orderOf(to))
    return success();
  return emitOpError() << "stores a value of one shape in another order, but "
                          "has the types "
                       << from << " and " << to;
}

LogicalResult LaunchOp::verify() {
  if (!isOnBuffers())
    return success();
  if (getNumResults() != 0)
    return emitOpError("stores into buffers, so that it has no results, but "
                       "has one of type ")
           << getResultTypes().front();
  for (Type type : getOperandTypes())
    if (!isa<MemRefType>(type))
      return emitOpError("has some operands on buffers, but also one of type ")
             << type;
  return success();
}

LogicalResult LaunchOp::verifyRegions() {
  Block &body = getBody().front();
  if (body.empty() || !isa<LaunchYieldOp>(body.back()))
    return emitOpError("must end with nn.launch_yield");
  auto agree = [&](TypeRange inner, TypeRange outer,
                   StringRef what) -> LogicalResult {
    if (inner.size() != outer.size())
      return emitOpError() << "has a body with " << inner.size() << " " << what
                           << ", expected " << outer.size();
    for (auto [index, type, other] : llvm::enumerate(inner, outer))
      if (type != getTensorType(other))
        return emitOpError()
               << "has a body whose " << what << " " << index << " is of type "
               << type << ", expected " << getTensorType(other);
    return success();
  };
  SmallVector<Type> read(getIns().getTypes());
  llvm::append_range(read, getParameters().getTypes());
  if (failed(agree(body.getArgumentTypes(), read, "arguments")))
    return failure();
  TypeRange written =
      isOnBuffers() ? TypeRange(getOuts()) : TypeRange(getResultTypes());
  return agree(getYielded().getTypes(), written, "results");
}

void LaunchOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  auto add = [&](MutableOperandRange operands, auto *effect) {
    for (OpOperand &operand : operands)
      if (isa<MemRefType>(operand.get().getType()))
        effects.emplace_back(effect, &operand);
  };
  add(getInsMutable(), MemoryEffects::Read::get());
  add(getParametersMutable(), MemoryEffects::Read::get());
  add(getOutsMutable(), MemoryEffects::Write::get());
}

//===----------------------------------------------------------------------===//
// RecurrenceOp
//===----------------------------------------------------------------------===//

LogicalResult RecurrenceOp::verify() {
  RankedTensorType weight = getWeight().getType();
  auto shapeOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getShape();
  };
  bool fits = !getSteps().empty() && weight.getRank() == 2 &&
              weight.hasStaticShape() && getUnits() > 0 &&
              weight.getDimSize(0) > 0 &&
              weight.getDimSize(0) % getUnits() == 0;
  for (Value steps : getSteps())
    fits = fits && shapeOf(steps).size() == 3 &&
           shapeOf(steps).drop_back() == getBatchAndLength() &&
           shapeOf(steps)[2] > 0 && shapeOf(steps)[2] % getUnits() == 0;
  if (!fits)
    return emitOpError("needs steps of (batch, length, values·units) and a "
                       "weight of (gates·units, units), got ")
           << getSteps().getTypes() << " and " << weight;
  int64_t columns = getGates() * getUnits();
  if (getBias() && getBias().getType().getShape() != ArrayRef<int64_t>(columns))
    return emitOpError("needs a bias of ")
           << columns << " elements, got " << getBias().getType();
  if (getLast() && getAll())
    return emitOpError("has no sequence with 'last', but each with 'all'");
  if (getTwice() && (getAll() || getTransposed()))
    return emitOpError("applies its body once at a step with 'all' or "
                       "'transposed', got 'twice'");
  if (getNumResults() < getNumSequences() + 2 ||
      (getAll() && getNumResults() % 2 == 0))
    return emitOpError("has a result for each state and the sums, and the "
                       "sequence unless there is 'last', but only ")
           << getNumResults() << " results";
  for (auto [index, type] : llvm::enumerate(getResultTypes())) {
    int64_t rank = index < getNumSequences() ? 3 : 2;
    if (cast<RankedTensorType>(type).getRank() != rank)
      return emitOpError("has a result ")
             << index << " of type " << type << ", expected rank " << rank;
  }
  // The first state is what is multiplied by the weight; of others, each has
  // as many values a unit as it has.
  SmallVector<int64_t> widths;
  for (Value state : getStates())
    widths.push_back(std::max<int64_t>(1, valuesPerUnit(state)) * getUnits());
  widths.front() = weight.getDimSize(getTransposed() ? 0 : 1);
  int64_t batch = getBatchAndLength()[0], length = getBatchAndLength()[1];
  SmallVector<SmallVector<int64_t>> shapes;
  for (int64_t width : ArrayRef(widths).take_front(getNumSequences()))
    shapes.push_back({batch, length, width});
  for (int64_t width : widths)
    shapes.push_back({batch, width});
  shapes.push_back({batch, columns});
  for (auto [index, shape] : llvm::enumerate(shapes)) {
    auto type = cast<RankedTensorType>(getResult(index).getType());
    if (type.getShape() != ArrayRef<int64_t>(shape))
      return emitOpError("has a result ") << index << " of type " << type
                                          << ", expected " << type.clone(shape);
  }
  if (!getInitial().empty() &&
      getInitial().getTypes() != getStates().getTypes())
    return emitOpError("begins with states of types ")
           << getInitial().getTypes() << ", but ends with those of "
           << getStates().getTypes();
  if (auto words = weight.clone({batch}, Float32Type::get(getContext()));
      getLengths() && getLengths().getType() != words)
    return emitOpError("needs lengths of type ")
           << words << ", got " << getLengths().getType();
  return success();
}

LogicalResult RecurrenceOp::verifyRegions() {
  Block &body = getBody().front();
  auto yield = body.empty() ? RecurrenceYieldOp()
                            : dyn_cast<RecurrenceYieldOp>(body.back());
  if (!yield)
    return emitOpError("must end with nn.recurrence_yield");
  unsigned arguments = getGates(), states = 0;
  for (Value steps : getSteps())
    arguments += valuesPerUnit(steps);
  for (Value state : getStates())
    states += valuesPerUnit(state);
  arguments += states + (getTwice() ? 1 : 0);
  if (body.getNumArguments() != arguments ||
      !llvm::all_of(body.getArgumentTypes(),
                    [](Type type) { return type.isF32(); }))
    return emitOpError("needs a body of ")
           << arguments << " arguments of type f32: a step's, the sums', "
           << states << " states and, with 'twice', which time it is, got "
           << body.getArgumentTypes();
  if (yield.getNumOperands() != states)
    return yield.emitOpError("must give ")
           << states << " new states, got " << yield.getNumOperands();
  return success();
}

} // namespace nascent::nn
