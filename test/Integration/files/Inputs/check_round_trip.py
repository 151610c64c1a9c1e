# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks files of parameters between PyTorch, NumPy and compiled networks.

    check_round_trip.py INPUTS CC FOLDER
"""

import ctypes
import os
import subprocess
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np
import torch
from torch import nn

from nascent_oracle import NativeNetwork
from tensor_files import read_safetensors, write_safetensors

CC, FOLDER = sys.argv[2:]

MLP = """
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}
"""
# Widths that no panel divides, layers without a bias, and tied ones.
TIED = """
nn.sequential @tied(%x: tensor<?x?xf32>) -> tensor<?x1xf32> {
  %0 = nn.dense %x, 67 no_bias : tensor<?x?xf32> -> tensor<?x67xf32>
  %1 = nn.tanh %0 : tensor<?x67xf32>
  %2 = nn.dense %1, 67 : tensor<?x67xf32> -> tensor<?x67xf32>
  %3 = nn.tanh %2 : tensor<?x67xf32>
  %4 = nn.dense %3, 67 tie("2") : tensor<?x67xf32> -> tensor<?x67xf32>
  %5 = nn.dense %4, 1 : tensor<?x67xf32> -> tensor<?x1xf32>
  nn.return %5 : tensor<?x1xf32>
}
"""


def torch_mlp():
    return nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))


def torch_tied():
    shared = nn.Linear(67, 67)
    return nn.Sequential(nn.Linear(13, 67, bias=False), nn.Tanh(), shared,
                         nn.Tanh(), shared, nn.Linear(67, 1))


def state_of(model):
    return {name: x.numpy() for name, x in model.state_dict().items()}


def save(model, path, dtype):
    """Writes the model's state, rounded to `dtype`; the model keeps the rounded
    values."""
    if dtype == "BF16":
        model.to(torch.bfloat16)
        bits = {name: (x.to(torch.float32).numpy().view(np.uint32) >> 16)
                .astype(np.uint16) for name, x in model.state_dict().items()}
        write_safetensors(path, bits, {name: "BF16" for name in bits})
    else:
        model.to({"F64": torch.float64, "F32": torch.float32,
                  "F16": torch.float16}[dtype])
        if path.endswith(".npz"):
            np.savez_compressed(path, **state_of(model))
        else:
            write_safetensors(path, state_of(model), metadata={"format": "pt"})
    model.to(torch.float32)


def compare(ours, theirs, longest):
    np.testing.assert_allclose(ours, theirs, atol=1e-5,
                               rtol=1.3e-6 * np.sqrt(longest))


def new_folder(name):
    """A library of the same path would not be loaded a second time."""
    folder = os.path.join(FOLDER, name)
    os.mkdir(folder)
    return folder


def compile_with(source, name, path):
    network = NativeNetwork("nascent-compile", CC, source, name,
                            os.path.dirname(path), "@" + path,
                            ["--params=" + path])
    size = network.parameter_bytes
    embedded = np.frombuffer((ctypes.c_uint8 * size).in_dll(
        network.library, name + "_weights"), np.uint8)
    assert embedded.ctypes.data % 64 == 0
    return network, embedded


def check_from_torch(source, name, make, width, dtype, extension):
    torch.manual_seed(7)
    model = make()
    path = os.path.join(new_folder(f"{name}-{dtype}{extension}"),
                        "weights" + extension)
    save(model, path, dtype)
    network, embedded = compile_with(source, name, path)
    # What is embedded is what setting every parameter leaves.
    own = {name: p for name, p in model.named_parameters()}
    for index, (key, shape) in enumerate(network.table(len(own))):
        values = own[key].detach().numpy()
        assert shape == values.shape, (key, shape, values.shape)
        assert network.set(index, values) == 0
    assert (embedded == network.parameters).all(), f"{path}: packed otherwise"

    network.parameters = embedded
    batch = 23
    x = torch.randn(batch, width)
    with torch.no_grad():
        expected = model(x).numpy()
    [y] = network.forward([x.numpy()], [expected.shape], batch)
    compare(y, expected, 256)


def check_to_torch(source, name, make, width, extension, profile="torch"):
    binding = f"{name}=?x{width}xf32"
    folder = new_folder(f"{name}-init-{profile}{extension}")
    options = ["--init-profile=" + profile]
    network = NativeNetwork("nascent-compile", CC, source, name, folder,
                            f"?x{width}xf32", options, with_init=True)
    path = os.path.join(folder, "init" + extension)
    subprocess.run(["nascent-params", "init", network.base + ".mlir", "--bind",
                    binding, *options, "--seed", "42", "-o", path], check=True)
    tensors = (dict(np.load(path)) if extension == ".npz"
               else read_safetensors(path))
    network.init(42)
    for index, (key, shape) in enumerate(network.table(len(tensors))):
        values = network.get(index, shape)
        assert tensors[key].dtype == np.float32
        assert tensors[key].tobytes() == values.tobytes(), key

    # PyTorch asks for every name of a tied layer's parameters.
    both = os.path.join(folder, "torch" + extension)
    subprocess.run(["nascent-params", "convert", path, "-o", both, "--to=torch",
                    "--model", network.base + ".mlir"], check=True)
    tensors = (dict(np.load(both)) if extension == ".npz"
               else read_safetensors(both))
    model = make()
    model.load_state_dict({name: torch.from_numpy(x.copy())
                           for name, x in tensors.items()})
    x = torch.randn(5, width)
    with torch.no_grad():
        expected = model(x).numpy()
    [y] = network.forward([x.numpy()], [expected.shape], 5)
    compare(y, expected, 256)


for network in ((MLP, "mlp", torch_mlp, 20), (TIED, "tied", torch_tied, 13)):
    for dtype in ("F32", "F64", "F16", "BF16"):
        check_from_torch(*network, dtype, ".safetensors")
    check_from_torch(*network, "F32", ".npz")
    check_from_torch(*network, "F16", ".npz")
    check_to_torch(*network, ".safetensors")
    check_to_torch(*network, ".npz", "keras")
