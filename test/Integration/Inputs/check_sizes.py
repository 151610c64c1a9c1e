# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the formulas of summaries with PyTorch's sizes.

    check_sizes.py COMPILER FOLDER

Each network is summarised once, unbound. For many sizes of its inputs, PyTorch
then runs the same layers on tensors without data: it accepts the sizes exactly if
the summary's conditions hold, and then all shapes, numbers of parameters and
multiply-adds must be what the formulas say.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import warnings

import torch

BATCH = 3
# PyTorch's lazy layers are "under heavy development" since 2021.
warnings.filterwarnings("ignore", message="Lazy modules")


class Layers:
    """What a network's layers are to PyTorch, and what came out of them."""

    def __init__(self):
        self.shapes, self.modules, self.multiply_adds = [], {}, 0

    def keep(self, value):
        # PyTorch takes what has no elements; a network does not.
        if 0 in value.shape:
            raise RuntimeError("no elements")
        self.shapes.append(list(value.shape[1:]))
        return value

    def dense(self, x, units, name=None):
        module = self.modules.setdefault(
            name or len(self.modules),
            torch.nn.LazyLinear(units, device="meta"))
        y = self.keep(module(x))
        self.multiply_adds += y[0].numel() * module.in_features
        return y

    def conv(self, x, *args, **kwargs):
        conv = getattr(torch.nn, f"LazyConv{x.dim() - 2}d")
        module = self.modules.setdefault(
            len(self.modules), conv(*args, **kwargs, device="meta"))
        y = self.keep(module(x))
        self.multiply_adds += y[0, 0].numel() * module.weight.numel()
        return y

    def conv_transpose(self, x, *args, **kwargs):
        conv = getattr(torch.nn, f"LazyConvTranspose{x.dim() - 2}d")
        module = self.modules.setdefault(
            len(self.modules), conv(*args, **kwargs, device="meta"))
        y = self.keep(module(x))
        self.multiply_adds += x[0, 0].numel() * module.weight.numel()
        return y

    def flatten(self, x):
        return self.keep(torch.flatten(x, 1))

    def reshape(self, x, *sizes):
        return self.keep(x.reshape(x.shape[0], *sizes))

    def permute(self, x, *dims):
        return self.keep(x.permute(dims))

    def pad(self, x, *margins, mode="constant"):
        # PyTorch reflects anything that has no data, but refuses this otherwise.
        if mode == "reflect" and max(margins) >= min(x.shape[2:]):
            raise RuntimeError("reflects more than there is")
        return self.keep(torch.nn.functional.pad(x, margins, mode))

    def upsample(self, x, scale, mode="nearest"):
        return self.keep(torch.nn.functional.interpolate(
            x, scale_factor=scale, mode=mode))

    def add(self, x, y):
        if x.shape != y.shape:
            raise RuntimeError("broadcasting")
        return self.keep(x + y)

    def concat(self, *values):
        return self.keep(torch.cat(values, 1))

    def slice(self, x, start, end=None):
        size = x.shape[1]
        start += size if start < 0 else 0
        end = size if end is None else end + (size if end < 0 else 0)
        if start < 0:
            raise RuntimeError("starts before the first")
        return self.keep(torch.narrow(x, 1, start, end - start))


def widths(net, x):
    net.dense(net.dense(x, 256), 10)


def image(net, x):
    net.dense(net.flatten(x), 16)


def sequence(net, x):
    net.dense(net.flatten(net.dense(x, 5)), 2)


def parts(net, x):
    head = net.slice(x, 2, 8)
    tail = net.slice(x, -4)
    rest = net.slice(x, 5, -1)
    odd = net.slice(x, -9, 12)
    net.dense(net.concat(head, tail, rest, odd, x, x), 3)


def joined(net, x, y):
    sum_ = net.add(x, net.flatten(y))
    net.dense(net.concat(net.slice(sum_, 1), sum_), 4)


def tied(net, x, y):
    first = net.dense(x, 4, "shared")
    net.add(first, net.dense(net.slice(net.concat(y, y), 2), 4, "shared"))


def lenet(net, x):
    x = net.conv(x, 6, 5, padding=2)
    x = net.conv(x, 6, 2, stride=2, groups=6)
    x = net.conv(x, 16, 5)
    x = net.conv(x, 16, 2, stride=2, groups=16)
    net.dense(net.dense(net.flatten(x), 120), 10)


