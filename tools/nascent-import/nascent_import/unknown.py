# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The result of what was refused. What reads it is looked at, and refused if
nothing could be right, but no consequence of the first refusal is."""

from .network import Network, Value
from .refusals import RankRefusal, Refusal


class Unknown:
    """Stands for a value that nobody knows."""


UNKNOWN = Unknown()


def try_ranks(function):
    """Calls a function with a value of each rank; only what is refused for all
    of them is refused."""
    refused = None
    for rank in (4, 2, 3, 5):
        try:
            function(Network([]), Value([None] * rank))
            return
        except RankRefusal:
            pass
        except Refusal as refusal:
            refused = refused or refusal
    if refused:
        raise refused
