# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Products, activations, normalisations and sums."""

import numpy as np

from onnx_graph import model, node, numbers
from onnx_refusals.making import IMAGE, KERNEL, ints, one, shown, whole


def product(left, right):
    """A product of values that ONNX would spread."""
    made = model([node("MatMul", "x z", "y", "it")],
                 inputs={"x": left, "z": right})
    return made, f"node 'it' (MatMul): a product of values of the shapes " \
                 f"{shown(left)} and {shown(right)} is not supported; batches of " \
                 "matrices, as many of one as of the other, are"


CASES = [
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
    whole("node 'it' (MatMul): input 't' has (steps, batch, units); the batch first is "
          "supported here: nn.MultiheadAttention is exported so; import the module "
          "instead of the model, nascent-import FILE.py:OBJECT", x=("N", 5, 4),
          nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                 node("MatMul", "t t", "z", "it"),
                 node("Transpose", "z", perm=[1, 0, 2])]),
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
]
