//===- LayerSyntax.cpp - Parsing and printing of layers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Spelling.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace nascent::nn::detail {

/// How many operands there are of each group, as MLIR calls it.
static constexpr StringLiteral kSegments = "operandSegmentSizes";

bool LayerForm::hasOperands() const {
  return llvm::any_of(clauses, [](const Clause &clause) {
    return clause.kind == Clause::Operands;
  });
}

/// Parses what is between a clause's parentheses. `without`: its "no_", if any.
static ParseResult parseClauseValue(OpAsmParser &parser, Clause::Kind kind,
                                    StringRef without, Attribute &value) {
  Builder &builder = parser.getBuilder();
  SMLoc location = parser.getCurrentLocation();
  switch (kind) {
  case Clause::Flag:
    value = builder.getUnitAttr();
    return success();
  case Clause::Integer: {
    int64_t integer = 0;
    if (parser.parseInteger(integer))
      return failure();
    value = builder.getI64IntegerAttr(integer);
    return success();
  }
  case Clause::Padding:
    if (succeeded(parser.parseOptionalKeyword("same"))) {
      value = builder.getStringAttr("same");
      return success();
    }
    [[fallthrough]];
  case Clause::Integers: {
    SmallVector<int64_t> integers;
    auto parseOne = [&] {
      return parser.parseInteger(integers.emplace_back());
    };
    if (parser.parseCommaSeparatedList(parseOne))
      return failure();
    value = builder.getDenseI64ArrayAttr(integers);
    return success();
  }
  case Clause::Float: {
    FailureOr<APFloat> number = parseFloat(parser);
    if (failed(number))
      return failure();
    value = builder.getF64FloatAttr(number->convertToDouble());
    return success();
  }
  case Clause::Floats: {
    SmallVector<double> numbers;
    auto parseOne = [&]() -> ParseResult {
      FailureOr<APFloat> number = parseFloat(parser);
      if (succeeded(number))
        numbers.push_back(number->convertToDouble());
      return failure(failed(number));
    };
    if (parser.parseCommaSeparatedList(parseOne))
      return failure();
    value = builder.getDenseF64ArrayAttr(numbers);
    return success();
  }
  case Clause::Word: {
    StringRef word;
    if (parser.parseKeyword(&word))
      return failure();
    value = builder.getStringAttr(word);
    return success();
  }
  case Clause::String:
  case Clause::Name: {
    std::string text;
    if (parser.parseString(&text))
      return failure();
    if (text.empty())
      return parser.emitError(location, "expected a name that is not empty");
    value = builder.getStringAttr(text);
    return success();
  }
  case Clause::Symbol: {
    StringAttr symbol;
    if (failed(parser.parseOptionalSymbolName(symbol)))
      return parser.emitError(location, "expected the name of an nn.parameter, "
                                        "such as @net.0.bias")
             << (without.empty() ? ""
                                 : "; to have none, write '" + without +
                                       "', without a value");
    value = FlatSymbolRefAttr::get(symbol);
    return success();
  }
  case Clause::Symbols: {
    SmallVector<Attribute> symbols;
    auto parseOne = [&]() -> ParseResult {
      StringAttr symbol;
      if (parser.parseSymbolName(symbol))
        return failure();
      symbols.push_back(FlatSymbolRefAttr::get(symbol));
      return success();
    };
    if (parser.parseCommaSeparatedList(parseOne))
      return failure();
    value = builder.getArrayAttr(symbols);
    return success();
  }
  case Clause::Operands:
    break;
  case Clause::Initializer:
    // One that the module defines is called by its name alone.
    if (StringAttr symbol; succeeded(parser.parseOptionalSymbolName(symbol))) {
      value =
          CustomAttr::get(builder.getContext(), FlatSymbolRefAttr::get(symbol));
      return success();
    }
    if (parser.parseAttribute(value))
      return failure();
    if (!isa<InitializerAttrInterface>(value))
      return parser.emitError(location, "expected an initialiser such as "
                                        "#nn.xavier_uniform, got ")
             << value;
    return success();
  }
  llvm_unreachable("unknown clause kind");
}

