# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares gradients of networks whose rows have lengths with PyTorch's.

    train_lengths.py COMPILER CC FOLDER [FLAG...]

PyTorch has packed sequences and key_padding_mask for lengths. What stands behind a
row's length must not matter: here it is large. Lengths that are not possible change
nothing.
"""

import sys

import numpy as np
import torch
from torch import nn

from masked_layers import Attention, MaxOver, MeanOver
from nascent_oracle import words
from random_gradients import SCALE, Compiled
from recurrent_layers import recurrent

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
BATCH, LENGTH, WIDTH = 5, 9, 8
LENGTHS = np.array([4, 9, 1, 7, 8], np.int32)


def layers():
    """A layer's name, clauses and module; all but attention keep no place."""
    yield "attention", " heads(2)", Attention(WIDTH, 2)
    yield "attention", " heads(4) causal", Attention(WIDTH, 4, causal=True)
    yield "mean_over", " dims(1)", MeanOver()
    yield "max_over", " dims(1)", MaxOver()
    for kind, options in ((nn.GRU, {}), (nn.RNN, {"last": True}),
                          (nn.LSTM, {"bidirectional": True, "layers": 2}),
                          (nn.LSTM, {"last": True, "bidirectional": True}),
                          (nn.GRU, {"last": True, "layers": 2}),
                          (nn.GRU, {"reset_before": True, "bidirectional": True}),
                          (nn.GRU, {"reset_before": True, "last": True})):
        text, module, _ = recurrent(kind, WIDTH, 6, **options)
        name, _, clauses = text.partition(" {}")
        yield name, clauses, module


def check(number, name, clauses, module, is_open):
    sequence = "tensor<?x?x8xf32>"
    keeps_places = name == "attention" or "last" not in clauses and \
        "over" not in name
    result = "tensor<?x?x?xf32>" if keeps_places else "tensor<?x?xf32>"
    # Rows that are walked are as rows of a whole batch.
    net = f"{name}_{number}"
    source = f"""nn.sequential @{net}(%x: {sequence}, %n: tensor<?xi32>) -> tensor<?x?xf32> {{
  %0 = nn.dense %x, {WIDTH} : {sequence} -> {sequence}
  %1 = nn.{name} %0{clauses} lengths(%n) : {sequence}, tensor<?xi32> -> {result}
  %2 = nn.flatten %1 : {result} -> tensor<?x?xf32>
  nn.return %2 : tensor<?x?xf32>
}}
"""
    batch = "?" if is_open else BATCH
    compiled = Compiled(COMPILER, CC, source, net, FOLDER,
                        f"({batch}x{LENGTH}x{WIDTH}xf32,{batch}xi32)",
                        ["--train", "--loss=mse", *FLAGS])
    dense = nn.Linear(WIDTH, WIDTH)
    parameters = [*dense.parameters(), *module.parameters()]
    for index, values in enumerate(parameters):
        assert compiled.set(index, values.detach().numpy()) == 0
    x = np.random.default_rng(number).standard_normal(
        (BATCH, LENGTH, WIDTH)).astype(np.float32)
    for row, length in enumerate(LENGTHS):
        x[row, length:] *= 30
    dense.double(), module.double()
    y = module(dense(torch.from_numpy(x).double()),
               torch.from_numpy(LENGTHS).long()).flatten(1)
    if name == "attention":
        # What rows do not have is computed, and is no one's.
        there = np.repeat(np.arange(LENGTH) < LENGTHS[:, None], WIDTH, 1)
        target = np.where(there, 0.5, y.detach().numpy()).astype(np.float32)
    else:
        target = np.full(y.shape, 0.5, np.float32)
    loss = SCALE * nn.functional.mse_loss(
        y, torch.from_numpy(target).double(), reduction="sum")
    rows = BATCH if is_open else None
    gradients = compiled.check_gradients([words(x), words(LENGTHS)], words(target),
                                         rows, parameters, loss)
    before = gradients.copy()
    for length in (0, LENGTH + 1, -1):
        impossible = LENGTHS.copy()
        impossible[3] = length
        try:
            compiled.add_gradients([words(x), words(impossible)], words(target),
                                   rows, gradients, False)
        except AssertionError:
            assert (gradients == before).all()
            continue
        assert False, f"{name} takes a length of {length}"


def main():
    torch.manual_seed(1)
    for number, layer in enumerate(layers()):
        check(number, *layer, is_open=number % 2 == 1)
    print(f"{number + 1} layers with lengths have PyTorch's gradients")


main()
