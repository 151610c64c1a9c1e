# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares random compiled networks with PyTorch.

    random_networks.py COMPILER CC FOLDER [--count N] [--seed S]
                       [--flags=F]... [--openmp=LIBRARY...] [--run=COMMAND]

Each network has a random depth, widths (odd and prime ones included),
activations, ranks and batch (1 included; fixed or open). Layers are named or
not and may be tied; values are added, multiplied, concatenated and taken apart;
a value may be used more than once; there may be two inputs and several outputs; any size in the text may be left as `?` for inference. A
few are so large that sums and rows are computed in blocks. How weights are
stored, whether numerics are strict, what runs forward, and plans of dense
layers are drawn, too, from what the target can do.

PyTorch's weights are set into the compiled network and the outputs compared
with those of the same PyTorch model in double precision, so that one side only
rounds, at rtol 1.3e-6·√K (PyTorch's own f32 rtol, scaled with the longest sum
K) and atol 1e-5, of sums of over a hundred terms, which may cancel, 1e-6·√K, and
1e-7 of the largest value in the network where that exceeds 100. Where
weights are stored narrow, PyTorch's are rounded first.
Forward by steps must give the same bits. The parameter table must have
PyTorch's names and shapes.
"""

import ctypes
import math

import numpy as np
import torch

from nascent_oracle import EmulatedNetwork, NativeNetwork
from random_choices import Choices, random_plan
from random_layers import Concatenation, Product, Slice, Sum, activation
from random_run import run

WIDTHS = [1, 2, 3, 4, 5, 7, 8, 10, 13, 15, 16, 17, 20, 31, 32, 33, 48, 61, 63,
          64, 65, 77, 100, 127, 128, 129, 131, 200, 256, 300]
BATCHES = [1, 2, 3, 4, 5, 7, 8, 13, 14, 15, 16, 17, 29, 31, 64]
OUTER = [1, 2, 3, 5]
# Batches and input widths of large networks: they take sums, rows or both in
# blocks, on one target or another.
LARGE = [(1, 4100), (1, 17000), (2, 5000), (3, 17000), (64, 1024), (64, 17000),
         (130, 4100), (600, 1024), (600, 4100), (600, 5000)]
NAMES = ["fc", "block 0.1", "head", "a-b", "ün", "out.x", "Dense"]


class Value:
    """An SSA value: its text, its rows' shape, its type as written."""

    def __init__(self, text, shape, type_text):
        self.text, self.shape, self.type = text, shape, type_text
        self.used = False


class Layer:
    def __init__(self, name, sources, module, owns):
        self.name, self.sources, self.module = name, sources, module
        self.owns = owns


