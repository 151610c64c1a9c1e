# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks that cannot be imported."""

import torch
from torch import nn
from torch.nn import functional as F

several = nn.Sequential(
    nn.Bilinear(2, 3, 4),
    nn.Linear(4, 3),
    nn.Sequential(nn.LazyLinear(5), nn.AvgPool2d(2, divisor_override=3)),
    nn.Softmax(),
    nn.Upsample(scale_factor=2, mode="bicubic"))


class Forward(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.fc = nn.Linear(3, 3)
        self.lstm = nn.LSTM(3, 3)

    def forward(self, x):
        y = x * self.scale
        y = self.fc(y) * 2
        z = torch.einsum("ij->ij", y)
        o, (h, c) = self.lstm(z)
        return F.dropout(self.fc(x), 0.5)


class Branches(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x
        return -x


class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 4))

    def forward(self, x):
        return x + self.block(x)


class InPlaceView(nn.Module):
    def forward(self, x):
        y = torch.flatten(x, 1)
        F.relu_(y)
        return x


class Augmented(nn.Module):
    def forward(self, x):
        y = torch.tanh(x)
        z = y
        z += x
        return y


class Half(nn.Module):
    """Shares a weight, and has a bias of its own."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 3)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))


class Variadic(nn.Module):
    def forward(self, *xs):
        return xs[0]


class Parts(nn.Module):
    def forward(self, x):
        return x[0:1], x[:, ::2], x.view(6, -1), x.reshape(x.size(0), x.size(2)), \
            x.mean(), torch.cat([x, x]), x.softmax(0), x.T, x + 1, \
            torch.cat([x, x.mean(dim=0)], 1), x.transpose(0, 1)


hooked = nn.Sequential(nn.Linear(2, 2))
hooked[0].register_forward_hook(lambda module, inputs, output: output * 2)
widths = nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 5))
ranks = nn.Sequential(nn.LazyConv2d(2, 3), nn.LazyConv1d(2, 3))
flat = nn.Sequential(nn.Flatten(), nn.LazyLinear(2))
statistics = nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False),
                           nn.InstanceNorm2d(3, track_running_stats=True),
                           nn.Conv2d(3, 3, 3, padding=1, padding_mode="circular"),
                           nn.MaxPool2d(2, return_indices=True), nn.BatchNorm2d(3, 1e-5, 2))
dirac = nn.Sequential(nn.Conv1d(4, 4, 3))
nn.init.dirac_(dirac[0].weight, 2)
number = 3


def fails():
    raise ValueError("no data")


outer_hook = nn.Sequential(nn.Linear(2, 2))
outer_hook.register_forward_pre_hook(lambda module, inputs: (inputs[0] * 2,))
parametrized = nn.Sequential(nn.utils.parametrizations.orthogonal(nn.Linear(2, 2)))


class States(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, 2, batch_first=True)
        self.small = nn.LSTM(3, 4, batch_first=True, proj_size=2)
        self.mixed = nn.GRU(3, 4, batch_first=True)
        nn.init.zeros_(self.mixed.weight_ih_l0)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        y, _ = self.lstm(x, (h, c))
        return h[0], c[-1], h, self.small(x), self.mixed(x)[0]


class Behind(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.gru = nn.Conv1d(3, 4, 1), nn.GRU(3, 4)

    def forward(self, x):
        return self.gru(self.conv(x))[0], self.conv(self.gru(x)[0])


class Begun(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.gru = nn.GRU(3, 4, batch_first=True)
        self.fc = nn.Linear(4, 4)

    def forward(self, x, n):
        y, (h, c) = self.lstm(x)
        a = self.lstm(x, (h, torch.zeros(1, x.size(0), 4)))[0]
        b = self.gru(x, self.fc(y))[0]
        d = self.lstm(x, h)[0]
        e = self.gru(x, 3)[0]
        f = nn.utils.rnn.pack_padded_sequence(x, n)
        g = nn.utils.rnn.pack_padded_sequence(x, y, batch_first=True)
        i = nn.utils.rnn.pad_packed_sequence(y, batch_first=True)
        packed = nn.utils.rnn.pack_padded_sequence(x, n, batch_first=True)
        j = torch.tanh(packed)
        return h[0:1], h.permute(2, 0, 1), self.fc(h), a, b, d, e, f, g, i, j, \
            x.to(torch.float64)


class Computed(nn.Module):
    def forward(self, x):
        return 1 / x, x / 0, x @ x.mean(1), x @ x, x * 1e300


class Merged(nn.Module):
    """Shapes that may take what is not the batch for it."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 8, batch_first=True)

    def forward(self, x):
        y = self.gru(x)[0]
        z = x.relu()
        return z.reshape(-1, 1, z.size(1)), z.view(-1, z.size(1), 4), \
            z.reshape(-1, 4, z.shape[1]), y.view(-1, 8), y.reshape(-1, 4, 2), \
            y.view(-1, 12), y.mean(1).view(-1, 4)


