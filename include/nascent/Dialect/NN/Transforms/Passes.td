//===- Passes.td - From an authored network to a resolved one ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_TRANSFORMS_PASSES_TD
#define NASCENT_DIALECT_NN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNInlineBlocks : Pass<"nn-inline-blocks", "::mlir::ModuleOp"> {
  let summary = "Put the layers of blocks in their place";
  let description = [{
    Replaces every `nn.block` by copies of the layers of the network it names,
    each called by its path: layer `1` of block `block 0` is `block 0.1`. A
    block that is tied to another has its layers tied to the other's. What the
    two networks state of a shared value is joined; where it differs is an
    error. `nn.origins` remembers, until shapes are inferred, where the sizes
    were stated. Private networks whose layers are all in their places are removed.

    Needs: networks as authored. Leaves: no `nn.block`.

    Before:
    ```mlir
    nn.sequential private @pair(%x: tensor<?x?xf32>) -> tensor<?x8xf32> {
      %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
      %1 = nn.relu %0 : tensor<?x8xf32>
      nn.return %1 : tensor<?x8xf32>
    }
    nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
      %0 = nn.block @pair(%x) name("first") : tensor<?x4xf32> -> tensor<?x8xf32>
      nn.return %0 : tensor<?x8xf32>
    }
    ```
    After:
    ```mlir
    nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
      %0 = nn.dense %x, 8 name("first.0") : tensor<?x4xf32> -> tensor<?x8xf32>
      %1 = nn.relu %0 name("first.1") : tensor<?x8xf32>
      nn.return %1 : tensor<?x8xf32>
    }
    ```
  }];
  let statistics = [Statistic<"numInlined", "inlined",
                              "Number of blocks replaced by their layers">];
}

