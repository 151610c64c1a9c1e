# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks weights whose columns are stored places before channels: initialised,
set, read and embedded by canonical order, and computed with in that of storage.

    check_spatial.py COMPILER CC FOLDER [COMPILER FLAGS…]
"""

import ctypes
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

import reference_init as reference
from nascent_oracle import NativeNetwork, pointer
from tensor_files import write_safetensors

BATCH = 3
# The weight's shape, the width of its panels and what initialises it; the input
# without its batch, of a dense layer also how many places it has. Rows are whole
# blocks of four draws and are not; panels are whole and are not.
LAYERS = [
    ("conv2d", (33, 4, 3, 3), 16, "uniform", (4, 5, 6)),
    ("conv2d", (10, 3, 5, 2), 8, "normal", (3, 7, 6)),
    ("conv2d", (48, 8, 1, 1), 32, "uniform", (8, 3, 3)),
    ("conv2d", (12, 9, 3, 2), 16, "dirac", (9, 5, 3)),
    ("conv2d", (10, 4, 2, 3), 8, "orthogonal", (4, 4, 4)),
    ("conv2d", (40, 4, 3, 3), 12, "orthogonal", (4, 4, 4)),
    ("conv1d", (12, 6, 5), 4, "normal", (6, 9)),
    ("conv3d", (7, 2, 2, 3, 2), 4, "uniform", (2, 4, 4, 3)),
    ("dense", (33, 36), 16, "uniform", 9),
    ("dense", (48, 33), 8, "normal", 3),
    ("dense", (5, 48), 4, "uniform", 12),
    ("dense", (64, 5), 32, "orthogonal", 5),
    ("dense", (96, 64), 12, "normal", 2),
]
LAWS = {"uniform": ("uniform<-1.0, 1.0>", ("uniform", -1.0, 1.0)),
        "normal": ("normal<0.0, 0.5>", ("normal", 0.0, 0.5)),
        "orthogonal": ("orthogonal", ("orthogonal", 1.0)),
        "dirac": ("dirac", ("dirac",))}


def build():
    """One layer beside the other, each with an input and an output."""
    def tensor(shape, encoding=""):
        return f"tensor<{'x'.join(map(str, shape))}xf32{encoding}>"

    parameters, inputs, layers, outputs = "", [], "", []
    for index, (kind, shape, width, law, size) in enumerate(LAYERS):
        spatial = size if kind == "dense" else int(np.prod(shape[2:]))
        parameters += f"""\
