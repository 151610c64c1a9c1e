# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers and functions that move elements: flatten, reshape, permute,
pads, slices, and means over whole dimensions."""

import math

from .layers import for_dimensions, integers, layer, need
from .network import number, unless
from .refusals import RankRefusal, Refusal


def flatten(net, x, start):
    """Merges the dimensions from `start` on."""
    start = x.axis(start)
    need(start > 0, "flattening the batch is not supported; start_dim=1 is")
    tail = x.sizes[start:]
    size = None if None in tail else math.prod(tail)
    net.flattens_nothing |= x.rank == 2
    return net.add("flatten", x, [*x.sizes[:start], size], view=True,
                   start=unless(start, 1))


@layer("Flatten")
def flatten_layer(net, x, start_dim=1, end_dim=-1):
    need(x.axis(end_dim) == x.rank - 1, f"end_dim={end_dim} is not supported; the "
         "last dimension is")
    return flatten(net, x, start_dim)


def reshape(net, x, shape):
    """The shape's first number is the batch, -1."""
    for size in shape:
        need(isinstance(size, int), f"a shape with {size} is not supported; "
             "numbers are, and the batch x.size(0) in front")
    need(shape and shape[0] == -1, f"a shape {tuple(shape)} that does not begin "
         "with the batch, x.size(0) or -1, is not supported")
    need(shape[1:].count(-1) < 2, f"a shape {tuple(shape)} of several -1")
    sizes = [x.sizes[0], *(None if size == -1 else size for size in shape[1:])]
    if len(shape) == 2 and shape[1] == -1:
        return flatten(net, x, 1)
    return net.add("reshape", x, sizes, view=True, shape=list(shape))


@layer("Unflatten")
def unflatten(net, x, dim, unflattened_size):
    need(x.axis(dim) == 1 and x.rank == 2, "only dimension 1 of 2 can be "
         "unflattened")
    return reshape(net, x, [-1, *unflattened_size])


@layer("Reshape")
def reshape_layer(net, x, shape):
    return reshape(net, x, list(shape))


@layer("Permute")
def permute(net, x, dims):
    dims = [x.axis(dim) for dim in dims]
    if len(dims) != x.rank:
        raise RankRefusal(f"{len(dims)} dimensions for a value of rank {x.rank}")
    if dims[0] != 0:
        raise RankRefusal("moving the batch is not supported; dimension 0 stays")
    return net.add("permute", x, [x.sizes[dim] for dim in dims], view=True,
                   dims=dims)


@layer("Slice")
def slice_layer(net, x, dim, start=0, end=None):
    axis = x.axis(dim)
    need(axis > 0, "a part of the batch is not supported")
    sizes = list(x.sizes)
    if sizes[axis] is not None:
        first, last, _ = slice(start, end).indices(sizes[axis])
        # Python cuts off what is past the end; the dialect refuses it.
        end = None if last == sizes[axis] else end
        sizes[axis] = last - first
    elif end is not None and (start >= 0) == (end >= 0):
        sizes[axis] = end - start
    need(sizes[axis] is None or sizes[axis] > 0, f"the part from {start} to {end} "
         "is empty")
    return net.add("slice", x, sizes, view=True, axis=axis,
                   start=unless(start, 0), end_=end)


def take(net, x, axis, index):
    """The element of an index, of a dimension that then is gone."""
    axis = x.axis(axis)
    # The dimension of one element is merged with one before or behind it.
    need(axis >= x.rank - 2 and x.rank > 2, "an index is supported of the last two "
         f"dimensions of rank 3 and more, not of dimension {axis} of {x.rank}")
    part = slice_layer(net, x, axis, index, None if index == -1 else index + 1)
    return flatten(net, part, x.rank - 2)


