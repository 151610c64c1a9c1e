# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks of branches, each a chain of layers, with PyTorch.

All branches read the one input, and each is an output, so that many layers are
compiled at once. No size is written in a source; the input is bound. With flags,
each network is compiled for one of the batches, without for all.
"""

import os

import numpy as np
import torch
from torch import nn

from nascent_oracle import NativeNetwork, in_turn

# And whether each is open.
BATCHES = [(1, False), (3, False), (5, True)]


class Branches:
    """A network of `branches`, lists of (text, module) or (text, module, rank of
    the result), and the shape of one row of its input. `nan` puts some NaNs and
    infinities into it."""

    def __init__(self, shape, branches, nan=False):
        self.shape, self.nan = shape, nan
        self.layers, lines, outputs, types = [], [], [], []
        for branch in branches:
            value, rank = "%x", len(shape) + 1
            for text, module, *result in branch:
                now = tensor(rank)
                rank = result[0] if result else rank
                after = tensor(rank)
                name = f"%{len(self.layers)}"
                lines.append(f"  {name} = nn.{text.format(value)} : {now} -> "
                             f"{after}")
                value = name
                self.layers.append(module)
            outputs.append(value)
            types.append(tensor(rank))
        self.lengths = [len(branch) for branch in branches]
        types = ", ".join(types)
        self.source = "\n".join(
            [f"nn.sequential @net(%x: {tensor(len(shape) + 1)}) -> ({types}) {{",
             *lines, f"  nn.return {', '.join(outputs)} : {types}", "}", ""])
        self.model = nn.ModuleList(self.layers).eval()
        for name, values in self.model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            if name.endswith("running_var"):
                values.uniform_(0.5, 2.0)
            elif name.endswith(("running_mean", "bias")):
                values.normal_(0.0, 0.7)
            elif "Norm" in type(self.layers[int(name.split(".")[0])]).__name__:
                values.normal_(1.0, 0.5)

    def state(self):
        """PyTorch's names and values, in its order; it counts batches, too."""
        return {name: values.numpy().astype(np.float32)
                for name, values in self.model.state_dict().items()
                if not name.endswith("num_batches_tracked")}

    def answer(self, x):
        layers, outputs = iter(self.model), []
        with torch.no_grad():
            for length in self.lengths:
                y = x
                for _ in range(length):
                    y = next(layers)(y)
                outputs.append(y.numpy())
        return outputs


def tensor(rank):
    return f"tensor<{'x'.join('?' * rank)}xf32>"


def compare(networks, compiler, cc, folder, flags):
    """Prints how many there were."""
    count = 0
    for index, network in enumerate(networks):
        wanted_state = network.state()
        network.model.double()
        for batch, is_open in in_turn(BATCHES, index, flags):
            x = torch.randn(batch, *network.shape)
            if network.nan:
                x.view(-1)[::29] = float("nan")
                x.view(-1)[::13] = -float("inf")
            wanted = network.answer(x.double())
            own = os.path.join(folder, str(count))
            os.makedirs(own)
            shape = ["?" if is_open else str(batch), *map(str, network.shape)]
            compiled = NativeNetwork(compiler, cc, network.source, "net", own,
                                     "x".join(shape) + "xf32", flags)
            schedule = [(step, part, 3) for step in range(compiled.steps)
                        for part in (2, 0, 1)]
            if wanted_state:
                table = compiled.table(len(wanted_state))
                assert table == [(name, values.shape) for name, values
                                 in wanted_state.items()], table
            parameters = list(wanted_state.values())
            stored, actual = compiled.answer(
                parameters, [x.numpy()], [y.shape for y in wanted],
                batch if is_open else None, schedule)
            for sent, got in zip(parameters, stored):
                assert (sent == got).all(), "get returns what set was not given"
            for i, (got, want) in enumerate(zip(actual, wanted)):
                assert np.allclose(got, want, rtol=1e-4, atol=1e-5,
                                   equal_nan=network.nan), \
                    f"output {i} of {shape} is off by " \
                    f"{np.abs(got - want).max()}:\n{network.source}"
            count += 1
    print(f"{count} networks agree with PyTorch")
