//===- NNOps.cpp - Networks and parameters --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;

// The generated parser and printer look for them here.
namespace nascent::nn {
using detail::parseBlockClauses;
using detail::printBlockClauses;
} // namespace nascent::nn

// To optimise what is generated takes half a minute of a build. It is little of
// what compiling a network takes, four fifths of which are LLVM's.
#ifdef __clang__
#pragma clang optimize off
#endif
#define GET_OP_CLASSES
#include "nascent/Dialect/NN/IR/NNOps.cpp.inc"
#ifdef __clang__
#pragma clang optimize on
#endif

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// SequentialOp
//===----------------------------------------------------------------------===//

void SequentialOp::nameLayers(Block &body) {
  for (auto [index, layer] : llvm::enumerate(body.getOps<LayerOpInterface>()))
    if (!layer.getLayerName())
      layer.setLayerName(
          StringAttr::get(layer.getContext(), std::to_string(index)));
}

/// The names of several inputs, "" for one without; null if none has one.
static ArrayAttr namesOf(Builder &builder,
                         ArrayRef<OpAsmParser::Argument> inputs) {
  SmallVector<StringRef> names;
  for (const OpAsmParser::Argument &input : inputs) {
    StringRef name = input.ssaName.name.drop_front();
    names.push_back(isGivenByMlir(name) ? "" : name);
  }
  bool hasNames =
      llvm::any_of(names, [](StringRef name) { return !name.empty(); });
  return names.size() > 1 && hasNames ? builder.getStrArrayAttr(names)
                                      : ArrayAttr();
}

// As MLIR parses functions, but for the names of inputs.
ParseResult SequentialOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  SmallVector<OpAsmParser::Argument> inputs;
  SmallVector<Type> inputTypes, resultTypes;
  SmallVector<DictionaryAttr> resultAttrs;
  bool isVariadic = false;
  StringAttr name;
  (void)mlir::impl::parseOptionalVisibilityKeyword(parser, result.attributes);
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes) ||
      function_interface_impl::parseFunctionSignatureWithArguments(
          parser, /*allowVariadic=*/false, inputs, isVariadic, resultTypes,
          resultAttrs))
    return failure();
  for (const OpAsmParser::Argument &input : inputs)
    inputTypes.push_back(input.type);
  SMLoc place = parser.getCurrentLocation();
  NamedAttrList stated;
  if (parser.parseOptionalAttrDictWithKeyword(stated))
    return failure();
  for (StringAttr inferred :
       {getSymVisibilityAttrName(result.name), getSymNameAttrName(result.name),
        getFunctionTypeAttrName(result.name),
        getInputNamesAttrName(result.name)})
    if (stated.get(inferred))
      return parser.emitError(place, "'")
             << inferred.getValue()
             << "' follows from the text in front; leave it out here";
  result.attributes.append(stated);
  result.addAttribute(
      getFunctionTypeAttrName(result.name),
      TypeAttr::get(builder.getFunctionType(inputTypes, resultTypes)));
  call_interface_impl::addArgAndResultAttrs(
      builder, result, inputs, resultAttrs, getArgAttrsAttrName(result.name),
      getResAttrsAttrName(result.name));
  ScopedDiagnosticHandler explain(builder.getContext(), detail::explainUnknown);
  Region &body = *result.addRegion();
  OptionalParseResult parsed = parser.parseOptionalRegion(body, inputs);
  if (parsed.has_value() && failed(*parsed))
    return failure();
  if (body.empty())
    return parser.emitError(
        parser.getNameLoc(),
        "expected a network with a body; several outputs are "
        "written in parentheses");
  if (!body.front().mightHaveTerminator())
    return parser.emitError(parser.getNameLoc())
           << "expected nn.return as its last line, with what it computes"
           << (resultTypes.empty() ? "" : ", of type ") << resultTypes;
  if (ArrayAttr names = namesOf(builder, inputs))
    result.addAttribute(getInputNamesAttrName(result.name), names);
  nameLayers(body.front());
  return success();
}

void SequentialOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  if (std::optional<StringRef> visibility = getSymVisibility())
    printer << *visibility << ' ';
  printer.printSymbolName(getSymName());
  function_interface_impl::printFunctionSignature(
      printer, *this, getArgumentTypes(), /*isVariadic=*/false,
      getResultTypes());
  function_interface_impl::printFunctionAttributes(
      printer, *this,
      {getSymVisibilityAttrName(), getFunctionTypeAttrName(),
       getInputNamesAttrName(), getArgAttrsAttrName(), getResAttrsAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void SequentialOp::getAsmBlockArgumentNames(Region &body,
                                            OpAsmSetValueNameFn setName) {
  ArrayAttr names = getInputNamesAttr();
  for (BlockArgument input : body.getArguments()) {
    unsigned index = input.getArgNumber();
    StringRef name;
    if (names && index < names.size())
      name = cast<StringAttr>(names[index]).getValue();
    if (name.empty())
      setName(input, "arg" + std::to_string(index));
    else
      setName(input, name);
  }
}

std::vector<std::string> SequentialOp::getInputsInC() {
  std::vector<std::string> names(getNumArguments());
  if (ArrayAttr given = getInputNamesAttr())
    for (auto [name, attribute] : llvm::zip(names, given))
      name = cast<StringAttr>(attribute).getValue().str();
  return nameInputsInC(names);
}

ReturnOp SequentialOp::getReturn() {
  return cast<ReturnOp>(getBody().front().getTerminator());
}

/// Names of inputs are as text can have them.
static LogicalResult verifyNames(SequentialOp network, ArrayAttr names) {
  llvm::StringSet<> taken;
  auto isPart = [](char c) {
    return llvm::isAlnum(c) || StringRef("$._-").contains(c);
  };
  for (StringRef name : names.getAsValueRange<StringAttr>())
    if (!name.empty() &&
        (llvm::isDigit(name.front()) || !llvm::all_of(name, isPart) ||
         !taken.insert(name).second))
      return network.emitOpError()
             << "has an input named '" << name
             << "'; expected a name of its own, of letters, digits and any of "
                "'$._-', no digit in front, or none, ''";
  if (names.size() != network.getNumArguments())
    return network.emitOpError() << "has " << network.getNumArguments()
                                 << " inputs, but names " << names.size();
  return success();
}

LogicalResult SequentialOp::verify() {
  if (ArrayAttr names = getInputNamesAttr();
      names && failed(verifyNames(*this, names)))
    return failure();
  if (std::optional<StringRef> entry = getEntry(); entry && !isCWord(*entry))
    return emitOpError() << "entry '" << *entry
                         << "' must be of letters, digits and underscores, as "
                            "it becomes part of a name in C";
  for (auto [kind, types] : {std::pair("input", getArgumentTypes()),
                             std::pair("output", getResultTypes())})
    for (auto [index, type] : llvm::enumerate(types)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      bool isInput = StringRef(kind) == "input";
      bool isIndex = tensor && tensor.getElementType().isInteger(32) && isInput;
      if (!tensor || (!tensor.getElementType().isF32() && !isIndex) ||
          (tensor.getEncoding() &&
           !isa<ChannelsLastAttr>(tensor.getEncoding())))
        return emitOpError()
               << kind << " " << index << " must be a ranked tensor of f32"
               << (isInput ? ", or of i32 where it is indices" : "") << ", got "
               << type;
      std::string what = (Twine(kind) + " " + Twine(index)).str();
      if (failed(verifySize(tensor.getShape(), what,
                            [&] { return emitOpError(); })))
        return failure();
    }
  return success();
}

LogicalResult SequentialOp::verifyRegions() {
  llvm::StringMap<Operation *> names;
  for (Operation &op : getBody().front().without_terminator()) {
    auto layer = dyn_cast<LayerOpInterface>(op);
    if (isa<ReorderOp>(op))
      continue;
    if (!layer)
      return op.emitOpError("is not a layer; a network holds layers only");
    auto [it, inserted] = names.try_emplace(layer.getLayerName(), &op);
    if (inserted)
      continue;
    InFlightDiagnostic diag = op.emitOpError()
                              << "has the name " << layer.getLayerName()
                              << " of another layer; ";
    if (isa<BlockOp>(op) || !layer.getParameters().empty())
      diag << "to share parameters, give it its own name and 'tie("
           << layer.getLayerName() << ")'";
    else
      diag << "give it its own";
    diag.attachNote(it->second->getLoc()) << "the other layer is here";
    return diag;
  }
  return success();
}

LogicalResult SequentialOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!getBaseAttr())
    return success();
  // What is there to be trained is called by what its base is.
  if (!getEntry() && !(*this)->hasAttr(kTrainingAttrName))
    return emitOpError() << "uses the parameters of its base " << getBaseAttr()
                         << ", but has no 'entry' to be called by";
  auto base =
      symbols.lookupNearestSymbolFrom<SequentialOp>(*this, getBaseAttr());
  if (base && base != *this && base.ownsParameters()) {
    if (Attribute bytes = (*this)->getAttr(kParameterBytesAttrName);
        bytes != base->getAttr(kParameterBytesAttrName))
      return emitOpError() << "must have the '" << kParameterBytesAttrName
                           << "' of its base " << getBaseAttr();
    return success();
  }
  return emitOpError() << "has the base " << getBaseAttr()
                       << ", which is not a network with parameters of its own";
}

//===----------------------------------------------------------------------===//
// ReturnOp
//===----------------------------------------------------------------------===//

LogicalResult ReturnOp::verify() {
  auto network = cast<SequentialOp>((*this)->getParentOp());
  TypeRange expected = network.getResultTypes();
  auto elements = [](Type type) { return getElementTypeOrSelf(type); };
  // Either side may know more than the other until shapes are inferred.
  if (succeeded(verifyCompatibleShapes(expected, getOperandTypes())) &&
      llvm::equal(llvm::map_range(expected, elements),
                  llvm::map_range(getOperandTypes(), elements)))
    return success();
  InFlightDiagnostic diag = emitOpError("must return the network's types (");
  llvm::interleaveComma(expected, diag);
  diag << "), got (";
  llvm::interleaveComma(getOperandTypes(), diag);
  diag << ")";
  diag.attachNote(network.getLoc()) << "the network states its types here";
  return diag;
}

