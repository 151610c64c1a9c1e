# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What shapes cannot become."""

from onnx_graph import numbers
from onnx_refusals.making import IMAGE, OPEN, ints, one

CASES = [
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
]
