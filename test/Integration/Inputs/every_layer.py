# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks every layer that ODS defines; one without an entry in LAYERS fails.

    every_layer.py RECORDS COMPILER CC FOLDER

RECORDS is what `llvm-tblgen --dump-json` makes of Layers.td. Each layer stands
alone in a network of unknown sizes, which must survive being printed and parsed,
whose sizes are inferred as far as they can be, which each framework's listing
shows, and which, with an open batch, computes what PyTorch computes.
"""

import json
import os
import subprocess
import sys

import numpy as np
import torch
from torch import nn

from nascent_oracle import NativeNetwork
from random_layers import Concatenation, Product, Slice, Sum

RECORDS, COMPILER, CC, FOLDER = sys.argv[1:]
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
    yield "slice", " axis(2) start(2) end(5)", Slice(2, 2, 5), image
    yield "flatten", "", nn.Flatten(), image
    yield ("reshape", " shape(-1, 8, -1)",
           Function(lambda x: x.reshape(x.shape[0], 8, -1)), image)
    yield ("permute", " dims(0, 2, 1, 3)",
           Function(lambda x: x.permute(0, 2, 1, 3)), image)
    yield ("pad", " padding(1) mode(reflect)", nn.ReflectionPad2d(1), image)
    yield ("upsample", " scale(2) mode(bilinear)",
           nn.Upsample(scale_factor=2, mode="bilinear"), image)


def tensor(rank, element="f32"):
    return f"tensor<{'x'.join('?' * rank)}x{element}>"


class Case:
    def __init__(self, name, clauses, module, row):
        self.name, self.module = name, module.double().eval()
        count = 2 if name in ("add", "mul", "concat") else 1
        torch.manual_seed(len(name))
        is_indices = isinstance(row, Indices)
        element = "i32" if is_indices else "f32"
        self.inputs = [row.draw() if is_indices else torch.randn(BATCH, *row)
                       for _ in range(count)]
        for key, values in self.module.state_dict().items():
            if values.is_floating_point():
                values.uniform_(0.5, 1.5)
        with torch.no_grad():
            self.wanted = self.module(*(x if is_indices else x.double()
                                        for x in self.inputs))
        self.parameters = [
            (key, values.float().numpy())
            for key, values in self.module.state_dict().items()
            if values.is_floating_point()]
        given = tensor(len(row) + 1, element)
        result = tensor(self.wanted.dim())
        values = [f"%{letter}" for letter in "xz"[:count]]
        arguments = ", ".join(f"{value}: {given}" for value in values)
        self.source = (
            f"nn.sequential @{name}({arguments}) -> {result} {{\n"
            f"  %0 = nn.{name} {', '.join(values)}{clauses} : "
            f"{', '.join([given] * count)} -> {result}\n"
            f"  nn.return %0 : {result}\n}}\n")
        self.binding = "?x" + "x".join(map(str, row)) + "x" + element

    def compare(self):
        own = os.path.join(FOLDER, self.name)
        os.makedirs(own)
        binding = f"({', '.join([self.binding] * len(self.inputs))})"
        net = NativeNetwork(COMPILER, CC, self.source, self.name, own, binding)
        if self.parameters:
            assert net.table(len(self.parameters)) == [
                (f"0.{key}", values.shape) for key, values in self.parameters]
        _, (actual,) = net.answer([values for _, values in self.parameters],
                                  [x.numpy() for x in self.inputs],
                                  [self.wanted.shape], BATCH)
        assert np.allclose(actual, self.wanted.numpy(), rtol=1e-4, atol=1e-5), \
            f"nn.{self.name} is off by " \
            f"{np.abs(actual - self.wanted.numpy()).max()}"


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout


def main():
    with open(RECORDS) as file:
        records = json.load(file)
    defined = {records[record]["opName"]
               for record in records["!instanceof"]["NN_Layer"]}
    cases = [Case(*layer) for layer in layers()]
    names = {case.name for case in cases}
    assert len(names) == len(cases) > 50
    assert defined == names, \
        f"layers() of every_layer.py lacks {sorted(defined - names)} and has " \
        f"{sorted(names - defined)} too many"

    path = os.path.join(FOLDER, "all.mlir")
    with open(path, "w") as file:
        file.writelines(case.source for case in cases)
    printed = run("nascent-opt", path)
    for flag in ("--mlir-print-op-generic", "--emit-bytecode"):
        other = os.path.join(FOLDER, "other.mlir")
        subprocess.run(["nascent-opt", path, flag, "-o", other], check=True)
        assert run("nascent-opt", other) == printed, flag
    inferred = run("nascent-opt", path, "--nn-infer-shapes")
    assert inferred.count("nn.sequential @") == len(cases)
    for style in ("torch", "mxnet", "flax", "keras"):
        listed = run(COMPILER, path, "--emit=summary", f"--names={style}")
        assert len(listed.splitlines()) >= len(cases), style

    for case in cases:
        case.compare()
    print(f"{len(cases)} layers agree with PyTorch")


main()
