//===- KernelEmitter.h - What kernels of all kinds share --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_KERNELEMITTER_H
#define NASCENT_LIB_KERNELS_KERNELEMITTER_H

#include "KernelBody.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Kernels/KernelPlan.h"

namespace nascent::kernels {

/// The lanes that rows are reduced in under strict numerics.
inline constexpr int64_t kStrictLanes = 16;

/// Replaces the tensors of one kernel by loops that end in its store. A kernel
/// with arguments that are its `part` and `parts` computes that part of its
/// work: of units that do not depend on `parts`, so that results do not,
/// either, every `parts`-th. Nothing is divided: not every target can.
class KernelEmitter {
public:
  KernelEmitter(mlir::func::FuncOp kernel,
                mlir::bufferization::MaterializeInDestinationOp store,
                const VectorTarget &target);

protected:
  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  mlir::Value splat(mlir::Value scalar, int64_t lanes);

  /// Emits `inside` for `start`, `start + step`, … below `end`; as straight
  /// code where that is once.
  void forEach(int64_t start, int64_t end, int64_t step,
               llvm::function_ref<void(mlir::Value)> inside);

  /// The same for bounds that are known at run time only.
  void forEach(mlir::Value start, mlir::Value end, int64_t step,
               llvm::function_ref<void(mlir::Value)> inside);

  /// How many units of work, from here on, come before this part's next one;
  /// null where all are to be done.
  using Turn = mlir::Value;

  /// Emits `inside` like `forEach`, each time being a unit of work, for those
  /// alone whose turn it is. Returns the turn in what follows.
  Turn forEachOwn(Turn turn, int64_t start, int64_t end, int64_t step,
                  llvm::function_ref<void(mlir::Value)> inside);

  /// The same for bounds that are known at run time only.
  void forEachOwn(Turn turn, mlir::Value start, mlir::Value end, int64_t step,
                  llvm::function_ref<void(mlir::Value)> inside);

  /// The same from 0 on, for units that are `length` long, so that each has
  /// `inside` several times.
  Turn forEachOwnBlock(Turn turn, int64_t end, int64_t step, int64_t length,
                       llvm::function_ref<void(mlir::Value)> inside);

  /// Accumulators of a tile, row by row.
  using Sums = llvm::SmallVector<mlir::Value>;

  /// Carries sums through a loop.
  Sums carry(mlir::Value start, mlir::Value end, int64_t step, Sums sums,
             llvm::function_ref<Sums(mlir::Value, mlir::ValueRange)> inside);

  /// The place that `bits` of f32 say, if it is one of `size`, else 0; and
  /// whether it is.
  std::pair<mlir::Value, mlir::Value> placeOf(mlir::Value bits,
                                              mlir::Value size);

  mlir::Value multiplyAdd(mlir::Value x, mlir::Value y, mlir::Value sum);

  /// What `combine`, the last operation of a reduction, makes of the lanes of
  /// `sums`, taken in order.
  mlir::Value joinLanes(mlir::Operation *combine, mlir::Value sums);

  /// Evaluates the root at `position` and stores it. From column `end` of the
  /// vector on, it is zero, if there are columns from there on.
  llvm::LogicalResult storeRoot(const Position &position,
                                std::optional<int64_t> end = {});

  mlir::ImplicitLocOpBuilder b;
  mlir::Value root;
  mlir::Value destination;
  VectorTarget target;
  /// The part that is computed, and of how many; null in a kernel that computes
  /// all.
  mlir::Value part, parts;
  unsigned rank;
  KernelBody body;

private:
  void emitLoop(mlir::Value start, mlir::Value end, mlir::Value step,
                llvm::function_ref<void(mlir::Value)> inside);
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_KERNELEMITTER_H
