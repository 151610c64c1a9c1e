# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers that say themselves what `forward` has around them: the last state alone, and
the padding of a causal convolution."""

import re

from .recurrent import RECURRENT


def only_reader(net, results):
    """The one layer that reads any of these results, if nothing else does."""
    def has(values):
        return any(value is result for value in values for result in results)

    readers = [layer for layer in net.layers if has(layer.operands)]
    return readers[0] if len(readers) == 1 and not has(net.outputs) else None


def remove(net, *layers):
    net.layers = [layer for layer in net.layers if layer not in layers]


def fold_last(net, layer):
    """Writes `last` in place of the state that alone is read of a layer with lengths:
    its outputs need not be kept."""
    part = only_reader(net, layer.results)
    flat = part and only_reader(net, part.results)
    if not flat or (part.mnemonic, flat.mnemonic) != ("slice", "flatten"):
        return
    state = layer.results[1]
    of_last = part.clauses == " axis(1) start(-1)" or state.sizes[1] == 1
    if part.operands == [state] and of_last:
        layer.clauses += " last"
        layer.results = flat.results
        remove(net, part, flat)


def fold_padding(net, pad):
    """Writes `causal` where zeros in front are what keeps the length."""
    conv = only_reader(net, pad.results)
    front = re.fullmatch(r" padding\((\d+), 0\)", pad.clauses)
    if not front or not conv or conv.mnemonic != "conv1d":
        return
    numbers = dict(re.findall(r" (\w+)\((\w+)\)", conv.clauses))
    needed = int(numbers.get("dilation", 1)) * (int(numbers["kernel"]) - 1)
    if "padding" not in numbers and int(front[1]) == needed:
        conv.clauses += " causal"
        # What the convolution says of its channels.
        pad.operands[0].expect(1, pad.results[0].sizes[1], "channels")
        conv.operands = pad.operands
        remove(net, pad)


def fold(net):
    for layer in list(net.layers):
        if layer.mnemonic.upper() in RECURRENT and len(layer.results) > 1 and \
                "bidirectional" not in layer.clauses:
            fold_last(net, layer)
        elif layer.mnemonic == "pad":
            fold_padding(net, layer)
