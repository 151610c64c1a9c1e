# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes what the benchmarks measured as Markdown.

    report.py FOLDER [--record PAGE]

Reads the CSV files of FOLDER and prints the tables, those first that say
whether the project's goals are met. Parts that were not measured are left out.
With --record, they also replace what stands in PAGE between the two comments
that mark its results. Where something is faster than the processor can be, what
was measured is wrong, and there is no report.
"""

import argparse
import os
import statistics
import sys

import images
import results
import sequences
from parts import (NARROW, NARROW_GOAL, THREADS, WHOLE, section_blocks,
                   section_calls, section_compile, section_init,
                   section_narrow, section_threads)
from results import EIGEN, OURS, RUNTIMES, WRITTEN
from tables import (by, contestants_of, factor, nanoseconds, percent,
                    section_beside_peers, section_noise, summary_of, table)

BEGIN = "<!-- results: written by test/Benchmarks/run.sh --record -->"

END = "<!-- end of results -->"

TEAM = "ours, openmp"

TRAINING, TRAINING_THREADS = "training", "training_threads"

# Those that are measured beside a probe.
PARTS = ["layers", "networks", "blocks", "calls", "threads", "narrow",
         *images.PARTS, *sequences.PARTS, TRAINING,
         TRAINING_THREADS]

# Of the best probe. Clocks vary a little between a probe and a sample.
MOST_OF_PEAK = 1.05

GRID_ROWS = [1, 2, 3, 4, 8, 16, 17, 64, 100, 256, 512]  # kGridRows of Shapes.h

DESIGN = [(2, 20, 256), (2, 256, 10), (1, 784, 256), (1, 1024, 1024),
          (8, 784, 256), (64, 784, 256), (64, 1024, 1024), (256, 1024, 1024),
          (512, 4096, 1024), (200, 300, 77)]  # kDesignShapes of Shapes.h

EXACT = "ours, strict"

NETWORKS = {
    "book": "2 × 20 → 256 → 10",
    "mnist1": "1 × 784 → 256 → 10",
    "mnist64": "64 × 784 → 256 → 10",
    "mnist256": "256 × 784 → 256 → 10",
    "autoencoder": "1 × 640 → 4·128 → 8 → 4·128 → 640",
    "deep1": "1 × 100 layers of 256",
    "deep16": "16 × 100 layers of 256",
    "one": "1 × 1 → 1",
    "tiny": "1 → 8 → 8 → 1, tanh",
    "tiny_tanh4": "1 → 4 → 4 → 1, tanh",
    "tiny_relu12": "1 → 12 → 12 → 1, relu",
    "tiny_tanh16": "1 → 16 → 16 → 1, tanh",
    "tiny_relu10": "3 → 10 → 5 → 2, relu",
    "tiny_sigmoid8": "6 → 8 → 8 → 8 → 4, sigmoid",
}

PLOTS = [("layers.png", "Speed of layers against rows, for each weight"),
         ("networks.png", "Time of networks beside ours"),
         ("compile.png", "Compile time and object size against depth")]


def section_machine(folder):
    machine = {row["key"]: row["value"]
               for row in results.read(folder, "machine")}
    text = (f"{machine.get('date', 'undated')}, "
            f"{machine.get('processor', 'unknown processor')}, "
            f"{machine.get('processors', '?')} processors; commit "
            f"{machine.get('commit', 'unknown')}, built with "
            f"{machine.get('compiler', 'an unknown compiler')}.")
    peaks = {part: results.read(folder, part + "-peak")
             for part in PARTS}
    measured = [f"{rows[0]['gflops']} GFLOP/s ({part})"
                for part, rows in peaks.items() if rows]
    if measured:
        text += f" Best probe: {', '.join(measured)}."
    if machine.get("effort") == "quick":
        text += " **A quick run**: few and short samples."
    return text + "\n"


def section_contestants(folder):
    rows = [[row["contestant"], row["version"], row["kernels"] or "–"]
            for row in results.read(folder, "contestants")]
    return table(["contestant", "version", "kernels"], rows) if rows else ""


def worst(found, show):
    key = min(found, key=found.get)
    return f"{found[key]:.2f} ({show(key)})"


def section_summary(folder):
    layers = results.layers(folder)
    rows = []

    def add_ratios(title, found, show):
        if found:
            wins = sum(value >= 1 for value in found.values())
            rows.append([title + ", geometric mean of speed beside the best "
                         "peer",
                         f"{results.geometric_mean(found.values()):.2f}"])
            rows.append([title + ", worst", worst(found, show)])
            rows.append([title + ", at least as fast as every peer",
                         f"{wins} of {len(found)}"])

    found = results.ratios(layers)
    add_ratios("layers, M ≥ 8",
               {shape: value for shape, value in found.items()
                if shape[0] >= 8}, by)
    large = {shape: results.fraction(row) for shape, row in layers.items()
             if shape[0] >= 8 and min(shape[1:]) >= 256 and OURS in row}
    if large:
        title = "layers, M ≥ 8, K and N ≥ 256, fraction of peak"
        rows.append([title + ", median",
                     percent(statistics.median(large.values()))])
        key = min(large, key=large.get)
        rows.append([title + ", least", f"{percent(large[key])} ({by(key)})"])
    add_ratios("layers, M ≤ 3",
               {shape: value for shape, value in found.items()
                if shape[0] <= 3}, by)
    add_ratios("layers, M from 4 to 6, K and N ≥ 256",
               {shape: value for shape, value in found.items()
                if 4 <= shape[0] <= 6 and min(shape[1:]) >= 256}, by)
    networks = results.networks(folder)
    add_ratios("networks", results.ratios(networks), str)
    found = results.ratios(networks, lambda row: results.times_as_fast(
        row, OURS, results.fastest(row, RUNTIMES)))
    if found:
        rows.append(["networks, geometric mean of speed beside the best "
                     f"whole-network runtime ({', '.join(RUNTIMES)})",
                     f"{results.geometric_mean(found.values()):.2f}"])
    small = results.small_networks(folder)
    for names, title in (([EIGEN], "Eigen in one function"),
                         (WRITTEN, "the fastest that is one function")):
        found = results.ratios(small, written_ratio(OURS, names))
        if found:
            title = f"small networks and chains, speed beside {title}"
            rows.append([title + ", geometric mean",
                         f"{results.geometric_mean(found.values()):.2f}"])
            rows.append([title + ", least", worst(found, str)])
    found = results.ratios(results.networks(folder, "blocks"),
                           lambda row: results.times_as_fast(row, OURS, WHOLE))
    if found:
        rows.append(["large batches, in blocks of rows beside layer by layer, "
                     "geometric mean",
                     f"{results.geometric_mean(found.values()):.2f}"])
    row = results.layers(folder, "narrow").get(NARROW_GOAL, {})
    value = results.times_as_fast(row, results.fastest(row, NARROW),
                                  results.best_peer(row))
    if value is not None:
        rows.append([by(NARROW_GOAL) + ", best narrow weights beside the best "
                     "f32 peer", f"{value:.2f}"])
    threads = results.layers(folder, "threads")
    for name, title in THREADS.items():
        found = results.ratios(threads, lambda row: results.times_as_fast(
            row, name, OURS))
        if found:
            title = ("layers, M ≥ 64, K and N ≥ 512, "
                     f"two threads ({title}) beside one")
            rows.append([title + ", median",
                         f"{statistics.median(found.values()):.2f}"])
            rows.append([title + ", worst", worst(found, by)])
    rows += images.summary(folder) + sequences.summary(folder)
    rows += summary_of(results.ratios(results.networks(folder, TRAINING)),
                       "steps of training")
    return table(["goal", "measured"], rows) if rows else ""


def written_ratio(ours, names):
    """How many times as fast as the fastest of `names` a variant of ours is."""
    return lambda row: results.times_as_fast(row, ours,
                                             results.fastest(row, names))


def speeds(layers, shapes):
    """GFLOP/s and percent of peak of every contestant."""
    names = contestants_of(layers)
    lines = []
    for shape in shapes:
        row = layers[shape]
        cells = [f"{float(row[name]['gflops']):.1f} "
                 f"({100 * float(row[name]['fraction_of_peak']):.0f})"
                 if name in row else "–" for name in names]
        lines.append([by(shape), *cells, factor(results.ratio(row))])
    return table(["M × K × N", *names, "ours : best peer"], lines)


def matrix(layers, cell):
    """A table of weights by rows."""
    weights = results.weights(layers)
    counts = [count for count in GRID_ROWS
              if any(shape[0] == count for shape in layers)]
    lines = [[by(weight)] +
             [cell(layers[(count, *weight)]) if (count, *weight) in layers
              else "–" for count in counts] for weight in weights]
    return table(["K × N \\ M", *map(str, counts)], lines)


def section_layers(folder):
    layers = results.layers(folder)
    if not layers:
        return ""

    def speed(row):
        return factor(results.ratio(row))

    def peak(row):
        return f"{100 * results.fraction(row):.0f}" if OURS in row else "–"

    design = [shape for shape in DESIGN if shape in layers]
    text = ""
    if design:
        text += ("GFLOP/s (percent of peak) of Y = relu(X·W + b), and our "
                 "speed by the best peer's:\n\n" + speeds(layers, design) +
                 "\n")
    text += ("Our speed by the best peer's:\n\n" + matrix(layers, speed) +
             "\nOur percent of peak:\n\n" + matrix(layers, peak))
    single = {shape: row for shape, row in layers.items()
              if shape[0] == 1 and OURS in row}
    if single:
        rows = []
        for shape, row in single.items():
            peer = results.best_peer(row)
            column = "fraction_of_bandwidth"
            rows.append([by(shape), percent(row[OURS][column]),
                         f"{percent(row[peer][column])} ({peer})" if peer
                         else "–"])
        text += ("\nWith one row, percent of the bandwidth of reading as many "
                 "bytes:\n\n" + table(["M × K × N", "ours", "best peer"], rows))
    return (text + "\n" + section_noise(layers, by) +
            section_overhead(folder, layers))


def section_overhead(folder, rows):
    """What ONNX Runtime's figures hold besides computing."""
    name = "ONNX Runtime"
    one = results.networks(folder, "calls").get("one", {})
    if name not in one or not any(name in row for row in rows.values()):
        return ""
    return (f"A call of {name} from node takes {nanoseconds(one[name]['ns'])} "
            "even for 1 × 1 → 1; its figures hold that.\n")


