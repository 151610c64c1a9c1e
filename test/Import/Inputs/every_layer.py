# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Every layer and every function that nascent-import reads, with numbers that are
not the defaults."""

import math
import operator

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class All(nn.Module):
    """All results of layers that read one value."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        return tuple(layer(x) for layer in self.layers)


class Several(nn.Module):
    """All results of functions of one value."""

    def __init__(self, *functions):
        super().__init__()
        self.functions = functions

    def forward(self, x):
        return [function(x, self.training) if function.__code__.co_argcount == 2
                else function(x) for function in self.functions]


activations = All(
    nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(0.3), nn.ELU(0.7), nn.SELU(), nn.CELU(1.3),
    nn.Hardtanh(-0.5, 1e-05), nn.Sigmoid(), nn.LogSigmoid(), nn.Hardsigmoid(),
    nn.Softplus(2.0, 3.0), nn.Softsign(), nn.Tanh(), nn.GELU(),
    nn.GELU(approximate="tanh"), nn.SiLU(), nn.Hardswish(), nn.Mish(),
    nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.Identity(), nn.Dropout(0.3),
    nn.Dropout1d(), nn.AlphaDropout(), nn.PReLU(), nn.PReLU(5), nn.Flatten(),
    nn.Linear(6, 4), nn.Linear(6, 3, bias=False), nn.LayerNorm(6, eps=0.001),
    nn.LayerNorm((5, 6), elementwise_affine=False), nn.GroupNorm(5, 5),
    nn.BatchNorm1d(5, momentum=0.3), nn.InstanceNorm1d(5),
    nn.Sequential(nn.Linear(6, 8), nn.ReLU(inplace=True)))

one = All(
    nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2, bias=False),
    nn.Conv1d(4, 4, 3, padding="same"), nn.Conv1d(4, 4, 2, padding="valid"),
    nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
    nn.MaxPool1d(3, 2, 1, ceil_mode=True), nn.AvgPool1d(2, 1),
    nn.AdaptiveAvgPool1d(2), nn.AdaptiveMaxPool1d(3), nn.InstanceNorm1d(
        4, affine=True), nn.ConstantPad1d((1, 2), 0.5), nn.ReflectionPad1d((1, 2)),
    nn.ReplicationPad1d(1), nn.Upsample(scale_factor=2, mode="linear"),
    nn.BatchNorm1d(4, affine=False))

two = All(
    nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0)),
    nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect"),
    nn.Conv2d(4, 6, 3, padding=(0, 1), padding_mode="replicate"),
    nn.Conv2d(4, 6, (2, 4), padding="same"),
    nn.ConvTranspose2d(4, 3, (3, 2), (2, 1), (1, 0), (1, 0)),
    nn.MaxPool2d((3, 2), (2, 1), (1, 0)), nn.MaxPool2d(2, 1, dilation=2),
    nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    nn.AvgPool2d((2, 3), ceil_mode=True), nn.AdaptiveAvgPool2d(1),
    nn.AdaptiveAvgPool2d((2, 3)), nn.AdaptiveMaxPool2d(2),
    nn.BatchNorm2d(4, eps=0.01), nn.InstanceNorm2d(4), nn.GroupNorm(2, 4),
    nn.ZeroPad2d((1, 2, 3, 0)), nn.ConstantPad2d(1, -1.5),
    nn.ReflectionPad2d((1, 2, 0, 3)), nn.ReplicationPad2d(2),
    nn.Upsample(scale_factor=(2.0, 3.0)), nn.UpsamplingNearest2d(scale_factor=2),
    nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
    nn.Softmax2d(), nn.Dropout2d(), nn.PReLU(4), nn.Flatten(2))

three = All(
    nn.Conv3d(4, 2, (1, 2, 3)), nn.ConvTranspose3d(4, 2, 2, stride=2),
    nn.MaxPool3d(2), nn.AvgPool3d((2, 1, 2)), nn.AdaptiveAvgPool3d(2),
    nn.AdaptiveMaxPool3d((2, 1, 2)), nn.BatchNorm3d(4), nn.InstanceNorm3d(4),
    nn.ReplicationPad3d(1), nn.ConstantPad3d((1, 0, 2, 0, 0, 1), 2.0),
    nn.ReflectionPad3d(1), nn.Upsample(scale_factor=2, mode="trilinear"),
    nn.Dropout3d())

