//===- TrainingVariants.cpp - The functions of a loss ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingVariants.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::program {

int64_t TrainingVariants::getRows(func::FuncOp function) {
  auto rows = function->getAttrOfType<IntegerAttr>(nn::kRowsAttrName);
  return rows ? rows.getInt() : 0;
}

int64_t TrainingVariants::getBatch() const {
  auto batch = getFirst()->getAttrOfType<IntegerAttr>(nn::kBatchAttrName);
  return batch ? batch.getInt() : 0;
}

bool TrainingVariants::hasSteps() const {
  return !isInBlocks() && getFirst()->hasAttr(nn::kStepsAttrName);
}

bool TrainingVariants::hasGradients(func::FuncOp function) {
  return nn::findArgument(function, nn::Role::Gradients).has_value();
}

int64_t TrainingVariants::getLossOffset() const {
  return ownBytes + nn::kBufferAlignment;
}

int64_t TrainingVariants::getScratchBytes() const {
  return getLossOffset() + nn::kBufferAlignment;
}

LogicalResult TrainingVariants::verifyKind(ArrayRef<func::FuncOp> functions) {
  for (func::FuncOp function : functions) {
    if (failed(kernels::verifyPlannedForward(function)))
      return failure();
    auto outputs = nn::findArguments(function, nn::Role::Output);
    if (outputs.size() != 1 ||
        cast<MemRefType>(function.getArgumentTypes()[outputs.front()])
                .getShape() != ArrayRef<int64_t>(1))
      return function.emitOpError("computes a loss, so that its one output "
                                  "must be one number");
    ownBytes = std::max(
        ownBytes,
        cast<MemRefType>(function.getArgumentTypes().back()).getDimSize(0));
  }
  return verifyRows(functions);
}

LogicalResult TrainingVariants::verifyRows(ArrayRef<func::FuncOp> functions) {
  for (auto [index, function] : llvm::enumerate(functions)) {
    bool isLast = index + 1 == functions.size();
    int64_t rows = getRows(function);
    // Nothing is left of a batch in the end: of an open one only if that is of
    // single rows.
    auto batch = function->getAttrOfType<IntegerAttr>(nn::kBatchAttrName);
    bool leavesNone =
        rows != 0 && (batch ? batch.getInt() % rows == 0 : rows == 1);
    if (rows == 0 ? functions.size() != 1
                  : (!llvm::isPowerOf2_64(rows) || isLast != leavesNone))
      return func::FuncOp(function).emitOpError(
          "is one of several of a batch, which must be of powers of two of "
          "rows, of which the least, and no other, divides any batch");
  }
  return success();
}

FailureOr<TrainingVariants>
TrainingVariants::match(ModuleOp module, StringRef network, StringRef label) {
  TrainingVariants result;
  std::pair<StringRef, SmallVector<func::FuncOp> *> kinds[] = {
      {"loss", &result.loss},
      {"gradients", &result.gradients},
      {"train_sgd", &result.trainSgd}};
  auto textOf = [](func::FuncOp function, StringRef name) {
    auto text = function->getAttrOfType<StringAttr>(name);
    return text ? text.getValue() : "";
  };
  for (auto function : module.getOps<func::FuncOp>())
    for (auto &[kind, functions] : kinds)
      if (textOf(function, nn::kTrainingAttrName) == kind &&
          textOf(function, nn::kNetworkAttrName) == network &&
          textOf(function, nn::kEntryAttrName) == label &&
          function->hasAttr(nn::kScratchBytesAttrName))
        functions->push_back(function);
  for (auto &[kind, functions] : kinds) {
    bool mayBeNone =
        functions == &result.trainSgd &&
        (!module->hasAttr(nn::kTrainSgdAttrName) || result.isInBlocks());
    if (functions->empty() && !mayBeNone)
      return module.emitError()
             << "network '" << network << "' is trained, but there is no "
             << "function of it whose '" << nn::kTrainingAttrName << "' is '"
             << kind << "'; run nascent-build-gradients and "
             << "nascent-plan-buffers first";
    llvm::sort(*functions, [](func::FuncOp one, func::FuncOp other) {
      return getRows(one) == getRows(other) ? one->isBeforeInBlock(other)
                                            : getRows(one) > getRows(other);
    });
    if (failed(result.verifyKind(*functions)))
      return failure();
  }
  result.ownBytes = llvm::alignTo(result.ownBytes, nn::kBufferAlignment);
  return result;
}

} // namespace nascent::program
