//===- NNOps.td - Networks and parameters ------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNOPS_TD
#define NASCENT_DIALECT_NN_IR_NNOPS_TD

include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "nascent/Dialect/NN/IR/NNAttributes.td"

class NN_Op<string mnemonic, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, traits>;

def NN_Tensor : RankedTensorOf<[F32]>;

/// A value in a network. Its elements are left to the verifiers of layers, whose
/// errors name the layer.
class NN_Value<string elements>
    : Type<CPred<"::llvm::isa<::mlir::RankedTensorType>($_self)">,
           "ranked tensor of " # elements # " values",
           "::mlir::RankedTensorType">;
def NN_Floats : NN_Value<"32-bit float">;
def NN_Indices : NN_Value<"32-bit signless integer">;
def NN_FloatsOrIndices : NN_Value<"32-bit float or 32-bit signless integer">;

def NN_SequentialOp : NN_Op<"sequential", [
    FunctionOpInterface, IsolatedFromAbove, SingleBlock,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a network: layers applied one after the other";
  let description = [{
    A symbol whose single block holds layers in SSA form. Function-like, so that
    its inputs and outputs are typed; not a symbol table, so that layers can
    refer to module-level parameters.

    Layers without a `name` are given their index in the body, as PyTorch's
    `Sequential` numbers its children: layers without parameters count.

    ```mlir
    nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
      %0 = nn.dense %x, 10 : tensor<?x?xf32> -> tensor<?x10xf32>
      nn.return %0 : tensor<?x10xf32>
    }
    ```

    Where there are several inputs, the names that they have in the text are kept
    as `input_names`, and headers have them, too; one that is a number, or `arg` and a
    number, is no name.

    A network that is bound several times has an `entry` for each binding, the
    label of its forward function. All but one are networks of their own that
    use the parameters of their `base`; `nn-bind` makes them.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<StrAttr>:$entry,
                       OptionalAttr<FlatSymbolRefAttr>:$base,
                       OptionalAttr<StrArrayAttr>:$input_names,
                       OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    ::mlir::Region *getCallableRegion() { return &getBody(); }

    /// What C programs call the inputs: "x", or each by its own name; see
    /// docs/CInterface.md.
    ::std::vector<::std::string> getInputsInC();
    /// Gives every layer of a body without a name its index among the layers.
    static void nameLayers(::mlir::Block &body);
    /// The layers in the order of the body.
    auto getLayers() { return getBody().front().getOps<LayerOpInterface>(); }
    ::nascent::nn::ReturnOp getReturn();
    /// Whether the parameters are the network's own, and not its base's.
    bool ownsParameters() { return !getBaseAttr(); }
    /// The name of the network as its users know it: the base's.
    ::mlir::StringAttr getNetworkName() {
      return getBaseAttr() ? getBaseAttr().getAttr() : getSymNameAttr();
    }
  }];
}

