//===- CustomInitializer.cpp - Initialisers that users write --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distributions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// InitializerOp
//===----------------------------------------------------------------------===//

ParseResult InitializerOp::parse(OpAsmParser &parser, OperationState &result) {
  (void)mlir::impl::parseOptionalVisibilityKeyword(parser, result.attributes);
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments;
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes) ||
      parser.parseArgumentList(arguments, OpAsmParser::Delimiter::OptionalParen,
                               /*allowType=*/true) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  return parser.parseRegion(*result.addRegion(), arguments);
}

void InitializerOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  if (StringAttr visibility = getSymVisibilityAttr())
    printer << visibility.getValue() << ' ';
  printer.printSymbolName(getSymName());
  if (usesPosition()) {
    printer << '(';
    llvm::interleaveComma(
        getBody().getArguments(), printer,
        [&](BlockArgument argument) { printer.printRegionArgument(argument); });
    printer << ')';
  }
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getSymNameAttrName(), getSymVisibilityAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

/// Operations of one exact result on every target, without a library's help:
/// integer division and rounding to integers are calls on some.
static bool isExact(Operation &op) {
  return isa<arith::ConstantOp, arith::AddFOp, arith::SubFOp, arith::MulFOp,
             arith::DivFOp, arith::NegFOp, arith::CmpFOp, arith::SelectOp,
             arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::AndIOp,
             arith::OrIOp, arith::XOrIOp, arith::ShLIOp, arith::ShRUIOp,
             arith::ShRSIOp, arith::CmpIOp, arith::ExtUIOp, arith::ExtSIOp,
             arith::TruncIOp, arith::SIToFPOp, arith::UIToFPOp,
             arith::BitcastOp, math::AbsFOp, math::CopySignOp, math::SqrtOp,
             UniformDrawOp, NormalDrawOp, YieldOp>(op);
}

/// Whether some operands give poison, of which scalar and vector code make
/// different numbers, because `op` promises that they do not occur.
static bool hasPromise(Operation &op) {
  if (auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
      flags && (flags.hasNoSignedWrap() || flags.hasNoUnsignedWrap()))
    return true;
  return op.hasAttrOfType<UnitAttr>("isExact");
}

/// Whether `op` shifts by what may be its operand's width or more.
static bool mayShiftTooFar(Operation &op) {
  if (!isa<arith::ShLIOp, arith::ShRUIOp, arith::ShRSIOp>(op))
    return false;
  APInt amount;
  return !matchPattern(op.getOperand(1), m_ConstantInt(&amount)) ||
         amount.uge(amount.getBitWidth());
}

static bool isScalar(Type type) {
  return type.isF32() || type.isInteger(32) || type.isInteger(1);
}

LogicalResult InitializerOp::verifyRegions() {
  Block &body = getBody().front();
  unsigned count = body.getNumArguments();
  if ((count != 0 && count != 2) ||
      !llvm::all_of(body.getArgumentTypes(),
                    [](Type type) { return type.isInteger(32); }))
    return emitOpError() << "takes no arguments, or the element's row and "
                            "column as two i32, got ("
                         << body.getArgumentTypes() << ")";
  for (Operation &op : body) {
    if (!isExact(op))
      return op.emitOpError()
             << "is not allowed in an nn.initializer: its result may differ "
                "between targets; use addf, subf, mulf, divf, sqrt, absf, "
                "comparisons, select and integer operations other than "
                "division";
    if (auto fast = dyn_cast<arith::ArithFastMathInterface>(op);
        fast &&
        fast.getFastMathFlagsAttr().getValue() != arith::FastMathFlags::none)
      return op.emitOpError() << "must not have fast-math flags in an "
                                 "nn.initializer, whose results are exact";
    if (hasPromise(op))
      return op.emitOpError() << "must not have overflow or exact flags in an "
                                 "nn.initializer, whose results are exact";
    if (mayShiftTooFar(op))
      return op.emitOpError() << "must shift by a constant less than the "
                                 "operand's width in an nn.initializer";
    for (Type type : op.getResultTypes())
      if (!isScalar(type))
        return op.emitOpError() << "must give f32, i32 or i1 in an "
                                   "nn.initializer, got "
                                << type;
  }
  if (!isa<YieldOp>(body.back()))
    return emitOpError("must end with nn.yield");
  return success();
}

SmallVector<Draw> InitializerOp::getDraws() {
  SmallVector<Draw> draws;
  for (Operation &op : getBody().front())
    if (isa<UniformDrawOp, NormalDrawOp>(op))
      draws.push_back(isa<NormalDrawOp>(op) ? Draw::Normal : Draw::Bits);
  return draws;
}

/// A type or constant for as many lanes as `like` has.
static Type widen(Type type, Type like) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(type)) : type;
}

Value InitializerOp::emitElement(OpBuilder &builder, Location loc,
                                 const InitElement &element) {
  ElementwiseBuilder e(builder, loc, element.type);
  IRMapping values;
  if (usesPosition()) {
    values.map(getBody().getArgument(0), element.row);
    values.map(getBody().getArgument(1), element.column);
  }
  unsigned number = 0;
  for (Operation &op : getBody().front()) {
    if (auto yield = dyn_cast<YieldOp>(op))
      return values.lookup(yield.getValue());
    if (auto draw = dyn_cast<UniformDrawOp>(op)) {
      Value low = values.lookup(draw.getLow());
      Value range = e.sub(values.lookup(draw.getHigh()), low);
      values.map(draw, emitUniform(e, element.draw(number++), low, range));
      continue;
    }
    if (auto draw = dyn_cast<NormalDrawOp>(op)) {
      values.map(draw, emitNormal(e, element.draw(number++),
                                  values.lookup(draw.getMean()),
                                  values.lookup(draw.getStd())));
      continue;
    }
    Operation *clone = builder.clone(op, values);
    clone->setLoc(loc);
    for (Value result : clone->getResults())
      result.setType(widen(result.getType(), element.type));
    if (auto constant = dyn_cast<arith::ConstantOp>(clone);
        constant && isa<VectorType>(element.type))
      constant.setValueAttr(DenseElementsAttr::get(
          cast<ShapedType>(constant.getType()),
          cast<Attribute>(cast<arith::ConstantOp>(op).getValue())));
  }
  llvm_unreachable("a body ends with nn.yield");
}

//===----------------------------------------------------------------------===//
// CustomAttr
//===----------------------------------------------------------------------===//

/// The initialiser referred to, which `verifySymbolUses` has found.
static InitializerOp lookup(CustomAttr attr, Operation *scope) {
  return SymbolTable::lookupNearestSymbolFrom<InitializerOp>(
      scope, attr.getInitializer());
}

LogicalResult CustomAttr::verifySymbolUses(Operation *user,
                                           SymbolTableCollection &symbols,
                                           EmitError emitError) const {
  if (symbols.lookupNearestSymbolFrom<InitializerOp>(user, getInitializer()))
    return success();
  return emitError() << "refers to " << getInitializer()
                     << ", which is not an nn.initializer";
}

Attribute CustomAttr::resolve(const InitTarget &target,
                              EmitError emitError) const {
  SymbolTableCollection symbols;
  if (failed(verifySymbolUses(target.scope, symbols, emitError)))
    return {};
  int64_t limit = std::numeric_limits<int32_t>::max();
  if (usesPosition(target.scope) &&
      (target.getRows() > limit || target.getColumns() > limit)) {
    emitError() << "needs fewer than 2^31 rows and columns, got "
                << target.getRows() << " and " << target.getColumns();
    return {};
  }
  return *this;
}

std::string CustomAttr::getKind() const {
  return "custom." + getInitializer().getValue().str();
}

SmallVector<Draw> CustomAttr::getDraws(Operation *scope) const {
  return lookup(*this, scope).getDraws();
}

bool CustomAttr::usesPosition(Operation *scope) const {
  return lookup(*this, scope).usesPosition();
}

Value CustomAttr::emitElement(OpBuilder &builder, Location loc,
                              const InitElement &element) const {
  return lookup(*this, element.scope).emitElement(builder, loc, element);
}

} // namespace nascent::nn
