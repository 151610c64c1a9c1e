//===- Loss.td - What training makes small -----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loss compares what a network computes with what it should. Its result is the
// sum over all rows, one number: who wants the mean multiplies by what it is the
// mean of, and adds up micro-batches and ranks as easily.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_LOSS_TD
#define NASCENT_DIALECT_NN_LAYERS_LOSS_TD

include "nascent/Dialect/NN/Layers/Layer.td"

def NN_Target : AnyTypeOf<[NN_Tensor, RankedTensorOf<[I32]>]>;

/// The last layer of what is trained.
def IsLoss : NativeOpTrait<"IsLoss"> {
  let cppNamespace = "::nascent::nn::OpTrait";
}
/// A loss whose target are labels.
def TakesLabels : NativeOpTrait<"TakesLabels"> {
  let cppNamespace = "::nascent::nn::OpTrait";
}

class NN_Loss<string mnemonic, list<Clause> clauses,
              list<string> overrides = [], list<Trait> traits = []>
    : NN_Layer<mnemonic, MixesRows, !listconcat([IsLoss], traits),
               !listconcat(clauses, [NameClause]), overrides, "",
               (ins Variadic<NN_Target>:$inputs)> {
  let hasVerifier = 1;
}

/// The sum over all elements of what is computed of one and its target.
class NN_ElementLoss<string mnemonic, list<Clause> clauses = []>
    : NN_Loss<mnemonic, clauses> {
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return detail::relateElementLoss(*this, shapes, emitError);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return detail::verifyLoss(*this);
    }
  }];
}

/// The sum over all places of what is computed of the numbers of its classes
/// and of the label.
class NN_LabelLoss<string mnemonic, list<Clause> clauses = []>
    : NN_Loss<mnemonic,
        !listconcat([
          IntegerClause<"axis", DefaultValuedAttr<I64Attr, "1">,
                        "the dimension of the classes; -1 is the last one">,
          IntegerClause<"ignore_index", DefaultValuedAttr<I64Attr, "-100">,
                        "the label of places that do not count">,
          FloatsClause<"weights", "what the losses of each class are multiplied "
                       "by", "1 for all">], clauses),
        ["getIndexLimit"], [TakesLabels]> {
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return detail::relateLabelLoss(*this, getAxis(), shapes, emitError);
    }
    std::optional<int64_t> $cppClass::getIndexLimit(unsigned input) {
      return detail::getLabelLimit(*this, getAxis(), input);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return detail::verifyLoss(*this);
    }
  }];
}

def NN_CrossEntropyOp : NN_LabelLoss<"cross_entropy",
    [FloatClause<"label_smoothing", DefaultValuedAttr<NN_FiniteAttr, "0.0">,
                 "how much of each target all classes share">]> {
  let summary = "minus the logarithm of the label's share in softmax";
  let listing = Listing<"CrossEntropyLoss()", "SoftmaxCELoss()",
                        "SparseCategoricalCrossentropy">;
  let semantics = [{
    PyTorch's `CrossEntropyLoss(reduction="sum")` of labels, which are `int32_t` in C.
    The input is not normalised: what a last dense layer computes.

    Shapes: input `[batch, classes, …]`, labels `[batch, …]`, result `[1]`.

    ```mlir
    %2 = nn.cross_entropy %1, %label : tensor<64x10xf32>, tensor<64xi32> -> tensor<1xf32>
    ```
  }];
}

def NN_NllOp : NN_LabelLoss<"nll"> {
  let summary = "minus the log-probability of the label's class";
  let listing = Listing<"NLLLoss()", "NLLLoss()", "NLLLoss">;
  let semantics = [{
    PyTorch's `NLLLoss(reduction="sum")`: of logarithms, as `nn.log_softmax` gives
    them.

    Shapes: as for `nn.cross_entropy`.
  }];
}

def NN_MseOp : NN_ElementLoss<"mse"> {
  let summary = "the square of the difference";
  let listing = Listing<"MSELoss()", "L2Loss()", "MeanSquaredError">;
  let semantics = [{
    PyTorch's `MSELoss(reduction="sum")`.

    ```mlir
    %2 = nn.mse %1, %target : tensor<64x10xf32>, tensor<64x10xf32> -> tensor<1xf32>
    ```
  }];
}

def NN_L1Op : NN_ElementLoss<"l1"> {
  let summary = "the magnitude of the difference";
  let listing = Listing<"L1Loss()", "L1Loss()", "MeanAbsoluteError">;
  let semantics = [{ PyTorch's `L1Loss(reduction="sum")`. }];
}

def NN_HuberOp : NN_ElementLoss<"huber",
    [FloatClause<"delta", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "the difference from which on it grows no faster">]> {
  let summary = "half the square of small differences, the magnitude of large";
  let listing = Listing<"HuberLoss(delta={delta})", "HuberLoss()", "Huber">;
  let semantics = [{
    PyTorch's `HuberLoss(reduction="sum")`: d²/2 where |d| < delta, else
    delta·(|d| − delta/2).
  }];
}

def NN_BceWithLogitsOp : NN_ElementLoss<"bce_with_logits"> {
  let summary = "minus the logarithm of what sigmoid gives the target";
  let listing = Listing<"BCEWithLogitsLoss()", "SigmoidBCELoss()",
                        "BinaryCrossentropy">;
  let semantics = [{
    PyTorch's `BCEWithLogitsLoss(reduction="sum")`: of an input x that is not
    normalised and a target t from 0 to 1, log(1 + eˣ) − x·t.
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_LOSS_TD
