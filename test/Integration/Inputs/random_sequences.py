# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares random networks of sequences with PyTorch.

    random_sequences.py COMPILER CC FOLDER [--count N] [--seed S]
                        [--flags=F]... [--openmp=LIBRARY...]

Recurrent layers of all kinds, clauses and sizes stand on one another, and between
dense layers, activations, norms, causal convolutions, sums and concatenations; some
share parameters. Of some networks the length is open, too: those are called with
several. Others are streams, and their sequences are cut at random; under strict
numerics they have the bits of the whole. How
weights are stored, whether numerics are strict and what runs forward are drawn as
for other networks. PyTorch computes in double precision, from weights as they are
stored.
"""

import ctypes

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from nascent_oracle import NativeNetwork
from open_sizes import Network
from random_choices import Choices
from random_layers import Concatenation, Sum, activation
from random_run import run
from recurrent_layers import recurrent
from streams import Stream, feed

UNITS = [1, 2, 3, 5, 8, 9, 12, 16, 17, 20, 24, 31, 32, 40, 64, 65, 100, 160]
FEATURES = [1, 2, 3, 4, 7, 10, 16, 28, 33, 40]
BATCHES = [1, 1, 1, 2, 3, 4, 7, 16, 19]


class Taken(nn.Module):
    """The last step, as a slice."""

    def forward(self, x):
        return x[:, -1:]


class Swapped(nn.Module):
    """Steps and features."""

    def forward(self, x):
        return x.transpose(1, 2)


class Causal(nn.Conv1d):
    """A convolution that reads no later step."""

    def forward(self, x):
        margin = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(F.pad(x, (margin, 0)))


class Value:
    def __init__(self, text, rank, width):
        self.text, self.rank, self.width, self.used = text, rank, width, False


class RandomSequences:
    def __init__(self, rng, name):
        self.rng, self.name = rng, name
        self.batch, self.length = rng.choice(BATCHES), rng.randint(1, 50)
        self.features = rng.choice(FEATURES)
        self.kind = rng.choice(["fixed", "batch", "length", "stream", "stream"])
        self.values = [Value("%x", 3, self.features)]
        self.lines, self.layers = [], []
        rng.choice([self.add_recurrent, self.add_recurrent, self.add_causal])()
        kinds = [self.add_recurrent, self.add_recurrent, self.add_dense,
                 self.add_activation, self.add_norm, self.add_join,
                 self.add_causal]
        if self.kind != "stream":
            kinds.append(self.take_last)
        for _ in range(rng.randint(0, 4)):
            rng.choice(kinds)()
        self.outputs = [i for i, value in enumerate(self.values)
                        if i > 0 and not value.used]

    def type(self, rank, width):
        return "tensor<?x" + "?x" * (rank - 2) + \
            (f"{width}x" if self.rng.random() < 0.6 else "?x") + "f32>"

    def add(self, text, module, sources, rank, width, owns=False, type=None):
        """A layer; `text` begins with its mnemonic and `{}` for its operands."""
        places = ", ".join(self.values[i].text for i in sources)
        types = ", ".join(self.values[i].type if i else "tensor<?x?x?xf32>"
                          for i in sources)
        value = Value(f"%v{len(self.layers)}", rank, width)
        value.type = type or self.type(rank, width)
        self.lines.append(f"  {value.text} = nn.{text.format(places)} : {types} "
                          f"-> {value.type}")
        for i in sources:
            self.values[i].used = True
        self.layers.append((str(len(self.layers)), module, sources, owns))
        self.values.append(value)

    def newest(self, rank=None):
        return max(i for i, value in enumerate(self.values)
                   if value.rank and rank in (None, value.rank))

    def add_recurrent(self):
        rng = self.rng
        source = self.newest(3)
        features = self.values[source].width
        owners = [(name, module) for name, module, _, owns in self.layers
                  if owns and getattr(module, "features", None) == features]
        if owners and rng.random() < 0.3:
            name, module = rng.choice(owners)
            clause, owns = f' tie("{name}")', False
            text = module.text
        else:
            text, module, _ = recurrent(
                rng.choice([nn.LSTM, nn.GRU, nn.RNN]), features,
                rng.choice(UNITS[:12] if len(self.layers) > 2 else UNITS),
                layers=rng.choice([1, 1, 1, 2, 3]),
                bidirectional=self.kind != "stream" and rng.random() < 0.3,
                last=rng.random() < 0.2,
                bias=rng.random() < 0.8, relu=rng.random() < 0.3)
            clause, owns = "", True
            module.text, module.features = text, features
            if rng.random() < 0.2:
                clause += f" in({features})"
        self.add(text + clause, module, [source], 2 if module.last else 3,
                 module.width, owns)

    def add_causal(self):
        rng = self.rng
        source = self.newest(3)
        width, units = self.values[source].width, rng.choice(UNITS[:12])
        groups = rng.choice([g for g in (1, 1, 2, width)
                             if width % g == 0 and units % g == 0] or [1])
        # A stream of kernels of 1 alone would keep nothing.
        kernel = rng.randint(1 if self.layers else 2, 4)
        dilation = rng.randint(1, 5)
        self.add("permute {} dims(0, 2, 1)", Swapped(), [source], 3, width,
                 type=f"tensor<?x{width}x?xf32>")
        swapped = len(self.values) - 1
        self.add(f"conv1d {{}}, {units} kernel({kernel}) dilation({dilation}) "
                 f"groups({groups}) causal",
                 Causal(width, units, kernel, dilation=dilation, groups=groups),
                 [swapped], 3, units, True, f"tensor<?x{units}x?xf32>")
        self.add("permute {} dims(0, 2, 1)", Swapped(), [swapped + 1], 3, units)
        # Their steps are not where others have theirs.
        for value in self.values[swapped:swapped + 2]:
            value.rank = None

    def add_dense(self):
        source = self.newest()
        value = self.values[source]
        units = self.rng.choice(UNITS[:12])
        self.add(f"dense {{}}, {units}", nn.Linear(value.width, units), [source],
                 value.rank, units, True)

    def add_activation(self):
        source = self.newest()
        value = self.values[source]
        text, module = activation(self.rng)
        mnemonic, _, clauses = text.partition(" ")
        self.add(f"{mnemonic} {{}} {clauses}", module, [source], value.rank,
                 value.width)

    def add_norm(self):
        source = self.newest()
        value = self.values[source]
        # More would become of roundings where a row hardly varies.
        self.add("layer_norm {} dims(1) eps(0.01)",
                 nn.LayerNorm(value.width, eps=0.01), [source], value.rank,
                 value.width, True)

    def add_join(self):
        source = self.newest()
        value = self.values[source]
        others = [i for i, other in enumerate(self.values)
                  if other.rank == value.rank]
        other = self.rng.choice(others)
        if self.values[other].width == value.width and self.rng.random() < 0.5:
            return self.add("add {}", Sum(), [source, other], value.rank,
                            value.width)
        axis = value.rank - 1
        self.add(f"concat {{}} axis({axis})", Concatenation(axis), [source, other],
                 value.rank, value.width + self.values[other].width)

    def take_last(self):
        source = self.newest(3)
        width = self.values[source].width
        self.add("slice {} axis(1) start(-1)", Taken(), [source], 3, width)
        taken = self.newest()
        self.add("flatten {}", nn.Flatten(), [taken], 2, width)
        # Of another length than other sequences.
        self.values[taken].rank = None

    def source(self):
        outputs = [self.values[i] for i in self.outputs]
        types = ", ".join(y.type for y in outputs)
        return (f"nn.sequential @{self.name}(%x: tensor<?x?x?xf32>) -> ({types}) "
                "{\n" + "\n".join(self.lines) + "\n  nn.return "
                f"{', '.join(y.text for y in outputs)} : {types}\n}}\n")

    def parameters(self):
        return {f"{name}.{key}": values.detach().numpy().astype(np.float32)
                for name, module, _, owns in self.layers if owns
                for key, values in module.named_parameters()}

    def store(self, parameters):
        """Gives PyTorch's layers these values."""
        with torch.no_grad():
            for name, module, _, owns in self.layers:
                for key, values in module.named_parameters() if owns else ():
                    values.copy_(torch.from_numpy(
                        np.asarray(parameters[f"{name}.{key}"])))

    def expected(self, x):
        values = [torch.from_numpy(x).double()]
        with torch.no_grad():
            for _, module, sources, _ in self.layers:
                module.eval().double()
                values.append(module(*[values[i] for i in sources]))
        largest = max(float(value.abs().max()) for value in values)
        return [values[i].numpy() for i in self.outputs], largest


