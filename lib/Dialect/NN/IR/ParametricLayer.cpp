//===- ParametricLayer.cpp - Layers with parameters -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/ParametricLayer.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn::detail {

Attribute kaimingUniform(MLIRContext *context) {
  return context->getLoadedDialect<NNDialect>()->getKaimingUniform();
}

Attribute xavierUniform(MLIRContext *context) {
  return XavierUniformAttr::get(context, APFloat(1.0));
}

Attribute standardNormal(MLIRContext *context) {
  return NormalAttr::get(context, APFloat(0.0), APFloat(1.0));
}

Attribute slope(MLIRContext *context) {
  return ConstantAttr::get(context, APFloat(0.25));
}

/// An inherent attribute, or null.
static Attribute attribute(Operation *op, StringRef name) {
  return name.empty() ? Attribute()
                      : op->getInherentAttr(name).value_or(Attribute());
}

/// The attribute that refers to the symbol of the parameter called `name`.
static std::string referenceTo(StringRef name) {
  std::string attribute = name.str();
  llvm::replace(attribute, '.', '_');
  return attribute;
}

/// The flag by which, or without which, a layer does not have a parameter;
/// empty where it has it.
static StringRef whyAbsent(Operation *op, const ParameterForm &form) {
  for (StringRef flag : form.absentBy)
    if (attribute(op, flag))
      return flag;
  return attribute(op, form.presentBy) ? "" : form.presentBy;
}

SmallVector<ParameterSpec> specsOf(Operation *layer,
                                   ArrayRef<ParameterForm> forms) {
  SmallVector<ParameterSpec> specs;
  for (const ParameterForm &form : forms) {
    if (!whyAbsent(layer, form).empty())
      continue;
    Attribute stated = attribute(layer, form.init);
    specs.push_back({form.role, form.name, form.rank,
                     stated ? stated : form.byDefault, bool(stated),
                     form.trainable});
  }
  return specs;
}

FlatSymbolRefAttr getParameterRef(LayerOpInterface layer, unsigned index) {
  return cast_or_null<FlatSymbolRefAttr>(
      attribute(layer, referenceTo(layer.getParameters()[index].suffix)));
}

void setParameterRef(LayerOpInterface layer, unsigned index,
                     FlatSymbolRefAttr ref) {
  layer->setInherentAttr(
      StringAttr::get(layer.getContext(),
                      referenceTo(layer.getParameters()[index].suffix)),
      ref);
}

LogicalResult verifyParameters(LayerOpInterface layer,
                               ArrayRef<ParameterForm> forms) {
  StringRef present, missing;
  for (const ParameterForm &form : forms) {
    std::string reference = referenceTo(form.name);
    bool isReferredTo = bool(attribute(layer, reference));
    StringRef why = whyAbsent(layer, form);
    if (why.empty()) {
      (isReferredTo ? present : missing) = form.name;
      continue;
    }
    for (StringRef about : {form.init, StringRef(reference)}) {
      if (!attribute(layer, about))
        continue;
      if (why == form.presentBy)
        return emitLayerError(layer) << "has '" << about << "', but not '"
                                     << why << "', without which it has no "
                                     << form.name << "; state both or neither";
      return emitLayerError(layer)
             << "has '" << why << "' and '" << about << "'; drop one";
    }
  }
  if (present.empty() || missing.empty())
    return success();
  return emitLayerError(layer)
         << "refers to its " << present << ", but not to its " << missing
         << "; it must refer to all of its parameters, or to none";
}

LogicalResult verifyParameterUses(LayerOpInterface layer,
                                  SymbolTableCollection &symbols) {
  for (auto [index, spec] : llvm::enumerate(layer.getParameters())) {
    FlatSymbolRefAttr ref = layer.getParameterRef(index);
    if (!ref)
      return success();
    auto parameter = symbols.lookupNearestSymbolFrom<ParameterOp>(layer, ref);
    if (!parameter)
      return emitLayerError(layer)
             << "refers to " << ref << ", which is not an nn.parameter";
    if (parameter.getTensorType().getRank() == spec.rank)
      continue;
    InFlightDiagnostic diag = emitLayerError(layer)
                              << "expects " << ref << " to have rank "
                              << spec.rank << ", got "
                              << parameter.getTensorType();
    diag.attachNote(parameter.getLoc()) << "the parameter is declared here";
    return diag;
  }
  LayerShapes shapes = shapesOf(layer, &symbols);
  return layer.relate(shapes, [&] { return emitLayerError(layer); });
}

} // namespace nascent::nn::detail
