# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks as the book "Dive into Deep Learning" writes them, before they have
seen an input. CASES has the shapes of inputs for each."""

import torch
from torch import nn
from torch.nn import functional as F

mlp = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.LazyLinear(256)
        self.out = nn.LazyLinear(10)

    def forward(self, X):
        return self.out(F.relu(self.hidden(X)))


class MySequential(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            self.add_module(str(idx), module)

    def forward(self, X):
        for module in self.children():
            X = module(X)
        return X


class NestMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.LazyLinear(64), nn.ReLU(),
                                 nn.LazyLinear(32), nn.ReLU())
        self.linear = nn.LazyLinear(16)

    def forward(self, X):
        return self.linear(self.net(X))


chimera = nn.Sequential(NestMLP(), nn.LazyLinear(20),
                        MySequential(nn.LazyLinear(4), nn.ReLU()))


def block1():
    return nn.Sequential(nn.LazyLinear(32), nn.ReLU(),
                         nn.LazyLinear(16), nn.ReLU())


def block2():
    net = nn.Sequential()
    for i in range(4):
        net.add_module(f'block {i}', block1())
    return net


rgnet = nn.Sequential(block2(), nn.LazyLinear(10))

shared = nn.LazyLinear(8)
shared_net = nn.Sequential(nn.LazyLinear(8), nn.ReLU(),
                           shared, nn.ReLU(),
                           shared, nn.ReLU(),
                           nn.LazyLinear(1))


class SharedAcross(nn.Module):
    """A layer that two blocks share, and a block that is called twice."""

    def __init__(self):
        super().__init__()
        fc = nn.LazyLinear(8)
        self.a = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), fc)
        self.b = nn.Sequential(fc, nn.Tanh())

    def forward(self, X):
        return self.b(self.b(self.a(X)))


softmax_regression = nn.Sequential(nn.Flatten(), nn.LazyLinear(10))

leNet = nn.Sequential(
    nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(),
    nn.AvgPool2d(kernel_size=2, stride=2),
    nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(),
    nn.AvgPool2d(kernel_size=2, stride=2),
    nn.Flatten(),
    nn.LazyLinear(120), nn.Sigmoid(),
    nn.LazyLinear(84), nn.Sigmoid(),
    nn.LazyLinear(10))


class Residual(nn.Module):  #@save
    """The Residual block of ResNet models."""
    def __init__(self, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(num_channels, kernel_size=3, padding=1,
                                   stride=strides)
        self.conv2 = nn.LazyConv2d(num_channels, kernel_size=3, padding=1)
        if use_1x1conv:
            self.conv3 = nn.LazyConv2d(num_channels, kernel_size=1,
                                       stride=strides)
        else:
            self.conv3 = None
        self.bn1 = nn.LazyBatchNorm2d()
        self.bn2 = nn.LazyBatchNorm2d()

    def forward(self, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        Y += X
        return F.relu(Y)


residual = nn.Sequential(nn.LazyConv2d(4, 3), Residual(4),
                         Residual(6, use_1x1conv=True, strides=2))


class Inception(nn.Module):
    # c1--c4 are the number of output channels for each branch
    def __init__(self, c1, c2, c3, c4, **kwargs):
        super(Inception, self).__init__(**kwargs)
        # Branch 1
        self.b1_1 = nn.LazyConv2d(c1, kernel_size=1)
        # Branch 2
        self.b2_1 = nn.LazyConv2d(c2[0], kernel_size=1)
        self.b2_2 = nn.LazyConv2d(c2[1], kernel_size=3, padding=1)
        # Branch 3
        self.b3_1 = nn.LazyConv2d(c3[0], kernel_size=1)
        self.b3_2 = nn.LazyConv2d(c3[1], kernel_size=5, padding=2)
        # Branch 4
        self.b4_1 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.b4_2 = nn.LazyConv2d(c4, kernel_size=1)

    def forward(self, x):
        b1 = F.relu(self.b1_1(x))
        b2 = F.relu(self.b2_2(F.relu(self.b2_1(x))))
        b3 = F.relu(self.b3_2(F.relu(self.b3_1(x))))
        b4 = F.relu(self.b4_2(self.b4_1(x)))
        return torch.cat((b1, b2, b3, b4), dim=1)


inception = Inception(8, (4, 8), (4, 8), 4)


def conv_block(num_channels):
    return nn.Sequential(
        nn.LazyBatchNorm2d(), nn.ReLU(),
        nn.LazyConv2d(num_channels, kernel_size=3, padding=1))


class DenseBlock(nn.Module):
    def __init__(self, num_convs, num_channels):
        super(DenseBlock, self).__init__()
        layer = []
        for i in range(num_convs):
            layer.append(conv_block(num_channels))
        self.net = nn.Sequential(*layer)

    def forward(self, X):
        for blk in self.net:
            Y = blk(X)
            # Concatenate input and output of each block along the channels
            X = torch.cat((X, Y), dim=1)
        return X


dense_block = DenseBlock(2, 10)

CASES = {
    "mlp": [(2, 20)], "MLP()": [(2, 20)], "chimera": [(2, 20)],
    "rgnet": [(2, 4)], "shared_net": [(2, 4)], "SharedAcross()": [(2, 4)],
    "softmax_regression": [(2, 1, 5, 6)], "leNet": [(1, 1, 28, 28)],
    "residual": [(2, 3, 8, 9)], "inception": [(2, 3, 8, 9)],
    "dense_block": [(2, 3, 8, 8)]}
INPUTS = {"softmax_regression": ["?x?x?x?"]}
