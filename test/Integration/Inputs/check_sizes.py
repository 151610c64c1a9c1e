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

    def flatten(self, x):
        return self.keep(torch.flatten(x, 1))

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


NETWORKS = {
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
}
# The open sizes of each input, by their names.
INPUTS = {
    widths: [["width"]],
    image: [["channels", "height", "width"]],
    sequence: [["length", "width"]],
    parts: [["width"]],
    joined: [["x0.width"], ["x1.length", "x1.width"]],
    tied: [["x0.width"], ["x1.width"]],
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
    text = re.sub(r"\b(x\d+)\.", r"\1_", text)
    return eval(text, {}, {k.replace(".", "_"): v for k, v in names.items()})


def run(function, names):
    """What PyTorch makes of inputs of such sizes; None if it refuses them."""
    net = Layers()
    inputs = [torch.empty([BATCH] + [names[n] for n in sizes], device="meta")
              for sizes in INPUTS[function]]
    try:
        function(net, *inputs)
    except (IndexError, RuntimeError):
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