matrix = All(nn.Unflatten(1, (2, 3)), nn.BatchNorm1d(6), nn.Softmax(1),
             nn.FeatureAlphaDropout())

functions = Several(
    lambda x: F.relu(x), lambda x: torch.relu(x), lambda x: x.relu(),
    lambda x: F.relu6(x), lambda x: F.leaky_relu(x, 0.3),
    lambda x: F.elu(x, alpha=0.7), lambda x: F.selu(x), lambda x: F.celu(x, 0.5),
    lambda x: F.hardtanh(x, -0.5, 0.25), lambda x: torch.sigmoid(x),
    lambda x: F.logsigmoid(x), lambda x: F.hardsigmoid(x),
    lambda x: F.softplus(x, 2), lambda x: F.softsign(x), lambda x: torch.tanh(x),
    lambda x: F.gelu(x), lambda x: F.gelu(x, approximate="tanh"),
    lambda x: F.silu(x), lambda x: F.hardswish(x), lambda x: F.mish(x),
    lambda x: F.softmax(x, dim=1), lambda x: torch.softmax(x, -1),
    lambda x: x.log_softmax(1), lambda x: F.log_softmax(x, dim=2),
    lambda x, training: F.dropout(x, 0.5, training), lambda x: x.sigmoid(),
    lambda x: x.tanh(), lambda x: F.sigmoid(x), lambda x: F.tanh(x))

windows = Several(
    lambda x: F.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 3, stride=2, padding=1),
    lambda x: F.avg_pool2d(x, (2, 3), 1), lambda x: F.adaptive_avg_pool2d(x, 1),
    lambda x: F.adaptive_avg_pool2d(x, (2, 3)),
    lambda x: F.adaptive_max_pool2d(x, 2), lambda x: F.pad(x, (1, 2)),
    lambda x: F.pad(x, (1, 0, 2, 3), value=0.5),
    lambda x: F.pad(x, (1, 1, 2, 2), mode="reflect"),
    lambda x: F.interpolate(x, scale_factor=2),
    lambda x: F.interpolate(x, scale_factor=3, mode="bilinear"))

shapes = Several(
    lambda x: torch.flatten(x, 1), lambda x: x.flatten(2),
    lambda x: x.view(x.size(0), -1), lambda x: x.reshape(x.shape[0], 6, -1),
    lambda x: x.view(x.size(0), x.size(1), -1), lambda x: x.view(-1, 4, 72),
    lambda x: F.adaptive_avg_pool2d(x, 1).view(-1, 4),
    lambda x: F.adaptive_avg_pool2d(x, 1).reshape(-1, x.size(1)),
    lambda x: x.permute(0, 2, 3, 1), lambda x: torch.permute(x, (0, 3, 1, 2)),
    lambda x: x.transpose(1, 2), lambda x: torch.transpose(x, -1, 1),
    lambda x: x.mean(dim=(2, 3)), lambda x: x.mean([-2, -1], keepdim=True),
    lambda x: x.mean(1), lambda x: x.mean(1, keepdim=True), lambda x: x.amax((1, -1)),
    lambda x: x.amax((1, -1), keepdim=True), lambda x: torch.amax(x, 3),
    lambda x: torch.mean(x, dim=(1, 2)), lambda x: x.flatten(2).mean(1),
    lambda x: x[:, 1:3], lambda x: x[:, :, 2:], lambda x: x[..., :-1],
    lambda x: x[:, :, -1], lambda x: x[:, :, :, 2], lambda x: x[:, 1:, 2:4],
    lambda x: x.flatten(2).unsqueeze(1), lambda x: x[:, 1:2].squeeze(1),
    lambda x: x + x, lambda x: x * torch.relu(x), lambda x: torch.add(x, x),
    lambda x: x.mul(x), lambda x: torch.cat([x, x.tanh()], dim=2),
    lambda x: torch.cat((x, x, x), 1), lambda x: sum([x, x]),
    lambda x: operator.add(x, x).contiguous(), lambda x: torch.cat([x], -1),
    lambda x: torch.split(x, [1, 3], dim=1)[1], lambda x: x.chunk(2, dim=1)[0])