def residual(net, x):
    x = net.conv(x, 4, 7, stride=2, padding=3)
    for _ in range(4):
        y = net.conv(x, 4, 3, stride=2, padding=1)
        net.add(y, net.conv(x, 4, 1, stride=2))
        x = y


def grouped(net, x):
    net.conv(x, 6, (3, 2), stride=(1, 3), dilation=(2, 1), groups=3)


def signal(net, x):
    x = net.conv(x, 5, 4, stride=3, padding=1)
    net.flatten(net.conv(x, 2, 3, dilation=2))


def patches(net, x):
    x = net.permute(net.reshape(net.conv(x, 8, 4, stride=4), 8, -1), 0, 2, 1)
    x = net.permute(net.dense(x, 6), 0, 2, 1)
    net.dense(net.flatten(net.reshape(x, 4, 3, -1)), 5)


def enlarged(net, x):
    x = net.pad(x, 3, 3, 3, 3, mode="reflect")
    x = net.upsample(net.conv(x, 4, 3, stride=2), (2, 3), "bilinear")
    x = net.conv_transpose(x, 3, (3, 2), stride=(2, 1), padding=(4, 1),
                           output_padding=(1, 0))
    net.pad(x, 0, 1, 0, 1)


NETWORKS = {
    patches: ("""
      %0 = nn.conv2d %x, 8 kernel(4) stride(4) : tensor<?x?x?x?xf32> -> tensor<?x8x?x?xf32>
      %1 = nn.reshape %0 shape(-1, 8, -1) : tensor<?x8x?x?xf32> -> tensor<?x8x?xf32>
      %2 = nn.permute %1 dims(0, 2, 1) : tensor<?x8x?xf32> -> tensor<?x?x8xf32>
      %3 = nn.dense %2, 6 : tensor<?x?x8xf32> -> tensor<?x?x6xf32>
      %4 = nn.permute %3 dims(0, 2, 1) : tensor<?x?x6xf32> -> tensor<?x6x?xf32>
      %5 = nn.reshape %4 shape(-1, 4, 3, -1) : tensor<?x6x?xf32> -> tensor<?x4x3x?xf32>
      %6 = nn.flatten %5 : tensor<?x4x3x?xf32> -> tensor<?x?xf32>
      %7 = nn.dense %6, 5 : tensor<?x?xf32> -> tensor<?x5xf32>
      nn.return %7 : tensor<?x5xf32>""",
              [range(1, 3), range(1, 20), range(1, 20)]),
    enlarged: ("""
      %0 = nn.pad %x padding(3) mode(reflect) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
      %1 = nn.conv2d %0, 4 kernel(3) stride(2) : tensor<?x?x?x?xf32> -> tensor<?x4x?x?xf32>
      %2 = nn.upsample %1 scale(2, 3) mode(bilinear) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %3 = nn.conv_transpose2d %2, 3 kernel(3, 2) stride(2, 1) padding(4, 1) output_padding(1, 0) : tensor<?x4x?x?xf32> -> tensor<?x3x?x?xf32>
      %4 = nn.pad %3 padding(0, 0, 1, 1) : tensor<?x3x?x?xf32> -> tensor<?x3x?x?xf32>
      nn.return %4 : tensor<?x3x?x?xf32>""",
               [range(1, 3), range(4, 12), range(4, 12)]),
    widths: ("""
      %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
      %1 = nn.dense %0, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
      nn.return %1 : tensor<?x10xf32>""", [range(1, 30)]),
    image: ("""
      %0 = nn.flatten %x : tensor<?x?x?x?xf32> -> tensor<?x?xf32>
      %1 = nn.dense %0, 16 : tensor<?x?xf32> -> tensor<?x16xf32>
      nn.return %1 : tensor<?x16xf32>""", [range(1, 6)] * 3),
    sequence: ("""
      %0 = nn.dense %x, 5 : tensor<?x?x?xf32> -> tensor<?x?x5xf32>
      %1 = nn.flatten %0 : tensor<?x?x5xf32> -> tensor<?x?xf32>
      %2 = nn.dense %1, 2 : tensor<?x?xf32> -> tensor<?x2xf32>
      nn.return %2 : tensor<?x2xf32>""", [range(1, 9)] * 2),
    parts: ("""
      %0 = nn.slice %x axis(1) start(2) end(8) : tensor<?x?xf32> -> tensor<?x?xf32>
      %1 = nn.slice %x axis(1) start(-4) : tensor<?x?xf32> -> tensor<?x?xf32>
      %2 = nn.slice %x axis(1) start(5) end(-1) : tensor<?x?xf32> -> tensor<?x?xf32>
      %3 = nn.slice %x axis(1) start(-9) end(12) : tensor<?x?xf32> -> tensor<?x?xf32>
      %4 = nn.concat %0, %1, %2, %3, %x, %x axis(1) : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      %5 = nn.dense %4, 3 : tensor<?x?xf32> -> tensor<?x3xf32>
      nn.return %5 : tensor<?x3xf32>""", [range(1, 40)]),
    joined: ("""
      %0 = nn.flatten %y : tensor<?x?x?xf32> -> tensor<?x?xf32>
      %1 = nn.add %x, %0 : tensor<?x?xf32>
      %2 = nn.slice %1 axis(1) start(1) : tensor<?x?xf32> -> tensor<?x?xf32>
      %3 = nn.concat %2, %1 axis(1) : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      %4 = nn.dense %3, 4 : tensor<?x?xf32> -> tensor<?x4xf32>
      nn.return %4 : tensor<?x4xf32>""",
             [range(1, 13), range(1, 5), range(1, 5)]),
    tied: ("""
      %0 = nn.dense %x, 4 : tensor<?x?xf32> -> tensor<?x4xf32>
      %1 = nn.concat %y, %y axis(1) : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      %2 = nn.slice %1 axis(1) start(2) : tensor<?x?xf32> -> tensor<?x?xf32>
      %3 = nn.dense %2, 4 tie("0") : tensor<?x?xf32> -> tensor<?x4xf32>
      %4 = nn.add %0, %3 : tensor<?x4xf32>
      nn.return %4 : tensor<?x4xf32>""", [range(1, 13), range(1, 13)]),
    lenet: ("""
      %0 = nn.conv2d %x, 6 kernel(5) padding(2) : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
      %1 = nn.conv2d %0, 6 kernel(2) stride(2) groups(6) : tensor<?x6x?x?xf32> -> tensor<?x6x?x?xf32>
      %2 = nn.conv2d %1, 16 kernel(5) : tensor<?x6x?x?xf32> -> tensor<?x16x?x?xf32>
      %3 = nn.conv2d %2, 16 kernel(2) stride(2) groups(16) : tensor<?x16x?x?xf32> -> tensor<?x16x?x?xf32>
      %4 = nn.flatten %3 : tensor<?x16x?x?xf32> -> tensor<?x?xf32>
      %5 = nn.dense %4, 120 : tensor<?x?xf32> -> tensor<?x120xf32>
      %6 = nn.dense %5, 10 : tensor<?x120xf32> -> tensor<?x10xf32>
      nn.return %6 : tensor<?x10xf32>""",
            [range(1, 3), range(1, 30, 2), range(8, 24)]),
    residual: ("""
      %0 = nn.conv2d %x, 4 kernel(7) stride(2) padding(3) : tensor<?x?x?x?xf32> -> tensor<?x4x?x?xf32>
      %1 = nn.conv2d %0, 4 kernel(3) stride(2) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %2 = nn.conv2d %0, 4 kernel(1) stride(2) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %3 = nn.add %1, %2 : tensor<?x4x?x?xf32>
      %4 = nn.conv2d %1, 4 kernel(3) stride(2) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %5 = nn.conv2d %1, 4 kernel(1) stride(2) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %6 = nn.add %4, %5 : tensor<?x4x?x?xf32>
      %7 = nn.conv2d %4, 4 kernel(3) stride(2) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %8 = nn.conv2d %4, 4 kernel(1) stride(2) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %9 = nn.add %7, %8 : tensor<?x4x?x?xf32>
      %10 = nn.conv2d %7, 4 kernel(3) stride(2) padding(1) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %11 = nn.conv2d %7, 4 kernel(1) stride(2) : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
      %12 = nn.add %10, %11 : tensor<?x4x?x?xf32>
      nn.return %12 : tensor<?x4x?x?xf32>""",
               [range(1, 3), range(1, 70, 4), range(1, 70, 3)]),
    grouped: ("""
      %0 = nn.conv2d %x, 6 kernel(3, 2) stride(1, 3) dilation(2, 1) groups(3) : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
      nn.return %0 : tensor<?x6x?x?xf32>""",
              [range(1, 7), range(1, 9), range(1, 9)]),
    signal: ("""
      %0 = nn.conv1d %x, 5 kernel(4) stride(3) padding(1) : tensor<?x?x?xf32> -> tensor<?x5x?xf32>
      %1 = nn.conv1d %0, 2 kernel(3) dilation(2) : tensor<?x5x?xf32> -> tensor<?x2x?xf32>
      %2 = nn.flatten %1 : tensor<?x2x?xf32> -> tensor<?x?xf32>
      nn.return %2 : tensor<?x?xf32>""", [range(1, 4), range(1, 40)]),
}
# The open sizes of each input, by their names.
INPUTS = {
    patches: [["channels", "height", "width"]],
    enlarged: [["channels", "height", "width"]],
    widths: [["width"]],
    image: [["channels", "height", "width"]],
    sequence: [["length", "width"]],
    parts: [["width"]],
    joined: [["x.width"], ["y_in.length", "y_in.width"]],
    tied: [["x.width"], ["y_in.width"]],
    lenet: [["channels", "height", "width"]],
    residual: [["channels", "height", "width"]],
    grouped: [["channels", "height", "width"]],
    signal: [["channels", "length"]],
}


