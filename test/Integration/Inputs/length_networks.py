# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares sequences of unequal lengths, and states in and out, with PyTorch.

    length_networks.py COMPILER CC FOLDER [FLAG...]

Every network is compiled for a fixed batch, for an open one, and for an open length,
too. What is behind a row's length is NaN, wherever that must not matter; lengths that
cannot be are refused.
"""

import os
import sys

import numpy as np
import torch
from torch import nn

from masked_layers import Attention, MaxOver, MeanOver
from nascent_oracle import NativeNetwork, in_turn
from open_sizes import Network
from recurrent_layers import recurrent

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
LENGTH, FEATURES = 9, 6


class Model:
    """A layer on x, of rows of lengths n, from states on if there are any."""

    def __init__(self, text, module, rank, width, states=0, given=False):
        self.text, self.module, self.states = text, module.double().eval(), states
        self.given = states if given else 0
        self.results = [f"tensor<?x{'?x' * (rank - 2)}{width}xf32>"]
        self.count = getattr(module, "count", 0)
        self.units = getattr(module, "units", 0)
        self.state = f"tensor<?x{self.count}x{self.units}xf32>"

    def source(self, name):
        inputs = ["%x: tensor<?x?x?xf32>", "%n: tensor<?xi32>"]
        inputs += [f"%s{i}: {self.state}" for i in range(self.given)]
        clause = f" state({', '.join(f'%s{i}' for i in range(self.given))})" \
            if self.given else ""
        results = self.results + [self.state] * self.states
        names = [f"%y{i}" for i in range(len(results))]
        types = ["tensor<?x?x?xf32>", "tensor<?xi32>"] + [self.state] * self.given
        return (f"nn.sequential @{name}({', '.join(inputs)}) -> "
                f"({', '.join(results)}) {{\n  {', '.join(names)} = nn."
                f"{self.text.format('%x')} lengths(%n){clause} : "
                f"{', '.join(types)} -> {', '.join(results)}\n  nn.return "
                f"{', '.join(names)} : {', '.join(results)}\n}}\n")

    def binding(self, batch, length):
        texts = [f"{batch}x{length}x{FEATURES}xf32", f"{batch}xi32"]
        texts += [f"{batch}x{self.count}x{self.units}xf32"] * self.given
        return f"({', '.join(texts)})"

    def draw(self, generator, batch, length):
        x = generator.standard_normal((batch, length, FEATURES))
        n = generator.integers(1, length + 1, batch).astype(np.int32)
        states = [generator.standard_normal((batch, self.count, self.units))
                  for _ in range(self.given)]
        if not isinstance(self.module, Attention):
            x[np.arange(length)[None] >= n[:, None]] = np.nan
        return [x.astype(np.float32), n, *(s.astype(np.float32) for s in states)]

    def expected(self, inputs):
        x, n, *states = [torch.from_numpy(x) for x in inputs]
        x = torch.nan_to_num(x).double()
        more = {"state": [s.double() for s in states]} if states else {}
        with torch.no_grad():
            y = self.module(x, lengths=n, **more)
        return [each.numpy() for each in (y if isinstance(y, list) else [y])]


def models():
    for kind, states in ((nn.LSTM, 2), (nn.GRU, 1), (nn.RNN, 1)):
        for layers, bidirectional, last, given in (
                (1, False, False, False), (1, True, True, True),
                (2, True, False, True), (2, False, True, False)):
            text, module, rank = recurrent(
                kind, FEATURES, 5, layers, bidirectional, last, gives=True)
            module.count, module.units = layers * (2 if bidirectional else 1), 5
            yield Model(text, module, rank, module.width, states, given)
    text, module, rank = recurrent(nn.GRU, FEATURES, 5, 2, True, gives=True, slope=0.2,
                                   reset_before=True)
    module.count, module.units = 4, 5
    yield Model(text, module, rank, module.width, 1, True)
    for causal in (False, True):
        yield Model("attention {} heads(3)" + " causal" * causal,
                    Attention(FEATURES, 3, causal), 3, FEATURES)
    yield Model("mean_over {} dims(1)", MeanOver(), 2, FEATURES)
    yield Model("max_over {} dims(-2)", MaxOver(), 2, FEATURES)


def impossible(inputs, length):
    for wrong in (0, -1, length + 1, 2**31 - 1, -2**31):
        lengths = inputs[1].copy()
        lengths[-1] = wrong
        yield [inputs[0], lengths, *inputs[2:]]


def compare(actual, expected, what):
    for y, wanted in zip(actual, expected):
        np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=2e-6, err_msg=what)


def check(number, model):
    generator = np.random.default_rng(number)
    parameters = [values.detach().numpy().astype(np.float32)
                  for values in model.module.parameters()]
    with torch.no_grad():
        for own, values in zip(model.module.parameters(), parameters):
            own.copy_(torch.from_numpy(values))
    batches = [(1, False), (7, False), (21, True)]
    for batch, is_open in in_turn(batches, number, FLAGS):
        name = f"net{number}_{batch}"
        count = batch if is_open else None
        net = NativeNetwork(COMPILER, CC, model.source(name), name, FOLDER,
                            model.binding(count and "?" or batch, LENGTH), FLAGS)
        inputs = model.draw(generator, batch, LENGTH)
        expected = model.expected(inputs)
        _, actual = net.answer(
            parameters, inputs, [y.shape for y in expected], count,
            [(step, part, 3) for step in range(net.steps) for part in (2, 0, 1)])
        compare(actual, expected, model.source(name))
        net.forward_between_fences(inputs, actual, count)
        for wrong in impossible(inputs, LENGTH):
            outputs = [np.full_like(y, 7.0) for y in actual]
            assert net.refuses(wrong, outputs, count), wrong[1]
            assert all((y == 7.0).all() for y in outputs), "wrote"
    name = f"net{number}_length"
    net = Network(COMPILER, CC, FOLDER, name, model.source(name),
                  f"{name}={model.binding('?', '?')}",
                  [flag for flag in FLAGS if not flag.startswith("--threads")])
    with torch.no_grad():
        for own, values in zip(model.module.parameters(), net.values.values()):
            own.copy_(values)
    for batch, length in ((1, 1), (3, 4), (6, 20)):
        inputs = model.draw(generator, batch, length)
        expected = model.expected(inputs)
        shapes = [y.shape for y in expected]
        compare(net.forward(inputs, (batch, length), shapes), expected,
                f"{model.source(name)}{batch}, {length}")
        for wrong in impossible(inputs, length):
            assert net.forward(wrong, (batch, length), shapes, True) is None
        # A sequence has a step.
        assert net.forward(inputs, (batch, 0), shapes) is None


def main():
    torch.manual_seed(1)
    count = 0
    for count, model in enumerate(models(), 1):
        check(count, model)
    print(f"{count} networks agree with PyTorch")


if __name__ == "__main__":
    main()
