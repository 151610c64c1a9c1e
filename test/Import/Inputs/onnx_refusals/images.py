# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Windows, reductions, and sizes of images."""

import numpy as np

from onnx_graph import numbers
from onnx_refusals.making import FILTER, IMAGE, OPEN, ints, one

CASES = [
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
]
