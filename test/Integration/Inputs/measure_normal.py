"""Measures the normal initialiser against Φ⁻¹ in f64, for every p it can take.

    measure_normal.py COMPILER CC FOLDER

Draws from #nn.normal<0.0, 1.0> until each of the 2^23 magnitudes has come up,
and recomputes from the seed which draw made which value. docs/Numerics.md
states what this prints.
"""

import statistics
import sys

import numpy as np
import torch

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


def draw(compiler, cc, folder):
    """|z| by m, the 23 bits of p = (m + ½)·2⁻²⁴."""
    network = NativeNetwork(compiler, cc, SOURCE, "net", folder)
    found = np.full(2**23, np.nan, dtype=np.float32)
    draws = 0
    for seed in range(1000):
        network.init(seed)
        values = network.get(0, (SIDE * SIDE,))
        bits = reference_init.words(seed, "0.weight", SIDE * SIDE)
        assert (np.signbit(values) == (bits >> np.uint32(31) != 0)).all()
        m = (bits >> np.uint32(8)) & np.uint32(0x7FFFFF)
        found[m] = np.abs(values)
        assert (found[m] == np.abs(values)).all(), "not a function of the draw"
        draws += values.size
        missing = np.count_nonzero(np.isnan(found))
        if missing == 0:
            break
    print(f"{draws} draws, {2**23 - missing} of {2**23} magnitudes")
    return found


def reference():
    """−Φ⁻¹(p) for p = (m + ½)·2⁻²⁴."""
    p = (np.arange(2**23) + 0.5) / 2**24
    z = -torch.special.ndtri(torch.from_numpy(p)).numpy()
    # A second opinion, for some of them.
    normal = statistics.NormalDist()
    some = np.r_[0:1000, 1000:2**23 - 1000:997, 2**23 - 1000:2**23]
    other = np.array([-normal.inv_cdf(float(p[m])) for m in some])
    assert (np.abs(other - z[some]) <= 1e-13 * other).all()
    return z


def main():
    found, z = draw(*sys.argv[1:]), reference()
    error = np.abs(found.astype(np.float64) - z)
    ulp = np.spacing(z.astype(np.float32)).astype(np.float64)
    for name, e in (("absolute", error), ("relative", error / z),
                    ("in ulp", error / ulp)):
        worst = int(np.argmax(e))
        print(f"largest error, {name}: {e[worst]:.3g} at |z| = {z[worst]:.6g}")
    print(f"|z| from {found.min():.4g} to {found.max():.6g}")
    steps = np.count_nonzero(np.diff(found) > 0)
    print(f"steps in the wrong direction: {steps} of {2**23 - 1}")
    # Both signs of each magnitude are equally likely.
    square = found.astype(np.float64)**2
    print(f"variance {square.mean():.9f}, "
          f"kurtosis {(square**2).mean() / square.mean()**2:.7f}")


if __name__ == "__main__":
    main()
