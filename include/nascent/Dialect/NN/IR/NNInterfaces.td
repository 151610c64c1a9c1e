//===- NNInterfaces.td - Layers, initialisers, optimisers --*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that passes know of layers, initialisers and optimisers; and what is loaded
// and stored, in lowered functions.
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
    InterfaceMethod<[{
        What is in memory while the layer is computed, where that grows faster with
        an input of the shape given than the input and the result do.
      }],
      "::std::optional<::nascent::nn::Shape>", "getLargestIntermediate",
      (ins "const ::nascent::nn::Shape &":$input), "",
      [{ return std::nullopt; }]>,
    InterfaceMethod<[{
        Where an input is of indices, one more than the greatest that there is.
        The forward function of a network is not run on any other.
      }],
      "std::optional<int64_t>", "getIndexLimit", (ins "unsigned":$input), "",
      [{ return ::nascent::nn::detail::limitOfLengths($_op, input); }]>,
    InterfaceMethod<[{
        Where an input is how long each row of the first input is, from 1 on, the
        dimension of that which is so long.
      }],
      "std::optional<unsigned>", "getLengthDim", (ins "unsigned":$input), "",
      [{ return std::nullopt; }]>,
    InterfaceMethod<[{
        Whether row i of the output depends on row i of the inputs only. There
        is no default: a layer that mixes rows and does not say so would be
        computed wrongly, some rows at a time.
      }],
      "bool", "isRowWise", (ins)>,
    InterfaceMethod<[{
        The same while the network is trained, where batches may be walked in blocks
        whose gradients are added up.
      }],
      "bool", "isRowWiseInTraining", (ins), "", [{ return $_op.isRowWise(); }]>,
    InterfaceMethod<[{
        Decides how values are stored. On entry, `orders` says how the inputs
        are; the layer replaces what it cannot use by what it needs, and says
        how its output and its parameters then are. Without it, all are stored in
        the order of their types.
      }],
      "void", "assignOrders", (ins "::nascent::nn::LayerOrders &":$orders), "",
      [{ ::llvm::fill(orders.inputs, ::nascent::nn::Order()); }]>,
    InterfaceMethod<[{
        Whether, at inference, the output has the input's elements in the same
        order: such a layer costs nothing, even where it changes the shape.
      }],
      "bool", "isIdentity", (ins), "", [{ return false; }]>,
    InterfaceMethod<
      "The same while the network is trained.",
      "bool", "isIdentityInTraining", (ins), "",
      [{ return $_op.isIdentity(); }]>,
    InterfaceMethod<
      "How listings show the layer: what ODS says.",
      "::nascent::nn::ListingTexts", "getListing", (ins)>,
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
    An initialiser: the distribution of one parameter's elements. See
    `docs/Initialisers.md`.

    The value of an element is a pure function of (seed, parameter name, element
    index). An initialiser that depends on the layer's fan resolves to one that
    does not; what is left computes one element from its arguments, its random
    draws and, if it asks for them, its row and column. One that is not
    element-wise then completes the whole tensor in place, in one fixed order.

    Only IEEE add, sub, mul, div, sqrt and integer operations in one written
    order may be emitted, so that every target gives the same bits.
  }];
  let methods = [
    InterfaceMethod<[{
        The same distribution without dependence on the fan. Returns null, after
        reporting through `emitError`, where the parameter makes it impossible.
      }],
      "::mlir::Attribute", "resolve",
      (ins "const ::nascent::nn::InitTarget &":$target,
           "::nascent::nn::EmitError":$emitError),
      "", [{ return $_attr; }]>,
    InterfaceMethod<[{
        Checks the symbols that the initialiser refers to, as seen from `user`.
      }],
      "::llvm::LogicalResult", "verifySymbolUses",
      (ins "::mlir::Operation *":$user,
           "::mlir::SymbolTableCollection &":$symbols,
           "::nascent::nn::EmitError":$emitError),
      "", [{ return ::llvm::success(); }]>,
    InterfaceMethod<[{
        What distinguishes the code of a resolved initialiser from that of
        others: parameters of one kind share a function.
      }],
      "std::string", "getKind", (ins), "",
      [{ return $_attr.getMnemonic().str(); }]>,
    InterfaceMethod<[{
        The numbers that a resolved initialiser's code takes as arguments, each
        an f32 or an i32.
      }],
      "::llvm::SmallVector<::mlir::TypedAttr>", "getArguments",
      (ins "const ::nascent::nn::InitTarget &":$target), "",
      [{ return {}; }]>,
    InterfaceMethod<[{
        What an element draws, in the order of the draws' numbers. Symbols are
        looked up from `scope`, here and below.
      }],
      "::llvm::SmallVector<::nascent::nn::Draw>", "getDraws",
      (ins "::mlir::Operation *":$scope), "", [{ return {}; }]>,
    InterfaceMethod<
      "Whether an element depends on its row and column.",
      "bool", "usesPosition", (ins "::mlir::Operation *":$scope), "",
      [{ return false; }]>,
    InterfaceMethod<
      "Emits the value of an element, or of a vector of them.",
      "::mlir::Value", "emitElement",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "const ::nascent::nn::InitElement &":$element), "",
      [{ return {}; }]>,
    InterfaceMethod<
      "Whether elements are all there is to it.",
      "bool", "isElementwise", (ins), "", [{ return true; }]>,
    InterfaceMethod<[{
        Emits what turns the elements, which are in their places already, into
        the initial values: in place, in one fixed order, without memory.
      }],
      "void", "emitTensor", (ins "::nascent::nn::InitTensor &":$tensor), "",
      [{ return; }]>
  ];
}

