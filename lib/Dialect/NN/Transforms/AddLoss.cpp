//===- AddLoss.cpp - Networks that are to be trained ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>
#include <functional>

namespace nascent::nn {

#define GEN_PASS_DEF_NNADDLOSS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// What users call a loss that they compute themselves.
constexpr StringLiteral kOwnLoss = "own";

/// Gives a layer a name that no other one of its network has.
void nameLoss(LayerOpInterface loss) {
  llvm::StringSet<> taken;
  for (auto layer : loss->getBlock()->getOps<LayerOpInterface>())
    if (layer != loss)
      taken.insert(layer.getLayerName());
  std::string name = "loss";
  for (unsigned number = 1; taken.contains(name); ++number)
    name = fmt::format("loss_{}", number);
  loss.setLayerName(StringAttr::get(loss.getContext(), name));
}

/// Adds to one network what computes a loss of it.
class Companion {
public:
  Companion(SequentialOp network, SymbolTable &symbols)
      : network(network), symbols(symbols) {}

  /// Of the loss that `text` names; of its own last layer, if that is empty,
  /// and then of none where it does not end in a loss; of one that the caller
  /// computes, if it is "own".
  LogicalResult add(StringRef text);

private:
  /// Fails, after an error, if the network computes a loss all the same.
  LogicalResult verifyHasNone();
  /// Fails, after an error, unless the network can have a loss.
  LogicalResult verify(StringRef text);
  LogicalResult verifyLayers();
  InFlightDiagnostic emitError() {
    return network.emitOpError()
           << "'" << printable(network.getSymName()) << "' ";
  }

