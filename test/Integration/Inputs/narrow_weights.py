# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks networks whose weights are stored as f16 or bf16 against PyTorch.

    narrow_weights.py COMPILER CC FOLDER FLAG...

The networks are compiled with one FLAG at a time, or, where it is empty, none.
What `set` stores and `get` returns must be what PyTorch rounds the values to,
to the bit; what `init` stores, the rounded values of the network with f32
weights; and the outputs those of PyTorch with rounded weights.
"""

import os
import sys

import numpy as np
import torch
from nascent_oracle import NativeNetwork

IN, HIDDEN, OUT = 37, 70, 10
TYPES = {"f16": torch.float16, "bf16": torch.bfloat16}
SHAPES = [(HIDDEN, IN), (HIDDEN,), (OUT, HIDDEN), (OUT,)]
SOURCE = """
nn.sequential @{name}(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {{
  %0 = nn.dense %x, 70 init(#nn.normal<0.0, 1.0>) : tensor<?x?xf32> -> tensor<?x70xf32>
  %1 = nn.tanh %0 : tensor<?x70xf32>
  %2 = nn.dense %1, 10 : tensor<?x70xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}}
"""
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e6, -1e6, 65504.0, 65520.0,
           65519.996, 6e-8, 2e-8, 3e-8, 1e-40, 3.3e38, -3.4e38, 1 + 2**-8,
           1 + 3 * 2**-9, 1 + 2**-11, 1 + 3 * 2**-12]


def rounded(values, dtype):
    return torch.from_numpy(values).to(dtype).float().numpy()


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    nans = np.isnan(b)
    assert (np.isnan(a) == nans).all(), (a, b)
    assert (a[~nans].view(np.uint32) == b[~nans].view(np.uint32)).all(), (a, b)


def check(compiled, wide, kind, batch, random):
    dtype = TYPES[kind]
    narrow = compiled(kind, batch)
    assert narrow.parameter_bytes < 0.6 * wide.parameter_bytes

    narrow.init(5)
    for index, shape in enumerate(SHAPES):
        values = wide.get(index, shape)
        if len(shape) == 2:
            values = rounded(values, dtype)
        same_bits(narrow.get(index, shape), values)

    parameters = [random.standard_normal(shape).astype(np.float32)
                  for shape in SHAPES]
    special = parameters[0].copy()
    special.flat[:len(SPECIAL)] = SPECIAL
    assert narrow.set(0, special) == 0
    same_bits(narrow.get(0, SHAPES[0]), rounded(special, dtype))

    for index, values in enumerate(parameters):
        assert narrow.set(index, values) == 0
    weights = [torch.from_numpy(rounded(v, dtype) if v.ndim == 2 else v)
               for v in parameters]
    for rows in [batch] if batch else [1, 4, 23]:
        x = random.standard_normal((rows, IN)).astype(np.float32)
        y, = narrow.forward([x], [(rows, OUT)], rows if batch is None else None)
        linear = torch.nn.functional.linear
        hidden = torch.tanh(linear(torch.from_numpy(x), *weights[:2]))
        np.testing.assert_allclose(y, linear(hidden, *weights[2:]).numpy(),
                                   rtol=1.3e-6 * 9, atol=1e-5)


def check_all(compiler, cc, folder, flags):
    def compiled(weights, batch):
        # A library of the same path would not be loaded anew.
        name = f"n{weights}_{batch or 0}"
        binding = f"{'?' if batch is None else batch}x{IN}xf32"
        return NativeNetwork(compiler, cc, SOURCE.format(name=name), name,
                             folder, binding, [*flags, "--weights=" + weights],
                             with_init=True)

    random = np.random.default_rng(0)
    wide = compiled("f32", None)
    wide.init(5)
    for kind in ["bf16"] if "--mcpu=x86-64" in flags else ["f16", "bf16"]:
        for batch in [1, 2, 5, 64, None]:
            check(compiled, wide, kind, batch, random)


def main():
    compiler, cc, folder, *choices = sys.argv[1:]
    np.seterr(over="ignore")
    for number, flag in enumerate(choices):
        own = os.path.join(folder, str(number))
        os.mkdir(own)
        check_all(compiler, cc, own, [flag] if flag else [])


if __name__ == "__main__":
    main()
