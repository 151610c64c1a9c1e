# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a model for each family of operators into a folder."""

import os
import sys

import numpy as np

from onnx_graph import model, node, numbers, save


def ints(*values):
    return np.array(values, np.int64)


def floats(*values):
    return np.array(values, np.float32)


IMAGE = ("N", 4, 8, 8)

MODELS = {
    # Names of layers are their parameters', or their node's.
    "dense": model(
        [node("Gemm", "x fc1.weight fc1.bias", "a", transB=1),
         node("Relu", "a", "b"),
         node("MatMul", "b w2", "c", name="/head/MatMul"),
         node("Add", "c bias2", "y")],
        **{"fc1.weight": numbers(8, 4), "fc1.bias": numbers(8),
           "w2": numbers(8, 3), "bias2": numbers(3)}),
    # One initialiser used twice is one parameter.
    "tied": model(
        [node("Gemm", "x w b", "a", transB=1), node("Tanh", "a", "c"),
         node("Gemm", "c w b", "y", transB=1)], w=numbers(4, 4), b=numbers(4)),
    "conv": model(
        [node("Conv", "x w bias", "a", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
         node("Conv", "a dw", "b", group=6, auto_pad="SAME_UPPER", strides=[2, 2]),
         node("ConvTranspose", "b t", "y", strides=[2, 2], dilations=[1, 1])],
        x=(1, 4, 8, 8), w=numbers(6, 4, 3, 3), bias=numbers(6), dw=numbers(6, 1, 3, 3),
        t=numbers(6, 2, 2, 2)),
    "pool": model(
        [node("MaxPool", "x", "a", kernel_shape=[2, 2], strides=[2, 2]),
         node("AveragePool", "a", "b", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
         node("GlobalAveragePool", "b", "c"),
         node("Flatten", "c", "y", axis=-3)], x=IMAGE),
    "norm": model(
        [node("BatchNormalization", "x s b m v", "a", epsilon=1e-3),
         node("InstanceNormalization", "a s b", "c"),
         node("GroupNormalization", "c s b", "d", num_groups=2),
         node("LayerNormalization", "d ls lb", "y", axis=-1)],
        x=IMAGE, opset=21, s=numbers(4), b=numbers(4), m=numbers(4),
        v=np.abs(numbers(4)) + 1, ls=numbers(8), lb=numbers(8)),
    "activations": model(
        [node("LeakyRelu", "x", "a", alpha=0.2), node("Elu", "a", "b"),
         node("Clip", "b low high", "c"), node("PRelu", "c slope", "d"),
         node("HardSigmoid", "d", "e", alpha=1 / 6), node("Gelu", "e", "f"),
         node("Softplus", "f", "g"), node("Softmax", "g", "y")],
        opset=20, low=np.float32(0), high=np.float32(6), slope=floats(0.25)),
    # Before operator set 13, a softmax was along all dimensions from one on.
    "flat_softmax": model([node("Softmax", "x", "y", axis=1)], x=("N", 3, 5),
                          opset=11),
    "constants": model(
        [node("Mul", "x scale", "a"), node("Add", "a shift", "b"),
         node("Sub", "one b", "c"), node("Div", "c two", "d"),
         node("Add", "d nothing", "y")],
        x=("N", 4, 8), scale=numbers(4, 1), shift=numbers(4, 1), one=floats(1),
        two=np.float32(2), nothing=floats(0)),
    # A constant behind the channels, and one of several dimensions.
    "positions": model(
        [node("Add", "x last", "a"), node("Add", "a place", "y")],
        x=("N", 3, 5), last=numbers(5), place=numbers(1, 3, 5)),
    "joins": model(
        [node("Split", "x parts", "a b", axis=1), node("Add", "a b", "c"),
         node("Concat", "c x", "d", axis=1), node("GlobalAveragePool", "d", "g"),
         node("Sigmoid", "g", "h"), node("Mul", "d h", "e"),
         node("Slice", "e starts ends axes", "y")],
        x=(1, 4, 8, 8), parts=ints(2, 2), starts=ints(1), ends=ints(2 ** 62),
        axes=ints(1)),
    # What PyTorch writes for x.view(x.size(0), -1).
    "shape_chain": model(
        [node("Conv", "x w", "a"), node("Shape", "a", "s"),
         node("Gather", "s zero", "n"), node("Unsqueeze", "n zeros", "n1"),
         node("Concat", "n1 rest", "shape", axis=0), node("Reshape", "a shape", "y")],
        x=IMAGE, w=numbers(2, 4, 1, 1), zero=np.int64(0), zeros=ints(0),
        rest=ints(-1)),
    # What TensorFlow writes: channels last, but where it computes.
    "nhwc": model(
        [node("Transpose", "x", "a", perm=[0, 3, 1, 2]), node("Conv", "a w", "b"),
         node("Transpose", "b", "c", perm=[0, 2, 3, 1]),
         node("Transpose", "c", "d", perm=[0, 3, 1, 2]), node("Relu", "d", "e"),
         node("Transpose", "e", "y", perm=[0, 2, 3, 1])],
        x=("N", 8, 8, 4), w=numbers(4, 4, 1, 1)),
    "resize": model(
        [node("Pad", "x pads", "a", mode="reflect"),
         node("Resize", "a - scales", "b", mode="linear"),
         node("Resize", "b - twice", "y", mode="nearest", nearest_mode="floor",
              coordinate_transformation_mode="asymmetric")],
        x=IMAGE, pads=ints(0, 0, 1, 2, 0, 0, 1, 2), scales=floats(1, 1, 2, 2),
        twice=floats(1, 1, 1, 2)),
    "reductions": model(
        [node("ReduceMean", "x one", "a"), node("ReduceMax", "a last", "b"),
         node("ReduceMean", "b spatial", "y", keepdims=0, noop_with_empty_axes=1)],
        x=IMAGE, opset=18, one=ints(1), last=ints(-1), spatial=ints(2, 3)),
    # A maximum along another dimension stays subtracted.
    "softmax_parts": model(
        [node("ReduceMax", "x", "m", axes=[-1]), node("Sub", "x m", "d"),
         node("Exp", "d", "e"), node("ReduceSum", "e last", "s"),
         node("Div", "e s", "a"),
         node("ReduceMax", "a", "n", axes=[1]), node("Sub", "a n", "f"),
         node("Exp", "f", "g"), node("ReduceSum", "g last", "t"),
         node("Div", "g t", "y")],
        x=("N", 1, 5), last=ints(-1)),
    "embedding": model(
        [node("Cast", "x", "i", to=7), node("Gather", "table.weight i", "a"),
         node("ReduceMean", "a", "y", axes=[1], keepdims=0)],
        x=("N", "L"), types={"x": 6}, **{"table.weight": numbers(9, 3)}),
    # The batch of what two directions give comes first in one step, or in two.
    "directions": model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node("RNN", "t w r", "s", hidden_size=3, direction="bidirectional"),
         node("Transpose", "s", "a", perm=[2, 0, 1, 3]),
         node("Reshape", "a shape", "b"),
         node("Transpose", "s", "c", perm=[0, 2, 1, 3]),
         node("Transpose", "c", "d", perm=[1, 0, 2, 3]),
         node("Reshape", "d shape", "e"), node("Add", "b e", "y")],
        x=("N", 5, 3), shape=ints(0, 0, -1), w=numbers(2, 3, 3), r=numbers(2, 3, 3)),
    # A dimension in front of a batch of one is no state unless that is what reads it;
    # two states together are what two directions begin with.
    "front": model(
        [node("Unsqueeze", "x zero", "t"), node("Relu", "t", "y")], x=(1, 4),
        zero=ints(0)),
    "states": model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node("ReduceMean", "x", "m", axes=[1], keepdims=0),
         node("Tanh", "m", "n"), node("Unsqueeze", "m zero", "a"),
         node("Unsqueeze", "n zero", "b"), node("Concat", "a b", "h", axis=0),
         node("RNN", "t w r - - h", "- s", hidden_size=3, direction="bidirectional"),
         node("Transpose", "s", "y", perm=[1, 0, 2])],
        x=("N", 5, 3), zero=ints(0), w=numbers(2, 3, 3), r=numbers(2, 3, 3)),
    # Before operator set 7, operands lay where an axis said.
    "legacy": model(
        [node("Add", "x b", "a", broadcast=1, axis=1), node("Dropout", "a", "c"),
         node("Reshape", "c shape", "y")],
        x=("N", 4, 8, 8), opset=6, b=numbers(4), shape=ints(0, -1)),
    # Half an initialiser's precision is read exactly; names are dimensions'.
    "half": model(
        [node("Cast", "w", "wide", to=1), node("MatMul", "x wide", "y")],
        w=numbers(4, 3, dtype=np.float16)),
    # What was computed from the same value, and an input that is an output.
    "outputs": model([node("Relu", "x", "y"), node("Identity", "y", "z")],
                     outputs="y z x"),
    # Several inputs keep their names, as far as these differ and are names.
    "named": model(
        [node("Add", "in.a in_a", "a"), node("Add", "a 1", "y")],
        inputs={"in.a": ("N", 4), "in_a": ("N", 4), "1": ("N", 4)}),
    # Nodes whose results nobody reads do not matter, whatever they are.
    "dead": model([node("Relu", "x"), node("Loop", "x", "z")]),
}


def main():
    folder = sys.argv[1]
    for name, made in MODELS.items():
        save(made, os.path.join(folder, name + ".onnx"))


main()