def section_training(folder):
    text = section_beside_peers(folder, TRAINING)
    for name, row in results.networks(folder, TRAINING_THREADS).items():
        text += (f"\nSpeed of two threads (OpenMP) beside one, {name}: "
                 + factor(results.times_as_fast(row, TEAM, OURS)) + ".\n")
    return text


def section_all_layers(folder):
    layers = results.layers(folder)
    return speeds(layers, layers) if layers else ""


def section_networks(folder):
    small = results.small_networks(folder)
    networks = {name: row for name, row in results.networks(folder).items()
                if name not in small}
    if not networks:
        return ""
    names = contestants_of(networks)
    lines = []
    for network, row in networks.items():
        lines.append([title_of(network),
                      *(nanoseconds(row[name]["ns"]) if name in row else "–"
                        for name in names), factor(results.ratio(row))])
    return (table(["network", *names, "ours : best peer"], lines) + "\n" +
            section_noise(networks, str) + section_overhead(folder, networks))


def section_small_networks(folder):
    small = results.small_networks(folder)
    if not small:
        return ""
    names = [OURS, EXACT, *WRITTEN]
    lines = []
    for network, row in small.items():
        others = [name for name in row
                  if results.is_peer(name) and name not in WRITTEN]
        best = results.fastest(row, others)
        lines.append([title_of(network),
                      *(nanoseconds(row[name]["ns"]) if name in row else "–"
                        for name in names),
                      f"{nanoseconds(row[best]['ns'])} ({best})" if best
                      else "–",
                      *(factor(written_ratio(ours, peers)(row))
                        for ours in (OURS, EXACT)
                        for peers in ([EIGEN], WRITTEN))])
    text = table(["network", *names, "best other peer",
                  "ours : Eigen", "ours : fastest function",
                  "strict : Eigen", "strict : fastest function"], lines)
    lines = []
    for title, chained in (("one input", False), ("chained", True)):
        chosen = {name: row for name, row in small.items()
                  if results.is_chain(name) == chained}
        for ours in (OURS, EXACT):
            cells = []
            for peers in ([EIGEN], WRITTEN):
                found = results.ratios(chosen, written_ratio(ours, peers))
                cells += ([factor(results.geometric_mean(found.values())),
                           worst(found, str)] if found else ["–"] * 2)
            lines.append([f"{title}, {ours}", *cells])
    return (text + "\n" + table(
        ["speed", "beside Eigen, geometric mean", "least",
         "beside the fastest function, geometric mean", "least"], lines) +
        "\n" + section_noise(small, str))


