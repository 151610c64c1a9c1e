//===- ParseOptimizer.h - An optimiser as a user writes it ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_PARSEOPTIMIZER_H
#define NASCENT_DIALECT_NN_IR_PARSEOPTIMIZER_H

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include <string>

namespace nascent::nn {

/// Parses "adam", "adam<learning_rate = 0.01>" or the same with "#nn." before
/// it. Null, and a sentence in `why`, if that is no optimiser.
OptimizerAttrInterface parseOptimizer(llvm::StringRef text,
                                      mlir::MLIRContext *context,
                                      std::string &why);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_PARSEOPTIMIZER_H
