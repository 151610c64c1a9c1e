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
/// as `init` says from its draws. A draw is made from the block
/// Philox(counter = (⌊i/4⌋ low, ⌊i/4⌋ high, number of the draw, 0), key), the
/// key being the first two words of Philox(counter = (name, 0, 0), key = seed).
/// Bits are word i mod 4 of it; the normals of elements 0 and 2 are a pair of
/// Box and Muller's from words 0 and 2, those of elements 1 and 3 from words 1
/// and 3.
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

  /// Random word `draw` of each of a block's four elements, for scalar or
  /// vector i64 block numbers: i64, of which the lower halves count.
  std::array<mlir::Value, 4> words(mlir::Value block, unsigned draw);
  /// i64 numbers of the even and of the odd lanes; only the former if there is
  /// one lane.
  using Numbers = std::array<mlir::Value, 2>;
  /// The same words as i32s, for all lanes.
  std::array<mlir::Value, 4> words(const Numbers &blocks, unsigned draw);
  /// A draw of single elements, given their numbers.
  mlir::Value drawOf(const Numbers &elements, unsigned draw, nn::Draw kind);
  /// The i32s that are the lower halves of the even and odd lanes' numbers.
  mlir::Value pack(const Numbers &numbers);
  /// Makes the second words' coordinates and the first words' from pairs of
  /// words, in place.
  void makeNormal(llvm::MutableArrayRef<mlir::Value> first,
                  llvm::MutableArrayRef<mlir::Value> second);
  /// Draws of `count` vectors of neighbouring elements, two at a time.
  llvm::SmallVector<mlir::Value> rowMajorDraws(mlir::Value firstBlock,
                                               int64_t count, unsigned draw);
  mlir::Value rowMajorBlocks(mlir::Value first);
  /// The numbers of a column's blocks, or elements, by lanes.
  Numbers panelNumbers(mlir::Value firstRow, mlir::Value column);
  /// Draws of as many columns as a block has, for one vector of rows after the
  /// other.
  llvm::SmallVector<mlir::Value> panelDraws(llvm::ArrayRef<Numbers> vectors,
                                            unsigned draw);

  /// The element that `init` makes of its words, a scalar or a vector.
  mlir::Value element(mlir::Type type, llvm::ArrayRef<mlir::Value> drawn,
                      mlir::Value row, mlir::Value column);
  /// Elements of several vectors, some of them computed as one: their chains of
  /// dependent operations then run side by side. For each draw, `drawn` has as
  /// many vectors as there are of `rows` and `columns`.
  llvm::SmallVector<mlir::Value>
  elements(llvm::ArrayRef<llvm::SmallVector<mlir::Value>> drawn,
           llvm::ArrayRef<mlir::Value> rows,
           llvm::ArrayRef<mlir::Value> columns);
  mlir::Value concatenate(llvm::ArrayRef<mlir::Value> vectors);
  /// The opposite.
  void separate(mlir::Value all, llvm::MutableArrayRef<mlir::Value> parts);
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
  llvm::SmallVector<nn::Draw> draws;
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
