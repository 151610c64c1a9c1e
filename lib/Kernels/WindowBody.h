//===- WindowBody.h - Tensors of a window kernel in vectors -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_WINDOWBODY_H
#define NASCENT_LIB_KERNELS_WINDOWBODY_H

#include "KernelBody.h"
#include "WindowOperands.h"
#include <map>

namespace nascent::kernels {

/// Where a loop is: so many steps after `base`, which null stands for 0 in.
struct Counter {
  mlir::Value base;
  int64_t offset = 0;

  Counter operator+(int64_t steps) const { return {base, offset + steps}; }
};

/// The elements that one vector is computed of: `active` of `lanes` columns,
/// from the counters on.
struct WindowCell {
  /// Of all loops of the kernel.
  llvm::SmallVector<Counter> counters;
  int64_t lanes = 1, active = 1;
  /// It is one of so many neighbours along the loop of the tile's rows.
  int64_t row = 0, rows = 1;
};

/// Evaluates the values of a window kernel at cells.
class WindowBody {
public:
  /// Vectors are along the loop `columns`, and tiles along `rows`, if there is
  /// one.
  WindowBody(mlir::ImplicitLocOpBuilder &builder, KernelBody &body,
             const WindowOperands &operands, unsigned columns,
             std::optional<unsigned> rows, int64_t lanes);

  /// A vector, or a scalar that is the same in all lanes.
  mlir::Value evaluate(unsigned value, const WindowCell &cell);
  /// The same, of an operand of a reduction, in its loops.
  llvm::SmallVector<mlir::Value> evaluateInputs(const WindowValue &value,
                                                const WindowCell &cell);
  /// One step of a reduction.
  mlir::Value apply(const WindowValue &value, mlir::ValueRange operands,
                    const WindowCell &cell);
  /// Begins another cell, where the reduction has come to `sum`.
  void define(mlir::Value sum);
  void store(mlir::Value value, const WindowCell &cell);

  mlir::Value valueOf(const Counter &counter);
  /// A sum of counters.
  Counter sumOf(const LinearIndex &index, const WindowCell &cell);

  /// What is loaded inside of a block is forgotten after it.
  class Scope {
  public:
    explicit Scope(WindowBody &body) : body(body), outside(body.loaded) {}
    ~Scope() { body.loaded = std::move(outside); }

  private:
    WindowBody &body;
    std::map<std::vector<int64_t>, mlir::Value> outside;
  };

private:
  /// A buffer with an index for each of some dimensions of an access. Where
  /// that of vectors is none of them, there is a last index that is 0.
  struct View {
    mlir::Value buffer;
    llvm::SmallVector<unsigned> dims;
    bool hasLast = false;
  };
  struct Seen {
    /// Of single elements; or of vectors, with their dimension last.
    View view;
    std::optional<int64_t> step;
    /// How many neighbouring lanes have the same element, the next ones having
    /// the next.
    int64_t repeats = 1;
    /// Of vectors along the tile's rows, which are then transposed.
    std::optional<View> alongRows;
  };

  /// For vectors, the dimension `last`, if it is given, is that of their
  /// elements.
  View view(const WindowAccess &access, std::optional<unsigned> last,
            bool hasLast);
  Seen see(const WindowAccess &access);
  /// Which dimension of `access` neighbours along `loop` are neighbours in.
  std::optional<unsigned> findLast(const WindowAccess &access, unsigned loop);
  /// The dimension in which neighbours along the columns are elements that are
  /// repeated, and how often.
  std::pair<std::optional<unsigned>, int64_t>
  findRepeated(const WindowAccess &access);
  mlir::Value indexAt(const WindowAccess &access, unsigned dim,
                      const WindowCell &cell);
  llvm::SmallVector<mlir::Value> indicesOf(const WindowAccess &access,
                                           const View &view,
                                           const WindowCell &cell);
  mlir::Value load(unsigned value, const WindowCell &cell);
  /// One element for each lane.
  mlir::Value gather(const WindowAccess &access, const View &view,
                     const WindowCell &cell);
  mlir::Value loadRepeated(const WindowAccess &access, const Seen &from,
                           const WindowCell &cell);
  mlir::Value loadTransposed(unsigned value, const View &view,
                             const WindowCell &cell);
  /// What tells loads of `value` apart.
  std::vector<int64_t> keyOf(unsigned value, const WindowCell &cell);
  Counter evaluateIndex(mlir::AffineExpr index, const WindowCell &cell);
  /// The counters of all lanes.
  mlir::Value lanesOf(mlir::AffineExpr index, const WindowCell &cell);
  mlir::Value number(int64_t value);

  mlir::ImplicitLocOpBuilder &b;
  KernelBody &body;
  const WindowOperands &operands;
  unsigned columns;
  std::optional<unsigned> rows;
  int64_t lanes;
  llvm::SmallVector<Seen> seen;
  Seen output;
  /// By place, at the current cell.
  llvm::SmallVector<mlir::Value> evaluated;
  std::map<std::vector<int64_t>, mlir::Value> loaded;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_WINDOWBODY_H
