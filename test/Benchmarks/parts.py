# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sections of the report on parts other than layers and networks."""

import os

import results
from results import OURS
from tables import by, contestants_of, factor, nanoseconds, section_noise, table

# Large batches without blocks of rows.
WHOLE = "ours, layer by layer"

NARROW = ["ours, f16", "ours, bf16"]

NARROW_GOAL = (1, 1024, 1024)

THREADS = {"ours, openmp": "OpenMP", "ours, steps": "by steps"}


def section_blocks(folder):
    networks = results.networks(folder, "blocks")
    lines = []
    for name, row in networks.items():
        lines.append([name, *(nanoseconds(row[way]["ns"]) if way in row else "–"
                              for way in (OURS, WHOLE)),
                      factor(results.times_as_fast(row, OURS, WHOLE))])
    return lines and table(
        ["network", "in blocks of rows", "layer by layer",
         "speed in blocks : layer by layer"],
        lines) + "\n" + section_noise(networks, str)


def section_narrow(folder):
    layers = results.layers(folder, "narrow")
    lines = []
    for shape, row in layers.items():
        peer = results.best_peer(row)
        value = results.times_as_fast(row, results.fastest(row, NARROW), peer)
        lines.append([by(shape),
                      *(nanoseconds(row[name]["ns"]) if name in row else "–"
                        for name in [OURS, *NARROW]),
                      f"{nanoseconds(row[peer]['ns'])} ({peer})" if peer
                      else "–", factor(value)])
    return lines and table(
        ["M × K × N", OURS, *NARROW, "best f32 peer",
         "best narrow : best f32 peer"],
        lines) + "\n" + section_noise(layers, by)


def section_threads(folder):
    layers = results.layers(folder, "threads")
    lines = []
    for shape, row in layers.items():
        lines.append([by(shape),
                      nanoseconds(row[OURS]["ns"]) if OURS in row else "–",
                      *(factor(results.times_as_fast(row, name, OURS))
                        for name in THREADS)])
    return lines and table(
        ["M × K × N", "one thread", *(f"speed of two ({title}) : one"
                                      for title in THREADS.values())],
        lines) + "\n" + section_noise(layers, by)


def section_calls(folder):
    calls = results.networks(folder, "calls")
    if "one" not in calls or "book" not in calls:
        return ""
    lines = []
    for name in contestants_of(calls):
        one, book = calls["one"].get(name), calls["book"].get(name)
        if one is None or book is None:
            continue
        lines.append([name, nanoseconds(one["ns"]),
                      *((nanoseconds(book[column]) for column in
                         ("prepare_ns", "first_call_ns", "ns"))
                        if name != "nothing" else ["–"] * 3)])
    return table(["contestant", "a call of 1 × 1 → 1", "book: preparing",
                  "book: first call", "book: later calls"], lines)


def section_compile(folder):
    rows = results.read(folder, "compile")
    if not rows:
        return ""
    lines = []
    for row in rows:
        layers, seconds = int(row["layers"]), float(row["seconds"])
        title = ("the book's" if row["widths"] == "the book's" else
                 f"{layers} layer{'s' if layers > 1 else ''}, widths "
                 f"{row['widths']}")
        lines.append([title, f"{seconds:.3f}", f"{1e3 * seconds / layers:.2f}",
                      f"{int(row['peak_kib']) / 1024:.0f}",
                      row["object_bytes"], row["parameter_bytes"],
                      row["scratch_bytes"]])
    return table(["network", "seconds", "ms a layer", "peak memory, MiB",
                  "object, bytes", "parameters, bytes", "scratch, bytes"],
                 lines)


def section_init(folder):
    path = os.path.join(folder, "init.md")
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()
