# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The zoo's models of sequences in PyTorch: `SEQUENCES` gives for each what makes
it, nothing, and the two lengths at which it is tested, with the features behind
them."""

import torch
from torch import nn


class LanguageModel(nn.Module):
    """The book's RNNLM, batch first, for any class of `torch.nn`."""

    def __init__(self, kind):
        super().__init__()
        self.rnn = nn.Module()
        self.rnn.rnn = kind(28, 32, batch_first=True)
        self.linear = nn.Linear(32, 28)

    def forward(self, x):
        return self.linear(self.rnn.rnn(x)[0])


class BiRnn(nn.Module):
    """The book's, behind its embedding."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(100, 100, num_layers=2, bidirectional=True,
                               batch_first=True)
        self.decoder = nn.Linear(400, 2)

    def forward(self, x):
        y, _ = self.encoder(x)
        return self.decoder(torch.cat((y[:, 0], y[:, -1]), dim=1))


class Amplifier(nn.Module):
    def __init__(self, kind, features, units, is_added):
        super().__init__()
        self.rec = kind(features, units, batch_first=True)
        self.lin = nn.Linear(units, 1)
        self.is_added = is_added

    def forward(self, x):
        y = self.lin(self.rec(x)[0])
        return y + x if self.is_added else y


class KeywordGru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(10, 154, batch_first=True)
        self.fc = nn.Linear(154, 12)

    def forward(self, x):
        return self.fc(self.gru(x)[0][:, -1])


SEQUENCES = {
    "rnn_lm": (lambda: LanguageModel(nn.RNN), None, ((32, 28), (9, 28))),
    "gru_lm": (lambda: LanguageModel(nn.GRU), None, ((32, 28), (9, 28))),
    "lstm_lm": (lambda: LanguageModel(nn.LSTM), None, ((32, 28), (9, 28))),
    "sentiment_lstm": (BiRnn, None, ((40, 100), (13, 100))),
    "amp_lstm": (lambda: Amplifier(nn.LSTM, 1, 20, True), None,
                 ((64, 1), (1, 1))),
    "amp_gru": (lambda: Amplifier(nn.GRU, 2, 8, False), None,
                ((64, 2), (7, 2))),
    "keyword_gru": (KeywordGru, None, ((25, 10), (49, 10))),
}
