# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ONNX models in a few words, for tests."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

F32 = TensorProto.FLOAT


def node(op, inputs, outputs="y", name=None, domain="", **attributes):
    """Inputs and outputs are words: 'x w b'; '-' is one that is left out."""
    names = [["" if word == "-" else word for word in text.split()]
             for text in (inputs, outputs)]
    return helper.make_node(op, *names, name=name, domain=domain, **attributes)


def numbers(*shape, dtype=np.float32):
    """Small numbers, all different."""
    count = int(np.prod(shape))
    return ((np.arange(count) % 23 - 11) / 8).reshape(shape).astype(dtype)


def model(nodes, x=("N", 4), opset=17, outputs="y", inputs=None, types=None,
          **initializers):
    """A model of one input, `x`, or of `inputs`, shapes by name."""
    values = inputs or {"x": x}
    graph = helper.make_graph(
        nodes, "graph",
        [helper.make_tensor_value_info(name, (types or {}).get(name, F32), shape)
         for name, shape in values.items()],
        [helper.make_tensor_value_info(name, F32, None)
         for name in outputs.split()],
        [numpy_helper.from_array(np.asarray(array), name)
         for name, array in initializers.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)],
                             ir_version=8)


def save(made, path):
    with open(path, "wb") as file:
        file.write(made.SerializeToString())
