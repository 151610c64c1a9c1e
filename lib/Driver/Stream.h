//===- Stream.h - A sequence, block by block --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program does with a network that was compiled with `--stream`, for
// `nascent-run`: the sequence is cut into blocks of equal length and what is
// left, each of which is a binding, and the outputs are joined.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_STREAM_H
#define NASCENT_LIB_DRIVER_STREAM_H

#include "ReadArray.h"
#include "nascent/Execution/LoadedNetwork.h"
#include "nascent/Support/Binding.h"

namespace nascent {

/// How a sequence is cut.
struct StreamPlan {
  /// The labels of the bindings.
  static constexpr llvm::StringLiteral kBlock = "block", kRest = "rest";

  /// How many steps there are, a block has, and the last one has, if there are
  /// some left for it.
  int64_t steps = 0, block = 0, rest = 0;
  /// Along which dimension of each input, and of each output, steps are. An
  /// output that is of the last step alone has none.
  llvm::SmallVector<std::optional<unsigned>> inputDims, outputDims;

  /// Cuts the sequence that a network is bound to into blocks of `block` steps.
  /// Fails, with what to do, where it has none.
  static llvm::Expected<StreamPlan> create(nn::SequentialOp network,
                                           const Binding &whole, int64_t block);
  /// The bindings of blocks, in place of that of the whole. Where several leave
  /// no rest, the whole stands for it, since in what both differ are steps.
  std::vector<std::string> bind(const Binding &whole) const;
  /// Finds steps in the outputs, once shapes are inferred, and removes the
  /// rest where there is none.
  void settle(mlir::ModuleOp module, llvm::StringRef network);
  /// The shape that a buffer of blocks has for the whole sequence.
  llvm::SmallVector<int64_t> wholeShape(llvm::ArrayRef<int64_t> ofBlock,
                                        std::optional<unsigned> dim) const;
};

/// A sequence that runs through a network.
class StreamRun {
public:
  /// Makes buffers for blocks. Fails where the network does not know as many
  /// steps, or memory does not suffice.
  static llvm::Expected<std::unique_ptr<StreamRun>>
  create(const StreamPlan &plan, const LoadedNetwork &network,
         llvm::ArrayRef<Array> inputs, llvm::MutableArrayRef<Array> outputs);

  /// Computes the outputs of the whole sequence, from its beginning. Fails
  /// where the network refuses a block.
  llvm::Error run();
  /// A block by itself, of a sequence that goes on.
  const ForwardCall &getBlock() const { return parts.front().call; }

private:
  /// What is computed by one call.
  struct Part {
    int64_t steps = 0;
    std::vector<Array> inputs, outputs;
    ForwardCall call;
  };

  StreamRun(const StreamPlan &plan, llvm::ArrayRef<Array> inputs,
            llvm::MutableArrayRef<Array> outputs)
      : plan(plan), inputs(inputs), outputs(outputs) {}
  llvm::Error add(const LoadedNetwork &network, llvm::StringRef label,
                  int64_t steps);
  llvm::Error run(const Part &part, int64_t first);

  const StreamPlan &plan;
  llvm::ArrayRef<Array> inputs;
  llvm::MutableArrayRef<Array> outputs;
  AlignedBuffer state;
  std::vector<Part> parts;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_STREAM_H
