//===- Recurrent.cpp - Layers that go through sequences -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Quote.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// More than anyone stacks. Each has parameters of its own.
static constexpr int64_t mostLayers = 1000;

static int64_t countLayers(const RecurrentForm &form) {
  return std::clamp<int64_t>(form.layers, 1, mostLayers);
}

static LogicalResult verifyForm(const RecurrentForm &form,
                                std::optional<int64_t> in,
                                const LayerShapes &shapes,
                                EmitError emitError) {
  unsigned rank = form.last ? 2 : 3;
  if (shapes.inputs[0].rank() != 3)
    return emitError() << "expects an input of rank 3 (batch, length, "
                          "features), got rank "
                       << shapes.inputs[0].rank();
  if (shapes.outputs[0].rank() != rank)
    return emitError() << "expects an output of rank " << rank
                       << (form.last ? " (batch, units), as it has 'last'"
                                     : " (batch, length, units)")
                       << ", got rank " << shapes.outputs[0].rank();
  if (form.units <= 0)
    return emitError() << "needs at least 1 unit, got " << form.units;
  if (form.layers <= 0 || form.layers > mostLayers)
    return emitError() << "needs from 1 to " << mostLayers << " layers, got "
                       << form.layers;
  if (in && *in <= 0)
    return emitError() << "needs at least 1 input feature, got " << *in;
  return success();
}

/// Relates states, before the first step or after the last one, to the batch.
static LogicalResult relateStates(LayerOpInterface layer,
                                  const RecurrentForm &form, Shape &x,
                                  MutableArrayRef<Shape> states, StringRef what,
                                  EmitError emitError) {
  std::string name = quotedName(layer);
  Dim count(SizeExpr(countLayers(form)) * SizeExpr(form.directions),
            Origin{layer.getLoc(), "the layers and directions of " + name});
  Dim units(form.units, Origin{layer.getLoc(), "the units of " + name});
  auto rows = ("the batch of " + what + " to be").str();
  for (Shape &state : states) {
    if (state.rank() != 3)
      return emitError() << "expects " << what
                         << " of rank 3 (batch, layers·directions, units), got "
                            "rank "
                         << state.rank();
    if (failed(unify(x, 0, state, 0, rows, emitError)) ||
        failed(narrow(count, state, 1, ("dimension 1 of " + what).str(),
                      emitError)) ||
        failed(narrow(units, state, 2, ("dimension 2 of " + what).str(),
                      emitError)))
      return failure();
  }
  return success();
}

LogicalResult detail::relateRecurrent(LayerOpInterface layer,
                                      const RecurrentForm &form,
                                      std::optional<int64_t> in,
                                      LayerShapes &shapes,
                                      EmitError emitError) {
  if (failed(verifyForm(form, in, shapes, emitError)))
    return failure();
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  Location loc = layer.getLoc();
  std::string units = "the units of " + quotedName(layer);
  auto times = [&](int64_t factor, const Twine &what) {
    std::string phrase = units;
    if (factor > 1)
      phrase = (Twine(factor) + " " + what + " of " + units).str();
    return Dim(SizeExpr(form.units) * SizeExpr(factor), Origin{loc, phrase});
  };
  Dim unit = times(1, ""), rows = times(form.gates, "gates");
  Dim outputs = times(form.directions, "directions");
  if (in &&
      failed(narrow(Dim(*in, Origin{loc, fmt::format("'in({})' of {}", *in,
                                                     quotedName(layer))}),
                    x, 2, "input features", emitError)))
    return failure();
  // What one direction's weight says of the input, the other's learns.
  for (int turn = 0; turn < 2; ++turn)
    for (int64_t direction = 0; direction < form.directions; ++direction)
      if (failed(unify(shapes.parameters[direction * form.parametersEach()], 1,
                       x, 2, "input features", emitError)))
        return failure();
  for (auto [index, parameter] : llvm::enumerate(shapes.parameters)) {
    unsigned which = index % form.parametersEach();
    if (failed(narrow(rows, parameter, 0, "rows of its parameters", emitError)))
      return failure();
    bool isLater = index >= size_t(form.directions) * form.parametersEach();
    if ((which == 1 || (which == 0 && isLater)) &&
        failed(narrow(which == 1 ? unit : outputs, parameter, 1,
                      "columns of its weights", emitError)))
      return failure();
  }
  MutableArrayRef<Shape> inputs(shapes.inputs), results(shapes.outputs);
  if ((form.hasLengths && failed(relateLengths(x, inputs[1], emitError))) ||
      failed(relateStates(layer, form, x,
                          inputs.drop_front(form.hasLengths ? 2 : 1), "'state'",
                          emitError)) ||
      failed(relateStates(layer, form, x, results.drop_front(),
                          "its last states", emitError)))
    return failure();
  if (failed(unify(x, 0, y, 0, "dimension 0 to be", emitError)) ||
      (!form.last && failed(unify(x, 1, y, 1, "dimension 1 to be", emitError))))
    return failure();
  return narrow(outputs, y, y.rank() - 1, "output width", emitError);
}

