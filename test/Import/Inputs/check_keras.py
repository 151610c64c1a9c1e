# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Imports models of Keras, gives them their weights and compares what they compute
with what is known.

    check_keras.py TOOL COMPILER CC MODEL...

Beside a model is case.json, which has an input and an output, each a shape and values.
TOOL, nascent-import, runs in this process; what it writes is imported.mlir beside the
model, in the end that of the last model of a folder.
"""

import json
import os
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


def check(importer, compiler, cc, model):
    folder = os.path.dirname(model)
    name = "net"
    source = os.path.join(folder, "imported.mlir")
    assert not importer([model, "-o", source, "--name", name]), f"{model} is refused"
    with open(os.path.join(folder, "case.json")) as file:
        known = json.load(file)
    x, wanted = array_of(known["x"]), array_of(known["y"])
    element = "f32"
    if all(isinstance(value, int) for value in known["x"]["values"]):
        x, element = x.astype("i4"), "i32"
    binding = "x".join(map(str, x.shape)) + "x" + element
    with open(source) as file:
        text = file.read()
    # A library of the same name would be the one that is loaded already.
    own = os.path.join(folder, os.path.basename(model) + ".d")
    os.makedirs(own)
    # What LLVM makes of networks is tested elsewhere.
    network = NativeNetwork(compiler, cc, text, name, own, binding, ["-O0"])
    values = read_safetensors(source.removesuffix(".mlir") + ".safetensors")
    table = network.table(len(values))
    assert sorted(table) == sorted((key, value.shape)
                                   for key, value in values.items()), table
    assert not network.has(len(values)), "there are more parameters"
    _, (answer,) = network.answer([values[key] for key, _ in table], [x],
                                  [wanted.shape])
    off = (np.abs(answer - wanted) / (ATOL + RTOL * np.abs(wanted))).max()
    assert off <= 1, f"{model}: off by {off} tolerances"
    print(f"{os.path.basename(folder)}/{os.path.basename(model)} agrees")


def main():
    tool, compiler, cc, *models = sys.argv[1:]
    sys.path.insert(0, os.path.dirname(tool))
    from nascent_import.main import main as importer
    for model in models:
        check(importer, compiler, cc, model)


main()
