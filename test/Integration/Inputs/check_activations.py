# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares activations with PyTorch's where functions end: zeros of both signs,
the smallest and largest numbers, infinities, NaN, and the places where they
saturate.

    check_activations.py COMPILER CC FOLDER [COMPILER FLAGS…]

The reference is PyTorch in double precision, rounded to f32.
"""

import sys

import numpy as np
import torch
from torch.nn import functional

from nascent_oracle import NativeNetwork

ELEMENTWISE = {
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "leaky_relu slope(-0.5)": lambda x: functional.leaky_relu(x, -0.5),
    "elu": functional.elu,
    "elu alpha(-0.3)": lambda x: functional.elu(x, -0.3),
    "selu": functional.selu,
    "celu": functional.celu,
    "celu alpha(0.3)": lambda x: functional.celu(x, 0.3),
    "hardtanh": functional.hardtanh,
    "hardtanh min(0.0) max(6.0)": functional.relu6,
    "affine scale(-2.5) offset(0.75)": lambda x: -2.5 * x + 0.75,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": functional.logsigmoid,
    "hardsigmoid": functional.hardsigmoid,
    "softplus": functional.softplus,
    "softplus beta(0.5) threshold(3.0)":
        lambda x: functional.softplus(x, 0.5, 3),
    "softplus beta(-2.0)": lambda x: functional.softplus(x, -2),
    "softsign": functional.softsign,
    "tanh": torch.tanh,
    "gelu": functional.gelu,
    "gelu tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
    "hardswish": functional.hardswish,
    "mish": functional.mish,
}
ROWS = {
    "softmax": lambda x: torch.softmax(x, -1),
    "log_softmax": lambda x: torch.log_softmax(x, -1),
}


def points():
    """What a single element may be."""
    some = [0, 1e-45, 1e-38, 1e-20, 1e-8, 1e-4, 0.5, 0.625, 1, 4, 7.9, 9, 16.7,
            20, 40, 50, 80, 87, 87.4, 88, 88.7, 88.8, 89, 90, 103, 104, 105,
            127, 128, 1000, 1e10, 3.4e38, np.inf]
    both = np.concatenate([some, np.negative(some), [np.nan],
                           np.linspace(-12, 12, 2001)])
    return both.astype(np.float32)


def rows(size):
    """What a row may be."""
    result = np.tile(np.linspace(-3, 5, size), (12, 1))
    result[1], result[2], result[3] = 1e30, -1e30, 0
    result[4, -1], result[5, 0], result[6, size // 2] = np.inf, -np.inf, np.nan
    result[7], result[8] = -np.inf, np.inf
    result[9], result[9, 0] = 3e38, 1e38
    result[10, 0] = 1000
    result[11] = np.linspace(-300, 300, size)
    return result.astype(np.float32)


def run(arguments, text, x):
    """What a network of one layer makes of x."""
    compiler, cc, folder, *flags = arguments
    # A name of its own: a library of a known path is not loaded again.
    name = f"net{run.count}"
    run.count += 1
    mnemonic, _, clauses = text.partition(" ")
    shape = f"tensor<{x.shape[0]}x{x.shape[1]}xf32>"
    network = NativeNetwork(
        compiler, cc, f"nn.sequential @{name}(%x: {shape}) -> {shape} {{\n"
        f"  %0 = nn.{mnemonic} %x {clauses} : {shape}\n"
        f"  nn.return %0 : {shape}\n}}\n", name, folder, None, flags)
    return network.forward([x], [x.shape])[0]


run.count = 0


def check(arguments, text, function, x):
    actual = run(arguments, text, x)
    expected = function(torch.from_numpy(x).double()).float().numpy()
    close = np.isclose(actual, expected, rtol=1.3e-6, atol=1e-6, equal_nan=True)
    for i, j in np.argwhere(~close):
        print(f"{text} of {x[i, j]} in row {i}: {actual[i, j]}, "
              f"expected {expected[i, j]}")
    return close.all()


# PyTorch's own elu, which is selu and celu, too, makes +0 of what lies around
# zero, in f32 and f64 alike.
AROUND_ZERO = [text for text in ELEMENTWISE
               if text.split()[0] not in ("elu", "selu", "celu")]


def check_around_zero(arguments, text, function):
    """Zeros keep their sign, and subnormal numbers are not flushed to zero."""
    x = np.array([0.0, -0.0, 1e-45, -1e-45, 3e-39, -3e-39, 1.1e-38, -1.1e-38,
                  1.2e-38, -1.2e-38, 1e-30, -1e-30] * 3, np.float32)[None, :]
    actual = run(arguments, text, x)
    expected = function(torch.from_numpy(x).double()).float().numpy()
    # Twice the smallest number, for products that are rounded twice.
    close = np.isclose(actual, expected, rtol=1.3e-6, atol=3e-45)
    close &= (np.signbit(actual) == np.signbit(expected)) | (expected != 0)
    for i, j in np.argwhere(~close):
        print(f"{text} of {x[i, j]}: {actual[i, j]}, expected {expected[i, j]}")
    return close.all()


def check_dense(arguments, rows):
    """NaN and infinities spoil their own row, as PyTorch has them; signs of
    zeros pass through relu."""
    compiler, cc, folder, *flags = arguments
    inputs, units = 21, 37
    random = np.random.default_rng(rows)
    weight = random.standard_normal((units, inputs)).astype(np.float32)
    weight[:, 3], weight[5] = 0, 0
    bias = random.standard_normal(units).astype(np.float32)
    bias[5], bias[6] = -0.0, np.inf
    x = random.standard_normal((rows, inputs)).astype(np.float32)
    x[0, 2], x[-1, 3] = np.nan, np.inf
    if rows > 2:
        x[1] = 1e-42
    name = f"dense{rows}"
    network = NativeNetwork(
        compiler, cc, f"nn.sequential @{name}(%x: tensor<?x?xf32>) -> "
        f"tensor<?x{units}xf32> {{\n"
        f"  %0 = nn.dense %x, {units} : tensor<?x?xf32> -> "
        f"tensor<?x{units}xf32>\n  %1 = nn.relu %0 : tensor<?x{units}xf32>\n"
        f"  nn.return %1 : tensor<?x{units}xf32>\n}}\n", name, folder,
        f"{rows}x{inputs}xf32", flags)
    _, (actual,) = network.answer([weight, bias], [x], [(rows, units)])
    expected = torch.relu(functional.linear(
        *map(torch.from_numpy, (x, weight, bias)))).numpy()
    close = np.isclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    for i, j in np.argwhere(~close):
        print(f"dense in row {i} of {rows}, column {j}: {actual[i, j]}, "
              f"expected {expected[i, j]}")
    return close.all()


def main():
    arguments = sys.argv[1:]
    results = [check(arguments, text, function, points()[None, :])
               for text, function in ELEMENTWISE.items()]
    for size in (1, 3, 16, 17, 100):
        results += [check(arguments, text, function, rows(size))
                    for text, function in ROWS.items()]
    results += [check_around_zero(arguments, text, ELEMENTWISE[text])
                for text in AROUND_ZERO]
    results += [check_dense(arguments, rows) for rows in (1, 2, 3, 17)]
    if not all(results):
        sys.exit(1)
    print(f"{len(results)} results agree with PyTorch")


if __name__ == "__main__":
    main()
