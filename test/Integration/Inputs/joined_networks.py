# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks whose values are joined with PyTorch, and counts copies.

    joined_networks.py COMPILER CC FOLDER FLAGS...

Each network is compiled for several batches, with each of FLAGS for one of them in
turn; FLAGS are words in one argument. Only what has to be may be copied.
"""

import os
import shlex
import subprocess
import sys

import numpy as np
import torch
from torch.nn import Linear, Module, ModuleList

from nascent_oracle import NativeNetwork, in_turn

COMPILER, CC, FOLDER, *CHOICES = sys.argv[1:]
WIDTH = 33


class Residual(Module):
    """Each block's input is added to its output."""

    source = """
nn.sequential @block(%x: tensor<?x?xf32>) -> tensor<?x33xf32> {
  %0 = nn.dense %x, 33 : tensor<?x?xf32> -> tensor<?x33xf32>
  %1 = nn.relu %0 : tensor<?x33xf32>
  %2 = nn.dense %1, 33 : tensor<?x33xf32>  -> tensor<?x33xf32>
  %3 = nn.add %2, %x : tensor<?x33xf32>, tensor<?x?xf32> -> tensor<?x33xf32>
  %4 = nn.relu %3 : tensor<?x33xf32>
  nn.return %4 : tensor<?x33xf32>
}
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x33xf32> {
  %0 = nn.block @block(%x) : tensor<?x?xf32> -> tensor<?x33xf32>
  %1 = nn.block @block(%0) : tensor<?x33xf32> -> tensor<?x33xf32>
  nn.return %1 : tensor<?x33xf32>
}
"""
    copies = 0

    def __init__(self):
        super().__init__()
        self.layers = ModuleList([Linear(WIDTH, WIDTH) for _ in range(4)])

    def forward(self, x):
        for first, second in (self.layers[:2], self.layers[2:]):
            x = torch.relu(second(torch.relu(first(x))) + x)
        return x


class Gated(Module):
    """One half of a layer's outputs gates the other, as in GLU."""

    source = """
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.dense %x, 62 : tensor<?x?xf32> -> tensor<?x62xf32>
  %1 = nn.slice %0 axis(1) end(31) : tensor<?x62xf32> -> tensor<?x31xf32>
  %2 = nn.slice %0 axis(1) start(31) : tensor<?x62xf32> -> tensor<?x31xf32>
  %3 = nn.sigmoid %2 : tensor<?x31xf32>
  %4 = nn.mul %1, %3 : tensor<?x31xf32>
  %5 = nn.dense %4, 5 : tensor<?x31xf32> -> tensor<?x?xf32>
  nn.return %5 : tensor<?x?xf32>
}
"""
    copies = 0

    def __init__(self):
        super().__init__()
        self.layers = ModuleList([Linear(WIDTH, 62), Linear(31, 5)])

    def forward(self, x):
        return self.layers[1](torch.nn.functional.glu(self.layers[0](x)))


class Branching(Module):
    """Branches of their own depths, joined in the output beside the input."""

    source = """
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.dense %x, 7 : tensor<?x?xf32> -> tensor<?x7xf32>
  %1 = nn.tanh %0 : tensor<?x7xf32>
  %2 = nn.dense %x, 16 : tensor<?x?xf32> -> tensor<?x16xf32>
  %3 = nn.relu %2 : tensor<?x16xf32>
  %4 = nn.dense %3, 9 : tensor<?x16xf32> -> tensor<?x9xf32>
  %5 = nn.softmax %4 : tensor<?x9xf32>
  %6 = nn.concat %1, %x, %5 axis(1) : tensor<?x7xf32>, tensor<?x?xf32>, tensor<?x9xf32> -> tensor<?x?xf32>
  nn.return %6 : tensor<?x?xf32>
}
"""
    copies = 1  # the input

    def __init__(self):
        super().__init__()
        self.layers = ModuleList([Linear(WIDTH, 7), Linear(WIDTH, 16),
                                  Linear(16, 9)])

    def forward(self, x):
        a, b, c = self.layers
        right = torch.softmax(c(torch.relu(b(x))), dim=1)
        return torch.cat([torch.tanh(a(x)), x, right], dim=1)


class DenselyConnected(Module):
    """Each of 64 layers sees the outputs of all layers before it, as in
    DenseNet."""

    depth, growth = 64, 5
    copies = 0

    def __init__(self):
        super().__init__()
        widths = [16 + i * self.growth for i in range(self.depth + 1)]
        self.layers = ModuleList(
            [Linear(WIDTH, 16), *(Linear(width, self.growth)
                                  for width in widths[:-1]),
             Linear(widths[-1], 3)])
        lines = ["  %c0 = nn.dense %x, 16 : tensor<?x?xf32> -> "
                 "tensor<?x16xf32>"]
        for i, width in enumerate(widths[:-1]):
            now, after = (f"tensor<?x{w}xf32>" for w in widths[i:i + 2])
            new = f"tensor<?x{self.growth}xf32>"
            lines += [
                f"  %a{i} = nn.tanh %c{i} : {now}",
                f"  %y{i} = nn.dense %a{i}, {self.growth} : {now} -> {new}",
                f"  %c{i + 1} = nn.concat %c{i}, %y{i} axis(-1) : {now}, {new} "
                f"-> {after}"]
        last = f"tensor<?x{widths[-1]}xf32>"
        lines += [f"  %y = nn.dense %c{self.depth}, 3 : {last} -> "
                  "tensor<?x3xf32>",
                  "  nn.return %y : tensor<?x3xf32>"]
        self.source = ("nn.sequential @net(%x: tensor<?x?xf32>) -> "
                       "tensor<?x3xf32> {\n" + "\n".join(lines) + "\n}\n")

    def forward(self, x):
        first, *layers, last = self.layers
        x = first(x)
        for layer in layers:
            x = torch.cat([x, layer(torch.tanh(x))], dim=1)
        return last(x)


