//===- BackwardParts.cpp - What computes outputs, what gradients ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardParts.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "llvm/ADT/SmallBitVector.h"
#include <limits>

namespace nascent::program {

using namespace mlir;

namespace {

/// Bytes of an argument.
struct Range {
  Value argument;
  int64_t begin = 0, end = std::numeric_limits<int64_t>::max();

  bool overlaps(const Range &other) const {
    return argument == other.argument && begin < other.end && other.begin < end;
  }
};

/// Where a buffer may be, which is the whole argument unless a view says more.
Range rangeOf(Value buffer) {
  Range range;
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
    auto bytes = dyn_cast<memref::ViewOp>(view.getOperation());
    APInt shift;
    if (bytes && bytes.getType().hasStaticShape() &&
        matchPattern(bytes.getByteShift(), m_ConstantInt(&shift))) {
      int64_t width = bytes.getType().getElementTypeBitWidth() / 8;
      range.begin = shift.getSExtValue();
      range.end = range.begin + bytes.getType().getNumElements() * width;
    }
    buffer = view.getViewSource();
  }
  range.argument = buffer;
  return range;
}

/// What a kernel does with each of its arguments.
struct Effects {
  llvm::SmallBitVector reads, writes;
};

Effects effectsOf(func::FuncOp kernel) {
  Effects effects;
  // Of one that is only declared, nothing is known.
  effects.reads.resize(kernel.getNumArguments(), kernel.isDeclaration());
  effects.writes.resize(kernel.getNumArguments(), kernel.isDeclaration());
  kernel.walk([&](Operation *op) {
    auto touched = dyn_cast<MemoryEffectOpInterface>(op);
    if (!touched)
      return;
    SmallVector<MemoryEffects::EffectInstance> instances;
    touched.getEffects(instances);
    for (const MemoryEffects::EffectInstance &instance : instances) {
      Value value = instance.getValue();
      auto argument =
          value ? dyn_cast<BlockArgument>(rangeOf(value).argument) : nullptr;
      if (!argument || argument.getOwner() != &kernel.front())
        continue;
      if (isa<MemoryEffects::Read>(instance.getEffect()))
        effects.reads.set(argument.getArgNumber());
      if (isa<MemoryEffects::Write>(instance.getEffect()))
        effects.writes.set(argument.getArgNumber());
    }
  });
  return effects;
}

struct Access {
  SmallVector<Range> reads, writes;
};

bool overlap(ArrayRef<Range> some, ArrayRef<Range> others) {
  return llvm::any_of(some, [&](const Range &one) {
    return llvm::any_of(
        others, [&](const Range &other) { return one.overlaps(other); });
  });
}

} // namespace

FailureOr<SmallVector<Part>> findParts(func::FuncOp function,
                                       ArrayRef<unsigned> outputGradients,
                                       ArrayRef<unsigned> outputs,
                                       SymbolTable &symbols) {
  llvm::DenseMap<StringAttr, Effects> kernels;
  SmallVector<func::CallOp> calls(function.front().getOps<func::CallOp>());
  SmallVector<Access> accesses;
  for (func::CallOp call : calls) {
    StringAttr callee = call.getCalleeAttr().getAttr();
    auto [known, isNew] = kernels.try_emplace(callee);
    if (isNew)
      known->second = effectsOf(symbols.lookup<func::FuncOp>(callee));
    Access &access = accesses.emplace_back();
    for (auto [index, operand] : llvm::enumerate(call.getOperands())) {
      if (known->second.reads.test(index))
        access.reads.push_back(rangeOf(operand));
      if (known->second.writes.test(index))
        access.writes.push_back(rangeOf(operand));
    }
  }
  auto argumentsAt = [&](ArrayRef<unsigned> places) {
    return llvm::map_to_vector(places, [&](unsigned place) {
      return Range{function.getArgument(place)};
    });
  };

  // Outputs are there before the caller has their gradients, and a buffer for
  // those of parameters, where statistics of the batch go, too.
  SmallVector<Range> given = argumentsAt(outputGradients);
  SmallVector<Range> needed =
      argumentsAt(nn::findArguments(function, nn::Role::Gradients));
  auto *firstBehind = llvm::find_if(accesses, [&](const Access &access) {
    return overlap(access.reads, given) || overlap(access.writes, needed);
  });
  size_t numForward = firstBehind - accesses.begin();
  SmallVector<Part> parts(calls.size(), Part::Inputs);
  std::fill_n(parts.begin(), numForward, Part::Forward);
  SmallVector<Range> results = argumentsAt(outputs);
  for (size_t i = calls.size(); i-- > numForward;) {
    const Access &access = accesses[i];
    if (overlap(access.writes, results))
      return calls[i].emitOpError(
          "writes an output behind what reads the gradient of one or writes "
          "one of a parameter; outputs are computed first");
    if (!overlap(access.writes, needed))
      continue;
    parts[i] = Part::Parameters;
    llvm::append_range(needed, access.reads);
  }
  return parts;
}

} // namespace nascent::program
