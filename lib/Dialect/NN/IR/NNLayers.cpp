//===- NNLayers.cpp - Layers: rules, parameters, listings -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// DenseOp
//===----------------------------------------------------------------------===//

LogicalResult DenseOp::verify() {
  if (getNoBias() && getBiasInit())
    return emitOpError() << quotedName(*this)
                         << " has 'no_bias' and 'bias_init'; drop one";
  if (getNoBias() && getBiasAttr())
    return emitOpError() << quotedName(*this)
                         << " has 'no_bias' and 'bias'; drop one";
  if (!getNoBias() && bool(getWeightAttr()) != bool(getBiasAttr()))
    return emitOpError() << quotedName(*this)
                         << " must refer to both its weight and its bias, or "
                            "to neither";
  return success();
}

LogicalResult DenseOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  Shape &weight = shapes.parameters[0];
  if (x.rank() < 2)
    return emitError() << "expects an input of rank 2 or more (batch, width), "
                          "got rank "
                       << x.rank();
  if (x.rank() != y.rank())
    return emitError() << "expects an output of the input's rank " << x.rank()
                       << ", got rank " << y.rank();
  int64_t unitCount = getUnits();
  if (unitCount <= 0)
    return emitError() << "needs at least 1 unit, got " << unitCount;
  unsigned last = x.rank() - 1;
  Dim units(unitCount, Origin{getLoc(), "the units of " + quotedName(*this)});
  Dim in;
  if (std::optional<int64_t> width = getIn()) {
    if (*width <= 0)
      return emitError() << "needs an input width of at least 1, got "
                         << *width;
    in = Dim(*width, Origin{getLoc(), fmt::format("'in({})' of {}", *width,
                                                  quotedName(*this))});
  }
  if (failed(narrow(in, x, last, "input width", emitError)) ||
      failed(unify(weight, 1, x, last, "input width", emitError)) ||
      failed(narrow(units, y, last, "output width", emitError)) ||
      failed(narrow(units, weight, 0, "output width of its weight", emitError)))
    return failure();
  if (!getNoBias() && failed(narrow(units, shapes.parameters[1], 0,
                                    "length of its bias", emitError)))
    return failure();
  for (unsigned dim = 0; dim < last; ++dim)
    if (failed(unify(x, dim, y, dim, fmt::format("size of dimension {}", dim),
                     emitError)))
      return failure();
  return success();
}

SmallVector<ParameterSpec> DenseOp::getParameters() {
  // PyTorch's default for both: U(±1/√fan_in), fan_in being the weight's.
  auto byDefault =
      KaimingUniformAttr::get(getContext(), APFloat(std::sqrt(5.0)),
                              FanMode::FanIn, Nonlinearity::LeakyRelu);
  auto orDefault = [&](Attribute stated) {
    return stated ? stated : Attribute(byDefault);
  };
  SmallVector<ParameterSpec> specs = {{ParameterRole::Weight, "weight",
                                       /*rank=*/2, orDefault(getInitAttr()),
                                       bool(getInitAttr())}};
  if (!getNoBias())
    specs.push_back({ParameterRole::Bias, "bias", /*rank=*/1,
                     orDefault(getBiasInitAttr()), bool(getBiasInitAttr())});
  return specs;
}

FlatSymbolRefAttr DenseOp::getParameterRef(unsigned index) {
  return index == 0 ? getWeightAttr() : getBiasAttr();
}

void DenseOp::setParameterRef(unsigned index, FlatSymbolRefAttr ref) {
  index == 0 ? setWeightAttr(ref) : setBiasAttr(ref);
}

SmallVector<Dim> DenseOp::getMultiplyAdds(const LayerShapes &shapes) {
  // Every element of the weight once for each position between the batch and
  // the width.
  auto factors = llvm::to_vector_of<Dim>(shapes.parameters[0].dims);
  append_range(factors, ArrayRef(shapes.outputs[0].dims).slice(1).drop_back());
  return factors;
}

bool DenseOp::isRowWise() { return true; }

LogicalResult DenseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!getWeightAttr())
    return success();
  for (auto [index, spec] : llvm::enumerate(getParameters())) {
    FlatSymbolRefAttr ref = getParameterRef(index);
    auto parameter = symbols.lookupNearestSymbolFrom<ParameterOp>(*this, ref);
    if (!parameter)
      return emitOpError() << quotedName(*this) << " refers to " << ref
                           << ", which is not an nn.parameter";
    if (parameter.getTensorType().getRank() == spec.rank)
      continue;
    InFlightDiagnostic diag = emitOpError()
                              << quotedName(*this) << " expects " << ref
                              << " to have rank " << spec.rank << ", got "
                              << parameter.getTensorType();
    diag.attachNote(parameter.getLoc()) << "the parameter is declared here";
    return diag;
  }
  LayerShapes shapes = shapesOf(*this, &symbols);
  return relate(shapes,
                [&] { return emitOpError() << quotedName(*this) << " "; });
}

