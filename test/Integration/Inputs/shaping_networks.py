# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares layers that move, pad, enlarge or normalise images with PyTorch.

    shaping_networks.py COMPILER CC FOLDER [FLAG...]

Every network is compiled from a source without input sizes, for one batch or an
open one.
"""

import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from nascent_oracle import NativeNetwork, in_turn

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def unknown(rank, channels="?"):
    return f"tensor<?x{channels}{'x?' * (rank - 2)}xf32>"


class Chain:
    """A chain of layers, in MLIR and in PyTorch, for inputs of one shape."""

    def __init__(self, *shape):
        self.shape = shape
        self.rank = len(shape) + 1
        self.input = self.type = unknown(self.rank)
        self.lines, self.layers = [], []
        self.value = "%x"

    def add(self, text, layer, rank=None, channels="?"):
        """`layer` is a module or a function. The result has its input's rank
        unless another is given."""
        self.rank = rank or self.rank
        result = unknown(self.rank, channels)
        name = f"%{len(self.lines)}"
        mnemonic, _, rest = text.partition(" ")
        comma = ", " if rest[:1].isdigit() else " "
        self.lines.append(f"  {name} = nn.{mnemonic} {self.value}{comma}{rest}"
                          f" : {self.type} -> {result}")
        self.layers.append(layer if isinstance(layer, nn.Module)
                           else Function(layer))
        self.value, self.type = name, result
        return self

    def conv(self, inputs, outputs, kernel, stride=1):
        rank = self.rank - 2
        kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[rank - 1]
        return self.add(f"conv{rank}d {outputs} kernel({kernel}) "
                        f"stride({stride})",
                        kind(inputs, outputs, kernel, stride), None, outputs)

    def dense(self, inputs, units):
        layer = nn.Linear(inputs, units)
        self.add(f"dense {units}", layer)
        # A dense layer says what its last dimension is.
        result = self.type.replace("?xf32", f"{units}xf32")
        self.lines[-1] = self.lines[-1][:-len(self.type)] + result
        self.type = result
        return self

    def flatten(self):
        return self.add("flatten", nn.Flatten(), 2)

    def source(self):
        return "\n".join([f"nn.sequential @net(%x: {self.input}) -> "
                          f"{self.type} {{", *self.lines,
                          f"  nn.return {self.value} : {self.type}", "}", ""])


def numbers(values):
    return ", ".join(map(str, values)) if isinstance(values, tuple) else values


def slopes(count=1):
    layer = nn.PReLU(count)
    nn.init.normal_(layer.weight)
    return layer


def activations():
    yield Chain(21).add("prelu", slopes())
    yield Chain(21).add("prelu per_channel", slopes(21))
    yield Chain(5, 9).add("prelu per_channel", slopes(5))
    yield Chain(3, 6, 7).add("prelu", slopes())
    yield Chain(17).dense(17, 33).add("prelu per_channel", slopes(33))
    yield Chain(17).dense(17, 33).add("prelu", slopes()).dense(33, 4)
    yield (Chain(3, 9, 8).conv(3, 20, 3).add("prelu per_channel", slopes(20))
           .conv(20, 7, 3).add("prelu", slopes()))
    yield (Chain(3, 5, 4).conv(3, 6, 3).flatten()
           .add("prelu per_channel", slopes(36)).dense(36, 5))
    for axis in (1, 2, -1):
        yield Chain(5, 19).add(f"softmax axis({axis})", nn.Softmax(axis))
        yield Chain(7, 6, 5).add(f"log_softmax axis({axis})",
                                 nn.LogSoftmax(axis))
    yield Chain(3, 4, 5, 6).add("softmax axis(3)", nn.Softmax(3))
    yield (Chain(3, 9, 8).conv(3, 21, 3)
           .add("softmax axis(1)", nn.Softmax(1)).conv(21, 2, 1))
    # What is computed by rows, around which the next layer wants zeros.
    yield (Chain(3, 9, 8).add("softmax axis(1)", nn.Softmax(1))
           .add("tanh", nn.Tanh())
           .add("conv2d 7 kernel(3) padding(1)",
                nn.Conv2d(3, 7, 3, padding=1), None, 7)
           .add("log_softmax axis(1)", nn.LogSoftmax(1))
           .add("conv2d 5 kernel(3) padding(1)",
                nn.Conv2d(7, 5, 3, padding=1), None, 5))
    yield (Chain(3, 5, 4).conv(3, 6, 3).flatten()
           .add("softmax", nn.Softmax(1)).dense(36, 5))


def moves():
    yield Chain(6, 4).add("reshape shape(-1, 3, 8)",
                          lambda x: x.reshape(-1, 3, 8))
    yield Chain(36).add("reshape shape(-1, 4, 3, -1)",
                        lambda x: x.reshape(-1, 4, 3, 3), 4).conv(4, 5, 2)
    for dims in ((0, 2, 1, 3), (0, 3, 1, 2), (0, 3, 2, 1), (0, 1, 3, 2)):
        yield Chain(6, 4, 17).add(f"permute dims({numbers(dims)})",
                                  lambda x, dims=dims: x.permute(dims))
        yield (Chain(6, 5, 4).conv(6, 18, 2)
               .add(f"permute dims({numbers(dims)})",
                    lambda x, dims=dims: x.permute(dims))
               .add("tanh", nn.Tanh()))
    yield Chain(5, 9).add("permute dims(0, 2, 1)",
                          lambda x: x.permute(0, 2, 1))
    yield (Chain(5, 9).add("permute dims(0, 2, 1)",
                           lambda x: x.permute(0, 2, 1)).dense(5, 3))
    # A vision transformer's patches, and back.
    yield (Chain(3, 12, 12).conv(3, 16, 4, 4)
           .add("reshape shape(-1, 16, 9)", nn.Flatten(2), 3)
           .add("permute dims(0, 2, 1)", lambda x: x.permute(0, 2, 1))
           .dense(16, 10)
           .add("permute dims(0, 2, 1)", lambda x: x.permute(0, 2, 1))
           .add("reshape shape(-1, 10, 3, 3)",
                lambda x: x.reshape(-1, 10, 3, 3), 4, 10).conv(10, 2, 2))
    # Channels and pixels merged, and split otherwise.
    yield (Chain(3, 6, 6).conv(3, 8, 3)
           .add("reshape shape(-1, 128)", nn.Flatten(), 2).dense(128, 7))
    yield (Chain(3, 6, 6).conv(3, 8, 3)
           .add("reshape shape(-1, 16, 8)",
                lambda x: x.reshape(-1, 16, 8), 3).dense(8, 7))
    yield (Chain(3, 6, 6).conv(3, 8, 3)
           .add("reshape shape(-1, 2, 4, 16)",
                lambda x: x.reshape(-1, 2, 4, 16))
           .add("permute dims(0, 2, 1, 3)", lambda x: x.permute(0, 2, 1, 3))
           .add("reshape shape(-1, 8, 4, 4)",
                lambda x: x.reshape(-1, 8, 4, 4)).conv(8, 5, 2))


MODES = (("constant", ""), ("constant", " value(-1.5)"), ("reflect", ""),
         ("replicate", ""))


def padded(mode, clause, before, after):
    """`F.pad`, which has the last dimension first."""
    both = [n for pair in zip(reversed(before), reversed(after)) for n in pair]
    if mode == "constant":
        return lambda x: F.pad(x, both, mode, -1.5 if clause else 0.0)
    return lambda x: F.pad(x, both, mode)


def resizes():
    for mode, clause in MODES:
        text = f"pad padding({{}}) mode({mode}){clause}"
        yield Chain(5, 9).add(text.format(3), padded(mode, clause, [3], [3]))
        yield Chain(1, 5, 4).add(text.format("1, 2, 0, 3"),
                                 padded(mode, clause, [1, 2], [0, 3]))
        yield (Chain(3, 7, 6).conv(3, 20, 2).add("relu", nn.ReLU())
               .add(text.format(2), padded(mode, clause, [2, 2], [2, 2]))
               .conv(20, 5, 3))
        yield Chain(2, 3, 4, 5).add(text.format("2, 1, 0"),
                                    padded(mode, clause, [2, 1, 0], [2, 1, 0]))
    for scale in (1, 2, 3, (2, 5)):
        yield Chain(3, 5, 7).add(f"upsample scale({numbers(scale)})",
                                 nn.Upsample(scale_factor=scale))
        yield Chain(17, 5, 4).add(
            f"upsample scale({numbers(scale)}) mode(bilinear)",
            nn.Upsample(scale_factor=scale, mode="bilinear"))
    yield (Chain(3, 6, 5).conv(3, 8, 2)
           .add("upsample scale(2)", nn.Upsample(scale_factor=2))
           .conv(8, 20, 3).add("relu", nn.ReLU())
           .add("upsample scale(2) mode(bilinear)",
                nn.Upsample(scale_factor=2, mode="bilinear"))
           .add("sigmoid", nn.Sigmoid()).conv(20, 3, 3))
    yield Chain(4, 9).add("upsample scale(4) mode(linear)",
                          nn.Upsample(scale_factor=4, mode="linear"))
    yield Chain(4, 3, 4, 2).add("upsample scale(2) mode(trilinear)",
                                nn.Upsample(scale_factor=2, mode="trilinear"))
    yield Chain(4, 3, 4, 2).add("upsample scale(2)",
                                nn.Upsample(scale_factor=2))


def transposed(shape, outputs, kernel, stride=1, padding=0, more=0, groups=1,
               dilation=1, bias=True):
    kind = (nn.ConvTranspose1d, nn.ConvTranspose2d,
            nn.ConvTranspose3d)[len(shape) - 2]
    layer = kind(shape[0], outputs, kernel, stride, padding, more, groups, bias,
                 dilation)
    clauses = (f"kernel({numbers(kernel)}) stride({numbers(stride)}) "
               f"padding({numbers(padding)}) output_padding({numbers(more)}) "
               f"dilation({numbers(dilation)}) groups({groups})"
               + ("" if bias else " no_bias"))
    return Chain(*shape).add(
        f"conv_transpose{len(shape) - 1}d {outputs} {clauses}", layer, None,
        outputs)


def transposed_convolutions():
    yield transposed((3, 5, 6), 8, 4, 2, 1)
    yield transposed((17, 5, 6), 20, 3)
    yield transposed((16, 4, 4), 33, 3, 2, 1, 1)
    yield transposed((4, 3, 5), 5, (2, 5), (3, 1), (0, 2), bias=False)
    yield transposed((4, 5, 4), 6, 3, 2, 2, 1, dilation=2)
    yield transposed((4, 5, 4), 6, 3, 3, 4, 0, dilation=2)
    yield transposed((6, 5, 4), 9, 3, 2, 1, 0, groups=3)
    yield transposed((8, 5, 4), 8, 4, 2, 1, 0, groups=8)
    yield transposed((8, 5, 4), 8, 3, 1, 1, 0, groups=2, bias=False)
    yield transposed((5, 6, 7), 8, 1, 2, 0, 1)
    yield transposed((5, 3, 3), 1, 2, 4, 0, 3)
    yield transposed((5, 9), 6, 5, 3, 2, 1)
    yield transposed((3, 3, 4, 2), 5, (3, 2, 4), (2, 1, 2), (1, 0, 1))
    yield (transposed((12, 4, 4), 20, 4, 2, 1).add("relu", nn.ReLU())
           .add("conv_transpose2d 3 kernel(4) stride(2) padding(1)",
                nn.ConvTranspose2d(20, 3, 4, 2, 1)).add("tanh", nn.Tanh()))


def main():
    torch.manual_seed(1)
    batches, index, count = [(1, False), (3, False), (5, True)], 0, 0
    for group in (activations, moves, resizes, transposed_convolutions):
        for chain in group():
            model = nn.Sequential(*chain.layers).double()
            for batch, is_open in in_turn(batches, index, FLAGS):
                check(chain, model, batch, is_open, str(count))
                count += 1
            index += 1
        print(f"{group.__name__} agree with PyTorch", flush=True)


def check(chain, model, batch, is_open, name):
    x = torch.randn(batch, *chain.shape)
    with torch.no_grad():
        wanted = model(x.double()).numpy()
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    shape = ["?" if is_open else str(batch), *map(str, chain.shape)]
    network = NativeNetwork(COMPILER, CC, chain.source(), "net", folder,
                            "x".join(shape) + "xf32", FLAGS)
    schedule = [(step, part, 3) for step in range(network.steps)
                for part in (2, 0, 1)]
    parameters = [p.detach().numpy().astype(np.float32)
                  for p in model.parameters()]
    stored, (actual,) = network.answer(parameters, [x.numpy()], [wanted.shape],
                                       batch if is_open else None, schedule)
    for sent, got in zip(parameters, stored):
        assert (sent == got).all(), "get returns what set was not given"
    assert np.allclose(actual, wanted, rtol=1e-4, atol=1e-5), \
        f"off by {np.abs(actual - wanted).max()}:\n{chain.source()}"


main()