def pad(net, x, padding, count, mode, value=0.0):
    """`padding` has two numbers a dimension, the last dimension's first."""
    spatial = x.rank - 2
    if spatial not in (1, 2, 3) or count > spatial:
        raise RankRefusal(f"{count} padded dimensions of a value of rank {x.rank}")
    padding = list(padding) if isinstance(padding, (tuple, list)) \
        else [padding] * (2 * count)
    padding = padding + [0] * (2 * spatial - len(padding))
    need(len(padding) == 2 * spatial, f"padding of {len(padding)} numbers")
    before = padding[0::2][::-1]
    after = padding[1::2][::-1]
    return net.add("pad", x, [*x.sizes[:2], *[None] * spatial],
                   padding=integers([*before, *after], 2 * spatial, "padding"),
                   mode=unless(mode, "constant"),
                   value=unless(number(value), number(0)))


@for_dimensions("ConstantPad{d}d")
def constant_padding(count):
    return lambda net, x, padding, value=0.0: exact_pad(
        net, x, padding, count, "constant", value)


@for_dimensions("ReflectionPad{d}d")
def reflection_padding(count):
    return lambda net, x, padding: exact_pad(net, x, padding, count, "reflect")


@for_dimensions("ReplicationPad{d}d")
def replication_padding(count):
    return lambda net, x, padding: exact_pad(net, x, padding, count, "replicate")


@layer("ZeroPad2d")
def zero_pad(net, x, padding):
    return exact_pad(net, x, padding, 2, "constant")


def exact_pad(net, x, padding, count, mode, value=0.0):
    if x.rank != count + 2:
        raise RankRefusal(f"expected a value of rank {count + 2}, got rank "
                          f"{x.rank}")
    return pad(net, x, padding, count, mode, value)


@layer("Upsample")
def upsample(net, x, size=None, scale_factor=None, mode="nearest",
             align_corners=None, recompute_scale_factor=None):
    spatial = x.rank - 2
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}.get(spatial)
    if linear is None or mode in ("linear", "bilinear", "trilinear") and \
            mode != linear:
        raise RankRefusal(f"mode='{mode}' of a value of rank {x.rank}")
    need(mode in ("nearest", linear), f"mode='{mode}' is not supported; 'nearest' "
         f"and '{linear}' are")
    need(size is None and scale_factor is not None, "a size is not supported; "
         "scale_factor is")
    need(not align_corners, "align_corners=True is not supported")
    need(not recompute_scale_factor, "recompute_scale_factor=True is not "
         "supported")
    factors = scale_factor if isinstance(scale_factor, (tuple, list)) \
        else [scale_factor]
    need(all(float(factor).is_integer() for factor in factors),
         f"scale_factor={scale_factor} is not supported; integers are")
    scale = integers([int(factor) for factor in factors], spatial,
                     "scale_factor")
    return net.add("upsample", x, [*x.sizes[:2], *[None] * spatial],
                   scale=scale, mode=unless(mode, "nearest"))


@layer("UpsamplingNearest2d")
def upsample_nearest(net, x, size=None, scale_factor=None):
    return upsample(net, x, size, scale_factor, "nearest")


def over(net, x, kind, dims, keepdim):
    """A mean or a maximum over some dimensions, which then are gone, or 1."""
    dims = [x.axis(dim) for dim in
            (dims if isinstance(dims, (tuple, list)) else [dims])]
    need(dims and 0 not in dims, f"a {kind} over the batch, or over all, is not "
         "supported; one over other dimensions is")
    kept = [size for dim, size in enumerate(x.sizes) if dim not in dims]
    shape = [1 if dim in dims else -1 if size is None else size
             for dim, size in enumerate(x.sizes)]
    need(not keepdim or shape[1:].count(-1) < 2, f"keepdim=True of a {kind} that "
         "leaves several sizes open is not supported; state sizes with --input")
    result = net.add(f"{kind}_over", x, kept, dims=dims)
    return reshape(net, result, [-1, *shape[1:]]) if keepdim else result


def mean(net, x, dims, keepdim):
    """A mean; one over all spatial dimensions is known as a layer of pooling."""
    dims = sorted(x.axis(dim) for dim in
                  (dims if isinstance(dims, (tuple, list)) else [dims]))
    if x.rank < 3 or dims != list(range(2, x.rank)):
        return over(net, x, "mean", dims, keepdim)
    pooled = net.add("global_avg_pool", x, [*x.sizes[:2], *[1] * len(dims)])
    return pooled if keepdim else flatten(net, pooled, 1)
