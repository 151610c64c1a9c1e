# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the gradients of random networks with PyTorch's.

    random_gradients.py COMPILER CC FOLDER [--count N] [--seed S] [--flags=F]...

A network is one of random_networks.py, random_images.py or random_sequences.py, all
outputs of which are flattened and joined; some are a block, or a block that is used
twice. The loss is drawn, too. Gradients are computed, and added to themselves.
Networks that training refuses, those with a dropout, of which PyTorch draws other
masks, and those whose gradients PyTorch itself computes with an error of a hundredth,
are drawn again.

PyTorch's gradients are those in double precision. A parameter's may be off by rtol
1e-5, 1e-6 of its largest element, 1e-7 of the largest one of all, and eight times as
much as PyTorch's own in single precision, the worst of three times, with parameters
and inputs moved by a rounding.
"""

import ctypes
import os
import re
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

SCALE = 0.5
IGNORED = -100


class Loss:
    """A loss of rows of `width` numbers: what --loss takes, and PyTorch's."""

    def __init__(self, rng, width):
        kind = rng.choice(["mse", "huber", "l1", "bce_with_logits",
                           "cross_entropy", "cross_entropy", "nll"])
        self.text = self.kind = kind
        self.has_labels = kind in ("cross_entropy", "nll")
        options = {}
        if kind == "huber" and rng.random() < 0.5:
            options["delta"] = round(rng.uniform(0.1, 2), 2)
            self.text += f" delta({options['delta']})"
        self.weights = None
        if self.has_labels and rng.random() < 0.3:
            weights = [round(rng.uniform(0.1, 3), 2) for _ in range(width)]
            self.weights = torch.tensor(weights, dtype=torch.float64)
            self.text += f" weights({', '.join(map(str, weights))})"
        if kind == "cross_entropy" and rng.random() < 0.3:
            options["label_smoothing"] = round(rng.random(), 2)
            self.text += f" label_smoothing({options['label_smoothing']})"
        self.module = {"mse": nn.MSELoss, "huber": nn.HuberLoss,
                       "l1": nn.L1Loss,
                       "bce_with_logits": nn.BCEWithLogitsLoss,
                       "cross_entropy": nn.CrossEntropyLoss,
                       "nll": nn.NLLLoss}[kind](reduction="sum", **options)
        self.rng = rng

    def draw_target(self, shape):
        if not self.has_labels:
            return torch.rand(shape) if self.kind == "bce_with_logits" \
                else torch.randn(shape)
        labels = torch.randint(0, shape[1], shape[:1])
        if self.rng.random() < 0.3:
            labels[self.rng.randrange(len(labels))] = IGNORED
        return labels

    def __call__(self, y, target):
        if self.has_labels:
            if self.weights is not None:
                self.module.weight = self.weights.to(y.dtype)
            return self.module(y, target)
        return self.module(y, target.to(y.dtype))


def draw_sequences(rng, name):
    """A network whose layers have one result, and no states; of one input, or of
    one and its lengths."""
    while True:
        network = RandomSequences(rng, name)
        inputs = [value for value in network.values if value.draw]
        if all(value.used for value in inputs) and all(
                "state" not in clauses and len(results) == 1
                for *_, clauses, results in network.layers):
            return network


