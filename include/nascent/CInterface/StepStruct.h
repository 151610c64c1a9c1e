//===- StepStruct.h - What a program chooses at a step ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_STEPSTRUCT_H
#define NASCENT_CINTERFACE_STEPSTRUCT_H

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include <string>
#include <vector>

namespace nascent {

/// The structure in C that an optimiser's function takes: its hyperparameters
/// and those that all have. Floats come first, then flags, then counts, so that
/// every compiler lays it out in the same way.
struct StepStruct {
  struct Field {
    nn::Hyperparameter hyperparameter;
    /// In bytes.
    int64_t offset = 0;
  };

  explicit StepStruct(nn::OptimizerAttrInterface optimizer);

  /// The member called `name`; null if there is none.
  const Field *lookup(llvm::StringRef name) const;
  /// Writes a member as its type has it. `to` is the structure.
  static void write(const Field &field, double value, char *to);
  /// Its declaration, behind a guard of its own: several headers may have it.
  std::string declare() const;

  std::string name;
  std::string formula;
  std::vector<Field> fields;
  int64_t bytes = 0;
};

} // namespace nascent

#endif // NASCENT_CINTERFACE_STEPSTRUCT_H
