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

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/CInterface/Passes.h"
#include "nascent/CInterface/SelfTest.h"
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
    // Nothing would refer to functions that stand for networks so far.
    if (getOperation()->hasAttr(nn::kInterfacesAttrName)) {
      emitError(getOperation().getLoc())
          << "the networks of this module are lowered already; nascent-compile "
             "goes on from there";
      return signalPassFailure();
    }
    // What `--compile-to=inferred` writes, without the words of bindings and
    // what is not about the networks.
    OwningOpRef<ModuleOp> copy(getOperation().clone());
    for (StringRef name :
         {StringRef(nn::kModelAttrName), StringRef(kGoldenAttrName),
          StringRef(nn::NNDialect::kTargetAttrName),
          LLVM::LLVMDialect::getTargetTripleAttrName(),
          LLVM::LLVMDialect::getDataLayoutAttrName()})
      (*copy)->removeAttr(name);
    for (auto network : copy->getOps<nn::SequentialOp>()) {
      for (unsigned input = 0; input < network.getNumArguments(); ++input)
        network.removeArgAttr(input, nn::NNDialect::kBindingAttrName);
      // Names that are positions are not printed, but to know each of them the
      // printer counts layers from the first one on.
      for (auto [index, layer] : llvm::enumerate(network.getLayers()))
        if (layer.getLayerName() == std::to_string(index))
          layer.setLayerName(StringAttr());
    }
    // However a user wants IR to be printed.
    OpPrintingFlags flags;
    flags.assumeVerified()
        .enableDebugInfo(false)
        .printGenericOpForm(false)
        .skipRegions(false)
        .useLocalScope()
        .printValueUsers(false)
        .printUniqueSSAIDs(false);
    std::string text;
    llvm::raw_string_ostream os(text);
    copy->print(os, flags);
    os << "\n";
    std::string hash =
        llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)),
                    /*LowerCase=*/true);
    getOperation()->setAttr(nn::kModelAttrName,
                            StringAttr::get(&getContext(), hash));
  }
};

} // namespace

} // namespace nascent
