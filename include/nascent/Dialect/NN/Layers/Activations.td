//===- Activations.td - Layers that keep the shape ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Same shape in and out; only prelu has a parameter.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD
#define NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD

include "nascent/Dialect/NN/Layers/Layer.td"

class NN_Activation<string mnemonic, string rowWise, list<Clause> clauses = [],
                    list<string> overrides = []>
    : NN_Layer<mnemonic, rowWise, [], !listconcat(clauses, [NameClause]),
               overrides> {
  let keepsType = "true";
}

def NN_FiniteAttr : ConfinedAttr<F64Attr, [AttrConstraint<
    CPred<"std::isfinite(static_cast<float>("
          "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble()))">>]> {
  let summary = "a number of f64 that is finite in f32";
}

/// An activation of one element at a time, and so of one row.
class NN_Elementwise<string mnemonic, list<Clause> clauses = [],
                     list<string> overrides = []>
    : NN_Activation<mnemonic, RowWise, clauses,
                    !listconcat(["assignOrders"], overrides)> {
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return detail::relateSame(shapes, emitError);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      detail::keepOrders(orders);
    }
  }];
}

def NN_ReluOp : NN_Elementwise<"relu"> {
  let summary = "rectifier: max(x, 0); NaN stays NaN, as in PyTorch";
  let listing = Listing<"ReLU()", "Activation(relu)", "ReLU">;
  let hasFolder = 1;
}

def NN_LeakyReluOp : NN_Elementwise<"leaky_relu",
    [FloatClause<"slope", DefaultValuedAttr<NN_FiniteAttr, "0.01">,
                 "what x is multiplied by where it is not positive">]> {
  let summary = "leaky rectifier: x where x > 0, else slope·x";
  let listing = Listing<
      "LeakyReLU(negative_slope={slope})",
      "LeakyReLU({slope})",
      "LeakyReLU">;
}

def NN_EluOp : NN_Elementwise<"elu",
    [FloatClause<"alpha", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "−alpha is the limit as x falls">]> {
  let summary = "exponential linear unit: x where x > 0, else alpha·(eˣ − 1)";
  let listing = Listing<"ELU(alpha={alpha})", "ELU()", "ELU">;
}

def NN_SeluOp : NN_Elementwise<"selu"> {
  let summary = "self-normalising elu: 1.0507·x where x > 0, else "
                "1.7581·(eˣ − 1)";
  let listing = Listing<"SELU()", "SELU()", "SELU">;
  let semantics = [{
    The numbers are those of Klambauer et al., 2017: the scale
    1.0507009873554805, and its product with alpha, 1.6732632423543772.
  }];
}

def NN_CeluOp : NN_Elementwise<"celu",
    [FloatClause<"alpha", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "−alpha is the limit as x falls">]> {
  let summary = "elu without a kink: x where x > 0, else alpha·(e^(x/alpha) − 1)";
  let listing = Listing<"CELU(alpha={alpha})", "celu()", "CELU">;
  let hasVerifier = 1;
}

def NN_PreluOp : NN_ParametricLayer<"prelu", RowWise,
    [FlagClause<"per_channel", "each channel, dimension 1, has its own slope",
                "all elements have one">,
     NameClause],
    [Parameter<"weight", "Slope", "1", "init", "detail::slope(getContext())">],
    "", ["assignOrders"]> {
  let summary = "leaky rectifier that learns its slope: x where x > 0, else "
                "weight·x";
  let listing = Listing<"PReLU(num_parameters={weight.0})", "PReLU()", "PReLU">;
  let semantics = [{
    PyTorch's `PReLU`. The weight, `(1)` or `(channels)`, begins at 0.25.

    ```mlir
    %0 = nn.prelu %x per_channel : tensor<?x16x?x?xf32>
    ```
  }];
  let keepsType = "true";
}

def NN_HardtanhOp : NN_Elementwise<"hardtanh",
    [FloatClause<"min", DefaultValuedAttr<NN_FiniteAttr, "-1.0">,
                 "the least result">,
     FloatClause<"max", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "the greatest result">]> {
  let summary = "its input, but no less than min and no more than max";
  let listing = Listing<
      "Hardtanh(min_val={min}, max_val={max})",
      "hardtanh()",
      "Hardtanh">;
  let semantics = [{
    PyTorch's `ReLU6` is `min(0.0) max(6.0)`.
  }];
  let hasVerifier = 1;
}

