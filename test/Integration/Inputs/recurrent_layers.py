# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's recurrent layers, with one result or all, beside their text."""

import torch
from torch import nn
from torch.nn.utils import rnn


class Recurrent(nn.Module):
    """The names of its parameters are the layer's."""

    def __init__(self, kind, features, units, last=False, gives=False, **options):
        super().__init__()
        self.gives = gives
        layer = kind(features, units, batch_first=True, **options)
        for name, values in layer.named_parameters():
            self.register_parameter(name, values)
        # Of the same parameters; kept out of the modules, whose names it would
        # add to.
        self.layer, self.last = [layer], last
        self.width = units * (2 if layer.bidirectional else 1)

    def forward(self, x, lengths=None, state=None):
        """States have the batch in front, here and in the result."""
        layer, length = self.layer[0], x.shape[1]
        if state is not None:
            state = tuple(s.transpose(0, 1).contiguous() for s in state)
            state = state if len(state) > 1 else state[0]
        if lengths is not None:
            x = rnn.pack_padded_sequence(x, lengths.cpu().long(),
                                         batch_first=True, enforce_sorted=False)
        y, state = layer(x, state)
        if lengths is not None:
            y, _ = rnn.pad_packed_sequence(y, batch_first=True,
                                           total_length=length)
        states = state if isinstance(state, tuple) else (state,)
        if self.last:
            h = states[0]
            y = torch.cat(list(h[-2:]), 1) if layer.bidirectional else h[-1]
        return [y, *(s.transpose(0, 1) for s in states)] if self.gives else y


def recurrent(kind, features, units, layers=1, bidirectional=False, last=False,
              bias=True, relu=False, gives=False):
    """The text of a layer, the module, and the rank of its result."""
    relu = relu and kind is nn.RNN
    text = f"{kind.__name__.lower()} {{}}, {units}"
    text += f" layers({layers})" if layers > 1 else ""
    text += " bidirectional" if bidirectional else ""
    text += " last" if last else ""
    text += "" if bias else " no_bias"
    text += " relu" if relu else ""
    options = {"nonlinearity": "relu"} if relu else {}
    module = Recurrent(kind, features, units, last, gives, num_layers=layers,
                       bias=bias, bidirectional=bidirectional, **options)
    return text, module, 2 if last else 3
