# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes weights for header_cpp.cpp, and compares what it prints with PyTorch."""

import sys

import torch
from torch.nn import functional

from tensor_files import write_safetensors


def mlp_weights():
    torch.manual_seed(0)
    return {"0.weight": torch.randn(8, 4), "0.bias": torch.randn(8),
            "2.weight": torch.randn(8, 8), "2.bias": torch.randn(8)}


def numbers(count, start=0):
    return ((torch.arange(count) + start) % 7 - 3).float() / 4


def expect(found):
    w = mlp_weights()
    x = numbers(8).reshape(2, 4)
    x = functional.linear(x, w["0.weight"], w["0.bias"]).relu()
    x = functional.linear(x, w["2.weight"], w["2.bias"]).relu()
    yield "mlp", functional.linear(x, w["2.weight"], w["2.bias"])

    sums = (numbers(12) + numbers(12, 3)).reshape(3, 4)
    yield "two.sums", sums
    yield "two", functional.linear(sums, found["two.weight"].reshape(3, 4),
                                   found["two.bias"])
    yield "words", found["words.weight"].reshape(5, 4)[[4, 0, 1, 1, 3, 2]]
    yield "lines", functional.conv1d(numbers(18).reshape(2, 1, 9),
                                     found["lines.weight"].reshape(2, 1, 3),
                                     found["lines.bias"])
    yield "forward", numbers(12).tanh()


def main(mode, path):
    if mode == "weights":
        write_safetensors(path, {name: w.numpy() for name, w in mlp_weights().items()})
        return
    with open(path) as lines:
        found = {name: torch.tensor([float(value) for value in values])
                 for name, *values in map(str.split, lines)}
    for name, expected in expect(found):
        torch.testing.assert_close(found[name], expected.flatten(),
                                   rtol=1e-5, atol=1e-6, msg=name)
        assert found[name].abs().max() > 0.1, name
    print("all as PyTorch has them")


main(*sys.argv[1:])
