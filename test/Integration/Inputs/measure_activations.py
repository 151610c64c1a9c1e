# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Measures activations, and the functions they are made of, against f64.

    measure_activations.py COMPILER CC FOLDER [--stride N] [--flags F]...

Activations run as compiled networks; exp, expm1, log, tanh and erf through
nascent-expand-math, the pass that writes their polynomials (nascent-opt,
mlir-translate and clang are found through PATH). Arguments are every N-th of
the 2^32 floats, and each in turn with --stride 1. Then special values are
compared with PyTorch's f32. docs/Numerics.md states what this prints.
"""

import argparse
import ctypes
import os
import subprocess

import numpy as np
import torch

from nascent_oracle import NativeNetwork, pointer

SIZE = 2**20


def torched(function):
    return lambda x: function(torch.from_numpy(x)).numpy()


erf, erfc = torched(torch.special.erf), torched(torch.special.erfc)
ROOT_2_PI = 0.79788456080286536

# The function in f64, written so that nothing cancels.
ACTIVATIONS = {
    "relu": lambda x: np.where(np.isnan(x), x, np.maximum(x, 0)),
    "leaky_relu": lambda x: np.where(x > 0, x, float(np.float32(0.01)) * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "gelu": lambda x: x / 2 * erfc(-x / np.sqrt(2)),
    "gelu tanh": lambda x: x / (1 + np.exp(-2 * ROOT_2_PI *
                                           (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + np.exp(-x)),
}
TORCH = {
    "relu": torch.nn.ReLU(), "leaky_relu": torch.nn.LeakyReLU(),
    "elu": torch.nn.ELU(), "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(), "gelu": torch.nn.GELU(),
    "gelu tanh": torch.nn.GELU(approximate="tanh"), "silu": torch.nn.SiLU(),
    "softmax": torch.nn.Softmax(dim=-1),
    "log_softmax": torch.nn.LogSoftmax(dim=-1),
}
FUNCTIONS = {"exp": np.exp, "expm1": np.expm1, "log": np.log, "tanh": np.tanh,
             "erf": erf}

KERNEL = """\
func.func @f(%x: memref<{size}xf32>, %y: memref<{size}xf32>) {{
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %end = arith.constant {size} : index
  scf.for %i = %c0 to %end step %c8 {{
    %0 = vector.load %x[%i] : memref<{size}xf32>, vector<8xf32>
    %1 = math.{name} %0 : vector<8xf32>
    vector.store %1, %y[%i] : memref<{size}xf32>, vector<8xf32>
  }}
  return
}}
"""
LOWERING = """\
builtin.module(nn-set-target{cpu=native}, func.func(nascent-expand-math), canonicalize,
  convert-scf-to-cf, nascent-convert-to-llvm, nascent-finalize-llvm)"""


class Function:
    """One function of f32, as the pass expands it for this machine."""

    def __init__(self, name, folder):
        base = os.path.join(folder, name)
        with open(base + ".mlir", "w") as file:
            file.write(KERNEL.format(size=SIZE, name=name))
        pipeline = " ".join(LOWERING.split())
        subprocess.run(["nascent-opt", base + ".mlir", "-o", base + ".llvm",
                        "--pass-pipeline=" + pipeline], check=True)
        subprocess.run(["mlir-translate", "--mlir-to-llvmir",
                        "--allow-unregistered-dialect", base + ".llvm",
                        "-o", base + ".ll"], check=True)
        subprocess.run(["clang", "-O2", "-march=native", "-shared", "-fPIC",
                        "-nostdlib", "-Wl,-z,defs", base + ".ll", "-o",
                        base + ".so"], check=True)
        self.function = ctypes.CDLL(base + ".so").f

    def __call__(self, x):
        y = np.empty_like(x)
        self.function(pointer(x), pointer(y))
        return y


class Activation:
    """One activation as a network, on any number of columns."""

    def __init__(self, arguments, text, columns=SIZE):
        name = text.replace(" ", "_") + str(columns)
        op, *clause = text.split()
        clause = "".join(" " + word for word in clause)
        known = f"tensor<1x{columns}xf32>"
        source = (f"nn.sequential @{name}(%x: {known}) -> {known} {{\n"
                  f"  %0 = nn.{op} %x{clause} : {known}\n"
                  f"  nn.return %0 : {known}\n}}\n")
        self.network = NativeNetwork(arguments.compiler, arguments.cc, source,
                                     name, arguments.folder,
                                     flags=arguments.flags)

    def __call__(self, x):
        return self.network.forward([x], [x.shape])[0]


class Worst:
    """The largest error seen, and where."""

    def __init__(self):
        self.error, self.x = 0.0, 0.0

    def add(self, errors, x):
        i = int(np.argmax(errors))
        if errors[i] > self.error:
            self.error, self.x = float(errors[i]), float(x[i])

    def __str__(self):
        return f"{self.error:9.3g} at {self.x:<13.7g}"


def measure(name, function, reference, stride):
    """Prints the largest errors over normal arguments: in ulp, where results
    are normal, too; absolute; and relative to the argument. Then the range of
    the results; then arguments for which one side is finite only, or both are
    not and differ."""
    ulp, absolute, relative = Worst(), Worst(), Worst()
    low, high, wrong = np.inf, -np.inf, []
    for start in range(0, 2**32, SIZE * stride):
        bits = np.arange(start, start + SIZE * stride, stride, dtype=np.uint64)
        x = bits.astype(np.uint32).view(np.float32)
        narrow = function(x)
        with np.errstate(all="ignore"):
            actual = narrow.astype(np.float64)
            wide = reference(x.astype(np.float64))
            narrow = wide.astype(np.float32)
            finite = np.isfinite(narrow) & np.isfinite(actual)
            valid = finite & (np.abs(x) >= 2.0**-126)
            error = np.where(valid, np.abs(actual - wide), 0)
            normal = finite & (np.abs(wide) >= 2.0**-126)
            ulp.add(np.where(normal, error / np.spacing(np.abs(narrow)), 0), x)
            absolute.add(error, x)
            # Where the result is not normal its own spacing is the error.
            relative.add(np.where(normal, error / np.abs(x, dtype=float), 0), x)
        low = np.fmin(low, np.fmin.reduce(actual))
        high = np.fmax(high, np.fmax.reduce(actual))
        same = (actual == narrow) | (np.isnan(actual) & np.isnan(narrow))
        wrong += x[~finite & ~same][:3].tolist()
    print(f"{name:13} ulp {ulp} absolute {absolute} of |x| {relative} "
          f"range [{low:.8g}, {high:.8g}] {wrong[:4] or ''}", flush=True)


def text(value):
    return "nan" if np.isnan(value) else f"{value:.8g}"


SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 1e-38,
                    -1e-38, 3e38, -3e38, 88.8, -88.8, -90.0, -104.0, 20.0,
                    -20.0, -10.0, -6.0], dtype=np.float32)


def agree(a, b):
    """Special values exactly, with their sign; others nearly."""
    if np.isnan(a) or np.isnan(b):
        return np.isnan(a) and np.isnan(b)
    if np.signbit(a) != np.signbit(b):
        return False
    return a == b or bool(np.isclose(a, b, rtol=2e-6, atol=1e-44))


def compare_special(arguments, name):
    """Prints the results for special values; says what PyTorch has else."""
    function = Activation(arguments, name, len(SPECIAL))
    ours = function(SPECIAL[None])[0]
    print(f"nn.{name}:", ", ".join(
        f"{text(x)} -> {text(y)}" for x, y in zip(SPECIAL, ours)))
    theirs = TORCH[name](torch.from_numpy(SPECIAL)).numpy()
    return [f"{text(x)} -> {text(a)}, PyTorch {text(b)}"
            for x, a, b in zip(SPECIAL, ours, theirs) if not agree(a, b)]


INF = np.inf
ROWS = [[0, 0, 0, 0, 0], [1, 2, np.nan, 3, 4], [1, INF, 2, 3, 4],
        [-INF, 1, 2, 3, 4], [-INF] * 5, [INF] * 5, [INF, -INF, 0, 0, 0],
        [3e38, -3e38, 0, 0, 0], [1000, 0, -1000, 999, 1], [1e-45, 0, 0, 0, 0],
        [0, -103, -88, -50, -1]]


def compare_rows(arguments, name):
    function = Activation(arguments, name, 5)
    different = []
    for row in np.array(ROWS, dtype=np.float32):
        ours = function(row[None])[0]
        theirs = TORCH[name](torch.from_numpy(row)).numpy()
        if not all(map(agree, ours, theirs)):
            different.append(f"[{', '.join(map(text, row))}] -> "
                             f"[{', '.join(map(text, ours))}], PyTorch "
                             f"[{', '.join(map(text, theirs))}]")
    return different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compiler")
    parser.add_argument("cc")
    parser.add_argument("folder")
    parser.add_argument("--stride", type=int, default=61)
    parser.add_argument("--flags", action="append", default=[])
    arguments = parser.parse_args()
    print(f"every {arguments.stride}th float: largest errors")
    for name, reference in FUNCTIONS.items():
        function = Function(name, arguments.folder)
        measure(name, function, reference, arguments.stride)
    for name, reference in ACTIVATIONS.items():
        network = Activation(arguments, name)
        function = lambda x: network(x[None])[0]
        measure("nn." + name, function, reference, arguments.stride)
    for name in ACTIVATIONS:
        print("  differ:", compare_special(arguments, name) or "none")
    for name in ("softmax", "log_softmax"):
        print(f"nn.{name}\n  differ:", compare_rows(arguments, name) or "none")


if __name__ == "__main__":
    main()
