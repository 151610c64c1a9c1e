# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares layers of sequences, alone and in networks, with PyTorch.

    sequence_networks.py COMPILER CC FOLDER [FLAG...]

Every network is compiled for one sequence, several, and an open batch.
"""

import math
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from nascent_oracle import NativeNetwork, in_turn

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
GROUPS = {}
# What networks may have as a block.
WORDS = """\
nn.sequential private @words(%x: tensor<?x?xi32>) -> tensor<?x?x12xf32> {
  %0 = nn.embedding %x, 30, 12 name("table") : tensor<?x?xi32> -> tensor<?x?x12xf32>
  %1 = nn.tanh %0 : tensor<?x?x12xf32>
  nn.return %1 : tensor<?x?x12xf32>
}
"""


def network(group, arguments, result, body, *rows):
    """Registers what computes the answer from the parameters and the inputs,
    whose rows have the shapes given; those of indices, with the number of these
    in front."""
    def register(function):
        GROUPS.setdefault(group, []).append(
            (arguments, result, body, rows, function))
        return function
    return register


def chain(group, lines, types, *rows):
    """The same of layers one after the other: `lines` without operands."""
    body, value = "", "%x"
    for index, (line, (given, made)) in enumerate(
            zip(lines, zip(types, types[1:]))):
        name, _, rest = line.partition(" ")
        comma = ", " if rest[:1].isdigit() else " "
        body += (f"  %{index} = nn.{name} {value}{comma}{rest} : "
                 f"{given} -> {made}\n")
        value = f"%{index}"
    body += f"  nn.return {value} : {types[-1]}\n"
    return network(group, f"%x: {types[0]}", types[-1], body, *rows)


def f32(*sizes):
    return f"tensor<{'x'.join(map(str, ('?', *sizes)))}xf32>"


def attention(p, x, prefix, heads, causal=False, window=None):
    """nn.MultiheadAttention on itself."""
    width = x.shape[-1]
    layer = nn.MultiheadAttention(
        width, heads, bias=prefix + "in_proj_bias" in p, batch_first=True)
    layer.load_state_dict({name[len(prefix):]: values
                           for name, values in p.items()
                           if name.startswith(prefix)})
    layer.to(x.dtype)
    length = x.shape[1]
    mask = torch.triu(torch.full((length, length), -math.inf, dtype=x.dtype),
                      1) if causal else None
    if window:
        mask += torch.tril(torch.full_like(mask, -math.inf), -window)
    return layer(x, x, x, attn_mask=mask, need_weights=False)[0]


def add_reductions():
    for size, dims in (((9, 17), (1,)), ((9, 17), (2,)), ((21,), (1,)),
                       ((5, 6, 33), (1, 2)), ((5, 6, 33), (1, 3)),
                       ((5, 6, 33), (-1,)), ((3, 40, 5), (2,)),
                       ((70, 100), (1,))):
        rank = len(size) + 1
        gone = [dim % rank for dim in dims]
        kept = [n for place, n in enumerate(size, 1) if place not in gone]
        text = ", ".join(map(str, dims))
        for name in ("mean", "max"):
            def answer(p, x, name=name, dims=dims):
                return x.mean(dims) if name == "mean" else x.amax(dims)
            chain("reductions", [f"{name}_over dims({text})"],
                  [f32(*size), f32(*kept)], size)(answer)

    # Channels are where they were, behind a convolution and before one.
    @chain("reductions", ["conv1d 24 kernel(3)", "relu", "max_over dims(2)",
                          "dense 5"],
           [f32(7, 30), f32(24, 28), f32(24, 28), f32(24), f32(5)], (7, 30))
    def text_pooling(p, x):
        x = F.relu(F.conv1d(x, p["0.weight"], p["0.bias"])).amax(2)
        return F.linear(x, p["3.weight"], p["3.bias"])

    @chain("reductions", ["conv2d 10 kernel(3)", "mean_over dims(3)",
                          "conv1d 6 kernel(2)", "mean_over dims(-1)"],
           [f32(3, 9, 8), f32(10, 7, 6), f32(10, 7), f32(6, 6), f32(6)],
           (3, 9, 8))
    def lines(p, x):
        x = F.conv2d(x, p["0.weight"], p["0.bias"]).mean(3)
        return F.conv1d(x, p["2.weight"], p["2.bias"]).mean(-1)


def add_causal():
    for kernel, dilation, stride in ((2, 1, 1), (3, 2, 1), (3, 8, 1),
                                     (4, 1, 2), (1, 1, 1)):
        made = (40 + stride - 1) // stride

        @chain("causal convolutions",
               [f"conv1d 19 kernel({kernel}) dilation({dilation}) "
                f"stride({stride}) causal", "tanh"],
               [f32(6, 40), f32(19, made), f32(19, made)], (6, 40))
        def one(p, x, kernel=kernel, dilation=dilation, stride=stride):
            x = F.pad(x, ((kernel - 1) * dilation, 0))
            return torch.tanh(F.conv1d(x, p["0.weight"], p["0.bias"], stride,
                                       0, dilation))

    @chain("causal convolutions",
           ["conv1d 16 kernel(2) causal", "relu",
            "conv1d 16 kernel(2) dilation(2) groups(4) causal", "relu",
            "conv1d 16 kernel(2) dilation(4) groups(16) causal"],
           [f32(3, 25)] + [f32(16, 25)] * 5, (3, 25))
    def stack(p, x):
        for layer, (dilation, groups) in zip((0, 2, 4),
                                             ((1, 1), (2, 4), (4, 16))):
            x = F.conv1d(F.pad(x, (dilation, 0)), p[f"{layer}.weight"],
                         p[f"{layer}.bias"], 1, 0, dilation, groups)
            x = F.relu(x) if layer < 4 else x
        return x


def add_embeddings():
    for shape, entries, width in (((7,), 11, 16), ((12,), 1000, 70),
                                  ((), 5, 3), ((3, 4), 20, 33),
                                  ((9,), 8, 1)):
        given = "tensor<" + "x".join(map(str, ("?", *shape))) + "xi32>"

        @chain("embeddings", [f"embedding {entries}, {width}"],
               [given, f32(*shape, width)], (entries, *shape))
        def one(p, x):
            return F.embedding(x, p["0.weight"])

    @network("embeddings", "%x: tensor<?x9xi32>, %z: tensor<?x9xf32>",
             f32(6), """\
  %0 = nn.embedding %x, 50, 24 padding_index(0) : tensor<?x9xi32> -> tensor<?x9x24xf32>
  %1 = nn.relu %0 : tensor<?x9x24xf32>
  %2 = nn.dense %1, 9 : tensor<?x9x24xf32> -> tensor<?x9x9xf32>
  %3 = nn.max_over %2 dims(2) : tensor<?x9x9xf32> -> tensor<?x9xf32>
  %4 = nn.add %3, %z : tensor<?x9xf32>
  %5 = nn.dense %4, 6 : tensor<?x9xf32> -> tensor<?x6xf32>
  nn.return %5 : tensor<?x6xf32>
