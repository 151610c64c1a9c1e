# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks parameters whose columns are stored places before channels: initialised,
set, read and embedded by canonical order, and computed with in that of storage.

    check_spatial.py COMPILER CC FOLDER [COMPILER FLAGS…]
"""

import ctypes
import os
import sys

import numpy as np
import torch

import reference_init as reference
from nascent_oracle import NativeNetwork, pointer
from tensor_files import write_safetensors

# Outputs, columns and their places, the panels' width, the bias's places. Rows
# are whole blocks of four draws and are not; panels are whole and are not.
LAYERS = [(33, 36, 9, 16, 11), (48, 33, 3, 8, 3), (5, 48, 12, 4, 1),
          (64, 5, 5, 32, 16), (96, 64, 2, 12, 6), (7, 96, 48, 1, 7)]
LAW = ("uniform", -1.0, 1.0)
BIAS_LAW = ("normal", 0.0, 0.5)


def build():
    parameters, layers, value = "", "", "%x"
    for index, (units, columns, spatial, width, places) in enumerate(LAYERS):
        parameters += f"""\
nn.parameter @net.{index}.weight : tensor<{units}x{columns}xf32> \
init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<{width}, spatial = {spatial}>)
nn.parameter @net.{index}.bias : tensor<{units}xf32> \
init(#nn.normal<0.0, 0.5>) layout(#nn.panels<1, spatial = {places}>)
"""
        layers += f"""\
  %{index} = nn.dense {value}, {units} weight(@net.{index}.weight) \
bias(@net.{index}.bias) : tensor<?x{columns}xf32> -> tensor<?x{units}xf32>
"""
        value = f"%{index}"
    inputs, outputs = LAYERS[0][1], LAYERS[-1][0]
    return f"""\
{parameters}nn.sequential @net(%x: tensor<?x{inputs}xf32>) -> \
tensor<?x{outputs}xf32> {{
{layers}  nn.return {value} : tensor<?x{outputs}xf32>
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
    rows = values.shape[0] if values.ndim == 2 else 1
    columns = flat.size // rows
    row, column = np.indices((rows, columns))
    column = column % spatial * (columns // spatial) + column // spatial
    expected = (row // width * columns + column) * width + row % width
    assert (np.array(places) - min(places) == expected.reshape(-1)).all(), name


def main():
    compiler, cc, folder, *flags = sys.argv[1:]
    network = NativeNetwork(compiler, cc, build(), "net", folder, None, flags)
    random = np.random.default_rng(5)
    network.init(42)
    parameters, file = [], {}
    for index, (units, columns, spatial, width, places) in enumerate(LAYERS):
        for suffix, shape, law, s, w in (
                ("weight", (units, columns), LAW, spatial, width),
                ("bias", (units,), BIAS_LAW, places, 1)):
            name = f"{index}.{suffix}"
            values = network.get(len(parameters), shape)
            wrong = reference.difference(values, law, 42, name)
            assert not wrong, wrong
            check_placed(network, len(parameters), name, values, s, w)
            file[name] = random.standard_normal(shape).astype(np.float32)
            parameters.append((file[name], s))
    x = random.standard_normal((3, LAYERS[0][1])).astype(np.float32)
    expected = torch.from_numpy(x)
    for (weight, s), (bias, t) in zip(parameters[::2], parameters[1::2]):
        expected = torch.nn.functional.linear(
            expected, torch.from_numpy(stored(weight, s)),
            torch.from_numpy(stored(bias, t)))
    kept, [y] = network.answer([values for values, _ in parameters], [x],
                               [tuple(expected.shape)], batch=3)
    np.testing.assert_allclose(y, expected.numpy(), rtol=1e-4, atol=1e-3)
    for index, (values, _) in enumerate(parameters):
        assert kept[index].tobytes() == values.tobytes(), index
        check_ranges(network, index, values, random)

    path = os.path.join(folder, "net.safetensors")
    write_safetensors(path, file)
    place = os.path.join(folder, "embedded")
    os.makedirs(place, exist_ok=True)
    embedded = NativeNetwork(compiler, cc, build(), "net", place, None,
                             [*flags, "--params=" + path])
    weights = np.frombuffer((ctypes.c_uint8 * embedded.parameter_bytes).in_dll(
        embedded.library, "net_weights"), np.uint8)
    assert (weights == network.parameters).all(), "packed otherwise"


if __name__ == "__main__":
    main()
