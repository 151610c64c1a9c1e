# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Trains networks in one call a step, and compares a hundred steps with PyTorch's SGD
in double precision.

    train_sgd.py COMPILER CC FOLDER [FLAG...]

Where a batch is refused nothing is written; where a parameter has rate 0 it stays
as it is, to the bit.
"""

import ctypes
import os
import sys

import numpy as np
import torch

from nascent_oracle import NativeNetwork, aligned, pointer, words

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
STEPS = 100

MLP = """nn.sequential @net(%x: tensor<{rows}x20xf32>) -> tensor<{rows}x10xf32> {{
  %0 = nn.dense %x, 36 : tensor<{rows}x20xf32> -> tensor<{rows}x36xf32>
  %1 = nn.tanh %0 : tensor<{rows}x36xf32>
  %2 = nn.dense %1, 36 name("middle") : tensor<{rows}x36xf32> -> tensor<{rows}x36xf32>
  %3 = nn.tanh %2 : tensor<{rows}x36xf32>{again}
  %4 = nn.dense {last}, 10 name("last") : tensor<{rows}x36xf32> -> tensor<{rows}x10xf32>
  nn.return %4 : tensor<{rows}x10xf32>
}}
"""
AGAIN = """
  %5 = nn.dense %3, 36 tie("middle") : tensor<{rows}x36xf32> -> tensor<{rows}x36xf32>
  %6 = nn.tanh %5 : tensor<{rows}x36xf32>"""


def mlp(rows, is_tied=False):
    middle = torch.nn.Linear(36, 36)
    layers = [torch.nn.Linear(20, 36), torch.nn.Tanh(), middle, torch.nn.Tanh()]
    if is_tied:
        layers += [middle, torch.nn.Tanh()]
    again = AGAIN.format(rows=rows) if is_tied else ""
    text = MLP.format(rows=rows, again=again, last="%6" if is_tied else "%3")
    return text, torch.nn.Sequential(*layers, torch.nn.Linear(36, 10))


def images():
    text = """nn.sequential @net(%x: tensor<8x2x8x6xf32>) -> tensor<8x7xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) padding(1) : tensor<8x2x8x6xf32> -> tensor<8x8x8x6xf32>
  %1 = nn.batch_norm %0 : tensor<8x8x8x6xf32>
  %2 = nn.tanh %1 : tensor<8x8x8x6xf32>
  %3 = nn.avg_pool2d %2 kernel(2) : tensor<8x8x8x6xf32> -> tensor<8x8x4x3xf32>
  %4 = nn.flatten %3 : tensor<8x8x4x3xf32> -> tensor<8x96xf32>
  %5 = nn.dense %4, 7 : tensor<8x96xf32> -> tensor<8x7xf32>
  nn.return %5 : tensor<8x7xf32>
}
"""
    return text, torch.nn.Sequential(
        torch.nn.Conv2d(2, 8, 3, padding=1), torch.nn.BatchNorm2d(8),
        torch.nn.Tanh(), torch.nn.AvgPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(96, 7))


def tensors(model):
    """Copies of what the model's layers have, each once, by name."""
    places, found = set(), {}
    for key, value in model.state_dict().items():
        if "num_batches" not in key and value.data_ptr() not in places:
            places.add(value.data_ptr())
            found[key] = value.clone()
    return found


def check(name, source, model, rows, shape, flags=(), rates=None):
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    net = NativeNetwork(COMPILER, CC, source, "net", folder, flags=[
        "--train", "--loss=cross_entropy", "--train-sgd", "--optimizer=sgd",
        *flags, *FLAGS])
    start = tensors(model)
    for index, value in enumerate(start.values()):
        assert net.set(index, value.numpy()) == 0
    model = model.double().train()
    rates = rates or {}
    groups = [dict(params=[value], lr=0.1 * rates.get(key.split(".")[0], 1.0))
              for key, value in model.named_parameters()]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    is_open = "int64_t batch" in net.header
    random = np.random.default_rng(1)
    classes = model[-1].out_features
    scratch_bytes = net.macro("TRAINING_SCRATCH_BYTES")

    def step(x, target):
        loss = np.full(3, 77, np.float32)
        scratch = aligned(scratch_bytes + 64)
        scratch[:scratch_bytes], scratch[scratch_bytes:] = 255, 77
        status = net.function("train_sgd")(
            pointer(net.parameters), pointer(words(x)), pointer(target),
            *([ctypes.c_int64(len(x))] if is_open else []),
            ctypes.c_float(1.0 / len(x)), ctypes.c_float(0.1),
            pointer(loss[1:]), pointer(scratch))
        assert loss[0] == 77 and loss[2] == 77, "wrote around the loss"
        assert (scratch[scratch_bytes:] == 77).all(), "wrote past scratch"
        return status, loss[1]

    for _ in range(STEPS):
        x = random.standard_normal((rows, *shape), np.float32)
        target = random.integers(0, classes, rows).astype(np.int32)
        status, loss = step(x, target)
        assert status == 0
        optimizer.zero_grad()
        wanted = torch.nn.functional.cross_entropy(
            model(torch.from_numpy(x).double()), torch.from_numpy(target).long())
        wanted.backward()
        optimizer.step()
        assert abs(loss - wanted.item()) < 5e-6, (name, loss, wanted.item())
    for index, (key, value) in enumerate(tensors(model).items()):
        now, wanted = net.get(index, tuple(value.shape)), value.numpy()
        worst = np.abs(now - wanted).max() / np.abs(wanted).max()
        assert worst < 2e-5, (name, key, worst)
        if rates.get(key.split(".")[0]) == 0:
            assert now.tobytes() == start[key].numpy().tobytes(), key
    before = net.parameters.copy()
    target[-1] = classes
    assert step(x, target) == (-1, 77)
    assert (before == net.parameters).all(), "a refused batch changed parameters"
    print(f"{name}: as PyTorch after {STEPS} steps")


def main():
    torch.manual_seed(3)
    check("whole", *mlp(16), 16, (20,))
    check("tied", *mlp(16, is_tied=True), 16, (20,))
    check("open", *mlp("?"), 23, (20,))
    check("large", *mlp(148), 148, (20,))
    check("images", *images(), 8, (2, 8, 6))
    rates = {"0": 0.0, "2": 0.5}
    check("rates", *mlp(16), 16, (20,),
          ["--rate", "0.*=0", "--rate", "middle.*=0.5"], rates)


main()
