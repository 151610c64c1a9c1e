# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Attention that looks back through a window, in PyTorch."""

import torch
from torch import nn


class WindowAttention(nn.MultiheadAttention):
    """Each place sees itself and those before it in a window."""

    def __init__(self, width, heads, window):
        super().__init__(width, heads, batch_first=True)
        self.window = window

    def forward(self, x):
        place = torch.arange(x.shape[1])
        distance = place[:, None] - place
        hidden = (distance < 0) | (distance >= self.window)
        return super().forward(x, x, x, attn_mask=hidden, need_weights=False)[0]
