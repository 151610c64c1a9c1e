# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares a network of many widths, whose kernels are shared, with NumPy.

    many_widths.py COMPILER CC FOLDER [FLAG...]
"""

import os
import subprocess
import sys

import numpy as np

from nascent_oracle import NativeNetwork

COMPILER, CC, FOLDER, *FLAGS = sys.argv[1:]
# 101 is prime: no width twice.
WIDTHS = [40] + [17 + i * 37 % 101 for i in range(40)]


def source():
    """Each width once with relu and once with softmax; every fifth layer's
    values are outputs."""
    lines, outputs, value = [], [], "%x"
    for i, (columns, units) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        activation = "relu" if i % 2 else "softmax"
        lines += [f"  %{2 * i} = nn.dense {value}, {units} : "
                  f"tensor<?x{columns}xf32> -> tensor<?x{units}xf32>",
                  f"  %{2 * i + 1} = nn.{activation} %{2 * i} : "
                  f"tensor<?x{units}xf32>"]
        value = f"%{2 * i + 1}"
        if i % 5 == 4:
            outputs.append((value, f"tensor<?x{units}xf32>"))
    values = ", ".join(value for value, _ in outputs)
    types = ", ".join(kind for _, kind in outputs)
    return (f"nn.sequential @net(%x: tensor<?x{WIDTHS[0]}xf32>) -> ({types}) "
            "{\n" + "\n".join(lines) +
            f"\n  nn.return {values} : {types}\n}}\n")


def expected(x, parameters):
    outputs, x = [], x.astype(np.float64)
    for i in range(len(WIDTHS) - 1):
        x = x @ parameters[2 * i].astype(np.float64).T + parameters[2 * i + 1]
        if i % 2:
            x = np.maximum(x, 0)
        else:
            x = np.exp(x - x.max(axis=1, keepdims=True))
            x /= x.sum(axis=1, keepdims=True)
        if i % 5 == 4:
            outputs.append(x)
    return outputs


def main():
    generator = np.random.default_rng(1)
    parameters = []
    for columns, units in zip(WIDTHS, WIDTHS[1:]):
        weight = generator.standard_normal((units, columns)) / np.sqrt(columns)
        parameters += [weight.astype(np.float32),
                       generator.standard_normal(units).astype(np.float32)]
    for binding, batch in (("1", None), ("3", None), ("13", None), ("?", 23)):
        rows = batch or int(binding)
        x = generator.standard_normal((rows, WIDTHS[0])).astype(np.float32)
        wanted = expected(x, parameters)
        folder = os.path.join(FOLDER, str(rows))
        os.makedirs(folder)
        network = NativeNetwork(COMPILER, CC, source(), "net", folder,
                                f"{binding}x{WIDTHS[0]}xf32", FLAGS)
        _, actual = network.answer(parameters, [x],
                                   [y.shape for y in wanted], batch)
        for y, reference in zip(actual, wanted):
            assert np.allclose(y, reference, rtol=2e-5, atol=1e-6), \
                f"{binding}: off by {np.abs(y - reference).max()}"
        symbols = subprocess.run(["nm", network.base + ".o"], check=True,
                                 capture_output=True, text=True).stdout
        print(f"{binding} rows: {symbols.count(' t net.layer_')} kernels")


main()
