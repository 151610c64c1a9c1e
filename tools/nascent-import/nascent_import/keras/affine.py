# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Products and sums with numbers."""

import numpy as np

from ..network import number
from .call import need, need_size
from .layers import layer


def affine(call, x, scale, offset, suffix=""):
    """x·scale + offset: a `batch_norm` whose statistics change nothing."""
    need(2 <= x.rank <= 5, f"of a value of rank {x.rank} is not supported; of ranks 2 "
         "to 5 it is")
    value = x.first()
    result = call.add_main("batch_norm", value, value.sizes, suffix=suffix,
                           keeps_type=True, eps=number(0.0))
    made, _, arrays = call.learners[-1]
    made.initializers += [("init", f"#nn.constant<{number(scale)}>"),
                          ("bias_init", f"#nn.constant<{number(offset)}>")]
    if call.has_weights:
        size = value.sizes[1]
        need_size(size, "needs to know how many channels its input has; state them")
        for name, each in (("weight", scale), ("bias", offset), ("running_mean", 0),
                           ("running_var", 1)):
            arrays[name] = np.full(size, each, np.float32)
    return call.last(result) if x.rank < 3 else call.first(result)


@layer("Rescaling")
def rescaling(call, x):
    numbers = [call.number("scale", 1.0), call.number("offset", 0.0)]
    for key, value in zip(("scale", "offset"), numbers):
        need(type(value) in (int, float), f"{key}={value} is not supported; one number "
             "for all channels is")
    return affine(call, x, *numbers)
