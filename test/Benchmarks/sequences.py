# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sections of the report on sequences."""

import results
from results import COPY, OURS
from tables import (contestants_of, factor, nanoseconds, percent,
                    section_beside_peers, section_noise, summary_of, table)

CELLS, MEMORY = "sequence_cells", "sequence_memory"

BESIDE_PEERS = {"sequence_lstm": "LSTM", "sequence_encoders": "encoders"}

PARTS = [CELLS, *BESIDE_PEERS, MEMORY]

STEPS = 100  # kCellSteps of Sequences.h

# As bytesMoved of Sequences.cpp counts them, by what a network's name begins
# with.
BYTES = {"embedding": 2 * 4 * 512 * 128, "mean": 4 * (512 + 1) * 128}


def section_cells(folder):
    found = results.networks(folder, CELLS)
    names = contestants_of(found)
    lines = [[title,
              *(nanoseconds(float(row[name]["ns"]) / STEPS) if name in row
                else "–" for name in names),
              factor(results.ratio(row)), results.best_peer(row) or "–"]
             for title, row in found.items()]
    return found and table(["features → units", *names, "ours : best peer",
                            "which"], lines) + "\n" + section_noise(found, str)


def beside_a_copy(row):
    return results.times_as_fast(row, OURS, COPY)


def section_memory(folder):
    found = results.networks(folder, MEMORY)
    names = contestants_of(found)

    def speed(title, row, name):
        return f"{BYTES[title.split()[0].rstrip(',')] / float(row[name]['ns']):.1f}"

    lines = []
    for title, row in found.items():
        value = beside_a_copy(row)
        lines.append([title, *(speed(title, row, name) if name in row else "–"
                               for name in names),
                      "–" if value is None else percent(value)])
    return found and table(["GB/s", *names, "ours, of a copy"],
                           lines) + "\n" + section_noise(found, str)


def section_sequences(folder):
    sections = {
        "A step of a small LSTM or GRU": section_cells(folder),
        "LSTM, batch × steps × units": section_beside_peers(
            folder, "sequence_lstm"),
        "Transformer encoder layers, steps × width": section_beside_peers(
            folder, "sequence_encoders"),
        "Bytes read and written": section_memory(folder)}
    return "\n".join(f"{title}:\n\n{text}" for title, text in sections.items()
                     if text)


def summary(folder):
    """Rows of the summary."""
    rows = []
    for part, title in {CELLS: "small LSTM and GRU", **BESIDE_PEERS}.items():
        rows += summary_of(results.ratios(results.networks(folder, part)),
                           "sequences, " + title)
    return rows + summary_of(
        results.ratios(results.networks(folder, MEMORY), beside_a_copy),
        "sequences, embedding and mean", "a copy of as many bytes")
