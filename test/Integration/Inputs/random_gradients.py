# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the gradients of random networks with PyTorch's.

    random_gradients.py COMPILER CC FOLDER [--count N] [--seed S] [--flags=F]...

A network is one of random_networks.py, random_images.py or random_sequences.py, all
outputs of which are flattened and joined; the loss is drawn, too. Gradients are
computed, and added to themselves. Networks that training refuses, those with a
dropout, of which PyTorch draws other masks, and those whose gradients PyTorch itself
computes with an error of a hundredth, are drawn again.

PyTorch's gradients are those in double precision. A parameter's may be off by rtol
1e-5, 1e-6 of the largest element, and eight times as much as PyTorch's own in single
precision, with parameters and inputs moved by a rounding.
"""

import ctypes
import os
import subprocess
import warnings

import numpy as np
import torch
from torch import nn

from nascent_oracle import NativeNetwork, aligned, pointer, words
from random_images import RandomImages, jolted
from random_networks import RandomNetwork
from random_run import run
from drawn_sequences import RandomSequences

LOSSES = {
    "mse": nn.MSELoss(reduction="sum"),
    "huber": nn.HuberLoss(reduction="sum"),
    "bce_with_logits": nn.BCEWithLogitsLoss(reduction="sum"),
    "cross_entropy": nn.CrossEntropyLoss(reduction="sum"),
}
SCALE = 0.5


def draw_sequences(rng, name):
    """A network of one input of numbers, whose layers have one result."""
    while True:
        network = RandomSequences(rng, name)
        inputs = [value for value in network.values if value.draw]
        if len(inputs) == 1 and inputs[0].rank == 3 and all(
                not clauses and len(results) == 1
                for *_, clauses, results in network.layers):
            return network


class Drawn:
    """A random network as text and as PyTorch's modules. `layers` has the module
    of each value behind the inputs and the places of what it reads."""

    def __init__(self, rng, name, abilities):
        kind = rng.choice(["vectors", "images", "sequences"])
        self.name = name
        # The length stays known; the batch need not.
        if kind == "sequences":
            network = draw_sequences(rng, name)
            self.is_open = network.kind == "batch"
            self.batch = network.batch
            rows = [[network.length, network.features]]
            self.layers = [(module, [network.values.index(x) for x in sources])
                           for _, module, _, sources, *_ in network.layers]
            self.parameters = network.parameters()
            outputs = [(network.values[i].text, network.values[i].type, i)
                       for i in network.outputs]
            arguments = "%x: tensor<?x?x?xf32>"
        elif kind == "images":
            network = RandomImages(rng, name, abilities)
            self.is_open, self.batch = network.is_open, network.batch
            rows = [network.input.shape]
            self.layers = network.layers
            self.parameters = dict(network.owned)
            outputs = [(value.text, value.type, network.values.index(value))
                       for value in network.outputs]
            arguments = f"%x: {network.input.type}"
        else:
            network = RandomNetwork(rng, name, abilities, 1e7)
            self.is_open, self.batch = network.is_open, network.batch
            rows = network.row_shapes
            self.layers = [(layer.module, layer.sources)
                           for layer in network.layers]
            self.parameters = dict(network.parameters())
            outputs = [(network.values[i].text, network.values[i].type, i)
                       for i in network.outputs]
            arguments = ", ".join(f"{x.text}: {x.type}" for x in network.inputs)
        # Plans of layers go by that.
        self.strict = (abilities.fma and rng.random() < 0.25
                       if kind == "sequences" else network.choices.strict)
        self.rows, self.outputs = rows, [place for *_, place in outputs]
        batch = "?" if self.is_open else self.batch
        types = ["x".join(map(str, [batch, *row])) + "xf32" for row in rows]
        self.binding = types[0] if len(types) == 1 else f"({','.join(types)})"
        self.source = self.write(network.lines, arguments, outputs)

    def write(self, lines, arguments, outputs):
        lines, flat = list(lines), []
        for index, (text, type_, _) in enumerate(outputs):
            lines.append(f"  %flat{index} = nn.flatten {text} : {type_} -> "
                         "tensor<?x?xf32>")
            flat.append(f"%flat{index}")
        result = flat[0]
        if len(flat) > 1:
            result, types = "%all", ", ".join(["tensor<?x?xf32>"] * len(flat))
            lines.append(f"  %all = nn.concat {', '.join(flat)} axis(1) : {types} "
                         "-> tensor<?x?xf32>")
        return (f"nn.sequential @{self.name}({arguments}) -> tensor<?x?xf32> {{\n"
                + "\n".join(lines)
                + f"\n  nn.return {result} : tensor<?x?xf32>\n}}\n")

    def is_trainable(self):
        """Whether training takes it, and PyTorch computes the same: not with
        statistics of an open batch, and not with a dropout, whose masks differ."""
        modules = [part for module, _ in self.layers
                   for part in module.modules()]
        norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
        return not any(
            isinstance(part, nn.Dropout) or isinstance(part, norms) and
            (self.is_open or self.batch < 2) for part in modules) and any(
                True for part in modules for _ in part.parameters())

    def run(self, inputs):
        values = list(inputs)
        for module, sources in self.layers:
            module.eval()
            for part in module.modules():
                part.train(isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d,
                                             nn.BatchNorm3d)))
            values.append(module(*[values[i] for i in sources]))
        return torch.cat([values[i].flatten(1) for i in self.outputs], 1)

    def owned(self):
        """The modules' parameters, each once, in the order of their names."""
        seen = {}
        for module, _ in self.layers:
            for parameter in module.parameters():
                seen.setdefault(id(parameter), parameter)
        return list(seen.values())

    def gradients(self, inputs, loss, target, kind, change=lambda x: x):
        """The loss and the gradients, where what there is to read has been
        changed."""
        for module, _ in self.layers:
            module.to(kind)
        parameters = self.owned()
        before = [p.data.clone() for p in parameters]
        for p in parameters:
            p.data, p.grad = change(p.data), None
        total = LOSSES[loss](self.run([change(x).to(kind) for x in inputs]),
                             target.to(kind) if target.is_floating_point()
                             else target) * SCALE
        total.backward()
        for p, values in zip(parameters, before):
            p.data = values
        return total.item(), [
            (torch.zeros_like(p) if p.grad is None else p.grad).double().numpy()
            for p in parameters]


