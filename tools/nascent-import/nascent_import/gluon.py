# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The layers of MXNet Gluon's listings, as PyTorch's.

    (0): Dense(-1 -> 256, Activation(relu))
    (1): Conv2D(-1 -> 6, kernel_size=(5, 5), stride=(1, 1))
"""

import re

from .layers import LAYERS
from .listing_text import parse_arguments
from .refusals import RankRefusal, Refusal

ACTIVATIONS = {"relu": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh",
               "softsign": "Softsign", "softrelu": "Softplus",
               "log_sigmoid": "LogSigmoid", "mish": "Mish"}
WINDOW = re.compile(r"(Max|Avg)Pool([123])D")
CONVOLUTION = re.compile(r"Conv([123])D(Transpose)?")


def read_activation(text):
    """The layers of `linear`, `Activation(relu)` or `relu`."""
    name = re.fullmatch(r"(?:Activation\()?(\w+)\)?", text)
    if text == "linear":
        return []
    if not name or name[1] not in ACTIVATIONS:
        raise Refusal(f"the activation '{text}' is not supported; "
                      f"{', '.join(ACTIVATIONS)} are")
    return [(ACTIVATIONS[name[1]], [], {})]


def read_keywords(text):
    """name=value, separated by commas; words without quotes."""
    parsed = parse_arguments(re.sub(r"\s*=\s*", "=", text))
    if parsed is None or parsed[0]:
        raise Refusal(f"cannot read '{text}'")
    return parsed[1]


def split_channels(text):
    """(inputs or None, outputs, the rest) of `-1 -> 256, …`."""
    match = re.fullmatch(r"(-1|None|0|\d+) -> (\d+)(?:, (.*))?", text)
    if not match:
        raise Refusal(f"cannot read '{text}', expected such as '-1 -> 256, linear'")
    known = match[1] not in ("-1", "None", "0")
    return int(match[1]) if known else None, int(match[2]), match[3] or ""


def channels_first(keywords):
    layout = keywords.pop("layout", None)
    if layout and not layout.startswith("NC"):
        raise Refusal(f"the layout {layout} is not supported; NCHW is")


def dense(text):
    inputs, outputs, rest = split_channels(text)
    return [("Dense", [inputs, outputs], {}), *read_activation(rest)]


def convolution(kind, text):
    count, transposed = kind[1], kind[2]
    inputs, outputs, rest = split_channels(text)
    activation = re.search(r", (\w+\(\w+\)|\w+)$", rest)
    layers = read_activation(activation[1]) if activation else []
    keywords = read_keywords(rest[:activation.start()] if activation else rest)
    channels_first(keywords)
    return [(f"Conv{'Transpose' if transposed else ''}{count}d",
             [inputs, outputs], keywords), *layers]


def window(kind, text):
    keywords = read_keywords(text)
    channels_first(keywords)
    if keywords.pop("global_pool", False):
        if kind[1] == "Avg":
            return [("GlobalAvgPool", [], {})]
        return [(f"AdaptiveMaxPool{kind[2]}d", [1], {})]
    keywords.pop("pool_type", None)
    keywords["kernel_size"] = keywords.pop("size", None)
    return [(f"{kind[1]}Pool{kind[2]}d", [], keywords)]


def batch_norm(text):
    keywords = read_keywords(text)
    if keywords.get("axis", 1) != 1 or keywords.get("fix_gamma"):
        raise Refusal("only axis=1 and fix_gamma=False are supported")
    inputs = keywords.get("in_channels")
    if "momentum" in keywords:
        # PyTorch says how much is taken on, Gluon how much is kept.
        keywords["momentum"] = round(1 - keywords["momentum"], 12)
    return [("BatchNorm", [inputs if inputs and inputs > 0 else None],
             {name: keywords[name] for name in ("eps", "momentum")
              if name in keywords})]


def translate(node):
    """A list of layers, PyTorch's class, arguments and keywords; None for what is
    no layer of Gluon's alone."""
    kind, text = node.kind, node.arguments
    if kind == "Dense":
        return dense(text)
    if CONVOLUTION.fullmatch(kind):
        return convolution(CONVOLUTION.fullmatch(kind), text)
    if WINDOW.fullmatch(kind):
        return window(WINDOW.fullmatch(kind), text)
    if kind in ("GlobalAvgPool2D", "GlobalAvgPool1D", "GlobalAvgPool3D"):
        return [("GlobalAvgPool", [], {})]
    if kind == "Activation":
        return read_activation(text)
    if kind == "BatchNorm":
        return batch_norm(text)
    if kind == "LeakyReLU" and re.fullmatch(r"[-\d.e]+", text):
        return [("LeakyReLU", [float(text)], {})]
    if kind == "Dropout" and "axes" in text:
        keywords = read_keywords(text)
        whole = keywords.get("axes") not in (None, ())
        return [("Dropout2d" if whole else "Dropout", [keywords.get("p", 0.5)], {})]
    if kind == "Flatten" and not text:
        return [("Flatten", [], {})]
    return None


def linear(net, x, in_features, out_features):
    # Gluon's dense layer flattens its input, ours does not; a listing says neither.
    if x.rank != 2:
        raise RankRefusal(f"of a value of rank {x.rank}; Gluon flattens it, Nascent "
                          "does not: write '(…): Flatten' in front")
    return LAYERS["Linear"](net, x, in_features, out_features)


def norm(net, x, num_features, eps=1e-5, momentum=0.1):
    """Of any rank, where PyTorch has a class for each."""
    count = max(1, x.rank - 2)
    return LAYERS[f"BatchNorm{count}d"](net, x, num_features, eps, momentum)


def global_avg_pool(net, x):
    if x.rank < 3:
        raise RankRefusal(f"expected a value of rank 3 to 5, got rank {x.rank}")
    return net.add("global_avg_pool", x, [*x.sizes[:2], *[1] * (x.rank - 2)])


FUNCTIONS = {"Dense": linear, "BatchNorm": norm, "GlobalAvgPool": global_avg_pool}


def count_weights(node):
    """How many layers have one."""
    has_one = node.kind in ("Dense", "Embedding") or CONVOLUTION.fullmatch(node.kind)
    return bool(has_one) + \
        sum(count_weights(child) for _, child in node.children or [])


def is_own(node):
    """Whether a listing is Gluon's: where an activation is part of a layer, its
    indices are not those of layers."""
    return node.kind in ("Dense", "Activation", "BatchNorm", "HybridSequential") or \
        bool(CONVOLUTION.fullmatch(node.kind) or WINDOW.fullmatch(node.kind)) or \
        any(is_own(child) for _, child in node.children or [])
