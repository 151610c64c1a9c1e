//===- FillEmitter.h - The loops that fill a parameter ----------*- C++ -*-===//

#ifndef NASCENT_CODEGEN_FILLEMITTER_H
#define NASCENT_CODEGEN_FILLEMITTER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include <array>
#include <string>

namespace nascent::codegen {

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

  std::string suffix() const;
  bool operator==(const FillKind &other) const {
    return width == other.width && wholeBlocks == other.wholeBlocks &&
           manyBlocks == other.manyBlocks && onePanel == other.onePanel;
  }
};

/// How one parameter is filled: what its fill function is made for and called
/// with.
struct Fill {
  /// The initialiser, resolved.
  nn::InitializerAttrInterface init;
  nn::InitTarget target;
  /// Null for row-major storage.
  nn::PanelsAttr layout;

  FillKind getKind() const;
  /// fill(parameters, offset, rows, columns, name, seed, arguments…)
  mlir::FunctionType getFunctionType(mlir::MemRefType parameters) const;
  llvm::SmallVector<mlir::Value>
  getOperands(mlir::ImplicitLocOpBuilder &builder, mlir::Value parameters,
              int64_t offset, llvm::StringRef name, mlir::Value seed) const;
};

/// Emits the body of a fill function, which computes element i of a parameter
/// as `init` says from word i mod 4 of
/// Philox(counter = (⌊i/4⌋ low, ⌊i/4⌋ high, draw, 0), key), the key being the
/// first two words of Philox(counter = (name, 0, 0), key = seed).
class FillEmitter {
public:
  FillEmitter(mlir::func::FuncOp function, const Fill &fill,
              const VectorTarget &target);

  void emit();

private:
  class StoredTensor;

  void emitKey();
  void emitRowMajor();
  void emitRowMajorVectors(mlir::Value row, mlir::Value rowStart,
                           mlir::Value start);
  void emitPanels();
  /// `count` neighbouring vectors of rows, and as many columns as a block has.
  void emitPanelVectors(mlir::Value panel, mlir::Value vector,
                        mlir::Value column, int64_t count);
  void drawPanelVector(
      mlir::Value firstRow, mlir::Value column,
      llvm::MutableArrayRef<llvm::SmallVector<mlir::Value, 1>> draws);

  /// Random word `draw` of each of a block's four elements, for scalar or
  /// vector i64 block numbers: i64, of which the lower halves count.
  std::array<mlir::Value, 4> words(mlir::Value block, unsigned draw);
  /// The same of single elements, given their i64 numbers.
  mlir::Value wordOf(mlir::Value element, unsigned draw);
  /// The i32s that are the lower halves of `first` and `second` in turn, for
  /// vectors; where there is no second one, those of `first`.
  mlir::Value pair(mlir::Value first, mlir::Value second);
  /// For each four blocks, the words 0, 1, 2, 3, 0, …: `blocks` are numbered by
  /// `rowMajorBlocks`.
  std::array<mlir::Value, 2> inOrder(const std::array<mlir::Value, 4> &words);
  mlir::Value rowMajorBlocks(mlir::Value first);

  /// The element that `init` makes of its words, a scalar or a vector.
  mlir::Value element(mlir::Type type, llvm::ArrayRef<mlir::Value> draws,
                      mlir::Value row, mlir::Value column);
  /// Elements of several vectors, some of them computed as one: their chains of
  /// dependent operations then run side by side.
  llvm::SmallVector<mlir::Value>
  elements(llvm::ArrayRef<llvm::SmallVector<mlir::Value, 1>> draws,
           llvm::ArrayRef<mlir::Value> rows,
           llvm::ArrayRef<mlir::Value> columns);
  mlir::Value concatenate(llvm::ArrayRef<mlir::Value> vectors);
  mlir::Value scalarElement(mlir::Value row, mlir::Value column,
                            mlir::Value number);

  mlir::Value index(int64_t value);
  mlir::Value toI64(mlir::Value index);
  mlir::Value toI32(mlir::Value index);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value splat(mlir::Type type, mlir::Value scalar);
  mlir::Value constantI64(mlir::Type type, int64_t value);
  /// first, first + step, … as a vector of `element`.
  mlir::Value iota(mlir::Type element, int64_t size, int64_t step = 1,
                   int64_t first = 0);

  mlir::ImplicitLocOpBuilder b;
  mlir::func::FuncOp function;
  Fill fill;
  FillKind kind;
  unsigned numDraws;
  bool usesPosition;
  bool bigEndian;
  int64_t lanes;
  mlir::VectorType vectorType;
  mlir::Value rows, columns;
  std::array<mlir::Value, 2> key;
  /// The numbers of the first column's elements, or blocks, of even and odd
  /// lanes, relative to the first lane's.
  std::array<mlir::Value, 2> laneStarts;
  /// The stored parameter as floats.
  mlir::Value storage;
};

} // namespace nascent::codegen

#endif // NASCENT_CODEGEN_FILLEMITTER_H
