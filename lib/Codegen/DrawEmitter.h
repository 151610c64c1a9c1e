//===- DrawEmitter.h - What elements draw -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CODEGEN_DRAWEMITTER_H
#define NASCENT_LIB_CODEGEN_DRAWEMITTER_H

#include "FillBuilder.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Dialect/NN/IR/InitContext.h"
#include <array>

namespace nascent::codegen {

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

  /// `kinds` is what an element draws; vectors have `lanes` elements.
  /// `manyBlocks`: whether block numbers need more than 32 bits.
  DrawEmitter(FillBuilder &builder, llvm::ArrayRef<nn::Draw> kinds,
              int64_t lanes, bool manyBlocks, bool bigEndian)
      : b(builder), kinds(kinds), lanes(lanes), manyBlocks(manyBlocks),
        bigEndian(bigEndian) {}

  /// How many draws an element has.
  unsigned size() const { return kinds.size(); }
  bool empty() const { return kinds.empty(); }

  /// The key: the first two words of Philox(counter = (name, 0, 0), key =
  /// seed), both i64. To be called before all that follows.
  void emitKey(Value name, Value seed);

  /// Draw `draw` of single elements, by their numbers.
  Value ofElements(const Numbers &elements, unsigned draw) {
    return ofElements(elements, draw, kinds[draw]);
  }
  /// The same of bits, whatever the kind.
  Value bitsOf(Value element, unsigned draw) {
    return ofElements({element, Value()}, draw, nn::Draw::Bits);
  }
  /// Draw `draw` of the elements 0, 1, 2 and 3 of vectors of blocks: four
  /// vectors each.
  llvm::SmallVector<Value> ofBlocks(llvm::ArrayRef<Numbers> blocks,
                                    unsigned draw);
  /// Draw `draw` of `count` vectors, an even number, of neighbouring elements.
  llvm::SmallVector<Value> ofNeighbours(Value firstBlock, int64_t count,
                                        unsigned draw);

private:
  /// The words of blocks of scalar or vector i64 numbers: i64, of which the
  /// lower halves count.
  std::array<Value, 4> words(Value block, unsigned draw);
  /// The same as i32s for all lanes.
  std::array<Value, 4> words(const Numbers &blocks, unsigned draw);
  /// The i32s that are the lower halves of the even and odd lanes' numbers.
  Value pack(const Numbers &numbers);
  Value ofElements(const Numbers &elements, unsigned draw, nn::Draw kind);
  /// Turns the words of elements 0 and 1 of blocks, and those of 2 and 3, into
  /// normal numbers in place, all of them side by side.
  void makeNormal(llvm::MutableArrayRef<Value> first,
                  llvm::MutableArrayRef<Value> second);
  /// The numbers of the blocks of two vectors.
  Value neighbouringBlocks(Value first);

  FillBuilder &b;
  llvm::SmallVector<nn::Draw> kinds;
  int64_t lanes;
  bool manyBlocks;
  bool bigEndian;
  std::array<Value, 2> key;
};

} // namespace nascent::codegen

#endif // NASCENT_LIB_CODEGEN_DRAWEMITTER_H
