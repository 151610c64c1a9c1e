//===- NNAttributes.td - Initialisers, layouts, target -----*- tablegen -*-===//

#ifndef NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD
#define NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "nascent/Dialect/NN/IR/NNDialect.td"
include "nascent/Dialect/NN/IR/NNInterfaces.td"

class NN_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<NN_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

/// A double that parses and prints as a float literal of full precision.
class NN_FloatParameter<string default = "">
    : AttrOrTypeParameter<"::llvm::APFloat", "a finite number"> {
  let comparator = "$_lhs.bitwiseIsEqual($_rhs)";
  let parser = "::nascent::nn::detail::parseFloat($_parser)";
  let printer = "::nascent::nn::detail::printFloat($_printer, $_self)";
  let defaultValue = !if(!empty(default), "",
                          "::llvm::APFloat(" # default # ")");
}
def NN_Float : NN_FloatParameter;
class NN_DefaultFloat<string default> : NN_FloatParameter<default>;

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
}

def NN_OnesAttr : NN_DerivedInitializer<"Ones", "ones"> {
  let summary = "every element 1";
}

def NN_ConstantAttr
    : NN_Initializer<"Constant", "constant", ["getArguments", "emitElement"]> {
  let summary = "every element the same value";
  let description = [{ Example: `#nn.constant<42.0>`. }];
  let parameters = (ins NN_Float:$value);
  let assemblyFormat = "`<` $value `>`";
  let genVerifyDecl = 1;
}

def NN_UniformAttr
    : NN_Initializer<"Uniform", "uniform",
                     ["getArguments", "getNumDraws", "emitElement"]> {
  let summary = "uniform on [low, high)";
  let description = [{
    `low + u * (high - low)` with `u` the upper 24 bits of the draw times 2^-24,
    the product and the sum each rounded to f32 (`torch.nn.init.uniform_`). The
    rounding of the sum can reach `high` itself.

    Example: `#nn.uniform<-0.07, 0.07>` (MXNet Gluon's default).
  }];
  let parameters = (ins NN_Float:$low, NN_Float:$high);
  let assemblyFormat = "`<` $low `,` $high `>`";
  let genVerifyDecl = 1;
}

def NN_NormalAttr
    : NN_Initializer<"Normal", "normal",
                     ["getArguments", "getNumDraws", "emitElement"]> {
  let summary = "normal with a mean and a standard deviation";
  let description = [{
    `mean + std * z`, `z` the inverse of the normal distribution function at a
    point of (0, 1) given by one draw: its top bit is the sign and the next 23
    bits give `p = (m + 1/2) * 2^-24`, so that |z| lies between 7.5e-8 and 5.42
    and the distribution is exactly symmetric (`torch.nn.init.normal_`).

    Example: `#nn.normal<0.0, 0.01>`.
  }];
  let parameters = (ins NN_Float:$mean, NN_Float:$std);
  let assemblyFormat = "`<` $mean `,` $std `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Initialisers that depend on the fan
//===----------------------------------------------------------------------===//

def NN_XavierUniformAttr
    : NN_DerivedInitializer<"XavierUniform", "xavier_uniform"> {
  let summary = "U(±gain·√(6 / (fan_in + fan_out)))";
  let description = [{
    Glorot and Bengio, AISTATS 2010; `torch.nn.init.xavier_uniform_` and Keras's
    `glorot_uniform`. Example: `#nn.xavier_uniform`,
    `#nn.xavier_uniform<gain = 2.0>`.
  }];
  let parameters = (ins NN_DefaultFloat<"1.0">:$gain);
  let assemblyFormat = "(`<` struct($gain)^ `>`)?";
  let genVerifyDecl = 1;
}

def NN_XavierNormalAttr
    : NN_DerivedInitializer<"XavierNormal", "xavier_normal"> {
  let summary = "N(0, gain·√(2 / (fan_in + fan_out)))";
  let description = [{
    Glorot and Bengio, AISTATS 2010; `torch.nn.init.xavier_normal_`.
  }];
  let parameters = (ins NN_DefaultFloat<"1.0">:$gain);
  let assemblyFormat = "(`<` struct($gain)^ `>`)?";
  let genVerifyDecl = 1;
}

def NN_KaimingUniformAttr
    : NN_DerivedInitializer<"KaimingUniform", "kaiming_uniform"> {
  let summary = "U(±√(6 / ((1 + a²)·fan_in)))";
  let description = [{
    He et al., ICCV 2015; `torch.nn.init.kaiming_uniform_` with
    `mode='fan_in'` and `nonlinearity='leaky_relu'` of slope `a`. PyTorch's
    default for `Linear` is `a = √5`, which makes the bound `1/√fan_in`.

    Example: `#nn.kaiming_uniform<a = 2.23606797749979>`.
  }];
  let parameters = (ins NN_DefaultFloat<"0.0">:$a);
  let assemblyFormat = "(`<` struct($a)^ `>`)?";
  let genVerifyDecl = 1;
}

def NN_KaimingNormalAttr
    : NN_DerivedInitializer<"KaimingNormal", "kaiming_normal"> {
  let summary = "N(0, √(2 / ((1 + a²)·fan_in)))";
  let description = [{
    He et al., ICCV 2015; `torch.nn.init.kaiming_normal_` with
    `mode='fan_in'` and `nonlinearity='leaky_relu'` of slope `a`.
  }];
  let parameters = (ins NN_DefaultFloat<"0.0">:$a);
  let assemblyFormat = "(`<` struct($a)^ `>`)?";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Storage and target
//===----------------------------------------------------------------------===//

def NN_PanelsAttr : NN_Attr<"Panels", "panels"> {
  let summary = "a matrix stored in panels of rows";
  let description = [{
    The storage of an (out, in) weight: panels of `width` output rows, each
    panel in-major, so that one step of a matmul's inner loop reads `width`
    neighbouring floats. Element (n, k) of an N×K matrix lies at
    `(n / width)·K·width + k·width + n % width`; the last panel is padded with
    zeros. This is what `linalg.pack` with `inner_dims_pos = [0]` and
    `inner_tiles = [width]` gives.

    Example: `layout(#nn.panels<32>)`.
  }];
  let parameters = (ins "int64_t":$width);
  let assemblyFormat = "`<` $width `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Where element (n, k) of a matrix of `columns` columns lies.
    int64_t getIndex(int64_t n, int64_t k, int64_t columns) const {
      return n / getWidth() * columns * getWidth() + k * getWidth() +
             n % getWidth();
    }
  }];
}

def NN_TargetAttr : NN_Attr<"Target", "target"> {
  let summary = "what code generation needs to know of the machine";
  let description = [{
    The module attribute `nn.target`, written by `nn-set-target`. `vector_bits`
    is the width of a vector register, a power of two (32: the target has none),
    `registers` how many there are, and `fma` says whether a fused multiply-add
    is one instruction.
  }];
  let parameters = (ins StringRefParameter<"target triple">:$triple,
                        StringRefParameter<"processor">:$cpu,
                        StringRefParameter<"subtarget features">:$features,
                        "int64_t":$vector_bits, "int64_t":$registers,
                        "bool":$fma);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD
