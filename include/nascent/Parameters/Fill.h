//===- Fill.h - How one parameter is filled ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_FILL_H
#define NASCENT_PARAMETERS_FILL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include <string>

namespace nascent::parameters {

/// What a fill function's loops depend on.
struct FillKind {
  /// The panels' width; 0 for row-major storage.
  int64_t width;
  /// Whether a matrix row is whole blocks of four elements, so that all lanes
  /// of a vector take the same word of their blocks.
  bool wholeBlocks;
  /// Whether block numbers need more than 32 bits.
  bool manyBlocks;
  /// Whether all rows are in one panel, whose width is no power of two.
  bool onePanel;
  /// What elements are stored as.
  mlir::Type stored;
  /// The spatial size of the columns, which are stored channels last. A
  /// constant: dividing by anything else is a library call on some targets.
  int64_t spatial;

  std::string suffix() const;
  bool operator==(const FillKind &other) const {
    return width == other.width && wholeBlocks == other.wholeBlocks &&
           manyBlocks == other.manyBlocks && onePanel == other.onePanel &&
           stored == other.stored && spatial == other.spatial;
  }
};

/// How one parameter is filled: what its fill function is made for and called
/// with.
struct Fill {
  /// The initialiser, resolved.
  nn::InitializerAttrInterface init;
  nn::InitTarget target;
  /// Null for row-major storage in canonical order.
  nn::PanelsAttr layout;

  FillKind getKind() const;
  /// fill(parameters, offset, rows, columns, begin, end, name, seed,
  /// arguments…), which fills the rows from `begin` to below `end` if there are
  /// panels, else the elements. To fill the last row of panels is to fill their
  /// padding, too. Nothing else is written, nor read.
  mlir::FunctionType getFunctionType(mlir::MemRefType parameters) const;
  /// What it is called with for the parameter `name` at `offset`, as numbers
  /// that a table can hold: place, shape, hash and the initialiser's arguments.
  llvm::SmallVector<int64_t> getNumbers(int64_t offset,
                                        llvm::StringRef name) const;
  /// Makes operands of such numbers, as i64 values. `first` and `end` are
  /// indices of rows, up to the target's length.
  llvm::SmallVector<mlir::Value>
  getOperands(mlir::ImplicitLocOpBuilder &builder, mlir::Value parameters,
              llvm::ArrayRef<mlir::Value> numbers, mlir::Value first,
              mlir::Value end, mlir::Value seed) const;
};

/// The functions of a module, and among them what its fills share.
struct FillFunctions {
  mlir::SymbolTable &symbols;
  /// The words of one block, once something calls it.
  mlir::func::FuncOp philox = {};
};

/// Emits the body of a fill function of that type, which is empty yet. Private
/// functions that it calls come before it, among `functions`.
void emitFill(mlir::func::FuncOp function, const Fill &fill,
              const kernels::VectorTarget &target, FillFunctions &functions);

} // namespace nascent::parameters

#endif // NASCENT_PARAMETERS_FILL_H
