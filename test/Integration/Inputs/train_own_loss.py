# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares gradients of losses that a program computes itself with PyTorch's.

    train_own_loss.py COMPILER CC FOLDER [FLAG...]

The loss is computed here, from what forward_train gives; backward is given how it
changes with each output. Gradients of parameters and inputs are those of PyTorch in
f64, stored and accumulated, with inputs' and without.
"""

import ctypes
import os
import re
import sys

import numpy as np
import torch

from dropout_mask import Dropout
from nascent_oracle import NativeNetwork, aligned, pointer, words

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]


class TwoEnded(torch.nn.Module):
    """Two inputs, two outputs, one of which the other one is computed from."""

    def __init__(self):
        super().__init__()
        self.first, self.second = torch.nn.Linear(7, 40), torch.nn.Linear(3, 40)
        self.drop, self.last = Dropout(0.3, "drop"), torch.nn.Linear(40, 5)

    def forward(self, x, z):
        hidden = self.first(x).sigmoid() * self.second(z)
        scores = self.last(self.drop(hidden).relu())
        return scores, scores.softmax(1)


TWO_ENDED = """
nn.sequential @net(%x: tensor<ROWSx7xf32>, %z: tensor<ROWSx3xf32>) -> (tensor<ROWSx5xf32>, tensor<ROWSx5xf32>) {
  %0 = nn.dense %x, 40 name("first") : tensor<ROWSx7xf32> -> tensor<ROWSx40xf32>
  %1 = nn.sigmoid %0 : tensor<ROWSx40xf32>
  %2 = nn.dense %z, 40 name("second") : tensor<ROWSx3xf32> -> tensor<ROWSx40xf32>
  %3 = nn.mul %1, %2 : tensor<ROWSx40xf32>, tensor<ROWSx40xf32> -> tensor<ROWSx40xf32>
  %4 = nn.dropout %3 p(0.3) name("drop") : tensor<ROWSx40xf32>
  %5 = nn.relu %4 : tensor<ROWSx40xf32>
  %6 = nn.dense %5, 5 name("last") : tensor<ROWSx40xf32> -> tensor<ROWSx5xf32>
  %7 = nn.softmax %6 : tensor<ROWSx5xf32>
  nn.return %6, %7 : tensor<ROWSx5xf32>, tensor<ROWSx5xf32>
}
"""

IMAGES = """
nn.sequential @net(%x: tensor<ROWSx2x8x9xf32>) -> tensor<ROWSx6xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) padding(1) no_bias : tensor<ROWSx2x8x9xf32> -> tensor<ROWSx8x8x9xf32>
  %1 = nn.batch_norm %0 : tensor<ROWSx8x8x9xf32>
  %2 = nn.relu %1 : tensor<ROWSx8x8x9xf32>
  %3 = nn.max_pool2d %2 kernel(2) : tensor<ROWSx8x8x9xf32> -> tensor<ROWSx8x4x4xf32>
  %4 = nn.flatten %3 : tensor<ROWSx8x4x4xf32> -> tensor<ROWSx128xf32>
  %5 = nn.dense %4, 6 : tensor<ROWSx128xf32> -> tensor<ROWSx6xf32>
  %6 = nn.tanh %5 : tensor<ROWSx6xf32>
  nn.return %6 : tensor<ROWSx6xf32>
}
"""

WORDS = """
nn.sequential @net(%x: tensor<ROWSx6xi32>) -> tensor<ROWSx4xf32> {
  %0 = nn.embedding %x, 9, 16 : tensor<ROWSx6xi32> -> tensor<ROWSx6x16xf32>
  %1 = nn.flatten %0 : tensor<ROWSx6x16xf32> -> tensor<ROWSx96xf32>
  %2 = nn.dense %1, 4 : tensor<ROWSx96xf32> -> tensor<ROWSx4xf32>
  nn.return %2 : tensor<ROWSx4xf32>
}
"""


# What pads a convolution has no gradient, whoever computes what its output's is.
LINES = """
nn.sequential @net(%x: tensor<ROWSx3x7xf32>) -> tensor<ROWSx3x8xf32> {
  %0 = nn.conv1d %x, 6 kernel(1) : tensor<ROWSx3x7xf32> -> tensor<ROWSx6x7xf32>
  %1 = nn.conv1d %0, 3 kernel(2) padding(1) : tensor<ROWSx6x7xf32> -> tensor<ROWSx3x8xf32>
  nn.return %1 : tensor<ROWSx3x8xf32>
}
"""

NARROW = """
nn.sequential @net(%x: tensor<ROWSx2x8xf32>) -> tensor<ROWSx1x8xf32> {
  %0 = nn.conv1d %x, 1 kernel(3) padding(1) : tensor<ROWSx2x8xf32> -> tensor<ROWSx1x8xf32>
  nn.return %0 : tensor<ROWSx1x8xf32>
}
"""
CURVED = NARROW.replace("nn.return %0", "%1 = nn.tanh %0 : tensor<ROWSx1x8xf32>\n  nn.return %1")

TWICE = """
nn.sequential @net(%x: tensor<ROWSx6xf32>) -> tensor<ROWSx3xf32> {
  %0 = nn.tanh %x : tensor<ROWSx6xf32>
  %1 = nn.add %x, %0 : tensor<ROWSx6xf32>
  %2 = nn.dense %1, 3 : tensor<ROWSx6xf32> -> tensor<ROWSx3xf32>
  nn.return %2 : tensor<ROWSx3xf32>
}
"""
HALVES = """
nn.sequential @net(%x: tensor<ROWSx2x8x8xf32>) -> tensor<ROWSx2x4x4xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) padding(1) : tensor<ROWSx2x8x8xf32> -> tensor<ROWSx4x8x8xf32>
  %1 = nn.relu %0 : tensor<ROWSx4x8x8xf32>
  %2 = nn.conv2d %1, 4 kernel(3) padding(1) : tensor<ROWSx4x8x8xf32> -> tensor<ROWSx4x8x8xf32>
  %3 = nn.slice %2 axis(1) end(2) : tensor<ROWSx4x8x8xf32> -> tensor<ROWSx2x8x8xf32>
  %4 = nn.slice %2 axis(1) start(2) : tensor<ROWSx4x8x8xf32> -> tensor<ROWSx2x8x8xf32>
  %5 = nn.relu %3 : tensor<ROWSx2x8x8xf32>
  %6 = nn.tanh %4 : tensor<ROWSx2x8x8xf32>
  %7 = nn.max_pool2d %5 kernel(2) : tensor<ROWSx2x8x8xf32> -> tensor<ROWSx2x4x4xf32>
  %8 = nn.max_pool2d %6 kernel(2) : tensor<ROWSx2x8x8xf32> -> tensor<ROWSx2x4x4xf32>
  %9 = nn.add %7, %8 : tensor<ROWSx2x4x4xf32>
  nn.return %9 : tensor<ROWSx2x4x4xf32>
}
"""

# What backward begins with is copied before it is read, ...
PADDED = """
nn.sequential @net(%x: tensor<ROWSx1x2x3xf32>) -> tensor<ROWSx1x4x6xf32> {
  %0 = nn.dense %x, 2 : tensor<ROWSx1x2x3xf32> -> tensor<ROWSx1x2x2xf32>
  %1 = nn.pad %0 padding(1, 2, 1, 2) : tensor<ROWSx1x2x2xf32> -> tensor<ROWSx1x4x6xf32>
  nn.return %1 : tensor<ROWSx1x4x6xf32>
}
"""
# ... or put together, for gradients of parameters, too, ...
SLICED = """
nn.sequential @net(%x: tensor<ROWSx1x4x4xf32>) -> tensor<ROWSx1x1x4xf32> {
  %0 = nn.conv2d %x, 1 kernel(2) padding(same) : tensor<ROWSx1x4x4xf32> -> tensor<ROWSx1x4x4xf32>
  %1 = nn.slice %0 axis(2) start(1) end(2) : tensor<ROWSx1x4x4xf32> -> tensor<ROWSx1x1x4xf32>
  nn.return %1 : tensor<ROWSx1x1x4xf32>
}
"""
# ... or gets a margin.
PLANE = """
nn.sequential @net(%x: tensor<ROWSx1x28x28xf32>) -> tensor<ROWSx1x28x28xf32> {
  %0 = nn.conv2d %x, 1 kernel(3) padding(1) : tensor<ROWSx1x28x28xf32> -> tensor<ROWSx1x28x28xf32>
  nn.return %0 : tensor<ROWSx1x28x28xf32>
}
"""

# Sums of 51,200 elements.
SUMS = """
nn.sequential @net(%x: tensor<ROWSx4x40x40xf32>) -> tensor<ROWSx4x40x40xf32> {
  %0 = nn.relu %x : tensor<ROWSx4x40x40xf32>
  %1 = nn.batch_norm %0 : tensor<ROWSx4x40x40xf32>
  nn.return %1 : tensor<ROWSx4x40x40xf32>
}
"""


class Twice(torch.nn.Sequential):
    def forward(self, x):
        return super().forward(x + x.tanh())


class Halves(torch.nn.Sequential):
    def forward(self, x):
        y = super().forward(x)
        pool = torch.nn.functional.max_pool2d
        return pool(y[:, :2].relu(), 2) + pool(y[:, 2:].tanh(), 2)


class Sliced(torch.nn.Sequential):
    def forward(self, x):
        return super().forward(x)[:, :, 1:2]


def images():
    return torch.nn.Sequential(
        torch.nn.Conv2d(2, 8, 3, padding=1, bias=False), torch.nn.BatchNorm2d(8),
        torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(128, 6), torch.nn.Tanh())


def sentences():
    return torch.nn.Sequential(torch.nn.Embedding(9, 16), torch.nn.Flatten(),
                               torch.nn.Linear(96, 4))


def loss_of(outputs):
    """One that no flag names: of pairs of neighbouring rows, too."""
    total = 0
    for y in outputs:
        total = total + (y * y).sum() * 0.1 + (y[1:] * y[:-1].sin()).sum()
    return total


def agree(actual, wanted, what):
    wanted = wanted.detach().numpy()
    most = np.abs(wanted).max(initial=0)
    assert np.allclose(actual, wanted, rtol=1e-5, atol=4e-6 * most), (
        f"{what}: off by {np.abs(actual - wanted).max()} of {most}")


class Trained(NativeNetwork):
    def __init__(self, source, folder, model, flags):
        super().__init__(COMPILER, CC, source, "net", folder,
                         flags=["--train", "--loss=own", *flags, *FLAGS])
        self.is_open = "int64_t batch" in self.header
        self.is_random = "dropout_seed" in self.header
        self.gradients = aligned(self.macro("GRADIENTS_BYTES"))
        self.names = [name for name, _ in model.named_parameters()]
        state = {name: value for name, value in model.state_dict().items()
                 if value.is_floating_point()}
        self.index = {name: i for i, (name, _) in
                      enumerate(self.table(len(state)))}
        for name, value in state.items():
            self.set(self.index[name], value.numpy())

    def scratch_of(self, rows):
        """As many bytes as the header says, and some that must stay."""
        line = next(line for line in self.header.splitlines()
                    if "TRAINING_SCRATCH_BYTES" in line and "#define" in line)
        if self.is_open:
            least, block, each = map(int, re.search(
                r"\((\d+)u \+ \(\(batch\) > 0 \? \(size_t\)\(batch\) : 0\) / "
                r"(\d+) \* (\d+)u\)", line).groups())
            # Enough for any smaller batch, too: programs take that of the largest.
            size = least + rows // block * each
        else:
            size = int(line.split()[-1].rstrip("u"))
        scratch = aligned(size + 64)
        scratch[:size], scratch[size:] = 255, 77
        return scratch, size

    def step(self, inputs, shapes, accumulate, seed, first_row, loss,
             with_inputs=True):
        """Outputs, and the gradients of inputs."""
        rows = len(inputs[0])
        sizes = [ctypes.c_int64(rows)] if self.is_open else []
        random = ([ctypes.c_uint64(seed), ctypes.c_int64(first_row)]
                  if self.is_random else [])
        values = [words(x) for x in inputs]
        outputs = [np.full(shape, np.nan, np.float32) for shape in shapes]
        scratch, size = self.scratch_of(rows)
        given = [pointer(self.parameters), *map(pointer, values), *sizes]
        assert self.function("forward_train")(
            *given, *map(pointer, outputs), *random, pointer(scratch)) == 0
        leaves = [torch.from_numpy(y).double().requires_grad_()
                  for y in outputs]
        loss(leaves).backward()
        cotangents = [np.ascontiguousarray(y.grad.numpy(), np.float32)
                      for y in leaves]
        floats = [x for x in inputs if x.dtype == np.float32]
        wanted = [np.full(x.shape, np.nan, np.float32) for x in floats]
        pointers = [pointer(x) if with_inputs else None for x in wanted]
        kept = [y.copy() for y in outputs]
        for y in outputs:  # Nobody reads them any more.
            y[:] = np.nan
        assert self.function("backward")(
            *given, *map(pointer, cotangents), ctypes.c_int32(accumulate),
            *random, pointer(self.gradients), *pointers, pointer(scratch)) == 0
        assert (scratch[size:] == 77).all(), "wrote past scratch"
        return kept, wanted

    def gradient(self, name, shape):
        values = np.zeros(shape, np.float32)
        assert self.function("get")(pointer(self.gradients), self.index[name],
                                    pointer(values)) == 0
        return values


def check(name, source, model, shapes, rows, is_open, others=(), flags=()):
    """Three steps of `rows` rows, and of an open batch one of each of `others`."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    network = Trained(source.replace("ROWS", "?" if is_open else str(rows)),
                      folder, model, flags)
    model = model.double().train()
    random = np.random.default_rng(rows)

    def draw(count):
        if "i32" in source:
            return [random.integers(0, 9, (count, *shape)).astype(np.int32)
                    for shape in shapes]
        return [random.standard_normal((count, *shape), np.float32)
                for shape in shapes]

    before = {key: value.clone() for key, value in model.named_buffers()
              if value.is_floating_point()}
    model.zero_grad()
    for turn, count in enumerate([rows] * 3 + list(others)):
        inputs = draw(count)
        seed, first_row = 5 + turn, 10 * turn
        for layer in model.modules():
            if isinstance(layer, Dropout):
                layer.seed, layer.first_row = seed, first_row
        leaves = [torch.from_numpy(x).double().requires_grad_()
                  if x.dtype == np.float32 else torch.from_numpy(x).long()
                  for x in inputs]
        if turn != 1:
            model.zero_grad()
        outputs = model(*leaves)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        loss_of(outputs).backward()
        if turn == 0:
            # What is not accumulated onto does not matter.
            network.gradients[:] = 255
        actual, gradients = network.step(
            inputs, [y.shape for y in outputs], turn == 1, seed, first_row,
            loss_of, with_inputs=turn < 2)
        for y, wanted in zip(actual, outputs):
            agree(y, wanted, f"{name}, {turn}: an output")
        if turn < 2:
            floats = [x for x in leaves if x.requires_grad]
            for dx, wanted in zip(gradients, floats):
                agree(dx, wanted.grad, f"{name}, {turn}: of an input")
        for key, parameter in model.named_parameters():
            agree(network.gradient(key, tuple(parameter.shape)), parameter.grad,
                  f"{name}, {turn}: {key}")
        # Statistics are stored as they are, before they become part of running
        # ones.
        for key, value in before.items() if turn == 0 else ():
            now = dict(model.named_buffers())[key]
            agree(network.gradient(key, tuple(value.shape)),
                  (now - 0.9 * value) / 0.1, f"{name}: {key}")
    print(f"{name}: agrees with PyTorch")
    return network


