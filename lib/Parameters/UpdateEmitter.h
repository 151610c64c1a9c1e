//===- UpdateEmitter.h - The loop of a step of training ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_UPDATEEMITTER_H
#define NASCENT_LIB_PARAMETERS_UPDATEEMITTER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Kernels/KernelPlan.h"

namespace nascent::parameters {

/// Emits the body of a function, which has none yet, of (parameters, gradients,
/// state, hyper, begin, end, rate, decay): a step of the floats from `begin` to
/// below `end`, multiples of a cache line. The learning rate is multiplied by
/// `rate`, and the weight decay by `decay`.
void emitUpdate(mlir::func::FuncOp function,
                nn::OptimizerAttrInterface optimizer,
                const kernels::VectorTarget &target);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_UPDATEEMITTER_H
