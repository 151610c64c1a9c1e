# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The zoo's models in PyTorch: `MODELS` gives for each network what makes it, the
input's channels, and the two resolutions at which it is tested. Of a sequence there
are no channels, but two lengths, with the features behind them."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

from zoo_sequences import SEQUENCES


def conv(channels, kernel, stride=1, padding=0, **options):
    return nn.LazyConv2d(channels, kernel, stride, padding, **options)


def head():
    return nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(),
                         nn.LazyLinear(10))


def lenet():
    return nn.Sequential(
        conv(6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        conv(16, 5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten(),
        nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(),
        nn.LazyLinear(10))


def bn_lenet():
    return nn.Sequential(
        conv(6, 5), nn.LazyBatchNorm2d(), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        conv(16, 5), nn.LazyBatchNorm2d(), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Flatten(), nn.LazyLinear(120), nn.LazyBatchNorm1d(), nn.Sigmoid(),
        nn.LazyLinear(84), nn.LazyBatchNorm1d(), nn.Sigmoid(),
        nn.LazyLinear(10))


def classifier():
    return [nn.Flatten(), nn.LazyLinear(4096), nn.ReLU(), nn.Dropout(0.5),
            nn.LazyLinear(4096), nn.ReLU(), nn.Dropout(0.5),
            nn.LazyLinear(10)]


def alexnet():
    return nn.Sequential(
        conv(96, 11, 4, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        conv(256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        conv(384, 3, padding=1), nn.ReLU(), conv(384, 3, padding=1), nn.ReLU(),
        conv(256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), *classifier())


def vgg11():
    def block(convolutions, channels):
        layers = []
        for _ in range(convolutions):
            layers += [conv(channels, 3, padding=1), nn.ReLU()]
        return nn.Sequential(*layers, nn.MaxPool2d(2, 2))
    return nn.Sequential(
        *(block(*kind) for kind in ((1, 64), (1, 128), (2, 256), (2, 512),
                                    (2, 512))), *classifier())


def nin():
    def block(channels, kernel, stride, padding):
        return nn.Sequential(
            conv(channels, kernel, stride, padding), nn.ReLU(),
            conv(channels, 1), nn.ReLU(), conv(channels, 1), nn.ReLU())
    return nn.Sequential(
        block(96, 11, 4, 0), nn.MaxPool2d(3, 2), block(256, 5, 1, 2),
        nn.MaxPool2d(3, 2), block(384, 3, 1, 1), nn.MaxPool2d(3, 2),
        nn.Dropout(0.5), block(10, 3, 1, 1), nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten())


class Inception(nn.Module):
    """Four branches, one after the other in the result's channels."""

    def __init__(self, c1, c2, c3, c4):
        super().__init__()
        self.b1_1 = conv(c1, 1)
        self.b2_1, self.b2_2 = conv(c2[0], 1), conv(c2[1], 3, padding=1)
        self.b3_1, self.b3_2 = conv(c3[0], 1), conv(c3[1], 5, padding=2)
        self.b4_1, self.b4_2 = nn.MaxPool2d(3, 1, 1), conv(c4, 1)

    def forward(self, x):
        return torch.cat(
            (F.relu(self.b1_1(x)),
             F.relu(self.b2_2(F.relu(self.b2_1(x)))),
             F.relu(self.b3_2(F.relu(self.b3_1(x)))),
             F.relu(self.b4_2(self.b4_1(x)))), dim=1)


def googlenet():
    def pool():
        return nn.MaxPool2d(3, 2, 1)
    return nn.Sequential(
        nn.Sequential(conv(64, 7, 2, 3), nn.ReLU(), pool()),
        nn.Sequential(conv(64, 1), nn.ReLU(), conv(192, 3, padding=1),
                      nn.ReLU(), pool()),
        nn.Sequential(Inception(64, (96, 128), (16, 32), 32),
                      Inception(128, (128, 192), (32, 96), 64), pool()),
        nn.Sequential(Inception(192, (96, 208), (16, 48), 64),
                      Inception(160, (112, 224), (24, 64), 64),
                      Inception(128, (128, 256), (24, 64), 64),
                      Inception(112, (144, 288), (32, 64), 64),
                      Inception(256, (160, 320), (32, 128), 128), pool()),
        nn.Sequential(Inception(256, (160, 320), (32, 128), 128),
                      Inception(384, (192, 384), (48, 128), 128),
                      nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()),
        nn.LazyLinear(10))


class Residual(nn.Module):
    """Two convolutions beside a shortcut. `same` pads as TensorFlow does where
    the stride is 2 and sizes are even."""

    def __init__(self, channels, shortcut=False, stride=1, same=False):
        super().__init__()
        self.before = nn.ZeroPad2d((0, 1, 0, 1) if same and stride == 2
                                   else 1)
        self.conv1 = conv(channels, 3, stride)
        self.conv2 = conv(channels, 3, padding=1)
        self.conv3 = conv(channels, 1, stride) if shortcut else nn.Identity()
        self.bn1, self.bn2 = nn.LazyBatchNorm2d(), nn.LazyBatchNorm2d()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(self.before(x))))
        return F.relu(self.bn2(self.conv2(y)) + self.conv3(x))


def stem():
    return nn.Sequential(conv(64, 7, 2, 3), nn.LazyBatchNorm2d(), nn.ReLU(),
                         nn.MaxPool2d(3, 2, 1))


def resnet18():
    model = nn.Sequential(stem())
    for i, channels in enumerate((64, 128, 256, 512)):
        first = Residual(channels, True, 2) if i else Residual(channels)
        model.add_module(f"b{i + 2}",
                         nn.Sequential(first, Residual(channels)))
    model.add_module("last", head())
    return model


class ResNeXtBlock(nn.Module):
    """A convolution in groups between two of 1×1, beside a shortcut."""

    def __init__(self, channels, group, down=False):
        super().__init__()
        stride = 2 if down else 1
        self.conv1 = conv(channels, 1)
        self.conv2 = conv(channels, 3, stride, 1, groups=channels // group)
        self.conv3 = conv(channels, 1)
        self.bn1, self.bn2 = nn.LazyBatchNorm2d(), nn.LazyBatchNorm2d()
        self.bn3 = nn.LazyBatchNorm2d()
        self.conv4, self.bn4 = nn.Identity(), nn.Identity()
        if down:
            self.conv4, self.bn4 = conv(channels, 1, 2), nn.LazyBatchNorm2d()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.bn4(self.conv4(x)))


def resnext():
    model = nn.Sequential(
        stem(), ResNeXtBlock(64, 16), ResNeXtBlock(64, 16),
        ResNeXtBlock(128, 16, True), ResNeXtBlock(128, 16))
    model.add_module("last", head())
    return model


def regnet():
    model = nn.Sequential(nn.Sequential(conv(32, 3, 2, 1),
                                        nn.LazyBatchNorm2d(), nn.ReLU()))
    for i, (depth, channels) in enumerate(((4, 32), (6, 80))):
        model.add_module(f"stage{i + 1}", nn.Sequential(
            *(ResNeXtBlock(channels, 16, j == 0) for j in range(depth))))
    model.add_module("last", head())
    return model


class DenseBlock(nn.Module):
    """Each block reads what all before it have computed."""

    def __init__(self, blocks, channels):
        super().__init__()
        self.net = nn.Sequential(*(
            nn.Sequential(nn.LazyBatchNorm2d(), nn.ReLU(),
                          conv(channels, 3, padding=1))
            for _ in range(blocks)))

    def forward(self, x):
        for block in self.net:
            x = torch.cat((x, block(x)), dim=1)
        return x


def densenet():
    model, channels = nn.Sequential(stem()), 64
    for i in range(4):
        model.add_module(f"dense_blk{i + 1}", DenseBlock(4, 32))
        channels += 4 * 32
        if i != 3:
            channels //= 2
            model.add_module(f"tran_blk{i + 1}", nn.Sequential(
                nn.LazyBatchNorm2d(), nn.ReLU(), conv(channels, 1),
                nn.AvgPool2d(2, 2)))
    model.add_module("last", nn.Sequential(nn.LazyBatchNorm2d(), nn.ReLU(),
                                           *head()))
    return model


def padded(layer, sides):
    """The layer, whose input is padded by left, right, top, bottom."""
    layer.register_forward_pre_hook(
        lambda _, inputs: F.pad(inputs[0], sides))
    return layer


def ds_cnn():
    def block():
        return nn.Sequential(
            conv(64, 3, padding=1, groups=64), nn.LazyBatchNorm2d(), nn.ReLU(),
            conv(64, 1), nn.LazyBatchNorm2d(), nn.ReLU())
    return nn.Sequential(
        padded(conv(64, (10, 4), 2), (1, 1, 4, 5)), nn.LazyBatchNorm2d(), nn.ReLU(),
        nn.Dropout(0.2), block(), block(), block(), block(), nn.Dropout(0.4),
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(12),
        nn.Softmax(-1))


def resnet8():
    return nn.Sequential(
        conv(16, 3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(),
        Residual(16, same=True), Residual(32, True, 2, same=True),
        Residual(64, True, 2, same=True), nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(), nn.LazyLinear(10), nn.Softmax(-1))


class InvertedResidual(nn.Module):
    """Units and a convolution of 1×1, beside a shortcut where shapes allow."""

    def __init__(self, units, channels, shortcut):
        super().__init__()
        self.conv = nn.Sequential(*units, conv(channels, 1, bias=False),
                                  nn.LazyBatchNorm2d())
        self.shortcut = shortcut

    def forward(self, x):
        return x + self.conv(x) if self.shortcut else self.conv(x)


def mobilenet_v2():
    def unit(channels, kernel, stride=1, groups=1):
        return nn.Sequential(
            conv(channels, kernel, stride, kernel // 2, groups=groups,
                 bias=False), nn.LazyBatchNorm2d(), nn.ReLU6())
    layers, inputs = [unit(32, 3, 2)], 32
    for factor, channels, count, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
            (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(count):
            expanded, step = factor * inputs, 1 if i else stride
            units = [unit(expanded, 1)] if factor > 1 else []
            layers.append(InvertedResidual(
                [*units, unit(expanded, 3, step, expanded)], channels,
                step == 1 and inputs == channels))
            inputs = channels
    layers.append(unit(1280, 1))
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(*layers), pool=nn.AdaptiveAvgPool2d((1, 1)),
        flatten=nn.Flatten(),
        classifier=nn.Sequential(nn.Dropout(0.2), nn.LazyLinear(1000))))


class Mlp(nn.Module):
    def __init__(self, hidden, size):
        super().__init__()
        self.fc1, self.fc2 = nn.LazyLinear(hidden), nn.LazyLinear(size)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Mixer(nn.Module):
    """Mixes patches, then channels."""

    def __init__(self, patches, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.mlp_tokens = Mlp(48, patches)
        self.mlp_channels = Mlp(4 * channels, channels)

    def forward(self, x):
        x = x + self.mlp_tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.mlp_channels(self.norm2(x))


class MlpMixer(nn.Module):
    def __init__(self, patches=64, channels=96, depth=6):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(proj=conv(channels, 4, 4)))
        self.blocks = nn.Sequential(*(Mixer(patches, channels)
                                      for _ in range(depth)))
        self.norm = nn.LayerNorm(channels)
        self.head = nn.LazyLinear(10)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        return self.head(self.norm(self.blocks(x)).mean(dim=1))


class Words(int):
    """How many words there are; what is classified are sequences of them."""


class TextCnn(nn.Module):
    def __init__(self, words=2000, width=50, channels=100):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.constant_embedding = nn.Embedding(words, width)
        self.convs = nn.ModuleList(nn.Conv1d(2 * width, channels, kernel)
                                   for kernel in (3, 4, 5))
        self.decoder = nn.LazyLinear(2)

    def forward(self, words):
        x = torch.cat((self.embedding(words), self.constant_embedding(words)),
                      2).permute(0, 2, 1)
        return self.decoder(torch.cat(
            [F.relu(layer(x)).amax(2) for layer in self.convs], 1))


class Transformer(nn.Module):
    def __init__(self, words=1000, width=64, longest=128):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.position = nn.Embedding(longest, width)
        self.layers = nn.Sequential(*(nn.TransformerEncoderLayer(
            width, 4, 128, activation="gelu", batch_first=True)
            for _ in range(2)))
        self.head = nn.LazyLinear(10)

    def forward(self, words):
        x = self.embedding(words) + self.position.weight[:words.shape[1]]
        return self.head(self.layers(x).mean(1))


class VitBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, 3, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Mlp(4 * width, width)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attn(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class Vit(nn.Module):
    def __init__(self, width=48, patches=128):
        super().__init__()
        self.patches = conv(width, 4, 4)
        self.position = nn.Embedding(patches, width)
        self.blocks = nn.Sequential(*(VitBlock(width) for _ in range(4)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.LazyLinear(10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = x + self.position.weight[:x.shape[1]]
        return self.head(self.norm(self.blocks(x)).mean(1))


MODELS = {
    "lenet": (lenet, 1, ((28, 28), (20, 33))),
    "bn_lenet": (bn_lenet, 1, ((28, 28), (20, 33))),
    "alexnet": (alexnet, 1, ((65, 65), (66, 97))),
    "vgg11": (vgg11, 1, ((32, 32), (33, 64))),
    "nin": (nin, 1, ((67, 67), (68, 99))),
    "googlenet": (googlenet, 1, ((32, 32), (41, 58))),
    "resnet18": (resnet18, 1, ((32, 32), (41, 58))),
    "resnext": (resnext, 3, ((32, 32), (23, 38))),
    "regnet": (regnet, 3, ((32, 32), (23, 38))),
    "densenet": (densenet, 1, ((32, 32), (41, 58))),
    "mobilenet_v2": (mobilenet_v2, 3, ((32, 32), (41, 58))),
    "mlp_mixer": (MlpMixer, 3, ((32, 32), (17, 66))),
    "ds_cnn": (ds_cnn, 1, ((49, 10), (30, 14))),
    "resnet8": (resnet8, 3, ((32, 32), (20, 28))),
    "text_cnn": (TextCnn, Words(2000), ((40,), (77,))),
    "transformer": (Transformer, Words(1000), ((32,), (51,))),
    "vit": (Vit, 3, ((32, 32), (17, 66))),
    **SEQUENCES,
}
