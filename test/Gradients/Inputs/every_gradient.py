# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the gradients of every layer and loss with PyTorch's.

    every_gradient.py RECORDS|variants CC FOLDER reference|kernels [FLAG...]

Gradients are those of MLIR's own lowering of linalg, or those of our kernels,
compiled with the flags. RECORDS is what `llvm-tblgen --dump-json` makes of Layers.td; layers
are those of it, or those of variants.py. A layer stands
behind a norm, whose weight has an element for each of the input's, so that the
gradient of the input shows in it. PyTorch computes in double precision. A layer that
has no gradient must say so by name.

MLIR's own lowering computes in double precision, too, and is compared with central
differences of its loss as well, along a direction for each parameter and along one of
all: no framework is needed for that, nor a table of formulas. Numbers in the text have
the digits of single precision. Kernels compute in single precision.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from layer_table import BATCH, Indices, layers, tensor
from kernel_gradients import compile_kernels
from reference_gradients import compile_reference
from variants import variants

RECORDS, CC, FOLDER, WAY, *FLAGS = sys.argv[1:]
SCALE = 0.5
# Of random numbers, which train_dropout.py makes, too.
ELSEWHERE = {"dropout"}
# How far gradients may be off: of each element, and of the largest one.
RELATIVE, MOST = {"reference": (1e-6, 1e-7), "kernels": (1e-5, 1e-7)}[WAY]
# What kernels round adds up where an element is a sum over all rows and places, up to
# 5e-7 of the largest. Attention's scores are so large here that nearly one weight is
# 1: PyTorch in single precision is off by 2.5e-6 of the largest there.
ROUNDED = {**dict.fromkeys(
    ["add", "rnn", "gru", "lstm", "instance_norm", "conv3d", "conv_transpose3d",
     "global_avg_pool", "avg_pool3d", "adaptive_avg_pool2d",
     "adaptive_avg_pool3d", "adaptive_max_pool3d"], 5e-7),
           "batch_norm": 1e-6, "attention": 5e-6} if WAY == "kernels" else {}
# Of the sum of what all elements contribute: how far central differences may be off.
DIFFERENCE = 1e-6


class Behind(nn.Module):
    """A layer behind norms of its inputs."""

    def __init__(self, row, count, layer):
        super().__init__()
        for index in range(count):
            setattr(self, f"norm{index}", nn.LayerNorm(row))
        self.layer, self.count = layer, count

    def forward(self, *inputs):
        return self.layer(*(getattr(self, f"norm{i}")(x)
                            for i, x in enumerate(inputs)))


class Alone(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, *inputs):
        return self.layer(*inputs)


class Case(NamedTuple):
    """A network `net`, the same in PyTorch, and what both are given."""
    name: str
    source: str
    binding: str
    loss: str
    module: nn.Module
    criterion: nn.Module
    inputs: list
    target: torch.Tensor


def compare_all(cases):
    for loss in dict.fromkeys(case.loss for case in cases):
        some = [case for case in cases if case.loss == loss]
        networks = [(case.source, case.binding) for case in some]
        # A library is loaded once, by its path.
        folder = tempfile.mkdtemp(dir=FOLDER)
        compiled = (compile_reference(networks, loss, folder, CC)
                    if WAY == "reference" else
                    compile_kernels(networks, loss, folder, CC, FLAGS))
        for case, gradients in zip(some, compiled):
            compare(case, gradients)


def compare(case, gradients):
    name, _, _, _, module, criterion, inputs, target = case
    state = {key: value for key, value in module.state_dict().items()
             if value.is_floating_point()}
    values = [x.numpy() if x.dtype in (torch.float32, torch.int32)
              else x.to(torch.int32).numpy() for x in [*inputs, target]]
    loss, actual = gradients.call(state, values, SCALE)
    exact = module.double()
    before = {key: value.clone() for key, value in exact.named_buffers()}
    wanted = criterion(
        exact(*(x.double() if x.is_floating_point() else x for x in inputs)),
        target.double() if target.is_floating_point() else target) * SCALE
    wanted.backward()
    assert np.isclose(loss, wanted.item(), rtol=1e-5), f"{name}: {loss} is not {wanted.item()}"
    expected = {key: value.grad for key, value in exact.named_parameters()}
    # Statistics are stored as they are, before they become part of running ones.
    if module.training:
        expected.update({key: (value - 0.9 * before[key]) / 0.1
                         for key, value in exact.named_buffers()
                         if value.is_floating_point()})
    assert set(actual) >= set(expected), f"{name}: {sorted(actual)}"
    for key, value in expected.items():
        reference = gradients.stored(key, value, actual[key].shape)
        largest = np.abs(reference).max()
        most = ROUNDED.get(name, 5 * MOST if RECORDS == "variants" else MOST)
        assert np.allclose(actual[key], reference, rtol=RELATIVE,
                           atol=most * largest + 1e-12), \
            f"{name}: {key} is off by {np.abs(actual[key] - reference).max()}" \
            f" of {largest}"
    if WAY == "reference":
        compare_differences(name, gradients, state, values, actual)


