# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The functions and methods that a `forward` may call, by their targets.

Each has the network in front of its own arguments.
"""

from . import recurrent
from .exchanged import Exchanged
from .network import Value
from .refusals import Refusal

FUNCTIONS = {}
METHODS = {}


class InEval(int):
    """What `self.training` is while a forward is traced: false, and known again."""


class Size:
    """A size that is not known: of the batch, or of an open dimension."""

    def __init__(self, value, axis):
        self.stated_of, self.stated = value, axis

    @property
    def value(self):
        return self.stated_of.exchanged or self.stated_of

    @property
    def axis(self):
        is_moved = self.stated_of.exchanged and self.stated < 2
        return 1 - self.stated if is_moved else self.stated

    def __repr__(self):
        return f"x.size({self.stated})"

    def is_of(self, value, axis):
        """Whether it is a dimension of a value, or surely as large."""
        return self.value.origins[self.axis] == value.origins[axis]

    def settled(self):
        """The number, once a layer has said what it is."""
        known = self.value.sizes[self.axis] if self.axis > 0 else None
        return self if known is None else known


def evaluate(net, function, arguments, keywords):
    """Calls a function of the tables."""
    try:
        return function(net, *arguments, **keywords)
    except TypeError as error:
        # Arguments that the function does not know.
        raise Refusal(f"is not supported with these arguments ({error})")


def enter(function, *targets, methods=()):
    for target in targets:
        FUNCTIONS[target] = function
    for method in methods:
        METHODS[method] = function


def value_of(x):
    if isinstance(x, recurrent.Packed):
        raise Refusal("packed sequences are supported for recurrent layers; "
                      "pad_packed_sequence makes a value of them")
    if isinstance(x, Exchanged):
        raise Refusal(f"is not supported of {x!r}; '.transpose(0, 1)' brings it to the "
                      "first place")
    if not isinstance(x, Value):
        raise Refusal(f"expected a value of the network, got {x!r}")
    return x
