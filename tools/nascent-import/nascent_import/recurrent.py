# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers that go through sequences.

In `forward` they give the outputs of all steps, and states; in a listing, as all
layers do, one value. PyTorch's states have the batch second, the dialect's first.
"""

from . import shaping
from .exchanged import Exchanged, like, sequences_of
from .layers import LAYERS, RESULTS, layer, leave_out_dropout, need
from .network import Value, number, unless
from .refusals import RankRefusal, SharedAcrossBlocks
from .unknown import UNKNOWN, Unknown

PARAMETERS = {"weight": "init", "bias": "bias_init"}
# How many states each has.
RECURRENT = {"LSTM": 2, "GRU": 1, "RNN": 1}


class States(Exchanged):
    """A layer's states after the last step. Where they are parts of its outputs,
    these do: a stream has no others."""

    order = "(batch, layers and directions, units)"

    def __init__(self, net, outputs, arguments, which):
        super().__init__(net, None)
        self.layer, self.which, self.outputs = net.layers[-1], which, outputs
        self.directions = 2 if arguments.get("bidirectional") else 1
        self.units = arguments["hidden_size"]
        self.count = arguments.get("num_layers", 1) * self.directions
        self.states = RECURRENT[self.layer.mnemonic.upper()]

    def __repr__(self):
        return "the states of all layers"

    def value(self):
        results = self.layer.results
        if len(results) == 1:
            results += [Value([self.outputs.sizes[0], self.count, self.units])
                        for _ in range(self.states)]
        return results[1 + self.which]

    def __getitem__(self, index):
        need(type(index) is int and -self.count <= index < self.count,
             f"the index {index!r} of states is not supported; the number of a "
             "state is")
        direction = index % self.count - self.count + self.directions
        has_lengths = any(keyword == "lengths"
                          for keyword, _ in self.layer.operand_clauses)
        if self.which or direction < 0 or has_lengths:
            return super().__getitem__(index)
        value = shaping.take(self.net, self.outputs, 1, 0 if direction else -1)
        if self.directions == 1:
            return value
        start = direction * self.units
        return LAYERS["Slice"](self.net, value, 1, start, start + self.units)


class Packed:
    """Sequences, and an input that says how long each is."""

    def __init__(self, values, lengths):
        self.values, self.lengths = values, lengths

    def __repr__(self):
        return "packed sequences"


class Zeros:
    """Zeros of any shape, with which layers begin anyway."""

    def __repr__(self):
        return "zeros"


def results_of(name):
    """What a call gives, from the outputs of all steps."""
    def results(net, given, arguments):
        outputs = given.value() if isinstance(given, Exchanged) else given
        made = [States(net, outputs, arguments, which)
                for which in range(RECURRENT[name])]
        lengths = arguments.get("lengths")
        return (Packed(outputs, lengths) if lengths else given,
                tuple(made) if len(made) > 1 else made[0])
    return results


def state_of(net, given):
    """The value, the batch first, that stands for an initial state."""
    if isinstance(given, Exchanged):
        return given.value()
    need(isinstance(given, Value), f"the initial state {given!r} is not supported; "
         "states of layers, inputs of the network and zeros are")
    need(any(given is value for value in net.inputs), "an initial state that has the "
         "batch first is not supported; '.transpose(0, 1)' brings it behind")
    if net.is_block:
        raise SharedAcrossBlocks()
    if given.rank != 3:
        raise RankRefusal("expected an initial state of rank 3, got rank "
                          f"{given.rank}")
    given.has_states, given.order = True, States.order
    return given


def operands_of(net, name, operands):
    """(the sequences, what else the layer is given) of a call."""
    x, *rest = operands
    need(len(rest) < 2, f"expected 1 or 2 inputs, got {len(operands)}")
    more = {}
    if isinstance(x, Packed):
        # PyTorch's packed sequences have neither first.
        more = {"lengths": x.lengths, "batch_first": True}
        x = x.values
    if rest and rest[0] is not None:
        states = list(rest[0]) if isinstance(rest[0], (tuple, list)) else rest
        if any(isinstance(state, Unknown) for state in states):
            return UNKNOWN, {}
        need(len(states) == RECURRENT[name], f"expected {RECURRENT[name]} initial "
             f"states, got {len(states)}")
        zeros = [isinstance(state, Zeros) for state in states]
        need(all(zeros) or not any(zeros), "one initial state without the other is "
             "not supported")
        if not all(zeros):
            more["state"] = [state_of(net, state) for state in states]
    return x, more


def recurrent(net, mnemonic, x, input_size, hidden_size, num_layers, bias,
              batch_first, dropout, bidirectional, last, lengths, state, **clauses):
    if num_layers > 1:
        leave_out_dropout(net, dropout, f"between the layers of nn.{mnemonic}")
    given, x = sequences_of(net, x, batch_first)
    if x.rank != 3:
        raise RankRefusal("expected a value of rank 3, with batch and length, got "
                          f"rank {x.rank}")
    x.expect(2, input_size, "features")
    directions = 2 if bidirectional else 1
    units = hidden_size * directions
    sizes = [x.sizes[0], units] if last else [*x.sizes[:2], units]
    result = net.add(mnemonic, x, sizes, hidden_size, follows=1 if last else 2,
                     in_=input_size,
                     layers=unless(num_layers, 1),
                     bidirectional=bool(bidirectional), last=bool(last),
                     no_bias=not bias, **clauses)
    made = net.layers[-1]
    if lengths:
        made.operands.append(lengths)
        made.operand_clauses.append(("lengths", 1))
    for value in state or []:
        value.expect(1, num_layers * directions, "layers and directions")
        value.expect(2, hidden_size, "units")
        made.operands.append(value)
    if state:
        made.operand_clauses.append(("state", len(state)))
    return like(net, given, result)


# `last`, `hardsigmoid` and `reset_before` are of our listings; `lengths` and `state`
# are what a call says.

@layer("LSTM", PARAMETERS)
def lstm(net, x, input_size, hidden_size, num_layers=1, bias=True,
         batch_first=False, dropout=0.0, bidirectional=False, proj_size=0,
         last=False, hardsigmoid=None, lengths=None, state=None):
    need(proj_size == 0, f"proj_size={proj_size} is not supported; 0 is")
    return recurrent(net, "lstm", x, input_size, hidden_size, num_layers, bias,
                     batch_first, dropout, bidirectional, last, lengths, state,
                     hardsigmoid=hardsigmoid and number(hardsigmoid))


@layer("GRU", PARAMETERS)
def gru(net, x, input_size, hidden_size, num_layers=1, bias=True,
        batch_first=False, dropout=0.0, bidirectional=False, last=False,
        hardsigmoid=None, reset_before=False, lengths=None, state=None):
    return recurrent(net, "gru", x, input_size, hidden_size, num_layers, bias,
                     batch_first, dropout, bidirectional, last, lengths, state,
                     hardsigmoid=hardsigmoid and number(hardsigmoid),
                     reset_before=reset_before)


@layer("RNN", PARAMETERS)
def rnn(net, x, input_size, hidden_size, num_layers=1, nonlinearity="tanh",
        bias=True, batch_first=False, dropout=0.0, bidirectional=False, last=False,
        lengths=None, state=None):
    need(nonlinearity in ("tanh", "relu"), f"nonlinearity='{nonlinearity}' is not "
         "supported; 'tanh' and 'relu' are")
    return recurrent(net, "rnn", x, input_size, hidden_size, num_layers, bias,
                     batch_first, dropout, bidirectional, last, lengths, state,
                     relu=nonlinearity == "relu")


RESULTS.update({name: results_of(name) for name in RECURRENT})


def pack(net, input, lengths, batch_first=False, enforce_sorted=True):
    """pack_padded_sequence: `lengths` is an input."""
    need(isinstance(input, (Value, Exchanged)), "expected a value of the network, got "
         f"{input!r}")
    _, values = sequences_of(net, input, batch_first)
    need(isinstance(lengths, Value) and any(lengths is value
                                            for value in net.inputs),
         "lengths that are no input of the network are not supported")
    if net.is_block:
        raise SharedAcrossBlocks()
    # Nothing else says of how many dimensions it is.
    lengths.element, lengths.sizes = "i32", lengths.sizes[:1]
    return Packed(values, lengths)


def is_length_of(net, size, value):
    """Whether a size is the length of the sequences from which recurrent layers
    computed the value."""
    while value is not None:
        if value is getattr(size, "value", None):
            return size.axis == 1
        value = next((layer.operands[0] for layer in net.layers
                      if layer.mnemonic in ("lstm", "gru", "rnn") and
                      any(value is result for result in layer.results)), None)
    return False


def pad(net, sequence, batch_first=False, padding_value=0.0, total_length=None):
    """pad_packed_sequence: of the length that the sequences had."""
    need(isinstance(sequence, Packed), f"expected packed sequences, got {sequence!r}")
    need(padding_value == 0, f"padding_value={padding_value} is not supported; 0 is")
    need(total_length is None or total_length == sequence.values.sizes[1] or
         is_length_of(net, total_length, sequence.values),
         f"total_length={total_length!r} is not supported; the length of what was "
         "packed is")
    if total_length is None:
        net.remarks.append("what pad_packed_sequence gives keeps its length here; "
                           "PyTorch cuts it to the longest sequence's, unless "
                           "total_length is the length of what was packed")
    values = sequence.values
    return values if batch_first else Exchanged(net, values), sequence.lengths


def zeros(net, *arguments, **keywords):
    return Zeros()
