"""What the benchmarks measured, as their CSV files hold it."""

import csv
import os
import statistics

OURS = "ours"


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


def layers(folder):
    """{(M, K, N): {contestant: row}}."""
    found = groups(read(folder, "layers"), ("M", "K", "N"))
    return {tuple(map(int, shape)): row for shape, row in found.items()}


def weights(layers):
    """Every (K, N), the smallest first."""
    return sorted({shape[1:] for shape in layers},
                  key=lambda weight: weight[0] * weight[1])


def networks(folder, part):
    """{network: {contestant: row}}."""
    return {key[0]: row for key, row in
            groups(read(folder, part), ("network",)).items()}


def best_peer(row):
    """The name of the fastest one of those that ours is compared with."""
    peers = [name for name in row if name not in (OURS, "nothing")]
    return min(peers, key=lambda name: float(row[name]["ns"]), default=None)


def ratio(row):
    """How many times as fast as the best peer ours is; None without either."""
    peer = best_peer(row)
    if OURS not in row or peer is None:
        return None
    return float(row[peer]["ns"]) / float(row[OURS]["ns"])


def ratios(rows):
    """{shape or network: ratio}, without those that have none."""
    found = {key: ratio(row) for key, row in rows.items()}
    return {key: value for key, value in found.items() if value is not None}


def fraction(row, column="fraction_of_peak"):
    """Of our own speed."""
    return float(row[OURS][column])


def geometric_mean(values):
    return statistics.geometric_mean(values)
