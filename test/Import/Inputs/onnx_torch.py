# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Exports networks of PyTorch as ONNX, and compares what both compute.

    onnx_torch.py FOLDER [NETWORK...]

Each is exported for several operator sets, with a batch that is open for every other,
and run by nascent-run.
"""

import importlib.util
import os
import subprocess
import sys
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                "../../Integration/Inputs"))
import zoo_models  # noqa: E402


def load_beside(name):
    """A module beside this one, whatever else has its name."""
    spec = importlib.util.spec_from_file_location(
        "beside", os.path.join(os.path.dirname(os.path.realpath(__file__)), name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


every_layer = load_beside("every_layer.py")
steps_first = load_beside("steps_first.py")


class Block(nn.Module):
    """ResNet's."""

    def __init__(self, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(8, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.down = nn.Conv2d(8, channels, 1, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.down(x))


class Squeeze(nn.Module):
    """MobileNetV3's gate."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, 2, 1)
        self.inner = nn.Conv2d(8, 4, 1)
        self.outer = nn.Conv2d(4, 8, 1)

    def forward(self, x):
        x = F.hardswish(self.conv(x))
        gate = F.relu(self.inner(F.adaptive_avg_pool2d(x, 1)))
        return x * F.hardsigmoid(self.outer(gate))


class Mixer(nn.Module):
    """What a transformer has beside attention."""

    def __init__(self, approximate="none"):
        super().__init__()
        self.norm = nn.LayerNorm(16)
        self.up = nn.Linear(16, 32)
        self.act = nn.GELU(approximate)
        self.down = nn.Linear(32, 16)
        self.tokens = nn.Linear(6, 6)
        self.place = nn.Parameter(torch.randn(1, 6, 16))

    def forward(self, x):
        x = x + self.place
        x = x + self.tokens(x.transpose(1, 2)).transpose(1, 2)
        x = x + self.down(self.act(self.up(self.norm(x))))
        return F.softmax(x.mean(1), dim=-1)


class Views(nn.Module):
    """Shapes that are computed."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.group = nn.GroupNorm(2, 8)
        self.head = nn.Linear(8 * 16, 5)

    def forward(self, x):
        x = F.silu(self.group(self.conv(x)))
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = F.max_pool2d(x, 4, 2, 1)
        x = F.pixel_shuffle(F.pixel_unshuffle(F.pad(x, (1, 0, 0, 1)), 1), 1)
        x = x[:, :, 1:, :-1]
        x, y = x[:, :, :4, :4], x.mean((2, 3))
        x = x.reshape(x.size(0), -1)
        a, b = x[:, :64], x[:, 64:]
        z = self.head(torch.cat([a * 0.5, 1 - b], 1).view(x.size(0), -1))
        return F.log_softmax(z, dim=1), y / 3


def inverted(inner, outer, stride):
    return nn.Sequential(
        nn.Conv2d(8, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU6(),
        nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False),
        nn.BatchNorm2d(inner), nn.ReLU6(),
        nn.Conv2d(inner, outer, 1, bias=False), nn.BatchNorm2d(outer))


class MobileNet(nn.Module):
    """MobileNetV2's first blocks, and its head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False),
                                  nn.BatchNorm2d(8), nn.ReLU6())
        self.first, self.second = inverted(48, 8, 1), inverted(48, 16, 2)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.stem(x)
        x = self.second(x + self.first(x))
        return self.head(F.dropout(x.mean([2, 3]), 0.2, self.training))


def mlp():
    return nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16), nn.Tanh(),
                         nn.Linear(16, 3), nn.Softmax(dim=1))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten(),
        nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(),
        nn.Linear(84, 10))


def audio():
    return nn.Sequential(
        nn.Conv1d(2, 8, 5, 2, 2), nn.PReLU(8), nn.InstanceNorm1d(8, affine=True),
        nn.ConvTranspose1d(8, 4, 4, 2, 1), nn.ELU(), nn.Hardtanh(-2, 2),
        nn.LeakyReLU(0.2), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Softplus(),
        nn.Softsign(), nn.SELU(), nn.Mish())


class Words(nn.Module):
    """What words of a text have in common."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(30, 8)
        self.head = nn.Linear(8, 2)

    def forward(self, words):
        return self.head(self.table(words).mean(1))


class Lstm(nn.Module):
    """Outputs of all steps, and what is left after the last one."""

    def __init__(self):
        super().__init__()
        self.inner = nn.LSTM(3, 6, batch_first=True)
        self.outer = nn.LSTM(6, 5, bidirectional=True, bias=False, batch_first=True)

    def forward(self, x):
        y, (h, _) = self.inner(x)
        z, (g, _) = self.outer(y)
        return z, h[-1], torch.cat([g[0], g[1]], 1)


class Gru(nn.Module):
    """States alone."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 5, 2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(10, 4)

    def forward(self, x):
        _, h = self.rnn(x)
        return self.head(torch.cat([h[-2], h[-1]], dim=1))


class Rnn(nn.Module):
    """The last step's output."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 7, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(7, 2)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


class Resized(nn.Module):
    """Sizes by other than whole factors, and as other frameworks place elements."""

    def forward(self, x):
        y = F.interpolate(x, scale_factor=1.5, mode="bilinear")
        z = F.interpolate(x, size=(13, 5), mode="nearest")
        w = F.interpolate(x, size=(7, 12), mode="bilinear", align_corners=True)
        v = F.interpolate(x, size=(12, 16), mode="bicubic")
        # Scales whose products and quotients are whole only when rounded to f32.
        u = F.interpolate(x, scale_factor=0.7, mode="bilinear")
        t = F.interpolate(x, scale_factor=1.2, mode="nearest")
        return F.silu(y), z, w, v, u, t


class Padded(nn.Module):
    """Sequences of several lengths, the longest one first."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 5, 2, bidirectional=True, batch_first=True)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        packed, (h, c) = self.rnn(packed)
        return pad_packed_sequence(packed, batch_first=True)[0], h[-1], c[0]


NETWORKS = {
    "mlp": (mlp, (2, 20)),
    "lenet": (lenet, (2, 1, 28, 28)),
    "block": (lambda: Block(16, 2), (2, 8, 12, 12)),
    "mobilenet": (MobileNet, (2, 3, 32, 32)),
    "squeeze": (Squeeze, (2, 3, 16, 16)),
    "mixer": (Mixer, (2, 6, 16)),
    "mixer_tanh": (lambda: Mixer("tanh"), (2, 6, 16)),
    "views": (Views, (2, 3, 8, 8)),
    "words": (Words, (2, 7)),
    "audio": (audio, (2, 2, 64)),
    "lstm": (Lstm, (3, 7, 3)),
    "gru": (Gru, (3, 6, 3)),
    "rnn": (Rnn, (3, 5, 3)),
    "translator": (every_layer.Translator, [(2, 7, 4), (2, 5, 3)]),
    "begun": (every_layer.Begun, [(3, 6, 4), (2, 3, 5)]),
    "resized": (Resized, (2, 3, 8, 10)),
    "written": (every_layer.Written, (2, 5, 12)),
    "tagger": (steps_first.Tagger, (7, 3, 3)),
    "classifier": (steps_first.Classifier, (7, 3, 3)),
    "spotter": (steps_first.Spotter, (3, 3, 9)),
    "inside": (steps_first.Inside, (7, 3, 3)),
    "language": (steps_first.LanguageModel, (6, 3)),
    "padded": (Padded, [(3, 7, 4), [7, 3, 1]]),
    "resnet18": (zoo_models.resnet18, (1, 3, 64, 64)),
    "googlenet": (zoo_models.googlenet, (1, 3, 96, 96)),
}
# Inputs and outputs whose batch is behind states in PyTorch, and first here.
STATES = {"begun": ([1], [2]), "tagger": ([0], [0]), "inside": ([0], [0]),
          "spotter": ([], [2]), "classifier": ([0], [1]),
          "language": ([0], [0, 1])}
LARGE = ["resnet18", "googlenet"]


def draw(name, shape):
    """An input; lengths are what they are."""
    if isinstance(shape, list):
        return torch.tensor(shape)
    # Of tables.
    return torch.randint(0, 20, shape) if name in ("words", "language") else \
        torch.randn(shape)


def materialize(model, inputs):
    """Lazy layers get their sizes, and statistics are no defaults."""
    with torch.no_grad():
        model.eval()(*inputs)
        for name, tensor in model.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif tensor.dim() == 1 and tensor.is_floating_point():
                tensor.normal_(0.2, 0.3)


def check(folder, name, opset, is_open):
    make, shapes = NETWORKS[name]
    torch.manual_seed(0)
    inputs = [draw(name, shape) for shape in
              (shapes if isinstance(shapes, list) else [shapes])]
    model = make()
    materialize(model, inputs)
    with torch.no_grad():
        wanted = model.double()(*(x.double() if x.is_floating_point() else x
                                  for x in inputs))
    model.float()
    wanted = list(wanted) if isinstance(wanted, tuple) else [wanted]
    path = os.path.join(folder, f"{name}.onnx")
    names = ["x", "z"][:len(inputs)]
    behind = STATES.get(name, ((), ()))
    torch.onnx.export(
        model, tuple(inputs), path, opset_version=opset, input_names=names,
        dynamic_axes={each: {index in behind[0]: "batch"}
                      for index, each in enumerate(names)} if is_open else None)
    for arrays, indices in zip((inputs, wanted), behind):
        for index in indices:
            arrays[index] = arrays[index].swapaxes(0, 1)
    # What LLVM makes of networks is tested elsewhere, and takes half of the time.
    command = ["nascent-run", path, "-O0", "--rtol=1e-3", "--atol=1e-5"]
    for kind, arrays in (("input", inputs), ("expect", wanted)):
        for index, array in enumerate(arrays):
            file = os.path.join(folder, f"{kind}{index}.npy")
            np.save(file, array.numpy().astype(
                np.float32 if array.is_floating_point() else np.int32))
            command.append(f"--{kind}={file}")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{name}, operator set {opset}, batch {'open' if is_open else 'fixed'}:"
                 f"\n{done.stdout}{done.stderr}")


def main():
    warnings.simplefilter("ignore")
    folder, *chosen = sys.argv[1:]
    for name in chosen or NETWORKS:
        opsets = [13] if name in LARGE else [9, 11, 13, 16]
        if name == "resized":
            # Sets before know no other places.
            opsets = [11, 13, 16]
        if name in ("squeeze", "mixer_tanh"):
            # Before, PyTorch writes what neither has.
            opsets = [14, 16]
        for index, opset in enumerate(opsets):
            check(folder, name, opset, is_open=index % 2 == 0)
        print(f"{name} agrees with PyTorch, operator sets "
              f"{', '.join(map(str, opsets))}")


main()
