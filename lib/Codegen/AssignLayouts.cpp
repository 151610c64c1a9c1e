//===- AssignLayouts.cpp - Storage layouts and places of parameters -------===//
//
// Everything that touches stored parameters afterwards (initialisation, get and
// set, kernels) goes by what is decided here.
//
//===----------------------------------------------------------------------===//

#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/Support/MathExtras.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_NNASSIGNLAYOUTS
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// The rows that a layer's matmul has, or many where the batch is open.
int64_t expectedRows(nn::LayerOpInterface layer) {
  auto input = cast<RankedTensorType>(layer->getOperand(0).getType());
  int64_t rows = 1;
  for (int64_t size : input.getShape().drop_back()) {
    if (ShapedType::isDynamic(size))
      return ShapedType::kDynamic;
    if (llvm::MulOverflow(rows, size, rows))
      return ShapedType::kDynamic;
  }
  return rows;
}

struct AssignLayouts : impl::NNAssignLayoutsBase<AssignLayouts> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    VectorTarget target = VectorTarget::of(getOperation());
    for (auto network : getOperation().getOps<nn::SequentialOp>())
      if (failed(assign(network, target, symbols)))
        return signalPassFailure();
  }

  LogicalResult assign(nn::SequentialOp network, const VectorTarget &target,
                       SymbolTableCollection &symbols) {
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    Builder builder(&getContext());
    int64_t end = 0;
    for (nn::NetworkParameter &parameter : *parameters) {
      nn::ParameterOp op = parameter.op;
      if (!op.getTensorType().hasStaticShape())
        return op.emitOpError() << "'" << parameter.name
                                << "' needs a static shape before it gets a "
                                   "layout, got "
                                << op.getTensorType();
      bool isMatrix = parameter.spec.role == nn::ParameterRole::Weight &&
                      op.getTensorType().getRank() == 2;
      if (isMatrix && !op.getLayout()) {
        op.setLayoutAttr(nn::PanelsAttr::get(
            &getContext(),
            choosePanelWidth(target, op.getTensorType().getDimSize(0),
                             expectedRows(parameter.layer))));
        ++numPanels;
      }
      op.setOffset(end);
      std::optional<int64_t> bytes = op.getStorageBytes();
      // Rounding up must not overflow, either.
      if (!bytes || *bytes > std::numeric_limits<int64_t>::max() -
                                 nn::kBufferAlignment - end)
        return op.emitOpError()
               << "'" << parameter.name << "' of shape "
               << nn::formatShape(op.getTensorType().getShape())
               << " makes the parameters of network '" << network.getSymName()
               << "' need 2^63 bytes or more";
      end = llvm::alignTo(end + *bytes, nn::kBufferAlignment);
    }
    network->setAttr(nn::kParameterBytesAttrName,
                     builder.getI64IntegerAttr(end));
    return success();
  }
};

} // namespace

} // namespace nascent::codegen