class Frames(nn.Module):
    def forward(self, x):
        return x.view(-1, x.size(2), x.size(3), x.size(4))


class Gates(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(8, 4, 1)
        self.up = nn.Conv2d(4, 8, 1)
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        y = self.up(torch.relu(self.down(self.pool(x))))
        return x * torch.sigmoid(y), x + x.mean((2, 3), keepdim=True)


class LineGates(nn.Module):
    """Over places, features and channels of rank 3."""

    def __init__(self):
        super().__init__()
        self.line = nn.Conv1d(3, 4, 1)
        self.one = nn.Conv1d(4, 1, 1)
        self.lstm = nn.LSTM(4, 6, batch_first=True)
        self.score = nn.Linear(6, 1)

    def forward(self, x):
        y = self.line(x)
        z, _ = self.lstm(y.transpose(1, 2))
        return (y * F.adaptive_avg_pool1d(y, 1), y * self.one(y),
                z * torch.sigmoid(self.score(z)))


class VolumeGates(nn.Module):
    def __init__(self):
        super().__init__()
        self.volume = nn.Conv3d(3, 4, 1)

    def forward(self, x):
        y = self.volume(x)
        return y * F.adaptive_avg_pool3d(y, 1)


class Doubtful(nn.Module):
    """Lengths of other values, and a product that PyTorch may spread."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.gru = nn.GRU(3, 4, batch_first=True)

    def forward(self, x, n, image):
        packed = nn.utils.rnn.pack_padded_sequence(x, n, batch_first=True)
        packed, _ = self.gru(packed)
        a = nn.utils.rnn.pad_packed_sequence(packed, True, total_length=9)[0]
        b = nn.utils.rnn.pad_packed_sequence(packed, True, total_length=n.size(0))[0]
        rows = self.conv(image).transpose(1, 2)
        return a, b, rows[:, :1] @ rows.transpose(2, 3)


class Turned(nn.Module):
    """A batch behind the steps, where layers go along these."""

    def __init__(self):
        super().__init__()
        self.gru, self.conv = nn.GRU(4, 4), nn.Conv1d(4, 4, 1)

    def forward(self, x):
        t = x.transpose(0, 1)
        y = self.gru(x)[0]
        z = y.view(-1, 4)
        return (self.conv(y), y + t, y[:, 0], F.softmax(y, 1), torch.cat([y, y], 0),
                y.mean(1), y[0, 1], z)


class Counted(nn.Module):
    """A size that was the batch's, and would be the steps'."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 4)

    def forward(self, x, w):
        return w.view(x.size(0), -1), self.gru(x)[0]


class OverChannels(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        return self.conv(x).mean(1, keepdim=True)


def make(width, bias=True):
    return nn.Sequential(nn.Linear(width, 2, bias))


class Starred(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x):
        y, *rest = self.lstm(x)
        return y


class Squeezed(nn.Module):
    def forward(self, x):
        return x[None].tanh(), x[:, None, :].squeeze(2), x[:, None].squeeze(1)


class Widened(nn.Module):
    """What is supported of indices that make dimensions."""

    def forward(self, x):
        return x[:, None, :, 1:], x[..., None]


scripted = torch.jit.script(nn.Linear(3, 2))


class Bare(nn.Module):
    def __init__(self):
        self.number = 3

    def forward(self, x):
        return x


class Aliased(nn.Module):
    """In the same memory, also after the order of steps and batch is exchanged."""

    def __init__(self):
        super().__init__()
        self.gru, self.fc = nn.GRU(4, 4), nn.Linear(4, 4)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        a = self.fc(x)
        b = self.drop(a)
        y = self.gru(a)[0]
        F.relu_(b)
        return y, a


class OfOthers(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn, self.gru = nn.MultiheadAttention(4, 2), nn.GRU(4, 4)

    def forward(self, x, y):
        t = x.transpose(0, 1)
        return self.attn(x, t, t)[0], self.gru(hx=y)


class Quads(nn.Module):
    """Of four dimensions, the last one is not the third."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(9, 4)

    def forward(self, words):
        y = self.table(words.transpose(0, 1))
        return y[..., :2], y.mean(-3)
