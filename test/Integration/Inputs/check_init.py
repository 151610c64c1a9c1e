# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares what <net>_init writes with the reference implementation.

    check_init.py COMPILER CC FOLDER [COMPILER FLAGS…]
"""

import gzip
import os
import sys

import numpy as np

import reference_init as reference
from nascent_oracle import NativeNetwork

# Known answers: counter, key, output. Random123's own file of them, which Debian
# has in librandom123-doc, is read where it is installed.
VECTORS = "/usr/share/doc/librandom123-dev/tests/kat_vectors.gz"
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]),
    ([0xffffffff] * 4, [0xffffffff] * 2,
     [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]),
    ([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
     [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]),
]

SQRT5 = 2.23606797749979
# Text, and arguments by place or by name. First those that a vector can have.
INITIALIZERS = [
    ("zeros", []), ("ones", []), ("constant<42.5>", [42.5]),
    ("constant<-0.1>", [-0.1]), ("uniform<-0.07, 0.07>", [-0.07, 0.07]),
    ("uniform<1.0, 3.0>", [1.0, 3.0]), ("uniform<2.5, 2.5>", [2.5, 2.5]),
    ("normal<0.0, 0.01>", [0.0, 0.01]), ("normal<-3.0, 2.0>", [-3.0, 2.0]),
    ("normal<1.0, 0.0>", [1.0, 0.0]), ("xavier_uniform", {}),
    ("xavier_uniform<gain = 2.0>", {"gain": 2.0}), ("xavier_normal", {}),
    ("xavier_normal<gain = 0.5>", {"gain": 0.5}), ("kaiming_uniform", {}),
    (f"kaiming_uniform<a = {SQRT5}>", {"a": SQRT5}), ("kaiming_normal", {}),
    ("kaiming_normal<a = 0.25>", {"a": 0.25}), (None, {}),
    ("kaiming_uniform<mode = fan_out, nonlinearity = relu>",
     {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal<nonlinearity = tanh>", {"nonlinearity": "tanh"}),
    ("lecun_uniform", {}), ("lecun_normal", {}), ("variance_scaling", {}),
    ("variance_scaling<scale = 2.0, mode = fan_avg, distribution = uniform>",
     {"scale": 2.0, "mode": "fan_avg", "distribution": "uniform"}),
    ("variance_scaling<mode = fan_out, distribution = normal>",
     {"mode": "fan_out", "distribution": "normal"}),
    ("truncated_normal<1.0, 0.5>", [1.0, 0.5]),
    ("truncated_normal<0.0, 1.0, lower = -1.0, upper = 3.0>",
     [0.0, 1.0, -1.0, 3.0]),
    ("@far", {}), ("@place", {}), ("@bell", {}), ("@blur", {}),
]
MATRIX_INITIALIZERS = INITIALIZERS + [
    ("orthogonal", {}), ("orthogonal<gain = 2.0>", {"gain": 2.0}),
    ("identity", {}), ("sparse<sparsity = 0.3>", {"sparsity": 0.3}),
    ("sparse<sparsity = 0.9, std = 1.0>", {"sparsity": 0.9, "std": 1.0}),
]
CUSTOM = reference.FAR + """\
nn.initializer @place(%row: i32, %column: i32) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %four = arith.constant 4.0 : f32
  %first = nn.uniform_draw %two, %four
  %second = nn.uniform_draw %zero, %one
  %r = arith.sitofp %row : i32 to f32
  %c = arith.sitofp %column : i32 to f32
  %minus = arith.negf %r : f32
  %sum = arith.addf %minus, %second : f32
  %scaled = arith.mulf %c, %first : f32
  %value = arith.addf %sum, %scaled : f32
  nn.yield %value
}
nn.initializer @bell {
  %mean = arith.constant -3.0 : f32
  %std = arith.constant 2.0 : f32
  %value = nn.normal_draw %mean, %std
  nn.yield %value
}
nn.initializer @blur {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %u = nn.uniform_draw %zero, %one
  %value = nn.normal_draw %u, %one
  nn.yield %value
}
"""
# Each weight is the next width by this one: with and without blocks of four
# in a row, below, at and above multiples of vectors and of panels.
WIDTHS = [20, 256, 10, 7, 5, 1, 1, 3, 2, 16, 17, 15, 4, 31, 32, 33, 12, 64, 65,
          63, 8, 127, 128, 129, 6, 100, 301, 36, 48, 47, 40, 24, 9, 257, 14, 72]
SEEDS = [0, 1, 42, 2**32 - 1, 2**32, 0x8000000000000005, 2**64 - 1]


def name_of(initializer):
    return initializer.partition("<")[0].lstrip("@")


def build(shift):
    """A chain of layers, and the law of each of its parameters."""
    lines, laws, value = [], [], "%x"
    for index, (inputs, units) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        chosen = MATRIX_INITIALIZERS[(index + shift) % len(MATRIX_INITIALIZERS)]
        bias = INITIALIZERS[(index * 3 + shift + 1) % len(INITIALIZERS)]
        clauses, name = "", str(index)
        if index % 5 == 2:
            name = f"block {index}.fc"
            clauses += f' name("{name}")'
        for clause, suffix, (text, arguments), shape in (
                ("init", "weight", chosen, (units, inputs)),
                ("bias_init", "bias", bias, (units,))):
            if text is None:  # PyTorch's default
                law = ("kaiming_uniform", {"a": SQRT5})
            else:
                law = (name_of(text), arguments)
                prefix = "" if text.startswith("@") else "#nn."
                clauses += f" {clause}({prefix}{text})"
            laws.append((f"{name}.{suffix}", shape, reference.distribution(
                law[0], law[1], inputs, units)))
        lines.append(f"  %{index} = nn.dense {value}, {units}{clauses} : "
                     f"tensor<?x{inputs}xf32> -> tensor<?x{units}xf32>")
        value = f"%{index}"
    body = "\n".join(lines)
    result = f"tensor<?x{WIDTHS[-1]}xf32>"
    return (CUSTOM + f"nn.sequential @net(%x: tensor<?x{WIDTHS[0]}xf32>) -> {result} "
            f"{{\n{body}\n  nn.return {value} : {result}\n}}\n"), laws


def installed_vectors():
    """The lines of Random123's file that are about Philox4x32-10."""
    if not os.path.exists(VECTORS):
        return []
    with gzip.open(VECTORS, "rt") as file:
        lines = [line.split() for line in file
                 if line.startswith("philox4x32 10 ")]
    assert lines, VECTORS
    numbers = [[int(word, 16) for word in line[2:]] for line in lines]
    vectors = [(row[:4], row[4:6], row[6:]) for row in numbers]
    # The emitted generator is checked against KNOWN by PhiloxTest.cpp.
    assert sorted(vectors) == sorted(KNOWN), vectors
    return vectors


def main():
    compiler, cc, folder, *flags = sys.argv[1:]
    for counter, key, expected in KNOWN + installed_vectors():
        assert [int(w) for w in reference.philox(counter, key)] == expected
    failures, compared = [], 0
    # Panels are wider for one or two rows.
    for shift, batch in enumerate(["1", "2", "5", "16", "?"]):
        source, laws = build(shift * 8)
        # A folder of its own: a library of a known path is not loaded again.
        place = os.path.join(folder, str(shift))
        os.makedirs(place, exist_ok=True)
        network = NativeNetwork(compiler, cc, source, "net", place,
                                f"{batch}x{WIDTHS[0]}xf32", flags,
                                with_init=True)
        table = network.table(len(laws))
        assert table == [law[:2] for law in laws], table
        for seed in SEEDS[shift:shift + 3]:
            network.parameters[:] = 0xAB
            network.init(seed)
            for index, (name, shape, law) in enumerate(laws):
                wrong = reference.difference(network.get(index, shape), law,
                                             seed, name)
                compared += int(np.prod(shape))
                if wrong:
                    failures.append(f"batch {batch}: {wrong}")
    print(f"{compared} values compared")
    print("\n".join(failures))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
