//===- CInterface.h - What a C program sees of a network --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_CINTERFACE_H
#define NASCENT_TARGET_CINTERFACE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace nascent {

/// One parameter, as `<net>_parameters[]` and the header describe it.
struct ParameterInterface {
  std::string name;
  std::vector<std::string> aliases;
  std::vector<int64_t> shape;
  /// The registered initialiser, as it is written in the IR.
  std::string init;
};

/// One forward function.
struct EntryInterface {
  /// The label of its binding; empty for the only one.
  std::string label;
  /// With an open batch, dimension 0 of every input and output is dynamic.
  std::vector<mlir::RankedTensorType> inputs;
  std::vector<mlir::RankedTensorType> outputs;
  int64_t scratchBytes = 0;
  /// How many steps its step function has; 0 where it has none.
  int64_t steps = 0;
  /// Whether it runs on a team of OpenMP threads.
  bool isParallel = false;

  bool hasOpenBatch() const;
  /// "x", or "x0", "x1", … where there are several; likewise for outputs.
  std::string inputName(size_t index) const;
  std::string outputName(size_t index) const;
};

/// One public network.
struct NetworkInterface {
  std::string name;
  mlir::Location location;
  std::vector<EntryInterface> entries;
  std::vector<ParameterInterface> parameters;
  int64_t parameterBytes = 0;
  /// The parameter buffer that the object embeds; empty if it embeds none.
  std::string weights;
  /// Which of `optionalFunctions` the object does without.
  std::vector<std::string> leftOut;

  /// Whether there is the function or table `<net>_<suffix>`.
  bool has(llvm::StringRef suffix) const;
};

/// What a program may do without, by the suffix: "init" for `<net>_init`.
llvm::ArrayRef<llvm::StringRef> optionalFunctions();

/// A macro of an entry: MLP_SCRATCH_BYTES, MLP_B64_SCRATCH_BYTES.
std::string entryMacro(const NetworkInterface &network,
                       const EntryInterface &entry, llvm::StringRef suffix);

/// That of the size of an input or output: MLP_X_SIZE.
std::string sizeMacro(const NetworkInterface &network,
                      const EntryInterface &entry, llvm::StringRef buffer);

/// The enumerator of a parameter: MLP_0_WEIGHT.
std::string enumerator(const NetworkInterface &network,
                       llvm::StringRef parameter);

/// The interfaces of a module's networks, after layout assignment, without the
/// functions `leftOut`. Fails, after an error, if two names become the same one
/// in C, among them those of step functions if `hasSteps`.
llvm::FailureOr<std::vector<NetworkInterface>>
collectInterfaces(mlir::ModuleOp module, bool hasSteps = false,
                  llvm::ArrayRef<std::string> leftOut = {});

/// Adds what is known once entry points are there: the bytes of scratch, the
/// steps, and what runs on threads.
void addPlan(mlir::ModuleOp lowered, std::vector<NetworkInterface> &interfaces);

} // namespace nascent

#endif // NASCENT_TARGET_CINTERFACE_H
