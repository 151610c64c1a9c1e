# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers that look at all steps, of rows of unequal lengths."""

import torch
from torch import nn


def beyond(x, lengths):
    """Which steps of (batch, length, …) no row has."""
    steps = torch.arange(x.shape[1])
    return steps[None] >= lengths[:, None]


class Attention(nn.MultiheadAttention):
    def __init__(self, width, heads, causal=False, bias=True):
        super().__init__(width, heads, bias=bias, batch_first=True)
        self.causal = causal

    def forward(self, x, lengths=None):
        size = x.shape[1]
        mask = torch.ones(size, size).triu(1).bool() if self.causal else None
        padding = None if lengths is None else beyond(x, lengths)
        # With gradients, PyTorch has no shortcut that leaves rows out.
        is_asked = torch.is_grad_enabled()
        with torch.enable_grad():
            y = super().forward(x, x, x, attn_mask=mask, need_weights=False,
                                key_padding_mask=padding)[0]
        return y if is_asked else y.detach()


class MeanOver(nn.Module):
    def forward(self, x, lengths=None):
        if lengths is None:
            return x.mean(1)
        sums = x.masked_fill(beyond(x, lengths)[..., None], 0.0).sum(1)
        return sums / lengths[:, None]


class MaxOver(nn.Module):
    def forward(self, x, lengths=None):
        if lengths is not None:
            x = x.masked_fill(beyond(x, lengths)[..., None], -torch.inf)
        return x.amax(1)