def NNMaterializeParameters
    : Pass<"nn-materialize-parameters", "::mlir::ModuleOp"> {
  let summary = "Give every layer's parameters a symbol";
  let description = [{
    Creates one `nn.parameter` for each parameter of each layer, with the shape
    known so far and its initialiser, and makes the layer refer to it. A layer
    with `tie("2")` refers to layer 2's.

    The initialiser is the first of these that there is:
    1. the one stated at the layer;
    2. that of the last rule whose pattern matches the parameter's name, or the
       name that a tied layer gives it: first the network's `nn.init_rules` are
       read, then the option `init`;
    3. the network's `nn.default_init` (weights) or `nn.default_bias_init`;
    4. the profile's: the default of a framework.

    The network's attributes are dropped: what they said stands in the
    parameters.

    Needs: networks as authored. Leaves: every layer referring to parameters.
    Layers that already do are left alone.

    Before:
    ```mlir
    nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
      %0 = nn.dense %x, 10 no_bias : tensor<?x?xf32> -> tensor<?x10xf32>
      nn.return %0 : tensor<?x10xf32>
    }
    ```
    After:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<10x?xf32>
      init(#nn.kaiming_uniform<a = 2.23606797749979>)
    nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
      %0 = nn.dense %x, 10 no_bias weight(@mlp.0.weight)
        : tensor<?x?xf32> -> tensor<?x10xf32>
      nn.return %0 : tensor<?x10xf32>
    }
    ```
  }];
  let options = [
    ListOption<"init", "init", "std::string",
               "[NETWORK:]PATTERN=INITIALISER, such as "
               "mlp:*.weight=#nn.xavier_uniform; the last match counts; where "
               "an initialiser has commas, braces go around each rule and "
               "around all of them: {{*.weight=#nn.uniform<0.0,1.0>}}">,
    Option<"profile", "init-profile", "::nascent::nn::InitProfile",
           "::nascent::nn::InitProfile::Torch",
           "The framework whose default initialisers are used",
           [{::llvm::cl::values(
             clEnumValN(::nascent::nn::InitProfile::Torch, "torch", "PyTorch"),
             clEnumValN(::nascent::nn::InitProfile::Keras, "keras", "Keras"),
             clEnumValN(::nascent::nn::InitProfile::Gluon, "gluon",
                        "MXNet Gluon"),
             clEnumValN(::nascent::nn::InitProfile::Flax, "flax", "Flax"),
             clEnumValN(::nascent::nn::InitProfile::Paddle, "paddle",
                        "Paddle"))}]>];
  let statistics = [Statistic<"numParameters", "parameters",
                              "Number of parameters created">];
}

def NNBind : Pass<"nn-bind", "::mlir::ModuleOp"> {
  let summary = "Give networks the types of their inputs";
  let description = [{
    Replaces the type of a network's input by the one given for it. Dimensions
    given as `?` or -1 stay open; a dimension that the network states otherwise
    is an error. The binding is remembered on the argument, so that
    later errors can name it.

    `@FILE.safetensors` and `@FILE.npz` bind parameters instead: each takes the
    shape of the tensor of its name. A tensor that is missing, that no parameter
    has the name of, or that has another shape is an error; all are reported. A
    parameter remembers its tensor in `nn.checkpoint`.

    A binding with a label, `NETWORK:LABEL=TYPE`, makes the network's forward
    function one of several, called by the label. The first binding of a network
    is its own; for each further one a copy of the network is added that uses
    the parameters of the first, its `base`.

    Needs: materialised parameters to bind them by a file or to bind a network
    several times, else nothing. Leaves: the types of inputs or parameters
    narrowed, copies for further bindings; nothing else changes until
    `nn-infer-shapes`.

    With `bindings=mlp=2x20xf32`, before:
    ```mlir
    nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
    ```
    After:
    ```mlir
    nn.sequential @mlp(%x: tensor<2x20xf32> {nn.binding = "mlp=2x20xf32"})
      -> tensor<?x10xf32> {
    ```
    With `bindings=mlp:one=1x20xf32,mlp:b64=64x20xf32`:
    ```mlir
    nn.sequential @mlp(%x: tensor<1x20xf32> {nn.binding = "mlp:one=1x20xf32"})
      -> tensor<?x10xf32> attributes {entry = "one"} {
    nn.sequential @mlp.b64(%x: tensor<64x20xf32> {nn.binding = "mlp:b64=64x20xf32"})
      -> tensor<?x10xf32> attributes {base = @mlp, entry = "b64"} {
    ```
  }];
  let options = [
    ListOption<"bindings", "bindings", "std::string",
               "NETWORK[:LABEL]=TYPE, TYPE being 2x20xf32, ?x20xf32, @FILE.npy or "
               "@FILE.safetensors, or (TYPE,TYPE) for several inputs">];
  let statistics = [Statistic<"numBound", "bound", "Number of inputs bound">];
}

def NNInferShapes : Pass<"nn-infer-shapes", "::mlir::ModuleOp"> {
  let summary = "Narrow every unknown dimension that follows from another";
  let description = [{
    Applies each layer's own rule (`LayerOpInterface::relate`), forwards and
    backwards over a network until nothing changes. Dimensions only narrow, from
    unknown to known; two that contradict are an error at the layer, with both
    numbers and a note at the origin of each.

    Needs: parameters materialised for their shapes to be narrowed. Leaves:
    every type as narrow as the network's information allows.

    Before:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<10x?xf32> init(#nn.zeros)
    nn.sequential @mlp(%x: tensor<2x20xf32>) -> tensor<?x10xf32> {
      %0 = nn.dense %x, 10 no_bias weight(@mlp.0.weight)
        : tensor<2x20xf32> -> tensor<?x10xf32>
      nn.return %0 : tensor<?x10xf32>
    }
    ```
    After:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<10x20xf32> init(#nn.zeros)
    nn.sequential @mlp(%x: tensor<2x20xf32>) -> tensor<2x10xf32> {
      %0 = nn.dense %x, 10 no_bias weight(@mlp.0.weight)
        : tensor<2x20xf32> -> tensor<2x10xf32>
      nn.return %0 : tensor<2x10xf32>
    }
    ```
  }];
  let statistics = [
    Statistic<"numResolved", "resolved", "Number of dimensions resolved">,
    Statistic<"numSweeps", "sweeps", "Number of sweeps over a network">];
}

def NNNameSizes : Pass<"nn-name-sizes", "::mlir::ModuleOp"> {
  let summary = "Show which size hangs on which unknown";
  let description = [{
    Gives each size of an input that is still open a name, such as `width`, and
    applies each layer's own rule (`LayerOpInterface::relate`) once more, from
    the first layer to the last, on formulas in these names. What is not a
    number is written beside its type: `nn.sizes` of an input or a layer has the
    formula of each dimension, in the words of affine maps. Two formulas that
    must be equal, or a least size, are a condition, and `nn.conditions` of the
    network has them; a condition that no sizes fulfil is an error.

    Values of which only the batch is open have no attribute. Formulas that
    are too large for 64 bits are `?`.

    Needs: inferred shapes. Leaves: attributes that no pass reads; those that a
    file has from before are replaced.

    Before:
    ```mlir
    nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
      %0 = nn.concat %x, %x axis(1)
        : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      %1 = nn.slice %0 axis(1) start(16) : tensor<?x?xf32> -> tensor<?x?xf32>
      nn.return %1 : tensor<?x?xf32>
    }
    ```
    After:
    ```mlir
    nn.sequential @net(%x: tensor<?x?xf32> {nn.sizes = ["batch", "width"]})
        -> tensor<?x?xf32> attributes {nn.conditions = ["width >= 9"]} {
      %0 = nn.concat %x, %x axis(1) {nn.sizes = ["batch", "2 * width"]}
        : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      %1 = nn.slice %0 axis(1) start(16) {nn.sizes = ["batch", "2 * width - 16"]}
        : tensor<?x?xf32> -> tensor<?x?xf32>
      nn.return %1 : tensor<?x?xf32>
    }
    ```
  }];
}

def NNVerifyResolved : Pass<"nn-verify-resolved", "::mlir::ModuleOp"> {
  let summary = "Check that networks can be lowered: the contract of inference";
  let description = [{
    Succeeds if every parameter of every network has a static shape and no
    dimension is open but the leading one, the batch, in networks whose layers
    all treat rows apart. Otherwise says which parameter or value is open and
    which binding would settle it. Changes nothing.
  }];
}

def NNAddLoss : Pass<"nn-add-loss", "::mlir::ModuleOp"> {
  let summary = "Add to each network one that computes a loss of it";
  let description = [{
    A network that is to be trained gets a companion, `@NET.loss`, of the same layers
    and parameters. It has one more input, the target, and ends in the layer that
    `loss` names, with its clauses: `cross_entropy`, `huber delta(0.5)`. Without
    `loss`, those networks have one that end in such a layer themselves. With the loss `own`,
    which the program computes, the companion is `@NET.backward`, of the same inputs and
    outputs. The companion is marked `nn.training`: layers that behave differently while they are trained do so
    in it.

    Needs: `nn-verify-resolved` holds.

    Before:
    ```mlir
    nn.sequential @mlp(%x: tensor<64x20xf32>) -> tensor<64x10xf32> {
      %0 = nn.dense %x, 10 weight(@mlp.0.weight) … : tensor<64x20xf32> -> tensor<64x10xf32>
      nn.return %0 : tensor<64x10xf32>
    }
    ```
    After, beside it:
    ```mlir
    nn.sequential @mlp.loss(%x: tensor<64x20xf32>, %target: tensor<64xi32>) -> tensor<1xf32> base(@mlp) attributes {nn.training = "loss"} {
      %0 = nn.dense %x, 10 weight(@mlp.0.weight) … : tensor<64x20xf32> -> tensor<64x10xf32>
      %1 = nn.cross_entropy %0, %target name("loss") : tensor<64x10xf32>, tensor<64xi32> -> tensor<1xf32>
      nn.return %1 : tensor<1xf32>
    }
    ```
  }];
  let options = [
    Option<"loss", "loss", "std::string", "",
           "A loss and its clauses, such as 'cross_entropy' or "
           "'huber delta(0.5)'">
  ];
}

def NNFixLossRows : Pass<"nn-fix-loss-rows", "::mlir::ModuleOp"> {
  let summary = "Have losses of an open or large batch be computed of some rows at a "
                "time";
  let description = [{
    A network that `nn-add-loss` has added becomes several, for 64, 16, 4 and 1 rows
    (`nn.rows`), if its batch is open: losses are sums over rows, and so are their
    gradients, so that a batch goes through these one after the other. So does one of
    128 rows or more (`nn.batch`), with those of these numbers that it takes, unless
    a layer is trained by all rows of a batch together.

    Needs: `nn-add-loss` has run. Leaves: networks whose inputs have no open batch;
    what follows from that, `nn-infer-shapes` finds out.

    Before:
    ```mlir
    nn.sequential @mlp.loss(%x: tensor<?x20xf32>, %target: tensor<?xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.training = "loss"} { … }
    ```
    After:
    ```mlir
    nn.sequential @mlp.rows_64.loss(%x: tensor<64x20xf32>, %target: tensor<64xi32>) -> tensor<1xf32> attributes {base = @mlp, nn.rows = 64 : i64, nn.training = "loss"} { … }
    nn.sequential @mlp.rows_16.loss(…) … { … }
    nn.sequential @mlp.rows_4.loss(…) … { … }
    nn.sequential @mlp.rows_1.loss(…) … { … }
    ```
  }];
  let options = [
    Option<"keepKnown", "keep-known", "bool", /*default=*/"false",
           "Leave any batch that is known whole, for threads to share">];
}

def NNAssignOrders : Pass<"nn-assign-orders", "::mlir::ModuleOp"> {
  let summary = "Decide in which order the elements of values are stored";
  let description = [{
    Gives values the order that layers need (`LayerOpInterface::assignOrders`), as
    the encoding of their types, and puts `nn.reorder` where a value is needed in
    another one. Inputs and outputs of networks keep theirs, unless `channels-last`
    has them follow. Behind a flatten, it is the columns of the next weight that
    follow; `nn-assign-layouts` stores them so.

    Needs: resolved shapes. Leaves: shapes, numbers and parameters as they are.

    Before:
    ```mlir
    nn.sequential @net(%x: tensor<2x3x8x8xf32>) -> tensor<2x10xf32> {
      %0 = nn.conv2d %x, 4 kernel(3) : tensor<2x3x8x8xf32> -> tensor<2x4x6x6xf32>
      %1 = nn.flatten %0 : tensor<2x4x6x6xf32> -> tensor<2x144xf32>
      %2 = nn.dense %1, 10 : tensor<2x144xf32> -> tensor<2x10xf32>
      nn.return %2 : tensor<2x10xf32>
    }
    ```
    After:
    ```mlir
    nn.sequential @net(%x: tensor<2x3x8x8xf32>) -> tensor<2x10xf32> {
      %0 = nn.reorder %x : tensor<2x3x8x8xf32> -> tensor<2x3x8x8xf32, #nn.channels_last>
      %1 = nn.conv2d %0, 4 kernel(3)
        : tensor<2x3x8x8xf32, #nn.channels_last> -> tensor<2x4x6x6xf32, #nn.channels_last>
      %2 = nn.flatten %1
        : tensor<2x4x6x6xf32, #nn.channels_last> -> tensor<2x144xf32, #nn.channels_last<36>>
      %3 = nn.dense %2, 10 : tensor<2x144xf32, #nn.channels_last<36>> -> tensor<2x10xf32>
      nn.return %3 : tensor<2x10xf32>
    }
    ```
  }];
  let options = [
    Option<"channelsLast", "channels-last", "bool", "false",
           "Leave inputs and outputs with spatial dimensions in the order that "
           "layers want, channels last">];
  let statistics = [
    Statistic<"numReorders", "reordered",
              "Number of values that are stored again in another order">];
}

#endif // NASCENT_DIALECT_NN_TRANSFORMS_PASSES_TD
