# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks of convolutions with PyTorch.

    image_networks.py COMPILER CC FOLDER [FLAG...]

Every network is compiled from a source without input sizes, for one batch or an
open one.
"""

import os
import sys

import numpy as np
import torch
from torch import nn

from nascent_oracle import NativeNetwork, in_turn

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]


class Sum(nn.Sequential):
    """The sum of what layers make of one value."""

    def forward(self, x):
        return sum(layer(x) for layer in self)


class Builder:
    """A chain of layers, in MLIR and in PyTorch."""

    def __init__(self, channels, rank):
        self.channels, self.rank = channels, rank
        self.lines, self.layers = [], []
        self.joins = False
        self.value = "%x"
        self.type = self.input = f"tensor<{'x'.join('?' * (rank + 2))}xf32>"

    def add(self, text, result, layer):
        name = f"%{len(self.lines)}"
        self.lines.append(f"  {name} = {text.format(self.value)} : {self.type}"
                          f" -> {result}")
        self.layers.append(layer)
        self.value, self.type = name, result
        return self

    def convolution(self, channels, kernel, stride=1, padding=0, dilation=1,
                    groups=1, bias=True):
        clauses = f"kernel({numbers(kernel)}) stride({numbers(stride)})"
        clauses += f" padding({numbers(padding)}) dilation({numbers(dilation)})"
        clauses += f" groups({groups})" + ("" if bias else " no_bias")
        convolution = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[self.rank - 1]
        layer = convolution(self.channels, channels, kernel, stride, padding,
                            dilation, groups, bias)
        self.channels = channels
        spatial = "x?" * self.rank
        return self.add(f"nn.conv{self.rank}d {{}}, {channels} {clauses}",
                        f"tensor<?x{channels}{spatial}xf32>", layer)

    def activation(self, name, layer):
        return self.add(f"nn.{name} {{}}", self.type, layer)

    def flatten(self):
        return self.add("nn.flatten {}", "tensor<?x?xf32>", nn.Flatten())

    def dense(self, inputs, units):
        return self.add(f"nn.dense {{}}, {units}", f"tensor<?x{units}xf32>",
                        nn.Linear(inputs, units))

    def source(self):
        return "\n".join([f"nn.sequential @net(%x: {self.input}) -> "
                          f"{self.type} {{", *self.lines,
                          f"  nn.return {self.value} : {self.type}", "}", ""])


def as_stored(values):
    """Values as the network's caller has them."""
    is_last = "--data-layout=NHWC" in FLAGS and values.ndim > 2
    return np.moveaxis(values, 1, -1) if is_last else values


