//===- KernelEmitter.h - What kernels of all kinds share --------*- C++ -*-===//

#ifndef NASCENT_LIB_CODEGEN_KERNELEMITTER_H
#define NASCENT_LIB_CODEGEN_KERNELEMITTER_H

#include "KernelBody.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Codegen/KernelPlan.h"

namespace nascent::codegen {

/// Replaces the tensors of one kernel by loops that end in its store.
class KernelEmitter {
public:
  KernelEmitter(mlir::func::FuncOp kernel,
                mlir::bufferization::MaterializeInDestinationOp store,
                const VectorTarget &target);

protected:
  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value splat(mlir::Value scalar, int64_t lanes);

  /// Emits `inside` for `start`, `start + step`, … below `end`; as straight
  /// code where that is once.
  void forEach(int64_t start, int64_t end, int64_t step,
               llvm::function_ref<void(mlir::Value)> inside);

  /// The same for bounds that are known at run time only.
  void forEach(mlir::Value start, mlir::Value end, int64_t step,
               llvm::function_ref<void(mlir::Value)> inside);

  /// Tells LLVM not to unroll a loop: over tiles or rows, that multiplies code
  /// and compile time without shortening anything. Unless `hoist`, LLVM also
  /// leaves inside what is the same in every iteration: all inputs of a tile,
  /// hoisted out of the loop over panels, would be more than there are
  /// registers.
  mlir::LLVM::LoopAnnotationAttr keepAsWritten(bool hoist);

  /// Evaluates the root at `position` and stores it.
  llvm::LogicalResult storeRoot(const Position &position);

  mlir::ImplicitLocOpBuilder b;
  mlir::Value root;
  mlir::Value destination;
  VectorTarget target;
  unsigned rank;
  KernelBody body;
};

} // namespace nascent::codegen

#endif // NASCENT_LIB_CODEGEN_KERNELEMITTER_H
