# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the networks of docs/examples/zoo with PyTorch.

    zoo.py COMPILER CC EXAMPLES FOLDER NETWORK... [-- FLAG...]
    zoo.py --table COMPILER EXAMPLES

The models are those of the book "Dive into Deep Learning" and of MLPerf Tiny, in
lazy layers. Each is bound at two resolutions or lengths, to one row and to an open
batch. The table is that of docs/Zoo.md.
"""

import json
import os
import subprocess
import sys
import warnings

import numpy as np
import torch

from nascent_oracle import NativeNetwork
from zoo_models import MODELS, Words

RTOL, ATOL = 1e-4, 1e-5


def randomise(model):
    """Gives parameters values with which an answer hangs on the picture, and
    that a wrong place would show. PyTorch's initial ones fade a signal away in a
    few layers: answers then are the same for all pictures, and prove nothing."""
    for name, values in model.state_dict().items():
        kind = name.rsplit(".", 1)[-1]
        if kind == "running_var":
            values.uniform_(0.5, 2.0)
        elif kind == "running_mean":
            values.normal_(0.0, 0.3)
        elif kind.endswith("bias"):
            values.normal_(0.0, 0.1)
        elif kind == "weight" and values.dim() == 1:
            values.normal_(1.0, 0.2)
        elif kind.endswith("weight"):
            values.normal_(0.0, (2 / values[0].numel()) ** 0.5)


def draw(batch, channels, size):
    """Pictures, words, or what has its features last: they are the last size."""
    if isinstance(channels, Words):
        return torch.randint(0, channels, (batch, *size))
    return torch.randn(batch, *([] if channels is None else [channels]), *size)


def binding(batch, channels, size):
    """What `draw` gives, as a type."""
    words = isinstance(channels, Words)
    sizes = [batch, *([] if words or channels is None else [channels]), *size]
    return "x".join(map(str, sizes)) + ("xi32" if words else "xf32")


def distance(actual, wanted):
    """In tolerances; the greatest."""
    return (np.abs(actual - wanted) / (ATOL + RTOL * np.abs(wanted))).max()


def state(model):
    """PyTorch's names and values; it counts batches, too."""
    return {name: values.numpy().astype(np.float32)
            for name, values in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}


def check(name, compiler, cc, examples, folder, flags):
    make, channels, resolutions = MODELS[name]
    with open(os.path.join(examples, name + ".mlir")) as file:
        source = file.read()
    for size in resolutions:
        model = make().eval()
        with torch.no_grad():
            model(draw(1, channels, size))
        randomise(model)
        values = state(model)
        model.double()
        for batch, is_open in ((1, False), (2, True)):
            # Threads share a batch that is known.
            if is_open and any(flag.startswith("--threads") for flag in flags):
                continue
            x = draw(batch, channels, size)
            with torch.no_grad():
                wanted, other = (
                    model(each if isinstance(channels, Words)
                          else each.double()).numpy()
                    for each in (x, draw(batch, channels, size)))
            assert distance(other, wanted) > 10, \
                f"{name} {size}: answers hardly hang on the picture"
            own = os.path.join(folder, f"{name}-{size[0]}-{batch}")
            os.makedirs(own)
            shape = binding("?" if is_open else batch, channels, size)
            network = NativeNetwork(compiler, cc, source, name, own,
                                    shape, flags)
            table = network.table(len(values))
            assert sorted(table) == sorted(
                (key, value.shape) for key, value in values.items()), table
            assert not network.has(len(values)), "there are more parameters"
            # Its order is that of use, PyTorch's that of definition.
            parameters = [values[key] for key, _ in table]
            schedule = [(step, part, 3) for step in range(network.steps)
                        for part in (2, 0, 1)]
            stored, (actual,) = network.answer(
                parameters, [x.numpy()], [wanted.shape],
                batch if is_open else None, schedule)
            for sent, got in zip(parameters, stored):
                assert (sent == got).all(), "get returns what set was not given"
            # Not a number is no agreement either.
            off = distance(actual, wanted)
            assert off <= 1, f"{name} {shape}: off by {off} tolerances"
    print(f"{name} agrees with PyTorch")


def table(compiler, examples):
    """Markdown, a line for each network; parameters hang on the resolution only
    where a dense layer follows the whole picture."""
    print("| network | input | parameters | multiply-adds | output | scratch |")
    print("|---|---|---|---|---|---|")
    for name, (_, channels, resolutions) in MODELS.items():
        for size in resolutions:
            shape = binding(1, channels, size)
            text = subprocess.run(
                [compiler, os.path.join(examples, name + ".mlir"), "--bind",
                 f"{name}={shape}", "--emit=summary", "--format=json",
                 "--mtriple=x86_64-linux-gnu", "--mcpu=x86-64-v3"],
                check=True, stdout=subprocess.PIPE, text=True).stdout
            network, = json.loads(text)["networks"]
            layers = network["layers"]
            scratch, = network["buffers"]["scratch"].values()
            cells = [f"[{name}](examples/zoo/{name}.mlir)",
                     shape.rsplit("x", 1)[0].replace("x", " × "),
                     f"{sum(layer['parameters'] for layer in layers):,}",
                     f"{sum(layer['multiply_adds_per_row'] for layer in layers):,}",
                     " × ".join(map(str, layers[-1]["output_shape"])),
                     f"{(scratch + 1023) // 1024:,} KiB"]
            print("| " + " | ".join(cells) + " |")


def main():
    if sys.argv[1] == "--table":
        table(*sys.argv[2:])
        return
    arguments, flags = sys.argv[1:], []
    if "--" in arguments:
        split = arguments.index("--")
        arguments, flags = arguments[:split], arguments[split + 1:]
    compiler, cc, examples, folder, *names = arguments
    torch.manual_seed(1)
    warnings.filterwarnings("ignore", "Lazy modules")
    for name in names:
        check(name, compiler, cc, examples, folder, flags)


if __name__ == "__main__":
    main()
