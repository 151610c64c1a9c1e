//===- ShareKernels.cpp - One kernel for many that differ in numbers ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers of many different widths make as many kernels, of which most are the
// same loops with other ends and other distances between rows. Code for each of
// them is what a compilation would spend its time on.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Kernels/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_SHAREKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// A kernel whose index constants have become arguments of its entry block.
struct Candidate {
  func::FuncOp kernel;
  SmallVector<int64_t> numbers;
  SmallVector<Location> locations;
};
using Group = SmallVector<Candidate>;

/// Equal for kernels that differ in numbers only.
llvm::hash_code hashOf(func::FuncOp kernel) {
  llvm::hash_code hash(kernel.front().getNumArguments());
  kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    hash = llvm::hash_combine(
        hash, isa<arith::ConstantIndexOp>(op)
                  ? hash_value(op->getName())
                  : OperationEquivalence::computeHash(
                        op, OperationEquivalence::ignoreHashValue,
                        OperationEquivalence::ignoreHashValue,
                        OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

Candidate takeNumbers(func::FuncOp kernel) {
  Candidate candidate{kernel, {}, {}};
  SmallVector<arith::ConstantIndexOp> constants;
  kernel.walk([&](arith::ConstantIndexOp op) { constants.push_back(op); });
  for (arith::ConstantIndexOp op : constants) {
    candidate.numbers.push_back(op.value());
    candidate.locations.push_back(op.getLoc());
    op.replaceAllUsesWith(
        kernel.front().addArgument(op.getType(), op.getLoc()));
    op.erase();
  }
  return candidate;
}

/// Gives the kernel `values` for its numbers.
void replaceNumbers(Candidate &candidate, ArrayRef<Value> values) {
  Block &entry = candidate.kernel.front();
  unsigned first = candidate.kernel.getNumArguments();
  for (auto [i, value] : llvm::enumerate(values))
    entry.getArgument(first + i).replaceAllUsesWith(value);
  entry.eraseArguments(first, values.size());
}

bool areEqual(const Candidate &x, const Candidate &y) {
  func::FuncOp f = x.kernel, g = y.kernel;
  auto attributesOf = [](func::FuncOp function) {
    NamedAttrList attributes(function->getAttrs());
    attributes.erase(function.getSymNameAttrName());
    return attributes.getDictionary(function.getContext());
  };
  return attributesOf(f) == attributesOf(g) &&
         OperationEquivalence::isRegionEquivalentTo(
             &f.getBody(), &g.getBody(), OperationEquivalence::IgnoreLocations);
}

struct ShareKernelsPass : impl::ShareKernelsBase<ShareKernelsPass> {
  void runOnOperation() override {
    llvm::DenseSet<StringAttr> training = findCalled(/*byTraining=*/true);
    llvm::DenseSet<StringAttr> others = findCalled(/*byTraining=*/false);
    SmallVector<func::FuncOp> kernels, trainingOnly;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      StringAttr name = function.getSymNameAttr();
      bool isTraining = training.contains(name) && !others.contains(name);
      if (function->hasAttr(nn::kKernelAttrName) && function.isPrivate() &&
          !function.isDeclaration())
        (isTraining ? trainingOnly : kernels).push_back(function);
    }
    if (failed(shareAlike(kernels, /*areTraining=*/false)) ||
        failed(shareAlike(trainingOnly, /*areTraining=*/true)))
      return signalPassFailure();
    if (!shared.empty())
      replaceCalls();
  }

  LogicalResult shareAlike(ArrayRef<func::FuncOp> functions, bool areTraining) {
    llvm::MapVector<size_t, SmallVector<func::FuncOp>> alike;
    for (func::FuncOp function : functions)
      alike[hashOf(function)].push_back(function);
    for (auto &[hash, kernels] : alike)
      if (isWorthSharing(kernels.size(), areTraining))
        for (Group &group : divide(kernels)) {
          if (!isWorthSharing(group.size(), areTraining))
            putBack(group);
          else if (failed(share(group)))
            return failure();
        }
    return success();
  }

  /// What functions call that are there to train a network, or that are not.
  llvm::DenseSet<StringAttr> findCalled(bool byTraining) {
    llvm::DenseSet<StringAttr> called;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kTrainingAttrName) == byTraining)
        function.walk([&](func::CallOp call) {
          called.insert(call.getCalleeAttr().getAttr());
        });
    return called;
  }

  /// Kernels of one hash, in groups that differ in numbers only.
  SmallVector<Group> divide(ArrayRef<func::FuncOp> kernels) {
    SmallVector<Group> groups;
    for (func::FuncOp kernel : kernels) {
      Candidate candidate = takeNumbers(kernel);
      auto *group = llvm::find_if(groups, [&](const Group &other) {
        return areEqual(other.front(), candidate);
      });
      if (group == groups.end())
        group = &groups.emplace_back();
      group->push_back(std::move(candidate));
    }
    return groups;
  }

  void putBack(Group &group) {
    for (Candidate &candidate : group) {
      auto b = OpBuilder::atBlockBegin(&candidate.kernel.front());
      SmallVector<Value> constants;
      for (auto [number, location] :
           llvm::zip_equal(candidate.numbers, candidate.locations))
        constants.push_back(
            arith::ConstantIndexOp::create(b, location, number));
      replaceNumbers(candidate, constants);
    }
  }

  /// Keeps the first kernel. Numbers that not all kernels agree on become its
  /// first arguments, one for those that are always the same; the last ones may
  /// be its part and how many there are.
  LogicalResult share(Group &group) {
    func::FuncOp kept = group.front().kernel;
    auto b = OpBuilder::atBlockBegin(&kept.front());
    SmallVector<SmallVector<int64_t>> columns;
    SmallVector<Value> values;
    for (unsigned i = 0; i < group.front().numbers.size(); ++i) {
      auto column = llvm::map_to_vector(
          group, [&](const Candidate &each) { return each.numbers[i]; });
      if (llvm::all_equal(column)) {
        values.push_back(
            arith::ConstantIndexOp::create(b, kept.getLoc(), column.front()));
        continue;
      }
      unsigned place = llvm::find(columns, column) - columns.begin();
      if (place == columns.size()) {
        if (failed(kept.insertArgument(place, b.getIndexType(), {},
                                       kept.getLoc())))
          return failure();
        columns.push_back(std::move(column));
      }
      values.push_back(kept.getArgument(place));
    }
    replaceNumbers(group.front(), values);
    for (auto [member, candidate] : llvm::enumerate(group)) {
      Shared &entry = shared[candidate.kernel.getSymNameAttr()];
      entry.kernel = kept;
      for (ArrayRef<int64_t> column : columns)
        entry.arguments.push_back(column[member]);
    }
    for (Candidate &candidate : llvm::drop_begin(group)) {
      candidate.kernel.erase();
      ++numShared;
    }
    return success();
  }

  void replaceCalls() {
    getOperation().walk([&](func::CallOp call) {
      auto it = shared.find(call.getCalleeAttr().getAttr());
      // A module within this one has kernels of its own.
      if (it == shared.end() ||
          call->getParentOfType<ModuleOp>() != getOperation())
        return;
      OpBuilder b(call);
      SmallVector<Value> operands;
      for (int64_t number : it->second.arguments)
        operands.push_back(
            arith::ConstantIndexOp::create(b, call.getLoc(), number));
      llvm::append_range(operands, call.getOperands());
      call.getOperandsMutable().assign(operands);
      call.setCallee(it->second.kernel.getSymName());
    });
  }

  /// The kernel that stands for another, with the arguments that it needs.
  struct Shared {
    func::FuncOp kernel;
    SmallVector<int64_t> arguments;
  };
  llvm::DenseMap<StringAttr, Shared> shared;
};

} // namespace

} // namespace nascent::kernels
