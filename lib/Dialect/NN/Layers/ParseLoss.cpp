//===- ParseLoss.cpp - A loss as a user writes it -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "mlir/Parser/Parser.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Spelling.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/ScopedPrinter.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent::nn {

// What is parsed has a network around it, which the text must not touch.
llvm::Error verifyLossText(StringRef text) {
  llvm::Regex loss("^[A-Za-z0-9_]+( +[a-z_]+ *\\([-+0-9.eE, ]+\\))* *$");
  if (loss.match(text))
    return llvm::Error::success();
  return llvm::createStringError(
      "expected a loss, a word and clauses of numbers behind it, such as "
      "cross_entropy or 'huber delta(0.5)'; got '" +
      printable(text) + "'");
}

OwningOpRef<ModuleOp> parseLoss(StringRef text, RankedTensorType type,
                                std::string &why) {
  if (llvm::Error error = verifyLossText(text)) {
    why = "has no such loss: " + llvm::toString(std::move(error));
    return nullptr;
  }
  MLIRContext *context = type.getContext();
  StringRef word = leadingCWord(text);
  OperationName name(("nn." + word).str(), context);
  llvm::raw_string_ostream reason(why);
  if (!name.isRegistered() || !name.hasTrait<OpTrait::IsLoss>()) {
    SmallVector<StringRef> known;
    for (RegisteredOperationName each : context->getRegisteredOperations())
      if (each.hasTrait<OpTrait::IsLoss>())
        known.push_back(each.stripDialect());
    llvm::sort(known);
    reason << "is to have the loss '" << text << "', but there is no '" << word
           << "'" << didYouMean(word, known) << "; losses are "
           << llvm::join(known, ", ")
           << ", or for nascent-compile own, which the program computes";
    return nullptr;
  }
  bool takesLabels = name.hasTrait<OpTrait::TakesLabels>();
  SmallVector<int64_t> open(std::max<int64_t>(type.getRank() - takesLabels, 0),
                            ShapedType::kDynamic);
  Type target = RankedTensorType::get(
      open, takesLabels ? Type(IntegerType::get(context, 32))
                        : Type(Float32Type::get(context)));
  std::string source;
  llvm::raw_string_ostream os(source);
  os << "nn.sequential @loss(%x: " << type << ", %t: " << target
     << ") -> tensor<1xf32> { %0 = nn." << word << " %x, %t"
     << text.drop_front(word.size()) << " name(\"loss\") : " << type << ", "
     << target << " -> tensor<1xf32> nn.return %0 : tensor<1xf32> }";
  // What is wrong with it is at no place that users know.
  std::string problem;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diag) {
    if (problem.empty())
      problem = diag.str();
    return success();
  });
  auto module = parseSourceString<ModuleOp>(source, ParserConfig(context));
  if (!module)
    reason << "cannot have the loss '" << text << "': " << problem;
  return module;
}

static Operation *layerOf(ModuleOp module) {
  SequentialOp network = *module.getOps<SequentialOp>().begin();
  LayerOpInterface layer = *network.getLayers().begin();
  return layer;
}

std::string normalizeLoss(StringRef text, RankedTensorType type) {
  std::string why;
  StringRef word = leadingCWord(text);
  OwningOpRef<ModuleOp> module = parseLoss(text, type, why);
  OwningOpRef<ModuleOp> plain = parseLoss(word, type, why);
  if (!module || !plain)
    return text.str();
  DictionaryAttr defaults = layerOf(*plain)->getAttrDictionary();
  std::string result = word.str();
  for (NamedAttribute clause : layerOf(*module)->getAttrDictionary()) {
    Attribute value = clause.getValue();
    auto axis = dyn_cast<IntegerAttr>(value);
    if (axis && clause.getName() == "axis" && axis.getInt() < 0)
      value = IntegerAttr::get(axis.getType(), axis.getInt() + type.getRank());
    if (value == defaults.get(clause.getName()))
      continue;
    std::string spelled =
        llvm::TypeSwitch<Attribute, std::string>(value)
            .Case([](IntegerAttr number) {
              return std::to_string(number.getInt());
            })
            .Case([](FloatAttr number) {
              return fmt::format("{}", number.getValueAsDouble());
            })
            .Case([](DenseF64ArrayAttr numbers) {
              return fmt::format("{}", fmt::join(numbers.asArrayRef(), ", "));
            })
            .Default([](Attribute other) { return llvm::to_string(other); });
    result += fmt::format(" {}({})", clause.getName().str(), spelled);
  }
  return result;
}

} // namespace nascent::nn
