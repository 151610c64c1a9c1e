# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What a `forward` calls besides arithmetic: functions of torch and of
torch.nn.functional, and methods of tensors.
"""

import math
import operator

import torch
from torch.nn import functional as F
from torch.nn.utils import rnn

from . import recurrent, shaping
from .exchanged import Exchanged, positionwise
from .function_table import InEval, Size, enter, value_of
from .layers import LAYERS, need
from .network import Value
from .refusals import RankRefusal, Refusal

# Where a value is, and of which type, as `forward` may ask.
PLACE = "the device or type of a value"


def functional(name, order="", ignored=()):
    """A function that does what a layer does, its arguments in this order."""
    names = order.split()

    def call(net, *arguments, **keywords):
        arguments = list(arguments)
        x = value_of(arguments.pop(0) if arguments else keywords.pop("input"))
        stated = {**dict(zip(names, arguments)), **keywords}
        need(len(arguments) <= len(names), f"got {len(arguments)} arguments")
        for key in ignored:
            stated.pop(key, None)
        if "dtype" in stated:
            need(stated.pop("dtype") in (None, torch.float32),
                 "a dtype is not supported")
        return LAYERS[name](net, x, **stated)
    return positionwise(call)


def in_place(function):
    return lambda net, *arguments, **keywords: function(
        net, *arguments, inplace=True, **keywords)


# Activations ----------------------------------------------------------------

for _name, _functions, _order in (
        ("ReLU", (F.relu, torch.relu), "inplace"),
        ("ReLU6", (F.relu6,), "inplace"), ("SELU", (F.selu, torch.selu), "inplace"),
        ("SiLU", (F.silu,), "inplace"), ("Mish", (F.mish,), "inplace"),
        ("Hardswish", (F.hardswish,), "inplace"),
        ("Hardsigmoid", (F.hardsigmoid,), "inplace"),
        ("Sigmoid", (F.sigmoid, torch.sigmoid), ""),
        ("Tanh", (F.tanh, torch.tanh), ""), ("LogSigmoid", (F.logsigmoid,), ""),
        ("Softsign", (F.softsign,), ""), ("GELU", (F.gelu,), "approximate"),
        ("LeakyReLU", (F.leaky_relu,), "negative_slope inplace"),
        ("ELU", (F.elu,), "alpha inplace"),
        ("CELU", (F.celu, torch.celu), "alpha inplace"),
        ("Hardtanh", (F.hardtanh,), "min_val max_val inplace"),
        ("Softplus", (F.softplus,), "beta threshold")):
    enter(functional(_name, _order), *_functions)
for _name, _functions, _methods in (
        ("ReLU", (F.relu_, torch.relu_), ("relu_",)),
        ("LeakyReLU", (F.leaky_relu_,), ()), ("ELU", (F.elu_,), ())):
    enter(in_place(functional(_name, "alpha")), *_functions, methods=_methods)
for _method, _name in (("relu", "ReLU"), ("sigmoid", "Sigmoid"),
                       ("tanh", "Tanh")):
    enter(functional(_name), methods=(_method,))
for _name, _functions, _method in (
        ("Softmax", (F.softmax, torch.softmax), "softmax"),
        ("LogSoftmax", (F.log_softmax, torch.log_softmax), "log_softmax")):
    enter(functional(_name, "dim _stacklevel dtype", ("_stacklevel",)),
          F.softmax if _name == "Softmax" else F.log_softmax)
    enter(functional(_name, "dim dtype"), _functions[1], methods=(_method,))


def dropout(name):
    def call(net, input, p=0.5, training=True, inplace=False):
        need(not training, "with training=True, the default, drops elements in eval, "
             "too; write training=self.training")
        x = value_of(input)
        # Of a constant, False, it drops nothing in training either.
        return LAYERS[name](net, x, p) if isinstance(training, InEval) else x
    return positionwise(call)


for _name, _function in (("Dropout", F.dropout), ("Dropout2d", F.dropout2d),
                         ("Dropout3d", F.dropout3d),
                         ("AlphaDropout", F.alpha_dropout)):
    enter(dropout(_name), _function)


# Windows --------------------------------------------------------------------

for _d, _max, _avg, _adaptive_max, _adaptive_avg in (
        (1, F.max_pool1d, F.avg_pool1d, F.adaptive_max_pool1d,
         F.adaptive_avg_pool1d),
        (2, F.max_pool2d, F.avg_pool2d, F.adaptive_max_pool2d,
         F.adaptive_avg_pool2d),
        (3, F.max_pool3d, F.avg_pool3d, F.adaptive_max_pool3d,
         F.adaptive_avg_pool3d)):
    enter(functional(f"MaxPool{_d}d", "kernel_size stride padding dilation "
                     "ceil_mode return_indices"), _max)
    enter(functional(f"AvgPool{_d}d", "kernel_size stride padding ceil_mode "
                     "count_include_pad divisor_override"), _avg)
    enter(functional(f"AdaptiveMaxPool{_d}d", "output_size return_indices"),
          _adaptive_max)
    enter(functional(f"AdaptiveAvgPool{_d}d", "output_size"), _adaptive_avg)


def pad(net, input, pad, mode="constant", value=None):
    need(mode in ("constant", "reflect", "replicate"), f"mode='{mode}' is not "
         "supported; 'constant', 'reflect' and 'replicate' are")
    need(len(pad) % 2 == 0, f"pad has {len(pad)} numbers, expected pairs")
    return shaping.pad(net, value_of(input), pad, len(pad) // 2, mode, value or 0.0)


def interpolate(net, input, size=None, scale_factor=None, mode="nearest",
                align_corners=None, recompute_scale_factor=None,
                antialias=False):
    need(not antialias, "antialias=True is not supported")
    return LAYERS["Upsample"](net, value_of(input), size, scale_factor, mode,
                              align_corners, recompute_scale_factor)


enter(pad, F.pad)
enter(interpolate, F.interpolate)


# Shapes ---------------------------------------------------------------------

def size_at(x, index):
    return Size(x, x.axis(index)).settled()


def size(net, x, dim=None):
    is_behind = isinstance(x, Exchanged)
    x = x.value() if is_behind else value_of(x)
    sizes = [size_at(x, axis) for axis in range(x.rank)]
    if is_behind:
        sizes[:2] = sizes[1::-1]
    return tuple(sizes) if dim is None else sizes[x.axis(dim)]


def attribute(net, x, name):
    if name == "shape":
        return size(net, x)
    if name in ("device", "dtype"):
        return PLACE
    raise Refusal(f"'{name}' of a value is not supported; 'shape' is")


def check_batch(x, shape):
    """Refuses a shape with -1 in front that may be another number than the batch."""
    axes, rest = list(range(1, x.rank)), []
    for item in shape[1:]:
        same = [axis for axis in axes
                if isinstance(item, Size) and item.is_of(x, axis)]
        if same:
            axes.remove(same[0])
        else:
            rest.append(item)
    sizes = [x.sizes[axis] for axis in axes]
    known = math.prod(size for size in sizes if size is not None)
    fits = all(isinstance(item, int) for item in rest)
    if fits and None not in sizes:
        fits = math.prod(rest) == known
    elif fits:
        # What numbers alone say of open sizes is checked when these are known. Where
        # they are the last dimensions, those in front have gone into the batch.
        ends = [sizes[start:] for start in range(1, len(sizes))
                if None in sizes[:start] and None not in sizes[start:]]
        fits = len(rest) == len(shape) - 1 and math.prod(rest) % known == 0 and \
            math.prod(rest) not in map(math.prod, ends)
    need(fits, f"the shape {tuple(shape)} of {x.type} is not known to keep the batch, "
         "which no layer changes; expected x.size(0) in front, or -1 and the sizes of "
         "one example; a dense layer works on the last dimension, leave out the reshape")


def reshape(net, x, *shape):
    x = value_of(x)
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = shape[0]
    shape = list(shape)
    if shape[:1] == [-1] and -1 not in shape[1:]:
        check_batch(x, shape)
    kept = 0
    while kept < len(shape) and isinstance(shape[kept], Size) and \
            (shape[kept].axis == 0 if kept == 0 else
             shape[kept].is_of(x, kept)):
        kept += 1
    if kept > 1 and shape[kept:] == [-1]:
        return shaping.flatten(net, x, kept)
    if kept:
        shape[0].value.gives_batch = True
        shape[0] = -1
    # One size that is open follows from the others.
    rest = shape[1:]
    if -1 not in rest and sum(isinstance(item, Size) and item.axis > 0
                              for item in rest) == 1:
        shape[1:] = [-1 if isinstance(item, Size) else item for item in rest]
    return shaping.reshape(net, x, shape)


def flatten(net, input, start_dim=0, end_dim=-1):
    return LAYERS["Flatten"](net, value_of(input), start_dim, end_dim)


def permute(net, input, *dims):
    if len(dims) == 1 and isinstance(dims[0], (tuple, list)):
        dims = dims[0]
    is_behind = isinstance(input, Exchanged)
    x = input.value() if is_behind else value_of(input)
    axes = [x.axis(dim) for dim in dims]
    if is_behind:
        # Where they are in the value, whose batch is first.
        axes = [1 - axis if axis < 2 else axis for axis in axes]
    # Where the batch goes behind, it must come back, or be that of states.
    goes_behind = axes[1:2] == [0] and x.rank == 3
    if goes_behind:
        axes[:2] = axes[1::-1]
    need(not is_behind or axes[:1] == [0], "of a value with its batch behind, the batch "
         "is supported to stay there, or to come to the first place")
    if axes != list(range(x.rank)):
        x = shaping.permute(net, x, axes)
    return Exchanged(net, x) if goes_behind else x


def transpose(net, input, dim0, dim1):
    x = input.value() if isinstance(input, Exchanged) else value_of(input)
    dims = list(range(x.rank))
    first, second = x.axis(dim0), x.axis(dim1)
    dims[first], dims[second] = second, first
    return permute(net, input, dims)


def unsqueeze(net, input, dim):
    x = value_of(input)
    need(-x.rank - 1 <= dim <= x.rank, f"dimension {dim} of rank {x.rank}")
    sizes = [-1 if known is None else known for known in x.sizes]
    axis = dim % (x.rank + 1)
    if axis == 0 and x.rank == 2:
        one = shaping.reshape(net, x, [-1, 1, sizes[1]])
        return Exchanged(net, one)
    if axis == 0:
        raise RankRefusal("a dimension in front of the batch is not supported")
    return shaping.reshape(net, x, [-1, *sizes[1:axis], 1, *sizes[axis:]])


def squeeze(net, input, dim=None):
    if isinstance(input, Exchanged) and dim == 0:
        return input.squeeze()
    x = value_of(input)
    need(isinstance(dim, int), "without a dimension is not supported; state it")
    axis = x.axis(dim)
    size = x.sizes[axis]
    need(size is not None, f"dimension {dim} is not known to be 1; state the input's "
         "sizes with --input")
    if size != 1:
        return x
    if x.rank > 2 and axis >= x.rank - 2 and axis > 0:
        return shaping.flatten(net, x, x.rank - 2)
    sizes = [-1 if known is None else known for known in x.sizes]
    return shaping.reshape(net, x, [-1, *sizes[1:axis], *sizes[axis + 1:]])


def mean(net, input, dim=None, keepdim=False, *, dtype=None):
    need(dim is not None and dtype is None, "of everything is not supported; "
         "state dimensions")
    if is_over_steps(input, dim, keepdim):
        return shaping.over(net, input.value(), "mean", 1, False)
    return shaping.mean(net, value_of(input), dim, keepdim)


def amax(net, input, dim=(), keepdim=False):
    if is_over_steps(input, dim, keepdim):
        return shaping.over(net, input.value(), "max", 1, False)
    return shaping.over(net, value_of(input), "max", dim, keepdim)


def is_over_steps(x, dim, keepdim):
    """Whether only the batch is left in front of the features."""
    dims = list(dim) if isinstance(dim, (tuple, list)) else [dim]
    return isinstance(x, Exchanged) and not keepdim and \
        dims in ([0], [-x.value().rank])


def same(net, x, *arguments, **keywords):
    need(not arguments and not keywords, "is supported without arguments")
    return x if isinstance(x, Exchanged) else value_of(x)


def move(net, x, *arguments, **keywords):
    """To a device, which does not matter, or to the type that there is."""
    known = ("cpu", "cuda", PLACE)
    need(all(item in known for item in [*arguments, *keywords.values()]),
         "is supported to a device, or to another value's type")
    return x


enter(attribute, getattr)
enter(size, methods=("size",))
enter(reshape, torch.reshape, methods=("reshape", "view"))
enter(flatten, torch.flatten, methods=("flatten",))
enter(permute, torch.permute, methods=("permute",))
enter(transpose, torch.transpose, torch.swapaxes,
      methods=("transpose", "swapaxes"))
enter(unsqueeze, torch.unsqueeze, methods=("unsqueeze",))
enter(squeeze, torch.squeeze, methods=("squeeze",))
enter(mean, torch.mean, methods=("mean",))
enter(amax, torch.amax, methods=("amax",))
enter(same, methods=("contiguous", "clone", "float", "cpu"))
enter(move, methods=("to",))


# Sequences ------------------------------------------------------------------

enter(recurrent.pack, rnn.pack_padded_sequence)
enter(recurrent.pad, rnn.pad_packed_sequence)
enter(recurrent.zeros, torch.zeros, torch.zeros_like)


# Parts ----------------------------------------------------------------------

def item(net, x, index):
    if not isinstance(x, Value):
        try:
            return x[index]
        except IndexError:
            raise RankRefusal(f"there is no {index} of {len(x)} items")
    parts = list(index) if isinstance(index, tuple) else [index]
    if Ellipsis in parts:
        at = parts.index(Ellipsis)
        given = len(parts) - 1 - parts.count(None)
        parts[at:at + 1] = [slice(None)] * (x.rank - given)
    given = len(parts) - parts.count(None)
    if given > x.rank:
        raise RankRefusal(f"{given} indices of a value of rank {x.rank}")
    need(parts[0] is not None, "a dimension in front of the batch is not supported")
    need(parts[0] == slice(None), "a part of the batch is not supported; write ':' "
         "in front")
    result, axis = x, 0
    for part in parts:
        if isinstance(part, int) and not isinstance(part, bool):
            result = shaping.take(net, result, axis, part)
            continue
        if part is None:
            # A new dimension, which takes none of the value's.
            result, axis = unsqueeze(net, result, axis), axis + 1
            continue
        need(isinstance(part, slice) and part.step in (None, 1) and
             all(isinstance(end, (int, type(None)))
                 for end in (part.start, part.stop)),
             f"the index {part!r} is not supported; numbers and slices are")
        if part != slice(None):
            result = LAYERS["Slice"](net, result, axis, part.start or 0, part.stop)
        axis += 1
    return result


def split(net, tensor, split_size_or_sections, dim=0):
    x = value_of(tensor)
    axis, sections = x.axis(dim), split_size_or_sections
    if isinstance(sections, int):
        total = x.sizes[axis]
        need(total is not None, f"dimension {dim} is not known; list the sizes")
        sections = [min(sections, total - start)
                    for start in range(0, total, sections)]
    results, start = [], 0
    for length in sections:
        results.append(LAYERS["Slice"](net, x, axis, start, start + length))
        start += length
    return tuple(results)


def chunk(net, input, chunks, dim=0):
    x = value_of(input)
    total = x.sizes[x.axis(dim)]
    need(total is not None, f"dimension {dim} is not known; split by sizes")
    return split(net, x, -(-total // chunks), dim)


enter(item, operator.getitem)
enter(split, torch.split, methods=("split",))
enter(chunk, torch.chunk, methods=("chunk",))
