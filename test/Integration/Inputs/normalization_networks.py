# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares normalisation with PyTorch, alone and behind other layers.

    normalization_networks.py COMPILER CC FOLDER [FLAG...]
"""

import sys

import torch
from torch import nn

from branch_oracle import Branches, compare

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
BATCH_NORMS = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d,
               5: nn.BatchNorm3d}


def batch(rank, channels, eps=None, affine=True):
    text = "batch_norm {}" + (f" eps({eps})" if eps else "")
    return (text + ("" if affine else " no_affine"),
            BATCH_NORMS[rank](channels, eps=eps or 1e-5, affine=affine))


def layer(*shape, eps=None, affine=True):
    text = "layer_norm {}" + (f" dims({len(shape)})" if len(shape) > 1 else "")
    text += f" eps({eps})" if eps else ""
    return (text + ("" if affine else " no_affine"),
            nn.LayerNorm(shape, eps=eps or 1e-5, elementwise_affine=affine))


class LayerNormWithoutBias(nn.LayerNorm):
    """Newer PyTorch's LayerNorm(bias=False)."""

    def __init__(self, shape):
        super().__init__(shape)
        self.bias = None


def group(groups, channels, affine=True):
    return (f"group_norm {{}}, {groups}" + ("" if affine else " no_affine"),
            nn.GroupNorm(groups, channels, affine=affine))


def instance(rank, channels, affine=False):
    kind = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)[rank - 3]
    return ("instance_norm {}" + (" affine" if affine else ""),
            kind(channels, affine=affine))


def networks():
    relu = ("relu {}", nn.ReLU())
    for channels in (1, 6, 8, 17, 100):
        yield Branches((channels, 7, 9), [
            [batch(4, channels)], [batch(4, channels, affine=False), relu],
            [group(1, channels)], [group(channels, channels, affine=False)],
            [instance(4, channels)], [instance(4, channels, True), relu],
            [layer(9)], [layer(7, 9), relu], [layer(channels, 7, 9)],
            [relu, batch(4, channels, eps=1e-3), relu]])
    yield Branches((24, 5, 6), [
        [group(groups, 24), relu] for groups in (2, 3, 6, 8, 12)])
    for channels in (5, 32):
        yield Branches((channels,), [
            [batch(2, channels)], [batch(2, channels, affine=False), relu],
            [layer(channels)], [layer(channels, affine=False), relu],
            [("layer_norm {} no_bias", LayerNormWithoutBias(channels))],
            [group(1, channels), relu],
            [group(1 if channels % 4 else channels // 4, channels)],
            [("dense {}, 19", nn.Linear(channels, 19)), batch(2, 19), relu,
             ("dense {}, 10", nn.Linear(19, 10)), layer(10), relu]])
    yield Branches((12, 20), [
        [batch(3, 12)], [instance(3, 12, True)], [group(4, 12)],
        [layer(20, eps=0.5)], [layer(12, 20)],
        [("dense {}, 16", nn.Linear(20, 16)), batch(3, 12), relu],
        [("dense {}, 16", nn.Linear(20, 16)), layer(16), relu]])
    yield Branches((6, 4, 5, 3), [
        [batch(5, 6)], [instance(5, 6)], [group(2, 6)], [layer(4, 5, 3)]])
    # Fused behind convolutions; and in the order of channels behind a flatten.
    yield Branches((3, 12, 10), [
        [("conv2d {}, 20 kernel(3) padding(1) no_bias",
          nn.Conv2d(3, 20, 3, padding=1, bias=False)), batch(4, 20), relu,
         ("conv2d {}, 7 kernel(3) padding(1)", nn.Conv2d(20, 7, 3, padding=1)),
         relu, batch(4, 7),
         ("max_pool2d {} kernel(2)", nn.MaxPool2d(2)), batch(4, 7), relu,
         ("flatten {}", nn.Flatten(), 2), batch(2, 210), layer(210), relu,
         ("dense {}, 5", nn.Linear(210, 5))],
        [("conv2d {}, 16 kernel(3)", nn.Conv2d(3, 16, 3)), group(4, 16), relu,
         ("conv2d {}, 8 kernel(3) padding(1)", nn.Conv2d(16, 8, 3, padding=1)),
         instance(4, 8, True), relu, ("flatten {}", nn.Flatten(), 2),
         layer(640), batch(2, 640)],
        [("conv2d {}, 6 kernel(3)", nn.Conv2d(3, 6, 3)), batch(4, 6), relu,
         ("avg_pool2d {} kernel(2)", nn.AvgPool2d(2)), layer(4, eps=0.1),
         batch(4, 6)]])


def main():
    torch.manual_seed(1)
    compare(networks(), COMPILER, CC, FOLDER, FLAGS)


main()