class Corners(Module):
    """Parts of parts along two dimensions, whose rows are not equally far apart,
    are read, and written, as they are. Only the second part that is joined is not
    computed here."""

    source = """
nn.sequential @net(%x: tensor<?x33xf32>) -> tensor<?x5xf32> {
  %0 = nn.reshape %x shape(-1, 3, 11) : tensor<?x33xf32> -> tensor<?x3x11xf32>
  %1 = nn.slice %0 axis(2) start(3) : tensor<?x3x11xf32> -> tensor<?x3x8xf32>
  %2 = nn.slice %1 axis(1) start(1) : tensor<?x3x8xf32> -> tensor<?x2x8xf32>
  %3 = nn.slice %0 axis(2) end(8) : tensor<?x3x11xf32> -> tensor<?x3x8xf32>
  %4 = nn.slice %3 axis(1) end(2) : tensor<?x3x8xf32> -> tensor<?x2x8xf32>
  %5 = nn.tanh %2 : tensor<?x2x8xf32>
  %6 = nn.mul %5, %4 : tensor<?x2x8xf32>
  %7 = nn.concat %6, %2 axis(1) : tensor<?x2x8xf32> -> tensor<?x4x8xf32>
  %8 = nn.relu %7 : tensor<?x4x8xf32>
  %9 = nn.concat %7, %8 axis(2) : tensor<?x4x8xf32> -> tensor<?x4x16xf32>
  %10 = nn.flatten %9 : tensor<?x4x16xf32> -> tensor<?x64xf32>
  %11 = nn.dense %10, 5 : tensor<?x64xf32> -> tensor<?x5xf32>
  nn.return %11 : tensor<?x5xf32>
}
"""
    copies = 1

    def __init__(self):
        super().__init__()
        self.last = Linear(64, 5)

    def forward(self, x):
        x = x.reshape(-1, 3, 11)
        corner = x[:, 1:, 3:]
        x = torch.cat([torch.tanh(corner) * x[:, :2, :8], corner], dim=1)
        return self.last(torch.cat([x, torch.relu(x)], dim=2).flatten(1))


def count_copies(network, binding, flags):
    """The copies that one call of forward makes of rows."""
    text = subprocess.run(
        [COMPILER, network.base + ".mlir", "--bind", binding,
         "--compile-to=linalg", *flags], check=True,
        stdout=subprocess.PIPE, universal_newlines=True).stdout
    forward = text[text.index("@net.forward"):]
    return sum("call @net.copy_" in line or ".pad(" in line
               for line in forward[:forward.index("\n  }")].splitlines())


def check(network, model, parameters, x, wanted, batch, bound, flags):
    schedule = [(step, part, 3) for step in range(network.steps)
                for part in (2, 0, 1)]
    _, (actual,) = network.answer(parameters, [x], [wanted.shape], batch,
                                  schedule)
    name = f"{type(model).__name__} with {flags}"
    assert np.allclose(actual, wanted, rtol=2e-5, atol=2e-6), \
        f"{name}: off by {np.abs(actual - wanted).max()}"
    copies = count_copies(network, f"net={bound}", flags)
    assert copies == model.copies, f"{name}: {copies} copies"


def main():
    torch.manual_seed(1)
    bindings = [("1", None), ("5", None), ("?", 23)]
    kinds = (Residual, Gated, Branching, DenselyConnected, Corners)
    for index, kind in enumerate(kinds):
        model = kind()
        parameters = [x.detach().numpy() for x in model.parameters()]
        for binding, batch in bindings:
            rows = batch or int(binding)
            x = torch.randn(rows, WIDTH)
            with torch.no_grad():
                wanted = model.double()(x.double()).numpy()
            bound = f"{binding}x{WIDTH}xf32"
            for number, choice in enumerate(CHOICES):
                flags = shlex.split(choice)
                if (binding, batch) not in in_turn(bindings, index, flags):
                    continue
                folder = os.path.join(FOLDER, f"{kind.__name__}{rows}-{number}")
                os.makedirs(folder)
                network = NativeNetwork(COMPILER, CC, model.source, "net",
                                        folder, bound, flags)
                check(network, model, parameters, x.numpy(), wanted, batch,
                      bound, flags)
        print(f"{kind.__name__} agrees with PyTorch")


main()
