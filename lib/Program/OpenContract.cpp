//===- OpenContract.cpp - What lowering open networks needs ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenContract.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::program {

static LogicalResult verifyTypes(func::FuncOp forward) {
  StringRef name = nn::NNDialect::kSizesAttrName;
  auto names = forward->getAttrOfType<ArrayAttr>(name);
  for (Type type : llvm::concat<const Type>(forward.getArgumentTypes(),
                                            forward.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.getElementType().isF32())
      return forward.emitOpError() << "has an input or output of type " << type
                                   << ", but networks' are tensors of f32";
  }
  for (BlockArgument input : forward.getArguments()) {
    auto type = cast<RankedTensorType>(input.getType());
    auto own = forward.getArgAttrOfType<ArrayAttr>(input.getArgNumber(), name);
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim) &&
          (!own || int64_t(own.size()) != type.getRank() ||
           !llvm::is_contained(names, own[dim])))
        return forward.emitOpError()
               << "has an input of type " << type << ", whose open sizes '"
               << name << "' must name, as it does all that are open";
  }
  return success();
}

/// Whether there is a function that says which sizes fit.
static LogicalResult verifyFits(func::FuncOp forward,
                                const SymbolTable &symbols) {
  auto name = forward->getAttrOfType<FlatSymbolRefAttr>(nn::kFitsAttrName);
  auto fits =
      name ? symbols.lookup<func::FuncOp>(name.getAttr()) : func::FuncOp();
  if (!fits)
    return forward.emitOpError()
           << "has open sizes, but no '" << nn::kFitsAttrName
           << "' that refers to the function that says which of them fit; run "
              "convert-nn-to-linalg first";
  Builder builder(forward.getContext());
  auto names = forward->getAttrOfType<ArrayAttr>(nn::NNDialect::kSizesAttrName);
  auto type = builder.getFunctionType(
      SmallVector<Type>(names.size(), builder.getIndexType()),
      builder.getI1Type());
  if (fits.getFunctionType() == type)
    return success();
  InFlightDiagnostic error = forward.emitOpError()
                             << "has open sizes " << names << ", which " << name
                             << " must take: it must be of type " << type
                             << ", but is of type " << fits.getFunctionType();
  error.attachNote(fits.getLoc()) << "it is here";
  return error;
}

/// Whether the sizes of what `op` computes can be computed before it is.
static LogicalResult verifyOp(Operation &op) {
  bool isScalar = isa_and_nonnull<arith::ArithDialect>(op.getDialect()) &&
                  llvm::none_of(op.getResultTypes(), llvm::IsaPred<ShapedType>);
  if (!isScalar &&
      !isa<linalg::LinalgOp, linalg::UnPackOp, tensor::CollapseShapeOp,
           tensor::ConcatOp, tensor::DimOp, tensor::EmptyOp,
           tensor::ExpandShapeOp, tensor::ExtractSliceOp, tensor::PadOp,
           nn::LoadParameterOp, nn::RecurrenceOp, func::ReturnOp>(op))
    return op.emitOpError(
        "is not something that networks with open sizes are made of");
  if (isa<linalg::LinalgOp>(op) && op.getNumResults() != 1)
    return op.emitOpError() << "has " << op.getNumResults()
                            << " results, but a kernel with open sizes "
                               "computes one";
  // Kernels read what is an operand of theirs.
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegions(), captured);
  for (Value value : captured)
    if (isa<ShapedType>(value.getType()))
      return op.emitOpError() << "computes with a value of type "
                              << value.getType() << " that is no operand of it";
  if (auto size = dyn_cast<tensor::DimOp>(op)) {
    auto type = dyn_cast<RankedTensorType>(size.getSource().getType());
    std::optional<int64_t> dim = size.getConstantIndex();
    if (!type || !dim || *dim < 0 || *dim >= type.getRank())
      return op.emitOpError("must be of a dimension that is a constant, and "
                            "that the tensor has");
  }
  if (auto pad = dyn_cast<tensor::PadOp>(op);
      pad && (!pad.getLow().empty() || !pad.getHigh().empty()))
    return op.emitOpError("must pad by constants");
  return success();
}

LogicalResult verifyOpenForward(func::FuncOp forward,
                                const SymbolTable &symbols) {
  auto module = forward->getParentOfType<ModuleOp>();
  if (getThreads(module) != nn::Threads::None)
    return forward.emitOpError("has open sizes behind the batch, and runs on "
                               "the thread that calls it: bind them, or leave "
                               "out --threads");
  if (!forward.getBody().hasOneBlock())
    return forward.emitOpError("has several blocks, but networks are one");
  for (auto store : forward.front().getOps<nn::StoreOpInterface>())
    return store->emitOpError("stores a parameter or a gradient, which a "
                              "function with open sizes behind the batch "
                              "cannot; bind them");
  if (!forward->hasAttr(nn::kNetworkAttrName))
    return forward.emitOpError()
           << "has open sizes, but no '" << nn::kNetworkAttrName
           << "' that says of which network; run convert-nn-to-linalg first";
  if (failed(verifyTypes(forward)) || failed(verifyFits(forward, symbols)))
    return failure();
  for (Operation &op : forward.front())
    if (failed(verifyOp(op)))
      return failure();
  return success();
}

} // namespace nascent::program
