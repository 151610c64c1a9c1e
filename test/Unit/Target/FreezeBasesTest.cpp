//===- FreezeBasesTest.cpp - Addresses that loops add to ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/FreezeBases.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

using namespace llvm;

namespace {

/// Two loops that add up, within one that stores the sum; `inner` is at the end
/// of the innermost.
std::unique_ptr<Module> parse(LLVMContext &context, StringRef inner) {
  std::string text = R"(
define void @f(ptr noalias %in, ptr noalias %out) {
entry:
  br label %rows
rows:
  %row = phi i64 [ 0, %entry ], [ %next.row, %stored ]
  %first = getelementptr [64 x float], ptr %in, i64 %row
  %place = getelementptr float, ptr %out, i64 %row
  br label %lines
lines:
  %line = phi i64 [ 0, %rows ], [ %next.line, %added ]
  %sum.line = phi float [ 0.0, %rows ], [ %more, %added ]
  %begin = getelementptr [8 x float], ptr %first, i64 %line
  br label %elements
elements:
  %element = phi i64 [ 0, %lines ], [ %next.element, %elements ]
  %sum = phi float [ %sum.line, %lines ], [ %more, %elements ]
  %address = getelementptr float, ptr %begin, i64 %element
  %value = load float, ptr %address
  %again = load float, ptr %first
  %more = call float @llvm.fma.f32(float %value, float %again, float %sum)
  )" + inner.str() + R"(
  %next.element = add i64 %element, 1
  %all.elements = icmp eq i64 %next.element, 8
  br i1 %all.elements, label %added, label %elements
added:
  %next.line = add i64 %line, 1
  %all.lines = icmp eq i64 %next.line, 8
  br i1 %all.lines, label %stored, label %lines
stored:
  store float %more, ptr %place
  %next.row = add i64 %row, 1
  %all.rows = icmp eq i64 %next.row, 4
  br i1 %all.rows, label %done, label %rows
done:
  ret void
}
)";
  SMDiagnostic error;
  auto module = parseAssemblyString(text, error, context);
  EXPECT_TRUE(module) << error.getMessage().str();
  return module;
}

Instruction *named(Function &function, StringRef name) {
  for (Instruction &instruction : instructions(function))
    if (instruction.getName() == name)
      return &instruction;
  return nullptr;
}

TEST(FreezeBasesTest, HidesWhatOuterLoopsComputed) {
  LLVMContext context;
  auto module = parse(context, "");
  Function &function = *module->getFunction("f");
  nascent::freezeBases(function);
  EXPECT_FALSE(verifyFunction(function, &errs()));
  // One copy, before the lines, of what both loops over them use.
  auto *base = dyn_cast<FreezeInst>(named(function, "begin")->getOperand(0));
  ASSERT_TRUE(base);
  EXPECT_EQ(base->getOperand(0), named(function, "first"));
  EXPECT_EQ(base->getParent()->getName(), "rows");
  EXPECT_EQ(named(function, "again")->getOperand(0), base);
  // Inner loops see how they go on from one to the next.
  EXPECT_EQ(named(function, "address")->getOperand(0),
            named(function, "begin"));
  EXPECT_EQ(count_if(instructions(function), IsaPred<FreezeInst>), 1);
}

TEST(FreezeBasesTest, TakesPrefetchesForReads) {
  LLVMContext context;
  auto module = parse(
      context, "call void @llvm.prefetch(ptr %address, i32 0, i32 3, i32 1)");
  Function &function = *module->getFunction("f");
  nascent::freezeBases(function);
  EXPECT_EQ(count_if(instructions(function), IsaPred<FreezeInst>), 1);
}

TEST(FreezeBasesTest, LeavesLoopsThatWrite) {
  LLVMContext context;
  auto module = parse(context, "store float %more, ptr %place");
  Function &function = *module->getFunction("f");
  nascent::freezeBases(function);
  EXPECT_EQ(count_if(instructions(function), IsaPred<FreezeInst>), 0);
}

} // namespace
