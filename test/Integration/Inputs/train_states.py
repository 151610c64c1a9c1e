# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares gradients of networks that are given states with PyTorch's.

    train_states.py COMPILER CC FOLDER [FLAG...]

States are constants, as PyTorch's are once detached: what truncated backpropagation
through time trains by. The states after the last step are forward's.
"""

import sys

import numpy as np
import torch
from torch import nn

from nascent_oracle import words
from random_gradients import SCALE, Compiled
from recurrent_layers import recurrent

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
BATCH, WIDTH, UNITS = 5, 8, 6
LENGTHS = np.array([4, 7, 1, 6, 7], np.int32)


def cases():
    """A kind, its options, the length, and whether rows have theirs."""
    yield nn.LSTM, {}, 7, False
    yield nn.GRU, {"layers": 2}, 7, False
    yield nn.RNN, {"bidirectional": True}, 7, False
    yield nn.LSTM, {"last": True, "layers": 2}, 7, False
    yield nn.GRU, {}, 1, False
    yield nn.LSTM, {}, 1, False
    yield nn.GRU, {}, 7, True
    yield nn.GRU, {"reset_before": True, "layers": 2}, 7, True
    yield nn.LSTM, {"bidirectional": True, "last": True}, 7, False
    yield nn.LSTM, {"layers": 2}, 7, True


def check(number, kind, options, length, has_lengths, is_open):
    text, module, rank = recurrent(kind, WIDTH, UNITS, gives=True, **options)
    count = 2 if kind is nn.LSTM else 1
    depth = (options.get("layers", 1)
             * (2 if options.get("bidirectional") else 1))
    name, _, clauses = text.partition(" {}")
    names = [f"%s{i}" for i in range(count)]
    sequence, state = "tensor<?x?x?xf32>", f"tensor<?x{depth}x{UNITS}xf32>"
    states = [state] * count
    result = "tensor<?x?xf32>" if rank == 2 else sequence
    arguments = [f"{each}: {state}" for each in names]
    lengths, words_of = ("lengths(%n) ", ["tensor<?xi32>"]) if has_lengths else ("", [])
    if has_lengths:
        arguments.insert(0, "%n: tensor<?xi32>")
    net = f"{name}_{number}"
    results = ", ".join([result, *states])
    source = f"""nn.sequential @{net}(%x: {sequence}, {", ".join(arguments)}) -> ({results}) {{
  %0 = nn.dense %x, {WIDTH} : {sequence} -> {sequence}
  %1:{count + 1} = nn.{name} %0{clauses} {lengths}state({", ".join(names)}) : {", ".join([sequence, *words_of, *states])} -> {results}
  %2 = nn.tanh %1#0 : {result}
  nn.return %2, {", ".join(f"%1#{i + 1}" for i in range(count))} : {results}
}}
"""
    rows = "?" if is_open else BATCH
    binding = [f"{rows}x{length}x{WIDTH}xf32", *[f"{rows}xi32"] * has_lengths,
               *[f"{rows}x{depth}x{UNITS}xf32"] * count]
    compiled = Compiled(COMPILER, CC, source, net, FOLDER,
                        f"({','.join(binding)})",
                        ["--train", "--loss=mse", *FLAGS])
    dense = nn.Linear(WIDTH, WIDTH)
    parameters = [*dense.parameters(), *module.parameters()]
    for index, values in enumerate(parameters):
        assert compiled.set(index, values.detach().numpy()) == 0
    random = np.random.default_rng(number)
    x = random.standard_normal((BATCH, length, WIDTH)).astype(np.float32)
    given = [random.standard_normal((BATCH, depth, UNITS)).astype(np.float32)
             for _ in range(count)]
    dense.double(), module.double()
    y = module(dense(torch.from_numpy(x).double()),
               torch.from_numpy(LENGTHS) if has_lengths else None,
               [torch.from_numpy(each).double() for each in given])[0].tanh()
    target = np.full(y.shape, 0.25, np.float32)
    loss = SCALE * nn.functional.mse_loss(
        y, torch.from_numpy(target).double(), reduction="sum")
    inputs = [words(x), *[words(LENGTHS)] * has_lengths, *map(words, given)]
    compiled.check_gradients(inputs, words(target), BATCH if is_open else None,
                             parameters, loss)


def main():
    torch.manual_seed(1)
    for number, case in enumerate(cases()):
        for is_open in (False, True):
            check(2 * number + is_open, *case, is_open)
    print(f"{number + 1} layers that are given states have PyTorch's gradients")


main()
