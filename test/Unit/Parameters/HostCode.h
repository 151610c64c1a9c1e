//===- HostCode.h - Emitted functions, compiled and run ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TEST_UNIT_PARAMETERS_HOSTCODE_H
#define NASCENT_TEST_UNIT_PARAMETERS_HOSTCODE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <gtest/gtest.h>
#include <memory>

namespace mlir {
class ExecutionEngine;
} // namespace mlir

namespace nascent::parameters {

/// Functions name(in, out) on memory, compiled for the host.
class HostCode {
public:
  HostCode();
  ~HostCode();

  /// Adds a function; `body` is given its arguments, `in` and `out`.
  void add(llvm::StringRef name,
           llvm::function_ref<void(mlir::ImplicitLocOpBuilder &, mlir::Value,
                                   mlir::Value)>
               body) {
    using namespace mlir;
    ImplicitLocOpBuilder b(module->getLoc(), &context);
    b.setInsertionPointToEnd(module->getBody());
    Type pointer = LLVM::LLVMPointerType::get(&context);
    auto function = func::FuncOp::create(
        b, name, b.getFunctionType({pointer, pointer}, {}));
    function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                      b.getUnitAttr());
    b.setInsertionPointToStart(function.addEntryBlock());
    body(b, function.getArgument(0), function.getArgument(1));
    func::ReturnOp::create(b);
  }

  /// The address of the 32-bit word number `place` from `base` on.
  static mlir::Value at(mlir::ImplicitLocOpBuilder &b, mlir::Value base,
                        int64_t place) {
    using namespace mlir;
    return LLVM::GEPOp::create(b, base.getType(), b.getI32Type(), base,
                               ArrayRef<LLVM::GEPArg>{int32_t(place)});
  }
  static mlir::Value load(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                          mlir::Value address) {
    return mlir::LLVM::LoadOp::create(b, type, address, /*alignment=*/4);
  }
  static void store(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                    mlir::Value address) {
    mlir::LLVM::StoreOp::create(b, value, address, /*alignment=*/4);
  }

  void compile();
  bool isCompiled() const { return engine != nullptr; }

  void run(llvm::StringRef name, void *in, void *out);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace nascent::parameters

#endif // NASCENT_TEST_UNIT_PARAMETERS_HOSTCODE_H
