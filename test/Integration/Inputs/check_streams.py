# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares streams with the whole sequence, as PyTorch computes it and, under
strict numerics, as the same network without --stream does, to the bit.

    check_streams.py COMPILER CC FOLDER [FLAG...] [NAME...]

Each network comes in blocks of an open length and in blocks of three bound ones,
which share a state; what is cut where is drawn.
"""

import random
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from nascent_oracle import NativeNetwork
from positions import Learned, Sinusoidal
from random_layers import Sum
from recurrent_layers import recurrent
from streams import Stream, feed
from window_attention import WindowAttention

COMPILER, CC, FOLDER, *OTHERS = sys.argv[1:]
FLAGS = [flag for flag in OTHERS if flag.startswith("-")]
CHOSEN = [name for name in OTHERS if not name.startswith("-")]
TOTAL, LENGTHS = 40, [1, 3, 8]

torch.manual_seed(1)


class Causal(nn.Module):
    """A convolution with padding before the sequence alone."""

    def __init__(self, channels, out, kernel, dilation=1, groups=1):
        super().__init__()
        layer = nn.Conv1d(channels, out, kernel, dilation=dilation, groups=groups)
        self.weight, self.bias = layer.weight, layer.bias
        self.margin = dilation * (kernel - 1)
        self.options = dict(dilation=dilation, groups=groups)

    def forward(self, x):
        return F.conv1d(F.pad(x, (self.margin, 0)), self.weight, self.bias,
                        **self.options)


def conv(out, kernel, dilation=1, groups=1, options=""):
    """The text of one."""
    text = f"conv1d {{}}, {out} kernel({kernel}) causal"
    text += f" dilation({dilation})" if dilation > 1 else ""
    text += f" groups({groups})" if groups > 1 else ""
    return text + options


class Case:
    """`lines` have a layer each: its text, its operands' numbers (0 is the input,
    1 the first layer), its module, and what its sizes are: "c" before the steps,
    "f" behind, with how many channels or features; "l" has no steps."""

    def __init__(self, name, batch, shape, lines):
        self.name, self.batch, self.shape, self.lines = name, batch, shape, lines

    @staticmethod
    def type(shape):
        kind, width = shape
        return {"c": f"tensor<?x{width}x?xf32>", "f": f"tensor<?x?x{width}xf32>",
                "l": f"tensor<?x{width}xf32>", "i": "tensor<?x?xi32>"}[kind]

    def axis(self, shape):
        return {"c": 2, "f": 1, "l": None, "i": 1}[shape[0]]

    def sizes(self, shape, length):
        kind, width = shape
        return {"c": (self.batch, width, length), "f": (self.batch, length, width),
                "l": (self.batch, width), "i": (self.batch, length)}[kind]

    def source(self, name):
        shapes = [self.shape] + [shape for _, _, _, shape in self.lines]
        text = ""
        for index, (line, operands, _, shape) in enumerate(self.lines):
            values = ", ".join(f"%v{i}" for i in operands)
            types = ", ".join(self.type(shapes[i]) for i in operands)
            text += (f"  %v{index + 1} = nn.{line.format(values)} : {types} -> "
                     f"{self.type(shape)}\n")
        last = self.type(shapes[-1])
        return (f"nn.sequential @{name}(%v0: {self.type(self.shape)}) -> {last} "
                f"{{\n{text}  nn.return %v{len(self.lines)} : {last}\n}}\n")

    def binding(self):
        sizes = self.sizes(self.shape, "{}")
        kind = "i32" if self.shape[0] == "i" else "f32"
        return "x".join(map(str, sizes)) + "x" + kind

    def expected(self, x):
        values = [torch.from_numpy(x)]
        if self.shape[0] == "i":
            values[0] = values[0].long()
        with torch.no_grad():
            for _, operands, module, _ in self.lines:
                values.append(module.eval()(*[values[i] for i in operands]))
        return values[-1].numpy()

    def parameters(self):
        return {f"{index}.{key}": values.detach().numpy().astype(np.float32)
                for index, (_, _, module, _) in enumerate(self.lines)
                for key, values in module.state_dict().items()
                if key != "num_batches_tracked"}


def chain(name, batch, shape, *layers):
    """Layers one after the other: the text, the module, the shape."""
    return Case(name, batch, shape,
                [(text, [index], module, made)
                 for index, (text, module, made) in enumerate(layers)])


def recurrence(kind, features, units, **options):
    text, module, rank = recurrent(kind, features, units, **options)
    return text, module, ("l" if rank == 2 else "f", module.width)


class Transposed(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class Product(nn.Module):
    def forward(self, x, y):
        return x * y


def attention(width, heads, window):
    return (f"attention {{}} heads({heads}) causal window({window})",
            WindowAttention(width, heads, window), ("f", width))


def transformer(width, heads, window, batch):
    """Two layers of a decoder, with norms in front."""
    wide, lines = ("f", width), []
    for _ in range(2):
        into = len(lines)
        text, module, _ = attention(width, heads, window)
        norm = "layer_norm {} dims(1)"
        lines += [
            (norm, [into], nn.LayerNorm(width), wide),
            (text, [into + 1], module, wide),
            ("add {}", [into + 2, into], Sum(), wide),
            (norm, [into + 3], nn.LayerNorm(width), wide),
            (f"dense {{}}, {2 * width}", [into + 4],
             nn.Linear(width, 2 * width), ("f", 2 * width)),
            ("gelu {}", [into + 5], nn.GELU(), ("f", 2 * width)),
            (f"dense {{}}, {width}", [into + 6], nn.Linear(2 * width, width),
             wide),
            ("add {}", [into + 7, into + 3], Sum(), wide)]
    return Case(f"transformer_{batch}", batch, wide, lines)


def wave_net(blocks, channels, batch=1):
    """Residual blocks of dilated convolutions, two of which a gate joins."""
    wide = ("c", channels)
    lines = [(conv(channels, 1), [0], Causal(1, channels, 1), wide)]
    for dilation in blocks:
        into = len(lines)
        dilated = conv(channels, 2, dilation)
        lines += [
            (dilated, [into], Causal(channels, channels, 2, dilation), wide),
            ("tanh {}", [into + 1], nn.Tanh(), wide),
            (dilated, [into], Causal(channels, channels, 2, dilation), wide),
            ("sigmoid {}", [into + 3], nn.Sigmoid(), wide),
            ("mul {}", [into + 2, into + 4], Product(), wide),
            (conv(channels, 1), [into + 5], Causal(channels, channels, 1), wide),
            ("add {}", [into + 6, into], Sum(), wide)]
    lines.append((conv(1, 1), [len(lines)], Causal(channels, 1, 1), ("c", 1)))
    return Case(f"wave_net_{batch}", batch, ("c", 1), lines)


def amplifier():
    text, layer, shape = recurrence(nn.LSTM, 1, 20)
    return Case("amplifier", 1, ("f", 1),
                [(text, [0], layer, shape),
                 ("dense {}, 1", [1], nn.Linear(20, 1), ("f", 1)),
                 ("add {}", [2, 0], Sum(), ("f", 1))])


CASES = [
    amplifier(),
    chain("lstm", 2, ("f", 3), recurrence(nn.LSTM, 3, 12, layers=2)),
    chain("gru", 3, ("f", 4), recurrence(nn.GRU, 4, 9),
          ("dense {}, 5", nn.Linear(9, 5), ("f", 5)),
          ("layer_norm {} dims(1) eps(0.01)", nn.LayerNorm(5, eps=0.01),
           ("f", 5)), recurrence(nn.GRU, 5, 16)),
    chain("reset_before", 2, ("f", 4),
          recurrence(nn.GRU, 4, 9, reset_before=True, slope=0.2, layers=2)),
    chain("rnn", 1, ("f", 2), recurrence(nn.RNN, 2, 7, relu=True, bias=False)),
    chain("spotter", 2, ("f", 10), recurrence(nn.GRU, 10, 24, last=True),
          ("dense {}, 6", nn.Linear(24, 6), ("l", 6)),
          ("softmax {}", nn.Softmax(1), ("l", 6))),
    chain("words", 2, ("i", 30),
          ("embedding {}, 30, 8", nn.Embedding(30, 8), ("f", 8)),
          recurrence(nn.LSTM, 8, 8)),
    chain("causal", 2, ("c", 3), (conv(8, 3), Causal(3, 8, 3), ("c", 8)),
          ("relu {}", nn.ReLU(), ("c", 8)),
          (conv(8, 5, 2, 4), Causal(8, 8, 5, 2, 4), ("c", 8)),
          (conv(8, 4, 3, 8), Causal(8, 8, 4, 3, 8), ("c", 8)),
          ("batch_norm {}", nn.BatchNorm1d(8), ("c", 8)),
          (conv(2, 1), Causal(8, 2, 1), ("c", 2))),
    chain("mixed", 1, ("c", 4), (conv(6, 3), Causal(4, 6, 3), ("c", 6)),
          ("permute {} dims(0, 2, 1)", Transposed(), ("f", 6)),
          recurrence(nn.GRU, 6, 10),
          ("dense {}, 3", nn.Linear(10, 3), ("f", 3))),
    chain("rings", 1, ("c", 3),
          (conv(6, 3, 6), Causal(3, 6, 3, 6), ("c", 6)),
          ("relu {}", nn.ReLU(), ("c", 6)),
          (conv(6, 4, 5, 2), Causal(6, 6, 4, 5, 2), ("c", 6)),
          (conv(6, 2, 30, 6), Causal(6, 6, 2, 30, 6), ("c", 6))),
    chain("attention", 2, ("f", 12), attention(12, 3, 5)),
    chain("itself", 1, ("f", 8), attention(8, 2, 1), attention(8, 2, 16)),
    transformer(16, 4, 7, 1),
    transformer(8, 2, 12, 3),
    # Rows of more than 16 numbers.
    chain("wide", 1, ("f", 21), ("layer_norm {} dims(1)", nn.LayerNorm(21), ("f", 21)),
          ("softmax {}", nn.Softmax(2), ("f", 21)),
          ("dense {}, 36", nn.Linear(21, 36), ("f", 36)), attention(36, 3, 19)),
    transformer(48, 4, 33, 2),
    wave_net([1, 2, 4, 8, 16], 8),
    # Places count on from block to block, as far as the table goes.
    chain("learned", 2, ("f", 12), ("position {} learned(40)", Learned(40, 12), ("f", 12)),
          attention(12, 3, 5)),
    chain("sinusoidal", 3, ("f", 9), ("position {} sinusoidal", Sinusoidal(), ("f", 9))),
    Case("places", 1, ("i", 30),
         [("embedding {}, 30, 16", [0], nn.Embedding(30, 16), ("f", 16)),
          ("position {} learned(57)", [1], Learned(57, 16), ("f", 16)),
          ("position {} sinusoidal", [1], Sinusoidal(), ("f", 16)),
          ("add {}", [2, 3], Sum(), ("f", 16)),
          attention(16, 4, 9)[:1] + ([4],) + attention(16, 4, 9)[1:],
          ("position {} learned(64)", [5], Learned(64, 16), ("f", 16))]),
    wave_net([1, 3], 5, batch=3),
    # Batches that are computed some rows at a time.
    chain("rows_lstm", 130, ("f", 3), recurrence(nn.LSTM, 3, 24)),
    chain("rows_causal", 300, ("c", 3), (conv(16, 3), Causal(3, 16, 3), ("c", 16)),
          ("relu {}", nn.ReLU(), ("c", 16)),
          (conv(4, 2, 3), Causal(16, 4, 2, 3), ("c", 4))),
]


def check(case, rng):
    generator = np.random.default_rng(1)
    shape = case.sizes(case.shape, TOTAL)
    x = (generator.integers(0, case.shape[1], shape).astype(np.int32)
         if case.shape[0] == "i"
         else generator.standard_normal(shape).astype(np.float32))
    wanted = case.expected(x)
    made = case.lines[-1][-1]

    def run(name, flags, lengths):
        stream = Stream(COMPILER, CC, case.source(name), name, FOLDER,
                        [case.binding()], lengths, flags)
        stream.set(case.parameters())
        results = [feed(stream, rng, [x], [case.axis(case.shape)], TOTAL,
                        lambda length: [case.sizes(made, length)],
                        [case.axis(made)])[0] for _ in range(2)]
        assert lengths or (stream.refuses(0) and stream.refuses(-5))
        if case.name == "learned":
            assert stream.refuses(lengths[0] if lengths else 1)
        return results

    for lengths, kind in ((LENGTHS, "bound"), (None, "open")):
        name = f"{case.name}_{kind}"
        for y in run(name, FLAGS, lengths):
            off = np.abs(y - wanted).max()
            assert off < 1e-4, (name, off)
        strict = ["--numerics=strict", *FLAGS]
        whole = NativeNetwork(COMPILER, CC, case.source(name + "_whole"),
                              name + "_whole", FOLDER,
                              case.binding().format(TOTAL), strict)
        for index, values in enumerate(case.parameters().values()):
            assert whole.set(index, values) == 0
        bits = whole.forward([x], [case.sizes(made, TOTAL)])[0].tobytes()
        for y in run(name + "_strict", strict, lengths):
            assert y.tobytes() == bits, f"{name}: other bits"
    print(f"{case.name}: agrees", flush=True)


if __name__ == "__main__":
    for case in CASES:
        if not CHOSEN or case.name in CHOSEN:
            check(case, random.Random(case.name))
