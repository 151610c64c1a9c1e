//===- NNStorage.td - Layouts, plans and targets -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNSTORAGE_TD
#define NASCENT_DIALECT_NN_IR_NNSTORAGE_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "nascent/Dialect/NN/IR/NNAttributeBase.td"

def NN_PanelsAttr : NN_Attr<"Panels", "panels"> {
  let summary = "a matrix stored in panels of rows";
  let description = [{
    The storage of an (out, in) weight: panels of `width` output rows, each
    panel in-major, so that one step of a matmul's inner loop reads `width`
    neighbouring floats. Element (n, k) of an N×K matrix lies at
    `(n / width)·K·width + k·width + n % width`; the last panel is padded with
    zeros. This is what `linalg.pack` with `inner_dims_pos = [0]` and
    `inner_tiles = [width]` gives.

    With an `element` type, f16 or bf16, elements are stored rounded to that
    type, to nearest, ties to even; what is computed from them is f32 as ever.

    With a `spatial` size S, the columns of a row are C = K / S channels of S
    places, and are stored as S places of C channels, which is the order of the
    values inside a network that they are multiplied by: column k = c·S + s
    takes the place s·C + c of k above. One form serves a dense layer behind a
    flatten, where S is height times width, and a convolution.

    A parameter of shape (n, m, …) is a matrix of n rows. One of rank 3 or more
    has the kernel's elements as S, or 1, and is stored as (panels, kernel…, in,
    width). A vector is one row: panels of 1 row, which say nothing of a type of
    elements, give its elements that order, as of scales behind a flatten.

    Example: `layout(#nn.panels<32>)`, `layout(#nn.panels<32, f16>)`,
    `layout(#nn.panels<32, spatial = 9>)`.
  }];
  let parameters = (ins NN_Integer:$width,
                        OptionalParameter<"::mlir::Type">:$element,
                        DefaultValuedParameter<"int64_t", "1",
                                               "an integer">:$spatial);
  let places = 2;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The type of stored elements: f32 unless another is given.
    ::mlir::Type getStoredType() const {
      return getElement() ? getElement()
                          : ::mlir::Float32Type::get(getContext());
    }

    /// Where element (n, k) of a matrix of `columns` columns lies.
    int64_t getIndex(int64_t n, int64_t k, int64_t columns) const {
      int64_t place =
          k % getSpatial() * (columns / getSpatial()) + k / getSpatial();
      return n / getWidth() * columns * getWidth() + place * getWidth() +
             n % getWidth();
    }
  }];
}

def NN_ChannelsLastAttr : NN_Attr<"ChannelsLast", "channels_last", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "a tensor whose channels are stored last";
  let description = [{
    The encoding of a tensor of type (batch, channels, spatial…) that is stored as
    (batch, spatial…, channels). Where the dimensions after the batch have been
    merged, `spatial` says how many positions there are: element c·spatial + s of
    dimension 1 is stored at s·channels + c. `nn-assign-orders` gives it to values;
    what is computed does not change.

    Example: `tensor<2x64x7x7xf32, #nn.channels_last>`,
    `tensor<2x3136xf32, #nn.channels_last<49>>`.
  }];
  let parameters = (ins NN_OptionalInteger:$spatial);
  let places = 1;
  let genVerifyDecl = 1;
}

def NN_PlanAttr : NN_Attr<"Plan", "plan"> {
  let summary = "how a dense layer is computed, where the compiler is overruled";
  let description = [{
    The attribute `nn.plan` of a dense layer, for experiments. What is not given
    is decided as always. `tile_rows` is the most rows of a register tile, and
    `tile_panels` how many panels of the weight it takes;
    `depth_block` the most terms that are added to all sums before the next;
    `row_block` the most rows that all panels are multiplied by before the next;
    `chains` how many sums a tile should have that do not wait for one another,
    reached by splitting sums; `prefetch` how many rows ahead of its use a panel
    is fetched, 0 for not. How wide panels are is the weight's `#nn.panels`.

    Example: `nn.dense %x, 256 {nn.plan = #nn.plan<tile_rows = 8, chains = 1>}`.
  }];
  let parameters = (ins NN_OptionalInteger:$tile_rows,
                        NN_OptionalInteger:$tile_panels,
                        NN_OptionalInteger:$depth_block,
                        NN_OptionalInteger:$row_block,
                        NN_OptionalInteger:$chains,
                        NN_OptionalInteger:$prefetch);
  let genVerifyDecl = 1;
}

def NN_TargetAttr : NN_Attr<"Target", "target"> {
  let summary = "what code generation needs to know of the machine";
  let description = [{
    The module attribute `nn.target`, written by `nn-set-target`. `vector_bits`
    is the width of a vector register, a power of two (32: the target has none),
    `registers` how many there are, `fma` says whether a fused multiply-add is
    one instruction, and `half` whether vectors of f16 are converted by
    instructions.
  }];
  let parameters = (ins StringRefParameter<"target triple">:$triple,
                        StringRefParameter<"processor">:$cpu,
                        StringRefParameter<"subtarget features">:$features,
                        NN_Integer:$vector_bits, NN_Integer:$registers,
                        NN_Bool:$fma,
                        DefaultValuedParameter<"bool", "false">:$half);
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Lowered functions
//===----------------------------------------------------------------------===//

def NN_Role : I32EnumAttr<"Role", "what an argument is to its function", [
    I32EnumAttrCase<"Input", 0, "input">,
    I32EnumAttrCase<"Output", 1, "output">,
    I32EnumAttrCase<"Parameters", 2, "parameters">,
    I32EnumAttrCase<"Scratch", 3, "scratch">,
    I32EnumAttrCase<"Part", 4, "part">,
    I32EnumAttrCase<"Parts", 5, "parts">,
    I32EnumAttrCase<"Gradients", 6, "gradients">]> {
  let cppNamespace = "::nascent::nn";
  let genSpecializedAttr = 0;
}

def NN_RoleAttr : EnumAttr<NN_Dialect, NN_Role, "role"> {
  let summary = "what an argument of a lowered function is to it";
  let description = [{
    The attribute `nn.role` of an argument. A forward function has `input`s and
    `output`s; once buffers are planned, all `parameters` stand before them and
    `scratch` behind them, as one buffer each, and between inputs and outputs the
    `gradients` of all parameters, where it has them. A kernel whose work is
    shared computes a `part` of so many `parts`.
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif // NASCENT_DIALECT_NN_IR_NNSTORAGE_TD
