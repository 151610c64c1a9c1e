# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers of parameters, windows and shapes.

`LAYERS` has a function for each class of `torch.nn`. Its parameters behind the
network and the input are the class's own, so that a module's attributes, a
line of a listing and the arguments of `torch.nn.functional` all fit. Each
appends to the network and returns the result. `bias` is a truth value, and sizes
of inputs are None as long as they are not known. `PARAMETERS` has the clauses that
initialise what a class learns.
"""

from .network import number, unless
from .refusals import RankRefusal, Refusal

LAYERS = {}
PARAMETERS = {}
# Of those whose forward gives more than a value: what that is, from the value and
# the arguments.
RESULTS = {}
WEIGHT_AND_BIAS = {"weight": "init", "bias": "bias_init"}


def layer(name, parameters=None):
    """Enters a function in the table."""
    def enter(function):
        LAYERS[name] = function
        if parameters:
            PARAMETERS[name] = parameters
        return function
    return enter


def for_dimensions(name, parameters=None):
    """Enters what a function makes for one, two and three dimensions."""
    def enter(make):
        for count in (1, 2, 3):
            layer(name.format(d=count), parameters)(make(count))
        return make
    return enter


def need(condition, what):
    if not condition:
        raise Refusal(what)


def leave_out_dropout(net, p, where):
    """Says so: what is inside of a layer, this drops in no training."""
    what = f"dropout={p} {where} is left out; training here is without it"
    if p and what not in net.remarks:
        net.remarks.append(what)


def spatial(x, count):
    if x.rank != count + 2:
        raise RankRefusal(f"expected a value of rank {count + 2}, with batch and "
                          f"channels, got rank {x.rank}")


def paddings(value, count):
    """As `integers`; or, as our listings say it, those before, then those after."""
    numbers = 2 * count if isinstance(value, (tuple, list)) and \
        len(value) == 2 * count else count
    return integers(value, numbers, "padding")


def integers(value, count, what):
    """A number, or one for each dimension; all as one where they are equal."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    for item in values:
        need(isinstance(item, int) and not isinstance(item, bool),
             f"{what} is {value}; only integers are supported")
    need(len(values) in (1, count), f"{what} has {len(values)} numbers, "
         f"expected 1 or {count}")
    return values[0] if len(set(values)) == 1 else values


@layer("Linear", WEIGHT_AND_BIAS)
def linear(net, x, in_features, out_features, bias=True):
    if x.rank < 2:
        raise RankRefusal(f"expected a batch, got a value of rank {x.rank}")
    x.expect(-1, in_features, "features")
    return net.add("dense", x, [*x.sizes[:-1], out_features], out_features,
                   follows=x.rank - 1, in_=in_features, no_bias=not bias)


# Layers of which a value must be an input of the whole network.
READ_INDICES = {"Embedding"}


@layer("Embedding", {"weight": "init"})
def embedding(net, x, num_embeddings, embedding_dim, padding_idx=None,
              max_norm=None):
    need(max_norm is None, "max_norm is not supported")
    need(any(x is value for value in net.inputs), "indices that the network "
         "computes are not supported; its inputs are")
    x.element = "i32"
    return net.add("embedding", x, [*x.sizes, embedding_dim],
                   [num_embeddings, embedding_dim], follows=x.rank,
                   padding_index=padding_idx)


def pad_for(net, x, padding, count, mode):
    """What a convolution with a padding mode puts in front of itself."""
    modes = {"reflect": "reflect", "replicate": "replicate"}
    need(mode in modes, f"padding_mode='{mode}' is not supported; 'zeros', "
         "'reflect' and 'replicate' are")
    need(padding != "same", f"padding='same' with padding_mode='{mode}' is not "
         "supported; state numbers")
    sizes = [*x.sizes[:2], *[None] * count]
    return net.add("pad", x, sizes, padding=integers(padding, count, "padding"),
                   mode=modes[mode])


