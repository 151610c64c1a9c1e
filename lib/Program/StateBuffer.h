//===- StateBuffer.h - What a stream keeps, in memory -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call reads the states that the one before it has written. They are in the
// buffer twice: a call reads one side and writes the other, so that no kernel
// writes what another one still reads. A word before them says which is next.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_STATEBUFFER_H
#define NASCENT_LIB_PROGRAM_STATEBUFFER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent::program {

/// How many of a forward function's inputs and outputs, the last ones, are
/// states (`nn.states`).
unsigned countStates(mlir::func::FuncOp forward);

/// Checks that its inputs and outputs, of these types, end with them.
llvm::LogicalResult verifyStates(mlir::func::FuncOp forward,
                                 mlir::TypeRange inputs,
                                 mlir::TypeRange outputs);

class StateBuffer {
public:
  /// A buffer for states of these types, which have static shapes.
  explicit StateBuffer(llvm::ArrayRef<mlir::ShapedType> states);

  int64_t getBytes() const;

  /// Finds which side is next in `buffer`, i8s.
  void begin(mlir::ImplicitLocOpBuilder &b, mlir::Value buffer);
  /// Where state `index` is read, and where its next value is written: bytes.
  mlir::Value emitRead(mlir::ImplicitLocOpBuilder &b, unsigned index) const;
  mlir::Value emitWritten(mlir::ImplicitLocOpBuilder &b, unsigned index) const;
  /// Has the other side be next.
  void end(mlir::ImplicitLocOpBuilder &b) const;

private:
  llvm::SmallVector<int64_t> offsets;
  int64_t sideBytes = 0;
  mlir::Value side, word, readAt, writtenAt;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_STATEBUFFER_H