def summarise(compiler, folder, function):
    types = ["tensor<?x" + "?x" * len(names) + "f32>"
             for names in INPUTS[function]]
    inputs = ", ".join(f"%{name}: {type}" for name, type in zip("xy", types))
    body = NETWORKS[function][0]
    result = body.rsplit(" : ", 1)[1]
    path = os.path.join(folder, function.__name__ + ".mlir")
    with open(path, "w") as file:
        file.write(f"nn.sequential @net({inputs}) -> {result} {{{body}\n}}\n")
    text = subprocess.run(
        [compiler, path, "--emit=summary", "--format=json"], check=True,
        stdout=subprocess.PIPE).stdout
    return json.loads(text)["networks"][0]


def evaluate(formula, names):
    """A formula or a condition as the table shows it, or a number."""
    text = str(formula)
    for ours, python in (("·", "*"), ("/", "//"), ("⌊", "("), ("⌋", ")"),
                         ("≥", ">="), ("≤", "<="), (" = ", " == ")):
        text = text.replace(ours, python)
    text = re.sub(r"\b([a-z]\w*)\.", r"\1_", text)
    return eval(text, {}, {k.replace(".", "_"): v for k, v in names.items()})


def run(function, names):
    """What PyTorch makes of inputs of such sizes; None if it refuses them."""
    net = Layers()
    inputs = [torch.empty([BATCH] + [names[n] for n in sizes], device="meta")
              for sizes in INPUTS[function]]
    try:
        function(net, *inputs)
    except (IndexError, RuntimeError, ValueError):
        return None
    parameters = sum(p.numel() for m in net.modules.values()
                     for p in m.parameters())
    return net.shapes, parameters, net.multiply_adds


def check(compiler, folder, function):
    summary = summarise(compiler, folder, function)
    all_names = sum(INPUTS[function], [])
    fit = total = 0
    for sizes in itertools.product(*NETWORKS[function][1]):
        names = dict(zip(all_names, sizes))
        holds = all(evaluate(c, names) for c in summary["conditions"])
        expected = run(function, names)
        assert holds == (expected is not None), (function.__name__, names)
        total += 1
        if not holds:
            continue
        fit += 1
        ours = ([[evaluate(size, names) for size in layer["output_shape"][1:]]
                 for layer in summary["layers"]],
                evaluate(summary["total_parameters"], names),
                evaluate(summary["multiply_adds_per_row"], names))
        assert ours == expected, (function.__name__, names, ours, expected)
        assert evaluate(summary["bytes"], names) == 4 * expected[1]
    print(f"{function.__name__}: {fit} fit, {total - fit} do not")


if __name__ == "__main__":
    for network in NETWORKS:
        check(sys.argv[1], sys.argv[2], network)
