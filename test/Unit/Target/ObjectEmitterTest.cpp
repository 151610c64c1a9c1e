//===- ObjectEmitterTest.cpp - What an object must not need ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/ObjectEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "nascent/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace nascent;

/// Makes an object of a module; the error, or nothing.
static std::string compile(const char *text, const char *triple) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::LLVM::LLVMDialect>();
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  auto machine = createTargetMachine({triple, "generic", ""}, {});
  if (!module || !machine)
    return "no module or no machine";
  llvm::SmallVector<char, 0> code;
  return llvm::toString(
      emitCode(*module, {}, **machine, {}, CodeFormat::Object, code));
}

TEST(ObjectEmitter, RefusesAnObjectThatCallsALibrary) {
  EXPECT_EQ(compile(R"mlir(
    llvm.func @f(%x: f32, %y: f32) -> f32 {
      %0 = llvm.intr.sin(%x) : (f32) -> f32
      %1 = llvm.frem %0, %y : f32
      llvm.return %1 : f32
    })mlir",
                    "x86_64-linux-gnu"),
            "target x86_64-unknown-linux-gnu: LLVM calls a library's fmodf, "
            "sinf, where objects call none; choose a processor or features "
            "that do without");
}

TEST(ObjectEmitter, AcceptsWhatTheModuleDeclares) {
  for (const char *triple : {"x86_64-linux-gnu", "x86_64-apple-macosx"})
    EXPECT_EQ(compile(R"mlir(
      llvm.func @omp_get_thread_num() -> i32
      llvm.func @f() -> i32 {
        %0 = llvm.call @omp_get_thread_num() : () -> i32
        llvm.return %0 : i32
      })mlir",
                      triple),
              "");
}

TEST(ObjectEmitter, HasSquareRootsEverywhere) {
  for (const char *triple : {"x86_64-linux-gnu", "powerpc-linux-gnu"})
    EXPECT_EQ(compile(R"mlir(
      llvm.func @f(%x: f32, %v: vector<4xf32>) -> f32 {
        %0 = llvm.intr.sqrt(%x) : (f32) -> f32
        %1 = llvm.intr.sqrt(%v) : (vector<4xf32>) -> vector<4xf32>
        %2 = "llvm.intr.vector.reduce.fadd"(%0, %1) <{fastmathFlags = #llvm.fastmath<none>}> : (f32, vector<4xf32>) -> f32
        llvm.return %2 : f32
      })mlir",
                      triple),
              "");
}