def title_of(network):
    name, chain, _ = network.partition("_chain")
    return f"{name}: {NETWORKS.get(name, '')}" + (", chained" if chain else "")


SECTIONS = [
    ("Contestants", section_contestants),
    ("Summary", section_summary),
    ("Layers", section_layers),
    ("Networks", section_networks),
    ("Small networks", section_small_networks),
    ("Images", images.section_images),
    ("Sequences", sequences.section_sequences),
    ("Training", section_training),
    ("Large batches", section_blocks),
    ("Narrow weights", section_narrow),
    ("Two threads", section_threads),
    ("Calls", section_calls),
    ("Compilation", section_compile),
    ("Initialisation", section_init),
    ("All layers", section_all_layers),
]


def check_peaks(folder):
    """Ends the program where a share of the peak cannot be. "nothing" computes
    nothing, however large the network is that it stands beside."""
    for part in PARTS:
        for row in results.read(folder, part):
            if row["contestant"] == "nothing":
                continue
            share = (float(row["fraction_of_peak"]) /
                     (2 if row["contestant"] in THREADS else 1))
            if share > MOST_OF_PEAK:
                what = row.get("network") or by(
                    (row["M"], row["K"], row["N"]))
                sys.exit(f"{folder}/{part}.csv: {row['contestant']} reaches "
                         f"{percent(share)} of the peak on {what}, expected at "
                         f"most {percent(MOST_OF_PEAK)}: the probe or the "
                         "timing is wrong")