def NN_AffineOp : NN_Elementwise<"affine",
    [FloatClause<"scale", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "what x is multiplied by">,
     FloatClause<"offset", DefaultValuedAttr<NN_FiniteAttr, "0.0">,
                 "what is added to the product">]> {
  let summary = "scale·x + offset, two numbers that are not learnt";
  let listing = Listing<
      "Affine(scale={scale}, offset={offset})",
      "Affine(scale={scale}, offset={offset})",
      "Rescaling">;
}

def NN_SigmoidOp : NN_Elementwise<"sigmoid"> {
  let summary = "1 / (1 + e⁻ˣ)";
  let listing = Listing<"Sigmoid()", "Activation(sigmoid)", "Sigmoid">;
}

def NN_LogSigmoidOp : NN_Elementwise<"log_sigmoid"> {
  let summary = "the logarithm of sigmoid: −log(1 + e⁻ˣ)";
  let listing = Listing<
      "LogSigmoid()",
      "Activation(log_sigmoid)",
      "LogSigmoid">;
}

def NN_HardsigmoidOp : NN_Elementwise<"hardsigmoid"> {
  let summary = "x + 3 within 0 and 6, by 6";
  let listing = Listing<"Hardsigmoid()", "hard_sigmoid()", "Hardsigmoid">;
}

def NN_SoftplusOp : NN_Elementwise<"softplus",
    [FloatClause<"beta", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "how sharp the bend at 0 is">,
     FloatClause<"threshold", DefaultValuedAttr<NN_FiniteAttr, "20.0">,
                 "where beta·x exceeds it, the result is x">]> {
  let summary = "a rectifier without a kink: log(1 + e^(beta·x)) / beta";
  let listing = Listing<
      "Softplus(beta={beta}, threshold={threshold})",
      "softplus()",
      "Softplus">;
  let hasVerifier = 1;
}

def NN_SoftsignOp : NN_Elementwise<"softsign"> {
  let summary = "x / (1 + |x|)";
  let listing = Listing<"Softsign()", "Activation(softsign)", "Softsign">;
}

def NN_TanhOp : NN_Elementwise<"tanh"> {
  let summary = "the hyperbolic tangent";
  let listing = Listing<"Tanh()", "Activation(tanh)", "Tanh">;
}

def NN_GeluOp : NN_Elementwise<"gelu",
    [FlagClause<"tanh", "the approximation by `tanh`", "exact">]> {
  let summary = "Gaussian error linear unit: x·Φ(x)";
  let listing = Listing<
      "GELU(approximate='{tanh|True=tanh|False=none}')",
      "GELU()",
      "GELU">;
  let semantics = [{
    Exact: x/2·(1 + erf(x/√2)). `tanh`:
    x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks and Gimpel, 2016).
  }];
}

def NN_SiluOp : NN_Elementwise<"silu"> {
  let summary = "sigmoid linear unit, also called swish: x·sigmoid(x)";
  let listing = Listing<"SiLU()", "SiLU()", "SiLU">;
}

def NN_HardswishOp : NN_Elementwise<"hardswish"> {
  let summary = "x·hardsigmoid(x)";
  let listing = Listing<"Hardswish()", "hardswish()", "Hardswish">;
}

def NN_MishOp : NN_Elementwise<"mish"> {
  let summary = "x·tanh(softplus(x))";
  let listing = Listing<"Mish()", "Activation(mish)", "Mish">;
}

/// An activation of all elements along a dimension. Rows stay apart only where
/// that is not the rows' own.
class NN_Normalizer<string mnemonic>
    : NN_Activation<mnemonic, "getType().getRank() > 1",
        [IntegerClause<"axis", DefaultValuedAttr<I64Attr, "-1">,
                       "the dimension, any but the batch, along which elements "
                       "sum to 1; -1 is the last one">],
        ["assignOrders"]> {
  let semantics = [{
    A value of rank 1 has no batch: all of its elements sum to 1.

    ```mlir
    %0 = nn.}] # mnemonic # [{ %x axis(1) : tensor<?x21x64x64xf32>
    ```
  }];
}

def NN_SoftmaxOp : NN_Normalizer<"softmax"> {
  let summary = "e^(x−max) / Σ e^(x−max) along a dimension";
  let listing = Listing<"Softmax(dim={axis})", "softmax()", "Softmax">;
}

def NN_LogSoftmaxOp : NN_Normalizer<"log_softmax"> {
  let summary = "the logarithm of softmax: x − max − log Σ e^(x−max)";
  let listing = Listing<
      "LogSoftmax(dim={axis})",
      "log_softmax()",
      "LogSoftmax">;
}

#endif // NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD
