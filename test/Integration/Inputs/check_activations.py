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
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": functional.gelu,
    "gelu tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
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


def check(arguments, text, function, x):
    compiler, cc, folder, *flags = arguments
    # A name of its own: a library of a known path is not loaded again.
    name = f"net{check.count}"
    check.count += 1
    mnemonic, _, clauses = text.partition(" ")
    shape = f"tensor<{x.shape[0]}x{x.shape[1]}xf32>"
    network = NativeNetwork(
        compiler, cc, f"nn.sequential @{name}(%x: {shape}) -> {shape} {{\n"
        f"  %0 = nn.{mnemonic} %x {clauses} : {shape}\n"
        f"  nn.return %0 : {shape}\n}}\n", name, folder, None, flags)
    actual = network.forward([x], [x.shape])[0]
    expected = function(torch.from_numpy(x).double()).float().numpy()
    close = np.isclose(actual, expected, rtol=1.3e-6, atol=1e-6, equal_nan=True)
    for i, j in np.argwhere(~close):
        print(f"{text} of {x[i, j]} in row {i}: {actual[i, j]}, "
              f"expected {expected[i, j]}")
    return close.all()


check.count = 0


def main():
    arguments = sys.argv[1:]
    results = [check(arguments, text, function, points()[None, :])
               for text, function in ELEMENTWISE.items()]
    for size in (1, 3, 16, 17, 100):
        results += [check(arguments, text, function, rows(size))
                    for text, function in ROWS.items()]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
