"""Times whole forward passes beside PyTorch's, in one process.

    forward.py COMPILER CC [--samples N]

Contestants alternate at random, sample by sample; medians and their ratio are
printed. PyTorch runs one thread under `torch.inference_mode`. Prints one row a
network: nanoseconds of ours, of PyTorch's, and how many times faster ours is.
"""

import argparse
import ctypes
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Integration",
                                "Inputs"))
from nascent_oracle import NativeNetwork, aligned, pointer  # noqa: E402

NETWORKS = [  # name, batch, input width, units of each layer
    ("book", 2, 20, [256, 10]),
    ("mnist1", 1, 784, [256, 10]),
    ("mnist64", 64, 784, [256, 10]),
    ("tiny", 1, 1, [8, 8, 1]),
]


def source(name, width, units):
    lines, value, known = [], "%x", "?"
    for index, count in enumerate(units):
        lines.append(f"  %{2 * index} = nn.dense {value}, {count} : "
                     f"tensor<?x{known}xf32> -> tensor<?x{count}xf32>")
        value, known = f"%{2 * index}", count
        if index + 1 < len(units):
            lines.append(f"  %{2 * index + 1} = nn.relu {value} : "
                         f"tensor<?x{count}xf32>")
            value = f"%{2 * index + 1}"
    return (f"nn.sequential @{name}(%x: tensor<?x?xf32>) -> "
            f"tensor<?x{units[-1]}xf32> {{\n" + "\n".join(lines) +
            f"\n  nn.return {value} : tensor<?x{units[-1]}xf32>\n}}\n")


def model(width, units):
    modules = []
    for index, count in enumerate(units):
        modules.append(torch.nn.Linear(width, count))
        if index + 1 < len(units):
            modules.append(torch.nn.ReLU())
        width = count
    return torch.nn.Sequential(*modules).eval()


def time_torch(net, x, calls):
    with torch.inference_mode():
        start = time.perf_counter_ns()
        for _ in range(calls):
            net(x)
        return (time.perf_counter_ns() - start) / calls


def measure(arguments, folder, timer, name, batch, width, units):
    network = NativeNetwork(arguments.compiler, arguments.cc,
                            source(name, width, units), name, folder,
                            binding=f"{batch}x{width}xf32")
    net = model(width, units)
    for index, parameter in enumerate(net.parameters()):
        network.set(index, parameter.detach().numpy())
    x = np.random.default_rng(0).standard_normal(
        (batch, width)).astype(np.float32)
    y = np.zeros((batch, units[-1]), dtype=np.float32)
    tensor = torch.from_numpy(x)
    np.testing.assert_allclose(network.forward([x], [y.shape])[0],
                               net(tensor).detach().numpy(), rtol=1e-4,
                               atol=1e-5)

    scratch = aligned(network.scratch_bytes)

    def ours(calls):
        return timer.time_forward(network.function("forward"),
                                  pointer(network.parameters), pointer(x),
                                  pointer(y), pointer(scratch),
                                  ctypes.c_int64(calls))

    def theirs(calls):
        return time_torch(net, tensor, calls)

    contestants = {"ours": ours, "theirs": theirs}
    # Enough calls that a sample takes some milliseconds.
    calls = {key: max(1, int(5e6 / function(20)))
             for key, function in contestants.items()}
    samples = {key: [] for key in contestants}
    for _ in range(arguments.samples):
        for key in random.sample(sorted(contestants), len(contestants)):
            samples[key].append(contestants[key](calls[key]))
    medians = {key: statistics.median(value)
               for key, value in samples.items()}
    print(f"| {name}: {batch} x {width} -> "
          f"{' -> '.join(map(str, units))} | {medians['ours']:.0f} | "
          f"{medians['theirs']:.0f} | "
          f"{medians['theirs'] / medians['ours']:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("--samples", type=int, default=101)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "timing.so")
        subprocess.run(
            [arguments.cc, "-O2", "-shared", "-fPIC",
             os.path.join(os.path.dirname(__file__), "timing.c"), "-o",
             library], check=True)
        timer = ctypes.CDLL(library)
        timer.time_forward.restype = ctypes.c_double
        print("| network | ours, ns | PyTorch, ns | times faster |")
        print("|---|---|---|---|")
        for network in NETWORKS:
            measure(arguments, folder, timer, *network)


if __name__ == "__main__":
    main()
