# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares networks whose length is open with the same of a bound one, under strict
numerics, to the bit.

    strict_open_sizes.py COMPILER CC FOLDER [FLAG...]
"""

import sys

import numpy as np

from nascent_oracle import NativeNetwork
from open_sizes import Network

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
LENGTHS = [1, 7, 16, 17, 33, 40, 100]

NETWORKS = {
    "encoder": ("""  %0 = nn.layer_norm %x dims(1) : tensor<?x?x24xf32>
  %1 = nn.attention %0 heads(2) : tensor<?x?x24xf32>
  %2 = nn.add %1, %x : tensor<?x?x24xf32>
  %3 = nn.softmax %2 : tensor<?x?x24xf32>
""", 24, "tensor<?x?x24xf32>"),
    "decoder": ("""  %0 = nn.attention %x heads(1) causal : tensor<?x?x6xf32>
  %1 = nn.attention %0 heads(2) causal window(20) : tensor<?x?x6xf32>
  %2 = nn.log_softmax %1 : tensor<?x?x6xf32>
  %3 = nn.mean_over %2 dims(1) : tensor<?x?x6xf32> -> tensor<?x6xf32>
""", 6, "tensor<?x6xf32>"),
    "places": ("""  %0 = nn.permute %x dims(0, 2, 1) : tensor<?x?x5xf32> -> tensor<?x5x?xf32>
  %1 = nn.softmax %0 : tensor<?x5x?xf32>
  %2 = nn.mean_over %1 dims(2) : tensor<?x5x?xf32> -> tensor<?x5xf32>
  %3 = nn.relu %2 : tensor<?x5xf32>
""", 5, "tensor<?x5xf32>"),
}


def check(name, body, width, result):
    def source(name):
        return (f"nn.sequential @{name}(%x: tensor<?x?x{width}xf32>) -> {result} "
                f"{{\n{body}  nn.return %3 : {result}\n}}\n")

    flags = ["--numerics=strict", *FLAGS]
    whole = Network(COMPILER, CC, FOLDER, name, source(name),
                    f"{name}=2x?x{width}xf32", flags)
    generator = np.random.default_rng(1)
    for length in LENGTHS:
        bound = NativeNetwork(COMPILER, CC, source(f"{name}_{length}"),
                              f"{name}_{length}", FOLDER, f"2x{length}x{width}xf32",
                              flags)
        for index, values in enumerate(whole.values.values()):
            assert bound.set(index, values.numpy()) == 0
        x = generator.standard_normal((2, length, width)).astype(np.float32)
        shape = (2, length, width) if result.count("?") == 2 else (2, width)
        wanted = bound.forward([x], [shape])[0]
        found = whole.forward([x], [length], [shape])[0]
        assert found.tobytes() == wanted.tobytes(), (name, length)
    print(f"{name}: the same bits")


for name, network in NETWORKS.items():
    check(name, *network)
