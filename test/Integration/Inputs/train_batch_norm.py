# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Trains networks with batch norm for some steps, in C and in PyTorch.

    train_batch_norm.py COMPILER CC FOLDER [FLAG...]

Weights and running statistics must agree after the steps, and so must what the
trained network computes at inference.
"""

import ctypes
import os
import sys

import numpy as np
import torch

from nascent_oracle import NativeNetwork, aligned, pointer, words

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
BATCH, STEPS, RATE = 6, 5, 0.05


class Sgd(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in (
        "learning_rate", "momentum", "weight_decay", "gradient_scale",
        "statistics_scale")] + [("nesterov", ctypes.c_int32)]


DENSE = ("""nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 9 : tensor<?x?xf32> -> tensor<?x9xf32>
  %1 = nn.batch_norm %0 : tensor<?x9xf32>
  %2 = nn.tanh %1 : tensor<?x9xf32>
  %3 = nn.dense %2, 4 : tensor<?x9xf32> -> tensor<?x4xf32>
  nn.return %3 : tensor<?x4xf32>
}
""", (7,), lambda: torch.nn.Sequential(
    torch.nn.Linear(7, 9), torch.nn.BatchNorm1d(9), torch.nn.Tanh(),
    torch.nn.Linear(9, 4)))

IMAGES = ("""nn.sequential @net(%x: tensor<?x?x?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.conv2d %x, 5 kernel(3) padding(1) : tensor<?x?x?x?xf32> -> tensor<?x5x?x?xf32>
  %1 = nn.batch_norm %0 momentum(0.3) no_affine : tensor<?x5x?x?xf32>
  %2 = nn.relu %1 : tensor<?x5x?x?xf32>
  %3 = nn.max_pool2d %2 kernel(2) : tensor<?x5x?x?xf32> -> tensor<?x5x?x?xf32>
  %4 = nn.flatten %3 : tensor<?x5x?x?xf32> -> tensor<?x?xf32>
  %5 = nn.dense %4, 4 : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return %5 : tensor<?x4xf32>
}
""", (3, 6, 8), lambda: torch.nn.Sequential(
    torch.nn.Conv2d(3, 5, 3, padding=1),
    torch.nn.BatchNorm2d(5, momentum=0.3, affine=False), torch.nn.ReLU(),
    torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(60, 4)))

# The second has a weight and a bias in front of its statistics, the first has none.
MIXED = ("""nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.batch_norm %x no_affine : tensor<?x?xf32>
  %1 = nn.dense %0, 9 : tensor<?x?xf32> -> tensor<?x9xf32>
  %2 = nn.batch_norm %1 momentum(0.2) : tensor<?x9xf32>
  %3 = nn.tanh %2 : tensor<?x9xf32>
  %4 = nn.dense %3, 4 : tensor<?x9xf32> -> tensor<?x4xf32>
  nn.return %4 : tensor<?x4xf32>
}
""", (7,), lambda: torch.nn.Sequential(
    torch.nn.BatchNorm1d(7, affine=False), torch.nn.Linear(7, 9),
    torch.nn.BatchNorm1d(9, momentum=0.2), torch.nn.Tanh(), torch.nn.Linear(9, 4)))

SHARED = ("""nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 9 : tensor<?x?xf32> -> tensor<?x9xf32>
  %1 = nn.batch_norm %0 momentum(0.2) : tensor<?x9xf32>
  %2 = nn.tanh %1 : tensor<?x9xf32>
  %3 = nn.dense %2, 9 : tensor<?x9xf32> -> tensor<?x9xf32>
  %4 = nn.batch_norm %3 momentum(0.2) tie("1") : tensor<?x9xf32>
  %5 = nn.batch_norm %4 momentum(0.2) tie("1") : tensor<?x9xf32>
  %6 = nn.dense %5, 4 : tensor<?x9xf32> -> tensor<?x4xf32>
  nn.return %6 : tensor<?x4xf32>
}
""", (7,), lambda norm=torch.nn.BatchNorm1d(9, momentum=0.2): torch.nn.Sequential(
    torch.nn.Linear(7, 9), norm, torch.nn.Tanh(), torch.nn.Linear(9, 9), norm,
    norm, torch.nn.Linear(9, 4)))


def agree(actual, wanted, what):
    wanted = wanted.detach().numpy()
    most = np.abs(wanted).max()
    assert np.allclose(actual, wanted, rtol=1e-4, atol=1e-5 * most), \
        f"{what}: off by {np.abs(actual - wanted).max()} of {most}"


def check(name, source, row, make):
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    torch.manual_seed(3)
    model = make()
    shape = "x".join(map(str, (BATCH, *row)))
    net = NativeNetwork(COMPILER, CC, source, "net", folder, shape + "xf32",
                        flags=["--train", "--loss=cross_entropy", *FLAGS])
    own = [*model.named_parameters(), *model.named_buffers()]
    state = {key: value.detach() for key, value in own
             if value.is_floating_point()}
    names = [key for key, _ in net.table(len(state))]
    for index, key in enumerate(names):
        net.set(index, state[key].numpy())
    model = model.double()
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    room = 64
    gradients = aligned(net.macro("GRADIENTS_BYTES") + room)
    scratch = aligned(net.macro("TRAINING_SCRATCH_BYTES"))
    hyper = Sgd(learning_rate=RATE, gradient_scale=1, statistics_scale=1)
    for _ in range(STEPS):
        x = torch.randn(BATCH, *row)
        labels = torch.randint(0, 4, (BATCH,))
        inputs, target = words(x.numpy()), words(labels.numpy())
        loss = np.zeros(1, np.float32)
        gradients[:], scratch[:] = 77, 255
        status = net.function("loss_and_gradients")(
            pointer(net.parameters), pointer(inputs), pointer(target),
            ctypes.c_float(1 / BATCH), ctypes.c_int32(0), pointer(gradients),
            pointer(loss), pointer(scratch))
        assert status == 0
        assert (gradients[-room:] == 77).all(), "wrote behind the gradients"
        net.function("step_sgd")(pointer(net.parameters), pointer(gradients),
                                 None, ctypes.byref(hyper))
        optimizer.zero_grad()
        wanted = torch.nn.functional.cross_entropy(model(x.double()), labels)
        wanted.backward()
        optimizer.step()
        agree(loss[0], wanted, f"{name}: loss")
    for index, key in enumerate(names):
        values = np.zeros(tuple(state[key].shape), np.float32)
        assert net.function("get")(pointer(net.parameters), index,
                                   pointer(values)) == 0
        agree(values, model.state_dict()[key], f"{name}: {key}")
    model.eval()
    x = torch.randn(BATCH, *row)
    wanted = model(x.double())
    inputs, result = words(x.numpy()), np.zeros((BATCH, 4), np.float32)
    rest = aligned(net.macro("SCRATCH_BYTES"))
    net.function("forward")(pointer(net.parameters), pointer(inputs),
                            pointer(result), pointer(rest))
    agree(result, wanted, f"{name}: trained network")
    print(f"{name}: as PyTorch after {STEPS} steps")


check("dense", *DENSE)
check("images", *IMAGES)
check("shared", *SHARED)
check("mixed", *MIXED)
