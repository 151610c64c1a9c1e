# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""nascent-train in micro-batches against PyTorch, which does what ranks do.

    check_micro_batches.py FOLDER

Batch norms normalise each part of a batch by its own statistics; gradients add up, and
running statistics become the mean of what each part would make of them.
"""

import os
import subprocess
import sys

import numpy as np
import torch

NETWORK = """
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x5xf32> {
  %0 = nn.dense %x, 9 : tensor<?x?xf32> -> tensor<?x9xf32>
  %1 = nn.batch_norm %0 momentum(0.2) : tensor<?x9xf32>
  %2 = nn.tanh %1 : tensor<?x9xf32>
  %3 = nn.dense %2, 5 : tensor<?x9xf32> -> tensor<?x5xf32>
  nn.return %3 : tensor<?x5xf32>
}
"""
ROWS, BATCH, PARTS, EPOCHS, RATE = 48, 24, 4, 3, 0.1

os.chdir(sys.argv[1])
with open("net.mlir", "w") as file:
    file.write(NETWORK)
random = np.random.default_rng(1)
x = random.standard_normal((ROWS, 7)).astype(np.float32)
y = random.integers(0, 5, ROWS)
y[:3] = -100  # that parts have unlike numbers of labels
np.save("x.npy", x)
np.save("y.npy", y)
subprocess.run(["nascent-params", "init", "net.mlir", "--bind", "net=1x7xf32",
                "--seed", "3", "-o", "start.npz"], check=True)
subprocess.run(["nascent-train", "net.mlir", "--data", "x.npy", "--labels",
                "y.npy", "--batch", str(BATCH), "--micro-batches", str(PARTS),
                "--epochs", str(EPOCHS), "--optimizer",
                f"sgd<learning_rate = {RATE}>", "--seed", "3", "--no-shuffle",
                "-o", "trained.npz"], check=True)

model = torch.nn.Sequential(
    torch.nn.Linear(7, 9), torch.nn.BatchNorm1d(9, momentum=0.2),
    torch.nn.Tanh(), torch.nn.Linear(9, 5))
start = np.load("start.npz")
model.load_state_dict({key: torch.tensor(start[key]) for key in start.files},
                      strict=False)
optimizer = torch.optim.SGD(model.parameters(), RATE)
buffers = dict(model.named_buffers())
for _ in range(EPOCHS):
    for rows in np.arange(ROWS).reshape(-1, BATCH):
        before = {key: value.clone() for key, value in buffers.items()}
        sums = {key: 0 for key in buffers}
        optimizer.zero_grad()
        count = (y[rows] >= 0).sum()
        for part in rows.reshape(PARTS, -1):
            for key, value in before.items():
                buffers[key].copy_(value)
            loss = torch.nn.functional.cross_entropy(
                model(torch.tensor(x[part])), torch.tensor(y[part]),
                reduction="sum") / count
            loss.backward()
            for key, value in buffers.items():
                sums[key] = sums[key] + value
        for key, value in buffers.items():
            value.copy_(sums[key] / PARTS)
        optimizer.step()

trained = np.load("trained.npz")
for key in trained.files:
    wanted = model.state_dict()[key].numpy()
    worst = np.abs(trained[key] - wanted).max() / np.abs(wanted).max()
    assert worst < 1e-5, (key, worst)
print(len(trained.files), "parameters are PyTorch's")
