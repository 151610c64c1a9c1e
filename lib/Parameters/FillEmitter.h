//===- FillEmitter.h - The loops that fill a parameter ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_FILLEMITTER_H
#define NASCENT_LIB_PARAMETERS_FILLEMITTER_H

#include "DrawEmitter.h"
#include "nascent/Parameters/Fill.h"

namespace nascent::parameters {

/// Emits the body of a fill function, which computes the elements of a
/// parameter as its initialiser says from their draws, and stores them by its
/// layout.
class FillEmitter {
public:
  FillEmitter(mlir::func::FuncOp function, const Fill &fill,
              const kernels::VectorTarget &target, FillFunctions &functions);

  void emit();

private:
  /// A function argument by its place in the signature.
  enum Argument {
    Parameters,
    Offset,
    Rows,
    Columns,
    Begin,
    End,
    Name,
    Seed,
    FirstOwn
  };

  using Value = mlir::Value;
  using Numbers = DrawEmitter::Numbers;
  using Stream = DrawEmitter::Stream;
  /// Emits the draw of a number.
  using Drawing = llvm::function_ref<Value(unsigned draw)>;

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
  /// Elements of a row as what is numbered: blocks where a row is whole ones.
  Value panelCount(Value elements);
  /// What `laneStarts` are of rows of as many blocks, or elements.
  Numbers emitLaneStarts(Value perRow);
  /// The numbers of a column's blocks, or elements, by lanes.
  Numbers panelNumbers(Value firstLane, const Numbers &starts);
  /// A draw of as many columns as a block has, for one vector of rows after the
  /// other.
  Value panelDraw(const Stream &stream, llvm::ArrayRef<Numbers> vectors);
  /// The same as a call, by the numbers of the vectors' first lanes.
  Value sharedPanelDraw(unsigned draw, mlir::Type type,
                        llvm::ArrayRef<Value> firstLanes);

  /// Zero where `isRow` does not hold, as it is stored.
  Value padded(Value isRow, Value value);
  /// The element that the initialiser makes of its draws, a scalar or a vector.
  Value element(mlir::Type type, Drawing drawing, Value row, Value column);
  /// Elements of several vectors, computed as one of type `vectorsType`: their
  /// chains of dependent operations then run side by side.
  llvm::SmallVector<Value> elements(Drawing drawing, llvm::ArrayRef<Value> rows,
                                    llvm::ArrayRef<Value> columns);
  /// Up to eight vectors as one. More would not find registers.
  mlir::VectorType vectorsType(int64_t count) const;

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
  /// How many elements, or blocks, a row of a panel has: i64.
  Value perRow;
  /// The numbers of the first column's elements, or blocks, of even and odd
  /// lanes, relative to the first lane's.
  Numbers laneStarts;
  /// The stored elements.
  Value storage;
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_FILLEMITTER_H