class TwoInputs(nn.Module):
    """Two inputs and two outputs, a block with two outputs, defaults."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(5, 4), nn.Linear(3, 4)
        self.both = Both()

    def forward(self, image, table, scale=None, wants_both=True):
        a, b = self.both(self.left(image), other=self.right(table))
        return {"sum": a, "product": b} if wants_both else a


class Both(nn.Module):
    def forward(self, one, other):
        total = one + other
        one = one * other
        one += total
        return total, one


class Twice(nn.Module):
    """Statistics that are shared, and those that are not where weights are."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(3, affine=False)
        self.block = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3, affine=False))
        self.unused = nn.Linear(3, 3)

    def forward(self, x):
        y = self.block(self.norm(x))
        self.unused(y)
        return self.norm(self.block(y))


class Words(nn.Module):
    """Indices are an input of the network, wherever the embedding is."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Embedding(20, 6, padding_idx=3),
                                   nn.Linear(6, 5))
        self.other = nn.Embedding(20, 5)

    def forward(self, words):
        return (self.inner(words) + self.other(words)).mean(1)


class Sequences(nn.Module):
    """Recurrent layers, whose forward gives states, too."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 5, 2, batch_first=True, dropout=0.2)
        self.both = nn.GRU(6, 3, bias=False, batch_first=True, bidirectional=True)
        self.rnn = nn.RNN(5, 4, nonlinearity="relu", batch_first=True)
        self.twin = nn.RNN(5, 4, batch_first=True)
        nn.init.uniform_(self.twin.weight_ih_l0, -0.25, 0.5)
        nn.init.uniform_(self.twin.weight_hh_l0, -0.25, 0.5)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        z, state = self.both(x)
        # As long as what it was computed of.
        z = z.contiguous().view(-1, x.size(1), 6)
        w = self.rnn(y)[0]
        _, last = self.twin(y)
        return y, h[-1], z, torch.cat((state[-2], state[-1]), dim=1), w, last[0]


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 5, 2, batch_first=True)

    def forward(self, x):
        zeros = torch.zeros(2, x.size(0), 5, device=x.device, dtype=x.dtype)
        return self.rnn(x, (zeros, torch.zeros_like(zeros).to(x.device)))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 5, 2, batch_first=True)
        self.head = nn.Linear(5, 2)

    def forward(self, x, state):
        h, c = state
        y, state = self.rnn(x, (h, c))
        return self.head(y), state


class Translator(nn.Module):
    """States go from one module to another, and out."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, x, z):
        _, state = self.encoder(x)
        y, (h, c) = self.decoder(z, state)
        return y, h[0], c[-1], h.transpose(0, 1), c.permute(1, 0, 2)


class Begun(nn.Module):
    """An input as a state, and states that a layer computes."""

    def __init__(self):
        super().__init__()
        self.first = nn.GRU(4, 5, bidirectional=True, batch_first=True)
        self.bridge = nn.Linear(10, 3)
        self.second = nn.RNN(10, 3, batch_first=True)

    def forward(self, x, state):
        y, h = self.first(x, state)
        bridge = torch.tanh(self.bridge(torch.cat((h[0], h[1]), 1)))
        z, g = self.second(y, bridge.unsqueeze(0))
        return z, g.squeeze(0), h


class Written(nn.Module):
    """Attention, written out, and arithmetic with numbers."""

    def __init__(self):
        super().__init__()
        self.heads = 3
        self.qkv = nn.Linear(12, 36)
        self.out = nn.Linear(12, 12)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).split(width, dim=2)
        shape = (batch, length, self.heads, width // self.heads)
        q, k, v = (each.view(shape).transpose(1, 2) for each in (q, k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(k.size(-1))
        y = torch.matmul(scores.softmax(-1), v)
        y = y.transpose(1, 2).contiguous().view(batch, length, width)
        z = torch.bmm(x, y.transpose(1, 2)).matmul(y)
        return self.out(1 - y * 2 + 0.5) - x / 3, -z


class Packed(nn.Module):
    """Sequences of several lengths."""

    def __init__(self):
        super().__init__()
        self.lower = nn.LSTM(4, 5, bidirectional=True, batch_first=True)
        self.upper = nn.GRU(10, 3, batch_first=True)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True,
                                      enforce_sorted=False)
        packed, (h, c) = self.lower(packed)
        z, g = self.upper(packed)
        y, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.size(1))
        return y, h[-1], c[0], g.squeeze(0), pad_packed_sequence(z, True)[0]


class Ends(nn.Module):
    """What sequences of several lengths end with, of the last layer alone."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 5, 2, batch_first=True)
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.first = nn.RNN(4, 3, 2, batch_first=True)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True,
                                      enforce_sorted=False)
        return self.lstm(packed)[1][0][-1], self.gru(packed)[1].squeeze(0), \
            self.first(packed)[1][0]


