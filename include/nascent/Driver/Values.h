//===- Values.h - Initial values at compile time ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DRIVER_VALUES_H
#define NASCENT_DRIVER_VALUES_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include <cstdint>
#include <memory>

namespace nascent {

/// The values that a parameter gets from a seed, row-major.
class InitialValues {
public:
  /// Runs emitted code, by the rules `<net>_init` follows. Fails, after an
  /// error that says which binding is missing, while the shape is not known.
  static llvm::FailureOr<InitialValues>
  compute(nn::SequentialOp network, const nn::NetworkParameter &parameter,
          uint64_t seed);

  llvm::ArrayRef<float> get() const { return {values.get(), count}; }

private:
  std::unique_ptr<float[]> values;
  size_t count = 0;
};

} // namespace nascent

#endif // NASCENT_DRIVER_VALUES_H
