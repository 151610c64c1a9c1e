//===- ParseOptimizer.cpp - An optimiser as a user writes it --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/ParseOptimizer.h"
#include "mlir/AsmParser/AsmParser.h"
#include "nascent/Support/Quote.h"

using namespace mlir;

namespace nascent::nn {

OptimizerAttrInterface parseOptimizer(StringRef text, MLIRContext *context,
                                      std::string &why) {
  std::string reason;
  ScopedDiagnosticHandler collect(context, [&](Diagnostic &diagnostic) {
    if (reason.empty())
      reason = diagnostic.str();
  });
  std::string attribute = (text.starts_with("#nn.") ? "" : "#nn.") + text.str();
  auto optimizer = dyn_cast_or_null<OptimizerAttrInterface>(
      parseAttribute(attribute, context));
  if (!optimizer)
    why = "expected an optimiser, sgd, adam, adamw, rmsprop or adagrad, such "
          "as adam<learning_rate = 0.01>; got '" +
          printable(text) + "'" + (reason.empty() ? "" : ": " + reason);
  return optimizer;
}

} // namespace nascent::nn