class Causal(nn.Module):
    """Zeros in front of convolutions: as many as keep the length, and others."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv1d(4, 4, 3)
        self.b = nn.Conv1d(4, 4, 3, stride=2, dilation=2)
        self.c = nn.Conv1d(4, 4, 3)
        self.d = nn.Conv1d(4, 4, 3, padding=1)

    def forward(self, x):
        twice = F.pad(x, (2, 0))
        return self.a(F.pad(x, (2, 0))), self.b(F.pad(x, (4, 0))), \
            self.c(F.pad(x, (1, 0))), self.d(F.pad(x, (2, 0))), \
            self.a(twice) + self.c(twice), self.c(F.pad(x, (2, 0), value=0.5)), \
            self.c(F.pad(x, (2, 1)))


class Attentive(nn.Module):
    """Attention, called in all ways, in a block and with names of modules that
    only look like those in it."""

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3, batch_first=True)
        self.norm = nn.LayerNorm(12)
        self.plain = nn.MultiheadAttention(12, 2, batch_first=True)
        self.out_proj = nn.Linear(12, 4)

    def forward(self, x):
        y = self.norm(x)
        x = x + self.attn(y, y, y, need_weights=False)[0]
        y, _ = self.plain(query=x, key=x, value=x)
        return self.out_proj(y)


class StepsFirst(nn.Module):
    """Layers that take the steps in front of the batch, one of them in a block."""

    def __init__(self):
        super().__init__()
        self.inner = Recurrent()
        self.attn = nn.MultiheadAttention(6, 2)
        self.gru = nn.GRU(6, 4)

    def forward(self, x):
        y = self.inner(x)
        y = self.attn(y, y, y, need_weights=False)[0]
        z, h = self.gru(self.attn(y, y.contiguous(), y)[0].permute(1, 0, 2).swapaxes(0, 1))
        return y.transpose(0, 1), z[-1], h[0], z.permute((1, 0, 2))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 3, bidirectional=True)

    def forward(self, x):
        y, _ = self.lstm(x.permute(1, 0, 2))
        return y


twice = Twice()
steps_first = StepsFirst()
attentive = nn.Sequential(Attentive(), nn.ReLU())
words = Words()
sequences = Sequences()
translator = Translator()
begun = Begun()
packed = Packed()
ends = Ends()
causal = Causal()
written = Written()
two_inputs = TwoInputs()
double = nn.Sequential(nn.Linear(3, 2).double())

CASES = {
    "activations": [(2, 5, 6)], "one": [(2, 4, 12)], "two": [(2, 4, 6, 6)],
    "three": [(2, 4, 4, 4, 6)], "matrix": [(2, 6)], "functions": [(2, 5, 6)],
    "windows": [(2, 4, 6, 6)], "shapes": [(2, 4, 6, 12)],
    "two_inputs": [(2, 5), (2, 3)], "double": [(2, 3)],
    "twice": [(2, 3)], "words": [[20, 2, 7]], "sequences": [(2, 7, 6)],
    "attentive": [(2, 5, 12)], "translator": [(2, 7, 4), (2, 5, 3)],
    "begun": [(3, 6, 4), (2, 3, 5)], "packed": [(3, 7, 4), (3,)],
    "ends": [(3, 7, 4), (3,)], "steps_first": [(2, 7, 5)], "causal": [(2, 4, 9)],
    "written": [(2, 5, 12)]}
# Values of inputs that are not drawn, and inputs and outputs that have the batch
# second in PyTorch.
GIVEN = dict.fromkeys(("packed", "ends"), {1: torch.tensor([3, 7, 1])})
STATES = {"begun": ([1], [2])}
INPUTS = {"functions": ["?x5x6"], "windows": ["?x4x6x6"], "shapes": ["?x4x6x12"],
          "activations": ["?x5x6"]}
