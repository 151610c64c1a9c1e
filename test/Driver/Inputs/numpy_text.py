# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares what nascent-run prints of arrays with what NumPy prints of them."""

import subprocess
import sys

import numpy as np

generator = np.random.default_rng(1)
normal = generator.standard_normal


def special(count):
    values = normal(count).astype("f4")
    values[::3] = np.nan
    values[1::5] = -np.inf
    return values


ARRAYS = [
    normal((2, 10)),
    normal((3, 1, 4)) * 1000,
    normal((1, 7)) * np.logspace(-6, 3, 7),
    np.logspace(-12, 12, 9).reshape(1, 9),
    normal((4, 30)) * 1e-3,
    normal((2, 2, 3, 2)).round(1),
    normal((40, 50)),
    normal((2, 600)) * 10,
    normal((9, 8, 20)),
    np.zeros((2, 3)),
    np.arange(12).reshape(3, 4) * 1e7,
    special(30).reshape(3, 10),
    np.full((1, 3), np.nan),
    (special(12) * 1e9).reshape(1, 12),
    generator.integers(-9, 9, (30, 1)),
]

for index, array in enumerate(ARRAYS):
    array = array.astype("f4")
    np.save("x.npy", array)
    shape = "x".join("?" * array.ndim) + "xf32"
    with open("identity.mlir", "w") as file:
        file.write(f"""nn.sequential @id(%x: tensor<{shape}>) -> tensor<{shape}> {{
  %0 = nn.identity %x : tensor<{shape}>
  nn.return %0 : tensor<{shape}>
}}
""")
    printed = subprocess.run([sys.argv[1], "identity.mlir", "--input", "x.npy"],
                             check=True, capture_output=True, text=True).stdout
    expected = f"y {array.shape}:\n{array}\n"
    actual = printed[printed.index("y ("):]
    assert actual == expected, f"array {index}:\n{actual}expected\n{expected}"
