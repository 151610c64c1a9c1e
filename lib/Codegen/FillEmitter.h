//===- FillEmitter.h - The loops that fill a parameter ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CODEGEN_FILLEMITTER_H
#define NASCENT_LIB_CODEGEN_FILLEMITTER_H

#include "DrawEmitter.h"
#include "nascent/Codegen/Fill.h"

namespace nascent::codegen {

/// Emits the body of a fill function, which computes the elements of a
/// parameter as its initialiser says from their draws, and stores them by its
/// layout.
class FillEmitter {
public:
  FillEmitter(mlir::func::FuncOp function, const Fill &fill,
              const VectorTarget &target);

  void emit();

private:
  using Value = mlir::Value;
  using Numbers = DrawEmitter::Numbers;

  // RowMajorFill.cpp
  void emitRowMajor();
  void emitRowMajorVectors(Value row, Value rowStart, Value start);
  Value scalarElement(Value row, Value column, Value number);

  // PanelFill.cpp
  void emitPanels();
  /// All of a panel, padding included.
  void emitPanel(Value panel);
  /// The rows from `from` to below `to` of a panel, of which other rows may be
  /// someone else's.
  void emitPanelRows(Value panel, Value from, Value to);
  /// `count` neighbouring vectors of rows, and as many columns as a block has.
  void emitPanelVectors(Value panel, Value vector, Value column, int64_t count);
  /// The numbers of a column's blocks, or elements, by lanes.
  Numbers panelNumbers(Value firstRow, Value column);
  /// Draws of as many columns as a block has, for one vector of rows after the
  /// other.
  llvm::SmallVector<Value> panelDraws(llvm::ArrayRef<Numbers> vectors,
                                      unsigned draw);

  /// Zero where `isRow` does not hold, as it is stored.
  Value padded(Value isRow, Value value);
  /// The element that the initialiser makes of its draws, a scalar or a vector.
  Value element(mlir::Type type, llvm::ArrayRef<Value> drawn, Value row,
                Value column);
  /// Elements of several vectors, some of them computed as one: their chains of
  /// dependent operations then run side by side. For each draw, `drawn` has as
  /// many vectors as there are of `rows` and `columns`.
  llvm::SmallVector<Value>
  elements(llvm::ArrayRef<llvm::SmallVector<Value>> drawn,
           llvm::ArrayRef<Value> rows, llvm::ArrayRef<Value> columns);

  FillBuilder b;
  mlir::func::FuncOp function;
  Fill fill;
  FillKind kind;
  bool usesPosition;
  int64_t lanes;
  mlir::VectorType vectorType;
  DrawEmitter draws;
  Value rows, columns;
  /// What is to be filled: rows of panels, or elements.
  Value begin, end;
  /// The numbers of the first column's elements, or blocks, of even and odd
  /// lanes, relative to the first lane's.
  Numbers laneStarts;
  /// The stored elements.
  Value storage;
};

} // namespace nascent::codegen

#endif // NASCENT_LIB_CODEGEN_FILLEMITTER_H
