//===- NNOps.td - Networks and parameters ------------------*- tablegen -*-===//

#ifndef NASCENT_DIALECT_NN_IR_NNOPS_TD
#define NASCENT_DIALECT_NN_IR_NNOPS_TD

include "mlir/IR/BuiltinAttributes.td"
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

def NN_SequentialOp : NN_Op<"sequential", [
    FunctionOpInterface, IsolatedFromAbove, SingleBlock,
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

    A network that is bound several times has an `entry` for each binding, the
    label of its forward function. All but one are networks of their own that
    use the parameters of their `base`; `nn-bind` makes them.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<StrAttr>:$entry,
                       OptionalAttr<FlatSymbolRefAttr>:$base,
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
  let arguments = (ins Variadic<NN_Tensor>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
  let hasVerifier = 1;
}

def NN_ParameterOp : NN_Op<"parameter", [Symbol]> {
  let summary = "a network's parameter, known by name";
  let description = [{
    Declares the storage of one parameter: its canonical shape, which may hold
    `?` until shapes are inferred; the initialiser registered for it; and, once
    assigned, its storage layout and its place, in bytes, in the network's
    parameter buffer.

    ```mlir
    nn.parameter @mlp.0.weight : tensor<256x?xf32> init(#nn.xavier_uniform)
    ```

    The symbol is the network's name and the parameter's, joined by a dot.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       TypeAttrOf<NN_Tensor>:$type,
                       InitializerAttrInterface:$init,
                       OptionalAttr<NN_PanelsAttr>:$layout,
                       OptionalAttr<ConfinedAttr<I64Attr,
                                                 [IntNonNegative]>>:$offset);
  let assemblyFormat = [{
    ($sym_visibility^)? $sym_name `:` $type `init` `(` $init `)`
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
    /// The shape as it is stored: (panels, in, width) for panels, else the
    /// canonical shape.
    ::mlir::MemRefType getStorageType();
    /// Where the storage holds an element, given its place in row-major order.
    int64_t getStorageIndex(int64_t element);
    /// The bytes of the stored parameter; nullopt if they exceed int64.
    std::optional<int64_t> getStorageBytes();
  }];
}

def NN_GetParameterOp : NN_Op<"get_parameter", [
    Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the stored parameter, inside a lowered function";
  let description = [{
    What a layer's reference to its parameter becomes when the network is
    lowered to functions on buffers. Its shape is the parameter's storage shape.

    ```mlir
    %w = nn.get_parameter @mlp.0.weight : memref<8x20x32xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$parameter);
  let results = (outs MemRefOf<[F32]>:$result);
  let assemblyFormat = "$parameter attr-dict `:` type($result)";
}

#endif // NASCENT_DIALECT_NN_IR_NNOPS_TD
