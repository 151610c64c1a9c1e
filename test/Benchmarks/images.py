# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sections of the report on images."""

import results
from results import OURS
from parts import THREADS
from tables import factor, section_beside_peers, summary_of

# By what ends the names of parts.
VECTORS = {"": "the widest vectors", "_avx2": "AVX2"}

BESIDE_PEERS = [part + ending for ending in VECTORS
                for part in ("image_layers", "image_networks")]

PARTS = [*BESIDE_PEERS, "image_threads"]


def section_images(folder):
    parts = []
    for ending, vectors in VECTORS.items():
        for part, what in (("image_layers", "Layers"),
                           ("image_networks", "Networks")):
            text = section_beside_peers(folder, part + ending)
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
        title = part.replace("image_", "images, ").replace("_avx2", ", AVX2")
        rows += summary_of(results.ratios(results.networks(folder, part)),
                           title)
    return rows
