//===- ConvertToLLVM.cpp - Loops and vectors to the LLVM dialect ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream has a conversion pass for each dialect. Each of them walks, checks
// and rebuilds every function; with as many functions as there are layers that
// was most of the time spent in MLIR. Their patterns compose, so this pass
// applies all of them in one conversion.
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/OpenMPToLLVM/ConvertOpenMPToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Lowering/Passes.h"

namespace nascent::lowering {

#define GEN_PASS_DEF_CONVERTTOLLVM
#include "nascent/Lowering/Passes.h.inc"

using namespace mlir;

namespace {

/// Rewrites the few ops that only have a conversion after they became others.
LogicalResult expand(ModuleOp module) {
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (isa<memref::CollapseShapeOp, memref::ExpandShapeOp,
            vector::ConstantMaskOp, vector::CreateMaskOp,
            vector::ExtractStridedSliceOp, vector::InterleaveOp>(op))
      ops.push_back(op);
  });
  RewritePatternSet patterns(module.getContext());
  memref::populateExpandStridedMetadataPatterns(patterns);
  vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  vector::populateVectorInterleaveLoweringPatterns(patterns);
  vector::populateVectorMaskOpLoweringPatterns(patterns);
  vector::populateVectorMaskMaterializationPatterns(
      patterns, /*force32BitVectorIndices=*/true);
  GreedyRewriteConfig config;
  config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
  return applyOpPatternsGreedily(ops, std::move(patterns), config);
}

/// LLVM's vectors do not survive any size that MLIR's can have.
LogicalResult verifyVectors(ModuleOp module) {
  constexpr int64_t most = 1 << 16;
  auto result = module.walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (auto vector = dyn_cast<VectorType>(type))
        if (std::optional<int64_t> size = nn::checkedProduct(vector.getShape());
            !size || *size > most)
          return op->emitOpError() << "has a vector of type " << vector
                                   << ", of more than " << most << " elements";
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Upstream lets LLVM choose whether the product is rounded, which generic
/// processors do even where they have the instruction.
struct FMALowering : ConvertOpToLLVMPattern<vector::FMAOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(vector::FMAOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Vectors of more dimensions become arrays, which LLVM does not compute
    // with.
    if (op.getVectorType().getRank() != 1)
      return rewriter.notifyMatchFailure(op, "is not of vectors of rank 1");
    rewriter.replaceOpWithNewOp<LLVM::FMAOp>(
        op, adaptor.getLhs(), adaptor.getRhs(), adaptor.getAcc());
    return success();
  }
};

struct ConvertToLLVMPass : impl::ConvertToLLVMBase<ConvertToLLVMPass> {
  void runOnOperation() override {
    if (failed(verifyVectors(getOperation())) || failed(expand(getOperation())))
      return signalPassFailure();

    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    options.useBarePtrCallConv = true;
    LLVMTypeConverter converter(context, options);
    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    patterns.add<FMALowering>(converter, /*benefit=*/2);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    // Nearly always there is none, and loading the dialect takes time.
    if (context->getLoadedDialect<omp::OpenMPDialect>()) {
      populateOpenMPToLLVMConversionPatterns(converter, patterns);
      configureOpenMPToLLVMConversionLegality(target, converter);
    }
    // Nothing is rolled back, and keeping what that would need takes time.
    ConversionConfig config;
    config.allowPatternRollback = false;
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns),
                                   config)))
      signalPassFailure();
  }
};

} // namespace

} // namespace nascent::lowering
