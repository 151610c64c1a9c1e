# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Imports a model of Keras, gives it its weights and compares what it
computes with what is known.

    check_keras.py IMPORT COMPILER CC FOLDER MODEL CASE.json

The case has an input and an output, each a shape and values.
"""

import json
import os
import subprocess
import sys

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                "../../Integration/Inputs"))
from nascent_oracle import NativeNetwork  # noqa: E402
from tensor_files import read_safetensors  # noqa: E402

RTOL, ATOL = 1e-4, 1e-5


def array_of(entry):
    return np.array(entry["values"], "f4").reshape(entry["shape"])


def main():
    importer, compiler, cc, folder, model, case = sys.argv[1:]
    name = "net"
    source = os.path.join(folder, "imported.mlir")
    subprocess.run([*importer.split(), model, "-o", source, "--name", name],
                   check=True)
    with open(case) as file:
        known = json.load(file)
    x, wanted = array_of(known["x"]), array_of(known["y"])
    element = "f32"
    if all(isinstance(value, int) for value in known["x"]["values"]):
        x, element = x.astype("i4"), "i32"
    binding = "x".join(map(str, x.shape)) + "x" + element
    with open(source) as file:
        text = file.read()
    # What LLVM makes of networks is tested elsewhere, and nothing is initialised.
    network = NativeNetwork(compiler, cc, text, name, folder, binding,
                            ["-O0", "--without=init,init_rows"])
    values = read_safetensors(source.removesuffix(".mlir") + ".safetensors")
    table = network.table(len(values))
    assert sorted(table) == sorted((key, value.shape)
                                   for key, value in values.items()), table
    assert not network.has(len(values)), "there are more parameters"
    _, (answer,) = network.answer([values[key] for key, _ in table], [x],
                                  [wanted.shape])
    off = (np.abs(answer - wanted) / (ATOL + RTOL * np.abs(wanted))).max()
    assert off <= 1, f"{model}: off by {off} tolerances"
    print(f"{os.path.basename(os.path.dirname(case))} agrees")


main()