""", (50, 9), (9,))
    def classifier(p, x, z):
        x = F.relu(F.embedding(x, p["0.weight"]))
        x = F.linear(x, p["2.weight"], p["2.bias"]).amax(2) + z
        return F.linear(x, p["5.weight"], p["5.bias"])


    # A block whose input are indices, used for two sequences of them.
    @network("embeddings",
             "%x: tensor<?x7xi32>, %z: tensor<?x4xi32>", f32(11, 5), """\
  %0 = nn.block @words(%x) name("words") : tensor<?x7xi32> -> tensor<?x7x12xf32>
  %1 = nn.block @words(%z) name("other") tie("words") : tensor<?x4xi32> -> tensor<?x4x12xf32>
  %2 = nn.concat %0, %1 axis(1) : tensor<?x7x12xf32>, tensor<?x4x12xf32> -> tensor<?x11x12xf32>
  %3 = nn.dense %2, 5 : tensor<?x11x12xf32> -> tensor<?x11x5xf32>
  nn.return %3 : tensor<?x11x5xf32>
""", (30, 7), (30, 4))
    def blocks(p, x, z):
        words = torch.cat([F.embedding(part, p["words.table.weight"])
                           for part in (x, z)], 1)
        return F.linear(torch.tanh(words), p["3.weight"], p["3.bias"])


def add_attentions():
    for length, width, heads, causal, bias in (
            (5, 16, 2, False, True), (1, 8, 1, False, True),
            (17, 24, 3, True, True), (33, 32, 8, True, False),
            (16, 64, 4, False, False), (40, 20, 5, True, True)):
        words = f"attention heads({heads})" + " causal" * causal + \
            " no_bias" * (not bias)

        @chain("attentions", [words], [f32(length, width)] * 2,
               (length, width))
        def one(p, x, heads=heads, causal=causal):
            return attention(p, x, "0.", heads, causal)

    for length, width, heads, window in ((12, 16, 2, 5), (7, 8, 2, 1),
                                         (9, 24, 3, 9), (6, 8, 1, 40)):
        words = f"attention heads({heads}) causal window({window})"

        @chain("attentions", [words], [f32(length, width)] * 2,
               (length, width))
        def in_window(p, x, heads=heads, window=window):
            return attention(p, x, "0.", heads, True, window)

    @network("attentions", f"%x: {f32(10, 32)}", f32(10, 32), """\
  %0 = nn.layer_norm %x : tensor<?x10x32xf32>
  %1 = nn.attention %0 heads(4) causal name("self_attn") : tensor<?x10x32xf32>
  %2 = nn.add %x, %1 : tensor<?x10x32xf32>
  %3 = nn.dense %2, 64 name("linear1") : tensor<?x10x32xf32> -> tensor<?x10x64xf32>
  %4 = nn.gelu %3 : tensor<?x10x64xf32>
  %5 = nn.dense %4, 32 name("linear2") : tensor<?x10x64xf32> -> tensor<?x10x32xf32>
  %6 = nn.add %2, %5 : tensor<?x10x32xf32>
  nn.return %6 : tensor<?x10x32xf32>
