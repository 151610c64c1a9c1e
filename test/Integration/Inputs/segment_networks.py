# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks that are walked in segments with PyTorch.

    segment_networks.py COMPILER CC FOLDER [FLAG...]

Images go through their layers one by one; layers whose weights outweigh what
they are multiplied by take many rows at a time. What scratch is needed is
printed.
"""

import os
import subprocess
import sys

import numpy as np
import torch
from torch.nn import Conv2d, Linear, MaxPool2d, Module

from nascent_oracle import NativeNetwork

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
IMAGE = (3, 32, 32)


class Classifier(Module):
    """Two segments."""

    inputs = (IMAGE,)
    segments = 2
    source = """
nn.sequential @net(%x: tensor<{batch}x3x32x32xf32>) -> tensor<?x10xf32> {
  %0 = nn.conv2d %x, 48 kernel(3) padding(1) : tensor<{batch}x3x32x32xf32> -> tensor<?x48x?x?xf32>
  %1 = nn.relu %0 : tensor<?x48x?x?xf32>
  %2 = nn.max_pool2d %1 kernel(2) : tensor<?x48x?x?xf32> -> tensor<?x48x?x?xf32>
  %3 = nn.flatten %2 : tensor<?x48x?x?xf32> -> tensor<?x?xf32>
  %4 = nn.dense %3, 64 : tensor<?x?xf32> -> tensor<?x64xf32>
  %5 = nn.relu %4 : tensor<?x64xf32>
  %6 = nn.dense %5, 10 : tensor<?x64xf32> -> tensor<?x10xf32>
  nn.return %6 : tensor<?x10xf32>
}
"""

    def __init__(self):
        super().__init__()
        self.conv = Conv2d(3, 48, 3, padding=1)
        self.hidden = Linear(48 * 16 * 16, 64)
        self.last = Linear(64, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv(x)), 2).flatten(1)
        return (self.last(torch.relu(self.hidden(x))),)


class Painter(Module):
    """Three segments. The second one reads an input that the first one does not,
    and the third one a value that is returned, too."""

    inputs = (IMAGE, (20,))
    segments = 3
    source = """
nn.sequential @net(%x: tensor<{batch}x3x32x32xf32>, %z: tensor<{batch}x20xf32>) -> (tensor<?x4x32x32xf32>, tensor<?x3x32x32xf32>) {
  %0 = nn.conv2d %x, 48 kernel(3) padding(1) : tensor<{batch}x3x32x32xf32> -> tensor<?x48x?x?xf32>
  %1 = nn.max_pool2d %0 kernel(2) : tensor<?x48x?x?xf32> -> tensor<?x48x?x?xf32>
  %2 = nn.flatten %1 : tensor<?x48x?x?xf32> -> tensor<?x?xf32>
  %3 = nn.dense %2, 44 : tensor<?x?xf32> -> tensor<?x44xf32>
  %4 = nn.tanh %3 : tensor<?x44xf32>
  %5 = nn.concat %4, %z axis(1) : tensor<?x44xf32>, tensor<{batch}x20xf32> -> tensor<?x64xf32>
  %6 = nn.dense %5, 3072 : tensor<?x64xf32> -> tensor<?x3072xf32>
  %7 = nn.reshape %6 shape(-1, 3, 32, 32) : tensor<?x3072xf32> -> tensor<?x3x32x32xf32>
  %8 = nn.conv2d %7, 48 kernel(3) padding(1) : tensor<?x3x32x32xf32> -> tensor<?x48x32x32xf32>
  %9 = nn.relu %8 : tensor<?x48x32x32xf32>
  %10 = nn.conv2d %9, 4 kernel(1) : tensor<?x48x32x32xf32> -> tensor<?x4x32x32xf32>
  nn.return %10, %7 : tensor<?x4x32x32xf32>, tensor<?x3x32x32xf32>
}
"""

    def __init__(self):
        super().__init__()
        self.see = Conv2d(3, 48, 3, padding=1)
        self.understand = Linear(48 * 16 * 16, 44)
        self.imagine = Linear(64, 3072)
        self.draw = Conv2d(3, 48, 3, padding=1)
        self.colour = Conv2d(48, 4, 1)

    def forward(self, x, z):
        x = torch.max_pool2d(self.see(x), 2).flatten(1)
        x = torch.cat([torch.tanh(self.understand(x)), z], dim=1)
        image = self.imagine(x).reshape(-1, *IMAGE)
        return self.colour(torch.relu(self.draw(image))), image


def count_segments(network):
    """The segments that the compiler tells of."""
    remarks = subprocess.run(
        [COMPILER, network.base + ".mlir", "--compile-to=linalg", "--remarks", "-o", os.devnull, *FLAGS],
        check=True, stderr=subprocess.PIPE, universal_newlines=True).stderr
    return max(1, sum("goes through segment" in line
                      for line in remarks.splitlines()))


def main():
    torch.manual_seed(1)
    for kind in (Classifier, Painter):
        model = kind()
        parameters = [x.detach().numpy() for x in model.parameters()]
        model = model.double()
        threads = any(flag.startswith("--threads") for flag in FLAGS)
        for size in ("1", "3", "16", "17", "40", "?"):
            if size == "?" and threads:
                continue
            batches = (1, 3, 16, 17, 23) if size == "?" else (None,)
            folder = os.path.join(FOLDER, kind.__name__ +
                                  size.replace("?", "open"))
            os.makedirs(folder)
            network = NativeNetwork(COMPILER, CC,
                                    model.source.replace("{batch}", size),
                                    "net", folder, None, FLAGS)
            segments = count_segments(network)
            assert segments == (1 if threads or size == "1"
                                else kind.segments), segments
            for batch in batches:
                rows = batch or int(size)
                inputs = [torch.randn(rows, *shape) for shape in kind.inputs]
                with torch.no_grad():
                    wanted = model(*(x.double() for x in inputs))
                schedule = [(step, part, 3) for step in range(network.steps)
                            for part in (2, 0, 1)]
                _, actual = network.answer(
                    parameters, [x.numpy() for x in inputs],
                    [y.shape for y in wanted], batch, schedule)
                for a, w in zip(actual, wanted):
                    assert np.allclose(a, w.numpy(), rtol=2e-5, atol=4e-6), \
                        f"off by {np.abs(a - w.numpy()).max()}"
            print(f"{kind.__name__} {size}: agrees with PyTorch, "
                  f"{segments} segments, {network.scratch_bytes} bytes of "
                  "scratch")


main()
