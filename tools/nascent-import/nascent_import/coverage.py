# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What is supported, as a table in Markdown, from the tables that import."""

import inspect
import operator

import torch

from . import activations, attention, recurrent, shaping  # noqa: F401, for their layers
from . import arithmetic, functions  # noqa: F401, for what they enter
from .function_table import FUNCTIONS, METHODS
from .initializers import INITIALIZERS
from .keras import activations as of_keras, graph, layers  # noqa: F401
from .layers import LAYERS

# What a parameter must be where the dialect has no other.
LIMITS = {
    "return_indices": "`False`", "divisor_override": "`None`",
    "track_running_stats": "`True` of BatchNorm, `False` of InstanceNorm",
    "align_corners": "`False`", "end_dim": "the last", "size": "`None`",
    "recompute_scale_factor": "`None`", "antialias": "`False`",
    "batch_first": "either, where layers in front compute each step by itself",
    "proj_size": "0", "max_norm": "`None`",
    "bias_k": "`None`", "add_zero_attn": "`False`", "kdim": "embed_dim",
    "vdim": "embed_dim"}
# Of listings and of the dialect, not of torch.nn.
OWN = ("Reshape", "Permute", "Slice")


def numbers(function):
    names = list(inspect.signature(function).parameters)[2:]
    # A value, which the file of weights has, what only our listings say, and what a
    # call has.
    own = ("init", "last", "lengths", "state", "hardsigmoid", "reset_before")
    return ", ".join(name for name in names if name not in own) or "none"


def layer_rows():
    rows = {}
    for name, function in LAYERS.items():
        if name not in OWN:
            rows.setdefault(numbers(function), []).append(name)
    return sorted((", ".join(sorted(names)), parameters)
                  for parameters, names in rows.items())


def name_of(target):
    """What a program calls a function."""
    for prefix, namespace in (("F.", torch.nn.functional), ("torch.", torch),
                              ("rnn.", torch.nn.utils.rnn),
                              ("operator.", operator)):
        # Its own name is the best of several.
        for name in [target.__name__, *sorted(vars(namespace))]:
            if not name.startswith("__") and vars(namespace).get(name) is target:
                return prefix + name
    return None


def table():
    """Layers, what forward may call, and initialisers."""
    lines = ["| layers of torch.nn | numbers that are read |", "|---|---|"]
    lines += [f"| {names} | {parameters} |" for names, parameters in layer_rows()]
    lines += ["", "| a number | must be |", "|---|---|"]
    lines += [f"| {name} | {limit} |" for name, limit in LIMITS.items()]
    functions = sorted({name_of(target) for target in FUNCTIONS} - {None})
    lines += ["", "| in forward | |", "|---|---|",
              f"| functions | {', '.join(functions)} |",
              f"| methods | {', '.join(sorted(METHODS))}, shape |",
              "", "| nn.init | |", "|---|---|",
              f"| functions | {', '.join(sorted(INITIALIZERS))} |",
              "", "| Keras | |", "|---|---|",
              f"| layers | {', '.join(sorted(layers.LAYERS))}, TimeDistributed |",
              "| activations | " + ", ".join(sorted(
                  {*of_keras.PLAIN, *of_keras.NORMALIZERS, *of_keras.OTHERS})) + " |"]
    return "\n".join(lines)
