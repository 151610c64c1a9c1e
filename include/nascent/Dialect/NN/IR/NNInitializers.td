//===- NNInitializers.td - Initialisers --------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNINITIALIZERS_TD
#define NASCENT_DIALECT_NN_IR_NNINITIALIZERS_TD

include "mlir/IR/EnumAttr.td"
include "nascent/Dialect/NN/IR/NNAttributeBase.td"
include "nascent/Dialect/NN/IR/NNInterfaces.td"

//===----------------------------------------------------------------------===//
// Initialisers that compute elements
//===----------------------------------------------------------------------===//

/// An initialiser that stands on its own: it overrides the named methods.
class NN_Initializer<string name, string attrMnemonic, list<string> overrides>
    : NN_Attr<name, attrMnemonic,
              [DeclareAttrInterfaceMethods<InitializerAttrInterface,
                                           overrides>]>;

/// An initialiser that is a case of another one, once the fan is known.
class NN_DerivedInitializer<string name, string attrMnemonic>
    : NN_Initializer<name, attrMnemonic, ["resolve"]>;

def NN_ZerosAttr : NN_DerivedInitializer<"Zeros", "zeros"> {
  let summary = "every element 0";
  let description = [{ `torch.nn.init.zeros_`, Keras's `Zeros`. }];
}

def NN_OnesAttr : NN_DerivedInitializer<"Ones", "ones"> {
  let summary = "every element 1";
  let description = [{ `torch.nn.init.ones_`, Keras's `Ones`. }];
}

def NN_ConstantAttr
    : NN_Initializer<"Constant", "constant", ["getArguments", "emitElement"]> {
  let summary = "every element the same value";
  let description = [{
    `torch.nn.init.constant_`, Keras's `Constant`. Example:
    `#nn.constant<42.0>`.
  }];
  let parameters = (ins NN_Float<>:$value);
  let places = 1;
  let genVerifyDecl = 1;
}

def NN_UniformAttr
    : NN_Initializer<"Uniform", "uniform",
                     ["getArguments", "getDraws", "emitElement"]> {
  let summary = "uniform on [low, high)";
  let description = [{
    `low + u * (high - low)` with `u` the upper 24 bits of the draw times 2^-24,
    the product and the sum each rounded to f32 (`torch.nn.init.uniform_`). The
    rounding of the sum can reach `high` itself.

    Example: `#nn.uniform<-0.07, 0.07>` (MXNet Gluon's default).
  }];
  let parameters = (ins NN_Float<>:$low, NN_Float<>:$high);
  let places = 2;
  let genVerifyDecl = 1;
}

def NN_NormalAttr
    : NN_Initializer<"Normal", "normal",
                     ["getArguments", "getDraws", "emitElement"]> {
  let summary = "normal with a mean and a standard deviation";
  let description = [{
    `mean + std * z` (`torch.nn.init.normal_`). Of each four elements the first
    and the third, and the second and the fourth, have as `z` the coordinates of
    a point by the method of Box and Muller, which is made of their two random
    words. |z| is at most 6.56, and the distribution is exactly symmetric.

    Example: `#nn.normal<0.0, 0.01>`.
  }];
  let parameters = (ins NN_Float<>:$mean, NN_Float<>:$std);
  let places = 2;
  let genVerifyDecl = 1;
}

def NN_TruncatedNormalAttr
    : NN_Initializer<"TruncatedNormal", "truncated_normal",
                     ["getArguments", "getDraws", "emitElement"]> {
  let summary = "normal, cut off at a number of standard deviations";
  let description = [{
    The normal distribution under the condition that a value lies between
    `mean + lower * std` and `mean + upper * std`; two standard deviations to
    either side where nothing else is said (Keras's `TruncatedNormal`,
    `jax.nn.initializers.truncated_normal`). `torch.nn.init.trunc_normal_` states
    the bounds as values: its `a` is `mean + lower * std`.

    One draw an element, by the inverse distribution function: `u` is
    `(m + 1/2) * 2^-23` with the upper 23 bits `m`, the value
    `mean + std * sqrt(2) * erfinv(x)` with `x` between `erf(lower / sqrt(2))`
    and `erf(upper / sqrt(2))` as `u` between 0 and 1, clamped to the bounds.

    Example: `#nn.truncated_normal<0.0, 0.01>`,
    `#nn.truncated_normal<0.0, 1.0, lower = -1.0, upper = 3.0>`.
  }];
  let parameters = (ins NN_Float<>:$mean, NN_Float<>:$std,
                        NN_Float<"-2.0">:$lower,
                        NN_Float<"2.0">:$upper);
  let places = 2;
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers that depend on the fan
//===----------------------------------------------------------------------===//

def NN_FanMode : I32EnumAttr<"FanMode", "which fan a variance is divided by", [
    I32EnumAttrCase<"FanIn", 0, "fan_in">,
    I32EnumAttrCase<"FanOut", 1, "fan_out">,
    I32EnumAttrCase<"FanAvg", 2, "fan_avg">]> {
  let cppNamespace = "::nascent::nn";
  let genSpecializedAttr = 0;
}

def NN_Nonlinearity : I32EnumAttr<"Nonlinearity", "what follows a layer", [
    I32EnumAttrCase<"Linear", 0, "linear">,
    I32EnumAttrCase<"Sigmoid", 1, "sigmoid">,
    I32EnumAttrCase<"Tanh", 2, "tanh">,
    I32EnumAttrCase<"Relu", 3, "relu">,
    I32EnumAttrCase<"LeakyRelu", 4, "leaky_relu">,
    I32EnumAttrCase<"Selu", 5, "selu">]> {
  let cppNamespace = "::nascent::nn";
  let genSpecializedAttr = 0;
}

def NN_Distribution : I32EnumAttr<"Distribution", "the shape of a variance", [
    I32EnumAttrCase<"TruncatedNormal", 0, "truncated_normal">,
    I32EnumAttrCase<"Normal", 1, "normal">,
    I32EnumAttrCase<"Uniform", 2, "uniform">]> {
  let cppNamespace = "::nascent::nn";
  let genSpecializedAttr = 0;
}

class NN_DefaultEnum<EnumInfo enum, string default> : EnumParameter<enum> {
  let defaultValue = enum.cppNamespace # "::" # enum.className # "::" # default;
}

def NN_XavierUniformAttr
    : NN_DerivedInitializer<"XavierUniform", "xavier_uniform"> {
  let summary = "U(±gain·√(6 / (fan_in + fan_out)))";
  let description = [{
    Glorot and Bengio, AISTATS 2010; `torch.nn.init.xavier_uniform_` and Keras's
    `glorot_uniform`. Example: `#nn.xavier_uniform`,
    `#nn.xavier_uniform<gain = 2.0>`.
  }];
  let parameters = (ins NN_Float<"1.0">:$gain);
  let genVerifyDecl = 1;
}

def NN_XavierNormalAttr
    : NN_DerivedInitializer<"XavierNormal", "xavier_normal"> {
  let summary = "N(0, gain·√(2 / (fan_in + fan_out)))";
  let description = [{
    Glorot and Bengio, AISTATS 2010; `torch.nn.init.xavier_normal_`. Keras's
    `glorot_normal` is truncated:
    `#nn.variance_scaling<scale = 1.0, mode = fan_avg>`.
  }];
  let parameters = (ins NN_Float<"1.0">:$gain);
  let genVerifyDecl = 1;
}

/// The standard deviation gain / √fan.
class NN_KaimingInitializer<string name, string mnemonic>
    : NN_DerivedInitializer<name, mnemonic> {
  let parameters = (ins NN_Float<"0.0">:$a,
                        NN_DefaultEnum<NN_FanMode, "FanIn">:$mode,
                        NN_DefaultEnum<NN_Nonlinearity,
                                       "LeakyRelu">:$nonlinearity);
  let genVerifyDecl = 1;
}

def NN_KaimingUniformAttr
    : NN_KaimingInitializer<"KaimingUniform", "kaiming_uniform"> {
  let summary = "U(±gain·√(3 / fan))";
  let description = [{
    He et al., ICCV 2015; `torch.nn.init.kaiming_uniform_`. `fan` is `fan_in`, or
    `fan_out` with `mode = fan_out`. `gain` is `torch.nn.init.calculate_gain` of
    `nonlinearity`: `√(2 / (1 + a²))` for `leaky_relu` of slope `a`, which is the
    default; `√2` for `relu`, 5/3 for `tanh`, 3/4 for `selu`, 1 for `linear` and
    `sigmoid`. PyTorch's default for `Linear` is `a = √5`, which makes the bound
    `1/√fan_in`.

    Example: `#nn.kaiming_uniform<a = 2.23606797749979>`,
    `#nn.kaiming_uniform<mode = fan_out, nonlinearity = relu>`.
  }];
}

def NN_KaimingNormalAttr
    : NN_KaimingInitializer<"KaimingNormal", "kaiming_normal"> {
  let summary = "N(0, gain / √fan)";
  let description = [{
    He et al., ICCV 2015; `torch.nn.init.kaiming_normal_`. `gain` and `fan` are
    those of `#nn.kaiming_uniform`. Keras's `he_normal` is truncated:
    `#nn.variance_scaling<scale = 2.0>`.
  }];
}

def NN_LecunUniformAttr
    : NN_DerivedInitializer<"LecunUniform", "lecun_uniform"> {
  let summary = "U(±√(3 / fan_in))";
  let description = [{
    LeCun et al., *Efficient BackProp*, 1998; Keras's and JAX's `lecun_uniform`.
  }];
}

def NN_LecunNormalAttr
    : NN_DerivedInitializer<"LecunNormal", "lecun_normal"> {
  let summary = "normal truncated at 2σ, of standard deviation √(1 / fan_in)";
  let description = [{
    `#nn.variance_scaling<scale = 1.0>`; Keras's and JAX's `lecun_normal`, Flax's
    default for weights.
  }];
}

def NN_VarianceScalingAttr
    : NN_DerivedInitializer<"VarianceScaling", "variance_scaling"> {
  let summary = "of variance scale / fan";
  let description = [{
    Keras's `VarianceScaling` and `jax.nn.initializers.variance_scaling`. `mode`
    chooses `fan_in`, `fan_out` or `fan_avg`, their mean; `distribution`
    - `truncated_normal`: cut off at two standard deviations σ, where
      `σ = √(scale / fan) / 0.87962566103423978` so that what is left has the
      variance asked for;
    - `normal`: `N(0, √(scale / fan))`, Keras's `untruncated_normal`;
    - `uniform`: `U(±√(3·scale / fan))`.

    Example: `#nn.variance_scaling<scale = 2.0, mode = fan_out>`.
  }];
  let parameters = (ins NN_Float<"1.0">:$scale,
                        NN_DefaultEnum<NN_FanMode, "FanIn">:$mode,
                        NN_DefaultEnum<NN_Distribution,
                                       "TruncatedNormal">:$distribution);
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers that depend on the place
//===----------------------------------------------------------------------===//

def NN_IdentityAttr
    : NN_Initializer<"Identity", "identity",
                     ["resolve", "usesPosition", "emitElement"]> {
  let summary = "1 on the diagonal, else 0";
  let description = [{
    `torch.nn.init.eye_`, Keras's `Identity`. The parameter must be a matrix.
  }];
}

def NN_DiracAttr
    : NN_Initializer<"Dirac", "dirac",
                     ["resolve", "getArguments", "usesPosition",
                      "emitElement"]> {
  let summary = "a convolution that passes its input channels on";
  let description = [{
    `torch.nn.init.dirac_` with one group: of a weight (out, in, kernel…), the
    element (d, d, kernel/2, …) is 1 for each d below both channel counts, and
    the rest are 0. The parameter must have a rank of 3 to 5.
  }];
}

def NN_PaddedNormalAttr
    : NN_Initializer<"PaddedNormal", "padded_normal",
                     ["resolve", "getArguments", "getDraws", "usesPosition",
                      "emitElement"]> {
  let summary = "normal, but for one row of zeros";
  let description = [{
    The values of `#nn.normal<mean, std>`, and 0 in row `row`: what PyTorch's
    `Embedding` is given with `padding_idx`.

    Example: `#nn.padded_normal<0.0, 1.0, row = 0>`.
  }];
  let parameters = (ins NN_Float<>:$mean, NN_Float<>:$std, NN_Integer:$row);
  let places = 2;
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers of a whole tensor
//===----------------------------------------------------------------------===//

def NN_OrthogonalAttr
    : NN_Initializer<"Orthogonal", "orthogonal",
                     ["resolve", "getArguments", "getDraws", "emitElement",
                      "isElementwise", "emitTensor"]> {
  let summary = "a random orthogonal matrix, times gain";
  let description = [{
    Saxe et al., ICLR 2014; `torch.nn.init.orthogonal_`. A parameter of shape
    (n, m, …) is taken for a matrix of n rows: its rows, or its columns if these
    are fewer, are orthonormal, then multiplied by `gain`.

    The elements are drawn from N(0, 1), one draw each. Then the rows or columns
    are made orthonormal by two passes of modified Gram–Schmidt. That is the Q of
    the QR decomposition whose R has a positive diagonal, and therefore
    distributed uniformly over all orthonormal systems. All sums are in ascending
    order.

    Example: `#nn.orthogonal`, `#nn.orthogonal<gain = 1.4142135623730951>`.
  }];
  let parameters = (ins NN_Float<"1.0">:$gain);
  let genVerifyDecl = 1;
}

def NN_SparseAttr
    : NN_Initializer<"Sparse", "sparse",
                     ["resolve", "getArguments", "getDraws", "emitElement",
                      "isElementwise", "emitTensor"]> {
  let summary = "normal, a part of each column zero";
  let description = [{
    Martens, ICML 2010; `torch.nn.init.sparse_`. In each column of a matrix of n
    rows, ⌈sparsity·n⌉ elements, chosen at random, are 0 and the others are of
    N(0, std).

    The values are those of `#nn.normal<0.0, std>`. A column is then walked from
    its first row: with z zeros and r rows to go, an element becomes zero if
    ⌊d·r / 2³²⌋ < z for its second draw d (Knuth's selection sampling), so that
    every choice of rows is as likely as any other.

    Example: `#nn.sparse<sparsity = 0.1>`,
    `#nn.sparse<sparsity = 0.9, std = 1.0>`.
  }];
  let parameters = (ins NN_Float<>:$sparsity, NN_Float<"0.01">:$std);
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers that users write, and rules that attach any of them
//===----------------------------------------------------------------------===//

def NN_CustomAttr
    : NN_Initializer<"Custom", "custom",
                     ["resolve", "verifySymbolUses", "getKind", "getDraws",
                      "usesPosition", "emitElement"]> {
  let summary = "what an nn.initializer computes";
  let description = [{ Example: `#nn.custom<@far>`. }];
  let parameters = (ins AttrParameter<"::mlir::FlatSymbolRefAttr",
                                      "an nn.initializer">:$initializer);
  let places = 1;
}

def NN_InitRuleAttr : NN_Attr<"InitRule", "init_rule"> {
  let summary = "the initialiser of all parameters whose names match";
  let description = [{
    An element of a network's `nn.init_rules`. In the pattern, `*` stands for any
    text, `?` for one character and `[a-z]` for one of some; it must match the
    whole name, such as `0.weight`.

    Example: `#nn.init_rule<"*.weight", #nn.normal<0.0, 0.01>>`.
  }];
  let parameters = (ins StringRefParameter<"pattern">:$pattern,
                        AttrParameter<"::nascent::nn::InitializerAttrInterface",
                                      "an initialiser">:$init);
  let places = 2;
  let genVerifyDecl = 1;
}

#endif // NASCENT_DIALECT_NN_IR_NNINITIALIZERS_TD
