#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times steps of training beside PyTorch's, and beside the core's peak.

    training.py COMPILER CC FOLDER [ROUNDS]

A step is forward, cross-entropy, backward and SGD, on one thread; run it pinned to
a core. Each number is the least of several rounds, in which all contestants take
turns. Operations are those of the products: two for each multiply-add, of which
backward has twice as many as forward, but for the first layer's input.
"""

import ctypes
import os
import subprocess
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../Integration/Inputs"))
from nascent_oracle import NativeNetwork, aligned, pointer

COMPILER, CC, FOLDER = sys.argv[1:4]
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 20
NETWORKS = [(64, (784, 256, 10)), (2, (20, 256, 10)), (64, (256, 256, 256, 10)),
            (16, (784, 256, 10))]
MICROSECONDS = 3000


class SGD(ctypes.Structure):
    """nascent_sgd."""
    _fields_ = [("learning_rate", ctypes.c_float), ("momentum", ctypes.c_float),
                ("weight_decay", ctypes.c_float),
                ("gradient_scale", ctypes.c_float),
                ("statistics_scale", ctypes.c_float),
                ("nesterov", ctypes.c_int32)]


def build_timer():
    os.makedirs(FOLDER, exist_ok=True)
    library = os.path.join(FOLDER, "training.so")
    with open("/proc/cpuinfo") as file:
        lanes = 16 if " avx512f " in file.read() else 8
    subprocess.run([CC, "-O3", "-march=native", "-ffp-contract=fast", "-shared",
                    "-fPIC", f"-DLANES={lanes}",
                    os.path.join(os.path.dirname(__file__), "training.c"), "-o",
                    library], check=True)
    timer = ctypes.CDLL(library)
    timer.time_steps.restype = timer.time_peak.restype = ctypes.c_double
    return timer


def source_of(rows, sizes):
    lines, last = [], "%x"
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        after = f"tensor<{rows}x{outputs}xf32>"
        lines.append(f"%d{i} = nn.dense {last}, {outputs} : "
                     f"tensor<{rows}x{inputs}xf32> -> {after}")
        last = f"%d{i}"
        if i + 2 < len(sizes):
            lines.append(f"%r{i} = nn.relu {last} : {after}")
            last = f"%r{i}"
    return (f"nn.sequential @net(%x: tensor<{rows}x{sizes[0]}xf32>) -> {after} {{\n"
            + "\n".join(lines) + f"\nnn.return {last} : {after}\n}}\n")


class Ours:
    def __init__(self, timer, rows, sizes, folder):
        self.timer = timer
        self.net = NativeNetwork(COMPILER, CC, source_of(rows, sizes), "net", folder,
                                 flags=["--train", "--loss=cross_entropy"])
        self.net.init(1)
        generator = np.random.default_rng(1)
        self.x = aligned(rows * sizes[0] * 4).view(np.float32)
        self.x[:] = generator.standard_normal(rows * sizes[0])
        self.target = generator.integers(0, sizes[-1], rows).astype(np.int32)
        self.gradients = aligned(self.net.macro("GRADIENTS_BYTES"))
        self.scratch = aligned(self.net.macro("TRAINING_SCRATCH_BYTES"))
        self.loss = np.zeros(1, dtype=np.float32)
        self.hyper = SGD(1e-4, 0.0, 0.0, 1.0, 1.0, 0)
        self.scale = 1.0 / rows

    def run(self, calls, steps=True):
        """Nanoseconds a call."""
        step = self.net.function("step_sgd") if steps else None
        return self.timer.time_steps(
            self.net.function("loss_and_gradients"), step,
            pointer(self.net.parameters), pointer(self.x), pointer(self.target),
            ctypes.c_float(self.scale), pointer(self.gradients),
            pointer(self.loss), pointer(self.scratch), ctypes.byref(self.hyper),
            ctypes.c_int64(calls)) / calls


class Torch:
    def __init__(self, rows, sizes):
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*layers[:-1])
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-4)
        self.x = torch.randn(rows, sizes[0])
        self.target = torch.randint(0, sizes[-1], (rows,))

    def run(self, calls):
        start = time.perf_counter_ns()
        for _ in range(calls):
            self.optimizer.zero_grad()
            y = self.model(self.x)
            torch.nn.functional.cross_entropy(y, self.target).backward()
            self.optimizer.step()
        return (time.perf_counter_ns() - start) / calls


def main():
    torch.set_num_threads(1)
    timer = build_timer()
    print("| network, batch | gradients, µs | with SGD, µs | of peak, % "
          "| PyTorch, µs |")
    print("|---|---|---|---|---|")
    for index, (rows, sizes) in enumerate(NETWORKS):
        folder = os.path.join(FOLDER, str(index))
        os.makedirs(folder)
        ours = Ours(timer, rows, sizes, folder)
        other = Torch(rows, sizes)
        products = [a * b for a, b in zip(sizes, sizes[1:])]
        operations = 2 * rows * (3 * sum(products) - products[0])
        calls = max(1, int(MICROSECONDS * 1e3 / ours.run(3)))
        theirs = max(1, int(MICROSECONDS * 1e3 / other.run(3)))
        best = [np.inf] * 3
        peak = 0
        for _ in range(ROUNDS):
            peak = max(peak, timer.time_peak(ctypes.c_int64(200000)))
            best = np.minimum(best, [ours.run(calls, steps=False),
                                     ours.run(calls), other.run(theirs)])
        ideal = operations / peak
        print(f"| {'-'.join(map(str, sizes))}, {rows} | {best[0] / 1e3:.2f} "
              f"| {best[1] / 1e3:.2f} | {100 * ideal / best[1]:.0f} "
              f"| {best[2] / 1e3:.0f} |")


main()