ParseResult parseClauses(OpAsmParser &parser, ArrayRef<Clause> clauses,
                         NamedAttrList &attributes, ClauseOperands *operands) {
  while (true) {
    SMLoc location = parser.getCurrentLocation();
    StringRef keyword;
    if (failed(parser.parseOptionalKeyword(&keyword)))
      return success();
    const Clause *clause = llvm::find_if(clauses, [&](const Clause &candidate) {
      return candidate.keyword == keyword;
    });
    std::string without = ("no_" + keyword).str();
    if (llvm::none_of(clauses,
                      [&](const Clause &c) { return c.keyword == without; }))
      without.clear();
    if (clause == clauses.end()) {
      // The next line, as in 'nn.return'.
      if (keyword.starts_with("nn."))
        return parser.emitError(location)
               << "lacks its types, as in ': tensor<?x20xf32>'";
      auto known = llvm::map_to_vector(
          clauses, [](const Clause &c) -> StringRef { return c.keyword; });
      return parser.emitError(location)
             << "has no clause '" << keyword << "'"
             << didYouMean(without.empty() ? keyword : without, known)
             << "; it takes " << llvm::join(known, ", ");
    }
    bool hasOperands = clause->kind == Clause::Operands;
    if (attributes.get(clause->keyword) ||
        (hasOperands && operands->contains(clause->keyword)))
      return parser.emitError(location)
             << "clause '" << clause->keyword << "' is given twice";
    if (hasOperands) {
      auto &own = (*operands)[clause->keyword];
      if (parser.parseLParen() || parser.parseCommaSeparatedList([&] {
            return parser.parseOperand(own.emplace_back());
          }) ||
          parser.parseRParen())
        return failure();
      continue;
    }
    Attribute value;
    bool bare = clause->kind == Clause::Flag;
    if ((!bare && parser.parseLParen()) ||
        parseClauseValue(parser, clause->kind, without, value) ||
        (!bare && parser.parseRParen()))
      return failure();
    if (bare && succeeded(parser.parseOptionalLParen()))
      return parser.emitError(location)
             << "clause '" << keyword << "' stands alone, without a value";
    attributes.set(clause->keyword, value);
  }
}

/// An attribute dictionary; attributes of the layer's own must have their kind.
static ParseResult parseAttributes(OpAsmParser &parser,
                                   OperationState &result) {
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  return result.name.verifyInherentAttrs(result.attributes, [&] {
    return parser.emitError(location) << "'" << result.name << "' op ";
  });
}

/// An integer that stands after the operand.
static ParseResult parseLeading(OpAsmParser &parser, OperationState &result,
                                StringRef leading) {
  int64_t integer = 0;
  if (failed(parser.parseOptionalComma()))
    return parser.emitError(parser.getCurrentLocation())
           << "needs its " << leading << ", as in '" << result.name
           << " %x, 256'";
  SMLoc location = parser.getCurrentLocation();
  OptionalParseResult isInteger = parser.parseOptionalInteger(integer);
  if (!isInteger.has_value())
    return parser.emitError(location)
           << "needs a number of " << leading << " after ','";
  result.addAttribute(leading, parser.getBuilder().getI64IntegerAttr(integer));
  return *isInteger;
}

/// The types of `count` operands, `leading` of which are not in a clause, and
/// those of results where they are not theirs.
static ParseResult parseTypes(OpAsmParser &parser, OperationState &result,
                              const LayerForm &form, size_t leading,
                              size_t count, SmallVectorImpl<Type> &inputs) {
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseTypeList(inputs))
    return failure();
  if (inputs.size() == 1 && form.isJoin)
    inputs.resize(count, inputs.front());
  if (inputs.size() != count)
    return parser.emitError(location) << "expected a type for each of " << count
                                      << " operands, got " << inputs.size();
  // Only between binding and inference do the ends of a kept type differ.
  bool isKept = form.keepsType &&
                llvm::all_equal(ArrayRef<Type>(inputs).take_front(leading));
  bool arrow = isKept ? succeeded(parser.parseOptionalArrow())
                      : succeeded(parser.parseArrow());
  if (!arrow && !isKept)
    return failure();
  if (arrow && form.hasResults)
    return parser.parseTypeList(result.types);
  Type output = inputs.front();
  if (arrow && parser.parseType(output))
    return failure();
  result.addTypes(output);
  return success();
}

ParseResult parseLayer(OpAsmParser &parser, OperationState &result,
                       const LayerForm &form) {
  SmallVector<OpAsmParser::UnresolvedOperand, 2> operands(1);
  SMLoc operandLocation = parser.getCurrentLocation();
  if (parser.parseOperand(operands.front()))
    return failure();
  for (StringRef leading : form.leading)
    if (parseLeading(parser, result, leading))
      return failure();
  while (form.isJoin && succeeded(parser.parseOptionalComma()))
    if (parser.parseOperand(operands.emplace_back()))
      return failure();
  SMLoc location = parser.getCurrentLocation();
  ClauseOperands inClauses;
  if (parseClauses(parser, form.clauses, result.attributes, &inClauses))
    return failure();
  if (succeeded(parser.parseOptionalComma()))
    return parser.emitError(location)
           << "expected a clause or ':', got ','; "
           << (form.isJoin ? "" : "the layer takes one operand, and ")
           << "clauses have no commas between them";
  for (const Clause &clause : form.clauses)
    if (clause.isRequired && !result.attributes.get(clause.keyword))
      return parser.emitError(location)
             << "needs the clause '" << clause.keyword << "(…)'";
  SmallVector<int32_t> segments = {int32_t(operands.size())};
  for (const Clause &clause : form.clauses)
    if (clause.kind == Clause::Operands) {
      llvm::append_range(operands, inClauses[clause.keyword]);
      segments.push_back(inClauses[clause.keyword].size());
    }
  SmallVector<Type> inputs;
  if (parseAttributes(parser, result) || parser.parseColon() ||
      parseTypes(parser, result, form, segments.front(), operands.size(),
                 inputs))
    return failure();
  if (form.hasSegments)
    result.addAttribute(kSegments,
                        parser.getBuilder().getDenseI32ArrayAttr(segments));
  return parser.resolveOperands(operands, inputs, operandLocation,
                                result.operands);
}

