# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares recurrent layers with PyTorch.

    recurrent_networks.py COMPILER CC FOLDER [FLAG...]
"""

import sys

import torch
from torch import nn

from branch_oracle import Branches, compare
from recurrent_layers import recurrent

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]


def networks():
    kinds = nn.LSTM, nn.GRU, nn.RNN
    # Units around vectors.
    for units in (1, 3, 8, 10, 16, 20, 32, 33, 64, 100):
        yield Branches((7, 5), [[recurrent(kind, 5, units)] for kind in kinds])
    # One step, and many.
    for length in (1, 2, 50):
        yield Branches((length, 3), [[recurrent(kind, 3, 12, last=True)]
                                     for kind in kinds])
    # All clauses.
    for kind in kinds:
        yield Branches((6, 9), [
            [recurrent(kind, 9, 17, layers=2)],
            [recurrent(kind, 9, 8, bidirectional=True)],
            [recurrent(kind, 9, 13, layers=3, bidirectional=True)],
            [recurrent(kind, 9, 13, layers=2, bidirectional=True, last=True)],
            [recurrent(kind, 9, 24, last=True)],
            [recurrent(kind, 9, 11, bias=False)],
            [recurrent(kind, 9, 11, layers=2, bias=False, bidirectional=True,
                       last=True)]])
    yield Branches((8, 4), [[recurrent(nn.RNN, 4, 15, relu=True)],
                            [recurrent(nn.RNN, 4, 16, layers=2, relu=True,
                                       bidirectional=True)]])
    # What only Keras has.
    for units in (1, 7, 16, 33, 80):
        yield Branches((5, 4), [
            [recurrent(nn.GRU, 4, units, reset_before=True)],
            [recurrent(nn.GRU, 4, units, reset_before=True, slope=0.2, layers=2,
                       bidirectional=True)],
            [recurrent(nn.GRU, 4, units, reset_before=True, bias=False,
                       bidirectional=True, last=True)],
            [recurrent(nn.GRU, 4, units, slope=0.2, last=True)],
            [recurrent(nn.LSTM, 4, units, slope=0.2)],
            [recurrent(nn.LSTM, 4, units, slope=1 / 6, layers=2, bidirectional=True,
                       last=True)]])
    # Between other layers.
    relu = ("relu {}", nn.ReLU())
    yield Branches((10, 6), [
        [("dense {}, 7", nn.Linear(6, 7)), relu, recurrent(nn.GRU, 7, 16), relu,
         ("dense {}, 5", nn.Linear(16, 5)), ("softmax {}", nn.Softmax(-1))],
        [recurrent(nn.LSTM, 6, 8, last=True), ("dense {}, 1", nn.Linear(8, 1), 2)],
        [recurrent(nn.LSTM, 6, 8, bidirectional=True), ("tanh {}", nn.Tanh()),
         recurrent(nn.GRU, 16, 4), ("flatten {}", nn.Flatten(), 2)]])
    # Weights that a second-level cache does not hold.
    yield Branches((3, 40), [[recurrent(nn.LSTM, 40, 256)],
                             [recurrent(nn.GRU, 40, 300, last=True)]])


def main():
    torch.manual_seed(1)
    compare(networks(), COMPILER, CC, FOLDER, FLAGS)


main()
