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
#include <vector>

namespace nascent {

/// Computes the values that parameters of one module get from a seed,
/// row-major.
class InitialValues {
public:
  InitialValues();
  ~InitialValues();

  /// Runs emitted code, by the rules `<net>_init` follows; parameters that are
  /// filled alike share it. The values live until the next call. Fails, after
  /// an error that says which binding is missing, while the shape is not known.
  llvm::FailureOr<llvm::ArrayRef<float>>
  compute(nn::SequentialOp network, const nn::NetworkParameter &parameter,
          uint64_t seed);

private:
  struct Filler;

  mlir::SymbolTableCollection symbols;
  std::vector<Filler> fillers;
  std::unique_ptr<float[]> values;
};

} // namespace nascent

#endif // NASCENT_DRIVER_VALUES_H
