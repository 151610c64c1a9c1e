//===- SpreadLanesTest.cpp - Vectors of one element -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/SpreadLanes.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

using namespace llvm;

namespace {

/// Where a lane of `value` is from: what is no shuffle, and the lane of that.
std::pair<Value *, int> sourceOf(Value *value, int lane) {
  if (auto *fence = dyn_cast<IntrinsicInst>(value);
      fence && fence->getIntrinsicID() == Intrinsic::arithmetic_fence)
    return sourceOf(fence->getArgOperand(0), lane);
  auto *shuffle = dyn_cast<ShuffleVectorInst>(value);
  if (!shuffle)
    return {value, lane};
  int from = shuffle->getMaskValue(lane);
  int width = cast<FixedVectorType>(shuffle->getOperand(0)->getType())
                  ->getNumElements();
  return from < width ? sourceOf(shuffle->getOperand(0), from)
                      : sourceOf(shuffle->getOperand(1), from - width);
}

/// A function whose body has `%v`, and stores vectors of one element each of
/// it: `lanes`.
std::unique_ptr<Module> parse(LLVMContext &context, ArrayRef<int> lanes,
                              StringRef type = "<8 x float>") {
  std::string body;
  for (auto [index, lane] : enumerate(lanes)) {
    std::string mask;
    for (int i = 0; i < 8; ++i)
      mask += (i ? ", i32 " : "i32 ") + std::to_string(lane);
    std::string name = "%s" + std::to_string(index);
    body += name + " = shufflevector " + type.str() + " %v, " + type.str() +
            " poison, <8 x i32> <" + mask + ">\nstore " + type.str() + " " +
            name + ", ptr %p\n";
  }
  std::string text = "define void @f(ptr %p) {\n%v = load " + type.str() +
                     ", ptr %p\n" + body + "ret void\n}\n";
  SMDiagnostic error;
  auto module = parseAssemblyString(text, error, context);
  EXPECT_TRUE(module) << error.getMessage().str();
  return module;
}

/// How many shuffles fill a whole vector with one element, across its halves.
unsigned countCrossing(Function &function) {
  return count_if(instructions(function), [](Instruction &instruction) {
    auto *shuffle = dyn_cast<ShuffleVectorInst>(&instruction);
    return shuffle && shuffle->getShuffleMask().size() == 8 &&
           getSplatIndex(shuffle->getShuffleMask()) >= 0;
  });
}

/// What the stores store, lane by lane, is `lanes` of the one load.
void expectStores(Function &function, ArrayRef<int> lanes) {
  size_t index = 0;
  for (Instruction &instruction : instructions(function)) {
    auto *store = dyn_cast<StoreInst>(&instruction);
    if (!store)
      continue;
    for (int i = 0; i < 8; ++i) {
      auto [source, lane] = sourceOf(store->getValueOperand(), i);
      EXPECT_TRUE(isa<LoadInst>(source));
      EXPECT_EQ(lane, lanes[index]) << "store " << index << ", lane " << i;
    }
    ++index;
  }
  EXPECT_EQ(index, lanes.size());
  EXPECT_FALSE(verifyFunction(function, &errs()));
}

TEST(SpreadLanes, FillsByShufflesWithinHalves) {
  LLVMContext context;
  int lanes[] = {0, 5, 3, 7, 1, 4};
  auto module = parse(context, lanes);
  Function &function = *module->getFunction("f");
  EXPECT_EQ(countCrossing(function), 6u);
  nascent::spreadLanes(function);
  EXPECT_EQ(countCrossing(function), 0u);
  expectStores(function, lanes);
}

TEST(SpreadLanes, LeavesAHalfOfWhichOneLaneIsUsed) {
  LLVMContext context;
  int lanes[] = {0, 6, 2};
  auto module = parse(context, lanes);
  Function &function = *module->getFunction("f");
  nascent::spreadLanes(function);
  EXPECT_EQ(countCrossing(function), 1u);
  expectStores(function, lanes);
}

TEST(SpreadLanes, LeavesElementsThatAreNoFloats) {
  LLVMContext context;
  int lanes[] = {0, 1, 2, 3};
  auto module = parse(context, lanes, "<8 x i32>");
  Function &function = *module->getFunction("f");
  nascent::spreadLanes(function);
  EXPECT_EQ(countCrossing(function), 4u);
  expectStores(function, lanes);
}

} // namespace
