# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Every layer but losses, as this project and as PyTorch write it."""

import torch
from torch import nn

from random_layers import Concatenation, Product, Slice, Sum
from recurrent_layers import recurrent

BATCH = 3


class Function(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *values):
        return self.function(*values)


class Attention(nn.MultiheadAttention):
    def __init__(self, width, heads):
        super().__init__(width, heads, batch_first=True)

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class Position(nn.Embedding):
    def forward(self, x):
        return x + self.weight[:x.shape[1]]


class Indices(tuple):
    """The shape of a row of indices, after how many of these there are."""

    def __new__(cls, limit, *row):
        made = super().__new__(cls, row)
        made.limit = limit
        return made

    def draw(self):
        return torch.randint(0, self.limit, (BATCH, *self))


def sizes(spatial):
    return (9, 8, 7)[:spatial]


def layers():
    """Of each layer its name, what follows it in a file, the module, and the
    shape of one row of its inputs, which are all alike."""
    flat, image = (10,), (6, *sizes(2))
    for name, module in [
            ("relu", nn.ReLU()), ("leaky_relu", nn.LeakyReLU()),
            ("elu", nn.ELU()), ("selu", nn.SELU()), ("celu", nn.CELU()),
            ("hardtanh", nn.Hardtanh()), ("sigmoid", nn.Sigmoid()),
            ("log_sigmoid", nn.LogSigmoid()),
            ("hardsigmoid", nn.Hardsigmoid()), ("softplus", nn.Softplus()),
            ("softsign", nn.Softsign()), ("tanh", nn.Tanh()),
            ("gelu", nn.GELU()), ("silu", nn.SiLU()),
            ("hardswish", nn.Hardswish()), ("mish", nn.Mish()),
            ("softmax", nn.Softmax(-1)), ("log_softmax", nn.LogSoftmax(-1)),
            ("identity", nn.Identity()), ("dropout", nn.Dropout())]:
        yield name, "", module, flat
    yield ("affine", " scale(0.75) offset(-1.5)", Function(lambda x: 0.75 * x - 1.5),
           flat)
    yield "prelu", " per_channel", nn.PReLU(6), image
    yield "dense", ", 7", nn.Linear(10, 7), flat
    for d, norm in zip((1, 2, 3), (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        rows = (6, *sizes(d))
        yield (f"conv{d}d", ", 5 kernel(3) stride(2) padding(1)",
               norm(6, 5, 3, 2, 1), rows)
        transposed = getattr(nn, f"ConvTranspose{d}d")
        yield (f"conv_transpose{d}d", ", 5 kernel(3) stride(2)",
               transposed(6, 5, 3, 2), rows)
        yield (f"max_pool{d}d", " kernel(3) stride(2)",
               getattr(nn, f"MaxPool{d}d")(3, 2), rows)
        yield (f"avg_pool{d}d", " kernel(3) padding(1)",
               getattr(nn, f"AvgPool{d}d")(3, padding=1), rows)
        half = (4, *(2 * size for size in sizes(d)))
        clause = f" size({', '.join(map(str, sizes(d)))})"
        yield (f"adaptive_avg_pool{d}d", clause,
               getattr(nn, f"AdaptiveAvgPool{d}d")(sizes(d)), half)
        yield (f"adaptive_max_pool{d}d", clause,
               getattr(nn, f"AdaptiveMaxPool{d}d")(sizes(d)), half)
    yield "global_avg_pool", "", nn.AdaptiveAvgPool2d(1), image
    yield "mean_over", " dims(2)", Function(lambda x: x.mean(2)), image
    yield "max_over", " dims(1, 3)", Function(lambda x: x.amax((1, 3))), image
    yield "embedding", ", 12, 7", nn.Embedding(12, 7), Indices(12, 9)
    yield "attention", " heads(2)", Attention(6, 2), (9, 6)
    yield "position", " learned(12)", Position(12, 6), (9, 6)
    yield "batch_norm", "", nn.BatchNorm2d(6), image
    yield "layer_norm", " dims(2)", nn.LayerNorm(sizes(2)), image
    yield "group_norm", ", 3", nn.GroupNorm(3, 6), image
    yield "instance_norm", " affine", nn.InstanceNorm2d(6, affine=True), image
    yield "add", "", Sum(), image
    yield "mul", "", Product(), image
    yield "concat", " axis(1)", Concatenation(1), image
    yield "matmul", " transposed", Function(lambda a, b: a @ b.mT), image
    yield "slice", " axis(2) start(2) end(5)", Slice(2, 2, 5), image
    yield "flatten", "", nn.Flatten(), image
    yield ("reshape", " shape(-1, 8, -1)",
           Function(lambda x: x.reshape(x.shape[0], 8, -1)), image)
    yield ("permute", " dims(0, 2, 1, 3)",
           Function(lambda x: x.permute(0, 2, 1, 3)), image)
    yield ("pad", " padding(1) mode(reflect)", nn.ReflectionPad2d(1), image)
    yield ("upsample", " scale(2) mode(bilinear)",
           nn.Upsample(scale_factor=2, mode="bilinear"), image)
    for kind in (nn.RNN, nn.GRU, nn.LSTM):
        text, module, _ = recurrent(kind, 4, 7, layers=2, bidirectional=True)
        name, _, clauses = text.partition(" {}")
        yield name, clauses, module, (5, 4)


def tensor(rank, element="f32"):
    return f"tensor<{'x'.join('?' * rank)}x{element}>"
