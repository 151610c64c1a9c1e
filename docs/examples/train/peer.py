# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Trains bn_lenet.mlir's network in PyTorch, and draws its curve beside nascent-train's.

    peer.py START.npz LOG.csv [PLOT.png]

START has the parameters to begin with, LOG what nascent-train wrote with --log when it
began with these, took batches of 50 examples in the order of the files, and steps of SGD
with a learning rate of 0.1 and a momentum of 0.9. Reads the examples that digits.py wrote
as train_… and test_…, and prints how far the losses are apart.
"""

import csv
import sys
import warnings

import numpy as np
import torch
from torch import nn

BATCH, RATE, MOMENTUM = 50, 0.1, 0.9


def bn_lenet():
    return nn.Sequential(
        nn.LazyConv2d(6, kernel_size=5), nn.LazyBatchNorm2d(), nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2),
        nn.LazyConv2d(16, kernel_size=5), nn.LazyBatchNorm2d(), nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2), nn.Flatten(),
        nn.LazyLinear(120), nn.LazyBatchNorm1d(), nn.Sigmoid(),
        nn.LazyLinear(84), nn.LazyBatchNorm1d(), nn.Sigmoid(), nn.LazyLinear(10))


def examples(prefix):
    return (torch.tensor(np.load(f"{prefix}_x.npy")),
            torch.tensor(np.load(f"{prefix}_y.npy")).long())


def train(net, epochs):
    """The mean loss of each epoch's steps, and the loss on test_… after it."""
    (x, labels), (test_x, test_labels) = examples("train"), examples("test")
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), RATE, MOMENTUM)
    for _ in range(epochs):
        total = 0.0
        net.train()
        for start in range(0, len(x), BATCH):
            part = slice(start, start + BATCH)
            optimizer.zero_grad()
            value = loss(net(x[part]), labels[part])
            value.backward()
            optimizer.step()
            total += value.item() * len(labels[part])
        net.eval()
        with torch.no_grad():
            yield total / len(x), loss(net(test_x), test_labels).item()


def plot(path, ours, theirs):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot
    epochs = range(1, len(ours) + 1)
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for column, name in enumerate(("training", "validation")):
        line, = axes.plot(epochs, ours[:, column], linewidth=4, alpha=0.4,
                          label=f"nascent-train, {name}")
        axes.plot(epochs, theirs[:, column], "--", color=line.get_color(),
                  label=f"PyTorch, {name}")
    axes.set(xlabel="epoch", ylabel="cross-entropy", yscale="log")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    start, log = np.load(sys.argv[1]), sys.argv[2]
    with open(log) as file:
        ours = np.array([[float(row["loss"]), float(row["validation_loss"])]
                         for row in csv.DictReader(file)])
    warnings.filterwarnings("ignore", "Lazy modules")
    net = bn_lenet()
    net(torch.zeros(2, *np.load("train_x.npy", mmap_mode="r").shape[1:]))
    net.load_state_dict({name: torch.tensor(start[name]) for name in start.files},
                        strict=False)
    for norm in net:
        if hasattr(norm, "reset_running_stats"):
            norm.reset_running_stats()
    theirs = np.array(list(train(net, len(ours))))
    apart = np.abs(ours - theirs) / theirs
    print(f"losses of {len(ours)} epochs differ by at most {apart[:, 0].max():.1e}, "
          f"validation losses by {apart[:, 1].max():.1e}")
    if len(sys.argv) > 3:
        plot(sys.argv[3], ours, theirs)


main()