  SequentialOp network;
  SymbolTable &symbols;
};

LogicalResult Companion::verifyHasNone() {
  for (LayerOpInterface layer : network.getLayers())
    if (layer->hasTrait<OpTrait::IsLoss>())
      return emitError()
             << "computes a loss, " << quotedName(layer)
             << ", but returns another value first, so that nothing would be "
                "trained; return one loss, and behind it at most states of "
                "recurrent layers, or name the loss by --loss";
  return success();
}

/// Whether a layer has a parameter that is trained.
bool isTrained(LayerOpInterface layer, SymbolTable &symbols) {
  return llvm::any_of(
      llvm::enumerate(layer.getParameters()), [&](const auto &each) {
        FlatSymbolRefAttr ref = layer.getParameterRef(each.index());
        auto parameter =
            ref ? symbols.lookup<ParameterOp>(ref.getValue()) : ParameterOp();
        return each.value().trainable &&
               (!parameter || parameter.getTrainable());
      });
}

/// Whether what is returned depends on what is trained; also if nothing is.
bool isTrained(SequentialOp network, SymbolTable &symbols) {
  DenseSet<Operation *> used;
  bool hasParameters = false;
  for (Operation &op : llvm::reverse(network.getBody().front())) {
    auto layer = dyn_cast<LayerOpInterface>(op);
    if (!layer || llvm::any_of(op.getUsers(), [&](Operation *user) {
          return used.contains(user);
        }))
      used.insert(&op);
    if (!layer || !isTrained(layer, symbols))
      continue;
    if (used.contains(&op))
      return true;
    hasParameters = true;
  }
  return !hasParameters;
}

LogicalResult Companion::verify(StringRef text) {
  ReturnOp ret = network.getReturn();
  if (hasOpenSizes(network))
    return emitError() << "is to be trained, so that nothing of it can stay "
                          "open but the batch; "
                       << bindingHint(network);
  // What else layers give are states, which the next sequence begins with.
  auto isState = [](Value output) {
    auto result = dyn_cast<OpResult>(output);
    return result && result.getResultNumber() > 0;
  };
  if (!llvm::all_of(ret.getOperands().drop_front(), isState) &&
      text != kOwnLoss)
    return emitError() << "has " << ret.getNumOperands()
                       << " outputs, but a loss is of one; train a network "
                          "that returns what its loss is of, and behind it at "
                          "most states of recurrent layers";
  if (LayerOpInterface loss = getLoss(network); loss && !text.empty())
    return emitError() << "ends in a loss of its own, " << quotedName(loss)
                       << ", but another one is asked for, '" << text << "'";
  return verifyLayers();
}

LogicalResult Companion::verifyLayers() {
  bool isOpen = hasOpenBatch(network);
  for (LayerOpInterface layer : network.getLayers()) {
    if (isOpen && layer != getLoss(network) && !layer.isRowWiseInTraining())
      return emitLayerError(layer)
             << "mixes the rows of a batch while it is trained, so the batch "
                "must be bound";
  }
  return success();
}

LogicalResult Companion::add(StringRef text) {
  if (text.empty() && !getLoss(network))
    return verifyHasNone();
  if (failed(verify(text)))
    return failure();
  SequentialOp companion = network.clone();
  MLIRContext *context = network.getContext();
  StringRef kind = text == kOwnLoss ? "backward" : "loss";
  companion.setSymName((network.getSymName() + "." + kind).str());
  companion.setBaseAttr(FlatSymbolRefAttr::get(network.getNetworkName()));
  companion->setAttr(kTrainingAttrName, StringAttr::get(context, kind));
  if (!text.empty() && text != kOwnLoss) {
    ReturnOp ret = companion.getReturn();
    Value output = ret.getOperand(0);
    std::string why;
    auto parsed =
        parseLoss(text, cast<RankedTensorType>(output.getType()), why);
    if (!parsed) {
      companion.erase();
      return emitError() << why;
    }
    auto model = *parsed->getOps<SequentialOp>().begin();
    auto loss = cast<LayerOpInterface>(
        OpBuilder(ret).clone(*(*model.getLayers().begin()).getOperation()));
    LayerShapes shapes = shapesOf(loss);
    // The target is as large as what is compared with it.
    loss->setOperand(0, output);
    shapes.inputs[0] = shapeOf(output);
    if (failed(loss.relate(shapes, [&] { return emitError(); }))) {
      companion.erase();
      return failure();
    }
    auto target =
        cast<RankedTensorType>(model.getBody().getArgument(1).getType());
    target = target.clone(shapes.inputs[1].sizes());
    unsigned last = companion.getNumArguments();
    (void)companion.insertArgument(last, target, {}, network.getLoc());
    if (ArrayAttr names = companion.getInputNamesAttr()) {
      SmallVector<Attribute> more(names.begin(), names.end());
      more.push_back(StringAttr::get(context, ""));
      companion.setInputNamesAttr(ArrayAttr::get(context, more));
    }
    loss->setOperand(1, companion.getArgument(last));
    nameLoss(loss);
    ret->setOperand(0, loss->getResult(0));
  }
  // States behind what the loss is of are nothing that training needs.
  if (text != kOwnLoss) {
    ReturnOp ret = companion.getReturn();
    ret->setOperands(ret.getOperand(0));
    companion.setFunctionType(
        FunctionType::get(context, companion.getBody().getArgumentTypes(),
                          ret->getOperandTypes()));
  }
  if (text != kOwnLoss && !isTrained(companion, symbols)) {
    companion.erase();
    return emitError() << "has a loss that depends on no parameter that is "
                          "trained, so that nothing would be trained";
  }
  if (LayerOpInterface loss = getLoss(companion))
    remarkOnInput(loss, text.empty() ? "nn.nll" : "--loss=nll");
  symbols.insert(companion, std::next(network->getIterator()));
  return success();
}

struct AddLoss : impl::NNAddLossBase<AddLoss> {
  using NNAddLossBase::NNAddLossBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<SequentialOp> networks(getOperation().getOps<SequentialOp>());
    for (SequentialOp network : networks)
      if (failed(Companion(network, symbols).add(loss)))
        return signalPassFailure();
  }
};

} // namespace

} // namespace nascent::nn
