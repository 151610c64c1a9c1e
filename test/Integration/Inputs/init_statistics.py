# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Whether a million draws have the distribution they are registered with.

    init_statistics.py COMPILER CC FOLDER

Seeds are fixed, so that the answer is, too. The limits are those of tests at a
level of about 1e-4: were they exceeded for one seed, another would not do.
"""

import math
import sys

import numpy as np

from nascent_oracle import NativeNetwork
from reference_init import FAR

SIDE = 1000
COUNT = SIDE * SIDE
SOURCE = """\
nn.sequential @net(%x: tensor<?x{0}xf32>) -> tensor<?x{0}xf32> {{
  %0 = nn.dense %x, {0} no_bias init({1}) : tensor<?x{0}xf32> -> tensor<?x{0}xf32>
  %1 = nn.dense %0, {0} no_bias init({1}) : tensor<?x{0}xf32> -> tensor<?x{0}xf32>
  nn.return %1 : tensor<?x{0}xf32>
}}
"""
SEEDS = [1, 2, 2**32 + 1]
# Quantile of Kolmogorov's distribution at 1 − 1e-4.
KOLMOGOROV = 2.2252
# Standard deviations of a normal variable at a level of 1e-4, two-sided.
SIGMAS = 3.8906

# The normal distribution's, between which lines are off by 1e-9.
GRID = np.linspace(-7, 7, 100001)
NORMAL = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in GRID])

failures = []


def expect(condition, what):
    if not condition:
        failures.append(what)


def normal_cdf(x):
    return np.interp(x, GRID, NORMAL)


def distance(values, cdf):
    """The Kolmogorov–Smirnov statistic, scaled."""
    f = cdf(np.sort(values))
    n = len(f)
    steps = np.arange(n + 1) / n
    return math.sqrt(n) * max((steps[1:] - f).max(), (f - steps[:-1]).max())


def check_correlation(x, y, what):
    r = np.corrcoef(x, y)[0, 1]
    expect(abs(r) * math.sqrt(len(x)) < SIGMAS, f"{what}: correlation {r}")


def check_moments(x, central, what):
    """`x` is standardised; `central` are its first moments, up to the 8th."""
    power = np.ones_like(x)
    for order in range(1, 5):
        power *= x
        mean, variance = central[order], central[2 * order] - central[order]**2
        found = power.mean()
        expect(abs(found - mean) < SIGMAS * math.sqrt(variance / len(x)),
               f"{what}: moment {order} is {found}, not {mean}")


def check_sample(x, cdf, central, what):
    d = distance(x, cdf)
    expect(d < KOLMOGOROV, f"{what}: Kolmogorov-Smirnov statistic {d}")
    check_moments(x, central, what)
    # The four words of a block, neighbours in a vector, and in a column.
    for lag in (1, 2, 3, 4, 5, 8, 16, 64, SIDE):
        check_correlation(x[:-lag], x[lag:], f"{what}, lag {lag}")


def check_pairs(z, what):
    """Of the method of Box and Muller: elements 0 and 2 of a block, and 1 and 3,
    are the coordinates of a point whose direction is uniform and whose squared
    distance is exponential; neither tells anything of the other."""
    for lag in (1, 2, 3, 4):
        check_correlation(z[:-lag]**2, z[lag:]**2, f"{what}: squares, lag {lag}")
    block = z.reshape(-1, 4)
    x, y = block[:, :2].reshape(-1), block[:, 2:].reshape(-1)
    turn = np.arctan2(y, x) / (2 * math.pi) + 0.5
    level = np.exp(-(x**2 + y**2) / 2)
    for name, value in (("angle", turn), ("radius", level)):
        expect(distance(value, lambda u: u) < KOLMOGOROV, f"{what}: {name}")
    for turns in (1, 2, 4, 8):
        for wave in (np.cos, np.sin):
            check_correlation(wave(2 * math.pi * turns * turn), level,
                              f"{what}: radius and {turns} times the angle")


def samples(arguments, initializer, name):
    """{(seed, parameter): values}."""
    network = NativeNetwork(*arguments[:2],
                            (FAR + SOURCE.format(SIDE, initializer)).replace(
                                "@net", "@" + name + "_net"), name + "_net",
                            arguments[2],
                            f"1x{SIDE}xf32", with_init=True)
    result = {}
    for seed in SEEDS:
        network.init(seed)
        for index in range(2):
            result[seed, index] = network.get(
                index, (COUNT,)).astype(np.float64)
    return result


def check_independence(drawn, what, limit=10):
    keys = list(drawn)
    for i, first in enumerate(keys):
        for second in keys[i + 1:]:
            check_correlation(drawn[first], drawn[second],
                              f"{what}: {first} and {second}")
            same = np.count_nonzero(drawn[first] == drawn[second])
            # Equal by chance: once in 2^24, or for normal somewhat more often.
            expect(same < limit, f"{what}: {first} and {second} share {same}")


def check_truncated(arguments, lower, upper):
    """Against the moments of the density, integrated numerically."""
    name = f"truncated_normal {lower} to {upper}"
    drawn = samples(
        arguments, f"#nn.truncated_normal<-1.0, 0.5, lower = {lower}, "
        f"upper = {upper}>", f"truncated{abs(int(2 * lower))}")
    low, high = normal_cdf(lower), normal_cdf(upper)
    grid = np.linspace(lower, upper, 2000001)
    density = np.exp(-grid**2 / 2) / math.sqrt(2 * math.pi) / (high - low)
    moments = [np.trapz(grid**k * density, grid) for k in range(9)]
    for key, values in drawn.items():
        z = (values + 1) / 0.5
        expect(z.min() >= lower - 1e-6 and z.max() <= upper + 1e-6,
               f"{name} {key}: from {z.min()} to {z.max()}")
        check_sample(z, lambda x: (normal_cdf(x) - low) / (high - low),
                     moments, f"{name} {key}")
    check_independence(drawn, name, limit=60)


def check_custom(arguments):
    """Half are zero; the others are uniform on what is left."""
    drawn = samples(arguments, "@far", "far")
    moments = [0 if k % 2 else 1 / (k + 1) for k in range(9)]
    for key, values in drawn.items():
        kept = values[values != 0]
        expect(np.abs(kept).min() >= 5 and np.abs(kept).max() <= 10,
               f"far {key}: range")
        share = len(kept) / COUNT
        expect(abs(share - 0.5) < SIGMAS * 0.5 / math.sqrt(COUNT),
               f"far {key}: kept {share}")
        # Without the gap: uniform on [-1, 1).
        closed = (kept - 5 * np.sign(kept)) / 5
        expect(distance(closed, lambda x: (x + 1) / 2) < KOLMOGOROV,
               f"far {key}: distribution")
        check_moments(closed, moments, f"far {key}")


def main():
    arguments = sys.argv[1:]
    drawn = samples(arguments, "#nn.uniform<0.0, 1.0>", "uniform")
    moments = [0 if k % 2 else 1 / (k + 1) for k in range(9)]
    for key, values in drawn.items():
        expect(values.min() >= 0 and values.max() < 1, f"uniform {key}: range")
        check_sample(2 * values - 1, lambda x: (x + 1) / 2, moments,
                     f"uniform {key}")
        # Each of the 24 bits is set half of the time.
        bits = (values * 2**24).astype(np.int64)
        for bit in range(24):
            share = (bits >> bit & 1).mean()
            expect(abs(share - 0.5) < SIGMAS * 0.5 / math.sqrt(COUNT),
                   f"uniform {key}: bit {bit} is set in {share}")
    check_independence(drawn, "uniform")

    drawn = samples(arguments, "#nn.normal<-1.0, 0.5>", "normal")
    moments = [0 if k % 2 else math.prod(range(1, k, 2)) for k in range(9)]
    for key, values in drawn.items():
        z = (values + 1) / 0.5
        expect(4.5 < z.max() < 6.56 and -6.56 < z.min() < -4.5,
               f"normal {key}: from {z.min()} to {z.max()}")
        check_pairs(z, f"normal {key}")
        check_sample(z, normal_cdf, moments, f"normal {key}")
    check_independence(drawn, "normal")

    check_truncated(arguments, -2.0, 2.0)
    check_truncated(arguments, -0.5, 3.0)
    check_custom(arguments)

    print(f"{30 * COUNT} draws")
    print("\n".join(failures))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