def NN_ReturnOp : NN_Op<"return", [
    Pure, HasParent<"SequentialOp">, Terminator, ReturnLike]> {
  let summary = "the outputs of a network";
  let arguments = (ins Variadic<NN_Floats>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
  let hasVerifier = 1;
}

def NN_ParameterOp : NN_Op<"parameter", [
    Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a network's parameter, known by name";
  let description = [{
    Declares the storage of one parameter: its canonical shape, which may hold
    `?` until shapes are inferred; the initialiser registered for it; and, once
    assigned, its storage layout and its place, in bytes, in the network's
    parameter buffer. `trainable(false)` marks what training leaves alone, such
    as running statistics.

    ```mlir
    nn.parameter @mlp.0.weight : tensor<256x?xf32> init(#nn.xavier_uniform)
    ```

    The symbol is the network's name and the parameter's, joined by a dot.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       TypeAttrOf<NN_Tensor>:$type,
                       InitializerAttrInterface:$init,
                       DefaultValuedAttr<BoolAttr, "true">:$trainable,
                       OptionalAttr<NN_PanelsAttr>:$layout,
                       OptionalAttr<ConfinedAttr<I64Attr,
                                                 [IntNonNegative]>>:$offset);
  let assemblyFormat = [{
    ($sym_visibility^)? $sym_name `:` $type `init` `(` $init `)`
    (`trainable` `(` $trainable^ `)`)?
    (`layout` `(` qualified($layout)^ `)`)?
    (`offset` `(` $offset^ `)`)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getType());
    }
    /// Where the dimensions of the type come from.
    ::nascent::nn::Origin getOrigin();
    /// Its rows and columns as its layout and its initialiser see them: (n, m,
    /// …) is n rows of m·… columns; a vector is one row.
    int64_t getRows();
    int64_t getColumns();
    /// The product of the dimensions after the second, 1 if there are none: the
    /// spatial size of a convolution's weight.
    int64_t getKernelElements();
    /// The shape as it is stored: (panels, in, width) for panels, else the
    /// canonical shape. With a layout whose spatial size is that of the kernel,
    /// (out, in, kernel…) becomes (out, kernel…, in) first.
    ::mlir::MemRefType getStorageType();
    /// The same without panels: what `linalg.unpack` makes of the storage.
    ::mlir::RankedTensorType getUnpackedType();
    /// Where the storage holds an element, given its place in row-major order.
    int64_t getStorageIndex(int64_t element);
    /// The bytes of the stored parameter; nullopt if they exceed int64.
    std::optional<int64_t> getStorageBytes();
  }];
}

//===----------------------------------------------------------------------===//
// Initialisers that users write
//===----------------------------------------------------------------------===//

def NN_InitializerOp : NN_Op<"initializer", [
    Symbol, IsolatedFromAbove, SingleBlock]> {
  let summary = "an initialiser: how one element is computed";
  let description = [{
    The body computes one element of a parameter from random draws and, if it
    has arguments, from the element's row and column. A parameter of shape
    (n, m, …) has n rows of m·… columns; a vector is one row.

    Draws are numbered by their order in the body. The rest are operations of
    `arith` and `math` on `f32`, `i32` and `i1` that have one exact result on
    every target; others are refused. The body is compiled for whole vectors.

    A layer refers to it by `init(@far)`, everything else by
    `#nn.custom<@far>`.

    ```mlir
    nn.initializer @far {
      %low = arith.constant -10.0 : f32
      %high = arith.constant 10.0 : f32
      %u = nn.uniform_draw %low, %high
      %least = arith.constant 5.0 : f32
      %zero = arith.constant 0.0 : f32
      %magnitude = math.absf %u : f32
      %keep = arith.cmpf oge, %magnitude, %least : f32
      %value = arith.select %keep, %u, %zero : f32
      nn.yield %value
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Emits the body for one element or a vector of them.
    ::mlir::Value emitElement(::mlir::OpBuilder &builder, ::mlir::Location loc,
                              const ::nascent::nn::InitElement &element);
    ::llvm::SmallVector<::nascent::nn::Draw> getDraws();
    bool usesPosition() { return getBody().getNumArguments() > 0; }
  }];
}

/// Not pure: two draws with the same operands are two numbers.
class NN_Draw<string mnemonic, dag operands>
    : NN_Op<mnemonic, [HasParent<"InitializerOp">]> {
  let arguments = operands;
  let results = (outs F32:$result);
}

def NN_UniformDrawOp : NN_Draw<"uniform_draw", (ins F32:$low, F32:$high)> {
  let summary = "a number of U(low, high)";
  let description = [{
    As `#nn.uniform<low, high>`, with `high - low` computed in f32.
  }];
  let assemblyFormat = "$low `,` $high attr-dict";
}

def NN_NormalDrawOp : NN_Draw<"normal_draw", (ins F32:$mean, F32:$std)> {
  let summary = "a number of N(mean, std)";
  let description = [{ As `#nn.normal<mean, std>`. }];
  let assemblyFormat = "$mean `,` $std attr-dict";
}

def NN_YieldOp : NN_Op<"yield", [
    Pure, HasParent<"InitializerOp">, Terminator, ReturnLike]> {
  let summary = "the value of the element";
  let arguments = (ins F32:$value);
  let assemblyFormat = "$value attr-dict";
}

#endif // NASCENT_DIALECT_NN_IR_NNOPS_TD