@for_dimensions("Conv{d}d", WEIGHT_AND_BIAS)
def convolution(count):
    def conv(net, x, in_channels, out_channels, kernel_size, stride=1,
             padding=0, dilation=1, groups=1, bias=True, padding_mode="zeros"):
        spatial(x, count)
        x.expect(1, in_channels, "channels")
        if padding == "valid":
            padding = 0
        if padding_mode != "zeros" and padding != 0:
            x = pad_for(net, x, padding, count, padding_mode)
            padding = 0
        if padding != "same":
            padding = unless(paddings(padding, count), 0)
        kernel = integers(kernel_size, count, "kernel_size")
        stride = unless(integers(stride, count, "stride"), 1)
        # A convolution of single elements, as of gates, keeps the sizes.
        is_pointwise = kernel == 1 and stride is None and padding is None
        sizes = x.sizes[2:] if is_pointwise else [None] * count
        return net.add(
            f"conv{count}d", x, [x.sizes[0], out_channels, *sizes], out_channels,
            kernel=kernel, stride=stride, padding=padding,
            dilation=unless(integers(dilation, count, "dilation"), 1),
            groups=unless(groups, 1), in_=in_channels, no_bias=not bias)
    return conv


@for_dimensions("ConvTranspose{d}d", WEIGHT_AND_BIAS)
def transposed_convolution(count):
    def conv(net, x, in_channels, out_channels, kernel_size, stride=1,
             padding=0, output_padding=0, groups=1, bias=True, dilation=1,
             padding_mode="zeros"):
        spatial(x, count)
        need(padding_mode == "zeros", f"padding_mode='{padding_mode}' is not "
             "supported; 'zeros' is")
        x.expect(1, in_channels, "channels")
        return net.add(
            f"conv_transpose{count}d", x,
            [x.sizes[0], out_channels, *[None] * count], out_channels,
            kernel=integers(kernel_size, count, "kernel_size"),
            stride=unless(integers(stride, count, "stride"), 1),
            padding=unless(paddings(padding, count), 0),
            output_padding=unless(
                integers(output_padding, count, "output_padding"), 0),
            dilation=unless(integers(dilation, count, "dilation"), 1),
            groups=unless(groups, 1), in_=in_channels, no_bias=not bias)
    return conv


def pool(net, mnemonic, x, count, kernel_size, stride, padding, ceil_mode,
         **clauses):
    spatial(x, count)
    kernel = integers(kernel_size, count, "kernel_size")
    stride = kernel if stride is None else integers(stride, count, "stride")
    return net.add(f"{mnemonic}{count}d", x,
                   [*x.sizes[:2], *[None] * count], kernel=kernel,
                   stride=unless(stride, kernel),
                   padding=unless(paddings(padding, count), 0),
                   ceil=bool(ceil_mode), **clauses)


@for_dimensions("MaxPool{d}d")
def max_pooling(count):
    def max_pool(net, x, kernel_size, stride=None, padding=0, dilation=1,
                 return_indices=False, ceil_mode=False):
        need(not return_indices, "return_indices=True is not supported")
        return pool(net, "max_pool", x, count, kernel_size, stride, padding,
                    ceil_mode, dilation=unless(
                        integers(dilation, count, "dilation"), 1))
    return max_pool


@for_dimensions("AvgPool{d}d")
def average_pooling(count):
    def avg_pool(net, x, kernel_size, stride=None, padding=0, ceil_mode=False,
                 count_include_pad=True, divisor_override=None):
        need(divisor_override is None, "divisor_override is not supported")
        return pool(net, "avg_pool", x, count, kernel_size, stride, padding,
                    ceil_mode, exclude_padding=not count_include_pad)
    return avg_pool


def adaptive_pool(net, mnemonic, x, count, output_size):
    spatial(x, count)
    size = integers(output_size, count, "output_size")
    sizes = size if isinstance(size, list) else [size] * count
    return net.add(f"{mnemonic}{count}d", x, [*x.sizes[:2], *sizes], size=size)