class RandomNetwork:
    """The first layer of a large network has at most `most_work`
    multiply-adds."""

    def __init__(self, rng, name, abilities, most_work):
        self.rng, self.name = rng, name
        self.large = rng.random() < 0.1
        self.batch = rng.choice(BATCHES)
        if self.large:
            self.batch, width = rng.choice(LARGE)
        self.is_open = rng.random() < (0.15 if self.large else 0.35)
        self.choices = Choices(rng, abilities, self.is_open, self.large)
        self.longest = 1
        self.layers, self.lines = [], []
        two = not self.large and rng.random() < 0.15
        self.inputs = []
        self.row_shapes = []
        for index in range(2 if two else 1):
            row = [width] if self.large else self.random_row()
            self.row_shapes.append(row)
            # One input is bound by an option; the types of two are written out.
            batch = "?" if self.is_open else str(self.batch)
            written = (self.full_type(row, batch) if two
                       else self.type_of(row, 0.5))
            self.inputs.append(Value(f"%x{index}", row, written))
        self.binding = None
        if not two:
            batch = rng.choice(["?", "-1"]) if self.is_open else self.batch
            self.binding = "x".join(
                [str(batch)] + [str(size) for size in row] + ["f32"])
        self.values = list(self.inputs)
        if self.large:
            most = max(1, most_work // (self.batch * width))
            self.add_layer(rng.choice([units for units in WIDTHS
                                       if units <= most][-10:]))
        for _ in range(rng.choice([1, 1, 2, 3, 4, 5, 6, 8])):
            self.add_layer()
        self.choose_outputs()

    def random_row(self):
        outer = [self.rng.choice(OUTER)
                 for _ in range(self.rng.choice([0, 0, 0, 1, 2]))]
        return outer + [self.rng.choice(WIDTHS)]

    def full_type(self, shape, batch):
        sizes = [batch] + [str(size) for size in shape]
        return "tensor<" + "x".join(sizes) + "xf32>"

    def type_of(self, shape, unknown):
        batch = "?"
        if not self.is_open and self.rng.random() > 0.8:
            batch = str(self.batch)
        sizes = ["?" if self.rng.random() < unknown else size for size in shape]
        return self.full_type(sizes, batch)

    def choose_name(self):
        """A layer's name and the clause that gives it."""
        free = [name for name in NAMES
                if name not in [layer.name for layer in self.layers]]
        if free and self.rng.random() < 0.25:
            name = self.rng.choice(free)
            return name, f' name("{name}")'
        return str(len(self.layers)), ""

    def choose_join(self, source):
        """Of a join: its operands, the first or any of which is `source`, its
        text, its module and the shape of its result."""
        rng = self.rng
        kind = rng.choice(["add", "mul", "concat", "concat"])
        rank = len(source.shape)
        axis = rng.randint(1, rank)

        def fits(value):
            kept = [size for dim, size in enumerate(value.shape)
                    if kind != "concat" or dim != axis - 1]
            wanted = [size for dim, size in enumerate(source.shape)
                      if kind != "concat" or dim != axis - 1]
            return len(value.shape) == rank and kept == wanted

        others = [value for value in self.values if fits(value)]
        operands = [source] + [rng.choice(others)
                               for _ in range(rng.choice([1, 1, 1, 2, 3]))]
        rng.shuffle(operands)
        if kind == "add":
            return operands, "add", Sum(), source.shape
        if kind == "mul":
            return operands, "mul", Product(), source.shape
        shape = list(source.shape)
        shape[axis - 1] = sum(x.shape[axis - 1] for x in operands)
        written = rng.choice([axis, axis - rank - 1])
        return (operands, f"concat axis({written})", Concatenation(axis),
                shape)

    def choose_slice(self, source):
        """A slice's text, its module and the shape of its result."""
        rng = self.rng
        rank = len(source.shape)
        axis = rng.randint(1, rank)
        size = source.shape[axis - 1]
        start = rng.randrange(size)
        end = rng.randint(start + 1, size)
        shape = list(source.shape)
        shape[axis - 1] = end - start
        text = f"slice axis({rng.choice([axis, axis - rank - 1])})"
        if start > 0 or rng.random() < 0.5:
            written = start if start == 0 else rng.choice([start, start - size])
            text += f" start({written})"
        if end < size or rng.random() < 0.5:
            written = end if end == size else rng.choice([end, end - size])
            text += f" end({written})"
        return text, Slice(axis, start, end), shape

    def add_layer(self, units=None):
        """Adds a layer of any kind; a dense one where it is told its units."""
        rng = self.rng
        source = self.values[-1]
        if rng.random() < 0.15:
            source = rng.choice(self.values)
        name, clause = self.choose_name()
        kind = "dense" if units else rng.choice(
            ["dense", "dense", "dense", "dense", "activation", "activation",
             "activation", "flatten", "join", "join", "slice"])
        owns = False
        operands = [source]
        if kind == "join":
            operands, operator, module, shape = self.choose_join(source)
            mnemonic, _, clauses = operator.partition(" ")
            text = mnemonic + " {}" + (" " + clauses if clauses else "")
        elif kind == "slice":
            operator, module, shape = self.choose_slice(source)
            mnemonic, _, clauses = operator.partition(" ")
            text = mnemonic + " {} " + clauses
        elif kind == "flatten" and len(source.shape) > 1:
            start = rng.randint(1, len(source.shape))
            kept, merged = source.shape[:start - 1], source.shape[start - 1:]
            shape = kept + [int(np.prod(merged))]
            module = torch.nn.Flatten(start)
            text = "flatten {}" + ("" if start == 1 else f" start({start})")
        elif kind == "activation":
            shape = source.shape
            operator, module = activation(rng)
            mnemonic, _, clauses = operator.partition(" ")
            text = mnemonic + " {}" + (" " + clauses if clauses else "")
        else:
            owners = [layer for layer in self.layers if layer.owns and
                      layer.module.in_features == source.shape[-1]]
            if owners and rng.random() < 0.5:
                owner = rng.choice(owners)
                module = owner.module
                clause += f' tie("{owner.name}")'
            else:
                owns = True
                module = torch.nn.Linear(source.shape[-1],
                                         units or rng.choice(WIDTHS),
                                         bias=rng.random() < 0.8)
            units = module.out_features
            if module.bias is None:
                clause = " no_bias" + clause
            if rng.random() < 0.2:
                clause += f" in({module.in_features})"
            clause += random_plan(rng, self.choices.strict)
            self.longest = max(self.longest, module.in_features)
            shape = source.shape[:-1] + [units]
            text = f"dense {{}}, {units}"
        types = [operand.type for operand in operands]
        if len(types) > 1 and len(set(types)) == 1 and rng.random() < 0.5:
            types = types[:1]
        keeps = (isinstance(module, (Sum, Product)) or kind == "activation") \
            and len(set(types)) == 1 and rng.random() < 0.7
        result = source.type if keeps else self.type_of(shape, 0.4)
        places = ", ".join(operand.text for operand in operands)
        line = f"nn.{text.format(places)}{clause} : {', '.join(types)}"
        if not keeps:
            line += f" -> {result}"
        value = Value(f"%v{len(self.layers)}", shape, result)
        self.lines.append(f"  {value.text} = {line}")
        for operand in operands:
            operand.used = True
        sources = [self.values.index(operand) for operand in operands]
        self.layers.append(Layer(name, sources, module, owns))
        self.values.append(value)

    def choose_outputs(self):
        """All values that nothing uses, so that no layer is without effect, and
        now and then others, or one twice."""
        unused = [index for index, value in enumerate(self.values)
                  if not value.used and index >= len(self.inputs)]
        extra = [index for index in range(len(self.values))
                 if self.rng.random() < 0.06]
        self.outputs = unused + extra
        if self.rng.random() < 0.3:
            self.rng.shuffle(self.outputs)

    def source(self):
        arguments = ", ".join(f"{x.text}: {x.type}" for x in self.inputs)
        outputs = [self.values[index] for index in self.outputs]
        types = ", ".join(y.type for y in outputs)
        body = "\n".join(self.lines)
        return (f"nn.sequential @{self.name}({arguments}) -> ({types}) {{\n"
                f"{body}\n  nn.return {', '.join(y.text for y in outputs)} : "
                f"{types}\n}}\n")

    def parameters(self):
        """(name, f32 values), in the order of the C interface."""
        return [(f"{layer.name}.{name}", values.detach().numpy().copy())
                for layer in self.layers if layer.owns
                for name, values in layer.module.named_parameters()]

    def expected(self, inputs):
        """The outputs in double precision, of what is stored of the
        parameters."""
        for layer in self.layers:
            for name, values in layer.module.named_parameters():
                stored = self.choices.rounded("." + name,
                                              values.detach().float().numpy())
                values.data = torch.from_numpy(stored)
        values = [torch.from_numpy(x).double() for x in inputs]
        with torch.no_grad():
            for layer in self.layers:
                module = layer.module.eval().double()
                values.append(module(*[values[i] for i in layer.sources]))
        self.largest = max(float(value.abs().max()) for value in values)
        return [values[index].numpy() for index in self.outputs]


def check(arguments, abilities, rng, number):
    network = RandomNetwork(rng, f"net{number}", abilities,
                            1e7 if arguments.run else 1.5e8)
    choices = network.choices
    source = network.source()
    names, parameters = zip(*network.parameters()) \
        if network.parameters() else ((), ())
    generator = np.random.default_rng(rng.randrange(2**32))
    # Long sums of large numbers cancel to less than the absolute tolerance.
    scale = rng.choice([0.1, 1.0] if network.large else [0.1, 1.0, 5.0])
    inputs = [(generator.standard_normal([network.batch] + row) * scale)
              .astype(np.float32) for row in network.row_shapes]
    expected = network.expected(inputs)

    flags = [*arguments.flags, *choices.flags()]
    what = (f"{source}binding {network.binding}, batch {network.batch}"
            f"{', open' if network.is_open else ''}, {' '.join(flags)}")
    place = (source, network.name, arguments.folder, network.binding, flags)
    # Initialisers take long to compile, and depend on shapes alone.
    with_init = number % 4 == 0
    try:
        if arguments.run:
            compiled = EmulatedNetwork(arguments.compiler, arguments.cc,
                                       arguments.run, *place, with_init)
        else:
            compiled = NativeNetwork(
                arguments.compiler, arguments.cc, *place,
                libraries=abilities.openmp if choices.threads == "openmp"
                else (), with_init=with_init)
            if choices.threads == "openmp":
                ctypes.CDLL(abilities.openmp[0]).omp_set_num_threads(
                    choices.team)
                what += f", {choices.team} threads"
            if parameters:
                wanted = [(name, values.shape)
                          for name, values in zip(names, parameters)]
                table = compiled.table(len(parameters))
                assert table == wanted, f"{table}, expected {wanted}"
        schedule = choices.schedule(compiled.steps)
        what += "".join(f"\nstep {step}: part {part} of {parts}"
                        for step, part, parts in schedule)
        stored, actual = compiled.answer(
            parameters, inputs, [y.shape for y in expected],
            network.batch if network.is_open else None, schedule)
    except Exception:
        print(what, flush=True)
        raise
    for name, values, read in zip(names, parameters, stored):
        assert (read == choices.rounded(name, values)).all(), \
            f"{name} is not what was set\n{what}"
    root = math.sqrt(network.longest)
    rtol, atol = 1.3e-6 * root, 1e-5 * max(1, root / 10)
    # Large values cancel, too; products of values become large.
    atol *= max(1, network.largest / 100)
    agree = True
    for index, (y, reference) in enumerate(zip(actual, expected)):
        if np.allclose(y, reference, rtol=rtol, atol=atol):
            continue
        agree = False
        print(what, f"output {index}: off by {np.abs(y - reference).max()}",
              sep="\n", flush=True)
    return agree


def main():
    run(__doc__, check, count=100, emulated=True)


if __name__ == "__main__":
    main()
