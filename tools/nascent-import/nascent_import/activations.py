# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers that keep the shape and learn nothing."""

from .layers import layer, need
from .network import OF_ALPHA, OF_CHANNELS, number, unless
from .refusals import Refusal

PLAIN = {
    "Sigmoid": "sigmoid", "LogSigmoid": "log_sigmoid", "Softsign": "softsign",
    "Tanh": "tanh"}
IN_PLACE = {
    "ReLU": "relu", "SELU": "selu", "SiLU": "silu", "Mish": "mish",
    "Hardswish": "hardswish", "Hardsigmoid": "hardsigmoid"}


def activation(net, x, mnemonic, inplace=False, **clauses):
    result = net.add(mnemonic, x, x.sizes, keeps_type=True, **clauses)
    if inplace:
        net.overwrite(x, f"nn.{mnemonic} with inplace=True")
    return result


def plain(mnemonic):
    return lambda net, x: activation(net, x, mnemonic)


def in_place(mnemonic):
    return lambda net, x, inplace=False: activation(net, x, mnemonic, inplace)


for _name, _mnemonic in PLAIN.items():
    layer(_name)(plain(_mnemonic))
for _name, _mnemonic in IN_PLACE.items():
    layer(_name)(in_place(_mnemonic))


def stated(value, default):
    return unless(number(value), number(default))


@layer("LeakyReLU")
def leaky_relu(net, x, negative_slope=0.01, inplace=False):
    return activation(net, x, "leaky_relu", inplace,
                      slope=stated(negative_slope, 0.01))


@layer("ELU")
def elu(net, x, alpha=1.0, inplace=False):
    return activation(net, x, "elu", inplace, alpha=stated(alpha, 1))


@layer("CELU")
def celu(net, x, alpha=1.0, inplace=False):
    return activation(net, x, "celu", inplace, alpha=stated(alpha, 1))


@layer("Hardtanh")
def hardtanh(net, x, min_val=-1.0, max_val=1.0, inplace=False):
    return activation(net, x, "hardtanh", inplace, min=stated(min_val, -1),
                      max=stated(max_val, 1))


@layer("ReLU6")
def relu6(net, x, inplace=False):
    return hardtanh(net, x, 0.0, 6.0, inplace)


@layer("Softplus")
def softplus(net, x, beta=1.0, threshold=20.0):
    return activation(net, x, "softplus", beta=stated(beta, 1),
                      threshold=stated(threshold, 20))


@layer("GELU")
def gelu(net, x, approximate="none"):
    need(approximate in ("none", "tanh"), f"approximate='{approximate}' is not "
         "supported; 'none' and 'tanh' are")
    return activation(net, x, "gelu", tanh=approximate == "tanh")


def normalizer(net, x, mnemonic, dim):
    if not isinstance(dim, int):
        raise Refusal(f"dim={dim} is not supported; state a dimension")
    axis = x.axis(dim)
    need(axis > 0, "a softmax over the batch is not supported")
    return net.add(mnemonic, x, x.sizes, keeps_type=True,
                   axis=unless(axis, x.rank - 1))


@layer("Softmax")
def softmax(net, x, dim=None):
    return normalizer(net, x, "softmax", dim)


@layer("LogSoftmax")
def log_softmax(net, x, dim=None):
    return normalizer(net, x, "log_softmax", dim)


@layer("Softmax2d")
def softmax2d(net, x):
    return normalizer(net, x, "softmax", 1)


@layer("Identity")
def identity(net, x):
    return net.add("identity", x, x.sizes, keeps_type=True, view=True)


def dropout(remark):
    def add(net, x, p=0.5, inplace=False):
        result = net.add("dropout", x, x.sizes, keeps_type=True, view=True,
                         p=unless(number(p), number(0.5)))
        net.layers[-1].remark = remark if p else None
        return result
    return add


for _name, _remark in (
        ("Dropout", None), ("Dropout1d", OF_CHANNELS), ("Dropout2d", OF_CHANNELS),
        ("Dropout3d", OF_CHANNELS), ("AlphaDropout", OF_ALPHA),
        ("FeatureAlphaDropout", OF_ALPHA)):
    layer(_name)(dropout(_remark))