def draw(rng, name, abilities):
    while True:
        network = Drawn(rng, name, abilities)
        if network.is_trainable():
            return network


def draw_target(rng, loss, shape):
    if loss == "cross_entropy":
        return torch.randint(0, shape[1], shape[:1])
    return torch.rand(shape) if loss == "bce_with_logits" else torch.randn(shape)


class Compiled(NativeNetwork):
    def add_gradients(self, inputs, target, batch, gradients, accumulate):
        """The loss."""
        loss = np.full(1, np.nan, np.float32)
        size = self.macro("TRAINING_SCRATCH_BYTES")
        scratch = aligned(size + 64)
        scratch[:size], scratch[size:] = 255, 77
        sizes = [] if batch is None else [ctypes.c_int64(batch)]
        status = self.function("loss_and_gradients")(
            pointer(self.parameters), *map(pointer, inputs), pointer(target),
            *sizes, ctypes.c_float(SCALE), ctypes.c_int32(accumulate),
            pointer(gradients), pointer(loss), pointer(scratch))
        assert status == 0 and (scratch[size:] == 77).all()
        return float(loss[0])


def check(arguments, abilities, rng, number):
    while True:
        network = draw(rng, f"net{number}", abilities)
        inputs = [torch.randn(network.batch, *row) for row in network.rows]
        with torch.no_grad():
            for module, _ in network.layers:
                module.float()
            shape = network.run(inputs).shape
        loss = rng.choice([name for name in LOSSES])
        target = draw_target(rng, loss, shape)
        _, rounded = network.gradients(inputs, loss, target, torch.float32,
                                       jolted)
        wanted_loss, wanted = network.gradients(inputs, loss, target,
                                                torch.float64)
        noise = [np.abs(a - b).max() for a, b in zip(rounded, wanted)]
        largest = [np.abs(x).max() for x in wanted]
        if all(a < 0.01 * b or a < 1e-12 for a, b in zip(noise, largest)):
            break
    flags = ["--train", f"--loss={loss}", *arguments.flags]
    if network.strict:
        flags.append("--numerics=strict")
    what = (f"{network.source}binding {network.binding}, batch {network.batch}, "
            f"{' '.join(flags)}")
    # A crash leaves it behind.
    with open(os.path.join(arguments.folder, "last.txt"), "w") as file:
        file.write(what)
    try:
        compiled = Compiled(arguments.compiler, arguments.cc, network.source,
                            network.name, arguments.folder, network.binding,
                            flags)
        for index, (name, _) in enumerate(
                compiled.table(len(network.parameters))):
            assert compiled.set(index, network.parameters[name]) == 0
        data = [words(x.numpy()) for x in inputs]
        size = compiled.macro("GRADIENTS_BYTES")
        gradients = aligned(size + 64)
        gradients[:size], gradients[size:] = 255, 77
        batch = network.batch if network.is_open else None
        agree = True
        trained = [(index, name) for index, (name, _) in enumerate(
            compiled.table(len(network.parameters)))
                   if not name.endswith(("running_mean", "running_var"))]
        for turn in (1, 2):
            actual = compiled.add_gradients(data, words(target.numpy()), batch,
                                            gradients, turn == 2)
            assert (gradients[size:] == 77).all()
            agree &= np.isclose(actual, wanted_loss, rtol=1e-4)
            for (index, name), exact, off in zip(trained, wanted, noise):
                got = np.full(exact.shape, np.nan, np.float32)
                assert compiled.function("get")(pointer(gradients), index,
                                                pointer(got)) == 0
                most = 1e-6 * np.abs(exact).max() + 8 * off + 1e-30
                if not np.allclose(got / turn, exact, rtol=1e-5, atol=most):
                    agree = False
                    print(f"{name}: off by {np.abs(got / turn - exact).max()} of "
                          f"{np.abs(exact).max()}, PyTorch by {off}")
    except (AssertionError, subprocess.CalledProcessError) as error:
        print(what, error, sep="\n", flush=True)
        return False
    if not agree:
        print(what, f"the loss is {actual}, PyTorch's {wanted_loss}", sep="\n",
              flush=True)
    return agree


def main():
    warnings.simplefilter("ignore")
    run(__doc__, check, count=300)


if __name__ == "__main__":
    main()
