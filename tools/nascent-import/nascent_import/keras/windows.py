# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's convolutions and poolings.

`padding='same'` pads so that the output has ⌈input / stride⌉ elements, the larger
half behind. With a stride this depends on the input's size, which must be known.
"""

import numpy as np

from ..network import unless
from .activations import activate
from .call import channels_last, need, need_size
from .layers import bias_of, layer


def numbers(call, key, count, default):
    value = call.number(key)
    value = default if value is None else value
    value = value if isinstance(value, list) else [value] * count
    need(len(value) == count and all(type(each) is int and each > 0 for each in value),
         f"{key}={value} is not supported; {count} positive numbers are")
    return value


def short(values, default=None):
    """One number where all are equal; None for the default."""
    value = values[0] if len(set(values)) == 1 else values
    return unless(value, default)


def pads_of(call, sizes, kernel, stride, dilation):
    """(before, after) of each dimension."""
    padding = call.number("padding", "valid")
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    reach = [(k - 1) * d for k, d in zip(kernel, dilation)]
    if padding == "causal":
        need(len(kernel) == 1, "padding='causal' of more than one dimension")
        return [(reach[0], 0)]
    need(padding == "same", f"padding='{padding}' is not supported; 'valid', 'same' "
         "and 'causal' are")
    pads = []
    for size, step, more in zip(sizes, stride, reach):
        if step == 1:
            total = more
        else:
            need_size(size, "padding='same' with a stride depends on the input's size, "
                      "which the model does not say; state it")
            total = max((-(-size // step) - 1) * step + more + 1 - size, 0)
        pads.append((total // 2, total - total // 2))
    return pads


def padding_clause(pads):
    """One number, one for each dimension, or one for each side."""
    if all(before == after for before, after in pads):
        return short([before for before, _ in pads], 0)
    return [before for before, _ in pads] + [after for _, after in pads]


def outputs_of(sizes, kernel, stride, dilation, pads):
    results = []
    for size, k, s, d, pad in zip(sizes, kernel, stride, dilation, pads):
        if size is None:
            results.append(None)
            continue
        result = (size + sum(pad) - (k - 1) * d - 1) // s + 1
        need(result > 0, f"a kernel of {(k - 1) * d + 1} is larger than its padded "
             f"input, {size + sum(pad)}")
        results.append(result)
    return results


def to_channels_first(array):
    """(spatial…, inputs, outputs) → (outputs, inputs, spatial…)."""
    return np.moveaxis(array, (-1, -2), (0, 1))


def convolve(call, x, kernel, filters, weight, suffix="", groups=1, bias=True):
    """The convolution that the call is named for; `weight` is Keras's name of it, of
    its initialiser, and how its array is turned."""
    count = len(kernel)
    stride = numbers(call, "strides", count, 1)
    dilation = numbers(call, "dilation_rate", count, 1)
    value = x.first()
    pads = pads_of(call, value.sizes[2:], kernel, stride, dilation)
    result = call.add_main(
        f"conv{count}d", value,
        [value.sizes[0], filters,
         *outputs_of(value.sizes[2:], kernel, stride, dilation, pads)], filters,
        suffix=suffix, kernel=short(kernel), stride=short(stride, 1),
        padding=padding_clause(pads), dilation=short(dilation, 1),
        groups=unless(groups, 1), no_bias=not bias)
    key, initializer, turn = weight
    call.learn([(key, "weight", "init",
                 call.number(initializer, "glorot_uniform"), turn),
                *(bias_of(call) if bias else [])])
    return call.first(result)


def convolution(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        y = convolve(call, x, numbers(call, "kernel_size", count, None),
                     call.positive("filters"),
                     ("kernel", "kernel_initializer", to_channels_first),
                     groups=call.number("groups", 1),
                     bias=call.flag("use_bias", True))
        return activate(call, y, call.number("activation", "linear"))
    return function


def known_channels(x):
    channels = x.sizes[-1]
    need_size(channels, "the number of its channels is not known; state it")
    return channels


def depthwise_filters(array):
    """(spatial…, channels, multiplier) → (channels · multiplier, 1, spatial…)."""
    array = np.moveaxis(array, (-2, -1), (0, 1))
    return array.reshape(-1, 1, *array.shape[2:])


# Keras 2's name, and Keras 3's.
DEPTHWISE = (("depthwise_kernel", "kernel"), "depthwise_initializer",
             depthwise_filters)


def depthwise(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        channels = known_channels(x)
        y = convolve(call, x, numbers(call, "kernel_size", count, None),
                     channels * call.number("depth_multiplier", 1), DEPTHWISE,
                     groups=channels, bias=call.flag("use_bias", True))
        return activate(call, y, call.number("activation", "linear"))
    return function


def separable(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        channels, filters = known_channels(x), call.positive("filters")
        bias = call.flag("use_bias", True)
        y = convolve(call, x, numbers(call, "kernel_size", count, None),
                     channels * call.number("depth_multiplier", 1), DEPTHWISE,
                     suffix="_depthwise", groups=channels, bias=False)
        value = y.first()
        z = call.add_main(f"conv{count}d", value,
                          [value.sizes[0], filters, *value.sizes[2:]], filters,
                          kernel=1, no_bias=not bias)
        call.learn([("pointwise_kernel", "weight", "init",
                     call.number("pointwise_initializer", "glorot_uniform"),
                     to_channels_first), *bias_of(call)])
        return activate(call, call.first(z), call.number("activation", "linear"))
    return function


def transposed(count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        kernel = numbers(call, "kernel_size", count, None)
        stride = numbers(call, "strides", count, 1)
        dilation = numbers(call, "dilation_rate", count, 1)
        padding = call.number("padding", "valid")
        need(padding in ("valid", "same"), f"padding='{padding}' is not supported")
        need(call.number("output_padding") is None, "output_padding is not supported")
        need(padding == "valid" or set(dilation) == {1}, "padding='same' with a "
             "dilation is not supported")
        value, filters = x.first(), call.positive("filters")
        # Keras crops so that the output has input · stride elements, and at least
        # pads so that it has.
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
        over = [k - s if padding == "same" else min(k - s, 0)
                for k, s in zip(reach, stride)]
        crops = [max(each, 0) // 2 for each in over]
        more = [max(-each, 0) for each in over]
        sizes = [None if size is None else
                 (size - 1) * s + k - 2 * crop + extra
                 for size, s, k, crop, extra in
                 zip(value.sizes[2:], stride, reach, crops, more)]
        y = call.add_main(
            f"conv_transpose{count}d", value, [value.sizes[0], filters, *sizes],
            filters, kernel=short(kernel), stride=short(stride, 1),
            padding=short(crops, 0), output_padding=short(more, 0),
            dilation=short(dilation, 1), no_bias=not call.flag("use_bias", True))
        # (spatial…, outputs, inputs) → (inputs, outputs, spatial…)
        call.learn([("kernel", "weight", "init",
                     call.number("kernel_initializer", "glorot_uniform"),
                     to_channels_first), *bias_of(call)])
        for dim, each in enumerate(over, 2):
            # What is cropped may be one more behind than in front.
            if each > 0 and each % 2:
                rest = list(y.sizes)
                rest[dim] = None if rest[dim] is None else rest[dim] - 1
                y = call.add("slice", y, rest, view=True, axis=dim, end_=-1)
        return activate(call, call.first(y), call.number("activation", "linear"))
    return function


def pooling(mnemonic, count, **clauses):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        kernel = numbers(call, "pool_size", count, 2)
        stride = kernel if call.number("strides") is None else \
            numbers(call, "strides", count, None)
        value = x.first()
        ones = [1] * count
        pads = pads_of(call, value.sizes[2:], kernel, stride, ones)
        padded = any(sum(pad) for pad in pads)
        return call.first(call.add(
            f"{mnemonic}{count}d", value,
            [*value.sizes[:2],
             *outputs_of(value.sizes[2:], kernel, stride, ones, pads)],
            kernel=short(kernel), stride=unless(short(stride), short(kernel)),
            padding=padding_clause(pads),
            **(clauses if padded else {})))
    return function


def global_pooling(mnemonic, count):
    def function(call, x):
        channels_last(call)
        call.of_rank(x, count + 2)
        value = x.first()
        sizes = [*value.sizes[:2], *[1] * count]
        y = call.add("global_avg_pool", value, sizes) if mnemonic == "avg" else \
            call.add(f"adaptive_max_pool{count}d", value, sizes, size=1)
        if call.flag("keepdims", False):
            return call.first(y)
        return call.last(call.add("flatten", y, sizes[:2], view=True))
    return function


for _count in (1, 2, 3):
    layer(f"Conv{_count}D", f"Convolution{_count}D")(convolution(_count))
    layer(f"Conv{_count}DTranspose")(transposed(_count))
    layer(f"MaxPooling{_count}D")(pooling("max_pool", _count))
    layer(f"AveragePooling{_count}D")(
        pooling("avg_pool", _count, exclude_padding=True))
    layer(f"GlobalAveragePooling{_count}D")(global_pooling("avg", _count))
    layer(f"GlobalMaxPooling{_count}D")(global_pooling("max", _count))
for _count in (1, 2):
    layer(f"DepthwiseConv{_count}D")(depthwise(_count))
    layer(f"SeparableConv{_count}D")(separable(_count))
