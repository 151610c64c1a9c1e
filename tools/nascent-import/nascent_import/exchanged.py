# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Values whose batch is behind their steps, as PyTorch has states and, without
batch_first, sequences. The dialect has the batch first."""

from . import shaping
from .layers import need


class Exchanged:
    """What stands for a value of rank 3 with its first two dimensions exchanged."""

    def __init__(self, net, value):
        self.net, self.inner = net, value

    def __repr__(self):
        return "a value with its batch behind"

    def value(self):
        return self.inner

    def __getitem__(self, index):
        need(type(index) is int, f"the index {index!r} of states is not supported; "
             "the number of a state is")
        return shaping.take(self.net, self.value(), 1, index)

    def exchange(self, dims):
        need(dims == [1, 0, 2], "of a value with its batch behind, dimensions 0 and "
             "1 are supported to be exchanged")
        return self.value()

    def squeeze(self):
        need(self.value().sizes[1] == 1, "dimension 0 is not known to be 1")
        return self[0]


def sequences_of(x, batch_first):
    """The value, its batch first, of what a layer is given that has `batch_first`."""
    if isinstance(x, Exchanged):
        need(not batch_first, "batch_first=True of a value with its batch behind; "
             "'.transpose(0, 1)' brings it to the first place")
        return x.value()
    need(batch_first, "batch_first=False is supported of a value with its batch "
         "behind, where '.transpose(0, 1)' brings it; state batch_first=True, or "
         "transpose")
    return x


def like(net, x, result):
    """A result with its batch where that of `x` is."""
    return Exchanged(net, result) if isinstance(x, Exchanged) else result
