# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the kernels of kernels.py, in a program of kernels.c, with PyTorch.

    check.py write FOLDER             kernels.mlir and kernels.h
    check.py run FOLDER PARTS COMMAND... [-- FOLDER PARTS COMMAND...]...

COMMAND is the program, FOLDER for its files; there may be several programs.

What a kernel stores is a part of a larger buffer, of which nothing else may
change. With several PARTS the bytes must be the same as with one.
"""

import itertools
import os
import subprocess
import sys

import numpy as np

from kernel import GENERATOR
from kernels import Kernel


def write(folder):
    with open(os.path.join(folder, "kernels.mlir"), "w") as file:
        file.write("\n".join(kernel.mlir() for kernel in Kernel.all))
    with open(os.path.join(folder, "kernels.h"), "w") as file:
        entries = (f"  KERNEL{len(k.ins) + 1}({k.name})" for k in Kernel.all)
        file.write("#define KERNELS \\\n" + " \\\n".join(entries) + "\n")


def run(kernel, parts, memories):
    paths = [os.path.join(FOLDER, f"{kernel.name}.{i}")
             for i in range(len(memories))]
    for path, memory in zip(paths, memories):
        memory.tofile(path)
    subprocess.run([*COMMAND, kernel.name, str(parts), *paths], check=True)
    return np.fromfile(paths[-1], np.float32)


def check(kernel):
    memories = kernel.draw()
    reads = [b.read(m) for b, m in zip(kernel.ins, memories)]
    before = memories[-1].copy()
    expected = kernel.expected(*reads)
    if "%stored" in kernel.text:
        expected = expected + kernel.out.view(before)
    after = run(kernel, 1, memories)
    stored = kernel.out.view(after)
    if kernel.exact:
        np.testing.assert_array_equal(stored, expected.astype(np.float32),
                                      err_msg=kernel.name)
    else:
        root = np.sqrt(kernel.terms)
        np.testing.assert_allclose(stored, expected, rtol=1.3e-6 * root,
                                   atol=1e-6 * root, err_msg=kernel.name)
    changed = after.copy()
    kernel.out.view(changed)[...] = kernel.out.view(before)
    assert (changed == before).all(), f"{kernel.name} changed its neighbours"
    parts = int(PARTS)
    if parts > 1:
        assert run(kernel, parts, memories).tobytes() == after.tobytes(), \
            f"{kernel.name} in parts differs"
    print(kernel.name)


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    drawn = GENERATOR.bit_generator.state
    for is_end, words in itertools.groupby(sys.argv[2:], lambda word: word == "--"):
        if is_end:
            continue
        FOLDER, PARTS, *COMMAND = words
        GENERATOR.bit_generator.state = drawn
        for each in Kernel.all:
            check(each)
