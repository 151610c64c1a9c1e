# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Has a function that is written by hand train a network, against PyTorch.

    store_parameters.py COMPILER OPT CC FOLDER ROWS [FLAG...]

A step of SGD on the first layer, whose gradient the kernel computes that updates
the weight, and on the second one, whose gradient is given, as it is stored. The
function also returns what the first layer gives before the step. It goes
through the passes that the network's own function goes through, and parameters
are read back by their names.
"""

import ctypes
import os
import re
import subprocess
import sys

import numpy as np
import torch

from nascent_oracle import aligned, pointer

COMPILER, OPT, CC, FOLDER, ROWS, *FLAGS = sys.argv[1:]
ROWS = int(ROWS)
RATE = 0.125
INPUTS, HIDDEN, OUTPUTS = 7, 8, 20
BASE = os.path.join(FOLDER, "net")

NETWORK = f"""
nn.sequential @net(%x: tensor<{ROWS}x{INPUTS}xf32>) -> tensor<{ROWS}x{OUTPUTS}xf32> {{
  %0 = nn.dense %x, {HIDDEN} name("first") : tensor<{ROWS}x{INPUTS}xf32> -> tensor<{ROWS}x{HIDDEN}xf32>
  %1 = nn.dense %0, {OUTPUTS} name("second") : tensor<{ROWS}x{HIDDEN}xf32> -> tensor<{ROWS}x{OUTPUTS}xf32>
  nn.return %1 : tensor<{ROWS}x{OUTPUTS}xf32>
}}
"""


def update(old, gradient, shape):
    """An elementwise operation: a step of SGD."""
    dims = ", ".join(f"d{i}" for i in range(shape.count("x")))
    each = f"affine_map<({dims}) -> ({dims})>"
    kinds = ", ".join(['"parallel"'] * shape.count("x"))
    return f"""linalg.generic {{indexing_maps = [{each}, {each}, {each}], iterator_types = [{kinds}]}} ins({old}, {gradient} : tensor<{shape}>, tensor<{shape}>) outs(%space_{gradient[1:]} : tensor<{shape}>) {{
  ^bb0(%p: f32, %g: f32, %out: f32):
    %step = arith.mulf %g, %rate : f32
    %r = arith.subf %p, %step : f32
    linalg.yield %r : f32
  }} -> tensor<{shape}>"""


def write_function(panels):
    """`panels` is the shape in which the second weight is stored."""
    rows, first = f"{ROWS}x{HIDDEN}xf32", f"{INPUTS}x{HIDDEN}xf32"
    return f"""
