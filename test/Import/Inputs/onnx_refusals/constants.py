# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Constants, and what is computed of them."""

import numpy as np
from onnx import TensorProto
from onnx.numpy_helper import from_array

from onnx_graph import model, node, numbers
from onnx_refusals.making import IMAGE, OPEN, ints, one, whole


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
    # What is spread.
    whole("node 'it' (Expand): only zeros are supported to be expanded to open sizes; "
          "state the sizes of the network's inputs",
          nodes=[node("Shape", "x", "s"), node("Expand", "c s", "e", "it"),
                 node("Trilu", "e", "t"), node("Add", "x t")], c=numbers(1)),
    *(whole(f"node 'it' (Expand): expands to a size of {size}; positive ones are "
            "supported, where 1 keeps a size",
            nodes=[node("Expand", "c s", "e", "it"), node("Add", "x e")], c=numbers(1, 4),
            s=ints(size, 4)) for size in (-1, 0)),
    one("Trilu", "only one diagonal of a constant matrix is supported", x=("N", 4, 4)),
]