def rounded(choices, name, values):
    """What is stored of a parameter: matrices may be narrow, norms are not."""
    return choices.rounded(name, values) if values.ndim > 1 else values


def agrees(actual, expected, largest, what):
    agree = True
    for index, (y, wanted) in enumerate(zip(actual, expected)):
        if np.allclose(y, wanted, rtol=1e-4, atol=2e-5 * max(1, largest / 10)):
            continue
        agree = False
        print(what, f"output {index}: off by {np.abs(y - wanted).max()}", sep="\n",
              flush=True)
    return agree


def check_fixed(arguments, abilities, rng, network, choices, flags, generator):
    is_open = network.kind == "batch"
    binding = f"{'?' if is_open else network.batch}x{network.length}x" \
        f"{network.features}xf32"
    x = generator.standard_normal((network.batch, network.length,
                                   network.features)).astype(np.float32)
    what = f"{network.source()}binding {binding}, {' '.join(flags)}"
    parameters = network.parameters()
    stored = {name: rounded(choices, name, values)
              for name, values in parameters.items()}
    network.store(stored)
    expected, largest = network.expected(x)
    try:
        compiled = NativeNetwork(
            arguments.compiler, arguments.cc, network.source(), network.name,
            arguments.folder, binding, flags, libraries=abilities.openmp
            if choices.threads == "openmp" else ())
        if choices.threads == "openmp":
            ctypes.CDLL(abilities.openmp[0]).omp_set_num_threads(choices.team)
        table = compiled.table(len(parameters))
        assert table == [(name, values.shape)
                         for name, values in parameters.items()], table
        read, actual = compiled.answer(
            list(parameters.values()), [x], [y.shape for y in expected],
            network.batch if is_open else None, choices.schedule(compiled.steps))
        compiled.forward_between_fences([x], actual,
                                        network.batch if is_open else None)
        for name, values in zip(parameters, read):
            assert (values == stored[name]).all(), name
    except Exception:
        print(what, flush=True)
        raise
    return agrees(actual, expected, largest, what)