def report(folder):
    parts = [section_machine(folder)]
    for title, section in SECTIONS:
        text = section(folder)
        if text:
            parts.append(f"### {title}\n\n{text}")
    return "\n".join(parts)


def record(page, folder, text):
    """Replaces the page's results; its plots lie beside it, in `benchmarks`."""
    with open(page) as file:
        before, begin, rest = file.read().partition(BEGIN)
        _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{page}: expected '{BEGIN}' and then '{END}'")
    plots = [(name, title) for name, title in PLOTS
             if os.path.exists(os.path.join(folder, name))]
    target = os.path.join(os.path.dirname(page), "benchmarks")
    if plots:
        os.makedirs(target, exist_ok=True)
        text += "\n### Plots\n\n"
    for name, title in plots:
        with open(os.path.join(folder, name), "rb") as plot:
            data = plot.read()
        with open(os.path.join(target, name), "wb") as plot:
            plot.write(data)
        text += f"![{title}](benchmarks/{name})\n"
    with open(page, "w") as file:
        file.write(f"{before}{begin}\n\n{text}\n{end}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--record", metavar="PAGE")
    arguments = parser.parse_args()
    check_peaks(arguments.folder)
    text = report(arguments.folder)
    print(text, end="")
    if arguments.record:
        record(arguments.record, arguments.folder, text)


if __name__ == "__main__":
    main()
