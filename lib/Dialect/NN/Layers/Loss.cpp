//===- Loss.cpp - What training makes small -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

LogicalResult detail::verifyLoss(LayerOpInterface layer) {
  auto smoothing = layer->getAttrOfType<FloatAttr>("label_smoothing");
  double share = smoothing ? smoothing.getValueAsDouble() : 0.0;
  if (share < 0.0 || share > 1.0)
    return emitLayerError(layer) << "needs 'label_smoothing' between 0 and 1, "
                                    "got "
                                 << share;
  auto ignored = layer->getAttrOfType<IntegerAttr>("ignore_index");
  if (ignored && !llvm::isInt<32>(ignored.getInt()))
    return emitLayerError(layer)
           << "needs an 'ignore_index' of 32 bits, as labels are, got "
           << ignored.getInt();
  auto delta = layer->getAttrOfType<FloatAttr>("delta");
  if (delta && delta.getValueAsDouble() <= 0.0)
    return emitLayerError(layer) << "needs a 'delta' of more than 0, got "
                                 << delta.getValueAsDouble();
  auto weights = layer->getAttrOfType<DenseF64ArrayAttr>("weights");
  auto isWeight = [](double weight) {
    return weight >= 0 && std::isfinite(float(weight));
  };
  auto isMore = [](double weight) { return float(weight) > 0; };
  if (weights && !weights.empty() &&
      (!llvm::all_of(weights.asArrayRef(), isWeight) ||
       llvm::none_of(weights.asArrayRef(), isMore)))
    return emitLayerError(layer)
           << "needs 'weights' of 0 or more, finite in f32 and not all 0, got "
           << weights;
  return success();
}

/// What is related are two values.
static LogicalResult verifyOperands(const LayerShapes &shapes,
                                    EmitError emitError) {
  if (shapes.inputs.size() == 2)
    return success();
  return emitError() << "compares two values, what is computed and the target, "
                        "got "
                     << shapes.inputs.size();
}

/// The result of a loss is one number.
static LogicalResult relateResult(LayerOpInterface layer, LayerShapes &shapes,
                                  EmitError emitError) {
  Shape &y = shapes.outputs[0];
  if (y.rank() != 1)
    return emitError() << "has one number as its result, a tensor<1xf32>, got "
                          "rank "
                       << y.rank();
  Dim one(1, Origin{layer.getLoc(),
                    "the sum that " + quotedName(layer) + " computes"});
  return narrow(one, y, 0, "result", emitError);
}

LogicalResult detail::relateElementLoss(LayerOpInterface layer,
                                        LayerShapes &shapes,
                                        EmitError emitError) {
  if (failed(verifyOperands(shapes, emitError)))
    return failure();
  Shape &x = shapes.inputs[0], &target = shapes.inputs[1];
  if (x.rank() != target.rank() || x.rank() == 0)
    return emitError() << "expects an input and a target of one rank, 1 or "
                          "more, got ranks "
                       << x.rank() << " and " << target.rank();
  for (unsigned dim = 0; dim < x.rank(); ++dim)
    if (failed(unify(x, dim, target, dim,
                     fmt::format("dimension {} of its target to be", dim),
                     emitError)))
      return failure();
  return relateResult(layer, shapes, emitError);
}

LogicalResult detail::relateLabelLoss(LayerOpInterface layer, int64_t axis,
                                      LayerShapes &shapes,
                                      EmitError emitError) {
  if (failed(verifyOperands(shapes, emitError)))
    return failure();
  Shape &x = shapes.inputs[0], &labels = shapes.inputs[1];
  if (x.rank() < 2 || labels.rank() + 1 != x.rank())
    return emitError() << "expects an input of rank 2 or more and labels of "
                          "one less, got ranks "
                       << x.rank() << " and " << labels.rank();
  FailureOr<unsigned> classes = resolveAxis(axis, x.rank(), emitError);
  if (failed(classes))
    return failure();
  if (auto weights = layer->getAttrOfType<DenseF64ArrayAttr>("weights")) {
    Dim count(weights.size(),
              Origin{layer.getLoc(), "the weights of " + quotedName(layer)});
    if (failed(narrow(count, x, *classes, "the number of classes to be",
                      emitError)))
      return failure();
  }
  for (unsigned dim = 0; dim < labels.rank(); ++dim)
    if (failed(unify(x, dim + (dim >= *classes), labels, dim,
                     fmt::format("dimension {} of its labels to be", dim),
                     emitError)))
      return failure();
  return relateResult(layer, shapes, emitError);
}

std::optional<int64_t> detail::getLabelLimit(Operation *layer, int64_t axis,
                                             unsigned input) {
  auto type = cast<RankedTensorType>(layer->getOperand(0).getType());
  int64_t dim = axis < 0 ? axis + type.getRank() : axis;
  if (input != 1)
    return std::nullopt;
  // A rank that is too small is an error of the layer's rule.
  return dim >= 0 && dim < type.getRank() ? type.getDimSize(dim)
                                          : std::numeric_limits<int32_t>::max();
}

void remarkOnInput(LayerOpInterface loss, StringRef nll) {
  auto layer = loss->getOperand(0).getDefiningOp<LayerOpInterface>();
  if (!layer)
    return;
  std::string name =
      fmt::format("{} '{}'", layer->getName().getStringRef().str(),
                  printable(layer.getLayerName().getValue()));
  bool isSoftmax = isa<SoftmaxOp>(layer);
  if (isa<CrossEntropyOp>(loss) && (isSoftmax || isa<LogSoftmaxOp>(layer)))
    layer.emitRemark() << "cross_entropy applies softmax itself; leave out "
                       << name << ", or use "
                       << (isSoftmax ? "nn.log_softmax with " : "") << nll;
  else if (isa<NllOp>(loss) && isSoftmax)
    layer.emitRemark() << "nll takes logarithms of probabilities; use "
                          "nn.log_softmax in place of "
                       << name;
  else if (isa<BceWithLogitsOp>(loss) && isa<SigmoidOp>(layer))
    layer.emitRemark() << "bce_with_logits applies sigmoid itself; leave out "
                       << name;
}

} // namespace nascent::nn
