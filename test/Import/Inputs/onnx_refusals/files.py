# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What a file, a node or an operand may not be."""

import numpy as np
from onnx import TensorProto

from onnx_graph import model, node, numbers
from onnx_refusals.making import FILTER, IMAGE, KERNEL, ints, one, whole


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
]
