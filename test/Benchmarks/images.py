# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sections of the report on images."""

import results
from results import OURS
from parts import THREADS
from tables import (contestants_of, factor, nanoseconds, percent,
                    section_noise, table)

# By what ends the names of parts.
VECTORS = {"": "the widest vectors", "_avx2": "AVX2"}

BESIDE_PEERS = [part + ending for ending in VECTORS
                for part in ("image_layers", "image_networks")]

PARTS = [*BESIDE_PEERS, "image_threads"]


def section(folder, part):
    """A row for each layer or network, ours beside all peers."""
    found = results.networks(folder, part)
    if not found:
        return ""
    names = contestants_of(found)
    lines = []
    for title, row in found.items():
        lines.append([title,
                      *(nanoseconds(row[name]["ns"]) if name in row else "–"
                        for name in names),
                      percent(results.fraction(row)) if OURS in row else "–",
                      factor(results.ratio(row)), results.best_peer(row) or "–"])
    text = table(["", *names, "ours, of peak", "ours : best peer", "which"],
                 lines)
    return text + "\n" + section_noise(found, str)


def section_images(folder):
    parts = []
    for ending, vectors in VECTORS.items():
        for part, what in (("image_layers", "Layers"),
                           ("image_networks", "Networks")):
            text = section(folder, part + ending)
            if text:
                parts.append(f"{what}, {vectors}:\n\n{text}")
    threads = results.networks(folder, "image_threads")
    for name, row in threads.items():
        ratios = [f"{factor(results.times_as_fast(row, two, OURS))} {title}"
                  for two, title in THREADS.items() if two in row]
        parts.append(f"Speed of two threads beside one, {name}: "
                     f"{', '.join(ratios)}.\n")
    return "\n".join(parts)


def summary(folder):
    """Rows of the summary."""
    rows = []
    for part in BESIDE_PEERS:
        found = results.ratios(results.networks(folder, part))
        if not found:
            continue
        title = part.replace("image_", "images, ").replace("_avx2", ", AVX2")
        least = min(found, key=found.get)
        rows.append([f"{title}, geometric mean of speed beside the best peer",
                     f"{results.geometric_mean(found.values()):.2f}"])
        rows.append([f"{title}, worst", f"{found[least]:.2f} ({least})"])
    return rows