def compare_differences(name, gradients, state, values, actual):
    """Compares gradients with central differences."""
    generator = np.random.default_rng(5)
    trained = [key for key in actual if key in state
               and not key.endswith(("running_mean", "running_var"))]
    directions = {key: generator.standard_normal(state[key].shape)
                  for key in trained}
    # So small that hardly any maximum changes its place.
    step = 1e-7
    for keys in [trained, *([key] for key in trained)]:
        def moved(by):
            return gradients.call(
                {**state, **{key: state[key].double() + by * torch.from_numpy(
                    directions[key]) for key in keys}}, values, SCALE)[0]
        difference = (moved(step) - moved(-step)) / (2 * step)
        along = [(actual[key] * gradients.stored(
            key, torch.from_numpy(directions[key]), actual[key].shape))
                 for key in keys]
        slope = sum(x.sum() for x in along)
        size = sum(np.abs(x).sum() for x in along)
        assert abs(slope - difference) <= DIFFERENCE * size + 1e-9, \
            f"{name}: along {keys} the loss rises by {difference}, not {slope}"


def case_of(name, clauses, module, row):
    torch.manual_seed(len(name))
    count = 2 if name in ("add", "mul", "concat", "matmul") else 1
    is_indices = isinstance(row, Indices)
    inputs = [row.draw().to(torch.int32) if is_indices
              else torch.randn(BATCH, *row) for _ in range(count)]
    net = Alone(module) if is_indices else Behind(row, count, module)
    net.train(name == "batch_norm")
    # Greater weights would leave nothing of a gradient behind tanh.
    low, high = (-0.5, 0.5) if name in ("rnn", "gru", "lstm") else (0.5, 1.5)
    for value in net.parameters():
        nn.init.uniform_(value, low, high)
    with torch.no_grad():
        output = net.float()(*inputs)
    given = tensor(len(row) + 1, "i32" if is_indices else "f32")
    result = tensor(output.dim())
    values = [f"%{letter}" for letter in "xz"[:count]]
    lines, operands = [], values
    if not is_indices:
        operands = [f"%n{i}" for i in range(count)]
        lines = [f"  %n{i} = nn.layer_norm {value} dims({len(row)}) "
                 f'name("norm{i}") : {given}\n'
                 for i, value in enumerate(values)]
    source = (
        f"nn.sequential @net({', '.join(f'{v}: {given}' for v in values)}) -> "
        f"{result} {{\n{''.join(lines)}"
        f"  %y = nn.{name} {', '.join(operands)}{clauses} name(\"layer\") : "
        f"{', '.join([given] * count)} -> {result}\n"
        f"  nn.return %y : {result}\n}}\n")
    element = "i32" if is_indices else "f32"
    binding = "x".join(map(str, [BATCH, *row])) + "x" + element
    binding = f"net=({','.join([binding] * count)})"
    return Case(name, source, binding, "mse", net, nn.MSELoss(reduction="sum"),
                inputs, torch.randn(output.shape))


def losses():
    """Of each loss its name and clauses, PyTorch's, and a target for (6, 5)."""
    labels = torch.tensor([4, -100, 0, 2, 2, 1])
    numbers, shares = torch.randn(6, 5), torch.rand(6, 5)
    yield "cross_entropy", nn.CrossEntropyLoss(reduction="sum"), labels
    yield ("cross_entropy label_smoothing(0.1) ignore_index(2)",
           nn.CrossEntropyLoss(reduction="sum", label_smoothing=0.1,
                               ignore_index=2), labels.clamp(min=0))
    yield "nll", nn.NLLLoss(reduction="sum"), labels
    yield "mse", nn.MSELoss(reduction="sum"), numbers
    yield "l1", nn.L1Loss(reduction="sum"), numbers
    yield ("huber delta(0.5)", nn.HuberLoss(reduction="sum", delta=0.5),
           numbers)
    yield "bce_with_logits", nn.BCEWithLogitsLoss(reduction="sum"), shares


def main():
    if RECORDS == "variants":
        cases = [case_of(*layer) for layer in variants()]
        compare_all(cases)
        print(f"the gradients of {len(cases)} variants are PyTorch's")
        return
    with open(RECORDS) as file:
        records = json.load(file)
    defined = {records[record]["opName"]
               for record in records["!instanceof"]["NN_Layer"]}
    seen, cases = set(), []
    for layer in layers():
        seen.add(layer[0])
        if layer[0] not in ELSEWHERE:
            cases.append(case_of(*layer))
    for text, criterion, target in losses():
        seen.add(text.split()[0])
        torch.manual_seed(7)
        net = nn.Sequential(nn.Linear(3, 5))
        cases.append(Case(
            text, "nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x5xf32> {\n"
            "  %0 = nn.dense %x, 5 : tensor<?x?xf32> -> tensor<?x5xf32>\n"
            "  nn.return %0 : tensor<?x5xf32>\n}\n", "net=6x3xf32", text, net,
            criterion, [torch.randn(6, 3)], target))
    compare_all(cases)
    assert seen == defined, f"every_gradient.py lacks {defined - seen}"
    print(f"the gradients of {len(seen) - len(ELSEWHERE)} layers are PyTorch's")


main()
