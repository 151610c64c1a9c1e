# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares initialisers of many draws with the reference implementation.

    check_draws.py COMPILER CC FOLDER DRAWS [COMPILER FLAGS…]

Row d of a weight is draw d of its initialiser; so is element d of a bias. Of
another layer all are sums of the draws that are uniform.
"""

import os
import sys

import numpy as np

import reference_init as reference
from nascent_oracle import NativeNetwork

SEED = 0x8000000000000005


def is_normal(draw):
    return draw % 3 == 1


def pick(name, place, draws):
    """The draw whose number is the element's row or column."""
    lines = [f"nn.initializer @{name}(%row: i32, %column: i32) {{",
             "  %zero = arith.constant 0.0 : f32",
             "  %one = arith.constant 1.0 : f32",
             "  %seven = arith.constant 7.0 : f32",
             "  %v = arith.negf %one : f32"]
    value = "%v"
    for d in range(draws):
        lines.append(f"  %d{d} = nn.normal_draw %zero, %one" if is_normal(d)
                     else f"  %d{d} = nn.uniform_draw %one, %seven")
        lines += [f"  %n{d} = arith.constant {d} : i32",
                  f"  %is{d} = arith.cmpi eq, {place}, %n{d} : i32",
                  f"  %v{d} = arith.select %is{d}, %d{d}, {value} : f32"]
        value = f"%v{d}"
    return "\n".join([*lines, f"  nn.yield {value}", "}"])


def add(draws):
    lines = ["nn.initializer @sum {", "  %zero = arith.constant 0.0 : f32",
             "  %one = arith.constant 1.0 : f32"]
    value = "%zero"
    for d in range(draws):
        lines += [f"  %d{d} = nn.uniform_draw %zero, %one",
                  f"  %v{d} = arith.addf {value}, %d{d} : f32"]
        value = f"%v{d}"
    return "\n".join([*lines, f"  nn.yield {value}", "}"])


def source(draws, inputs):
    x, y, z = (f"tensor<?x{n}xf32>" for n in (inputs, draws, 9))
    return f"""{pick("by_row", "%row", draws)}
{pick("by_column", "%column", draws)}
{add(draws)}
nn.sequential @net(%x: {x}) -> {z} {{
  %0 = nn.dense %x, {draws} init(@by_row) bias_init(@by_column) : {x} -> {y}
  %1 = nn.dense %0, 9 init(@sum) bias_init(@sum) : {y} -> {z}
  nn.return %1 : {z}
}}
"""


def check_picked(values, name):
    """Each row, or element, against the draw of its number."""
    count = values.size
    matrix = values.reshape(len(values), -1)
    for d, row in enumerate(matrix):
        own = slice(d * row.size, (d + 1) * row.size)
        if is_normal(d):
            expected = reference.standard_normal(SEED, name, count, d)[own]
            allowed = (reference.NORMAL_ACCURACY + 2**-23) * np.abs(expected)
            assert (np.abs(row - expected) <= allowed).all(), (name, d, row)
        else:
            bits = reference.words(SEED, name, count, d)[own]
            expected = reference.uniform(bits, 1.0, 7.0)
            assert (row == expected).all(), (name, d, row, expected)


def check_sum(values, name, draws):
    expected = np.zeros(values.size, dtype=np.float32)
    for d in range(draws):
        bits = reference.words(SEED, name, values.size, d)
        expected += reference.uniform(bits, 0.0, 1.0)
    assert (values.reshape(-1) == expected).all(), (name, values, expected)


def main():
    compiler, cc, folder, draws, *flags = sys.argv[1:]
    draws = int(draws)
    # Rows that are whole blocks of four elements, and that are not.
    for inputs in (8, 5):
        place = os.path.join(folder, str(inputs))
        os.makedirs(place, exist_ok=True)
        network = NativeNetwork(compiler, cc, source(draws, inputs), "net",
                                place, f"2x{inputs}xf32", flags, with_init=True)
        network.init(SEED)
        shapes = network.table(4)
        for index, (name, shape) in enumerate(shapes):
            values = network.get(index, shape)
            if name.startswith("0."):
                check_picked(values, name)
            else:
                check_sum(values, name, draws)
    print(f"{draws} draws are right")


if __name__ == "__main__":
    main()
