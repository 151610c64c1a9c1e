# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares pooling with PyTorch.

    pooling_networks.py COMPILER CC FOLDER [FLAG...]

Without flags the sizes of all small windows are compared, too.
"""

import itertools
import os
import re
import subprocess
import sys

import torch
from torch import nn

from branch_oracle import Branches, compare

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
MAXIMA = nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d
MEANS = nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d


def numbers(value):
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def pool(rank, kernel, stride=None, padding=0, ceil=False, dilation=None,
         exclude=None):
    """A maximum, or, where `exclude` is given, a mean."""
    kind = "max" if exclude is None else "avg"
    text = f"{kind}_pool{rank}d {{}} kernel({numbers(kernel)})"
    options = dict(kernel_size=kernel, stride=stride, padding=padding,
                   ceil_mode=ceil)
    text += f" stride({numbers(stride)})" if stride else ""
    text += f" padding({numbers(padding)})" if padding else ""
    text += " ceil" if ceil else ""
    if dilation:
        text += f" dilation({numbers(dilation)})"
        options["dilation"] = dilation
    if kind == "max":
        return text, MAXIMA[rank - 1](**options)
    text += " exclude_padding" if exclude else ""
    return text, MEANS[rank - 1](count_include_pad=not exclude, **options)


def adaptive(kind, rank, size):
    module = getattr(nn, f"Adaptive{kind.title()}Pool{rank}d")(size)
    return f"adaptive_{kind}_pool{rank}d {{}} size({numbers(size)})", module


def global_mean(rank):
    return ("global_avg_pool {}",
            getattr(nn, f"AdaptiveAvgPool{rank}d")(1))


def networks():
    # Channels around vectors.
    for channels in (1, 3, 8, 17, 64, 100):
        yield Branches((channels, 13, 12), [
            [pool(2, 3, 2, 1)], [pool(2, 2)], [pool(2, 3, 2, 1, ceil=True)],
            [pool(2, 2, exclude=False)],
            [pool(2, 3, 2, 1, ceil=True, exclude=False)],
            [pool(2, 3, 2, 1, ceil=True, exclude=True)],
            [global_mean(2)]])
    # Windows of all kinds.
    yield Branches((5, 17, 22), [
        [pool(2, (3, 2), (1, 3), (1, 0), dilation=(2, 3))],
        [pool(2, (5, 1), 1, (2, 0))],
        [pool(2, 1, 2)],
        [pool(2, 3, 1, 1, dilation=2)],
        [pool(2, (2, 3), (3, 4), ceil=True)],
        [pool(2, (4, 6), (3, 5), (2, 3), ceil=True, exclude=True)],
        [pool(2, (4, 6), (3, 5), (2, 3), ceil=True, exclude=False)],
        [pool(2, (4, 6), (3, 5), (2, 1), exclude=True)],
        [pool(2, (17, 22), exclude=False)],
        [pool(2, 30, 20, 15, exclude=True)],
        [pool(2, 18, 20, ceil=True)]])
    yield Branches((16, 12, 18), [
        [adaptive("avg", 2, 1)], [adaptive("avg", 2, (3, 6))],
        [adaptive("max", 2, (4, 9))], [adaptive("max", 2, 6)],
        [adaptive("avg", 2, (12, 18))]])
    yield Branches((9, 37), [
        [pool(1, 3)], [pool(1, 5, 2, 2, ceil=True)],
        [pool(1, 4, 3, 2, exclude=True)],
        [pool(1, 4, 3, 2, ceil=True, exclude=False)],
        [pool(1, 3, 1, 1, dilation=3)],
        [adaptive("avg", 1, 37)], [adaptive("max", 1, 1)], [global_mean(1)]])
    yield Branches((6, 6, 8, 10), [
        [pool(3, 2)], [pool(3, (3, 2, 5), (2, 1, 3), (1, 1, 2), ceil=True)],
        [pool(3, 3, 2, 1, exclude=True)], [pool(3, 3, 2, 1, exclude=False)],
        [adaptive("avg", 3, (3, 4, 2))], [adaptive("max", 3, 2)],
        [global_mean(3)]])
    # A maximum is NaN where anything is.
    yield Branches((19, 11, 12), [
        [pool(2, 3, 2, 1)], [pool(2, 2)], [pool(2, 3, 1, 1, dilation=2)]],
        nan=True)
    # Between other layers: what they read and write has the window's order.
    relu = ("relu {}", nn.ReLU())
    yield Branches((3, 20, 16), [
        [("conv2d {}, 10 kernel(3) padding(1)", nn.Conv2d(3, 10, 3, padding=1)),
         relu, pool(2, 3, 2, 1),
         ("conv2d {}, 6 kernel(3) padding(1)", nn.Conv2d(10, 6, 3, padding=1)),
         ("tanh {}", nn.Tanh()), pool(2, 2, exclude=False), relu,
         ("flatten {}", nn.Flatten(), 2), ("dense {}, 7", nn.Linear(120, 7))],
        [("conv2d {}, 9 kernel(5)", nn.Conv2d(3, 9, 5)), global_mean(2),
         ("flatten {}", nn.Flatten(), 2), ("softmax {}", nn.Softmax(-1))],
        [pool(2, 2), ("sigmoid {}", nn.Sigmoid()),
         ("conv2d {}, 9 kernel(3) padding(1)", nn.Conv2d(3, 9, 3, padding=1)),
         pool(2, 3, 3, exclude=True)]])


def compare_sizes():
    """All small windows have PyTorch's sizes."""
    sources, wanted = [], []
    for size, kernel, stride, dilation, ceil in itertools.product(
            range(1, 10), range(1, 5), range(1, 5), range(1, 4), (False, True)):
        for padding in range(kernel // 2 + 1):
            text, _ = pool(2, (kernel, 1), (stride, 1), (padding, 0), ceil,
                           (dilation, 1))
            module = nn.MaxPool2d((kernel, 1), (stride, 1), (padding, 0),
                                  (dilation, 1), ceil_mode=ceil)
            try:
                wanted.append(module(torch.zeros(1, 1, size, 1)).shape[2])
            except RuntimeError:  # no window fits
                continue
            sources.append(
                f"nn.sequential @n{len(sources)}(%x: tensor<1x1x{size}x1xf32>)"
                f" -> tensor<1x1x?x1xf32> {{\n  %0 = nn.{text.format('%x')} : "
                f"tensor<1x1x{size}x1xf32> -> tensor<1x1x?x1xf32>\n"
                f"  nn.return %0 : tensor<1x1x?x1xf32>\n}}\n")
    path = os.path.join(FOLDER, "sizes.mlir")
    with open(path, "w") as file:
        file.writelines(sources)
    text = subprocess.run(["nascent-opt", path, "--nn-infer-shapes"], check=True,
                          stdout=subprocess.PIPE, universal_newlines=True).stdout
    actual = [int(size) for size in
              re.findall(r"nn.return %0 : tensor<1x1x(\d+)x1xf32>", text)]
    assert len(wanted) > 1000 and actual == wanted, (len(wanted), len(actual))


def main():
    torch.manual_seed(1)
    if not FLAGS:
        compare_sizes()
    compare(networks(), COMPILER, CC, FOLDER, FLAGS)


main()
