# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Models, each with how its refusal ends."""

import numpy as np

from onnx_graph import model, node, numbers

IMAGE, OPEN = ("N", 4, 8, 8), ("N", 4, "H", "W")
KERNEL, FILTER = numbers(4, 4), numbers(4, 4, 3, 3)


def one(op, message, inputs="x", opset=17, x=("N", 4), outputs="y", types=None,
        constants=None, **attributes):
    """A model of one node, and how its refusal ends."""
    made = model([node(op, inputs, outputs, "it", **attributes)], x=x, opset=opset,
                 types=types, **(constants or {}))
    return made, f"node 'it' ({op}): {message}"


def whole(message, **options):
    return model(options.pop("nodes", [node("Relu", "x")]), **options), message


def ints(*values):
    return np.array(values, np.int64)


def shown(sizes):
    return f"({', '.join('?' if isinstance(s, str) else str(s) for s in sizes)})"
