# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers of random networks of images: as text, and as PyTorch's modules.

A layer is drawn for an input of shape (channels, sizes…), without the batch. What
PyTorch refuses is drawn again, and the shape of a result is what PyTorch gives.
"""

import torch
from torch import nn
from torch.nn import functional as F

from random_layers import activation

CHANNELS = [1, 2, 3, 4, 5, 6, 8, 12, 16, 17, 20, 24, 32, 33]


class Function(nn.Module):
    """A module of a function of one value, maybe behind another module."""

    def __init__(self, function, module=None):
        super().__init__()
        self.function = function
        if module is not None:
            self.module = module

    def forward(self, x):
        return self.function(self.module(x) if hasattr(self, "module") else x)


class Before(nn.Module):
    def __init__(self, function, module):
        super().__init__()
        self.function, self.module = function, module

    def forward(self, x):
        return self.module(self.function(x))


def written(values):
    """Numbers of a clause; one, where all are the same."""
    values = list(values)
    return str(values[0]) if len(set(values)) == 1 else ", ".join(
        map(str, values))


def padding_of(before, after):
    """As `F.pad` takes it, the last dimension first."""
    return [n for pair in zip(reversed(before), reversed(after)) for n in pair]


def draw(rng, low, high, rank):
    """A number for each dimension, often the same for all."""
    if rng.random() < 0.6:
        return [rng.randint(low, high)] * rank
    return [rng.randint(low, high) for _ in range(rank)]


def draw_window(rng, rank, most=5):
    """Kernel, stride, dilation."""
    return (draw(rng, 1, most, rank),
            draw(rng, 1, 3, rank) if rng.random() < 0.4 else [1] * rank,
            draw(rng, 1, 3, rank) if rng.random() < 0.3 else [1] * rank)


def draw_padding(rng, most):
    """Before and after each dimension, at most `most`."""
    before = [rng.randint(0, limit) for limit in most]
    if rng.random() < 0.6:
        return before, before
    return before, [rng.randint(0, limit) for limit in most]


def clauses(kernel, stride, dilation, before, after):
    text = f"kernel({written(kernel)})"
    if any(n != 1 for n in stride):
        text += f" stride({written(stride)})"
    if any(before) or any(after):
        text += " padding({})".format(
            written(before) if before == after else ", ".join(
                map(str, before + after)))
    if any(n != 1 for n in dilation):
        text += f" dilation({written(dilation)})"
    return text


def draw_groups(rng, channels):
    """Groups and outputs; often each channel is one."""
    divisors = [n for n in range(1, channels + 1) if channels % n == 0]
    groups = rng.choice([1, 1, 1, channels, rng.choice(divisors)])
    fitting = [n for n in CHANNELS if n % groups == 0] or [groups]
    outputs = groups if groups > 1 and rng.random() < 0.5 \
        else rng.choice(fitting)
    return groups, outputs


def convolution(rng, shape, owner=None, keeps=False):
    """With the weight of `owner`, another convolution, where that is given; of
    the same shape as its input where it `keeps` that."""
    rank = len(shape) - 1
    kernel, stride, dilation = draw_window(rng, rank)
    groups, outputs = draw_groups(rng, shape[0])
    bias = rng.random() < 0.8
    if owner is not None:
        kernel, outputs = list(owner.kernel_size), owner.out_channels
        groups, bias = shape[0] // owner.weight.shape[1], owner.bias is not None
    if keeps:
        stride = [1] * rank
        groups, outputs = rng.choice([1, groups]), shape[0]
    kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[rank - 1]
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    if keeps or rng.random() < 0.2 and set(stride) == {1}:
        before = [(size - 1) // 2 for size in extent]
        after = [size - 1 - n for size, n in zip(extent, before)]
        text = clauses(kernel, stride, dilation, [], []) + " padding(same)"
    else:
        before, after = draw_padding(rng, extent)
        text = clauses(kernel, stride, dilation, before, after)
    if groups > 1:
        text += f" groups({groups})"
    module = kind(shape[0], outputs, kernel, stride, 0, dilation, groups, bias)
    if owner is not None:
        module.weight, module.bias = owner.weight, owner.bias
    sides = padding_of(before, after)
    return (f"conv{rank}d {{}}, {outputs} {text}" + ("" if bias else " no_bias"),
            Before(lambda x: F.pad(x, sides), module))


def transposed(rng, shape):
    rank = len(shape) - 1
    kernel, stride, dilation = draw_window(rng, rank, 4)
    groups, outputs = draw_groups(rng, shape[0])
    bias = rng.random() < 0.8
    kind = (nn.ConvTranspose1d, nn.ConvTranspose2d,
            nn.ConvTranspose3d)[rank - 1]
    before, after = draw_padding(rng, kernel)
    more = [rng.randint(0, max(s, d) - 1) if rng.random() < 0.3 else 0
            for s, d in zip(stride, dilation)]
    text = clauses(kernel, stride, dilation, before, after)
    if any(more):
        text += f" output_padding({written(more)})"
    if groups > 1:
        text += f" groups({groups})"
    module = kind(shape[0], outputs, kernel, stride, 0, more, groups, bias,
                  dilation)
    sides = [-n for n in padding_of(before, after)]
    # What padding cuts off; all of a dimension is refused.
    return (f"conv_transpose{rank}d {{}}, {outputs} {text}"
            + ("" if bias else " no_bias"),
            Function(lambda x: F.pad(x, sides), module))


def pool(rng, shape):
    rank = len(shape) - 1
    kernel, stride, dilation = draw_window(rng, rank, 4)
    is_max, ceil = rng.random() < 0.5, rng.random() < 0.3
    if not is_max:
        dilation = [1] * rank
    before, after = draw_padding(rng, [k // 2 for k in kernel])
    if ceil:
        after = before
    text = clauses(kernel, [0] * rank, dilation, before, after).replace(
        " stride(0)", f" stride({written(stride)})")
    text += " ceil" if ceil else ""
    exclude = before == after and rng.random() < 0.5
    if is_max:
        kind = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[rank - 1]
        options = dict(dilation=dilation)
        outside = float("-inf")
    else:
        kind = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)[rank - 1]
        options = dict(count_include_pad=not exclude)
        outside = 0.0
        text += " exclude_padding" if exclude else ""
    own = before if before == after else 0
    module = kind(kernel, stride, own, ceil_mode=ceil, **options)
    if before != after:
        sides = padding_of(before, after)
        module = Before(lambda x: F.pad(x, sides, value=outside), module)
    return (f"{'max' if is_max else 'avg'}_pool{rank}d {{}} {text}", module)


def adaptive_pool(rng, shape):
    rank = len(shape) - 1
    kind = rng.choice(["avg", "max"])
    if kind == "avg" and rng.random() < 0.4:
        return ("global_avg_pool {}",
                getattr(nn, f"AdaptiveAvgPool{rank}d")(1))
    sizes = [rng.choice([n for n in range(1, size + 1) if size % n == 0])
             for size in shape[1:]]
    module = getattr(nn, f"Adaptive{kind.title()}Pool{rank}d")(sizes)
    return f"adaptive_{kind}_pool{rank}d {{}} size({written(sizes)})", module


def norm(rng, shape):
    channels, rank = shape[0], len(shape) - 1
    kind = rng.choice(["batch", "batch", "layer", "group", "instance"])
    affine = rng.random() < 0.7
    no_affine = "" if affine else " no_affine"
    if kind == "batch":
        module = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d,
                  nn.BatchNorm3d)[rank](channels, affine=affine)
        return "batch_norm {}" + no_affine, module
    if kind == "layer":
        dims = rng.randint(1, len(shape))
        return (f"layer_norm {{}} dims({dims})" + no_affine,
                nn.LayerNorm(shape[-dims:], elementwise_affine=affine))
    if kind == "group" or rank == 0:
        groups = rng.choice([n for n in range(1, channels + 1)
                             if channels % n == 0])
        return (f"group_norm {{}}, {groups}" + no_affine,
                nn.GroupNorm(groups, channels, affine=affine))
    module = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)[rank - 1]
    return ("instance_norm {}" + (" affine" if affine else ""),
            module(channels, affine=affine))


def pad(rng, shape):
    mode = rng.choice(["constant", "reflect", "replicate"])
    before, after = draw_padding(rng, [2] * (len(shape) - 1))
    value = rng.choice([0.0, -1.5]) if mode == "constant" else 0.0
    text = f"pad {{}} padding({', '.join(map(str, before + after))})"
    if mode != "constant":
        text += f" mode({mode})"
    elif value:
        text += f" value({value})"
    sides = padding_of(before, after)
    if mode == "constant":
        return text, Function(lambda x: F.pad(x, sides, mode, value))
    return text, Function(lambda x: F.pad(x, sides, mode))


def upsample(rng, shape):
    rank = len(shape) - 1
    factors = draw(rng, 1, 3, rank)
    text = f"upsample {{}} scale({written(factors)})"
    scale = tuple(map(float, factors))
    if rng.random() < 0.5:
        return text, nn.Upsample(scale_factor=scale)
    mode = ("linear", "bilinear", "trilinear")[rank - 1]
    return text + f" mode({mode})", nn.Upsample(scale_factor=scale, mode=mode)


def permute(rng, shape):
    dims = list(range(1, len(shape) + 1))
    rng.shuffle(dims)
    dims = [0, *dims]
    return (f"permute {{}} dims({', '.join(map(str, dims))})",
            Function(lambda x: x.permute(dims)))


def reshape(rng, shape):
    """Merges neighbours, or splits a dimension."""
    sizes = list(shape)
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(sizes))
        if rng.random() < 0.5 and at + 1 < len(sizes):
            sizes[at:at + 2] = [sizes[at] * sizes[at + 1]]
        elif len(sizes) < 4:
            part = rng.choice([n for n in range(1, sizes[at] + 1)
                               if sizes[at] % n == 0])
            sizes[at:at + 1] = [part, sizes[at] // part]
    return (f"reshape {{}} shape(-1, {', '.join(map(str, sizes))})",
            Function(lambda x: x.reshape(-1, *sizes)))


def flatten(rng, shape):
    start = rng.choice([1, 1, rng.randint(1, len(shape))])
    return (f"flatten {{}} start({start})", nn.Flatten(start))


def dense(rng, shape):
    units, bias = rng.choice(CHANNELS), rng.random() < 0.8
    return (f"dense {{}}, {units}" + ("" if bias else " no_bias"),
            nn.Linear(shape[-1], units, bias))


def softmax(rng, shape):
    axis, log = rng.randint(1, len(shape)), rng.choice(["", "log_"])
    return (f"{log}softmax {{}} axis({axis})",
            nn.LogSoftmax(axis) if log else nn.Softmax(axis))


def prelu(rng, shape):
    if rng.random() < 0.5:
        return "prelu {}", nn.PReLU()
    return "prelu {} per_channel", nn.PReLU(shape[0])


def simple(rng, _):
    name, module = activation(rng)
    mnemonic, _, rest = name.partition(" ")
    return f"{mnemonic} {{}} {rest}".rstrip(), module


# What there is for images, and for values of any rank; how often.
IMAGE_LAYERS = ([convolution] * 8 + [transposed] * 3 + [pool] * 3
                + [adaptive_pool, pad, upsample])
LAYERS = [norm, norm, norm, simple, simple, simple, simple, prelu, softmax,
          permute, reshape, flatten, dense]


def random_layer(rng, shape):
    """A layer's text and module for an input of `shape`."""
    is_image = 2 <= len(shape) <= 4
    kinds = LAYERS + (IMAGE_LAYERS if is_image else [])
    return rng.choice(kinds)(rng, list(shape))
