# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""PyTorch's recurrent layers, with one result, beside their text."""

import torch
from torch import nn


class Recurrent(nn.Module):
    """The names of its parameters are the layer's."""

    def __init__(self, kind, features, units, last=False, **options):
        super().__init__()
        layer = kind(features, units, batch_first=True, **options)
        for name, values in layer.named_parameters():
            self.register_parameter(name, values)
        # Of the same parameters; kept out of the modules, whose names it would
        # add to.
        self.layer, self.last = [layer], last
        self.width = units * (2 if layer.bidirectional else 1)

    def forward(self, x):
        y, state = self.layer[0](x)
        if not self.last:
            return y
        h = state[0] if isinstance(state, tuple) else state
        return torch.cat(list(h[-2:]), 1) if self.layer[0].bidirectional else h[-1]


def recurrent(kind, features, units, layers=1, bidirectional=False, last=False,
              bias=True, relu=False):
    """The text of a layer, the module, and the rank of its result."""
    relu = relu and kind is nn.RNN
    text = f"{kind.__name__.lower()} {{}}, {units}"
    text += f" layers({layers})" if layers > 1 else ""
    text += " bidirectional" if bidirectional else ""
    text += " last" if last else ""
    text += "" if bias else " no_bias"
    text += " relu" if relu else ""
    options = {"nonlinearity": "relu"} if relu else {}
    module = Recurrent(kind, features, units, last, num_layers=layers, bias=bias,
                       bidirectional=bidirectional, **options)
    return text, module, 2 if last else 3
