# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What nn.position adds, as layers of PyTorch."""

import torch
from torch import nn


class Learned(nn.Module):
    """Positions by a table."""

    def __init__(self, places, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(places, width))

    def forward(self, x):
        return x + self.weight[:x.shape[1]]


class Sinusoidal(nn.Module):
    """Those of "Attention Is All You Need"."""

    def forward(self, x):
        _, length, width = x.shape
        place = torch.arange(length, dtype=torch.float64)[:, None]
        column = torch.arange(width)
        angle = place * 10000.0 ** (-(column - column % 2) / width)
        return x + torch.where(column % 2 == 0, angle.sin(), angle.cos()).to(x.dtype)
