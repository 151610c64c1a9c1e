# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers of random networks: as text, and as PyTorch's modules."""

import math

import torch


class Normalized(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x, dim=-1)


class Affine(torch.nn.Module):
    def __init__(self, scale, offset):
        super().__init__()
        self.scale, self.offset = scale, offset

    def forward(self, x):
        return self.scale * x + self.offset


def activation(rng):
    """An activation's text and PyTorch's module."""
    slope = round(rng.uniform(-0.5, 1.5), 3)
    return rng.choice([
        ("relu", torch.nn.ReLU()),
        ("leaky_relu", torch.nn.LeakyReLU()),
        (f"leaky_relu slope({slope})", torch.nn.LeakyReLU(slope)),
        ("elu", torch.nn.ELU()),
        (f"elu alpha({slope})", torch.nn.ELU(slope)),
        ("selu", torch.nn.SELU()),
        (f"celu alpha({slope or 1.0})", torch.nn.CELU(slope or 1.0)),
        (f"hardtanh max({slope})", torch.nn.Hardtanh(-1, slope)),
        (f"affine scale({slope}) offset(0.5)", Affine(slope, 0.5)),
        ("sigmoid", torch.nn.Sigmoid()),
        ("log_sigmoid", torch.nn.LogSigmoid()),
        ("hardsigmoid", torch.nn.Hardsigmoid()),
        (f"softplus beta({abs(slope) + 0.5})",
         torch.nn.Softplus(abs(slope) + 0.5)),
        ("softsign", torch.nn.Softsign()),
        ("tanh", torch.nn.Tanh()),
        ("gelu", torch.nn.GELU()),
        ("gelu tanh", torch.nn.GELU(approximate="tanh")),
        ("silu", torch.nn.SiLU()),
        ("hardswish", torch.nn.Hardswish()),
        ("mish", torch.nn.Mish()),
        ("softmax", Normalized(torch.softmax)),
        ("log_softmax", Normalized(torch.log_softmax)),
        ("identity", torch.nn.Identity()),
        ("dropout", torch.nn.Dropout()),
        (f"dropout p({abs(slope) / 2})", torch.nn.Dropout(abs(slope) / 2)),
    ])


class Sum(torch.nn.Module):
    def forward(self, *values):
        return sum(values[1:], values[0])


class Product(torch.nn.Module):
    def forward(self, *values):
        return math.prod(values[1:], start=values[0])


class Concatenation(torch.nn.Module):
    def __init__(self, axis):
        super().__init__()
        self.axis = axis

    def forward(self, *values):
        return torch.cat(values, dim=self.axis)


class Slice(torch.nn.Module):
    def __init__(self, axis, start, end):
        super().__init__()
        self.axis, self.part = axis, slice(start, end)

    def forward(self, x):
        place = [slice(None)] * x.dim()
        place[self.axis] = self.part
        return x[tuple(place)]