@for_dimensions("AdaptiveAvgPool{d}d")
def adaptive_average_pooling(count):
    def adaptive(net, x, output_size):
        return adaptive_pool(net, "adaptive_avg_pool", x, count, output_size)
    return adaptive


@for_dimensions("AdaptiveMaxPool{d}d")
def adaptive_max_pooling(count):
    def adaptive(net, x, output_size, return_indices=False):
        need(not return_indices, "return_indices=True is not supported")
        return adaptive_pool(net, "adaptive_max_pool", x, count, output_size)
    return adaptive


@for_dimensions("BatchNorm{d}d", WEIGHT_AND_BIAS)
def batch_normalization(count):
    ranks = (2, 3) if count == 1 else (count + 2,)

    def batch_norm(net, x, num_features, eps=1e-5, momentum=0.1, affine=True,
                   track_running_stats=True):
        if x.rank not in ranks:
            raise RankRefusal(f"expected a value of rank "
                              f"{' or '.join(map(str, ranks))}, got rank {x.rank}")
        need(track_running_stats, "track_running_stats=False, the statistics of "
             "the batch, is not supported")
        need(momentum is not None, "momentum=None is not supported; a number is")
        need(0 <= momentum <= 1, f"momentum={momentum} is not supported; a number "
             "from 0 to 1 is")
        x.expect(1, num_features, "channels")
        return net.add("batch_norm", x, x.sizes, keeps_type=True,
                       eps=unless(number(eps), number(1e-5)),
                       momentum=unless(number(momentum), number(0.1)),
                       no_affine=not affine)
    return batch_norm


@for_dimensions("InstanceNorm{d}d", WEIGHT_AND_BIAS)
def instance_normalization(count):
    def instance_norm(net, x, num_features, eps=1e-5, momentum=0.1,
                      affine=False, track_running_stats=False):
        spatial(x, count)
        need(not track_running_stats, "track_running_stats=True is not supported")
        # Without a weight, PyTorch takes any number of channels.
        if affine:
            x.expect(1, num_features, "channels")
        return net.add("instance_norm", x, x.sizes, keeps_type=True,
                       eps=unless(number(eps), number(1e-5)),
                       affine=bool(affine))
    return instance_norm


@layer("LayerNorm", WEIGHT_AND_BIAS)
def layer_norm(net, x, normalized_shape, eps=1e-5, elementwise_affine=True,
               bias=True):
    shape = [normalized_shape] if isinstance(normalized_shape, int) \
        else list(normalized_shape)
    if x.rank <= len(shape):
        raise RankRefusal(f"expected more dimensions than the {len(shape)} "
                          f"normalised, got rank {x.rank}")
    for index, size in enumerate(shape):
        x.expect(x.rank - len(shape) + index, size, "elements")
    return net.add("layer_norm", x, x.sizes, keeps_type=True,
                   dims=unless(len(shape), 1),
                   eps=unless(number(eps), number(1e-5)),
                   no_affine=not elementwise_affine,
                   no_bias=bool(elementwise_affine) and not bias)


@layer("GroupNorm", WEIGHT_AND_BIAS)
def group_norm(net, x, num_groups, num_channels, eps=1e-5, affine=True):
    if x.rank < 2:
        raise RankRefusal(f"expected a batch, got a value of rank {x.rank}")
    x.expect(1, num_channels, "channels")
    return net.add("group_norm", x, x.sizes, num_groups, keeps_type=True,
                   eps=unless(number(eps), number(1e-5)),
                   no_affine=not affine)


@layer("PReLU", {"weight": "init"})
def prelu(net, x, num_parameters=1, init=0.25):
    if num_parameters > 1:
        if x.rank < 2:
            raise RankRefusal("expected channels")
        x.expect(1, num_parameters, "channels")
    return net.add("prelu", x, x.sizes, keeps_type=True,
                   per_channel=num_parameters > 1)