def LoadOpInterface : OpInterface<"LoadOpInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    The first result is what is stored of a parameter, inside a lowered function.
  }];
  let methods = [
    InterfaceMethod<"What is loaded.", "::nascent::nn::Storage", "getStorage">
  ];
}

def StoreOpInterface : OpInterface<"StoreOpInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    Gives what is stored of a parameter a new value, at the end of a lowered
    function.
  }];
  let methods = [
    InterfaceMethod<"What is stored.", "::nascent::nn::Storage", "getStorage">,
    InterfaceMethod<"Its new value.", "::mlir::Value", "getNewValue", (ins), "",
                    [{ return $_op.getValue(); }]>
  ];
}

def OptimizerAttrInterface : AttrInterface<"OptimizerAttrInterface"> {
  let cppNamespace = "::nascent::nn";
  let description = [{
    An optimiser: how a step of training changes one element of a parameter by its
    gradient, and by states that are kept from step to step. See
    `docs/Training.md`.

    Only IEEE add, sub, mul, div, sqrt and integer operations in one written
    order may be emitted, so that every target gives the same bits.
  }];
  let methods = [
    InterfaceMethod<[{
        What its structure and its function are called in C: two optimisers of one
        name are one, and differ in values of hyperparameters alone.
      }],
      "::llvm::StringRef", "getFunctionName", (ins), "",
      [{ return $_attr.getMnemonic(); }]>,
    InterfaceMethod<[{
        What a program chooses at each step, in the order of their kinds. The
        learning rate and the weight decay are among them.
      }],
      "::llvm::SmallVector<::nascent::nn::Hyperparameter>",
      "getHyperparameters", (ins)>,
    InterfaceMethod<[{
        What a step does with an element, as lines of C for the header.
      }],
      "::llvm::StringRef", "getFormula", (ins)>,
    InterfaceMethod<
      "What it keeps, in order. At most one hyperparameter decides of that.",
      "::llvm::SmallVector<::nascent::nn::OptimizerState>", "getStates",
      (ins)>,
    InterfaceMethod<
      "Emits what all elements have in common: values of f32 and i1.",
      "::llvm::SmallVector<::mlir::Value>", "emitShared",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder,
           "::nascent::nn::GetHyperparameter":$get)>,
    InterfaceMethod<[{
        Emits a step of one element, whose gradient has been scaled. Returns the
        parameter's new value.
      }],
      "::mlir::Value", "emitElement",
      (ins "::nascent::ElementwiseBuilder &":$builder,
           "::nascent::nn::StepElement &":$element)>
  ];
}

#endif // NASCENT_DIALECT_NN_IR_NNINTERFACES_TD