def numbers(value):
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def networks():
    """(builder, shape of one image)"""
    # One layer: channels around vectors and panels, windows of all kinds.
    for channels, outputs, size, options in [
            (1, 1, (5, 5), dict(kernel=3)),
            (1, 6, (28, 28), dict(kernel=5, padding=2)),
            (3, 64, (33, 31), dict(kernel=7, stride=2, padding=3)),
            (17, 5, (9, 8), dict(kernel=(1, 3), padding=(0, 1))),
            (8, 33, (7, 7), dict(kernel=3, padding=1, bias=False)),
            (32, 100, (6, 10), dict(kernel=1, stride=2)),
            (64, 64, (7, 7), dict(kernel=3, padding=1)),
            (4, 24, (11, 13), dict(kernel=3, padding=2, dilation=2)),
            (5, 7, (12, 9), dict(kernel=(5, 2), stride=(1, 3), padding=(4, 1),
                                 dilation=(2, 3))),
            (2, 40, (3, 3), dict(kernel=3, padding=3)),
            (128, 16, (5, 6), dict(kernel=3, padding=1)),
            # Short lines, whose padding is left out: in several tiles, with
            # strides, with taps apart, in groups.
            (32, 40, (6, 29), dict(kernel=3, padding=1)),
            (40, 36, (9, 20), dict(kernel=5, stride=2, padding=2)),
            (32, 8, (9, 13), dict(kernel=3, padding=2, dilation=2)),
            (64, 64, (6, 8), dict(kernel=3, padding=1, groups=2)),
            # Groups: panels that are as wide as one, and narrower; channels
            # that are groups, alone or with several outputs each.
            (8, 16, (9, 10), dict(kernel=3, padding=1, groups=2)),
            (6, 9, (9, 10), dict(kernel=3, stride=2, padding=1, groups=3)),
            (48, 48, (5, 5), dict(kernel=1, groups=2, bias=False)),
            (4, 2, (5, 5), dict(kernel=3, groups=2)),
            (40, 40, (9, 7), dict(kernel=3, padding=1, groups=40)),
            (17, 17, (5, 6), dict(kernel=3, stride=2, padding=1, groups=17,
                                  bias=False)),
            (4, 12, (5, 6), dict(kernel=5, padding=2, groups=4))]:
        yield Builder(channels, 2).convolution(outputs, **options), size
    yield Builder(3, 1).convolution(10, 5, stride=2, padding=3), (21,)
    yield Builder(16, 1).convolution(24, 3, padding=2, dilation=2), (9,)
    yield Builder(2, 3).convolution(9, (3, 2, 3), padding=1), (5, 4, 6)
    yield Builder(6, 1).convolution(6, 5, padding=2, groups=6), (11,)
    # Chains, so that each reads what the one before has written.
    yield (Builder(3, 2).convolution(8, 3, padding=1)
           .activation("relu", nn.ReLU()).convolution(20, 5, 2, 2)
           .activation("tanh", nn.Tanh()).convolution(4, 3, padding=1)
           .activation("sigmoid", nn.Sigmoid())), (14, 11)
    yield (Builder(1, 2).convolution(6, 5, padding=2)
           .activation("relu", nn.ReLU()).convolution(16, 5, stride=2)
           .activation("relu", nn.ReLU()).flatten().dense(2304, 12)
           .activation("relu", nn.ReLU()).dense(12, 10)), (28, 28)
    yield (Builder(8, 2).convolution(16, 3, padding=1, groups=2)
           .activation("relu", nn.ReLU()).convolution(16, 3, padding=1,
                                                      groups=16)
           .activation("relu", nn.ReLU()).convolution(4, 1)), (8, 9)
    yield (Builder(4, 2).convolution(8, 3, groups=2)
           .convolution(8, 3, padding=1)), (9, 9)
    # What groups give is passed on by one layer, and read with a halo by the next.
    yield (Builder(4, 2).convolution(4, 3, padding=1, groups=2)
           .activation("relu", nn.ReLU()).convolution(6, 3, padding=1)), (8, 8)
    # One weight in layers of different groups, as a whole first.
    tied = Builder(4, 2).convolution(8, 3, padding=1)
    grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
    grouped.weight, grouped.bias = tied.layers[0].weight, tied.layers[0].bias
    yield tied.add('nn.conv2d {}, 8 kernel(3) padding(1) groups(2) tie("0")',
                   tied.type, grouped), (9, 9)
    # Pixels that are further apart than they have channels.
    yield (Builder(5, 2).convolution(128, 1)
           .convolution(128, 3, padding=1, groups=128)
           .convolution(128, 3, padding=1, groups=128)
           .convolution(9, 3, padding=1)), (6, 9)
    # A value that is read with a halo in groups, and as a whole.
    shared = Builder(4, 2).convolution(4, 3, padding=1, groups=2)
    shared.lines += [
        f"  %b = nn.conv2d %x, 4 kernel(3) padding(1) : {shared.input} -> "
        f"{shared.type}", f"  %c = nn.add %0, %b : {shared.type}"]
    shared.layers.append(nn.Conv2d(4, 4, 3, padding=1))
    shared.value, shared.joins = "%c", True
    yield shared, (9, 9)
    yield (Builder(4, 1).convolution(16, 3, padding=1)
           .activation("elu", nn.ELU()).convolution(3, 3, padding=1)
           .flatten().dense(30, 5)), (10,)


def main():
    torch.manual_seed(1)
    count = 0
    batches = [(1, False), (3, False), (5, True)]
    for index, (builder, size) in enumerate(networks()):
        model = (Sum if builder.joins else nn.Sequential)(*builder.layers)
        model = model.double()
        channels = builder.layers[0].in_channels
        for batch, is_open in in_turn(batches, index, FLAGS):
            x = torch.randn(batch, channels, *size)
            with torch.no_grad():
                wanted = as_stored(model(x.double()).numpy())
            folder = os.path.join(FOLDER, str(count))
            os.makedirs(folder)
            shape = ["?" if is_open else str(batch), str(channels),
                     *map(str, size)]
            network = NativeNetwork(COMPILER, CC, builder.source(), "net",
                                    folder, "x".join(shape) + "xf32", FLAGS)
            schedule = [(step, part, 3) for step in range(network.steps)
                        for part in (2, 0, 1)]
            parameters = [p.detach().numpy().astype(np.float32)
                          for p in model.parameters()]
            stored, (actual,) = network.answer(
                parameters, [as_stored(x.numpy())], [wanted.shape],
                batch if is_open else None, schedule)
            for sent, got in zip(parameters, stored):
                assert (sent == got).all(), "get returns what set was not given"
            assert np.allclose(actual, wanted, rtol=1e-4, atol=1e-5), \
                f"off by {np.abs(actual - wanted).max()}:\n{builder.source()}"
            count += 1
    print(f"{count} networks agree with PyTorch")


main()
