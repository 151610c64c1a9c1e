//===- ParameterTable.h - What functions know of parameters -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_PARAMETERTABLE_H
#define NASCENT_LIB_PARAMETERS_PARAMETERTABLE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::parameters {

/// A constant table of int64s with a row for each parameter of a network, in
/// order. It keeps a function that takes a parameter's index the same size for
/// any number of parameters.
class ParameterTable {
public:
  using Value = mlir::Value;

  /// Creates the table before `network`, called `<net><suffix>`. `cells` are
  /// its rows, one after the other, of `columns` each.
  ParameterTable(nn::SequentialOp network, llvm::StringRef suffix,
                 mlir::SymbolTable &symbols, llvm::ArrayRef<int64_t> cells,
                 int64_t columns);

  /// How many parameters it describes.
  int64_t size() const;

  /// A number of the table.
  Value number(mlir::ImplicitLocOpBuilder &b, Value entry, int64_t column);
  /// The same as an index.
  Value cell(mlir::ImplicitLocOpBuilder &b, Value entry, int64_t column);

  /// Emits `access` for where `function`'s argument 1, an i32, is the index of
  /// a parameter. The function then returns what `access` makes of that entry
  /// of the table, and else -1.
  void emitGuarded(mlir::ImplicitLocOpBuilder &b, mlir::func::FuncOp function,
                   llvm::function_ref<Value(Value entry)> access);

private:
  mlir::memref::GlobalOp global;
};

/// Whether `count` things from `first` on are among `size`. All are indices,
/// and a negative one is never among them.
mlir::Value emitIsRange(mlir::ImplicitLocOpBuilder &b, mlir::Value first,
                        mlir::Value count, mlir::Value size);

/// Emits `access` for where `condition` holds: 0 there, else -1, both i32.
mlir::Value emitIf(mlir::ImplicitLocOpBuilder &b, mlir::Value condition,
                   llvm::function_ref<void()> access);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_PARAMETERTABLE_H
