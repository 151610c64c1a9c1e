# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's recurrent layers, with one result or all, beside their text."""

import torch
from torch import nn
from torch.nn.utils import rnn


class Recurrent(nn.Module):
    """The names of its parameters are the layer's."""

    def __init__(self, kind, features, units, last=False, gives=False, slope=None,
                 reset_before=False, **options):
        super().__init__()
        self.gives = gives
        self.slope, self.reset_before = slope, reset_before
        layer = kind(features, units, batch_first=True, **options)
        for name, values in layer.named_parameters():
            self.register_parameter(name, values)
        # Of the same parameters; kept out of the modules, whose names it would
        # add to.
        self.layer, self.last = [layer], last
        self.width = units * (2 if layer.bidirectional else 1)

    def forward(self, x, lengths=None, state=None):
        """States have the batch in front, here and in the result."""
        layer, length = self.layer[0], x.shape[1]
        if state is not None:
            state = tuple(s.transpose(0, 1).contiguous() for s in state)
            state = state if len(state) > 1 else state[0]
        if self.slope or self.reset_before:
            y, state = self.compute(x, lengths, state)
        else:
            if lengths is not None:
                x = rnn.pack_padded_sequence(x, lengths.cpu().long(),
                                             batch_first=True, enforce_sorted=False)
            y, state = layer(x, state)
            if lengths is not None:
                y, _ = rnn.pad_packed_sequence(y, batch_first=True,
                                               total_length=length)
        states = state if isinstance(state, tuple) else (state,)
        if self.last:
            h = states[0]
            y = torch.cat(list(h[-2:]), 1) if layer.bidirectional else h[-1]
        return [y, *(s.transpose(0, 1) for s in states)] if self.gives else y

    def gate(self, x):
        return torch.sigmoid(x) if self.slope is None else \
            (self.slope * x + 0.5).clamp(0, 1)

    def step(self, part, x, states):
        """Keras's cells that PyTorch does not have."""
        layer, h = self.layer[0], states[0]
        w_ih, w_hh = (getattr(layer, f"weight_{by}_{part}") for by in ("ih", "hh"))
        b_ih, b_hh = (getattr(layer, f"bias_{by}_{part}") if layer.bias else
                      torch.zeros(len(w_ih)) for by in ("ih", "hh"))
        given, sums = x @ w_ih.T + b_ih, h @ w_hh.T + b_hh
        if isinstance(layer, nn.LSTM):
            i, f, g, o = (given + sums).chunk(4, 1)
            c = self.gate(f) * states[1] + self.gate(i) * g.tanh()
            return self.gate(o) * c.tanh(), c
        units = h.shape[1]
        r, z, n = given.chunk(3, 1)
        r, z = self.gate(r + sums[:, :units]), self.gate(z + sums[:, units:2 * units])
        last = sums[:, 2 * units:] * r
        if self.reset_before:
            last = (r * h) @ w_hh[2 * units:].T + b_hh[2 * units:]
        return (z * h + (1 - z) * (n + last).tanh(),)

    def compute(self, x, lengths, state):
        layer, steps = self.layer[0], range(x.shape[1])
        count = 2 if isinstance(layer, nn.LSTM) else 1
        ways = ("", "_reverse") if layer.bidirectional else ("",)
        if state is None:
            parts = layer.num_layers * len(ways)
            state = [torch.zeros(parts, len(x), layer.hidden_size, dtype=x.dtype)] * count
        elif count == 1:
            state = [state]
        ends = []
        for k in range(layer.num_layers):
            outputs = []
            for way in ways:
                own, found = tuple(s[len(ends)] for s in state), {}
                for t in reversed(steps) if way else steps:
                    there = torch.ones(len(x), 1, dtype=bool) if lengths is None else \
                        (t < lengths)[:, None]
                    new = self.step(f"l{k}{way}", x[:, t], own)
                    own = tuple(torch.where(there, a, b) for a, b in zip(new, own))
                    found[t] = torch.where(there, own[0], torch.zeros_like(own[0]))
                ends.append(own)
                outputs.append(torch.stack([found[t] for t in steps], 1))
            x = torch.cat(outputs, 2)
        state = tuple(torch.stack(parts) for parts in zip(*ends))
        return x, state if count > 1 else state[0]


def recurrent(kind, features, units, layers=1, bidirectional=False, last=False,
              bias=True, relu=False, gives=False, slope=None, reset_before=False):
    """The text of a layer, the module, and the rank of its result."""
    relu = relu and kind is nn.RNN
    slope = slope if kind is not nn.RNN else None
    reset_before = reset_before and kind is nn.GRU
    text = f"{kind.__name__.lower()} {{}}, {units}"
    text += f" layers({layers})" if layers > 1 else ""
    text += " bidirectional" if bidirectional else ""
    text += " last" if last else ""
    text += "" if bias else " no_bias"
    text += " relu" if relu else ""
    text += f" hardsigmoid({slope})" if slope else ""
    text += " reset_before" if reset_before else ""
    options = {"nonlinearity": "relu"} if relu else {}
    module = Recurrent(kind, features, units, last, gives, slope, reset_before,
                       num_layers=layers, bias=bias, bidirectional=bidirectional,
                       **options)
    return text, module, 2 if last else 3
