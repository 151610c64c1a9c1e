# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares losses and gradients of networks with dropout with PyTorch's.

    train_dropout.py COMPILER CC FOLDER [FLAG...]

Which elements are dropped follows from the seed, the layer's name and an element's
place in the whole batch, so that NumPy makes the same masks; PyTorch computes with
these in f64. A batch that is cut into parts gives what the whole one does.
"""

import ctypes
import os
import sys

import numpy as np
import torch

from dropout_mask import Dropout
from nascent_oracle import NativeNetwork, aligned, pointer

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]


def dense():
    """Dropout of the input, of what is hidden, of all, and twice of one value."""
    return """nn.sequential @net(%x: tensor<ROWSx20xf32>) -> tensor<ROWSx5xf32> {
  %0 = nn.dropout %x p(0.2) name("input") : tensor<ROWSx20xf32>
  %1 = nn.dense %0, 70 : tensor<ROWSx20xf32> -> tensor<ROWSx70xf32>
  %2 = nn.relu %1 : tensor<ROWSx70xf32>
  %3 = nn.dropout %2 : tensor<ROWSx70xf32>
  %4 = nn.dropout %3 p(0.1) : tensor<ROWSx70xf32>
  %5 = nn.dense %4, 33 : tensor<ROWSx70xf32> -> tensor<ROWSx33xf32>
  %6 = nn.dropout %5 p(0.0) : tensor<ROWSx33xf32>
  %7 = nn.tanh %6 : tensor<ROWSx33xf32>
  %8 = nn.dense %7, 5 : tensor<ROWSx33xf32> -> tensor<ROWSx5xf32>
  nn.return %8 : tensor<ROWSx5xf32>
}
""", torch.nn.Sequential(
        Dropout(0.2, "input"), torch.nn.Linear(20, 70), torch.nn.ReLU(),
        Dropout(0.5, "3"), Dropout(0.1, "4"), torch.nn.Linear(70, 33),
        torch.nn.Dropout(0.0), torch.nn.Tanh(), torch.nn.Linear(33, 5)), (20,)


def images():
    """Values whose channels are stored last, as images and flattened."""
    return """nn.sequential @net(%x: tensor<ROWSx3x9x8xf32>) -> tensor<ROWSx5xf32> {
  %0 = nn.conv2d %x, 6 kernel(3) : tensor<ROWSx3x9x8xf32> -> tensor<ROWSx6x7x6xf32>
  %1 = nn.dropout %0 p(0.3) : tensor<ROWSx6x7x6xf32>
  %2 = nn.relu %1 : tensor<ROWSx6x7x6xf32>
  %3 = nn.flatten %2 : tensor<ROWSx6x7x6xf32> -> tensor<ROWSx252xf32>
  %4 = nn.dropout %3 : tensor<ROWSx252xf32>
  %5 = nn.dense %4, 5 : tensor<ROWSx252xf32> -> tensor<ROWSx5xf32>
  nn.return %5 : tensor<ROWSx5xf32>
}
""", torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3), Dropout(0.3, "1"), torch.nn.ReLU(),
        torch.nn.Flatten(), Dropout(0.5, "4"), torch.nn.Linear(252, 5)), (3, 9, 8)


def agree(actual, wanted, what):
    wanted = wanted.detach().numpy()
    most = np.abs(wanted).max()
    assert np.allclose(actual, wanted, rtol=1e-5, atol=2e-6 * most), (
        f"{what}: off by {np.abs(actual - wanted).max()} of {most}")


class Trained(NativeNetwork):
    def __init__(self, source, folder):
        super().__init__(COMPILER, CC, source, "net", folder,
                         flags=["--train", "--loss=mse", *FLAGS])
        self.is_open = "int64_t batch" in self.header
        self.gradients = aligned(self.macro("GRADIENTS_BYTES"))

    def call(self, name, x, target, *middle):
        """The loss."""
        loss = np.zeros(1, np.float32)
        scratch = aligned(self.macro("TRAINING_SCRATCH_BYTES"))
        scratch[:] = 255
        sizes = [ctypes.c_int64(len(x))] if self.is_open else []
        assert self.function(name)(
            pointer(self.parameters), pointer(x), pointer(target), *sizes,
            ctypes.c_float(0.5), *middle, pointer(loss), pointer(scratch)) == 0
        return loss[0]

    def gradients_of(self, x, target, accumulate, seed, first_row):
        return self.call("loss_and_gradients", x, target,
                         ctypes.c_int32(accumulate), ctypes.c_uint64(seed),
                         ctypes.c_int64(first_row), pointer(self.gradients))

    def gradient(self, index, shape):
        values = np.zeros(shape, np.float32)
        assert self.function("get")(pointer(self.gradients), index,
                                    pointer(values)) == 0
        return values


def check(name, case, rows, bound):
    source, model, shape = case
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    network = Trained(source.replace("ROWS", "?" if bound is None else
                                     str(bound)), folder)
    parameters = list(model.parameters())
    for index, values in enumerate(parameters):
        network.set(index, values.detach().numpy())
    model = model.double()
    random = np.random.default_rng(rows)
    x = random.standard_normal((rows, *shape), np.float32)
    target = random.standard_normal((rows, 5), np.float32)

    def run():
        loss = torch.nn.functional.mse_loss(
            model(torch.from_numpy(x).double()),
            torch.from_numpy(target).double(), reduction="sum") * 0.5
        model.zero_grad()
        loss.backward()
        return loss

    def compare(loss, what):
        agree(loss, run(), f"{name}, {what}: loss")
        for index, parameter in enumerate(model.parameters()):
            agree(network.gradient(index, tuple(parameter.shape)),
                  parameter.grad, f"{name}, {what}: gradient {index}")

    for seed, first_row in ((1, 0), (2**64 - 3, 0), (7, 5), (7, 2**33 + 1)):
        for layer in model:
            if isinstance(layer, Dropout):
                layer.seed, layer.first_row = seed, first_row
        loss = network.gradients_of(x, target, 0, seed, first_row)
        compare(loss, f"seed {seed}, row {first_row}")
    # In parts, each accumulated onto those before, it is the same.
    if bound is None:
        total, start = 0.0, 0
        for part in (rows // 3, rows // 2, rows - rows // 3 - rows // 2):
            part = slice(start, start + part)
            total += network.gradients_of(x[part], target[part], start > 0, 7,
                                          first_row + start)
            start = part.stop
        compare(total, "in parts")
    # The loss alone drops nothing.
    model.eval()
    agree(network.call("loss", x, target), run(), f"{name}: loss")
    print(f"{name}: agrees with PyTorch")


def main():
    torch.manual_seed(1)
    check("dense", dense(), 9, 9)
    check("images", images(), 4, 4)
    check("open", dense(), 151, None)
    check("open-images", images(), 23, None)


main()
