# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random networks of layers with windows, all sizes but the channels open,
against PyTorch at random sizes."""

import argparse
import itertools
import os
import random

import torch
import torch.nn.functional as F

from open_sizes import Network, check

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d,
              3: F.conv_transpose3d}
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
MEAN = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
ACTIVATIONS = {"relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
               "gelu": F.gelu, "silu": F.silu, "hardswish": F.hardswish}


def clause(name, numbers):
    return f" {name}({', '.join(map(str, numbers))})"


class Builder:
    """A network as text, and what PyTorch computes of it."""

    def __init__(self, rng, name):
        self.rng = rng
        self.name = name
        self.dims = rng.choice([1, 2, 2, 3])
        self.lines = []
        self.steps = []
        self.channels = [rng.choice([1, 3, 4, 16, 20])]

    def type(self, channels):
        return f"tensor<?x{channels}x{'?x' * self.dims}f32>"

    def add(self, op, clauses, operands, channels, compute):
        """A layer; `compute` takes the parameters, called by the layer's index,
        and the operands."""
        index = len(self.lines)
        values = ", ".join("%x" if i == 0 else f"%{i - 1}" for i in operands)
        types = ", ".join(self.type(self.channels[i]) for i in operands)
        self.lines.append(f"  %{index} = nn.{op} {values}{clauses} : {types} -> "
                          f"{self.type(channels)}")
        self.steps.append((index, operands, compute))
        self.channels.append(channels)

    def each(self, low, high):
        return [self.rng.randint(low, high) for _ in range(self.dims)]

    def convolution(self, x):
        rng, given = self.rng, self.channels[x]
        kernel, stride = self.each(1, 3 + (self.dims == 1)), self.each(1, 2)
        dilation = self.each(1, 2)
        padding = [rng.randint(0, k) for k in kernel]
        groups = rng.choice([g for g in (1, 1, 2, 4, given) if given % g == 0])
        made = groups * rng.choice([1, 3, 5, 16 // groups or 1])
        bias = rng.random() < 0.7
        clauses = (f", {made}" + clause("kernel", kernel)
                   + clause("stride", stride) + clause("padding", padding)
                   + clause("dilation", dilation) + clause("groups", [groups])
                   + ("" if bias else " no_bias"))
        self.add(f"conv{self.dims}d", clauses, [x], made, lambda p, i, v:
                 CONV[self.dims](v, p[f"{i}.weight"], p.get(f"{i}.bias"),
                                 stride, padding, dilation, groups))

    def transposed(self, x):
        kernel, stride = self.each(1, 3), self.each(1, 2)
        padding = [self.rng.randint(0, (k - 1) // 2) for k in kernel]
        made = self.rng.choice([2, 7, 16])
        clauses = (f", {made}" + clause("kernel", kernel)
                   + clause("stride", stride) + clause("padding", padding))
        self.add(f"conv_transpose{self.dims}d", clauses, [x], made,
                 lambda p, i, v: TRANSPOSED[self.dims](
                     v, p[f"{i}.weight"], p[f"{i}.bias"], stride, padding))

    def pool(self, x):
        rng = self.rng
        kernel, stride = self.each(1, 3), self.each(1, 3)
        padding = [rng.randint(0, k // 2) for k in kernel]
        ceil = rng.random() < 0.4
        clauses = (clause("kernel", kernel) + clause("stride", stride)
                   + clause("padding", padding) + (" ceil" if ceil else ""))
        if rng.random() < 0.5:
            compute = lambda p, i, v: MAX[self.dims](v, kernel, stride, padding,
                                                     ceil_mode=ceil)
            return self.add(f"max_pool{self.dims}d", clauses, [x],
                            self.channels[x], compute)
        counts = rng.random() < 0.5
        clauses += "" if counts else " exclude_padding"
        self.add(f"avg_pool{self.dims}d", clauses, [x], self.channels[x],
                 lambda p, i, v: MEAN[self.dims](v, kernel, stride, padding,
                                                 ceil, counts))

    def activation(self, x):
        name = self.rng.choice(sorted(ACTIVATIONS))
        self.add(name, "", [x], self.channels[x],
                 lambda p, i, v: ACTIVATIONS[name](v))

    def norm(self, x):
        given = self.channels[x]
        if self.rng.random() < 0.5:
            return self.add("batch_norm", "", [x], given, lambda p, i, v:
                            F.batch_norm(v, p[f"{i}.running_mean"],
                                         p[f"{i}.running_var"],
                                         p[f"{i}.weight"], p[f"{i}.bias"]))
        groups = self.rng.choice([g for g in (1, 2, given) if given % g == 0])
        self.add("group_norm", f", {groups} eps(1.0e-2)", [x], given,
                 lambda p, i, v: F.group_norm(v, groups, p[f"{i}.weight"],
                                              p[f"{i}.bias"], 1e-2))

    def upsample(self, x):
        self.add("upsample", " scale(2) mode(nearest)", [x], self.channels[x],
                 lambda p, i, v: F.interpolate(v, scale_factor=2,
                                               mode="nearest"))

    def join(self, x):
        """Two values of the same sizes, side by side or added up."""
        self.activation(x)
        other = len(self.channels) - 1
        if self.rng.random() < 0.5:
            made = self.channels[x] + self.channels[other]
            return self.add("concat", " axis(1)", [x, other], made,
                            lambda p, i, *v: torch.cat(v, 1))
        self.add("add", "", [x, other], self.channels[x],
                 lambda p, i, *v: v[0] + v[1])

    def build(self):
        kinds = [self.convolution, self.convolution, self.convolution,
                 self.transposed, self.pool, self.pool, self.activation,
                 self.norm, self.upsample, self.join]
        for _ in range(self.rng.randint(2, 6)):
            self.rng.choice(kinds)(len(self.channels) - 1)
        last = len(self.lines) - 1
        result = self.type(self.channels[-1])
        return (f"nn.sequential @{self.name}(%x: {self.type(self.channels[0])})"
                f" -> {result} {{\n" + "\n".join(self.lines)
                + f"\n  nn.return %{last} : {result}\n}}\n")

    def compute(self, parameters, x):
        values = [x]
        for index, operands, compute in self.steps:
            values.append(compute(parameters, index,
                                  *(values[i] for i in operands)))
            if values[-1].numel() == 0:
                raise RuntimeError("empty")
        return values[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flag", action="append", default=[])
    options = parser.parse_args()
    for number in range(options.seed, options.seed + options.count):
        rng = random.Random(number)
        builder = Builder(rng, f"net{number}")
        folder = os.path.join(options.folder, builder.name)
        os.makedirs(folder, exist_ok=True)
        network = Network(options.compiler, options.cc, folder, builder.name,
                          builder.build(), None, options.flag)
        most = {1: 70, 2: 22, 3: 9}[builder.dims]
        cases = [(rng.randint(1, 3), *builder.each(1, most)) for _ in range(8)]
        check(network, builder.compute,
              lambda n, *sizes: [(n, builder.channels[0], *sizes)], cases,
              tolerance=1e-3)


main()
