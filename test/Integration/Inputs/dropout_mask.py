# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Dropout by the masks that the compiler's code draws, written a second time."""

import numpy as np
import torch

from reference_init import fnv1a, philox, split


def mask(p, name, seed, first_row, shape):
    """What the elements of a value are multiplied by."""
    width = int(np.prod(shape[1:]))
    element = (np.arange(shape[0] * width, dtype=np.uint64) +
               np.uint64(first_row * width))
    key = philox([np.array([word]) for word in split(fnv1a(name))] + [0, 0],
                 split(seed))
    block = element >> np.uint64(2)
    drawn = philox([block & np.uint64(0xFFFFFFFF), block >> np.uint64(32),
                    np.zeros_like(block), np.zeros_like(block)],
                   [int(key[0][0]), int(key[1][0])])
    word = np.choose((element & np.uint64(3)).astype(int), drawn)
    kept = word.astype(np.uint64) >= np.uint64(round(p * 2**32))
    return torch.from_numpy(kept.reshape(shape) / (1 - p if p < 1 else 1.0))


class Dropout(torch.nn.Module):
    """Dropout by masks that are given."""

    def __init__(self, p, name):
        super().__init__()
        self.p, self.name, self.seed, self.first_row = p, name, 0, 0

    def forward(self, x):
        if not self.training:
            return x
        return x * mask(self.p, self.name, self.seed, self.first_row, x.shape)
