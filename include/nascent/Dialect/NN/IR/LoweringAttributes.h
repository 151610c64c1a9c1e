//===- LoweringAttributes.h - What lowered functions remember ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Discardable attributes that link the stages after layout assignment.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_LOWERINGATTRIBUTES_H
#define NASCENT_DIALECT_NN_IR_LOWERINGATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace nascent::nn {

/// On the module, from layouts on: the hash of the networks, by which their
/// header names the model.
inline constexpr llvm::StringLiteral kModelAttrName = "nn.model";
/// On the module, once networks are lowered: a `#nn.interface` for each, and
/// what may run forward on several threads, where anything may.
inline constexpr llvm::StringLiteral kInterfacesAttrName = "nn.interfaces";
inline constexpr llvm::StringLiteral kThreadsAttrName = "nn.threads";
/// On the module, likewise: networks take sequences block by block.
inline constexpr llvm::StringLiteral kStreamAttrName = "nn.stream";
/// On the module, likewise: networks are trained in one call, too.
inline constexpr llvm::StringLiteral kTrainSgdAttrName = "nn.train_sgd";
/// On the module, likewise: for each network that is trained by a loss an array
/// with what there is to say of that for each entry, but for what is as usual.
inline constexpr llvm::StringLiteral kLossesAttrName = "nn.losses";

/// On a network, then on its functions: the bytes of its parameter buffer.
inline constexpr llvm::StringLiteral kParameterBytesAttrName =
    "nn.parameter_bytes";
/// On a lowered function: the name of the network it belongs to.
inline constexpr llvm::StringLiteral kNetworkAttrName = "nn.network";
/// On a forward function: the label of its binding, where it has one.
inline constexpr llvm::StringLiteral kEntryAttrName = "nn.entry";
/// On a forward function: the rows of the batch that it computes, where those
/// are not all.
inline constexpr llvm::StringLiteral kRowsAttrName = "nn.rows";
/// On such a function: how many rows the batch has, where it is not open.
inline constexpr llvm::StringLiteral kBatchAttrName = "nn.batch";
/// On a forward function that computes a segment of a network, with other rows
/// at a time than others: which one, from 0 on, and names of the values that it
/// reads and writes, in the order of its inputs and outputs. x0, x1, … are the
/// network's inputs, y0, … its outputs, and h0, … what one segment leaves for
/// others.
inline constexpr llvm::StringLiteral kSegmentAttrName = "nn.segment";
inline constexpr llvm::StringLiteral kReadsAttrName = "nn.reads";
inline constexpr llvm::StringLiteral kWritesAttrName = "nn.writes";
/// On an argument of a forward function or of a kernel: its role.
inline constexpr llvm::StringLiteral kRoleAttrName = "nn.role";
/// On a forward function of a stream: how many of its inputs, and of its
/// outputs, the last ones, are what a call leaves for the next.
inline constexpr llvm::StringLiteral kStatesAttrName = "nn.states";
/// On its entry point: the bytes of the state, a buffer of the caller's.
inline constexpr llvm::StringLiteral kStateBytesAttrName = "nn.state_bytes";
/// On a forward function, once buffers are planned: the bytes of scratch.
inline constexpr llvm::StringLiteral kScratchBytesAttrName = "nn.scratch_bytes";
/// On a forward function of split kernels: how many of them it calls, and their
/// multiply-adds in all.
inline constexpr llvm::StringLiteral kStepsAttrName = "nn.steps";
inline constexpr llvm::StringLiteral kMultiplyAddsAttrName = "nn.multiply_adds";
/// On a forward function that runs on a team of OpenMP threads.
inline constexpr llvm::StringLiteral kParallelAttrName = "nn.parallel";
/// On a function that computes one fused layer.
inline constexpr llvm::StringLiteral kKernelAttrName = "nn.kernel";

/// On a network's function with open sizes: the function of them that says
/// whether they fit.
inline constexpr llvm::StringLiteral kFitsAttrName = "nn.fits";

/// On a kernel some of whose sizes are its arguments.
inline constexpr llvm::StringLiteral kOpenKernelAttrName = "nn.open_kernel";

/// On a kernel's argument: the buffer owns what lies behind each of its rows,
/// up to the next one and as much after the last. Of a parameter's only row,
/// that is up to `kBufferAlignment`.
inline constexpr llvm::StringLiteral kPaddedAttrName = "nn.padded";

/// On what a layer has become, in linalg: the layer's name. All that one layer
/// has become is one kernel, or part of one, unless it has several parts.
inline constexpr llvm::StringLiteral kLayerAttrName = "nn.layer";

/// Beside it, where a layer becomes several kernels: the name of the one.
inline constexpr llvm::StringLiteral kLayerPartAttrName = "nn.layer_part";

/// On what keeps others in the range of floats, as the maximum of a row in
/// softmax: no result depends on it, so that no gradient goes through it.
inline constexpr llvm::StringLiteral kNoGradientAttrName = "nn.no_gradient";

/// On a network, then on its functions, where it is there to be trained: which
/// of them it is, "loss", "gradients", "train_sgd" or "backward"; "entry" on
/// the public functions that call these.
inline constexpr llvm::StringLiteral kTrainingAttrName = "nn.training";

/// On a parameter that training changes: what its learning rate is multiplied
/// by, where that is not 1.
inline constexpr llvm::StringLiteral kRateAttrName = "nn.rate";

/// On what stores a statistic of a batch: how much of the running one it is.
inline constexpr llvm::StringLiteral kMomentumAttrName = "nn.momentum";

/// On a `tensor.pad` of a network's function: what it adds is in memory.
inline constexpr llvm::StringLiteral kHaloAttrName = "nn.halo";

/// On a contraction whose innermost rows move along a line of its first
/// operand: how many elements before each line, and behind, are zeros, in
/// memory or of a `tensor.pad`.
inline constexpr llvm::StringLiteral kLineHaloAttrName = "nn.line_halo";

/// On a dense layer, then on what it has become, then on its kernel: what is
/// overruled in its plan.
inline constexpr llvm::StringLiteral kPlanAttrName = "nn.plan";

/// The alignment, in bytes, of every parameter and every scratch buffer within
/// its buffer: a cache line, and the widest vector.
inline constexpr int64_t kBufferAlignment = 64;

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_LOWERINGATTRIBUTES_H
