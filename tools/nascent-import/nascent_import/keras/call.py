# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A call of a Keras layer, and the values that it reads and makes.

Keras has channels last, (batch, height, width, channels), the dialect has them
first. A value is permuted where a layer wants the other order; the compiler stores
both in the same way, so that this costs nothing.
"""

from ..refusals import RankRefusal, Refusal, SizeRefusal
from .initializers import attribute_of


class Tensor:
    """A value in Keras's order, or with its channels first, or both."""

    def __init__(self, net, last=None, first=None):
        self.net, self.values = net, {"last": last, "first": first}

    @property
    def rank(self):
        return (self.values["last"] or self.values["first"]).rank

    @property
    def is_first(self):
        """Whether the channels were made first."""
        return self.values["last"] is None

    @property
    def sizes(self):
        """In Keras's order."""
        if self.values["last"]:
            return self.values["last"].sizes
        return to_last(self.values["first"].sizes)

    def last(self):
        if not self.values["last"]:
            self.permute("first", "last", to_last)
        return self.values["last"]

    def first(self):
        if self.rank < 3:
            return self.last()
        if not self.values["first"]:
            self.permute("last", "first", to_first)
        return self.values["first"]

    def permute(self, source, target, move):
        value = self.values[source]
        dims = move(list(range(value.rank)))
        self.values[target] = self.net.add(
            "permute", value, move(value.sizes), dims=dims)


def to_first(items):
    return [items[0], items[-1], *items[1:-1]]


def to_last(items):
    return [items[0], *items[2:], items[1]]


def need(condition, what):
    if not condition:
        raise Refusal(what)


def need_size(size, what):
    if size is None:
        raise SizeRefusal(f"{what} with --input")


def channels_last(call):
    order = call.number("data_format") or "channels_last"
    need(order == "channels_last", f"data_format='{order}' is not supported; "
         "'channels_last' is")


def leave_out_dropout(call):
    """Says of a layer's own dropout that it is in no training."""
    for key in ("dropout", "recurrent_dropout"):
        if call.number(key):
            call.remark(f"its {key}={call.number(key)} is left out; training here is "
                        "without it")


class Call:
    """One call of a layer: appends to the network what it computes."""

    def __init__(self, net, config, read, version, has_weights, arguments):
        self.net, self.config, self.version = net, config, version
        # What the call says beside the values that it reads.
        self.has_weights, self.arguments = has_weights, arguments
        # The layer's arrays, from one on, by their names; None without weights.
        self.read, self.count = read, 0
        self.remarks = []
        # What learns: layers, what stands behind the call's name for each, and its
        # arrays.
        self.learners = []

    def number(self, key, default=None):
        return self.config.get(key, default)

    def positive(self, key):
        """A positive number that must be there."""
        value = self.number(key)
        need(type(value) is int and value > 0, f"{key}={value!r} is not supported; a "
             "positive number is")
        return value

    def flag(self, key, default):
        value = self.number(key, default)
        # TensorFlow.js writes what nobody has stated as null.
        value = default if value is None else value
        need(isinstance(value, bool), f"{key}={value} is not supported; True and False "
             "are")
        return value

    def remark(self, what):
        self.remarks.append(what)

    def of_rank(self, x, *ranks):
        if x.rank not in ranks:
            expected = " or ".join(map(str, ranks))
            raise RankRefusal(f"expected a value of rank {expected}, got rank {x.rank}")

    def add(self, mnemonic, operands, sizes, *args, **clauses):
        return self.net.add(mnemonic, operands, sizes, *args, **clauses)

    def add_main(self, *args, suffix="", **clauses):
        """A layer that learns, and so has the call's name."""
        result = self.net.add(*args, **clauses)
        self.learners.append((self.net.layers[-1], suffix, {}))
        return result

    def learn(self, parameters):
        """Gives the last such layer's parameters their values and initialisers.

        `parameters` are (Keras's name, ours, the clause, which initialiser, how the
        array is turned), in Keras's order."""
        layer, _, arrays = self.learners[-1]
        found = self.read([name for name, *_ in parameters], self.count)
        self.count += len(parameters)
        for index, (_, name, clause, initializer, turn) in enumerate(parameters):
            if clause:
                layer.initializers.append((clause, attribute_of(initializer)))
            if found:
                arrays[name] = turn(found[index])

    def last(self, value):
        return Tensor(self.net, last=value)

    def first(self, value):
        return Tensor(self.net, first=value)

    def like(self, x, value):
        """The result of a layer that read `any_of(x)`."""
        return self.first(value) if x.is_first else self.last(value)

    def any_of(self, x):
        return x.values["first"] if x.is_first else x.values["last"]

