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

  std::string suffix() const;
};

/// Emits the body of
///
///   fill(parameters, offset, rows, columns, name, seed, arguments…)
///
/// which computes element i of a parameter as `init` says from word i mod 4 of
/// Philox(counter = (⌊i/4⌋ low, ⌊i/4⌋ high, draw, 0), key), the key being the
/// first two words of Philox(counter = (name, 0, 0), key = seed).
class FillEmitter {
public:
  FillEmitter(mlir::func::FuncOp function, nn::InitializerAttrInterface init,
              FillKind kind, const VectorTarget &target);

  void emit();

private:
  void emitKey();
  void emitRowMajor();
  void emitPanels();

  /// The four words of the blocks, for scalar or vector i64 block numbers.
  std::array<mlir::Value, 4> words(mlir::Value block);
  /// The word of each element's block that belongs to it.
  mlir::Value wordOf(mlir::Value element);
  /// The element that `init` makes of a word, a scalar or a vector.
  mlir::Value element(mlir::Type type, mlir::Value bits);

  mlir::Value index(int64_t value);
  mlir::Value splat(mlir::Type type, mlir::Value scalar);
  mlir::Value constantI64(mlir::Type type, int64_t value);
  mlir::Type withElement(mlir::Type like, mlir::Type element);

  mlir::ImplicitLocOpBuilder b;
  mlir::func::FuncOp function;
  nn::InitializerAttrInterface init;
  FillKind kind;
  int64_t lanes;
  std::array<mlir::Value, 2> key;
  /// The stored parameter as floats.
  mlir::Value storage;
};

} // namespace nascent::codegen

#endif // NASCENT_CODEGEN_FILLEMITTER_H
