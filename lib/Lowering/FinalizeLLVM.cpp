//===- FinalizeLLVM.cpp - Linkage, and functions without our attributes ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Lowering/Passes.h"

namespace nascent::lowering {

#define GEN_PASS_DEF_FINALIZELLVM
#include "nascent/Lowering/Passes.h.inc"

using namespace mlir;

namespace {

bool isOurs(NamedAttribute attribute) {
  return isa_and_present<nn::NNDialect>(attribute.getNameDialect());
}

void dropAttributes(Operation *op) {
  for (NamedAttribute attribute : llvm::to_vector(op->getDiscardableAttrs()))
    if (isOurs(attribute))
      op->removeDiscardableAttr(attribute.getName());
}

void dropArgumentAttributes(LLVM::LLVMFuncOp function) {
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (DictionaryAttr attributes = function.getArgAttrDict(i))
      for (NamedAttribute attribute : attributes)
        if (isOurs(attribute))
          function.removeArgAttr(i, attribute.getName());
}

struct FinalizeLLVMPass : impl::FinalizeLLVMBase<FinalizeLLVMPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      dropAttributes(function);
      dropArgumentAttributes(function);
      // The dialect's visibility is about symbols in MLIR, linkage the
      // object's.
      if (function.isPrivate() && !function.isExternal())
        function.setLinkage(LLVM::Linkage::Internal);
    }
  }
};

} // namespace

} // namespace nascent::lowering