SmallVector<ParameterSpec>
detail::recurrentParameters(LayerOpInterface layer, const RecurrentForm &form,
                            Attribute init, Attribute biasInit) {
  MLIRContext *context = layer.getContext();
  double bound = 1.0 / std::sqrt(std::max<int64_t>(1, form.units));
  Attribute uniform =
      UniformAttr::get(context, APFloat(-bound), APFloat(bound));
  SmallVector<ParameterSpec> specs;
  auto add = [&](ParameterRole role, StringRef kind, int64_t number,
                 int64_t direction) {
    bool isWeight = role == ParameterRole::Weight;
    Attribute stated = isWeight ? init : biasInit;
    // Names live as long as the context.
    auto name =
        StringAttr::get(context, fmt::format("{}_l{}{}", kind.str(), number,
                                             direction ? "_reverse" : ""));
    specs.push_back({role, name.getValue(), isWeight ? 2u : 1u,
                     stated ? stated : uniform, bool(stated)});
  };
  for (int64_t number = 0; number < countLayers(form); ++number)
    for (int64_t direction = 0; direction < form.directions; ++direction) {
      for (StringRef kind : {"weight_ih", "weight_hh"})
        add(ParameterRole::Weight, kind, number, direction);
      if (form.hasBias)
        for (StringRef kind : {"bias_ih", "bias_hh"})
          add(ParameterRole::Bias, kind, number, direction);
    }
  return specs;
}

SmallVector<Dim> detail::countRecurrent(LayerOpInterface layer,
                                        const RecurrentForm &form,
                                        const LayerShapes &shapes) {
  const Shape &x = shapes.inputs[0];
  Origin origin{layer.getLoc(), "the multiply-adds of " + quotedName(layer)};
  SizeExpr units(form.units);
  // The columns of the first layer's weights, then those of others.
  SizeExpr columns =
      x.dims[2].getExpr() + units +
      SizeExpr(countLayers(form) - 1) * units * SizeExpr(form.directions + 1);
  SizeExpr rows = units * SizeExpr(form.gates * form.directions);
  return {x.dims[1], Dim(rows, origin), Dim(columns, origin)};
}

FlatSymbolRefAttr detail::symbolOf(ArrayAttr symbols, unsigned index) {
  if (!symbols || index >= symbols.size())
    return {};
  return cast<FlatSymbolRefAttr>(symbols[index]);
}

ArrayAttr detail::withSymbol(ArrayAttr symbols, unsigned index,
                             FlatSymbolRefAttr ref) {
  SmallVector<Attribute> all;
  if (symbols)
    llvm::append_range(all, symbols);
  if (index >= all.size())
    all.push_back(ref);
  else
    all[index] = ref;
  return ArrayAttr::get(ref.getContext(), all);
}

LogicalResult detail::verifyRecurrent(LayerOpInterface layer,
                                      const RecurrentForm &form,
                                      ArrayAttr symbols, Attribute unusedInit) {
  size_t given = layer->getNumOperands() - (form.hasLengths ? 2 : 1);
  size_t made = layer->getNumResults() - 1;
  for (auto [count, what] : {std::pair(given, "is given"), {made, "gives"}})
    if (count != 0 && count != form.states)
      return layer.emitOpError()
             << quotedName(layer) << " " << what << " "
             << counted(count, "state") << ", expected none or " << form.states
             << (form.states == 2 ? ", h and c" : ", h");
  if (unusedInit)
    return emitLayerError(layer) << "has 'no_bias' and 'bias_init'; drop one";
  size_t count = layer.getParameters().size();
  if (!symbols || symbols.size() == count)
    return success();
  return emitLayerError(layer)
         << "refers to " << symbols.size()
         << " parameters by 'symbols', but it has " << count
         << "; it must refer to all of its parameters, or to none";
}

} // namespace nascent::nn
