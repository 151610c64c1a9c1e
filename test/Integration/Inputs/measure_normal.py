# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Measures the normal initialiser against the method of Box and Muller in f64.

    measure_normal.py COMPILER CC FOLDER [SEEDS]

Draws 2^24 numbers of #nn.normal<0.0, 1.0> a seed, and recomputes each from the
same random words. docs/Numerics.md states what this prints.
"""

import sys

import numpy as np

import reference_init
from nascent_oracle import NativeNetwork

SIDE = 4096
SOURCE = f"""\
nn.sequential @net(%x: tensor<1x{SIDE}xf32>) -> tensor<1x{SIDE}xf32> {{
  %0 = nn.dense %x, {SIDE} no_bias init(#nn.normal<0.0, 1.0>)
    : tensor<1x{SIDE}xf32> -> tensor<1x{SIDE}xf32>
  nn.return %0 : tensor<1x{SIDE}xf32>
}}
"""


def main():
    compiler, cc, folder, *rest = sys.argv[1:]
    seeds = int(rest[0]) if rest else 16
    network = NativeNetwork(compiler, cc, SOURCE, "net", folder, with_init=True)
    worst, largest, powers = {}, 0.0, np.zeros(9)
    for seed in range(seeds):
        network.init(seed)
        found = network.get(0, (SIDE * SIDE,)).astype(np.float64)
        z = reference_init.standard_normal(seed, "0.weight", SIDE * SIDE)
        error = np.abs(found - z)
        ulp = np.spacing(np.abs(z).astype(np.float32)).astype(np.float64)
        ulp[z == 0] = np.inf  # u = 1
        size = np.where(z == 0, np.inf, np.abs(z))
        for name, e in (("absolute", error), ("relative", error / size),
                        ("in ulp", error / ulp)):
            at = int(np.argmax(e))
            worst[name] = max(worst.get(name, (0, 0)), (e[at], abs(z[at])))
        largest = max(largest, np.abs(found).max())
        powers += [(found**k).mean() / seeds for k in range(9)]
    count = seeds * SIDE * SIDE
    for name, (error, z) in worst.items():
        print(f"largest error of {count}, {name}: {error:.3g} at |z| = {z:.6g}")
    print(f"largest |z| drawn: {largest:.6g}")
    for order, expected in ((1, 0), (2, 1), (3, 0), (4, 3), (6, 15)):
        print(f"moment {order}: {powers[order]:.6f}, of N(0, 1): {expected}")


if __name__ == "__main__":
    main()
