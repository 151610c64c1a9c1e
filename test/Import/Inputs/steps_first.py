# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks whose sequences have their steps first, PyTorch's default.

    steps_first.py write FOLDER

writes inputs and what PyTorch makes of them, with the batch in front.
"""

import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import rnn

torch.manual_seed(0)


class Tagger(nn.Module):
    """Of each step a class."""

    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(3, 5), nn.Linear(5, 2)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


class Classifier(nn.Module):
    """Of the last step; what stands in front computes each step by itself."""

    def __init__(self):
        super().__init__()
        self.enter = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
        self.gru = nn.GRU(4, 5, 2, bidirectional=True)
        self.head = nn.Linear(20, 2)

    def forward(self, x):
        y, h = self.gru(self.enter(x))
        y = torch.cat([y, -y.tanh()], -1)
        return self.head(y[-1, :, :] + y.mean(0)), h


class LanguageModel(nn.Module):
    """With a residual, a norm, and states that go on."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 6)
        self.rnn, self.norm = nn.LSTM(6, 6, 2), nn.LayerNorm(6)
        self.head = nn.Linear(6, 20)

    def forward(self, words):
        steps, batch = words.shape
        x = self.words(words)
        begin = torch.zeros(2, batch, 6, dtype=x.dtype)
        y, states = self.rnn(x, (begin, begin))
        z = F.relu(self.norm(y + x) * 2 - torch.tanh(x))
        z, _ = self.rnn(z, states)
        return F.log_softmax(self.head(z), dim=-1), states[0]


class Inside(nn.Module):
    """The batch first inside, and the steps outside."""

    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.LSTM(3, 4, batch_first=True), nn.GRU(4, 4)

    def forward(self, x):
        y, _ = self.inner(x.permute(1, 0, 2))
        return self.outer(y.transpose(0, 1))[0]


class Spotter(nn.Module):
    """A convolution, whose positions are the steps of what is behind it."""

    def __init__(self):
        super().__init__()
        self.conv, self.gru = nn.Conv1d(3, 4, 3), nn.GRU(4, 5)
        self.last = nn.Conv1d(5, 2, 1)

    def forward(self, x):
        y, h = self.gru(torch.relu(self.conv(x)).permute(2, 0, 1))
        return self.last(y.permute(1, 2, 0)), h[0], y.transpose(0, 2)


class Minus(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(4, 4)

    def forward(self, a, b):
        return self.line(a) * 2 - b


class Gathered(nn.Module):
    """Names of arguments, parts of features, and layers that change nothing."""

    def __init__(self):
        super().__init__()
        self.slope, self.same = nn.PReLU(), nn.Identity()
        self.gru, self.minus = nn.GRU(4, 4, bidirectional=True), Minus()

    def forward(self, x):
        y, h = self.gru(hx=None, input=self.same(self.slope(x)))
        y = self.same(y)
        return self.minus(b=y[:, :, :4], a=y[..., 4:]), h[1]


class Attending(nn.Module):
    """Both orders of what is one value."""

    def __init__(self):
        super().__init__()
        self.behind = nn.MultiheadAttention(8, 2)
        self.first = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        t = x.transpose(0, 1)
        y = self.norm(x + self.behind(x, x, x)[0])
        return y, self.first(t, t, t)[0]


class Two(nn.Module):
    """Two inputs, one of which a sum tells of; assigned sums; what is behind blocks."""

    def __init__(self):
        super().__init__()
        self.rnn, self.second = nn.RNN(3, 4), nn.Linear(2, 4)
        self.head = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3))

    def forward(self, x, z):
        y = self.rnn(x)[0] + self.second(z)
        y += F.softmax(self.second(z), -1)
        return self.head(y), y.mean(dim=(0,))


class Packed(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.rnn = nn.Linear(3, 4), nn.LSTM(4, 5)

    def forward(self, x, lengths):
        x = self.enter(x)
        packed = rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        packed, (h, _) = self.rnn(packed)
        return rnn.pad_packed_sequence(packed, total_length=x.size(0))[0], h[-1]


stacked = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.GRU(4, 5))
# A network, its inputs, and which outputs have their batch behind.
CASES = {"Tagger": (Tagger, [(7, 2, 3)], [True]),
         "Classifier": (Classifier, [(7, 2, 3)], [False, True]),
         "LanguageModel": (LanguageModel, [(7, 2)], [True, True]),
         "Inside": (Inside, [(7, 2, 3)], [True]),
         "Spotter": (Spotter, [(2, 3, 9)], [False, False, True]),
         "Gathered": (Gathered, [(7, 2, 4)], [True, False]),
         "Attending": (Attending, [(7, 2, 8)], [True, False]),
         "Two": (Two, [(7, 2, 3), (7, 2, 2)], [True, False]),
         "Packed": (Packed, [(7, 3, 3), [4, 7, 1]], [True, False]),
         "stacked": (lambda: stacked, [(7, 2, 3)], [True, True])}
tagger, classifier, language_model, inside, spotter, gathered, attending, two, packed = (
    CASES[name][0]() for name in list(CASES)[:-1])
NETWORKS = (tagger, classifier, language_model, inside, spotter, gathered,
            attending, two, packed, stacked)


def write(folder):
    for (name, (_, shapes, behind)), network in zip(CASES.items(), NETWORKS):
        network.eval()
        inputs = [torch.tensor(shape) if isinstance(shape, list) else
                  torch.randint(0, 20, shape) if name == "LanguageModel" else
                  torch.randn(shape) for shape in shapes]
        with torch.no_grad():
            results = network(*inputs)
        results = list(results) if isinstance(results, tuple) else [results]
        for index, x in enumerate(inputs):
            # The convolution's has its batch first.
            x = x.transpose(0, 1) if x.ndim > 1 and name != "Spotter" else x
            kind = np.float32 if x.is_floating_point() else np.int32
            np.save(os.path.join(folder, f"{name}.x{index}.npy"),
                    np.ascontiguousarray(x.numpy().astype(kind)))
        for index, (y, is_behind) in enumerate(zip(results, behind)):
            y = y.transpose(0, 1) if is_behind else y
            np.save(os.path.join(folder, f"{name}.y{index}.npy"),
                    np.ascontiguousarray(y.numpy()))


if __name__ == "__main__" and sys.argv[1:2] == ["write"]:
    write(sys.argv[2])