/// A size as a listing shows it.
static std::string size(const Dim &dim, StringRef unknown) {
  return dim.isKnown() ? std::to_string(dim.getSize()) : unknown.str();
}

std::string DenseOp::describe(NamingScheme scheme, const LayerShapes &shapes,
                              StringRef activation) {
  const Dim &in = shapes.parameters[0].dims[1];
  switch (scheme) {
  case NamingScheme::Torch:
    return fmt::format("{}(in_features={}, out_features={}, bias={})",
                       in.isKnown() ? "Linear" : "LazyLinear", size(in, "?"),
                       getUnits(), getNoBias() ? "False" : "True");
  case NamingScheme::MXNet:
    return fmt::format("Dense({} -> {}, {})", size(in, "-1"), getUnits(),
                       activation.empty() ? "linear" : activation.str());
  case NamingScheme::Flax:
  case NamingScheme::Keras:
    return "Dense";
  }
  llvm_unreachable("unknown naming scheme");
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// The rule of every layer that keeps its input's shape.
static LogicalResult relateSame(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (x.rank() != y.rank())
    return emitError() << "expects an output of the input's rank " << x.rank()
                       << ", got rank " << y.rank();
  for (unsigned dim = 0; dim < x.rank(); ++dim)
    if (failed(unify(x, dim, y, dim, fmt::format("size of dimension {}", dim),
                     emitError)))
      return failure();
  return success();
}

/// The shared rule of softmax and log_softmax, which need an axis.
static LogicalResult relateOverLast(LayerShapes &shapes, EmitError emitError) {
  if (shapes.inputs[0].rank() == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  return relateSame(shapes, emitError);
}

/// A number as Python prints a float.
static std::string python(const APFloat &value) {
  std::string text = fmt::format("{}", value.convertToDouble());
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// Picks a listing's text: Flax and Keras show the bare class.
static std::string pick(NamingScheme scheme, std::string torch,
                        std::string mxnet, StringRef plain) {
  if (scheme == NamingScheme::Torch)
    return torch;
  if (scheme == NamingScheme::MXNet)
    return mxnet;
  return plain.str();
}

#define NN_SAME_SHAPE(OP, RELATE, TORCH, MXNET, PLAIN)                         \
  LogicalResult OP::relate(LayerShapes &shapes, EmitError emitError) {         \
    return RELATE(shapes, emitError);                                          \
  }                                                                            \
  std::string OP::describe(NamingScheme scheme, const LayerShapes &,           \
                           StringRef) {                                        \
    return pick(scheme, TORCH, MXNET, PLAIN);                                  \
  }

NN_SAME_SHAPE(ReluOp, relateSame, "ReLU()", "Activation(relu)", "ReLU")
NN_SAME_SHAPE(LeakyReluOp, relateSame,
              fmt::format("LeakyReLU(negative_slope={})", python(getSlope())),
              fmt::format("LeakyReLU({})", python(getSlope())), "LeakyReLU")
NN_SAME_SHAPE(EluOp, relateSame,
              fmt::format("ELU(alpha={})", python(getAlpha())), "ELU()", "ELU")
NN_SAME_SHAPE(SigmoidOp, relateSame, "Sigmoid()", "Activation(sigmoid)",
              "Sigmoid")
NN_SAME_SHAPE(TanhOp, relateSame, "Tanh()", "Activation(tanh)", "Tanh")
NN_SAME_SHAPE(GeluOp, relateSame,
              getTanh() ? "GELU(approximate='tanh')"
                        : "GELU(approximate='none')",
              "GELU()", "GELU")
NN_SAME_SHAPE(SiluOp, relateSame, "SiLU()", "SiLU()", "SiLU")
NN_SAME_SHAPE(SoftmaxOp, relateOverLast, "Softmax(dim=-1)", "softmax()",
              "Softmax")
NN_SAME_SHAPE(LogSoftmaxOp, relateOverLast, "LogSoftmax(dim=-1)",
              "log_softmax()", "LogSoftmax")
NN_SAME_SHAPE(IdentityOp, relateSame, "Identity()", "Identity()", "Identity")
NN_SAME_SHAPE(DropoutOp, relateSame,
              fmt::format("Dropout(p={}, inplace=False)", python(getP())),
              fmt::format("Dropout(p = {}, axes=())", python(getP())),
              "Dropout")
#undef NN_SAME_SHAPE

/// Rows stay apart only where the normalised dimension is not the rows' own.
bool SoftmaxOp::isRowWise() { return getType().getRank() > 1; }
bool LogSoftmaxOp::isRowWise() { return getType().getRank() > 1; }

bool IdentityOp::isRowWise() { return true; }
bool DropoutOp::isRowWise() { return true; }

bool IdentityOp::isIdentity() { return true; }
bool DropoutOp::isIdentity() { return true; }

/// The input of a layer that changes nothing, once inference has given both
/// ends the same type.
template <typename LayerOp>
static Value inputIfSameType(LayerOp op) {
  return op.getInput().getType() == op.getType() ? op.getInput() : Value();
}

OpFoldResult ReluOp::fold(FoldAdaptor) {
  return getInput().getDefiningOp<ReluOp>() ? inputIfSameType(*this) : Value();
}
OpFoldResult IdentityOp::fold(FoldAdaptor) { return inputIfSameType(*this); }
OpFoldResult DropoutOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

LogicalResult DropoutOp::verify() {
  double p = getP().convertToDouble();
  if (p >= 0.0 && p <= 1.0)
    return success();
  return emitOpError() << quotedName(*this)
                       << " needs a probability between 0 and 1, got " << p;
}

//===----------------------------------------------------------------------===//
// FlattenOp
//===----------------------------------------------------------------------===//

/// Relates the dimensions from `start` on of `x` to the one of `y` that is
/// their product, whichever of them is still unknown.
static LogicalResult relateProduct(Shape &x, unsigned start, Shape &y,
                                   StringRef layer, Location loc,
                                   EmitError emitError) {
  int64_t product = 1;
  Dim *unknown = nullptr;
  std::string factors;
  for (Dim &dim : llvm::drop_begin(x.dims, start)) {
    if (dim.isKnown()) {
      if (llvm::MulOverflow(product, dim.getSize(), product))
        return emitError() << "flattens 2^63 elements or more";
      factors += (factors.empty() ? "" : "*") + std::to_string(dim.getSize());
      if (product <= 0)
        return success(); // `verifySize` reports the dimension
    } else if (unknown) {
      return success(); // two unknowns: nothing follows
    } else {
      unknown = &dim;
    }
  }
  if (!unknown)
    return narrow(Dim(product, Origin{loc, fmt::format("{} flattened by {}",
                                                       factors, layer.str())}),
                  y, start, "flattened size", emitError);
  const Dim &whole = y.dims[start];
  if (!whole.isKnown())
    return success();
  if (whole.getSize() % product == 0) {
    *unknown = Dim(whole.getSize() / product, whole.getOrigin());
    x.changed = true;
    return success();
  }
  InFlightDiagnostic diag = emitError()
                            << "expects a flattened size that is a multiple of "
                            << product << ", got " << whole.getSize();
  diag.attachNote(whole.getOrigin().location)
      << whole.getSize() << " comes from " << whole.getOrigin().phrase;
  return diag;
}

LogicalResult FlattenOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (x.rank() == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  int64_t start = getStart();
  if (start < 0 || start >= int64_t(x.rank()))
    return emitError() << "expects 'start' between 0 and "
                       << int64_t(x.rank()) - 1 << " for an input of rank "
                       << x.rank() << ", got " << start;
  if (y.rank() != start + 1)
    return emitError() << "expects an output of rank " << start + 1
                       << ", got rank " << y.rank();
  for (unsigned dim = 0; dim < start; ++dim)
    if (failed(unify(x, dim, y, dim, fmt::format("size of dimension {}", dim),
                     emitError)))
      return failure();
  return relateProduct(x, start, y, quotedName(*this), getLoc(), emitError);
}

std::string FlattenOp::describe(NamingScheme scheme, const LayerShapes &,
                                StringRef) {
  return pick(scheme,
              fmt::format("Flatten(start_dim={}, end_dim=-1)", getStart()),
              "Flatten", "Flatten");
}

bool FlattenOp::isRowWise() { return getStart() > 0; }
bool FlattenOp::isIdentity() { return true; }

OpFoldResult FlattenOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

} // namespace nascent::nn
