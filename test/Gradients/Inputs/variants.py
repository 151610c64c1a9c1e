# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Forms of layers whose gradients are computed in other ways than those of
layer_table.py, as layers() there yields them."""

from torch import nn

from layer_table import Indices
from recurrent_layers import recurrent
from window_attention import WindowAttention


def variants():
    image = (6, 9, 8)
    yield "prelu", "", nn.PReLU(), image
    yield "prelu", "", nn.PReLU(), (10,)
    # A table of one row.
    yield "embedding", ", 1, 7", nn.Embedding(1, 7), Indices(1, 9)
    # A group for each channel, and one channel alone.
    yield ("conv2d", ", 6 kernel(3, 2) padding(1) groups(6)",
           nn.Conv2d(6, 6, (3, 2), padding=1, groups=6), image)
    yield ("conv2d", ", 1 kernel(2) stride(1, 2) padding(2)",
           nn.Conv2d(1, 1, 2, (1, 2), 2), (1, 9, 8))
    yield ("conv1d", ", 8 kernel(5) padding(2) groups(8)",
           nn.Conv1d(8, 8, 5, padding=2, groups=8), (8, 23))
    yield "conv2d", ", 5 kernel(1) stride(2)", nn.Conv2d(6, 5, 1, 2), image
    for stride, dilation in ((1, 1), (2, 3)):
        yield ("conv_transpose2d",
               f", 6 kernel(4, 3) stride({stride}) dilation({dilation}) groups(6)",
               nn.ConvTranspose2d(6, 6, (4, 3), stride, groups=6,
                                  dilation=dilation), image)
    # A window of one element, whose dilation is the size.
    yield ("conv3d", ", 4 kernel(1, 2, 3) dilation(2) padding(same)",
           nn.Conv3d(4, 4, (1, 2, 3), dilation=2, padding="same"), (4, 2, 7, 1))
    # Groups of several channels; some are beyond what a phase sees.
    yield ("conv_transpose2d", ", 10 kernel(3, 2) stride(1, 3) padding(1) groups(2)",
           nn.ConvTranspose2d(6, 10, (3, 2), (1, 3), 1, groups=2), image)
    for rank, mode, scale in ((1, "linear", 3), (2, "bilinear", 4),
                              (3, "trilinear", 2)):
        yield ("upsample", f" scale({scale}) mode({mode})",
               nn.Upsample(scale_factor=scale, mode=mode),
               (2, *(4, 3, 2)[:rank]))
    for kind, length, units, options in (
            (nn.RNN, 5, 17, {"relu": True, "bias": False}),
            (nn.GRU, 1, 8, {"last": True, "bidirectional": True}),
            (nn.GRU, 6, 3, {"last": True}),
            (nn.GRU, 5, 6, {"reset_before": True}),
            (nn.GRU, 4, 17, {"reset_before": True, "slope": 0.25, "layers": 2,
                             "bidirectional": True, "last": True}),
            (nn.GRU, 1, 5, {"reset_before": True, "bias": False}),
            (nn.LSTM, 5, 8, {"slope": 0.2}),
            (nn.LSTM, 7, 20, {"last": True, "layers": 2}),
            (nn.LSTM, 1, 3, {"bias": False})):
        text, module, _ = recurrent(kind, 4, units, **options)
        name, _, clauses = text.partition(" {}")
        yield name, clauses, module, (length, 4)
    yield ("attention", " heads(2) causal window(4)", WindowAttention(8, 2, 4),
           (9, 8))
