# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times the initialisation of one large weight beside PyTorch's.

    init.py COMPILER CC [--samples N] [--side N]

Contestants alternate at random, sample by sample, in one process and on one
thread; medians and their ratio are printed. Each fills the same count of floats
that are mapped already: ours by `<net>_init` of a network of one layer, PyTorch
by the function of `torch.nn.init`. Prints one row an initialiser; then one each
for a weight that stays in cache and for memory being written with nothing to
compute (`torch.Tensor.fill_`).
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

import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Integration",
                                "Inputs"))
from nascent_oracle import NativeNetwork, pointer  # noqa: E402
from reference_init import FAR  # noqa: E402


def far(tensor):
    tensor.uniform_(-10.0, 10.0)
    tensor *= tensor.abs() >= 5


INITIALIZERS = [  # name, ours, PyTorch's
    ("uniform", "#nn.uniform<-0.1, 0.1>",
     lambda x: torch.nn.init.uniform_(x, -0.1, 0.1)),
    ("normal", "#nn.normal<0.0, 0.01>",
     lambda x: torch.nn.init.normal_(x, 0.0, 0.01)),
    ("truncated_normal", "#nn.truncated_normal<0.0, 0.01>",
     lambda x: torch.nn.init.trunc_normal_(x, 0.0, 0.01, -0.02, 0.02)),
    ("custom", "@far", far),
    ("constant", "#nn.constant<42.0>",
     lambda x: torch.nn.init.constant_(x, 42.0)),
]

SOURCE = """\
nn.sequential @{0}(%x: tensor<?x{1}xf32>) -> tensor<?x{2}xf32> {{
  %0 = nn.dense %x, {2} no_bias init({3}) : tensor<?x{1}xf32> -> tensor<?x{2}xf32>
  nn.return %0 : tensor<?x{2}xf32>
}}
"""


class Ours:
    def __init__(self, arguments, folder, timer, name, init, rows, columns):
        self.network = NativeNetwork(
            arguments.compiler, arguments.cc,
            FAR + SOURCE.format(name, columns, rows, init), name, folder,
            flags=[f"--mcpu={arguments.mcpu}"] if arguments.mcpu else [],
            with_init=True)
        self.timer = timer

    def __call__(self, calls):
        return self.timer.time_init(self.network.function("init"),
                                    pointer(self.network.parameters),
                                    ctypes.c_int64(calls))


def time_torch(fill, tensor, calls):
    with torch.no_grad():
        start = time.perf_counter_ns()
        for _ in range(calls):
            fill(tensor)
        return (time.perf_counter_ns() - start) / calls


def measure(contestants, samples):
    """Medians of nanoseconds a call."""
    calls = {key: max(1, int(2e7 / function(1)))
             for key, function in contestants.items()}
    taken = {key: [] for key in contestants}
    for _ in range(samples):
        for key in random.sample(sorted(contestants), len(contestants)):
            taken[key].append(contestants[key](calls[key]))
    return {key: statistics.median(value) for key, value in taken.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("--samples", type=int, default=21)
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--mcpu")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    side = arguments.side
    tensor = torch.zeros(side, side)
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "timing.so")
        subprocess.run(
            [arguments.cc, "-O2", "-shared", "-fPIC",
             os.path.join(os.path.dirname(__file__), "timing.c"), "-o",
             library], check=True)
        timer = ctypes.CDLL(library)
        timer.time_init.restype = ctypes.c_double
        store = measure({"fill": lambda calls: time_torch(
            lambda x: x.fill_(1.0), tensor, calls)},
            arguments.samples)["fill"] / side**2
        print(f"Weights of {side} x {side}, and of 64 x 64 for 'in cache'; "
              f"writing alone takes {store:.3f} ns an element.\n")
        print("| initialiser | ours, ns an element | in cache | PyTorch | "
              "times faster | of the time, writing |")
        print("|---|---|---|---|---|---|")
        for name, init, theirs in INITIALIZERS:
            cached = measure({"ours": Ours(arguments, folder, timer,
                                           name + "_cached", init, 64, 64)},
                             arguments.samples)["ours"] / 64**2
            medians = measure(
                {"ours": Ours(arguments, folder, timer, name, init, side,
                              side),
                 "theirs": lambda calls, theirs=theirs: time_torch(
                     theirs, tensor, calls)}, arguments.samples)
            ours = medians["ours"] / side**2
            other = medians["theirs"] / side**2
            print(f"| {name} | {ours:.3f} | {cached:.3f} | {other:.3f} | "
                  f"{other / ours:.1f} | {100 * store / ours:.0f} % |",
                  flush=True)


if __name__ == "__main__":
    main()