""", (10, 32))
    def block(p, x):
        x = x + attention(p, F.layer_norm(x, (32,), p["0.weight"],
                                          p["0.bias"]), "self_attn.", 4, True)
        y = F.gelu(F.linear(x, p["linear1.weight"], p["linear1.bias"]))
        return x + F.linear(y, p["linear2.weight"], p["linear2.bias"])


def sinusoids(length, width):
    """As the book has it."""
    place = torch.arange(length, dtype=torch.float64).reshape(-1, 1)
    rates = place / 10000 ** (
        torch.arange(0, width, 2, dtype=torch.float64) / width)
    table = torch.zeros(length, width, dtype=torch.float64)
    table[:, 0::2] = torch.sin(rates)
    table[:, 1::2] = torch.cos(rates)[:, :width // 2]
    return table


def add_positions():
    for length, width, most in ((9, 21, 9), (20, 32, 512), (1, 3, 2)):
        @chain("positions", [f"position learned({most})"],
               [f32(length, width)] * 2, (length, width))
        def learned(p, x):
            return x + p["0.weight"][:x.shape[1]]
    for length, width in ((9, 21), (40, 32), (100, 6)):
        @chain("positions", ["position sinusoidal"],
               [f32(length, width)] * 2, (length, width))
        def sinusoidal(p, x):
            return x + sinusoids(*x.shape[1:])


def draw(batch, types, rows):
    inputs = []
    for kind, row in zip(types, rows):
        if "i32" in kind:
            inputs.append(torch.randint(0, row[0], (batch, *row[1:])))
        else:
            inputs.append(torch.randn(batch, *row))
    return inputs


def bindings(batch, types, rows):
    sizes = [row[1:] if "i32" in kind else row
             for kind, row in zip(types, rows)]
    texts = ["x".join(map(str, (batch, *size))) +
             ("xi32" if "i32" in kind else "xf32")
             for kind, size in zip(types, sizes)]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def parameter(name, shape):
    """Values with which no sum is much greater than what it is of."""
    terms = math.prod(shape[1:]) if len(shape) > 1 else 4
    return np.random.default_rng(len(name)).normal(
        0, terms ** -0.5, shape).astype(np.float32)


def check(number, arguments, result, body, rows, function):
    types = [argument.split(": ")[1] for argument in arguments.split(", %")]
    source = (f"{WORDS}nn.sequential @net({arguments}) -> {result} {{\n{body}}}\n")
    batches = [(1, False), (5, False), (19, True)]
    for batch, is_open in in_turn(batches, number, FLAGS):
        own = os.path.join(FOLDER, f"{number}-{batch}")
        os.makedirs(own)
        net = NativeNetwork(COMPILER, CC, source, "net", own,
                            bindings("?" if is_open else batch, types, rows),
                            FLAGS)
        count = 0
        while "net_set_range" in net.header and net.has(count):
            count += 1
        table = net.table(count) if count else []
        values = [parameter(*each) for each in table]
        named = {name: torch.tensor(array).double()
                 for (name, _), array in zip(table, values)}
        inputs = draw(batch, types, rows)
        with torch.no_grad():
            wanted = function(named, *(
                x.double() if x.is_floating_point() else x
                for x in inputs)).numpy()
        schedule = [(step, part, 3) for step in range(net.steps)
                    for part in (2, 0, 1)]
        inputs = [x.numpy() for x in inputs]
        _, (actual,) = net.answer(values, inputs, [wanted.shape],
                                  batch if is_open else None, schedule)
        narrow = any("weights" in flag for flag in FLAGS)
        tolerance = (0.05, 0.05) if narrow else (1e-4, 1e-5)
        # Not a number is no agreement either.
        assert np.allclose(actual, wanted, *tolerance), \
            f"{source}batch {batch}: off by {np.abs(actual - wanted).max()}"
        net.forward_between_fences(inputs, [actual],
                                   batch if is_open else None)
        verify_refused(net, types, rows, inputs, wanted.shape,
                       batch if is_open else None)


def verify_refused(net, types, rows, inputs, shape, batch):
    """An index that there is not is refused, and nothing is written."""
    for place, (kind, row) in enumerate(zip(types, rows)):
        if "i32" not in kind:
            continue
        for index in (-1, row[0], 2**31 - 1, -2**31):
            wrong = [x.copy() for x in inputs]
            wrong[place].reshape(-1)[-1] = index
            before = np.full(shape, 7.0, np.float32)
            assert net.refuses(wrong, before, batch), index
            # Steps do not look, and read nothing outside all the same.
            if net.steps:
                net.forward(wrong, [shape], batch,
                            [(step, 0, 1) for step in range(net.steps)])
            assert (before == 7.0).all(), "an output was written"
        assert not net.refuses(inputs, before, batch)


def main():
    torch.manual_seed(3)
    for add in (add_reductions, add_causal, add_embeddings, add_attentions,
                add_positions):
        add()
    number = 0
    for group, networks in GROUPS.items():
        for case in networks:
            check(number, *case)
            number += 1
        print(f"{group} agree with PyTorch")


if __name__ == "__main__":
    main()
