# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's layers that learn, join and move elements.

`LAYERS` has a function for each class. It has the call and the tensors that are
read, several for a layer that joins, and returns the result.
"""

import math

import numpy as np

from ..network import OF_ALPHA, OF_CHANNELS, number, unless
from .call import channels_last, need, to_first

LAYERS = {}


def layer(*names):
    """Enters a function in the table."""
    def enter(function):
        for name in names:
            LAYERS[name] = function
        return function
    return enter


def bias_of(call):
    return [("bias", "bias", "bias_init", call.number("bias_initializer", "zeros"),
             np.asarray)] * call.flag("use_bias", True)


@layer("Dense")
def dense(call, x):
    from .activations import activate
    value, units = x.last(), call.positive("units")
    result = call.add_main("dense", value, [*value.sizes[:-1], units], units,
                           no_bias=not call.flag("use_bias", True))
    call.learn([("kernel", "weight", "init",
                 call.number("kernel_initializer", "glorot_uniform"),
                 np.transpose), *bias_of(call)])
    return activate(call, call.last(result), call.number("activation", "linear"))


@layer("BatchNormalization")
def batch_normalization(call, x):
    axis = call.number("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    need(axis in (-1, x.rank - 1), f"axis={axis} is not supported; the last is")
    value = x.first()
    scale, center = call.flag("scale", True), call.flag("center", True)
    result = call.add_main(
        "batch_norm", value, value.sizes, keeps_type=True,
        eps=unless(number(call.number("epsilon", 1e-3)), number(1e-5)),
        # Keras says how much is kept, PyTorch how much is taken on.
        momentum=unless(number(round(1 - call.number("momentum", 0.99), 12)),
                        number(0.1)),
        no_affine=not scale and not center)
    learn_affine(call, scale, center, [
        ("moving_mean", "running_mean", None, None, np.asarray),
        ("moving_variance", "running_var", None, None, np.asarray)])
    return call.first(result)


def learn_affine(call, scale, center, more=()):
    """Scale and shift; where Keras has one of them, the other is that of nothing."""
    gamma = ("gamma", "weight", "init", call.number("gamma_initializer", "ones"),
             np.asarray)
    beta = ("beta", "bias", "bias_init", call.number("beta_initializer", "zeros"),
            np.asarray)
    call.learn([*[gamma] * scale, *[beta] * center, *more])
    arrays = call.learners[-1][2]
    if scale and not center and arrays:
        arrays["bias"] = np.zeros_like(arrays["weight"])
    if center and not scale and arrays:
        arrays["weight"] = np.ones_like(arrays["bias"])


@layer("LayerNormalization")
def layer_normalization(call, x):
    need(not call.flag("rms_scaling", False), "rms_scaling=True is not supported")
    axes = call.number("axis", -1)
    axes = axes if isinstance(axes, list) else [axes]
    axes = sorted(axis % x.rank for axis in axes)
    need(axes == list(range(x.rank - len(axes), x.rank)) and axes[0] > 0,
         f"axis={axes} is not supported; the last dimensions are")
    value = x.last()
    scale, center = call.flag("scale", True), call.flag("center", True)
    need(scale or not center, "scale=False with center=True is not supported")
    result = call.add_main(
        "layer_norm", value, value.sizes, keeps_type=True, dims=unless(len(axes), 1),
        eps=unless(number(call.number("epsilon", 1e-3)), number(1e-5)),
        no_affine=not scale, no_bias=scale and not center)
    if scale:
        call.learn([
            ("gamma", "weight", "init", call.number("gamma_initializer", "ones"),
             np.asarray),
            *[("beta", "bias", "bias_init", call.number("beta_initializer", "zeros"),
               np.asarray)] * center])
    return call.last(result)


@layer("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def spatial_dropout(call, x):
    call.remark(OF_CHANNELS)
    return dropout(call, x)


@layer("AlphaDropout")
def alpha_dropout(call, x):
    call.remark(OF_ALPHA)
    return dropout(call, x)


@layer("Dropout")
def dropout(call, x):
    if call.number("noise_shape"):
        call.remark(OF_CHANNELS)
    value, p = call.any_of(x), number(call.number("rate", 0.5))
    return call.like(x, call.add("dropout", value, value.sizes, keeps_type=True,
                                 view=True, p=unless(p, number(0.5))))


@layer("GaussianDropout", "GaussianNoise", "ActivityRegularization")
def nothing(call, x):
    """What does nothing to a network that is not trained."""
    call.remark("it is left out; training here is without it")
    value = call.any_of(x)
    return call.like(x, call.add("identity", value, value.sizes, keeps_type=True,
                                 view=True))


@layer("Flatten")
def flatten(call, x):
    channels_last(call)
    value = x.last()
    tail = value.sizes[1:]
    size = None if None in tail else math.prod(tail)
    return call.last(call.add("flatten", value, [value.sizes[0], size], view=True))


@layer("Reshape")
def reshape(call, x):
    shape = list(call.number("target_shape") or [])
    need(shape and all(isinstance(size, int) for size in shape) and
         shape.count(-1) < 2, f"target_shape={tuple(shape)} is not supported")
    value, sizes = x.last(), [None if size == -1 else size for size in shape]
    if None in sizes and None not in value.sizes[1:]:
        known = math.prod(size for size in sizes if size)
        sizes[sizes.index(None)] = math.prod(value.sizes[1:]) // known
    return call.last(call.add("reshape", value, [value.sizes[0], *sizes], view=True,
                              shape=[-1, *shape]))


@layer("Permute")
def permute(call, x):
    dims = [0, *(call.number("dims") or [])]
    need(sorted(dims) == list(range(x.rank)),
         f"dims={dims[1:]} of a value of rank {x.rank}")
    value = x.last()
    return call.last(call.add("permute", value, [value.sizes[dim] for dim in dims],
                              dims=dims, view=True))


def same_order(tensors):
    """The values of all, in one order; whether the channels are first."""
    first = any(x.is_first for x in tensors)
    return [x.first() if first else x.last() for x in tensors], first


def joined(call, result, first):
    return call.first(result) if first else call.last(result)


def join(mnemonic):
    def function(call, *tensors):
        need(len(tensors) > 1, "expected several inputs, got one")
        ranks = {x.rank for x in tensors}
        need(len(ranks) == 1, "inputs of different ranks are not supported")
        values, first = same_order(tensors)
        sizes = [next((size for size in each if size is not None), None)
                 for each in zip(*(value.sizes for value in values))]
        for value in values:
            for size, other in zip(value.sizes, sizes):
                need(size in (None, other), f"expected inputs of one shape, got "
                     f"{size} and {other}")
        return joined(call, call.add(mnemonic, values, sizes, keeps_type=True), first)
    return function


layer("Add")(join("add"))
layer("Multiply")(join("mul"))


@layer("Concatenate")
def concatenate(call, *tensors):
    need(len(tensors) > 1, "expected several inputs, got one")
    rank, axis = tensors[0].rank, call.number("axis", -1)
    need({x.rank for x in tensors} == {rank}, "inputs of different ranks")
    need(-rank <= axis < rank and axis % rank != 0, f"axis={axis} is not supported; a "
         "dimension behind the batch is")
    values, first = same_order(tensors)
    place = (to_first if first else list)(list(range(rank))).index(axis % rank)
    sizes = [next((size for size in each if size is not None), None)
             for each in zip(*(value.sizes for value in values))]
    along = [value.sizes[place] for value in values]
    sizes[place] = None if None in along else sum(along)
    return joined(call, call.add("concat", values, sizes, axis=place), first)


def pairs(value, count, what):
    """A number, or for each dimension a number or two, as (before, after)."""
    if isinstance(value, int):
        value = [value] * count
    if count == 1 and isinstance(value, list) and len(value) == 2 and \
            all(isinstance(each, int) for each in value):
        value = [value]
    need(isinstance(value, list) and len(value) == count, f"{what}={value} of "
         f"{count} dimensions")
    found = [each if isinstance(each, list) else [each, each] for each in value]
    need(all(len(each) == 2 and all(isinstance(size, int) and size >= 0
                                    for size in each) for each in found),
         f"{what}={value} is not supported; numbers are")
    return found


def zero_padding(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        sides = pairs(call.number("padding", 1), count, "padding")
        value = x.first()
        sizes = [None if size is None else size + sum(side)
                 for size, side in zip(value.sizes[2:], sides)]
        return call.first(call.add(
            "pad", value, [*value.sizes[:2], *sizes],
            padding=[side[0] for side in sides] + [side[1] for side in sides]))
    return function


def cropping(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        value = x.last()
        for dim, side in enumerate(pairs(call.number("cropping", 1), count,
                                         "cropping"), 1):
            if side == [0, 0]:
                continue
            sizes = list(value.sizes)
            if sizes[dim] is not None:
                sizes[dim] -= sum(side)
                need(sizes[dim] > 0, f"cropping {side} of {value.sizes[dim]} leaves "
                     "nothing")
            value = call.add("slice", value, sizes, view=True, axis=dim,
                             start=unless(side[0], 0), end_=-side[1] or None)
        return call.last(value)
    return function


def up_sampling(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        factors = call.number("size", 2)
        factors = factors if isinstance(factors, list) else [factors] * count
        mode = call.number("interpolation", "nearest")
        need(mode in ("nearest", "bilinear"), f"interpolation='{mode}' is not "
             "supported; 'nearest' and 'bilinear' are")
        value = x.first()
        sizes = [None if size is None else size * factor
                 for size, factor in zip(value.sizes[2:], factors)]
        return call.first(call.add(
            "upsample", value, [*value.sizes[:2], *sizes],
            scale=factors[0] if len(set(factors)) == 1 else factors,
            mode=unless(mode, "nearest")))
    return function


for _count in (1, 2, 3):
    layer(f"ZeroPadding{_count}D")(zero_padding(_count))
    layer(f"Cropping{_count}D")(cropping(_count))
    layer(f"UpSampling{_count}D")(up_sampling(_count))


@layer("Embedding")
def embedding(call, x):
    need(not call.flag("mask_zero", False), "mask_zero=True is not supported")
    value = x.last()
    need(any(value is each for each in call.net.inputs), "indices that the network "
         "computes are not supported; its inputs are")
    value.element = "i32"
    rows, width = call.positive("input_dim"), call.positive("output_dim")
    result = call.add_main("embedding", value, [*value.sizes, width], [rows, width])
    call.learn([("embeddings", "weight", "init",
                 call.number("embeddings_initializer", "uniform"), np.asarray)])
    return call.last(result)


@layer("InputLayer")
def input_layer(call, x):
    return x
