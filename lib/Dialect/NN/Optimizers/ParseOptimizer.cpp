//===- ParseOptimizer.cpp - An optimiser as a user writes it --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/ParseOptimizer.h"
#include "mlir/AsmParser/AsmParser.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/Spelling.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace nascent::nn {

template <typename... Attrs>
static SmallVector<StringRef> namesOfOptimizers() {
  SmallVector<StringRef> names;
  auto add = [&](auto isOptimizer, StringRef name) {
    if (isOptimizer)
      names.push_back(name);
  };
  (add(std::is_base_of<OptimizerAttrInterface::Trait<Attrs>, Attrs>(),
       Attrs::getMnemonic()),
   ...);
  return names;
}

OptimizerAttrInterface parseOptimizer(StringRef text, MLIRContext *context,
                                      std::string &why) {
  SmallVector<StringRef> known = namesOfOptimizers<
#define GET_ATTRDEF_LIST
#include "nascent/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
  std::string reason;
  ScopedDiagnosticHandler collect(context, [&](Diagnostic &diagnostic) {
    if (reason.empty())
      reason = ": " + diagnostic.str();
  });
  text.consume_front("#nn.");
  StringRef name = text.take_until([](char c) { return c == '<'; }).rtrim();
  OptimizerAttrInterface optimizer;
  if (llvm::is_contained(known, name))
    optimizer = dyn_cast_or_null<OptimizerAttrInterface>(
        parseAttribute("#nn." + text.str(), context));
  else
    reason = didYouMean(name, known);
  if (!optimizer)
    why = "expected an optimiser, " + llvm::join(known, ", ") +
          ", such as adam<learning_rate = 0.01>; got '" + printable(text) +
          "'" + reason;
  return optimizer;
}

} // namespace nascent::nn
