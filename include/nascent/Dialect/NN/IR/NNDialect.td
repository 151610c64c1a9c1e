//===- NNDialect.td - The nn dialect -----------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNDIALECT_TD
#define NASCENT_DIALECT_NN_IR_NNDIALECT_TD

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::nascent::nn";
  let summary = "Sequential neural networks whose dimensions may be unknown";
  let description = [{
    A network is an `nn.sequential` symbol whose body is a list of layers in
    SSA form, so that types carry the dimensions. A dimension that is not known
    yet is `?`. Binding an input type and inferring shapes replaces every `?`
    by a number, as deferred initialisation does in the frameworks, but before
    the program runs.

    ```mlir
    nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
      %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
      %1 = nn.relu %0 : tensor<?x256xf32>
      %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
      nn.return %2 : tensor<?x10xf32>
    }
    ```

    A layer is written as

    ```mlir
    %result = nn.layer %operand, … clause(…) … : operand type, … -> result type
    ```

    Clauses stand between operands and types, in any order and without commas. Where
    a layer keeps the shape, the result's type may be left out. A network with several
    outputs has their types in parentheses, and its function in C takes inputs and
    outputs in their order, before the scratch buffer:

    ```mlir
    nn.sequential @two(%x: tensor<?x3xf32>, %y: tensor<?x4xf32>) -> (tensor<?x7xf32>, tensor<?x3xf32>) {
      %0 = nn.concat %x, %y axis(1) : tensor<?x3xf32>, tensor<?x4xf32> -> tensor<?x7xf32>
      %1 = nn.relu %x : tensor<?x3xf32>
      nn.return %0, %1 : tensor<?x7xf32>, tensor<?x3xf32>
    }
    ```
    ```c
    void two_forward(const void *parameters, const float *x, const float *y_in, int64_t batch, float *y0, float *y1, void *scratch);
    ```

    Layers know how their types relate through `LayerOpInterface`; passes know
    only that interface. Parameters are module-level `nn.parameter` symbols.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    ::mlir::Attribute parseAttribute(::mlir::DialectAsmParser &parser,
                                     ::mlir::Type type) const override;
    void printAttribute(::mlir::Attribute attribute,
                        ::mlir::DialectAsmPrinter &printer) const override;
    /// PyTorch's default initialiser of weights and biases, which layers give
    /// whenever they are asked for their parameters.
    ::mlir::Attribute getKaimingUniform() const { return kaimingUniform; }
    /// What parses an operation that there is not: an error.
    std::optional<ParseOpHook>
    getParseOperationHook(::llvm::StringRef name) const override;

    /// Argument attribute that remembers the binding an input's type came from.
    static constexpr ::llvm::StringLiteral kBindingAttrName = "nn.binding";
    /// Attribute of a layer or an argument, until shapes are inferred: for each
    /// dimension of its value that another network states, where; `unit` for
    /// the others.
    static constexpr ::llvm::StringLiteral kOriginsAttrName = "nn.origins";
    /// Attribute of a parameter that remembers the tensor its shape came from.
    static constexpr ::llvm::StringLiteral kCheckpointAttrName =
        "nn.checkpoint";
    /// Attributes of a network: initialisers by parameter name, and those of
    /// weights and biases that nothing else gives one.
    static constexpr ::llvm::StringLiteral kInitRulesAttrName = "nn.init_rules";
    static constexpr ::llvm::StringLiteral kDefaultInitAttrName =
        "nn.default_init";
    static constexpr ::llvm::StringLiteral kDefaultBiasInitAttrName =
        "nn.default_bias_init";
    /// Attribute of a layer or an argument whose sizes are not all numbers: the
    /// formula of each dimension, for those who read the IR. Attribute of a
    /// network: what must hold of the sizes.
    static constexpr ::llvm::StringLiteral kSizesAttrName = "nn.sizes";
    /// On a network's input: what its dimensions are called where they are
    /// open, "" for the name that they have anyway.
    static constexpr ::llvm::StringLiteral kDimNamesAttrName = "nn.dim_names";
    static constexpr ::llvm::StringLiteral kConditionsAttrName =
        "nn.conditions";
    /// Module attribute that describes the machine compiled for.
    static constexpr ::llvm::StringLiteral kTargetAttrName = "nn.target";

  private:
    ::mlir::Attribute kaimingUniform;

  public:
  }];
}

#endif // NASCENT_DIALECT_NN_IR_NNDIALECT_TD