def check_open(arguments, rng, network, choices, flags, generator):
    flags = [flag for flag in flags if not flag.startswith("--threads")]
    binding = f"{network.name}=?x?x{network.features}xf32"
    what = f"{network.source()}binding {binding}, {' '.join(flags)}"
    try:
        compiled = Network(arguments.compiler, arguments.cc, arguments.folder,
                           network.name, network.source(), binding, flags)
        network.store({name: rounded(choices, name, values.numpy())
                       for name, values in compiled.values.items()})
        agree = True
        for length in {1, network.length, rng.randint(1, 50)}:
            x = generator.standard_normal((network.batch, length,
                                           network.features)).astype(np.float32)
            expected, largest = network.expected(x)
            actual = compiled.forward([x], (network.batch, length),
                                      [y.shape for y in expected])
            agree &= agrees(actual, expected, largest,
                            f"{what}\nlength {length}")
    except Exception:
        print(what, flush=True)
        raise
    return agree


def check_stream(arguments, rng, network, choices, flags, generator):
    flags = [flag for flag in flags if not flag.startswith("--threads")]
    lengths = rng.choice([None, [1, *rng.sample(range(2, 20), 2)]])
    binding = f"{network.batch}x{{}}x{network.features}xf32"
    shape = (network.batch, network.length, network.features)
    x = generator.standard_normal(shape).astype(np.float32)
    what = f"{network.source()}binding {binding}, {lengths}, {' '.join(flags)}"
    parameters = network.parameters()
    network.store({name: rounded(choices, name, values)
                   for name, values in parameters.items()})
    expected, largest = network.expected(x)

    def shapes(length):
        return [(y.shape[0], length, *y.shape[2:]) if y.ndim == 3 else y.shape
                for y in expected]

    try:
        stream = Stream(arguments.compiler, arguments.cc, network.source(),
                        network.name, arguments.folder, [binding], lengths,
                        flags)
        stream.set(parameters)
        axes = [1 if y.ndim == 3 else None for y in expected]
        actual = feed(stream, rng, [x], [1], network.length, shapes, axes)
        if choices.strict and not lengths:
            # Open sizes have kernels of their own, with bits of their own.
            stream.reset()
            bits = stream.forward([x], network.length, shapes(network.length))
            assert all((a == b).all() for a, b in zip(actual, bits)), "bits"
        elif choices.strict:
            name = network.name + "_whole"
            whole = NativeNetwork(
                arguments.compiler, arguments.cc,
                network.source().replace(f"@{network.name}(", f"@{name}("), name,
                arguments.folder, binding.format(network.length), flags)
            _, bits = whole.answer(list(parameters.values()), [x],
                                   [y.shape for y in expected])
            assert all((a == b).all() for a, b in zip(actual, bits)), "bits"
    except BaseException:
        print(what, flush=True)
        raise
    return agrees(actual, expected, largest, what)


def check(arguments, abilities, rng, number):
    network = RandomSequences(rng, f"net{number}")
    choices = Choices(rng, abilities, network.kind != "fixed", False)
    # Which convolutions have narrow weights depends on their groups.
    if any(isinstance(module, Causal) for _, module, _, _ in network.layers):
        choices.weights = "f32"
    generator = np.random.default_rng(rng.randrange(2**32))
    flags = [*arguments.flags, *choices.flags()]
    if network.kind == "length":
        return check_open(arguments, rng, network, choices, flags, generator)
    if network.kind == "stream":
        return check_stream(arguments, rng, network, choices, flags, generator)
    return check_fixed(arguments, abilities, rng, network, choices, flags,
                       generator)


if __name__ == "__main__":
    run(__doc__, check, count=100)
