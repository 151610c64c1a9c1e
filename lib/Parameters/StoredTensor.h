//===- StoredTensor.h - A parameter by row and column -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_STOREDTENSOR_H
#define NASCENT_LIB_PARAMETERS_STOREDTENSOR_H

#include "DrawEmitter.h"
#include "nascent/Parameters/Fill.h"

namespace nascent::parameters {

/// The parameter in its storage, for initialisers that are not element-wise.
class StoredTensor : public nn::InitTensor {
public:
  using Value = mlir::Value;

  /// `storage` is the stored parameter as floats, `arguments` are the
  /// initialiser's.
  StoredTensor(FillBuilder &builder, const FillKind &kind, DrawEmitter &draws,
               Value storage, Value rows, Value columns,
               mlir::ValueRange arguments)
      : InitTensor(builder), b(builder), kind(kind), draws(draws),
        storage(storage), rows(rows), columns(columns), arguments(arguments) {}

  Value getRows() override { return rows; }
  Value getColumns() override { return columns; }
  Value load(Value row, Value column) override;
  void store(Value value, Value row, Value column) override;
  Value draw(Value row, Value column, unsigned number) override;
  llvm::ArrayRef<Value> getArguments() override { return arguments; }

private:
  /// The element's number.
  Value canonical(Value row, Value column);
  /// The element's place in its storage.
  Value place(Value row, Value column);
  /// A row's place in its panel.
  Value laneOf(Value row);

  FillBuilder &b;
  FillKind kind;
  DrawEmitter &draws;
  Value storage, rows, columns;
  llvm::SmallVector<Value> arguments;
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_STOREDTENSOR_H
