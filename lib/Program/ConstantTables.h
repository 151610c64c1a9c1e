//===- ConstantTables.h - Numbers that kernels read -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_CONSTANTTABLES_H
#define NASCENT_LIB_PROGRAM_CONSTANTTABLES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent::program {

/// Adds `values` to the module as a constant, and a buffer of it to what is
/// built.
mlir::Value createTable(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::StringRef name, mlir::DenseElementsAttr values,
                        mlir::SymbolTable &symbols);

/// The tables of a module; equal ones are one.
class ConstantTables {
public:
  /// The buffer of what is a tensor, as `function` reads it.
  mlir::Value get(mlir::OpBuilder &builder, mlir::arith::ConstantOp constant,
                  mlir::func::FuncOp function, mlir::SymbolTable &symbols);

private:
  llvm::DenseMap<mlir::Attribute, mlir::StringAttr> names;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_CONSTANTTABLES_H
