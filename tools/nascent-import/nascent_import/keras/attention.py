# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's attention of a value on itself.

Keras has a matrix for each of queries, keys and values, with a dimension of heads;
PyTorch, and so the dialect, has them below one another.
"""

import numpy as np

from ..refusals import Refusal
from .call import leave_out_dropout, need, need_size
from .layers import layer

# What Keras 3 has in the layer, and how Keras 2 calls it.
PARTS = (("query_dense", "query"), ("key_dense", "key"), ("value_dense", "value"),
         ("output_dense", "attention_output"))


def check(call, width):
    """The heads, which divide the width, as many as there are elements of each."""
    heads, share = call.number("num_heads"), call.number("key_dim")
    need_size(width, "needs to know its input's features; state them")
    need(call.number("value_dim") in (None, share), "value_dim must be key_dim")
    need(heads * share == width, f"{heads} heads of key_dim={share} are not supported of "
         f"{width} features; heads that divide these are")
    need(call.number("output_shape") in (None, width, [width]),
         f"output_shape={call.number('output_shape')} is not supported; the input's is")
    axes = call.number("attention_axes")
    need(axes in (None, 1, [1]), f"attention_axes={axes} is not supported; [1] is")
    for key in ("return_attention_scores", "training"):
        need(not call.arguments.get(key), f"{key}=True is not supported")
    return heads


def read(call, names, part):
    """The arrays of a part, whose attribute in the layer begins with a dash."""
    folder, inner = part
    try:
        return call.read(names, 0, ("_" + folder, inner))
    except Refusal:
        return call.read(names, 0, part)


@layer("MultiHeadAttention")
def attention(call, *tensors):
    x = tensors[0]
    need(all(each is x for each in tensors), "attention of a value on others, or with a "
         "mask that is computed, is not supported; on itself it is")
    call.of_rank(x, 3)
    leave_out_dropout(call)
    value, has_bias = x.last(), call.flag("use_bias", True)
    heads = check(call, value.sizes[-1])
    result = call.add_main(
        "attention", value, value.sizes, keeps_type=True, heads=heads,
        causal=bool(call.arguments.get("use_causal_mask")), no_bias=not has_bias)
    names = ["kernel", *["bias"] * has_bias]
    found = [read(call, names, part) for part in PARTS]
    if not all(found):
        call.remark("its initialisers are PyTorch's, not Keras's")
        return call.last(result)
    width, arrays = value.sizes[-1], call.learners[-1][2]
    arrays["in_proj_weight"] = np.concatenate(
        [np.asarray(part[0]).reshape(width, width).T for part in found[:3]])
    arrays["out_proj.weight"] = np.asarray(found[3][0]).reshape(width, width).T
    if has_bias:
        arrays["in_proj_bias"] = np.concatenate(
            [np.asarray(part[1]).reshape(width) for part in found[:3]])
        arrays["out_proj.bias"] = np.asarray(found[3][1])
    return call.last(result)
