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
// Steps that came before are moved by that in each call, however few are new.
// So many of them are in a ring instead, behind each other: a block adds its
// steps, and goes on from there. What is written is so twice, as far from each
// other as the ring is long: all that a block reads then lies side by side,
// wherever it begins.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_STATEBUFFER_H
#define NASCENT_LIB_PROGRAM_STATEBUFFER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent::program {

/// On a forward function with rings: the most steps that a block of its
/// network has. A state is a ring where what is written is longer than what is
/// read: it is that with the block's steps behind it, in the same place.
inline constexpr llvm::StringLiteral kRingStepsAttrName = "nn.ring_steps";

/// On a forward function of which layers depend on a step's place: how many
/// steps may come before a block, or, of an open length, until its end. How
/// many have come is the first state, as a word of each row.
inline constexpr llvm::StringLiteral kPlacesAttrName = "nn.places";

/// How many of a forward function's inputs and outputs, the last ones, are
/// states (`nn.states`).
unsigned countStates(mlir::func::FuncOp forward);

/// Checks that its inputs and outputs, of these types, end with them.
llvm::LogicalResult verifyStates(mlir::func::FuncOp forward,
                                 mlir::TypeRange inputs,
                                 mlir::TypeRange outputs);

/// Whether `output` is what `input` was with more steps behind it, side by
/// side.
bool isRing(mlir::Type input, mlir::Type output);

class StateBuffer {
public:
  /// A buffer for the states of `forward`, whose inputs and outputs have these
  /// types, which hold for `verifyStates`.
  StateBuffer(mlir::func::FuncOp forward, mlir::TypeRange inputs,
              mlir::TypeRange outputs);

  int64_t getBytes() const { return bytes; }

  /// Whether as many steps may come as the function's places are, with `more`
  /// that are not there yet.
  mlir::Value emitPlacesFit(mlir::ImplicitLocOpBuilder &b, int64_t places,
                            mlir::Value more) const;
  /// Finds which places are next in `buffer`, i8s.
  void begin(mlir::ImplicitLocOpBuilder &b, mlir::Value buffer);
  /// Where state `index` is read, and where its next value is written: bytes.
  mlir::Value emitRead(mlir::ImplicitLocOpBuilder &b, unsigned index) const;
  mlir::Value emitWritten(mlir::ImplicitLocOpBuilder &b, unsigned index) const;
  /// Has those be next that have been written.
  void end(mlir::ImplicitLocOpBuilder &b) const;

private:
  struct State {
    /// From the beginning of a side, or of the buffer for a ring.
    int64_t offset;
    /// Of a ring: the steps that are read before a block's, the block's, how
    /// many places there are, and the words of one.
    int64_t before = 0, steps = 0, places = 0, words = 0;
    bool isRing() const { return places != 0; }
    int64_t getWord() const { return offset / int64_t(sizeof(int32_t)); }
  };

  mlir::Value loadWord(mlir::ImplicitLocOpBuilder &b, int64_t index) const;
  void storeWord(mlir::ImplicitLocOpBuilder &b, mlir::Value word,
                 int64_t index) const;
  /// Writes a ring's new steps where they are as well, and moves on.
  void turn(mlir::ImplicitLocOpBuilder &b, const State &ring,
            mlir::Value first) const;

  llvm::SmallVector<State> states;
  int64_t sideBytes = 0, bytes = 0;
  mlir::Value bytesOf, words, side, readAt, writtenAt;
  /// Of each state, where its ring goes on, in places; null where it has none.
  llvm::SmallVector<mlir::Value> firsts;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_STATEBUFFER_H