def main():
    torch.manual_seed(1)
    check("two-ended", TWO_ENDED, TwoEnded(), [(7,), (3,)], 6, False)
    # Around the numbers of rows that go through the network at a time.
    check("open", TWO_ENDED, TwoEnded(), [(7,), (3,)], 151, True,
          [1, 3, 4, 5, 15, 16, 17, 21, 63, 64, 65, 85, 127, 128, 130])
    check("images", IMAGES, images(), [(2, 8, 9)], 4, False)
    lines = torch.nn.Sequential(torch.nn.Conv1d(3, 6, 1), torch.nn.Conv1d(6, 3, 2, padding=1))
    check("lines", LINES, lines, [(3, 7)], 2, False)
    for name, source, last in (("narrow", NARROW, []), ("curved", CURVED, [torch.nn.Tanh()])):
        narrow = torch.nn.Sequential(torch.nn.Conv1d(2, 1, 3, padding=1), *last)
        check(name, source, narrow, [(2, 8)], 2, False)
    twice = Twice(torch.nn.Identity(), torch.nn.Identity(), torch.nn.Linear(6, 3))
    check("twice", TWICE, twice, [(6,)], 4, False)
    halves = Halves(torch.nn.Conv2d(2, 4, 3, padding=1), torch.nn.ReLU(),
                    torch.nn.Conv2d(4, 4, 3, padding=1))
    check("halves", HALVES, halves, [(2, 8, 8)], 3, False)
    padded = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ZeroPad2d((2, 2, 1, 1)))
    check("padded", PADDED, padded, [(1, 2, 3)], 2, False)
    check("sliced", SLICED, Sliced(torch.nn.Conv2d(1, 1, 2, padding="same")), [(1, 4, 4)], 2,
          False)
    # Channels are first and last, where there is one.
    plane = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3, padding=1))
    check("plane", PLANE, plane, [(1, 28, 28)], 2, False, flags=["--data-layout=NHWC"])
    # One sum, if it is to be strict, is less exact.
    if "--numerics=strict" not in FLAGS:
        check("sums", SUMS, torch.nn.Sequential(torch.nn.ReLU(), torch.nn.BatchNorm2d(4)),
              [(4, 40, 40)], 32, False)
    network = check("words", WORDS, sentences(), [(6,)], 5, False)
    # Indices that there are not: nothing is written.
    before = network.gradients.copy()
    x = np.full((5, 6), 9, np.int32)
    y, scratch = np.full((5, 4), 77, np.float32), network.scratch_of(5)[0]
    assert network.function("forward_train")(
        pointer(network.parameters), pointer(x), pointer(y),
        pointer(scratch)) == -1 and (y == 77).all()
    assert network.function("backward")(
        pointer(network.parameters), pointer(x), pointer(y), ctypes.c_int32(0),
        pointer(network.gradients), pointer(scratch)) == -1
    assert (network.gradients == before).all()


main()
