# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Values whose batch is behind their steps, as PyTorch has states and, without
batch_first, sequences. The dialect has the batch first.

A network whose own inputs have their steps first is one of inputs that have the batch
first: what is computed up to its first layer that goes along the steps is computed of
each position by itself, so that nothing but the order of two sizes changes.
"""

import functools

from . import shaping
from .layers import LAYERS, need
from .network import Value
from .refusals import SharedAcrossBlocks

POSITIONWISE = {
    "dense", "embedding", "affine", "dropout", "add", "mul", "relu", "leaky_relu",
    "elu", "selu", "celu", "hardtanh", "sigmoid", "log_sigmoid", "hardsigmoid",
    "softplus", "softsign", "tanh", "gelu", "silu", "hardswish", "mish", "identity"}
# The same where they say nothing else.
ALONG_LAST = {"softmax": "axis(", "log_softmax": "axis(", "layer_norm": "dims(",
              "prelu": "per_channel"}
BACK = "'.transpose(0, 1)' brings it to the first place"


class Exchanged:
    """What stands for a value with its first two dimensions exchanged; `order` is how
    the value's are called."""

    order = "(batch, steps, features)"

    def __init__(self, net, value):
        self.net, self.inner = net, value

    def __repr__(self):
        return "a value with its batch behind"

    def value(self):
        return self.inner

    def __getitem__(self, index):
        """A step, or a part of the features."""
        step, *rest = index if isinstance(index, tuple) else [index]
        whole = (slice(None), Ellipsis)
        last = rest[-1] if rest else None
        if step in whole and all(each in whole for each in rest[:-1]) and \
                isinstance(last, slice) and last.step in (None, 1) and \
                len(rest) == (1 if step is Ellipsis else 2) and \
                self.value().rank == 3:
            part = LAYERS["Slice"](self.net, self.value(), 2, last.start or 0, last.stop)
            return Exchanged(self.net, part)
        need(type(step) is int and all(each in whole for each in rest),
             f"the index {index!r} of a value with its batch behind is not supported; "
             "one number, or a part of the last dimension, is")
        return shaping.take(self.net, self.value(), 1, step)

    def squeeze(self):
        need(self.value().sizes[1] == 1, "dimension 0 is not known to be 1")
        return self[0]


def seen(net, item):
    """An item as `forward` sees it, after an input turned out to have its steps
    first."""
    if isinstance(item, Value) and item.exchanged:
        return Exchanged(net, item.exchanged)
    if isinstance(item, Exchanged) and item.inner and item.inner.exchanged:
        return item.inner.exchanged
    return item


def is_positionwise(layer):
    """Whether a layer computes each position of the first two dimensions by itself."""
    if layer.mnemonic in ("concat", "slice"):
        return "axis(2)" in layer.clauses
    stated = ALONG_LAST.get(layer.mnemonic)
    return layer.mnemonic in POSITIONWISE or \
        stated is not None and stated not in layer.clauses


def connected(net, value):
    """The values that have the first two dimensions of this one; None where a layer
    goes along one of these."""
    found, waiting = [], [value]
    while waiting:
        value = waiting.pop()
        if any(value is other for other in found):
            continue
        found.append(value)
        for layer in net.layers:
            values = [*layer.operands, *layer.results]
            if any(value is other for other in values):
                if layer.network:
                    raise SharedAcrossBlocks()
                if not is_positionwise(layer):
                    return None
                waiting += values
    return found


def exchange(net, value):
    """Exchanges the order of steps and batch in all that a value is computed from,
    and gives the one in its place; None where layers depend on the order."""
    values = connected(net, value)
    if values is None or any(each.rank < 2 or each.gives_batch for each in values):
        return None
    if net.is_block:
        raise SharedAcrossBlocks()
    # What lies in the same memory does so still.
    memory = {}
    for each in values:
        new = each.exchanged = Value(each.sizes, each.name)
        new.element, new.changed_by = each.element, each.changed_by
        new.aliases = memory.setdefault(id(each.aliases), [])
        new.aliases.append(new)
        new.sizes[:2], new.origins[:2] = each.sizes[1::-1], each.origins[1::-1]
        new.order = Exchanged.order if each.rank == 3 else "(batch, steps)"

    def replace(items):
        items[:] = [item.exchanged or item for item in items]
    replace(net.inputs)
    for layer in net.layers:
        replace(layer.operands)
        replace(layer.results)
    return value.exchanged


def sequences_of(net, x, batch_first):
    """What a layer that has `batch_first` is given, and the value that this is, its
    batch first."""
    is_behind = isinstance(x, Exchanged)
    value = x.value() if is_behind else x
    if is_behind == batch_first and value.rank == 3:
        value = exchange(net, value)
        need(value, f"batch_first={batch_first} of a value whose batch is "
             f"{'second' if batch_first else 'first'}, which other layers depend on; "
             "'.transpose(0, 1)' exchanges it")
        x = value if batch_first else Exchanged(net, value)
    return x, value


def like(net, x, result):
    """A result with its batch where that of `x` is."""
    return Exchanged(net, result) if isinstance(x, Exchanged) else result


def positionwise(function):
    """A function that computes of values with their batch behind, too, where it does
    each position by itself."""
    @functools.wraps(function)
    def call(net, *arguments, **keywords):
        items = [*arguments, *keywords.values()]
        items += [each for item in items if isinstance(item, (list, tuple))
                  for each in item]
        if not any(isinstance(item, Exchanged) for item in items):
            return function(net, *arguments, **keywords)

        def inner(item):
            if isinstance(item, (list, tuple)):
                return type(item)(inner(each) for each in item)
            if isinstance(item, Value):
                # Another input may have its steps first, too.
                item = Exchanged(net, exchange(net, item)) if item.rank > 1 else None
                need(item and item.inner, "computes with values of which some have "
                     f"their batch behind; {BACK}")
            return item.value() if isinstance(item, Exchanged) else item
        count = len(net.layers)
        result = function(net, *map(inner, arguments),
                          **{key: inner(item) for key, item in keywords.items()})
        # Of a matrix, one of the two dimensions is the last one.
        need(all(is_positionwise(layer) and
                 (layer.mnemonic == "embedding" or layer.operands[0].rank > 2)
                 for layer in net.layers[count:]),
             f"goes along a value that has its batch behind; {BACK}")
        return Exchanged(net, result)
    return call


def bring_batch_first(net):
    """Puts values in place of outputs that have their batch behind, and says of which
    inputs and outputs that is."""
    def remark(what, order):
        net.remarks.append(f"{what} has its batch first here: {order}")
    for index, value in enumerate(net.inputs):
        if value.order and not net.is_block:
            remark(f"input {index}", value.order)
    outputs = []
    for output in net.outputs:
        nested = output if isinstance(output, (tuple, list)) else [output]
        if not any(isinstance(item, Exchanged) for item in nested):
            outputs.append(output)
            continue
        if net.is_block:
            raise SharedAcrossBlocks()
        for item in nested:
            if isinstance(item, Exchanged):
                remark(f"output {len(outputs)}", item.order)
                item = item.value()
            outputs.append(item)
    net.outputs = outputs
