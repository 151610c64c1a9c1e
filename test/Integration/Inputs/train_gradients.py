# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares losses and gradients with those of PyTorch's autograd.

    train_gradients.py COMPILER CC FOLDER [FLAG...]

Each network has a loss; its gradients are computed, then accumulated, at
several parameters and inputs. What surrounds them must stay as it is, lanes
behind the last column of a weight must be zero, and labels that there are not
must change nothing.
"""

import ctypes
import os
import sys

import numpy as np
import torch

from nascent_oracle import NativeNetwork, aligned, pointer, words

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
IGNORED = -100


def mlp(rows, sizes, activation="relu"):
    """The text of an MLP, and the same in PyTorch; `rows` may be '?'."""
    lines, layers = [], []
    last = "%x"
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        before = f"tensor<{rows}x{inputs}xf32>"
        after = f"tensor<{rows}x{outputs}xf32>"
        lines.append(f"  %{len(lines)} = nn.dense {last}, {outputs} : "
                     f"{before} -> {after}")
        layers.append(torch.nn.Linear(inputs, outputs))
        last = f"%{len(lines) - 1}"
        if index + 2 < len(sizes):
            lines.append(f"  %{len(lines)} = nn.{activation} {last} : {after}")
            layers.append({"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh,
                           "sigmoid": torch.nn.Sigmoid}[activation]())
            last = f"%{len(lines) - 1}"
    lines.append(f"  nn.return {last} : {after}")
    text = (f"nn.sequential @net(%x: tensor<{rows}x{sizes[0]}xf32>) -> {after}"
            " {\n" + "\n".join(lines) + "\n}\n")
    return text, torch.nn.Sequential(*layers)


class Trained(NativeNetwork):
    """A network with a loss."""

    def __init__(self, source, loss, folder):
        super().__init__(COMPILER, CC, source, "net", folder,
                         flags=["--train", "--loss=" + loss, *FLAGS])
        self.gradient_bytes = self.macro("GRADIENTS_BYTES")
        self.training_bytes = self.macro("TRAINING_SCRATCH_BYTES")
        self.is_open = "int64_t batch" in self.header
        self.gradients = aligned(self.gradient_bytes + 64)

    def sizes(self, x):
        return [ctypes.c_int64(len(x))] if self.is_open else []

    def terms(self, x, target):
        function = self.function("loss_terms")
        function.restype = ctypes.c_int64
        return function(pointer(target), *self.sizes(x))

    def call(self, suffix, x, target, scale, *middle):
        """The status and the loss."""
        x, target = words(x), words(target)
        loss = np.full(3, 77, dtype=np.float32)
        scratch = aligned(self.training_bytes + 64)
        # What scratch holds must not matter: all bits set are NaN.
        scratch[:self.training_bytes] = 255
        scratch[self.training_bytes:] = 77
        status = self.function(suffix)(
            pointer(self.parameters), pointer(x), pointer(target),
            *self.sizes(x), ctypes.c_float(scale), *middle,
            pointer(loss[1:]), pointer(scratch))
        assert loss[0] == 77 and loss[2] == 77, "wrote around the loss"
        assert (scratch[self.training_bytes:] == 77).all(), "past scratch"
        return status, loss[1]

    def gradients_of(self, x, target, scale, accumulate):
        self.gradients[self.gradient_bytes:] = 77
        result = self.call("loss_and_gradients", x, target, scale,
                           ctypes.c_int32(accumulate), pointer(self.gradients))
        assert (self.gradients[self.gradient_bytes:] == 77).all()
        return result

    def gradient(self, index, shape):
        values = np.zeros(shape, dtype=np.float32)
        assert self.function("get")(pointer(self.gradients), index,
                                    pointer(values)) == 0
        return values


LOSSES = {
    "cross_entropy": lambda y, t: torch.nn.functional.cross_entropy(
        y, t, reduction="sum"),
    "mse": lambda y, t: torch.nn.functional.mse_loss(y, t, reduction="sum"),
}


def agree(actual, wanted, what):
    wanted = wanted.detach().numpy()
    most = np.abs(wanted).max()
    assert np.allclose(actual, wanted, rtol=1e-5, atol=2e-6 * most), (
        f"{what}: off by {np.abs(actual - wanted).max()} of {most}")


def images():
    """A small convolutional network."""
    text = """nn.sequential @net(%x: tensor<4x2x12x10xf32>) -> tensor<4x7xf32> {
  %0 = nn.conv2d %x, 8 kernel(3) padding(1) : tensor<4x2x12x10xf32> -> tensor<4x8x12x10xf32>
  %1 = nn.relu %0 : tensor<4x8x12x10xf32>
  %2 = nn.max_pool2d %1 kernel(2) : tensor<4x8x12x10xf32> -> tensor<4x8x6x5xf32>
  %3 = nn.conv2d %2, 20 kernel(3) : tensor<4x8x6x5xf32> -> tensor<4x20x4x3xf32>
  %4 = nn.tanh %3 : tensor<4x20x4x3xf32>
  %5 = nn.flatten %4 : tensor<4x20x4x3xf32> -> tensor<4x240xf32>
  %6 = nn.dense %5, 7 : tensor<4x240xf32> -> tensor<4x7xf32>
  nn.return %6 : tensor<4x7xf32>
}
"""
    return text, torch.nn.Sequential(
        torch.nn.Conv2d(2, 8, 3, padding=1), torch.nn.ReLU(),
        torch.nn.MaxPool2d(2), torch.nn.Conv2d(8, 20, 3), torch.nn.Tanh(),
        torch.nn.Flatten(), torch.nn.Linear(240, 7))


def shared():
    """A convolution that is applied twice: its gradients add up."""
    image = "tensor<3x5x6x7xf32>"
    text = f"""nn.sequential @net(%x: {image}) -> tensor<3x4xf32> {{
  %0 = nn.conv2d %x, 5 kernel(3) padding(1) : {image} -> {image}
  %1 = nn.tanh %0 : {image}
  %2 = nn.conv2d %1, 5 kernel(3) padding(1) tie("0") : {image} -> {image}
  %3 = nn.flatten %2 : {image} -> tensor<3x210xf32>
  %4 = nn.dense %3, 4 : tensor<3x210xf32> -> tensor<3x4xf32>
  nn.return %4 : tensor<3x4xf32>
}}
"""
    layer = torch.nn.Conv2d(5, 5, 3, padding=1)
    return text, torch.nn.Sequential(layer, torch.nn.Tanh(), layer,
                                     torch.nn.Flatten(), torch.nn.Linear(210, 4))


def normalized():
    """Rows that are normalised."""
    text = """nn.sequential @net(%x: tensor<6x20xf32>) -> tensor<6x10xf32> {
  %0 = nn.dense %x, 64 : tensor<6x20xf32> -> tensor<6x64xf32>
  %1 = nn.layer_norm %0 : tensor<6x64xf32>
  %2 = nn.silu %1 : tensor<6x64xf32>
  %3 = nn.dense %2, 10 : tensor<6x64xf32> -> tensor<6x10xf32>
  nn.return %3 : tensor<6x10xf32>
}
"""
    return text, torch.nn.Sequential(
        torch.nn.Linear(20, 64), torch.nn.LayerNorm(64), torch.nn.SiLU(),
        torch.nn.Linear(64, 10))


def words_in_rows():
    """Indices into a table, some of which come more than once."""
    text = """nn.sequential @net(%x: tensor<4x6xi32>) -> tensor<4x10xf32> {
  %0 = nn.embedding %x, 9, 16 : tensor<4x6xi32> -> tensor<4x6x16xf32>
  %1 = nn.flatten %0 : tensor<4x6x16xf32> -> tensor<4x96xf32>
  %2 = nn.dense %1, 10 : tensor<4x96xf32> -> tensor<4x10xf32>
  nn.return %2 : tensor<4x10xf32>
}
"""
    return text, torch.nn.Sequential(
        torch.nn.Embedding(9, 16), torch.nn.Flatten(), torch.nn.Linear(96, 10))


def check(source, model, loss, rows, folder, shape=None):
    os.makedirs(folder)
    check_network(Trained(source, loss, folder), model, loss, rows,
                  shape or (model[0].in_features,))


def check_network(network, model, loss, rows, shape):
    indices = getattr(model[0], "num_embeddings", 0)
    parameters = list(model.parameters())
    for index, values in enumerate(parameters):
        network.set(index, values.detach().numpy())
    model = model.double()
    parameters = list(model.parameters())
    outputs = model[-1].out_features
    hasLabels = loss == "cross_entropy"
    generator = np.random.default_rng(rows)

    def draw():
        x = generator.standard_normal((rows, *shape), np.float32)
        if indices:
            x = generator.integers(0, indices, (rows, *shape)).astype(np.int32)
        if not hasLabels:
            return x, generator.standard_normal((rows, outputs), np.float32)
        target = generator.integers(0, outputs, rows).astype(np.int32)
        if rows > 2:
            target[1] = IGNORED
        return x, target

    def run(x, target):
        y = model(torch.from_numpy(x).long() if indices
                  else torch.from_numpy(x).double())
        t = torch.from_numpy(target)
        total = LOSSES[loss](y, t.long() if hasLabels else t.double())
        total.backward()
        return total

    model.zero_grad()
    for turn in range(3):
        x, target = draw()
        terms = network.terms(x, target)
        assert terms == ((target != IGNORED).sum() if hasLabels
                         else target.size), terms
        scale = 0.25
        if turn == 0:
            # What is not accumulated onto does not matter.
            network.gradients[:] = 255
        elif turn == 2:
            model.zero_grad()
        status, actual = network.gradients_of(x, target, scale, turn == 1)
        assert status == 0
        wanted = scale * run(x, target)
        agree(actual, wanted, "loss")
        status, alone = network.call("loss", x, target, scale)
        assert status == 0 and np.isclose(alone, actual, rtol=1e-6), (
            alone, actual)
        for index, parameter in enumerate(parameters):
            agree(network.gradient(index, tuple(parameter.shape)),
                  scale * parameter.grad, f"gradient {index}, turn {turn}")
    # All that is stored beside gradients is zero, as states will be.
    floats = network.gradients[:network.gradient_bytes].view(np.float32)
    stored = np.count_nonzero(floats)
    counted = sum(np.count_nonzero(network.gradient(i, tuple(p.shape)))
                  for i, p in enumerate(parameters))
    assert stored == counted, (stored, counted)
    if hasLabels and rows > 0:
        before = network.gradients.copy()
        for label in (outputs, -1, IGNORED - 1, 2**31 - 1):
            target[0] = label
            for suffix, middle in (("loss", ()),
                                   ("loss_and_gradients",
                                    (ctypes.c_int32(0),
                                     pointer(network.gradients)))):
                status, actual = network.call(suffix, x, target, 1.0, *middle)
                assert status == -1 and actual == 77, (suffix, label)
        assert (network.gradients == before).all()


def check_open(folder):
    """An open batch: of several blocks, of one, and of none."""
    source, model = mlp("?", (20, 70, 10))
    os.makedirs(folder)
    network = Trained(source, "cross_entropy", folder)
    for rows in (0, 1, 3, 64, 151):
        check_network(network, model.float(), "cross_entropy", rows, (20,))


def main():
    torch.manual_seed(1)
    cases = [("small", 2, (20, 256, 10), "cross_entropy", "relu"),
             ("batch", 64, (784, 256, 10), "cross_entropy", "relu"),
             ("mse", 5, (7, 40, 33, 3), "mse", "tanh"),
             ("narrow", 3, (3, 2, 1), "mse", "sigmoid"),
             ("deep", 19, (70, 70, 50, 130, 9), "cross_entropy", "relu")]
    for name, rows, sizes, loss, activation in cases:
        source, model = mlp(rows, sizes, activation)
        check(source, model, loss, rows, os.path.join(FOLDER, name))
        print(f"{name}: agrees with PyTorch")
    for name, (source, model), shape in (
            ("images", images(), (4, 2, 12, 10)),
            ("shared", shared(), (3, 5, 6, 7)),
            ("normalized", normalized(), (6, 20)),
            ("words", words_in_rows(), (4, 6))):
        check(source, model, "cross_entropy", shape[0],
              os.path.join(FOLDER, name), shape[1:])
        print(f"{name}: agrees with PyTorch")
    check_open(os.path.join(FOLDER, "open"))
    print("open: agrees with PyTorch")


main()
