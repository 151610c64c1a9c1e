//===- DrawEmitter.h - What elements draw -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_DRAWEMITTER_H
#define NASCENT_LIB_PARAMETERS_DRAWEMITTER_H

#include "FillBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/InitContext.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Parameters/Fill.h"
#include <array>

namespace nascent::parameters {

/// Emits the draws of elements. Draw d of element i is made from the block
/// Philox(counter = (⌊i/4⌋ low, ⌊i/4⌋ high, d, 0), key). Bits are word i mod 4
/// of it; the normals of elements 0 and 2 are a pair of Box and Muller's from
/// words 0 and 2, those of elements 1 and 3 from words 1 and 3.
class DrawEmitter {
public:
  using Value = mlir::Value;
  /// i64 numbers of the even and of the odd lanes; only the former if there is
  /// one lane.
  using Numbers = std::array<Value, 2>;

  /// One draw of all elements: what its words are made of besides their block's
  /// number, all i64.
  struct Stream {
    nn::Draw kind;
    Value number;
    std::array<Value, 2> key;
  };
  /// Emits the draw of some elements, given numbers of them: i64.
  using Emit =
      llvm::function_ref<Value(const Stream &stream, mlir::ValueRange numbers)>;

  /// `kinds` is what an element draws; vectors have `lanes` elements.
  /// `manyBlocks`: whether block numbers need more than 32 bits. Functions of
  /// draws are added to `functions`.
  DrawEmitter(FillBuilder &builder, FillFunctions &functions,
              llvm::ArrayRef<nn::Draw> kinds, int64_t lanes, bool manyBlocks,
              bool bigEndian)
      : b(builder), functions(functions), kinds(kinds), lanes(lanes),
        manyBlocks(manyBlocks), bigEndian(bigEndian) {}

  /// How many draws an element has.
  unsigned size() const { return kinds.size(); }
  bool empty() const { return kinds.empty(); }
  /// Whether draws are calls of functions, since there are many.
  bool areShared() const;

  /// The key: the first two words of Philox(counter = (name, 0, 0), key =
  /// seed), both i64. To be called before all that follows.
  void emitKey(Value name, Value seed);

  /// Draw `draw` of elements of type f32, or a vector of it, as `emit` makes it
  /// of `numbers`: right here or, where draws are shared, in a function that is
  /// called here. All of one type must be made alike.
  Value emit(unsigned draw, mlir::Type type, mlir::ValueRange numbers,
             Emit emit);

  /// A draw of single elements, by their numbers.
  Value ofElements(const Stream &stream, const Numbers &elements);
  /// Of the elements 0, 1, 2 and 3 of vectors of blocks: four vectors each.
  llvm::SmallVector<Value> ofBlocks(const Stream &stream,
                                    llvm::ArrayRef<Numbers> blocks);
  /// Of `count` vectors, a multiple of four, of neighbouring elements.
  llvm::SmallVector<Value> ofNeighbours(const Stream &stream, Value firstBlock,
                                        int64_t count);
  /// Draw `draw` of an element as bits, whatever its kind.
  Value bitsOf(Value element, unsigned draw);

private:
  using Words = std::array<Value, 4>;

  Stream stream(unsigned draw, nn::Draw kind);
  /// The function whose code is being emitted.
  mlir::func::FuncOp caller();
  /// The words of a scalar block, whose last counter is 0, by a function:
  /// copies in every fill take long to compile.
  Words callPhilox(const std::array<Value, 3> &counter,
                   const std::array<Value, 2> &key);
  Words counter(const Stream &stream, Value block);
  /// The words of a block of scalar or vector i64 number: i64, of which the
  /// lower halves count.
  Words words(const Stream &stream, Value block);
  /// Whether two vectors of blocks are computed side by side, in a loop.
  static bool areLooped(Value blocks);
  /// The words of two such vectors.
  std::array<Words, 2> words(const Stream &stream, Value first, Value second);
  /// The same as i32s for all lanes.
  Words words(const Stream &stream, const Numbers &blocks);
  /// The i32s that are the lower halves of the even and odd lanes' numbers.
  Value pack(const Numbers &numbers);
  /// Turns the words of elements 0 and 1 of blocks, and those of 2 and 3, into
  /// normal numbers in place, all of them side by side.
  void makeNormal(llvm::MutableArrayRef<Value> first,
                  llvm::MutableArrayRef<Value> second);
  /// The numbers of the blocks of two vectors.
  Value neighbouringBlocks(Value first);

  // SharedDraws.cpp
  /// A function of a kind of draws, and where it writes vectors to.
  struct Shared {
    mlir::func::FuncOp function;
    Value buffer;
  };
  /// Memory on the stack of the function that fills, outside its loops.
  Value reserve(int64_t size, mlir::Type element);
  /// Memory that holds the key and the numbers, which are written to it unless
  /// the draw before has the same.
  Value handOver(llvm::ArrayRef<Value> values);
  Shared createShared(nn::Draw kind, mlir::Type type, Value values, Emit emit);
  Value callShared(const Stream &stream, mlir::Type type,
                   mlir::ValueRange numbers, Emit emit);

  FillBuilder &b;
  FillFunctions &functions;
  llvm::SmallVector<nn::Draw> kinds;
  int64_t lanes;
  bool manyBlocks;
  bool bigEndian;
  std::array<Value, 2> key;
  /// By their results' types.
  llvm::DenseMap<mlir::Type, Shared> shared;
  /// What was handed over last, and where.
  llvm::SmallVector<Value> handedOver;
  Value handedOverTo;
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_DRAWEMITTER_H
