# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the benchmarks measured, as their CSV files hold it."""

import csv
import os
import statistics

OURS = "ours"
COPY = "copy"
# Those that compute a whole network by themselves.
RUNTIMES = ["libtorch", "ONNX Runtime", "XNNPACK"]
# Those that programmers write small networks with, as one function.
EIGEN = "Eigen, one function"
WRITTEN = [EIGEN, "xsimd, one function", "RTNeural"]


def read(folder, name):
    """The rows of NAME.csv as dictionaries; none where there is no such file."""
    path = os.path.join(folder, name + ".csv")
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def groups(rows, keys):
    """{values of the keys: {contestant: row}}, both in the rows' order."""
    found = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys),
                         {})[row["contestant"]] = row
    return found


def layers(folder, part="layers"):
    """{(M, K, N): {contestant: row}}."""
    found = groups(read(folder, part), ("M", "K", "N"))
    return {tuple(map(int, shape)): row for shape, row in found.items()}


def weights(layers):
    """Every (K, N), the smallest first."""
    return sorted({shape[1:] for shape in layers},
                  key=lambda weight: weight[0] * weight[1])


def networks(folder, part="networks"):
    """{network: {contestant: row}}, without chains."""
    return {name: row for name, row in all_networks(folder, part).items()
            if not is_chain(name)}


def small_networks(folder):
    """As networks: those that are also written as one function, and chains."""
    return {name: row for name, row in all_networks(folder, "networks").items()
            if EIGEN in row}


def all_networks(folder, part):
    return {key[0]: row for key, row in
            groups(read(folder, part), ("network",)).items()}


def is_chain(name):
    """Whether each call's output was the next one's input."""
    return name.endswith("_chain")


def is_peer(name):
    """Ours has variants: "ours, f16"."""
    return name.split(",")[0] not in (OURS, COPY, "nothing")


def fastest(row, names):
    """Which of `names` is; None if none of them was measured."""
    return min((name for name in names if name in row),
               key=lambda name: float(row[name]["ns"]), default=None)


def best_peer(row):
    """The name of the fastest one of those that ours is compared with."""
    return fastest(row, filter(is_peer, row))


def times_as_fast(row, name, other):
    """How many times as fast as `other`; None without either."""
    if name not in row or other not in row:
        return None
    return float(row[other]["ns"]) / float(row[name]["ns"])


def ratio(row):
    """How many times as fast as the best peer ours is; None without either."""
    return times_as_fast(row, OURS, best_peer(row))


def ratios(rows, of=ratio):
    """{shape or network: ratio}, without those that have none."""
    found = {key: of(row) for key, row in rows.items()}
    return {key: value for key, value in found.items() if value is not None}


def fraction(row, column="fraction_of_peak"):
    """Of our own speed."""
    return float(row[OURS][column])


def geometric_mean(values):
    return statistics.geometric_mean(values)
