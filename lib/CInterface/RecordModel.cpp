//===- RecordModel.cpp - The hash of the networks -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object's header says which model it is of. That is known as long as the
// networks are as their author sees them.
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;

namespace nascent {

#define GEN_PASS_DEF_RECORDMODEL
#include "nascent/CInterface/Passes.h.inc"

namespace {

struct RecordModelPass : impl::RecordModelBase<RecordModelPass> {
  void runOnOperation() override {
    // What `--compile-to=inferred` writes, without the words of bindings.
    OwningOpRef<ModuleOp> copy(getOperation().clone());
    (*copy)->removeAttr(nn::kModelAttrName);
    for (auto network : copy->getOps<nn::SequentialOp>())
      if (network.getNumArguments() != 0)
        network.removeArgAttr(0, nn::NNDialect::kBindingAttrName);
    std::string text;
    llvm::raw_string_ostream(text) << *copy << "\n";
    std::string hash =
        llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)),
                    /*LowerCase=*/true);
    getOperation()->setAttr(nn::kModelAttrName,
                            StringAttr::get(&getContext(), hash));
  }
};

} // namespace

} // namespace nascent
