//===- NNInterfaces.td - Layers and initialisers -----------*- tablegen -*-===//
//
// The only two things that passes know of layers and initialisers.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNINTERFACES_TD
#define NASCENT_DIALECT_NN_IR_NNINTERFACES_TD

include "mlir/IR/OpBase.td"

def LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    A layer of a network: how its shapes relate, which parameters it has and
    what it may be treated as. See `docs/AddingALayer.md`.
  }];
  let methods = [
    InterfaceMethod<[{
        Narrows the shapes of inputs, outputs and parameters together, forwards
        and backwards, by everything this layer's attributes and the shapes say
        of one another. Pure: reads the attributes and `shapes`, writes only
        `shapes`. Fails, after reporting through `emitError`, on a
        contradiction; the report shows both numbers and where each comes from.
      }],
      "::llvm::LogicalResult", "relate",
      (ins "::nascent::nn::LayerShapes &":$shapes,
           "::nascent::nn::EmitError":$emitError)>,
    InterfaceMethod<[{
        The layer's parameters in the order of the framework's listings, weight
        before bias. Their shapes are empty where `relate` fills them in.
      }],
      "::llvm::SmallVector<::nascent::nn::ParameterSpec>", "getParameters",
      (ins), "", [{ return {}; }]>,
    InterfaceMethod<
      "The symbol that holds parameter `index`; null before materialisation.",
      "::mlir::FlatSymbolRefAttr", "getParameterRef", (ins "unsigned":$index),
      "", [{ return {}; }]>,
    InterfaceMethod<
      "Makes the layer use the symbol `ref` for its parameter `index`.",
      "void", "setParameterRef",
      (ins "unsigned":$index, "::mlir::FlatSymbolRefAttr":$ref), "",
      [{ return; }]>,
    InterfaceMethod<
      "The name of the layer whose parameters this one shares; null if none.",
      "::mlir::StringAttr", "getTieAttr", (ins), "", [{ return {}; }]>,
    InterfaceMethod<
      "Makes the layer share the parameters of the layer called `name`.",
      "void", "setTieAttr", (ins "::mlir::StringAttr":$name), "",
      [{ return; }]>,
    InterfaceMethod<[{
        How often the layer multiplies and adds for one row of the batch, by the
        shapes given: a product of sizes, none of which it takes from the batch.
        Empty where it does not.
      }],
      "::llvm::SmallVector<::nascent::nn::Dim>", "getMultiplyAdds",
      (ins "const ::nascent::nn::LayerShapes &":$shapes), "",
      [{ return {}; }]>,
    InterfaceMethod<
      "Whether row i of the output depends on row i of the inputs only.",
      "bool", "isRowWise", (ins), "", [{ return true; }]>,
    InterfaceMethod<[{
        Whether, at inference, the output has the input's elements in the same
        order: such a layer costs nothing, even where it changes the shape.
      }],
      "bool", "isIdentity", (ins), "", [{ return false; }]>,
    InterfaceMethod<
      "Whether each element of the output depends on that of the input only.",
      "bool", "isElementwise", (ins), "", [{ return false; }]>,
    InterfaceMethod<[{
        The layer as a framework's listing shows it, for the shapes given.
        `activation` is the description of the activation after it where the
        framework shows the two as one, else empty.
      }],
      "std::string", "describe",
      (ins "::nascent::nn::NamingScheme":$scheme,
           "const ::nascent::nn::LayerShapes &":$shapes,
           "::llvm::StringRef":$activation)>,
    InterfaceMethod<
      "The layer's name: unique in its network and never derived again.",
      "::mlir::StringAttr", "getLayerName", (ins), "",
      [{ return $_op.getNameAttr(); }]>,
    InterfaceMethod<
      "Names the layer.",
      "void", "setLayerName", (ins "::mlir::StringAttr":$name), "",
      [{ $_op.setNameAttr(name); }]>
  ];
  let verify = [{ return ::nascent::nn::detail::verifyLayer($_op); }];
}

def InitializerAttrInterface : AttrInterface<"InitializerAttrInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    An initialiser: the distribution of one parameter's elements.

    The value of an element is a pure function of (seed, parameter name, element
    index). An initialiser that depends on the layer's fan resolves to one that
    does not; what is left has float arguments and computes one element.
  }];
  let methods = [
    InterfaceMethod<[{
        The same distribution without dependence on the fan. Returns null, after
        reporting through `emitError`, where the fan makes it impossible.
      }],
      "::mlir::Attribute", "resolve",
      (ins "::nascent::nn::Fan":$fan, "::nascent::nn::EmitError":$emitError),
      "", [{ return $_attr; }]>,
    InterfaceMethod<[{
        The numbers that a resolved initialiser's code takes as arguments: two
        initialisers of the same kind share one function.
      }],
      "::llvm::SmallVector<float>", "getArguments", (ins), "",
      [{ return {}; }]>,
    InterfaceMethod<
      "How many 32-bit random words an element takes: 0 or 1.",
      "unsigned", "getNumDraws", (ins), "", [{ return 0; }]>,
    InterfaceMethod<[{
        Emits the value of an element, or of a vector of them. `arguments` are
        the values of `getArguments` as `type`, `bits` the draw as integers of
        the same shape (null where there is none). Only IEEE add, sub, mul, div,
        sqrt and integer operations in one written order, so that every target
        gives the same bits.
      }],
      "::mlir::Value", "emitElement",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::Type":$type, "::mlir::ValueRange":$arguments,
           "::mlir::Value":$bits), "", [{ return {}; }]>
  ];
}

#endif // NASCENT_DIALECT_NN_IR_NNINTERFACES_TD