std::string positionOf(Operation *op) {
  // Large networks are printed by each compilation, for their hash, and have
  // few kinds of layers: none is asked twice what it is.
  SmallVector<std::pair<OperationName, bool>, 8> kinds;
  unsigned index = 0;
  for (Operation &other : *op->getBlock()) {
    if (&other == op)
      break;
    auto *kind = llvm::find_if(
        kinds, [&](auto &known) { return known.first == other.getName(); });
    if (kind == kinds.end())
      kind =
          kinds.insert(kind, {other.getName(), isa<LayerOpInterface>(other)});
    index += kind->second;
  }
  return std::to_string(index);
}

static void printClause(Operation *op, OpAsmPrinter &printer,
                        const Clause &clause, Attribute value) {
  if (clause.kind == Clause::Name && op->getBlock() &&
      cast<StringAttr>(value).getValue() == positionOf(op))
    return;
  printer << ' ' << clause.keyword;
  switch (clause.kind) {
  case Clause::Flag:
    return;
  case Clause::Integer:
    printer << '(' << cast<IntegerAttr>(value).getInt() << ')';
    return;
  case Clause::Padding:
  case Clause::Integers:
    printer << '(';
    if (auto word = dyn_cast<StringAttr>(value))
      printer << word.getValue();
    else
      llvm::interleaveComma(cast<DenseI64ArrayAttr>(value).asArrayRef(),
                            printer);
    printer << ')';
    return;
  case Clause::Float:
    printer << '(';
    printFloat(printer, cast<FloatAttr>(value).getValue());
    printer << ')';
    return;
  case Clause::Floats:
    printer << '(';
    llvm::interleaveComma(
        cast<DenseF64ArrayAttr>(value).asArrayRef(), printer,
        [&](double number) { printFloat(printer, APFloat(number)); });
    printer << ')';
    return;
  case Clause::Word:
    printer << '(' << cast<StringAttr>(value).getValue() << ')';
    return;
  case Clause::Operands:
    break;
  case Clause::Symbols:
    printer << '(';
    llvm::interleaveComma(cast<ArrayAttr>(value), printer);
    printer << ')';
    return;
  case Clause::Initializer:
    if (auto custom = dyn_cast<CustomAttr>(value))
      value = custom.getInitializer();
    [[fallthrough]];
  default:
    printer << '(' << value << ')';
  }
}

void printLayer(Operation *op, OpAsmPrinter &printer, const LayerForm &form,
                function_ref<Attribute(StringRef)> defaultOf,
                function_ref<OperandRange(unsigned)> operandsOf) {
  printer << ' ';
  printer.printOperands(operandsOf(0));
  SmallVector<StringRef> printed = {kSegments};
  auto inherent = [&](StringRef name) {
    printed.push_back(name);
    return op->getInherentAttr(name).value_or(Attribute());
  };
  for (StringRef leading : form.leading)
    printer << ", " << cast<IntegerAttr>(inherent(leading)).getInt();
  unsigned group = 0;
  for (const Clause &clause : form.clauses) {
    if (clause.kind == Clause::Operands) {
      OperandRange operands = operandsOf(++group);
      if (!operands.empty())
        printer << ' ' << clause.keyword << '(' << operands << ')';
      continue;
    }
    if (Attribute value = inherent(clause.keyword);
        value != defaultOf(clause.keyword))
      printClause(op, printer, clause, value);
  }
  printer.printOptionalAttrDict(op->getAttrs(), printed);
  Type output = op->getResult(0).getType();
  bool isKept = form.keepsType && llvm::all_equal(operandsOf(0).getTypes()) &&
                op->getOperand(0).getType() == output;
  printer << " : ";
  if (isKept && !group)
    printer << output;
  else
    printer << op->getOperandTypes();
  if (!isKept)
    printer << " -> " << op->getResultTypes();
}

} // namespace nascent::nn::detail
