# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares random networks of images with PyTorch.

    random_images.py COMPILER CC FOLDER [--count N] [--seed S] [--flags=F]...
                     [--openmp=LIBRARY...]

Networks have convolutions of all kinds, also transposed ones, pooling, norms,
activations, residuals, concatenations, slices, and what moves elements; one, two
or three spatial dimensions; one image, several, or an open number; any size in
the text may be left as `?`. How weights are stored, the order at the boundary,
whether numerics are strict, and what runs forward are drawn, too.

PyTorch's weights are set into the compiled network, and outputs compared with
those of the same model in double precision, at rtol 1e-4 and atol 1e-5, and eight
times by how much PyTorch's own in single precision are off, where each value is
moved by a rounding before it is read: norms of few elements enlarge what is
rounded, and PyTorch's order of a sum may be lucky. Forward by steps, with pages
around all buffers that may not be touched, and with zeros in scratch instead of
NaN, must give the same bits.
"""

import ctypes
import os
import re
import subprocess
import warnings

import numpy as np
import torch

from nascent_oracle import NativeNetwork
from random_choices import Choices
from random_image_layers import convolution, random_layer, simple
from random_layers import Concatenation, Product, Slice, Sum
from random_run import run

MOST_ELEMENTS = 6000
NAMES = ["conv", "block 0.1", "head", "a-b", "ün", "out.x"]


class Value:
    """An SSA value: its text, its type as written, and PyTorch's tensors of it,
    in double and in single precision."""

    def __init__(self, text, type_text, exact, rounded):
        self.text, self.type = text, type_text
        self.exact, self.rounded = exact, rounded
        self.used = False

    @property
    def shape(self):
        """Of one row."""
        return list(self.exact.shape[1:])


class RandomImages:
    def __init__(self, rng, name, abilities):
        self.rng, self.name = rng, name
        self.batch = rng.choice([1, 1, 2, 3])
        self.is_open = rng.random() < 0.3
        if self.is_open:
            self.batch = rng.choice([1, 3, 5, 18])
        self.choices = Choices(rng, abilities, self.is_open, large=False)
        # A limit that README.md states: such a network may be refused.
        if self.choices.threads != "none" and self.choices.weights == "bf16":
            self.choices.weights = "f32"
        self.last = rng.random() < 0.25
        rank = rng.choice([1, 2, 2, 2, 2, 3])
        most = {1: 40, 2: 17, 3: 7}[rank]
        row = [rng.choice([1, 2, 3, 4, 6, 8, 13, 16, 17, 24])]
        row += [rng.randint(1, most) for _ in range(rank)]
        x = torch.randn(self.batch, *row)
        self.input = Value("%x", self.type_of(row, 0.6), x.double(), x)
        self.values, self.lines, self.owned = [self.input], [], []
        self.names, self.convolutions, self.layers = [], [], []
        depth = rng.choice([1, 2, 3, 4, 6, 9, 12])
        while len(self.lines) < depth:
            self.add_layer()
        self.outputs = [value for value in self.values[1:] if not value.used]
        if rng.random() < 0.2:
            self.outputs.append(rng.choice(self.values[1:]))
        self.binding = "x".join(
            ["?" if self.is_open else str(self.batch), *map(str, row), "f32"])

    def type_of(self, shape, unknown):
        sizes = ["?" if self.is_open or self.rng.random() < 0.8
                 else str(self.batch)]
        sizes += ["?" if self.rng.random() < unknown else str(size)
                  for size in shape]
        return f"tensor<{'x'.join(sizes)}xf32>"

    def choose_join(self, source):
        """Operands, text and module; none where nothing fits."""
        rng = self.rng
        kind = rng.choice(["add", "add", "mul", "concat", "concat"])
        axis = rng.choice([1, rng.randint(1, len(source.shape))])

        def key(value):
            return [size for dim, size in enumerate(value.shape)
                    if kind != "concat" or dim != axis - 1]

        fitting = [value for value in self.values
                   if len(value.shape) == len(source.shape)
                   and key(value) == key(source)]
        operands = [source, *(rng.choice(fitting)
                              for _ in range(rng.choice([1, 1, 2])))]
        rng.shuffle(operands)
        if kind == "concat":
            return operands, f"concat {{}} axis({axis})", Concatenation(axis)
        return operands, f"{kind} {{}}", Sum() if kind == "add" else Product()

    def choose_slice(self, shape):
        axis = self.rng.randint(1, len(shape))
        start = self.rng.randrange(shape[axis - 1])
        end = self.rng.randint(start + 1, shape[axis - 1])
        return (f"slice {{}} axis({axis}) start({start}) end({end})",
                Slice(axis, start, end))

    def choose_owner(self, shape):
        """A convolution whose weight fits an input of `shape`, and its name; none
        where there is none."""
        def fits(layer):
            inputs = layer.weight.shape[1]
            return (layer.weight.dim() == len(shape) + 1
                    and shape[0] % inputs == 0
                    and layer.out_channels % (shape[0] // inputs) == 0)
        fitting = [pair for pair in self.convolutions if fits(pair[1])]
        return self.rng.choice(fitting) if fitting else None

    def add_layer(self):
        rng = self.rng
        source = rng.choice([*self.values, *[self.values[-1]] * 12])
        is_image = 2 <= len(source.shape) <= 4
        kind = rng.random()
        if kind < 0.15 and len(self.values) > 1:
            self.append(*self.choose_join(source))
        elif kind < 0.22:
            self.append([source], *self.choose_slice(source.shape))
        elif kind < 0.3 and is_image:
            # A residual block.
            if self.append([source], *convolution(rng, source.shape,
                                                  keeps=True)):
                if rng.random() < 0.5:
                    self.append([self.values[-1]], *simple(rng, None))
                self.append([self.values[-1], source], "add {}", Sum())
        elif kind < 0.36 and is_image:
            owner = self.choose_owner(source.shape)
            if owner:
                self.append([source], *convolution(rng, source.shape, owner[1]),
                            tie=owner[0])
        else:
            self.append([source], *random_layer(rng, source.shape))

    def append(self, operands, text, module, tie=None):
        """Whether PyTorch has such a layer, and its result is a fit one."""
        rng = self.rng
        if not tie:
            randomise(module)
        module.float().eval()
        state = [(name.rsplit(".", 1)[-1], values)
                 for name, values in module.state_dict().items()
                 if not name.endswith("num_batches_tracked")]
        for name, values in state:
            values.copy_(torch.from_numpy(self.stored(name, values.numpy())))
        try:
            with torch.no_grad():
                rounded = module(*[jolted(x.rounded) for x in operands])
                exact = module.double()(*[x.exact for x in operands])
        except (RuntimeError, ValueError):
            return False  # PyTorch has no such layer.
        count = exact[0].numel()
        if (not 0 < count <= MOST_ELEMENTS or not exact.isfinite().all()
                or exact.abs().max() > 1e3):
            return False
        name, clause = str(len(self.lines)), f' tie("{tie}")' if tie else ""
        if rng.random() < 0.2:
            free = [other for other in NAMES if other not in self.names]
            if free:
                name = rng.choice(free)
                self.names.append(name)
                clause += f' name("{name}")'
        if not tie:
            self.owned += [(f"{name}.{suffix}", values.float().numpy().copy())
                           for suffix, values in state]
            self.convolutions += [
                (name, part) for part in module.modules()
                if isinstance(part, (torch.nn.Conv1d, torch.nn.Conv2d,
                                     torch.nn.Conv3d))]
        result = self.type_of(exact.shape[1:], 0.7)
        value = Value(f"%v{len(self.lines)}", result, exact, rounded)
        places = ", ".join(operand.text for operand in operands)
        types = ", ".join(operand.type for operand in operands)
        self.lines.append(f"  {value.text} = nn.{text.format(places)}{clause} : "
                          f"{types} -> {result}")
        for operand in operands:
            operand.used = True
        self.layers.append((module, [self.values.index(x) for x in operands]))
        self.values.append(value)
        return True

    def stored(self, name, values):
        """What is stored of a parameter; weights of one channel stay floats."""
        if name != "weight" or values.ndim < 2 or (
                values.ndim > 2 and values.shape[1] == 1):
            return values
        return self.choices.rounded("." + name, values)

    def source(self):
        types = ", ".join(value.type for value in self.outputs)
        body = "\n".join(self.lines)
        places = ", ".join(value.text for value in self.outputs)
        return (f"nn.sequential @{self.name}(%x: {self.input.type}) -> "
                f"({types}) {{\n{body}\n  nn.return {places} : {types}\n}}\n")

    def flags(self):
        return self.choices.flags() + ["--data-layout=NHWC"] * self.last


def jolted(values):
    """Each value, or a neighbour of it in single precision."""
    steps = torch.randint(-1, 2, values.shape).float()
    return values * (1 + steps * torch.finfo(torch.float32).eps)


def randomise(module):
    for name, values in module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if name.endswith("running_var"):
            values.uniform_(0.5, 2.0)
        elif name.endswith(("running_mean", "bias")):
            values.normal_(0.0, 0.5)
        elif values.dim() == 1:
            values.normal_(1.0, 0.5)


def orders(network, compiler, place, flags):
    """Whether the input, and each output, is stored channels last."""
    if not network.last:
        return [False] * (1 + len(network.outputs))
    text = subprocess.run(
        [compiler, place, "--bind", f"{network.name}={network.binding}",
         "--compile-to=layout", "--data-layout=NHWC", *flags], check=True,
        stdout=subprocess.PIPE, universal_newlines=True).stdout
    line = next(line for line in text.splitlines()
                if line.startswith("  nn.sequential"))
    return ["#nn.channels_last>" in text
            for text in re.findall(r"tensor<[^>]*>+", line)]


def moved(values, is_last):
    return np.ascontiguousarray(np.moveaxis(values, 1, -1)) if is_last \
        else values


def check(arguments, abilities, rng, number):
    network = RandomImages(rng, f"net{number}", abilities)
    flags = [*arguments.flags, *network.flags()]
    source = network.source()
    what = (f"{source}binding {network.binding}, batch {network.batch}"
            f"{', open' if network.is_open else ''}, {' '.join(flags)}")
    # A crash leaves it behind.
    with open(os.path.join(arguments.folder, "last.txt"), "w") as file:
        file.write(what)
    threads = network.choices.threads
    try:
        compiled = NativeNetwork(
            arguments.compiler, arguments.cc, source, network.name,
            arguments.folder, network.binding, flags,
            libraries=abilities.openmp if threads == "openmp" else (),
            with_init=number % 4 == 0)
        if threads == "openmp":
            ctypes.CDLL(abilities.openmp[0]).omp_set_num_threads(
                network.choices.team)
        if network.owned:
            table = compiled.table(len(network.owned))
            wanted = [(name, values.shape) for name, values in network.owned]
            assert table == wanted, f"{table}, expected {wanted}"
        is_last = orders(network, arguments.compiler, compiled.base + ".mlir",
                         arguments.flags)
        inputs = [moved(network.input.rounded.numpy(), is_last[0])]
        expected = [moved(y.exact.numpy(), last)
                    for y, last in zip(network.outputs, is_last[1:])]
        noise = [8 * float((y.exact - y.rounded).abs().max())
                 for y in network.outputs]
        schedule = network.choices.schedule(compiled.steps)
        batch = network.batch if network.is_open else None
        parameters = [values for _, values in network.owned]
        stored, actual = compiled.answer(
            parameters, inputs, [y.shape for y in expected], batch, schedule)
        for (name, sent), got in zip(network.owned, stored):
            assert (sent == got).all(), f"{name} is not what was set"
        compiled.forward_between_fences(inputs, actual, batch)
    except Exception:
        print(what, flush=True)
        raise
    agree = True
    for index, (y, wanted) in enumerate(zip(actual, expected)):
        if np.allclose(y, wanted, rtol=1e-4, atol=1e-5 + noise[index]):
            continue
        agree = False
        print(what, f"output {index}: off by {np.abs(y - wanted).max()}, "
              f"PyTorch by {noise[index] / 8}", sep="\n", flush=True)
    return agree


def main():
    warnings.simplefilter("ignore")
    run(__doc__, check, count=200)


if __name__ == "__main__":
    main()
