# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The functions of `torch.nn.init`, as attributes of the dialect."""

import inspect

from .network import number
from .refusals import Refusal


def uniform_(tensor, a=0.0, b=1.0):
    return f"#nn.uniform<{number(a)}, {number(b)}>"


def normal_(tensor, mean=0.0, std=1.0):
    return f"#nn.normal<{number(mean)}, {number(std)}>"


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0):
    # PyTorch's bounds are values, the dialect's standard deviations.
    lower, upper = number((a - mean) / std), number((b - mean) / std)
    bounds = "" if (lower, upper) == ("-2.0", "2.0") else \
        f", lower = {lower}, upper = {upper}"
    return f"#nn.truncated_normal<{number(mean)}, {number(std)}{bounds}>"


def constant_(tensor, val):
    return f"#nn.constant<{number(val)}>"


def zeros_(tensor):
    return "#nn.zeros"


def ones_(tensor):
    return "#nn.ones"


def eye_(tensor):
    return "#nn.identity"


def dirac_(tensor, groups=1):
    if groups != 1:
        raise Refusal(f"nn.init.dirac_ of {groups} groups is not supported")
    return "#nn.dirac"


def with_gain(mnemonic):
    def attribute(tensor, gain=1.0):
        stated = "" if gain == 1 else f"<gain = {number(gain)}>"
        return f"#nn.{mnemonic}{stated}"
    return attribute


def kaiming(mnemonic):
    def attribute(tensor, a=0.0, mode="fan_in", nonlinearity="leaky_relu"):
        if nonlinearity.startswith("conv"):
            nonlinearity = "linear"
        stated = [f"a = {number(a)}"] if a != 0 else []
        stated += [f"mode = {mode}"] if mode != "fan_in" else []
        stated += [f"nonlinearity = {nonlinearity}"] \
            if nonlinearity != "leaky_relu" else []
        inside = "<" + ", ".join(stated) + ">" if stated else ""
        return f"#nn.{mnemonic}{inside}"
    return attribute


def sparse_(tensor, sparsity, std=0.01):
    stated = "" if std == 0.01 else f", std = {number(std)}"
    return f"#nn.sparse<sparsity = {number(sparsity)}{stated}>"


INITIALIZERS = {
    "uniform_": uniform_, "normal_": normal_, "trunc_normal_": trunc_normal_,
    "constant_": constant_, "zeros_": zeros_, "ones_": ones_, "eye_": eye_,
    "dirac_": dirac_, "sparse_": sparse_,
    "xavier_uniform_": with_gain("xavier_uniform"),
    "xavier_normal_": with_gain("xavier_normal"),
    "orthogonal_": with_gain("orthogonal"),
    "kaiming_uniform_": kaiming("kaiming_uniform"),
    "kaiming_normal_": kaiming("kaiming_normal")}


def attribute_of(name, args, kwargs):
    """The attribute that a call of `torch.nn.init` stands for."""
    function = INITIALIZERS[name]
    bound = inspect.signature(function).bind(*args, **kwargs)
    return function(*bound.args, **bound.kwargs)
