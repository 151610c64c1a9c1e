# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Draws what the benchmarks measured.

    plots.py FOLDER

Reads the CSV files of FOLDER and writes layers.png, networks.png and
compile.png there, each where its data is.
"""

import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

import results  # noqa: E402
from results import OURS, WRITTEN  # noqa: E402


def save(figure, folder, name, bottom=0):
    """Writes the figure, with the part `bottom` of its height left free."""
    figure.tight_layout(rect=(0, bottom, 1, 1))
    figure.savefig(os.path.join(folder, name), dpi=80)
    plt.close(figure)


def style(name):
    """Ours stands out; every peer has its own colour and keeps it."""
    if name == OURS:
        return {"color": "black", "linewidth": 2.5, "zorder": 3}
    order = ["OpenBLAS", "oneDNN", "libxsmm", "Eigen", "XNNPACK", "libtorch",
             "ONNX Runtime", *WRITTEN]
    index = order.index(name) if name in order else len(order)
    return {"color": f"C{index}", "linewidth": 1.2}


def plot_layers(folder):
    layers = results.layers(folder)
    # (K, N): {contestant: [(M, percent of peak)]}
    weights = {weight: {} for weight in results.weights(layers)}
    for (rows, depth, columns), row in layers.items():
        for name, values in row.items():
            weights[depth, columns].setdefault(name, []).append(
                (rows, 100 * float(values["fraction_of_peak"])))
    if not weights:
        return
    columns = min(4, len(weights))
    height = -(-len(weights) // columns)
    figure, axes = plt.subplots(height, columns, squeeze=False, sharey=True,
                                figsize=(4 * columns, 3.2 * height))
    for axis in axes.flat[len(weights):]:
        axis.set_visible(False)
    for axis, (weight, lines) in zip(axes.flat, weights.items()):
        for name, points in lines.items():
            axis.plot(*zip(*sorted(points)), label=name, marker=".",
                      **style(name))
        axis.set_title(f"K = {weight[0]}, N = {weight[1]}")
        axis.set_xscale("log", base=2)
        axis.xaxis.set_major_formatter("{x:g}")
        axis.set_xlabel("rows (M)")
        axis.set_ylim(0, 100)
        axis.grid(alpha=0.3)
    for row in axes:
        row[0].set_ylabel("% of FMA peak")
    figure.legend(*axes.flat[0].get_legend_handles_labels(),
                  loc="lower center", ncol=8)
    save(figure, folder, "layers.png", bottom=0.15 / height)


def plot_networks(folder):
    networks = results.networks(folder)
    networks = {name: row for name, row in networks.items() if OURS in row}
    if not networks:
        return
    names = list(dict.fromkeys(name for row in networks.values()
                               for name in row if results.is_peer(name)))
    figure, axis = plt.subplots(figsize=(1.6 * len(networks) + 2, 4))
    width = 0.8 / max(1, len(names))
    for index, name in enumerate(names):
        bars = [(position, float(row[name]["ratio_to_ours"]))
                for position, row in enumerate(networks.values())
                if name in row]
        axis.bar([position + (index - (len(names) - 1) / 2) * width
                  for position, _ in bars], [value for _, value in bars],
                 width, label=name, color=style(name)["color"])
    axis.axhline(1, color="black", linewidth=2)
    axis.set_yscale("log")
    axis.set_ylabel("time, ours = 1")
    axis.set_xticks(range(len(networks)), networks.keys())
    axis.grid(alpha=0.3, axis="y")
    axis.legend(fontsize="small")
    save(figure, folder, "networks.png")


def plot_compile(folder):
    rows = [row for row in results.read(folder, "compile")
            if row["widths"] in ("equal", "different")]
    if not rows:
        return
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for axis, column, title in ((axes[0], "seconds", "compile time, s"),
                                (axes[1], "object_bytes", "object, bytes")):
        for widths in ("equal", "different"):
            points = [(int(row["layers"]), float(row[column])) for row in rows
                      if row["widths"] == widths]
            axis.plot(*zip(*points), marker=".", label=f"widths {widths}")
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("layers")
        axis.set_ylabel(title)
        axis.grid(alpha=0.3)
    axes[0].legend()
    save(figure, folder, "compile.png")


def main():
    folder, = sys.argv[1:]
    plot_layers(folder)
    plot_networks(folder)
    plot_compile(folder)


if __name__ == "__main__":
    main()
