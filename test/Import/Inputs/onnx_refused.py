# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks that each model below is refused with its message, and writes nothing.

    onnx_refused.py FOLDER
"""

import os
import subprocess
import sys

import numpy as np
from onnx import TensorProto
from onnx.numpy_helper import from_array

from onnx_graph import model, node, numbers, save


def one(op, message, inputs="x", opset=17, x=("N", 4), outputs="y", types=None,
        constants=None, **attributes):
    """A model of one node, and how its refusal ends."""
    made = model([node(op, inputs, outputs, "it", **attributes)], x=x, opset=opset,
                 types=types, **(constants or {}))
    return made, f"node 'it' ({op}): {message}"


def ints(*values):
    return np.array(values, np.int64)


def product(left, right):
    """A product of values that ONNX would spread."""
    made = model([node("MatMul", "x z", "y", "it")],
                 inputs={"x": left, "z": right})
    return made, f"node 'it' (MatMul): a product of values of the shapes " \
                 f"{shown(left)} and {shown(right)} is not supported; batches of " \
                 "matrices, as many of one as of the other, are"


def shown(sizes):
    return f"({', '.join('?' if isinstance(s, str) else str(s) for s in sizes)})"


def recurrent(op, message, inputs={}, attributes={}, constants={}):
    """One of three units, of what is turned so that its steps come first."""
    units, gates = 3, {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
    words = [inputs.get("x", "t"), "w", "r", "-", inputs.get("lengths", "-"),
             inputs.get("state", "-"), "-", inputs.get("peepholes", "-")]
    while words[-1] == "-":
        words.pop()
    made = model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node(op, " ".join(words), "z", "it", **{"hidden_size": units, **attributes}),
         node("Squeeze", "z one", "s"), node("Transpose", "s", perm=[1, 0, 2])],
        x=("N", 5, 4), **{"w": numbers(1, gates * units, 4),
                          "r": numbers(1, gates * units, units), "one": ints(1),
                          **constants})
    return made, f"node 'it' ({op}): {message}"


def behind(op, message, attributes={}, *constants):
    """A node that reads what an LSTM gives."""
    names = [f"c{index}" for index in range(len(constants))]
    if op == "Slice":
        attributes = {}
        names, constants = ["c0", "c1", "c1"], constants
    read = "z z" if op == "Concat" else " ".join(["z", *names])
    made = model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node("LSTM", "t w r", "z", hidden_size=3), node(op, read, "y", "it",
                                                         **attributes)],
        x=("N", 5, 4), w=numbers(1, 12, 4), r=numbers(1, 12, 3),
        **{f"c{index}": value for index, value in enumerate(constants)})
    return made, f"node 'it' ({op}): {message}"


IMAGE, OPEN = ("N", 4, 8, 8), ("N", 4, "H", "W")
KERNEL, FILTER = numbers(4, 4), numbers(4, 4, 3, 3)


def whole(message, **options):
    return model(options.pop("nodes", [node("Relu", "x")]), **options), message


def sparse():
    made = model([node("Relu", "x")])
    made.graph.sparse_initializer.add()
    return made, "sparse initializers are not supported"


def short():
    made = model([node("Gemm", "x w")], w=KERNEL)
    made.graph.initializer[0].raw_data = b"123"
    return made, "initializer 'w': tensor 'w' has 3 bytes, which are not as many as " \
                 "its shape says"


def twice(what):
    made = model([node("Gemm", "x w")], w=KERNEL)
    values = getattr(made.graph, what)
    values.append(values[0])
    return made, f"{what} '{values[0].name}': is there twice; give each its own name"


def shapeless():
    made = model([node("Relu", "x")])
    made.graph.input[0].type.tensor_type.ClearField("shape")
    return made, "input 'x': has no shape; how many dimensions it has must be known"


def typed():
    made = model([node("LeakyRelu", "x", name="it", alpha=1)])
    return made, "node 'it' (LeakyRelu): attribute 'alpha' has an unexpected type"


def elsewhere(op, inputs, **initializers):
    """A tensor of a node that lies in another file."""
    made = model([node(op, inputs, "c", "it", value=from_array(numbers(1))),
                  node("Add", "x c")], **initializers)
    tensor = made.graph.node[0].attribute[0].t
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="c.bin")
    return made, f"node 'it' ({op}): a tensor in another file is not supported here"


CASES = [
    # The file.
    whole("operator set 22 is not supported; 1 to 21 are", opset=22),
    sparse(), short(), shapeless(), typed(),
    whole("input 'x': elements of double are not supported; float is, and int32 "
          "and int64 as indices",
          types={"x": TensorProto.DOUBLE}),
    whole("input 'x': the shape (0, 4) is not supported; one of positive sizes is",
          x=(0, 4)),
    whole("output 'y' does not depend on an input",
          nodes=[node("Identity", "c")], c=KERNEL),
    whole("output 'y' is there twice; give each its own name, by a node Identity",
          outputs="y y"),
    twice("input"), twice("initializer"),
    whole("input 'z': elements of int64 are supported as indices into a table, but no "
          "output depends on these as such; remove the input from the model",
          inputs={"x": ("N", 4), "z": ("N", 4)}, types={"z": TensorProto.INT64}),
    whole("input 'z': elements of int32 are supported as indices into a table, but no "
          "output depends on these as such; remove the input from the model",
          nodes=[node("Shape", "z", "s"), node("Reshape", "x s")],
          inputs={"x": ("N", 4), "z": ("N", 4)}, types={"z": TensorProto.INT32}),
    whole("output 'x' has indices", outputs="x", types={"x": TensorProto.INT64},
          nodes=[]),
    whole("node 'y' (Relu): 'y' is computed twice",
          nodes=[node("Relu", "x"), node("Relu", "x")]),
    whole("node 'y' (Relu): input 'z' is not computed before",
          nodes=[node("Relu", "z")]),
    whole("node 'y' (Fused): the operator is not supported (domain 'com.example')",
          nodes=[node("Fused", "x", domain="com.example")]),
    one("Erf", "the operator is not supported"),
    # What no node may have.
    one("Relu", "attribute 'alpha' is not supported", alpha=1.0),
    one("Relu", "input 1 is not supported", "x x"),
    one("Relu", "input 0 is missing", ""),
    one("MaxPool", "output 1 is not supported", x=IMAGE, outputs="z y",
        kernel_shape=[2, 2]),
    one("Elu", "attribute 'alpha' is not finite", alpha=float("inf")),
    # Operands.
    one("Gemm", "input 'x' is computed by the network; only a constant is supported "
        "here", "x x"),
    one("Gemm", "input 'w' has integers; floats are supported here", "x w",
        constants={"w": ints(1, 2)}),
    one("Gemm", "input 'w' has 1048577 elements of int8, which are not supported",
        "x w", constants={"w": np.zeros((1, 1048577), np.int8)}),
    one("Reshape", "input 's' has floats; integers are supported here", "x s",
        constants={"s": numbers(2)}),
    one("Relu", "input 'w' is constant; what the network computes is supported here",
        "w", constants={"w": KERNEL}),
    one("Conv", "expected a value of rank 3 or more, got rank 2", "x w",
        constants={"w": FILTER}),
    one("Relu", "input 'x' has indices; floats are supported here",
        types={"x": TensorProto.INT32}),
    one("Gather", "indices that are computed are supported of rows of a matrix", "w x",
        types={"x": TensorProto.INT64}, axis=1, constants={"w": KERNEL}),
    # Windows.
    one("Conv", "the weight has rank 3, and the value rank 4", "x w", x=IMAGE,
        constants={"w": numbers(4, 4, 3)}),
    one("Conv", "expected 3 channels, got 4", "x w", x=IMAGE,
        constants={"w": numbers(4, 3, 3, 3)}),
    one("Conv", "2 groups of 3 channels", "x w", x=IMAGE, group=2,
        constants={"w": numbers(3, 2, 3, 3)}),
    one("Conv", "expected a bias of 4 elements, got 3", "x w b", x=IMAGE,
        constants={"w": FILTER, "b": numbers(3)}),
    one("Conv", "attribute 'strides' has 1 numbers, expected 2", "x w", x=IMAGE,
        strides=[1], constants={"w": FILTER}),
    one("Conv", "attribute 'pads' has the number -1", "x w", x=IMAGE,
        pads=[0, 0, -1, 0], constants={"w": FILTER}),
    one("Conv", "kernel_shape is not that of the weight", "x w", x=IMAGE,
        kernel_shape=[2, 2], constants={"w": FILTER}),
    one("Conv", "auto_pad 'SOME' is not supported", "x w", x=IMAGE, auto_pad="SOME",
        constants={"w": FILTER}),
    one("Conv", "auto_pad with a stride needs to know the spatial sizes of its input",
        "x w", x=OPEN, auto_pad="SAME_UPPER", strides=[2, 2],
        constants={"w": FILTER}),
    one("Conv", "the result would have the shape (?, 4, 0, 0)", "x w",
        x=("N", 4, 2, 2), constants={"w": FILTER}),
    one("ConvTranspose", "output_shape has 1 numbers, expected 2", "x w", x=IMAGE,
        output_shape=[9], constants={"w": FILTER}),
    one("ConvTranspose", "sizes of the result that are stated need the spatial sizes "
        "of the input to be known", "x w", x=OPEN, output_shape=[9, 9],
        constants={"w": FILTER}),
    one("ConvTranspose", "output_shape has the number 0", "x w", x=IMAGE,
        output_shape=[0, 9], constants={"w": FILTER}),
    one("ConvTranspose", "output_padding has the number -1", "x w", x=IMAGE,
        output_padding=[-1, 0], constants={"w": FILTER}),
    one("ConvTranspose", "output_padding has too few numbers", "x w", x=IMAGE,
        output_padding=[1], constants={"w": FILTER}),
    one("ConvTranspose", "3 groups of 4 channels", "x w", x=IMAGE, group=3,
        constants={"w": FILTER}),
    one("MaxPool", "there is no kernel_shape", x=IMAGE),
    one("MaxPool", "padding of more than half of the window is not supported",
        x=IMAGE, kernel_shape=[3, 3], pads=[2, 2, 2, 2]),
    one("AveragePool", "dilations of a mean are not supported", x=IMAGE, opset=19,
        kernel_shape=[2, 2], dilations=[2, 2]),
    one("GlobalMaxPool", "expected a value of rank 3 to 5, got rank 6",
        x=(1, 2, 3, 4, 5, 6)),
    # Reductions.
    one("ReduceMean", "a reduction of the batch, dimension 0, is not supported",
        x=IMAGE),
    one("ReduceMean", "dimension 4 of a value of rank 4", x=IMAGE, axes=[4]),
    one("ReduceSum", "a sum needs to know how many elements there are", "x a", x=OPEN,
        constants={"a": ints(2, 3)}),
    # Products.
    one("Gemm", "transA, a product with the batch, is not supported", "x w",
        constants={"w": KERNEL}, transA=1),
    one("Gemm", "expected a matrix, got a value of rank 4", "x w", x=IMAGE,
        constants={"w": KERNEL}),
    one("Gemm", "expected a bias of 4 elements in a row, got 3", "x w b",
        constants={"w": KERNEL, "b": numbers(3)}),
    one("MatMul", "expected a matrix, got a constant of rank 3", "x w",
        constants={"w": numbers(2, 4, 4)}),
    one("MatMul", "expected 5 features, got 4", "x w",
        constants={"w": numbers(5, 4)}),
    # Activations.
    one("PRelu", "a slope of the shape (8) is not supported; one for all elements, or "
        "one for each channel, is", "x s", x=IMAGE, constants={"s": numbers(8)}),
    one("Clip", "a bound that is no single number", "x b",
        constants={"b": numbers(2)}),
    one("Clip", "a clip between 3 and 2", "x a b",
        constants={"a": np.float32(3), "b": np.float32(2)}),
    one("Gelu", "approximate 'some' is not supported", opset=20, approximate="some"),
    one("Softmax", "along the batch, dimension 0, is not supported", axis=0),
    # Normalisations.
    one("BatchNormalization", "normalising by the statistics of the batch, as in "
        "training, is not supported", "x s s s s", x=IMAGE, training_mode=1,
        constants={"s": numbers(4)}),
    one("BatchNormalization", "spatial=0, statistics of each element, is not supported",
        "x s s s s", x=IMAGE, opset=8, spatial=0, constants={"s": numbers(4)}),
    one("BatchNormalization", "expected a value of rank 2 to 5, got rank 6",
        "x s s s s", x=(1, 4, 1, 1, 1, 1), constants={"s": numbers(4)}),
    one("BatchNormalization", "expected 4 elements of bias, got 3", "x s b s s",
        x=IMAGE, constants={"s": numbers(4), "b": numbers(3)}),
    one("LayerNormalization", "normalising the batch is not supported", "x s", axis=0,
        constants={"s": numbers(4)}),
    one("LayerNormalization", "expected a weight of rank 1, got rank 2", "x s",
        constants={"s": numbers(1, 4)}),
    one("LayerNormalization", "weight and bias have different shapes", "x s b",
        constants={"s": numbers(4), "b": numbers(3)}),
    one("GroupNormalization", "there is no num_groups", "x s s", x=IMAGE, opset=21,
        constants={"s": numbers(4)}),
    one("GroupNormalization", "3 groups of a value of shape (?, 4, 8, 8) with 4 "
        "weights and 4 biases", "x s s", x=IMAGE, opset=21, num_groups=3,
        constants={"s": numbers(4)}),
    # Sums and products.
    whole("node 'it' (Add): values of the shapes (?, 4) and (?, 5) are not supported; "
          "values of one shape are, and one element a channel with all sizes known",
          nodes=[node("Add", "x z", name="it")],
          inputs={"x": ("N", 4), "z": ("N", 5)}),
    one("Div", "a quotient of values is not supported", "x x"),
    one("Div", "a constant divided by a value is not supported", "c x",
        constants={"c": np.float32(1)}),
    one("Add", "integers with a value", "x c", constants={"c": ints(1)}),
    one("Add", "a constant of higher rank than the value is not supported", "x c",
        constants={"c": numbers(1, 1, 4)}),
    one("Add", "a constant that differs from row to row of the batch is not supported",
        "x c", constants={"c": numbers(2, 1)}),
    one("Add", "a constant along dimensions that are apart is not supported", "x c",
        x=IMAGE, constants={"c": numbers(1, 4, 1, 8)}),
    one("Mul", "a constant along dimension 1 of a value of rank 6 is not supported; "
        "ranks 2 to 5 are, and dimensions behind the batch", "x c",
        x=(1, 2, 3, 4, 5, 6), constants={"c": numbers(2, 1, 1, 1, 1)}),
    one("Pow", "only a power of 2 is supported", "x c",
        constants={"c": np.float32(3)}),
    one("Max", "only one with a number is supported", "x x"),
    whole("node 'it' (Sum): there are no operands",
          nodes=[node("Sum", "", name="it")]),
    # Shapes.
    one("Flatten", "axis 2 is not supported; 1, which keeps the batch, is", x=IMAGE,
        axis=2),
    one("Flatten", "axis 0 is not supported; 1, which keeps the batch, is", x=IMAGE,
        axis=-4),
    one("Reshape", "a reshape from (2, 4) to (4, 2) changes the batch, the first "
        "dimension; sizes behind it may change", "x s", x=(2, 4),
        constants={"s": ints(4, 2)}),
    one("Reshape", "a shape with more than one -1", "x s",
        constants={"s": ints(-1, -1)}),
    one("Unsqueeze", "a reshape from (?, ?, ?) to (?, 1, ?, ?) has several open sizes "
        "behind the batch; one is supported", "x a", x=("N", "M", "K"),
        constants={"a": ints(1)}),
    # In front of the batch stand only states with which recurrent operators begin.
    one("Unsqueeze", "a reshape from (?, 4) to (1, ?, 4) changes the batch, the first "
        "dimension; sizes behind it may change", "x a", constants={"a": ints(0)}),
    one("Squeeze", "dimension 1 has 4 elements", "x a", constants={"a": ints(1)}),
    one("Squeeze", "a dimension is named twice", "x a", x=("N", 1),
        constants={"a": ints(1, -1)}),
    one("Transpose", "moving the batch, dimension 0, is not supported", perm=[1, 0]),
    one("Transpose", "the dimensions of a value of rank 2 are no permutation",
        perm=[0, 0]),
    one("DepthToSpace", "blocks of 2 in (?, 4, ?, ?); images of known sizes are "
        "supported", x=OPEN, blocksize=2),
    one("DepthToSpace", "mode 'some' is not supported", x=IMAGE, blocksize=2,
        mode="some"),
    one("Concat", "along the batch, dimension 0, is not supported", "x x", axis=0),
    one("Concat", "constants among values are supported at both ends, of one number",
        "x c x", axis=1, constants={"c": numbers(1, 1)}),
    one("Concat", "constants among values are supported at both ends, of one number",
        "x c", axis=1, constants={"c": numbers(1, 2)}),
    one("Slice", "a part of the batch is not supported", "x a b",
        constants={"a": ints(0), "b": ints(1)}),
    one("Slice", "a step of 2 is not supported; 1 is", "x a b c d",
        constants={"a": ints(0), "b": ints(2), "c": ints(1), "d": ints(2)}),
    one("Slice", "a step of 0", "x a b c d",
        constants={"a": ints(0), "b": ints(2), "c": ints(1), "d": ints(0)}),
    one("Slice", "starts, ends, axes and steps of different lengths", "x a b",
        constants={"a": ints(0), "b": ints(1, 2)}),
    one("Slice", "the result would have the shape (?, 0)", "x a b c",
        constants={"a": ints(3), "b": ints(2), "c": ints(1)}),
    one("Split", "a part of the batch is not supported", outputs="y z"),
    one("Split", "a split into equal parts needs to know the size of its dimension",
        x=("N", "M"), outputs="y z", axis=1),
    one("Split", "1 parts for 2 outputs", "x p", outputs="y z", axis=1,
        constants={"p": ints(4)}),
    one("Split", "a part of 3 elements", "x p", outputs="y z", axis=1,
        constants={"p": ints(3, 3)}),
    # Spatial sizes.
    one("Pad", "pads has 4 numbers, expected 8", "x p", x=IMAGE,
        constants={"p": ints(0, 0, 1, 1)}),
    one("Pad", "padding of the batch, or of channels but by a constant, is not "
        "supported", "x p", x=IMAGE, mode="edge",
        constants={"p": ints(0, 1, 0, 0, 0, 0, 0, 0)}),
    one("Pad", "pads that are negative or too large are not supported", "x p", x=IMAGE,
        constants={"p": ints(0, 0, -1, 0, 0, 0, 0, 0)}),
    one("Pad", "mode 'wrap' is not supported", "x p", x=IMAGE, opset=19, mode="wrap",
        constants={"p": ints(0, 0, 1, 0, 0, 0, 0, 0)}),
    one("Pad", "a value that is not finite", "x p v", x=IMAGE,
        constants={"p": ints(0, 0, 1, 0, 0, 0, 0, 0), "v": np.float32("-inf")}),
    one("Pad", "several values", "x p v", x=IMAGE,
        constants={"p": ints(0, 0, 1, 0, 0, 0, 0, 0), "v": numbers(2)}),
    one("Resize", "mode 'nearest' with the coordinates 'half_pixel', nearest_mode "
        "'round_prefer_floor' and a scale of 1.5 is supported where sizes are known",
        "x - s", x=OPEN, constants={"s": np.array([1, 1, 1.5, 2], np.float32)}),
    one("Resize", "mode 'cubic' with the coordinates 'align_corners' and a scale of 2 "
        "is supported where sizes are known", "x - s", x=OPEN, mode="cubic",
        coordinate_transformation_mode="align_corners",
        constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "exclude_outside is supported with mode 'cubic', not 'nearest'",
        "x - s", x=IMAGE, exclude_outside=1,
        constants={"s": np.array([1, 1, 1.5, 2], np.float32)}),
    one("Resize", "the weights that exclude_outside leaves sum to 0", "x - s",
        x=("N", 4, 1, 1), mode="cubic", exclude_outside=1, cubic_coeff_a=18.0,
        constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "a scale of 0 is not supported", "x - s", x=IMAGE,
        constants={"s": np.array([1, 1, 0, 2], np.float32)}),
    one("Resize", "a dimension of 8 elements that becomes one of 300004 is not "
        "supported", "x - s", x=IMAGE,
        constants={"s": np.array([1, 1, 37500.5, 2], np.float32)}),
    one("Resize", "expected 4 scales, got 2", "x - s", x=IMAGE,
        constants={"s": np.array([2, 2], np.float32)}),
    one("Resize", "batch and channels cannot be resized", "x - s", x=IMAGE,
        constants={"s": np.array([1, 2, 2, 2], np.float32)}),
    one("Resize", "mode 'area' is not supported; 'nearest', 'linear' and 'cubic' are",
        "x - s", x=IMAGE, mode="area", constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "antialias is not supported", "x - s", x=IMAGE, opset=18,
        antialias=1, constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "mode 'linear' with the coordinates 'tf_crop_and_resize' is not "
        "supported", "x - s", x=IMAGE,
        mode="linear", coordinate_transformation_mode="tf_crop_and_resize",
        constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "mode 'nearest' with the coordinates 'half_pixel', nearest_mode "
        "'up' is not supported", "x - s", x=IMAGE, nearest_mode="up",
        constants={"s": np.array([1, 1, 2, 2], np.float32)}),
    one("Resize", "keep_aspect_ratio_policy 'not_larger' is not supported; 'stretch' "
        "is", "x - - s", x=(1, 4, 8, 8), opset=18,
        keep_aspect_ratio_policy="not_larger", constants={"s": ints(1, 4, 16, 32)}),
    one("Resize", "sizes that are open are not supported; scales are", "x - - s",
        x=("N", 4, "H", "W"), constants={"s": ints(1, 4, 9, 9)}),
    # Products of values.
    one("MatMul", "a product of values of the shapes (?, 5, 4) and (?, 5, 4) is not "
        "supported; batches of matrices, as many of one as of the other, are", "x x",
        x=("N", 5, 4)),
    one("MatMul", "a product of values of the shapes (?, 4) and (?, 4) is not supported; "
        "batches of matrices, as many of one as of the other, are", "x x"),
    product(("N", 4, 8), (1, 8, 5)),
    product((1, 4, 8), ("N", 8, 5)),
    product(("N", 3, 4, 8), ("N", 1, 8, 5)),
    product(("N", "M", 4, 8), ("N", 1, 8, 5)),
    # What nn.MultiheadAttention is exported as.
    *(whole(f"node 'it' ({op}): input 't' has (steps, batch, units); the batch first is "
            "supported here: nn.MultiheadAttention is exported so; import the module "
            "instead of the model, nascent-import FILE.py:OBJECT", x=("N", 5, 4),
            nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                   node(op, "t w", "z", "it"),
                   node("Transpose", "z", perm=[1, 0, 2])], w=KERNEL)
      for op in ("MatMul", "Div")),
    # Constants that do not fit.
    one("Mul", "a constant that is not finite is not supported", "x c",
        constants={"c": np.array(np.inf, np.float32)}),
    one("Transpose", "the dimensions are no permutation", "c", perm=[0, 0],
        constants={"c": numbers(2, 2)}),
    one("Concat", "operands of different types or ranks", "c d", axis=0,
        constants={"c": numbers(2, 2), "d": numbers(2)}),
    one("Reshape", "a shape that is too large", "c s",
        constants={"c": numbers(4), "s": ints(1 << 40, 1 << 40)}),
    one("Add", "a constant of too many elements", "c d",
        constants={"c": numbers(2048, 1), "d": numbers(1, 2048)}),
    one("Pad", "pads and axes of different lengths", "x p - a", x=IMAGE, opset=18,
        constants={"p": ints(1, 1), "a": ints(2, 3)}),
    # Recurrent operators, whose batch is behind their steps.
    *(recurrent(*case) for case in (
        ("LSTM", "input 'x' has the batch first; (steps, batch, units) is supported "
         "here", {"x": "x"}),
        ("LSTM", "direction 'reverse' is not supported; 'forward' and "
         "'bidirectional' are", {}, {"direction": "reverse"}),
        ("LSTM", "hidden_size is 0", {}, {"hidden_size": 0}),
        ("LSTM", "input_forget is not supported", {}, {"input_forget": 1}),
        ("GRU", "linear_before_reset=0 is not supported; 1, as PyTorch's and Keras's "
         "reset_after, is"),
        ("RNN", "activations Sigmoid are not supported; Tanh are", {},
         {"activations": ["Sigmoid"]}),
        ("LSTM", "constant lengths of sequences are supported where they are that of "
         "all; an input of the network may have others", {"lengths": "l"}, {},
         {"l": np.array([3], np.int32)}),
        ("LSTM", "input 't' is no input of the network with indices",
         {"lengths": "t"}),
        ("RNN", "initial states that are constant are supported where they are zeros",
         {"state": "h"}, {}, {"h": numbers(1, 1, 3)}),
        ("RNN", "expected initial states (1, batch, 3), or a state that a recurrent "
         "operator gives", {"state": "t"}),
        ("LSTM", "peepholes are supported where they are zeros", {"peepholes": "p"}, {},
         {"p": numbers(1, 9)}),
        ("RNN", "expected W of the shape (1, 3, -1), got (3, 4)", {}, {},
         {"w": numbers(3, 4)}),
        ("RNN", "expected 5 features, got 4", {}, {}, {"w": numbers(1, 3, 5)}),
        ("RNN", "attribute 'clip' is not supported", {}, {"clip": 1.0}))),
    whole("node 'it' (LSTM): one initial state without the other is not supported",
          nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                 node("RNN", "t r r", "- h", hidden_size=4),
                 node("LSTM", "t w w - - h", "- y", "it", hidden_size=4)],
          x=("N", 5, 4), r=numbers(1, 4, 4), w=numbers(1, 16, 4)),
    whole("node 'it' (LSTM): expected lengths of rank 1, got rank 2",
          nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                 node("LSTM", "t w w - l", "- y", "it", hidden_size=4)],
          inputs={"x": ("N", 5, 4), "l": ("N", 1)}, types={"l": TensorProto.INT32},
          w=numbers(1, 16, 4)),
    whole("node 'it' (LSTM): expected initial states (batch, 1, 4), or a state that a "
          "recurrent operator gives",
          nodes=[node("LSTM", "x w w - - h h", "- y", "it", hidden_size=4, layout=1)],
          inputs={"x": ("N", 5, 4), "h": ("N", 2, 4)}, w=numbers(1, 16, 4)),
    whole("there is no output", outputs=""),
    whole("output 'y' does not have its batch first; a node Transpose brings it there",
          nodes=[node("Transpose", "x", perm=[1, 0, 2])], x=("N", 5, 4)),
    *(behind(*case) for case in (
        ("Relu", "input 'z' has (steps, directions, batch, units); the batch first is "
         "supported here"),
        ("Transpose", "only what brings the batch of a recurrent operator's result to "
         "the first place is supported", {"perm": [2, 0, 1, 3]}),
        ("Squeeze", "of a recurrent operator's result, only one direction is supported "
         "to go", {}, ints(2)),
        ("Reshape", "of a recurrent operator's result, directions beside units are "
         "supported to become one dimension", {}, ints(0, 0, -1)),
        ("Gather", "of a recurrent operator's result, one step or one direction is "
         "supported to be taken", {}, ints(0)),
        ("Slice", "of a recurrent operator's result, a part of its steps or of its "
         "directions is supported", {"axis": 1}, ints(0), ints(1)),
        ("Concat", "of recurrent operators' results, states of as many units are "
         "supported to be joined", {"axis": 1}))),
    whole("node 'it' (Expand): only zeros are supported to be expanded to open sizes; "
          "state the sizes of the network's inputs",
          nodes=[node("Shape", "x", "s"), node("Expand", "c s", "e", "it"),
                 node("Trilu", "e", "t"), node("Add", "x t")], c=numbers(1)),
    *(whole(f"node 'it' (Expand): expands to a size of {size}; positive ones are "
            "supported, where 1 keeps a size",
            nodes=[node("Expand", "c s", "e", "it"), node("Add", "x e")], c=numbers(1, 4),
            s=ints(size, 4)) for size in (-1, 0)),
    one("Trilu", "only one diagonal of a constant matrix is supported", x=("N", 4, 4)),
    # Constants.
    whole("node 'it' (Constant): a constant without a value of numbers",
          nodes=[node("Constant", "", "c", "it", value_string="a"),
                 node("Add", "x c")]),
    elsewhere("Constant", ""), elsewhere("ConstantOfShape", "s", s=ints(4)),
    one("Cast", "a value as int64 is not supported; float is", to=TensorProto.INT64),
    one("Gather", "only one index into a value is supported", "x i", axis=1,
        constants={"i": ints(0, 1)}),
    one("Gather", "an index past the end", "x i", axis=1,
        constants={"i": np.int64(2 ** 62)}),
    one("Dropout", "training_mode, which drops elements, is not supported", "x r t",
        constants={"r": np.float32(0.5), "t": np.bool_(True)}),
    one("Ceil", "input 'x' is computed by the network; only a constant is supported "
        "here"),
    # What is folded.
    whole("node 'it' (Add): operands of different types",
          nodes=[node("Add", "a b", "c", "it"), node("Add", "x c")],
          a=ints(1), b=numbers(1)),
    whole("node 'it' (Add): operands whose shapes do not fit",
          nodes=[node("Add", "a b", "c", "it"), node("Add", "x c")],
          a=numbers(2), b=numbers(3)),
    whole("node 'it' (Div): an integer that does not fit",
          nodes=[node("Div", "a b", "c", "it"), node("Reshape", "x c")],
          a=ints(1, 2), b=ints(0, 1)),
    whole("node 'it' (Gather): indices past the end, or too many of them",
          nodes=[node("Shape", "x", "s"), node("Gather", "s i", "c", "it"),
                 node("Reshape", "x c")], i=ints(5)),
    whole("node 'it' (ConstantOfShape): a constant of no elements, or of too many",
          nodes=[node("ConstantOfShape", "s", "c", "it"), node("Add", "x c")],
          s=ints(2 ** 40, 4)),
    whole("node 'it' (Add): input 'c' depends on sizes that are open; numbers are "
          "supported here",
          nodes=[node("Shape", "x", "s"), node("ConstantOfShape", "s", "c"),
                 node("Add", "x c", name="it")]),
    whole("node 'it' (ConstantOfShape): input 's' depends on sizes that are open; "
          "numbers are supported here",
          nodes=[node("Shape", "x", "s"),
                 node("ConstantOfShape", "s", "c", "it", value=from_array(numbers(1))),
                 node("Add", "x c")]),
    whole("node 'it' (Reshape): a constant has not as many elements as its new shape",
          nodes=[node("Reshape", "a s", "c", "it"), node("Add", "x c")],
          a=numbers(4), s=ints(3)),
    whole("node 'it' (Reshape): a constant has not as many elements as its new shape",
          nodes=[node("Reshape", "a s", "c", "it"), node("Add", "x c")],
          a=numbers(4), s=ints(-2, -2)),
    whole("node 'it' (ConstantOfShape): a constant of no elements, or of too many",
          nodes=[node("ConstantOfShape", "s", "c", "it"), node("Add", "x c")],
          s=ints(-2, -2)),
    whole("node 'it' (Cast): a constant as string is not supported; floats, int32 and "
          "int64 are",
          nodes=[node("Cast", "a", "c", "it", to=TensorProto.STRING),
                 node("Add", "x c")], a=numbers(4)),
    whole("node 'it' (Cast): a float of a size that is open",
          nodes=[node("Shape", "x", "s"),
                 node("Cast", "s", "c", "it", to=TensorProto.FLOAT),
                 node("Resize", "x - c")], x=OPEN),
]


def main():
    folder = sys.argv[1]
    path = os.path.join(folder, "model.onnx")
    missed = 0
    for made, message in CASES:
        save(made, path)
        done = subprocess.run(
            ["nascent-import-onnx", path, "-o", os.path.join(folder, "out.mlir")],
            capture_output=True, text=True)
        lines = done.stderr.splitlines()
        if done.returncode != 1 or len(lines) != 1 or \
                not lines[0].startswith("nascent-import-onnx: error: " + path + ": ") or \
                not lines[0].endswith(message):
            missed += 1
            print(f"expected: {message}\n     got: {done.returncode} {done.stderr}")
    assert os.listdir(folder) == ["model.onnx"], "something was written"
    print(f"{len(CASES) - missed} of {len(CASES)} models are refused as they should be")
    return missed != 0


sys.exit(main())
