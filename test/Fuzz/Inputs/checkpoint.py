# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a checkpoint of the network in mutate_models.py, and the text that PyTorch
prints of another.

    checkpoint.py FILE.pt FILE.txt
"""

import sys

import torch
from torch import nn

from mutate_models import MODEL

scope = {}
exec(MODEL, scope)
torch.save(scope["net"].state_dict(), sys.argv[1])

printed = nn.Sequential(
    nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(),
    nn.Sequential(nn.MaxPool2d(2), nn.Flatten()), nn.LazyLinear(8),
    nn.LSTM(3, 4, 2, bidirectional=True), nn.Linear(8, 2, bias=False))
with open(sys.argv[2], "w") as file:
    print(printed, file=file)
