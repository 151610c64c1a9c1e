# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's layers that go through sequences.

In `forward` they give the outputs of all steps, and states; in a listing, as all
layers do, one value.
"""

from . import shaping
from .layers import LAYERS, RESULTS, layer, need
from .network import unless
from .refusals import RankRefusal, Refusal

PARAMETERS = {"weight": "init", "bias": "bias_init"}


class States:
    """A layer's states after the last step, which are parts of its outputs."""

    def __init__(self, net, outputs, arguments):
        self.net, self.outputs = net, outputs
        self.directions = 2 if arguments.get("bidirectional") else 1
        self.units = arguments["hidden_size"]
        self.count = arguments.get("num_layers", 1) * self.directions

    def __repr__(self):
        return "the states of all layers"

    def __getitem__(self, index):
        need(type(index) is int and -self.count <= index < self.count,
             f"the index {index!r} of states is not supported; the number of a "
             "state is")
        direction = index % self.count - self.count + self.directions
        need(direction >= 0, "the state of a layer below the last one is not "
             "supported")
        value = shaping.take(self.net, self.outputs, 1, 0 if direction else -1)
        if self.directions == 1:
            return value
        start = direction * self.units
        return LAYERS["Slice"](self.net, value, 1, start, start + self.units)


class Cells:
    """What an LSTM keeps beside its states, which no layer gives."""

    def __getitem__(self, index):
        raise Refusal("the cells of an LSTM are not supported; its outputs and "
                      "states are")


def states(net, outputs, arguments):
    return outputs, States(net, outputs, arguments)


def states_and_cells(net, outputs, arguments):
    return outputs, (States(net, outputs, arguments), Cells())


def recurrent(net, mnemonic, x, input_size, hidden_size, num_layers, bias,
              batch_first, bidirectional, last, **clauses):
    need(batch_first, "batch_first=False is not supported; batch_first=True is")
    if x.rank != 3:
        raise RankRefusal("expected a value of rank 3, with batch and length, got "
                          f"rank {x.rank}")
    x.expect(2, input_size, "features")
    units = hidden_size * (2 if bidirectional else 1)
    sizes = [x.sizes[0], units] if last else [*x.sizes[:2], units]
    return net.add(mnemonic, x, sizes, hidden_size, in_=input_size,
                   layers=unless(num_layers, 1),
                   bidirectional=bool(bidirectional), last=bool(last),
                   no_bias=not bias, **clauses)


# Dropout is between layers, and drops nothing in eval. `last` is of our listings.

@layer("LSTM", PARAMETERS)
def lstm(net, x, input_size, hidden_size, num_layers=1, bias=True,
         batch_first=False, dropout=0.0, bidirectional=False, proj_size=0,
         last=False):
    need(proj_size == 0, f"proj_size={proj_size} is not supported; 0 is")
    return recurrent(net, "lstm", x, input_size, hidden_size, num_layers, bias,
                     batch_first, bidirectional, last)


@layer("GRU", PARAMETERS)
def gru(net, x, input_size, hidden_size, num_layers=1, bias=True,
        batch_first=False, dropout=0.0, bidirectional=False, last=False):
    return recurrent(net, "gru", x, input_size, hidden_size, num_layers, bias,
                     batch_first, bidirectional, last)


@layer("RNN", PARAMETERS)
def rnn(net, x, input_size, hidden_size, num_layers=1, nonlinearity="tanh",
        bias=True, batch_first=False, dropout=0.0, bidirectional=False, last=False):
    need(nonlinearity in ("tanh", "relu"), f"nonlinearity='{nonlinearity}' is not "
         "supported; 'tanh' and 'relu' are")
    return recurrent(net, "rnn", x, input_size, hidden_size, num_layers, bias,
                     batch_first, bidirectional, last, relu=nonlinearity == "relu")


RESULTS.update(LSTM=states_and_cells, GRU=states, RNN=states)
