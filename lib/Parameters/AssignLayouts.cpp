//===- AssignLayouts.cpp - Storage layouts and places of parameters -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that touches stored parameters afterwards (initialisation, get and
// set, kernels) goes by what is decided here.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/MathExtras.h"

namespace nascent::parameters {

#define GEN_PASS_DEF_NNASSIGNLAYOUTS
#include "nascent/Parameters/Passes.h.inc"

using namespace mlir;

namespace {

struct AssignLayouts : impl::NNAssignLayoutsBase<AssignLayouts> {
  using NNAssignLayoutsBase::NNAssignLayoutsBase;

  void runOnOperation() override {
    SymbolTableCollection symbols;
    owners.clear();
    kernels::VectorTarget target = kernels::VectorTarget::of(getOperation());
    for (bool isOwner : {true, false})
      for (auto network : getOperation().getOps<nn::SequentialOp>())
        if (network.ownsParameters() == isOwner &&
            failed(isOwner ? assign(network, target, symbols)
                           : adopt(network, symbols)))
          return signalPassFailure();
  }

  /// The type that a weight is stored as; null for f32.
  Type getStoredType(nn::ParameterOp parameter) {
    if (!mayBeNarrow(parameter.getTensorType().getShape()))
      return {};
    switch (weights) {
    case WeightType::F32:
      return {};
    case WeightType::F16:
      return Float16Type::get(&getContext());
    case WeightType::BF16:
      return BFloat16Type::get(&getContext());
    }
    llvm_unreachable("unknown type of weights");
  }

  /// The width of panels: as wide as rows of one group can have them.
  static int64_t chooseWidth(const kernels::VectorTarget &target,
                             const nn::NetworkParameter &parameter) {
    int64_t groups = parameter.groups;
    int64_t rows = nn::ParameterOp(parameter.op).getRows() / groups;
    int64_t width = kernels::choosePanelWidth(target, rows);
    while (groups > 1 && rows % width != 0)
      width = width > target.lanes ? width - target.lanes : width / 2;
    return width;
  }

  /// An entry finds its base's parameters in their places.
  LogicalResult adopt(nn::SequentialOp network,
                      SymbolTableCollection &symbols) {
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    auto base = symbols.lookupNearestSymbolFrom<nn::SequentialOp>(
        network, network.getBaseAttr());
    for (nn::NetworkParameter &parameter : *parameters)
      if (owners.lookup(parameter.op) != base)
        return parameter.layer.emitOpError()
               << "of network '" << printable(network.getSymName())
               << "' uses the parameter '"
               << printable(parameter.op.getSymName()) << "', which its base '"
               << printable(base.getSymName()) << "' does not have";
    network->setAttr(nn::kParameterBytesAttrName,
                     base->getAttr(nn::kParameterBytesAttrName));
    return success();
  }

  LogicalResult assign(nn::SequentialOp network,
                       const kernels::VectorTarget &target,
                       SymbolTableCollection &symbols) {
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    int64_t end = 0;
    // What optimisers keep is of the first ones alone. Gradients have
    // statistics of the batch behind them, and nothing of what is frozen.
    enum Kind { Trained, Statistic, Frozen };
    auto kindOf = [](const nn::NetworkParameter &parameter) {
      return parameter.spec.trainable          ? Trained
             : nn::isStatistic(parameter.spec) ? Statistic
                                               : Frozen;
    };
    for (Kind kind : {Trained, Statistic, Frozen})
      for (nn::NetworkParameter &parameter : *parameters)
        if (kindOf(parameter) == kind &&
            failed(place(parameter, network, target, end)))
          return failure();
    network->setAttr(nn::kParameterBytesAttrName,
                     Builder(&getContext()).getI64IntegerAttr(end));
    return success();
  }

  /// Gives a parameter its layout, and its place behind the `end` of others.
  LogicalResult place(nn::NetworkParameter &parameter, nn::SequentialOp network,
                      const kernels::VectorTarget &target, int64_t &end) {
    int64_t limit = kernels::addressLimit(getOperation());
    nn::ParameterOp op = parameter.op;
    // A parameter has one place, in one network's buffer.
    auto [owner, isFirst] = owners.try_emplace(op, network);
    if (!isFirst) {
      InFlightDiagnostic diag =
          parameter.layer.emitOpError()
          << "of network '" << printable(network.getSymName())
          << "' uses the parameter '" << printable(op.getSymName())
          << "' of another network; networks cannot "
             "share parameters";
      diag.attachNote(owner->second->getLoc()) << "the other network is here";
      return diag;
    }
    if (!op.getTensorType().hasStaticShape())
      return op.emitOpError() << "'" << printable(parameter.name)
                              << "' needs a static shape before it gets a "
                                 "layout, got "
                              << op.getTensorType();
    bool isMatrix = parameter.isMatrix();
    int64_t spatial = parameter.getSpatial();
    if (isMatrix && !op.getLayout()) {
      op.setLayoutAttr(nn::PanelsAttr::get(&getContext(),
                                           chooseWidth(target, parameter),
                                           getStoredType(op), spatial));
      ++numPanels;
    } else if (isMatrix && !op.getLayoutAttr().getElement()) {
      // A width that was written by hand says nothing of elements.
      nn::PanelsAttr layout = op.getLayoutAttr();
      op.setLayoutAttr(nn::PanelsAttr::get(&getContext(), layout.getWidth(),
                                           getStoredType(op),
                                           layout.getSpatial()));
    }
    if (!isMatrix && spatial != 1)
      op.setLayoutAttr(nn::PanelsAttr::get(&getContext(), 1, Type(), spatial));
    if (op.getStorageType().getElementType().isF16() && !target.half)
      return op.emitOpError()
             << "'" << printable(parameter.name)
             << "' cannot be stored as f16: the target has no instructions "
                "that convert it; store bf16, or choose a processor that has "
                "them: x86 with F16C, such as x86-64-v3, or AArch64";
    op.setOffset(end);
    std::optional<int64_t> bytes = op.getStorageBytes();
    // Rounding up must not overflow, either.
    if (!bytes || *bytes > limit - nn::kBufferAlignment - end)
      return op.emitOpError()
             << "'" << printable(parameter.name) << "' of shape "
             << nn::formatShape(op.getTensorType().getShape())
             << " makes the parameters of network '"
             << printable(network.getSymName()) << "' need " << limit
             << " bytes or more, which the target "
             << "cannot address";
    end = llvm::alignTo(end + *bytes, nn::kBufferAlignment);
    return success();
  }

  llvm::DenseMap<nn::ParameterOp, nn::SequentialOp> owners;
};

} // namespace

} // namespace nascent::parameters