def is_batch_norm(module):
    return isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d))


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
            inputs = network.inputs()
            self.draw = lambda generator: [
                torch.from_numpy(x)
                for x in network.draw(generator, network.length)]
            # Lengths may be written behind what words have become.
            values = [*inputs, *(x for x in network.values if not x.draw)]
            self.layers = [
                (module, [values.index(x)
                          for x in [*sources, *clauses.get("lengths", [])]])
                for _, module, _, sources, clauses, _ in network.layers]
            self.parameters = network.parameters()
            outputs = [(network.values[i].text, network.values[i].type,
                        values.index(network.values[i]))
                       for i in network.outputs]
            arguments = ", ".join(f"{x.text}: {x.type}" for x in inputs)
            binding = network.binding("?" if self.is_open else self.batch,
                                      network.length)
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
        self.outputs = [place for *_, place in outputs]
        if kind != "sequences":
            self.draw = lambda generator: [torch.randn(self.batch, *row)
                                           for row in rows]
            batch = "?" if self.is_open else self.batch
            types = ["x".join(map(str, [batch, *row])) + "xf32" for row in rows]
            binding = types[0] if len(types) == 1 else f"({','.join(types)})"
        self.binding = binding
        self.uses = rng.choice([0, 0, 0, 1, 2])
        self.source = self.write(network.lines, arguments, outputs)

    def modules(self):
        return [part for module, _ in self.layers for part in module.modules()]

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
        def network(name, lines, result):
            return (f"nn.sequential {name}({arguments}) -> tensor<?x?xf32> {{\n"
                    + "\n".join(lines)
                    + f"\n  nn.return {result} : tensor<?x?xf32>\n}}\n")

        if not self.uses:
            return network(f"@{self.name}", lines, result)
        # Parameters are the first use's.
        inner = network("private @inner", lines, result)
        values = re.findall("%[^:, ]+", arguments)
        types = re.findall(r"tensor<[^>]*>", arguments)
        lines = [f"  %b{use} = nn.block @inner({', '.join(values)})"
                 + ' tie("0")' * (use > 0)
                 + f" : {', '.join(types)} -> tensor<?x?xf32>"
                 for use in range(self.uses)]
        self.parameters = {f"0.{name}": values
                           for name, values in self.parameters.items()}
        if self.uses == 2:
            lines.append("  %sum = nn.add %b0, %b1 : tensor<?x?xf32>")
        return inner + network(f"@{self.name}", lines,
                               "%sum" if self.uses == 2 else "%b0")

    def is_trainable(self):
        """Whether training takes it, and PyTorch computes the same: not with
        statistics of an open batch, and not with a dropout, whose masks differ."""
        modules = self.modules()
        return not any(
            isinstance(part, nn.Dropout) or is_batch_norm(part) and
            (self.is_open or self.batch < 2) for part in modules) and any(
                True for part in modules for _ in part.parameters())

    def run(self, inputs):
        values = list(inputs)
        for module, sources in self.layers:
            module.eval()
            for part in module.modules():
                part.train(is_batch_norm(part))
            values.append(module(*[values[i] for i in sources]))
        y = torch.cat([values[i].flatten(1) for i in self.outputs], 1)
        return 2 * y if self.uses == 2 else y

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
        total = loss(self.run([change(x).to(kind) if x.is_floating_point()
                               else x.long() for x in inputs]), target) * SCALE
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

    def check_gradients(self, inputs, target, batch, parameters, loss):
        """Compares with PyTorch's, of `loss` by `parameters`. Returns ours."""
        loss.backward()
        gradients = aligned(self.macro("GRADIENTS_BYTES"))
        gradients[:] = 255
        actual = self.add_gradients(inputs, target, batch, gradients, False)
        assert np.isclose(actual, loss.item(), rtol=1e-5), (actual, loss.item())
        for index, parameter in enumerate(parameters):
            got = np.full(tuple(parameter.shape), np.nan, np.float32)
            assert self.function("get")(pointer(gradients), index, pointer(got)) == 0
            wanted = parameter.grad.numpy()
            most = np.abs(wanted).max()
            assert np.allclose(got, wanted, rtol=1e-4, atol=3e-6 * most), (
                index, np.abs(got - wanted).max(), most)
        return gradients


def check(arguments, abilities, rng, number):
    while True:
        network = draw(rng, f"net{number}", abilities)
        inputs = network.draw(np.random.default_rng(rng.randrange(2**32)))
        with torch.no_grad():
            for module, _ in network.layers:
                module.float()
            shape = network.run([x if x.is_floating_point() else x.long()
                                 for x in inputs]).shape
        loss = Loss(rng, shape[1])
        target = loss.draw_target(shape)
        # What cancels may be off by nothing once.
        rounded = [network.gradients(inputs, loss, target, torch.float32,
                                     jolted)[1] for _ in range(3)]
        wanted_loss, wanted = network.gradients(inputs, loss, target,
                                                torch.float64)
        noise = [max(np.abs(a - b).max() for a in parts)
                 for *parts, b in zip(*rounded, wanted)]
        largest = [np.abs(x).max() for x in wanted]
        if all(a < 0.01 * b or a < 1e-12 for a, b in zip(noise, largest)):
            break
    flags = ["--train", f"--loss={loss.text}", *arguments.flags]
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
                            flags, with_init=number % 4 == 0)
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
                most = (1e-6 * np.abs(exact).max() + 1e-7 * max(largest)
                        + 8 * off + 1e-30)
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
