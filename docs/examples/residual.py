# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network of PyTorch that has seen no input: docs/Importing.md imports it."""

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.LazyConv2d(channels, kernel_size=3, padding=1)
        self.conv2 = nn.LazyConv2d(channels, kernel_size=3, padding=1)

    def forward(self, x):
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


def small(module):
    if isinstance(module, nn.LazyLinear):
        nn.init.normal_(module.weight, std=0.01)
        nn.init.zeros_(module.bias)


net = nn.Sequential(
    nn.LazyConv2d(8, kernel_size=3), Residual(8), Residual(8),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(10))
net.apply(small)

mlp = nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.rnn = nn.GRUCell(4, 4)

    def forward(self, x):
        return torch.cumsum(self.rnn(x * self.scale), dim=1)