nn.parameter @net.{index}.weight : {tensor(shape)} init(#nn.{LAWS[law][0]}) \
layout(#nn.panels<{width}, spatial = {spatial}>)
nn.parameter @net.{index}.bias : {tensor(shape[:1])} init(#nn.zeros)
"""
        if kind == "dense":
            clauses = ""
            input_type = tensor((BATCH, shape[1]), f", #nn.channels_last<{size}>")
            output = (BATCH, shape[0])
        else:
            clauses = f"kernel({', '.join(map(str, shape[2:]))}) "
            input_type = tensor((BATCH, *size))
            output = (BATCH, shape[0],
                      *(n - k + 1 for n, k in zip(size[1:], shape[2:])))
        inputs.append(f"%x{index}: {input_type}")
        outputs.append(tensor(output))
        layers += f"""\
  %{index} = nn.{kind} %x{index}, {shape[0]} {clauses}weight(@net.{index}.weight) \
bias(@net.{index}.bias) : {input_type} -> {outputs[-1]}
"""
    values = ", ".join(f"%{index}" for index in range(len(LAYERS)))
    types = ", ".join(outputs)
    return f"""\
{parameters}nn.sequential @net({", ".join(inputs)}) -> ({types}) {{
{layers}  nn.return {values} : {types}
}}
"""


def stored(values, spatial):
    """The last dimension in the order of storage."""
    shape = values.shape
    channels = values.reshape(*shape[:-1], shape[-1] // spatial, spatial)
    return np.swapaxes(channels, -1, -2).reshape(shape)


def access_range(network, suffix, index, first, values):
    status = network.function(suffix + "_range")(
        pointer(network.parameters), ctypes.c_uint32(index),
        ctypes.c_int64(first), ctypes.c_int64(values.size), pointer(values))
    assert status == 0, (suffix, index, first, values.size)


def check_ranges(network, index, values, random):
    flat = values.reshape(-1).copy()
    for _ in range(50):
        first = int(random.integers(flat.size))
        part = np.empty(int(random.integers(flat.size - first + 1)),
                        dtype=np.float32)
        access_range(network, "get", index, first, part)
        assert part.tobytes() == flat[first:first + part.size].tobytes()
        part[:] = random.standard_normal(part.size)
        flat[first:first + part.size] = part
        access_range(network, "set", index, first, part)
        got = network.get(index, values.shape)
        assert got.tobytes() == flat.tobytes(), (index, first, part.size)
    assert network.set(index, values) == 0


def check_placed(network, index, name, values, spatial, width):
    """One element after the other has its place in storage."""
    before = network.parameters.copy()
    flat = values.reshape(-1)
    places = []
    for element in range(flat.size):
        access_range(network, "set", index, element,
                     np.array([flat[element] + 1], dtype=np.float32))
        [*changed] = np.unique(np.flatnonzero(network.parameters != before) // 4)
        assert len(changed) == 1, (name, element, changed)
        places += changed
        network.parameters[:] = before
    rows, columns = values.shape[0], flat.size // values.shape[0]
    row, column = np.indices((rows, columns))
    column = column % spatial * (columns // spatial) + column // spatial
    expected = (row // width * columns + column) * width + row % width
    assert (np.array(places) - min(places) == expected.reshape(-1)).all(), name


def compute(kind, x, weight, bias):
    if kind == "dense":
        return F.linear(x, weight, bias)
    return getattr(F, kind)(x, weight, bias)


def main():
    compiler, cc, folder, *flags = sys.argv[1:]
    network = NativeNetwork(compiler, cc, build(), "net", folder, None, flags,
                            with_init=True)
    random = np.random.default_rng(5)
    network.init(42)
    parameters, inputs, expected = [], [], []
    for index, (kind, shape, width, law, size) in enumerate(LAYERS):
        spatial = size if kind == "dense" else int(np.prod(shape[2:]))
        name = f"{index}.weight"
        values = network.get(2 * index, shape)
        wrong = reference.difference(values, LAWS[law][1], 42, name)
        assert not wrong, wrong
        check_placed(network, 2 * index, name, values, spatial, width)
        weight = random.standard_normal(shape).astype(np.float32)
        bias = random.standard_normal(shape[0]).astype(np.float32)
        x = random.standard_normal(
            (BATCH, *(shape[1:] if kind == "dense" else size))).astype(np.float32)
        parameters += [weight, bias]
        inputs.append(stored(x, size) if kind == "dense" else x)
        expected.append(compute(kind, *map(torch.from_numpy,
                                           (x, weight, bias))).numpy())
    kept, outputs = network.answer(parameters, inputs,
                                   [y.shape for y in expected])
    for index, y in enumerate(outputs):
        np.testing.assert_allclose(y, expected[index], rtol=1e-5, atol=1e-4,
                                   err_msg=str(LAYERS[index]))
    for index, values in enumerate(parameters):
        assert kept[index].tobytes() == values.tobytes(), index
        check_ranges(network, index, values, random)

    path = os.path.join(folder, "net.safetensors")
    write_safetensors(path, {
        f"{index // 2}.{('weight', 'bias')[index % 2]}": values
        for index, values in enumerate(parameters)})
    place = os.path.join(folder, "embedded")
    os.makedirs(place, exist_ok=True)
    embedded = NativeNetwork(compiler, cc, build(), "net", place, None,
                             [*flags, "--params=" + path])
    weights = np.frombuffer((ctypes.c_uint8 * embedded.parameter_bytes).in_dll(
        embedded.library, "net_weights"), np.uint8)
    assert (weights == network.parameters).all(), "packed otherwise"


if __name__ == "__main__":
    main()
