# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks that each model of onnx_refusals is refused with its message, and writes
nothing.

    onnx_refused.py FOLDER
"""

import os
import subprocess
import sys

from onnx_graph import save
from onnx_refusals import arithmetic, constants, files, images, sequences, shapes

FAMILIES = (files, images, arithmetic, shapes, sequences, constants)


def main():
    folder = sys.argv[1]
    path = os.path.join(folder, "model.onnx")
    cases = [case for family in FAMILIES for case in family.CASES]
    missed = 0
    for made, message in cases:
        save(made, path)
        done = subprocess.run(
            ["nascent-import-onnx", path, "-o", os.path.join(folder, "out.mlir")],
            capture_output=True, text=True)
        lines = done.stderr.splitlines()
        if done.returncode != 1 or len(lines) != 1 or \
                not lines[0].startswith("nascent-import-onnx: error: " + path + ": ") or \
                not lines[0].endswith(message):
            missed += 1
            print(f"expected: {message}\n     got: {done.returncode} {done.stderr}")
    assert os.listdir(folder) == ["model.onnx"], "something was written"
    print(f"{len(cases) - missed} of {len(cases)} models are refused as they should be")
    return missed != 0


sys.exit(main())
