//===- InitContext.h - What initialisers and fill loops share ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary of `InitializerAttrInterface`: the parameter that is filled,
// one element of it, and the whole of it in its storage. Initialisers know no
// layout, and whoever emits the loops knows no initialiser.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_INITCONTEXT_H
#define NASCENT_DIALECT_NN_IR_INITCONTEXT_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/LayerShapes.h"

namespace nascent::nn {

/// A parameter as its initialiser sees it.
struct InitTarget {
  Fan fan;
  llvm::ArrayRef<int64_t> shape;
  /// Where the initialiser's symbols are looked up from.
  mlir::Operation *scope = nullptr;

  /// (n, m, …) is n rows of m·… columns; a vector, or a scalar, is one row.
  int64_t getRows() const { return shape.size() < 2 ? 1 : shape.front(); }
  int64_t getColumns() const;
  /// What ranges of it are counted in: rows, but a vector's elements.
  int64_t getLength() const { return shape.empty() ? 1 : shape.front(); }
};

/// What an element takes from the random number generator at a time.
enum class Draw {
  /// 32 random bits: i32.
  Bits,
  /// A number of N(0, 1): f32.
  Normal
};

/// One element, or a vector of them.
struct InitElement {
  /// f32 or a vector of it.
  mlir::Type type;
  /// The initialiser's arguments, as vectors where `type` is one.
  llvm::ArrayRef<mlir::Value> arguments;
  /// Gives what the element draws, as `getDraws` asks for it, by the draw's
  /// number. To be called once for each, where it is used: many are emitted
  /// there, so that not all of them are live at once.
  llvm::function_ref<mlir::Value(unsigned number)> draw;
  /// The element's row and column: i32; null unless `usesPosition`.
  mlir::Value row, column;
  /// Where symbols are looked up from.
  mlir::Operation *scope = nullptr;
};

/// A parameter in its storage, as the matrix that `InitTarget` describes.
class InitTensor {
public:
  explicit InitTensor(mlir::ImplicitLocOpBuilder &builder) : b(builder) {}
  virtual ~InitTensor() = default;

  mlir::ImplicitLocOpBuilder &getBuilder() { return b; }
  /// The number of rows and columns, of type index.
  virtual mlir::Value getRows() = 0;
  virtual mlir::Value getColumns() = 0;
  virtual mlir::Value load(mlir::Value row, mlir::Value column) = 0;
  virtual void store(mlir::Value value, mlir::Value row,
                     mlir::Value column) = 0;
  /// Draw `number` of an element, which is of bits: i32.
  virtual mlir::Value draw(mlir::Value row, mlir::Value column,
                           unsigned number) = 0;
  /// The initialiser's arguments.
  virtual llvm::ArrayRef<mlir::Value> getArguments() = 0;

protected:
  mlir::ImplicitLocOpBuilder &b;
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_INITCONTEXT_H
