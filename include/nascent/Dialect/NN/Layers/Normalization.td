//===- Normalization.td - Layers of means and variances ----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_NORMALIZATION_TD
#define NASCENT_DIALECT_NN_LAYERS_NORMALIZATION_TD

include "nascent/Dialect/NN/Layers/Activations.td"

def NN_EpsilonAttr : ConfinedAttr<NN_FiniteAttr, [AttrConstraint<
    CPred<"!::llvm::cast<::mlir::FloatAttr>($_self).getValue().isNegative()">>]> {
  let summary = "a number of f64 that is not negative, and finite in f32";
}

def NN_MomentumAttr : ConfinedAttr<NN_FiniteAttr, [AttrConstraint<
    CPred<"::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble() >= 0 && "
          "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble() <= 1">>]> {
  let summary = "a number of f64 from 0 to 1";
}

def EpsilonClause : FloatClause<
    "eps", DefaultValuedAttr<NN_EpsilonAttr, "1.0e-5">,
    "what is added to a variance before its root is taken">;

class ScaleParameter<string rank, list<string> absentBy,
                     string presentBy = "">
    : Parameter<"weight", "Scale", rank, "init",
                "OnesAttr::get(getContext())", absentBy, presentBy>;
class ShiftParameter<string rank, list<string> absentBy,
                     string presentBy = "">
    : Parameter<"bias", "Shift", rank, "bias_init",
                "ZerosAttr::get(getContext())", absentBy, presentBy>;

def NoAffineClause : FlagClause<"no_affine", "there are no weight and no bias",
                                "there are both">;

/// A layer that subtracts a mean, divides by the root of a variance, multiplies
/// by its weight and adds its bias.
class NN_Normalization<string mnemonic, list<Clause> clauses,
                       list<Parameter> parameters,
                       string leadingInteger = "",
                       list<string> overrides = ["assignOrders"]>
    : NN_ParametricLayer<mnemonic, RowWise, !listconcat(clauses, [NameClause]),
                         parameters, leadingInteger, overrides> {
  let keepsType = "true";
}

def NN_BatchNormOp : NN_Normalization<"batch_norm",
    [EpsilonClause,
     FloatClause<"momentum", DefaultValuedAttr<NN_MomentumAttr, "0.1">,
                 "how much of new statistics training takes on">,
     NoAffineClause],
    [ScaleParameter<"1", ["no_affine"]>, ShiftParameter<"1", ["no_affine"]>,
     Parameter<"running_mean", "Mean", "1", "",
               "ZerosAttr::get(getContext())", [], "", 0>,
     Parameter<"running_var", "Variance", "1", "",
               "OnesAttr::get(getContext())", [], "", 0>],
    "", ["assignOrders", "isRowWiseInTraining"]> {
  let summary = "normalises by the statistics that training has found";
  let listing = Listing<
      "{lazy:input.1}BatchNorm{d}d({input.1}, eps={eps}, "
      "momentum={momentum}, affine={!no_affine}, track_running_stats=True)",
      "BatchNorm(axis=1, eps={eps}, momentum={kept:momentum}, "
      "fix_gamma={no_affine}, use_global_stats=False, in_channels={input.1})",
      "BatchNormalization">;
  let semantics = [{
    PyTorch's `BatchNorm1d`, `2d` and `3d`, at inference: (x − running_mean) /
    √(running_var + eps)·weight + bias, of dimension 1. Inputs have rank 2 to 5,
    parameters the length of dimension 1. While a network is trained, a batch is
    normalised by its own mean and variance.

    ```mlir
    %1 = nn.batch_norm %0 : tensor<?x64x56x56xf32>
    ```
  }];
}

def NN_LayerNormOp : NN_Normalization<"layer_norm",
    [IntegerClause<"dims", DefaultValuedAttr<I64Attr, "1">,
                   "how many of the last dimensions are normalised together">,
     EpsilonClause, NoAffineClause,
     FlagClause<"no_bias", "there is no bias",
                "there is one, but for `no_affine`">],
    [ScaleParameter<"detail::countNormalized(*this)", ["no_affine"]>,
     ShiftParameter<"detail::countNormalized(*this)",
                    ["no_affine", "no_bias"]>]> {
  let summary = "normalises the last dimensions of each row";
  let listing = Listing<
      "LayerNorm({last:dims}, eps={eps}, elementwise_affine={!no_affine})",
      "LayerNorm(eps={eps}, axis=-1, center={no_affine|True=False|"
      "False={!no_bias}}, scale={!no_affine}, in_channels={input.-1})",
      "LayerNormalization">;
  let semantics = [{
    PyTorch's `LayerNorm`: (x − mean) / √(variance + eps)·weight + bias, the mean
    and the variance, which is biased, being those of the last `dims` dimensions.
    Those are the shape of weight and bias; the batch is not among them.

    ```mlir
    %1 = nn.layer_norm %0 : tensor<?x16x512xf32>
    ```
  }];
}

def NN_GroupNormOp : NN_Normalization<"group_norm",
    [EpsilonClause, NoAffineClause],
    [ScaleParameter<"1", ["no_affine"]>, ShiftParameter<"1", ["no_affine"]>],
    "groups"> {
  let summary = "normalises groups of neighbouring channels of each row";
  let listing = Listing<
      "GroupNorm({groups}, {input.1}, eps={eps}, affine={!no_affine})",
      "GroupNorm(eps={eps}, num_groups={groups}, center={!no_affine}, "
      "scale={!no_affine}, in_channels={input.1})",
      "GroupNormalization">;
  let semantics = [{
    PyTorch's `GroupNorm`: like `nn.layer_norm`, with the mean and the variance of
    each group of dimension 1, over all dimensions behind it. Weight and bias have
    one element a channel.

    ```mlir
    %1 = nn.group_norm %0, 8 : tensor<?x64x56x56xf32>
    ```
  }];
}

def NN_InstanceNormOp : NN_Normalization<"instance_norm",
    [EpsilonClause,
     FlagClause<"affine", "there are a weight and a bias",
                "there are none, as in PyTorch">],
    [ScaleParameter<"1", [], "affine">, ShiftParameter<"1", [], "affine">]> {
  let summary = "normalises each channel of each row";
  let listing = Listing<
      "{lazy:input.1}InstanceNorm{d}d({input.1}, eps={eps}, momentum=0.1, "
      "affine={affine}, track_running_stats=False)",
      "InstanceNorm(eps={eps}, axis=1, center={affine}, scale={affine}, "
      "in_channels={input.1})",
      "GroupNormalization">;
  let semantics = [{
    PyTorch's `InstanceNorm1d`, `2d` and `3d`: `nn.group_norm` with a group for
    each channel.

    ```mlir
    %1 = nn.instance_norm %0 : tensor<?x64x56x56xf32>
    ```
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_NORMALIZATION_TD
