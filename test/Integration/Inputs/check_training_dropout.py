# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""nascent-train of a network with dropout, and of classes with weights.

    check_training_dropout.py FOLDER

Each step drops by a seed that follows from --seed and the step, so that losses are
PyTorch's with the same masks, and a training that goes on comes to the same bytes.
"""

import csv
import os
import subprocess
import sys

import numpy as np
import torch

from dropout_mask import Dropout
from shuffled import halves, philox, shuffled_rows

ROWS, WIDTH, CLASSES, EPOCHS, BATCH, SEED = 90, 7, 5, 3, 32, 11
WEIGHTS = [1.0, 0.5, 2.0, 1.0, 0.25]
NET = """
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x5xf32> {
  %0 = nn.dense %x, 24 : tensor<?x?xf32> -> tensor<?x24xf32>
  %1 = nn.tanh %0 : tensor<?x24xf32>
  %2 = nn.dropout %1 p(0.3) : tensor<?x24xf32>
  %3 = nn.dense %2, 5 : tensor<?x24xf32> -> tensor<?x5xf32>
  nn.return %3 : tensor<?x5xf32>
}
"""


def train(output, epochs, *options):
    subprocess.run(
        ["nascent-train", "net.mlir", "--data", "x.npy", "--labels", "y.npy",
         "--epochs", str(epochs), "--batch", str(BATCH), "--seed", str(SEED),
         "--optimizer", "sgd<learning_rate = 0.1, momentum = 0.9>", "--loss",
         f"cross_entropy weights({', '.join(map(str, WEIGHTS))})", "-o", output,
         *options], stdout=subprocess.DEVNULL, check=True)


def seed_of(step):
    words = philox(halves(step) + halves(2**64 - 1), halves(SEED))
    return words[0] | words[1] << 32


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    os.chdir(sys.argv[1])
    with open("net.mlir", "w") as file:
        file.write(NET)
    random = np.random.default_rng(1)
    x = random.standard_normal((ROWS, WIDTH)).astype(np.float32)
    y = (x @ random.standard_normal((WIDTH, CLASSES))).argmax(1)
    np.save("x.npy", x)
    np.save("y.npy", y)
    model = torch.nn.Sequential(
        torch.nn.Linear(WIDTH, 24), torch.nn.Tanh(), Dropout(0.3, "2"),
        torch.nn.Linear(24, CLASSES)).double()
    train("start.npz", 0)
    with np.load("start.npz") as start:
        model.load_state_dict({name: torch.from_numpy(start[name]).double()
                               for name in start})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    weights = torch.tensor(WEIGHTS, dtype=torch.float64)
    train("trained.npz", EPOCHS, "--log", "log.csv", "--checkpoint",
          "whole.safetensors")
    with open("log.csv") as file:
        log = [float(row["loss"]) for row in csv.DictReader(file)]
    step, means = 0, []
    for epoch in range(EPOCHS):
        rows = shuffled_rows(ROWS, SEED, epoch)
        total = count = 0
        for start in range(0, ROWS, BATCH):
            part = rows[start:start + BATCH]
            model[2].seed = seed_of(step)
            optimizer.zero_grad()
            target = torch.from_numpy(y[part])
            loss = torch.nn.functional.cross_entropy(
                model(torch.from_numpy(x[part]).double()), target,
                weight=weights)
            loss.backward()
            optimizer.step()
            step += 1
            total += loss.item() * weights[target].sum().item()
            count += weights[target].sum().item()
        means.append(total / count)
    assert np.allclose(log, means, rtol=1e-5), (log, means)
    with np.load("trained.npz") as trained:
        for name, value in model.state_dict().items():
            assert np.allclose(trained[name], value.numpy(), rtol=1e-4,
                               atol=1e-5), name
    print("dropout and weights: as PyTorch's")
    train("half.npz", 1, "--checkpoint", "half.safetensors")
    train("rest.npz", EPOCHS, "--resume", "half.safetensors", "--checkpoint",
          "half.safetensors")
    assert read("half.safetensors") == read("whole.safetensors")
    print("resumed: the same bytes")


main()
