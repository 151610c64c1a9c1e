//===- StepRanges.h - What a step of training changes -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_STEPRANGES_H
#define NASCENT_LIB_PARAMETERS_STEPRANGES_H

#include "ParameterRules.h"

namespace nascent::parameters {

/// Parameters that lie side by side and change alike.
struct StepRange {
  /// In floats, from the start of the buffer.
  int64_t begin, end;
  /// A factor of the learning rate, not 0.
  float rate;
  bool decays;
};

/// What a step changes of a network, in the order of places: all trainable
/// parameters, each with its padding, by its `nn.rate`. What `noDecay` gives a
/// number does not decay.
llvm::SmallVector<StepRange>
getStepRanges(nn::SequentialOp network,
              llvm::ArrayRef<nn::NetworkParameter> parameters,
              ParameterRules &noDecay);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_STEPRANGES_H
