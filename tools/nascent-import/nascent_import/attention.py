# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's attention of a value on itself.

Its call has three values and gives two; a layer has one of each.
"""

from .exchanged import Exchanged, like, sequences_of
from .layers import layer, leave_out_dropout, need
from .refusals import RankRefusal
from .unknown import UNKNOWN

NAME = "MultiheadAttention"
# The module in it, whose parameters are the layer's.
PROJECTION = "out_proj"
ARGUMENTS = ("query", "key", "value", "key_padding_mask", "need_weights",
             "attn_mask", "average_attn_weights", "is_causal")


@layer(NAME, {"in_proj_weight": "init", "in_proj_bias": "bias_init",
              "out_proj.weight": "out_init", "out_proj.bias": "out_bias_init"})
def attention(net, x, embed_dim, num_heads, in_proj_bias=None, batch_first=False,
              kdim=None, vdim=None, bias_k=None, add_zero_attn=False,
              dropout=0.0):
    leave_out_dropout(net, dropout, "of the weights of nn.attention")
    given, x = sequences_of(net, x, batch_first)
    if x.rank != 3:
        raise RankRefusal("expected a value of rank 3, with batch, length and "
                          f"features, got rank {x.rank}")
    need({kdim, vdim} <= {None, embed_dim}, "keys and values of widths of their "
         "own are not supported")
    need(bias_k is None, "add_bias_kv=True is not supported")
    need(not add_zero_attn, "add_zero_attn=True is not supported")
    x.expect(-1, embed_dim, "features")
    return like(net, given, net.add(
        "attention", x, x.sizes, keeps_type=True, heads=num_heads,
        no_bias=in_proj_bias is None))


def operand_of(arguments, keywords):
    """The one value that attends to itself."""
    stated = {**dict(zip(ARGUMENTS, arguments)), **keywords}
    values = [stated.get(name) for name in ARGUMENTS[:3]]
    # The same value, with its batch in the same place.
    places = [(isinstance(value, Exchanged),
               id(value.value() if isinstance(value, Exchanged) else value))
              for value in values]
    need(all(place == places[0] for place in places),
         "attention of a value on others is not supported; on itself is")
    for name in ("key_padding_mask", "attn_mask"):
        need(stated.get(name) is None, f"{name} is not supported")
    need(not stated.get("is_causal"), "is_causal=True is not supported")
    return values[0]


def results_of(result):
    """The value and the weights, which no layer gives."""
    return result, UNKNOWN if result is UNKNOWN else None
