# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares losses with weights, with labels that do not count, and in the network
itself with PyTorch's.

    train_losses.py COMPILER CC FOLDER [FLAG...]

The loss, its mean by what loss_terms counts, and gradients are those of PyTorch in f64.
"""

import ctypes
import os
import sys

import numpy as np
import torch
from torch.nn import functional as F

from nascent_oracle import NativeNetwork, aligned, pointer, words

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
ROWS, WIDTH, CLASSES = 11, 7, 5
WEIGHTS = [0.25, 1.0, 2.5, 0.0, 1.0]
TEXT = f"weights({', '.join(map(str, WEIGHTS))})"
BATCH = f"tensor<{ROWS}x{WIDTH}xf32>"
SCORES = f"tensor<{ROWS}x{CLASSES}xf32>"


class Trained(NativeNetwork):
    def __init__(self, name, source, flags, model):
        folder = os.path.join(FOLDER, name)
        os.makedirs(folder)
        super().__init__(COMPILER, CC, source, "net", folder,
                         flags=["--train", *flags, *FLAGS])
        self.gradients = aligned(self.macro("GRADIENTS_BYTES"))
        for index, values in enumerate(model.parameters()):
            self.set(index, values.detach().numpy())

    def check(self, name, model, buffers, counted, wanted, mean):
        """By the sum of losses, and by the mean, which `mean` is."""
        terms = self.function("loss_terms")
        terms.restype = (ctypes.c_double if "double net_loss_terms" in self.header
                         else ctypes.c_int64)
        count = terms(*map(pointer, counted))
        for scale, reference in ((0.5, 0.5 * wanted), (1.0 / count, mean)):
            model.zero_grad()
            reference.backward(retain_graph=True)
            scratch = aligned(self.macro("TRAINING_SCRATCH_BYTES"))
            for suffix, middle in (("loss", []),
                                   ("loss_and_gradients",
                                    [ctypes.c_int32(0),
                                     pointer(self.gradients)])):
                loss = np.zeros(1, np.float32)
                scratch[:] = 255
                assert self.function(suffix)(
                    pointer(self.parameters), *map(pointer, buffers),
                    ctypes.c_float(scale), *middle, pointer(loss),
                    pointer(scratch)) == 0
                assert np.isclose(loss[0], reference.item(), rtol=1e-5), (
                    name, suffix, loss[0], reference.item())
            for index, parameter in enumerate(model.parameters()):
                actual = np.zeros(tuple(parameter.shape), np.float32)
                self.function("get")(pointer(self.gradients), index,
                                     pointer(actual))
                most = parameter.grad.abs().max().item()
                assert np.allclose(actual, parameter.grad.numpy(), rtol=1e-5,
                                   atol=2e-6 * most), (name, index)
        print(f"{name}: as PyTorch's")


def network(layers, last, inputs=f"%x: {BATCH}", result=SCORES):
    lines = "".join(f"  {line}\n" for line in layers)
    return (f"nn.sequential @net({inputs}) -> {result} {{\n{lines}"
            f"  nn.return {last} : {result}\n}}\n")


def labelled(random, name, text, ignored, reference, layers, last,
             classes=CLASSES):
    """A loss of labels that --loss names."""
    model = torch.nn.Linear(WIDTH, classes)
    result = f"tensor<{ROWS}x{classes}xf32>"
    net = Trained(name, network(layers, last, result=result),
                  [f"--loss={text}"], model)
    model = model.double()
    x = random.standard_normal((ROWS, WIDTH), np.float32)
    target = random.integers(0, classes, ROWS).astype(np.int32)
    target[[1, 4]] = ignored
    y, t = model(torch.from_numpy(x).double()), torch.from_numpy(target).long()
    sum_, mean = (reference(y, t, ignore_index=ignored, reduction=reduction)
                  for reduction in ("sum", "mean"))
    target = words(target)
    net.check(name, model, [x, target], [target], sum_, mean)


def main():
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    dense = [f"%0 = nn.dense %x, {CLASSES} : {BATCH} -> {SCORES}"]
    weights = torch.tensor(WEIGHTS, dtype=torch.float64)

    def cross_entropy(**more):
        return lambda y, t, **how: F.cross_entropy(y, t, **more, **how)

    def nll(**more):
        return lambda y, t, **how: F.nll_loss(y.log_softmax(1), t, **more,
                                              **how)

    labelled(random, "ignored", "cross_entropy ignore_index(2)", 2,
             cross_entropy(), dense, "%0")
    labelled(random, "weighted", f"cross_entropy {TEXT}", -100,
             cross_entropy(weight=weights), dense, "%0")
    labelled(random, "smoothed",
             f"cross_entropy {TEXT} label_smoothing(0.2) ignore_index(1)", 1,
             cross_entropy(weight=weights, label_smoothing=0.2), dense, "%0")
    labelled(random, "nll", f"nll {TEXT} ignore_index(4)", 4,
             nll(weight=weights),
             dense + [f"%1 = nn.log_softmax %0 : {SCORES}"], "%1")
    many = random.uniform(0.1, 3, 1000)
    scores = f"tensor<{ROWS}x1000xf32>"
    labelled(random, "thousand",
             f"cross_entropy weights({', '.join(map(str, many))}) "
             "label_smoothing(0.1)", -100,
             cross_entropy(weight=torch.tensor(many), label_smoothing=0.1),
             [f"%0 = nn.dense %x, 1000 : {BATCH} -> {scores}"], "%0", 1000)

    # In the network itself: labels are an input, or the target is another one.
    labels = f"tensor<{ROWS}xi32>"
    model = torch.nn.Linear(WIDTH, CLASSES)
    net = Trained("inside", network(
        dense + [f"%1 = nn.cross_entropy %0, %t ignore_index(3) : {SCORES}, "
                 f"{labels} -> tensor<1xf32>"], "%1",
        f"%x: {BATCH}, %t: {labels}", "tensor<1xf32>"), [], model)
    model = model.double()
    x = random.standard_normal((ROWS, WIDTH), np.float32)
    target = random.integers(0, CLASSES, ROWS).astype(np.int32)
    target[5] = 3
    y, t = model(torch.from_numpy(x).double()), torch.from_numpy(target).long()
    target = words(target)
    net.check("inside", model, [x, target], [target], *(
        F.cross_entropy(y, t, ignore_index=3, reduction=reduction)
        for reduction in ("sum", "mean")))

    model = torch.nn.Linear(WIDTH, WIDTH)
    net = Trained("autoencoder", network(
        [f"%0 = nn.dense %x, {WIDTH} : {BATCH} -> {BATCH}",
         f"%1 = nn.mse %0, %x : {BATCH}, {BATCH} -> tensor<1xf32>"], "%1",
        result="tensor<1xf32>"), [], model)
    model = model.double()
    exact = torch.from_numpy(x).double()
    net.check("autoencoder", model, [x], [], *(
        F.mse_loss(model(exact), exact, reduction=reduction)
        for reduction in ("sum", "mean")))

    # A state stands behind the loss.
    sequence, state = f"tensor<{ROWS}x4x{WIDTH}xf32>", f"tensor<{ROWS}x1x3xf32>"
    outputs = f"tensor<{ROWS}x4x3xf32>"
    net = Trained("states", (
        f"nn.sequential @net(%x: {sequence}, %h: {state}, %t: {outputs}) -> "
        f"(tensor<1xf32>, {state}) {{\n"
        f"  %0:2 = nn.gru %x, 3 state(%h) : {sequence}, {state} -> {outputs}, {state}\n"
        f"  %1 = nn.mse %0#0, %t : {outputs}, {outputs} -> tensor<1xf32>\n"
        f"  nn.return %1, %0#1 : tensor<1xf32>, {state}\n}}\n"), [],
        model := torch.nn.GRU(WIDTH, 3, batch_first=True))
    model = model.double()
    x, h, t = (random.standard_normal(shape, np.float32) for shape in (
        (ROWS, 4, WIDTH), (ROWS, 1, 3), (ROWS, 4, 3)))
    exact = [torch.from_numpy(each).double() for each in (x, h, t)]
    net.check("states", model, [x, h, t], [], *(
        F.mse_loss(model(exact[0], exact[1].transpose(0, 1))[0], exact[2],
                   reduction=reduction)
        for reduction in ("sum", "mean")))


main()
