//===- Activations.td - Layers that keep the shape ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Same shape in and out, no parameters.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD
#define NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD

include "nascent/Dialect/NN/Layers/Layer.td"

class NN_Activation<string mnemonic, list<Clause> clauses = [],
                    list<string> overrides = []>
    : NN_Layer<mnemonic, [], !listconcat(clauses, [NameClause]), overrides> {
  let keepsType = "true";
}

def NN_FiniteAttr : ConfinedAttr<F64Attr, [AttrConstraint<
    CPred<"std::isfinite(static_cast<float>("
          "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble()))">,
    "whose value is finite in f32">]>;

/// An activation of one element at a time, and so of one row.
class NN_Elementwise<string mnemonic, list<Clause> clauses = []>
    : NN_Activation<mnemonic, clauses, ["assignOrders"]> {
  let extraClassDefinition = syntax # [{
    bool $cppClass::isRowWise() { return true; }
    void $cppClass::assignOrders(LayerOrders &orders) {
      detail::keepOrders(orders);
    }
  }];
}

def NN_ReluOp : NN_Elementwise<"relu"> {
  let summary = "rectifier: max(x, 0); NaN stays NaN, as in PyTorch";
  let hasFolder = 1;
}

def NN_LeakyReluOp : NN_Elementwise<"leaky_relu",
    [FloatClause<"slope", DefaultValuedAttr<NN_FiniteAttr, "0.01">,
                 "what x is multiplied by where it is not positive">]> {
  let summary = "leaky rectifier: x where x > 0, else slope·x";
}

def NN_EluOp : NN_Elementwise<"elu",
    [FloatClause<"alpha", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "−alpha is the limit as x falls">]> {
  let summary = "exponential linear unit: x where x > 0, else alpha·(eˣ − 1)";
}

def NN_SigmoidOp : NN_Elementwise<"sigmoid"> {
  let summary = "1 / (1 + e⁻ˣ)";
}

def NN_TanhOp : NN_Elementwise<"tanh"> {
  let summary = "the hyperbolic tangent";
}

def NN_GeluOp : NN_Elementwise<"gelu",
    [FlagClause<"tanh", "the approximation by `tanh`", "exact">]> {
  let summary = "Gaussian error linear unit: x·Φ(x)";
  let semantics = [{
    Exact: x/2·(1 + erf(x/√2)). `tanh`:
    x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks and Gimpel, 2016).
  }];
}

def NN_SiluOp : NN_Elementwise<"silu"> {
  let summary = "sigmoid linear unit, also called swish: x·sigmoid(x)";
}

def NN_SoftmaxOp : NN_Activation<"softmax"> {
  let summary = "e^(x−max) / Σ e^(x−max) over the last dimension";
}

def NN_LogSoftmaxOp : NN_Activation<"log_softmax"> {
  let summary = "the logarithm of softmax: x − max − log Σ e^(x−max)";
}

#endif // NASCENT_DIALECT_NN_LAYERS_ACTIVATIONS_TD