//===----------------------------------------------------------------------===//
// ParameterOp
//===----------------------------------------------------------------------===//

static LogicalResult verifyLayout(ParameterOp op, PanelsAttr layout) {
  RankedTensorType type = op.getTensorType();
  int64_t rank = type.getRank(), spatial = layout.getSpatial();
  if (rank == 0 || !type.hasStaticShape())
    return op.emitOpError("has a panel layout, which needs a known shape of "
                          "rank 1 or more, got ")
           << type;
  // A vector is one row, so that the layout of matrices can say its order, too.
  if (rank == 1 && (layout.getWidth() != 1 || layout.getElement()))
    return op.emitOpError()
           << "has the layout " << layout << ", but the vector " << type
           << " is one row of f32, whose layout must be of the form "
              "#nn.panels<1, spatial = …>";
  // What divides columns adds a spatial size to them, and has 31 bits.
  if (spatial != 1 && op.getColumns() >= int64_t(1) << 30)
    return op.emitOpError()
           << "has a layout with the spatial size " << spatial
           << ", which needs fewer than 2^30 columns, got " << op.getColumns();
  if (rank <= 2 && op.getColumns() % spatial != 0)
    return op.emitOpError()
           << "has a layout with the spatial size " << spatial
           << ", which must divide its " << op.getColumns() << " columns";
  if (rank > 2 && spatial != 1 && spatial != op.getKernelElements())
    return op.emitOpError()
           << "has a layout with the spatial size " << spatial
           << ", which must be 1 or the " << op.getKernelElements()
           << " elements of the kernel of " << type;
  return success();
}

LogicalResult ParameterOp::verify() {
  RankedTensorType type = getTensorType();
  if (failed(verifySize(type.getShape(), "parameter",
                        [&] { return emitOpError(); })))
    return failure();
  if (Attribute encoding = type.getEncoding())
    return emitOpError() << "has a type with the encoding " << encoding
                         << ", but how a parameter is stored is its layout";
  if (PanelsAttr layout = getLayoutAttr();
      layout && failed(verifyLayout(*this, layout)))
    return failure();
  if (std::optional<uint64_t> offset = getOffset();
      offset && *offset % kBufferAlignment != 0)
    return emitOpError() << "has offset " << *offset
                         << ", which must be a multiple of "
                         << kBufferAlignment;
  return success();
}

Origin ParameterOp::getOrigin() {
  if (auto tensor =
          (*this)->getAttrOfType<StringAttr>(NNDialect::kCheckpointAttrName))
    return {getLoc(), tensor.str()};
  return {getLoc(), "the type of parameter '" + printable(getSymName()) + "'"};
}

LogicalResult ParameterOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return getInit().verifySymbolUses(*this, symbols, [&] {
    return emitOpError() << "initialiser " << getInit() << " ";
  });
}

int64_t ParameterOp::getRows() {
  return InitTarget{{}, getTensorType().getShape()}.getRows();
}

int64_t ParameterOp::getColumns() {
  return InitTarget{{}, getTensorType().getShape()}.getColumns();
}

int64_t ParameterOp::getKernelElements() {
  ArrayRef<int64_t> shape = getTensorType().getShape();
  return *checkedProduct(shape.drop_front(std::min<size_t>(shape.size(), 2)));
}

RankedTensorType ParameterOp::getUnpackedType() {
  RankedTensorType type = getTensorType();
  PanelsAttr layout = getLayoutAttr();
  if (!layout)
    return type;
  SmallVector<int64_t> shape(type.getShape());
  if (shape.size() > 2 && layout.getSpatial() == getKernelElements())
    std::rotate(shape.begin() + 1, shape.begin() + 2, shape.end());
  return RankedTensorType::get(shape, layout.getStoredType());
}

MemRefType ParameterOp::getStorageType() {
  RankedTensorType type = getUnpackedType();
  SmallVector<int64_t> shape(type.getShape());
  PanelsAttr layout = getLayoutAttr();
  // Panels of one row are the rows themselves.
  if (layout && layout.getWidth() != 1) {
    shape.front() = llvm::divideCeil(shape.front(), layout.getWidth());
    shape.push_back(layout.getWidth());
  }
  return MemRefType::get(shape, type.getElementType());
}

int64_t ParameterOp::getStorageIndex(int64_t element) {
  PanelsAttr layout = getLayoutAttr();
  if (!layout)
    return element;
  int64_t columns = getColumns();
  return layout.getIndex(element / columns, element % columns, columns);
}

std::optional<int64_t> ParameterOp::getStorageBytes() {
  MemRefType type = getStorageType();
  SmallVector<int64_t> factors(type.getShape());
  factors.push_back(type.getElementTypeBitWidth() / 8);
  return checkedProduct(factors);
}

} // namespace nascent::nn