func.func private @net.update.forward(%x: tensor<{ROWS}x{INPUTS}xf32>, %dy: tensor<{rows}>, %db: tensor<{HIDDEN}xf32>, %dv: tensor<{panels}>) -> tensor<{rows}>
    attributes {{nn.network = "net", nn.entry = "update", nn.parameter_bytes = PARAMETER_BYTES : i64}} {{
  %rate = arith.constant {RATE} : f32
  %zero = arith.constant 0.0 : f32
  %w = nn.load_parameter @net.first.weight : tensor<1x{first}>
  %b = nn.load_parameter @net.first.bias : tensor<{HIDDEN}xf32>
  %v = nn.load_parameter @net.second.weight : tensor<{panels}>
  %old = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x{first}> into tensor<{first}>

  %space_y = tensor.empty() : tensor<{rows}>
  %start = linalg.broadcast ins(%b : tensor<{HIDDEN}xf32>) outs(%space_y : tensor<{rows}>) dimensions = [0]
  %y = linalg.matmul ins(%x, %old : tensor<{ROWS}x{INPUTS}xf32>, tensor<{first}>) outs(%start : tensor<{rows}>) -> tensor<{rows}>

  %space_dw = tensor.empty() : tensor<{first}>
  %none = linalg.fill ins(%zero : f32) outs(%space_dw : tensor<{first}>) -> tensor<{first}>
  %dw = linalg.matmul indexing_maps = [affine_map<(k, n, r) -> (r, k)>, affine_map<(k, n, r) -> (r, n)>, affine_map<(k, n, r) -> (k, n)>] ins(%x, %dy : tensor<{ROWS}x{INPUTS}xf32>, tensor<{rows}>) outs(%none : tensor<{first}>) -> tensor<{first}>
  %new_w = {update("%old", "%dw", first)}
  %stored = tensor.expand_shape %new_w [[0, 1], [2]] output_shape [1, {INPUTS}, {HIDDEN}] : tensor<{first}> into tensor<1x{first}>
  %space_db = tensor.empty() : tensor<{HIDDEN}xf32>
  %new_b = {update("%b", "%db", f"{HIDDEN}xf32")}
  %space_dv = tensor.empty() : tensor<{panels}>
  %new_v = {update("%v", "%dv", panels)}
  nn.store_parameter %stored, @net.first.weight : tensor<1x{first}>
  nn.store_parameter %new_b, @net.first.bias : tensor<{HIDDEN}xf32>
  nn.store_parameter %new_v, @net.second.weight : tensor<{panels}>
  return %y : tensor<{rows}>
}}
"""


def write(name, text):
    with open(f"{FOLDER}/{name}", "w") as file:
        file.write(text)


def build():
    """The library, and the shape of the second weight as it is stored."""
    write("net.mlir", NETWORK)
    subprocess.run([COMPILER, BASE + ".mlir", "--compile-to=linalg", "-o",
                    FOLDER + "/linalg.mlir", *FLAGS], check=True)
    with open(FOLDER + "/linalg.mlir") as file:
        lines = file.read().rstrip().splitlines()
    stored = re.search(r"load_parameter @net.second.weight : memref<(.*)>",
                       "\n".join(lines)).group(1)
    size = re.search(r"nn.parameter_bytes = (\d+)", "\n".join(lines)).group(1)
    declared = [line for line in lines if "nn.parameter @" in line]
    write("update.mlir", "\n".join(declared) +
          write_function(stored).replace("PARAMETER_BYTES", size))
    # The two modules become one.
    lowered = subprocess.run(
        [OPT, FOLDER + "/update.mlir", "--nascent-form-kernels",
         "--nascent-walk-batch", "--nascent-assign-buffers",
         "--nascent-outline-kernels"], check=True, stdout=subprocess.PIPE,
        universal_newlines=True).stdout.rstrip().splitlines()
    assert not any("net.store_" in line for line in lowered), "a copy"
    functions = [line for line in lowered[:-1]
                 if not line.startswith("module") and
                 "nn.parameter @" not in line and not line.startswith("#map")]
    maps = [line for line in lowered if line.startswith("#map")]
    for line in reversed(maps):
        name, value = line.split(" = ", 1)
        functions = [re.sub(re.escape(name) + r"\b", value,
                            each) for each in functions]
    write("both.mlir", "\n".join(lines[:-1] + functions + ["}"]))
    subprocess.run([COMPILER, FOLDER + "/both.mlir", "-o", BASE + ".o",
                    *[flag for flag in FLAGS if flag.startswith("--numerics")]],
                   check=True)
    subprocess.run([CC, "-shared", "-nostdlib", "-Wl,-z,defs,-z,text",
                    BASE + ".o", "-o", BASE + ".so"], check=True)
    return ctypes.CDLL(BASE + ".so"), stored


def in_panels(gradient, shape):
    """A weight's gradient as the weight is stored."""
    count, depth, width = map(int, shape.split("x")[:3])
    rows = np.zeros((count * width, depth), dtype=np.float32)
    rows[:len(gradient)] = gradient
    return np.ascontiguousarray(
        rows.reshape(count, width, depth).transpose(0, 2, 1))


def main():
    torch.manual_seed(1)
    library, stored = build()
    with open(BASE + ".h") as file:
        header = file.read()
    parameters = aligned(int(re.search(r"NET_PARAMETERS_BYTES (\d+)",
                                       header).group(1)))
    model = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN),
                                torch.nn.Linear(HIDDEN, OUTPUTS))
    wanted = [x.detach().numpy().copy() for x in model.parameters()]
    for index, values in enumerate(wanted):
        library.net_set(pointer(parameters), index, pointer(values))
    model = model.double()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    first, second = model
    for _ in range(3):
        x = torch.randn(ROWS, INPUTS)
        dy = torch.randn(ROWS, HIDDEN) / ROWS
        dv = torch.randn(OUTPUTS, HIDDEN)
        optimizer.zero_grad()
        before = first(x.double())
        before.backward(dy.double())
        second.weight.grad = dv.double()
        optimizer.step()
        actual = np.zeros((ROWS, HIDDEN), dtype=np.float32)
        scratch = aligned(1 << 20)
        inputs = [x.numpy(), dy.numpy(),
                  dy.double().sum(0).float().numpy(),
                  in_panels(dv.numpy(), stored)]
        arguments = [pointer(buffer) for buffer in
                     (parameters, *inputs, actual, scratch)]
        if "--threads=steps" in FLAGS:
            # There are fewer steps; of others, nothing is done.
            for step in range(8):
                for part in (2, 0, 1):
                    library.net_forward_update_step(*arguments, step, part, 3)
        else:
            library.net_forward_update(*arguments)
        assert np.allclose(actual, before.detach().numpy(), rtol=1e-5,
                           atol=1e-5), "what the layer gave before the step"
        for index, values in enumerate(model.parameters()):
            got = np.zeros(tuple(values.shape), dtype=np.float32)
            assert library.net_get(pointer(parameters), index,
                                   pointer(got)) == 0
            assert np.allclose(got, values.detach().numpy(), rtol=1e-5,
                               atol=1e-5), f"parameter {index}"
    print("parameters agree with PyTorch")


main()
