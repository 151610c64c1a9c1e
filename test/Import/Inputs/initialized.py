# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Initialisers that a program asks for, before and after parameters have shapes."""

import torch
from torch import nn


def init_normal(module):
    if type(module) == nn.LazyLinear:
        nn.init.normal_(module.weight, mean=0, std=0.01)
        nn.init.zeros_(module.bias)


lazy = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(1))
lazy.apply(init_normal)

# Asked for before there is a shape, done when there is one.
run = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(1))
run.apply(init_normal)
run[2].apply(lambda module: nn.init.constant_(module.weight, 42))
run(torch.zeros(2, 20))
assert (run[2].weight == 42).all() and (run[0].bias == 0).all()

every = nn.Sequential(*(nn.Linear(6, 6) for _ in range(16)))
nn.init.uniform_(every[0].weight, -10, 10)
nn.init.trunc_normal_(every[1].weight, std=0.5)
nn.init.trunc_normal_(every[2].weight, 1.0, 0.5, 0.0, 3.0)
nn.init.ones_(every[3].weight)
nn.init.eye_(every[4].weight)
nn.init.xavier_uniform_(every[5].weight)
nn.init.xavier_normal_(every[6].weight, gain=2)
nn.init.kaiming_uniform_(every[7].weight, nonlinearity="relu")
nn.init.kaiming_normal_(every[8].weight, a=0.1, mode="fan_out")
nn.init.orthogonal_(every[9].weight)
nn.init.sparse_(every[10].weight, sparsity=0.5)
nn.init.normal_(every[11].weight.data)
nn.init.constant_(every[12].weight, 1)
nn.init.normal_(every[12].weight, std=1e-05)
# What is written afterwards is no initialiser's.
nn.init.uniform_(every[13].weight, -10, 10)
every[13].weight.data *= every[13].weight.data.abs() >= 5
# The default again.
nn.init.zeros_(every[14].weight)
every[14].reset_parameters()

dirac = nn.Sequential(nn.LazyConv1d(4, 3))
nn.init.dirac_(dirac[0].weight)
