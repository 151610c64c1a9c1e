# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What compares networks with open sizes with PyTorch, at many sizes.

Buffers end where a page ends that must not be touched, and scratch is as large
as the object says, and full of NaN. Sizes that do not fit are refused, and
nothing is written."""

import ctypes
import itertools
import mmap
import os
import subprocess
import sys

import numpy as np
import torch

from nascent_oracle import WITHOUT_INIT

PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)


class Guarded:
    """So many floats before a page that cannot be read or written."""

    def __init__(self, count, value):
        size = -(-max(count * 4, 1) // PAGE) * PAGE
        self.map = mmap.mmap(-1, size + 2 * PAGE)
        whole = (ctypes.c_char * (size + 2 * PAGE)).from_buffer(self.map)
        start = ctypes.addressof(whole)
        self.pages = [start, start + PAGE + size]
        for page in self.pages:
            assert LIBC.mprotect(ctypes.c_void_p(page), PAGE, 0) == 0
        self.at = start + PAGE + size - count * 4
        self.values = np.ctypeslib.as_array(
            (ctypes.c_float * count).from_address(self.at))
        self.values[:] = value

    def close(self):
        for page in self.pages:
            LIBC.mprotect(ctypes.c_void_p(page), PAGE, 3)


class Indices(tuple):
    """The shape of an input of indices, after how many of these there are."""

    def __new__(cls, limit, *shape):
        made = super().__new__(cls, shape)
        made.limit = limit
        return made


def draw(generator, shape):
    if isinstance(shape, Indices):
        return generator.integers(0, shape.limit, shape).astype(np.int32)
    return generator.standard_normal(shape).astype(np.float32)


class Network:
    def __init__(self, compiler, cc, folder, name, text, binding, flags):
        self.name = name
        base = os.path.join(folder, name)
        with open(base + ".mlir", "w") as file:
            file.write(text)
        subprocess.run([compiler, base + ".mlir", "-o", base + ".o",
                        WITHOUT_INIT, *flags,
                        *(["--bind", binding] if binding else [])], check=True)
        subprocess.run([cc, "-shared", "-nostdlib", "-Wl,-z,defs,-z,text",
                        base + ".o", "-o", base + ".so"], check=True)
        with open(base + ".h") as file:
            self.header = file.read()
        self.library = ctypes.CDLL(os.path.abspath(base + ".so"))
        word = f"#define {name.upper()}_PARAMETERS_BYTES "
        self.bytes = int(self.header.split(word)[1].split("u")[0])
        self.parameters = Guarded(self.bytes // 4, 0)
        self.values = {}
        self.fill()

    def function(self, suffix, result=ctypes.c_int):
        function = getattr(self.library, f"{self.name}_{suffix}")
        function.restype = result
        return function

    def fill(self):
        generator = np.random.default_rng(7)
        if f"{self.name}_set(" not in self.header:
            return

        class Info(ctypes.Structure):
            _fields_ = [("name", ctypes.c_char_p), ("dtype", ctypes.c_char_p),
                        ("rank", ctypes.c_uint32), ("shape", ctypes.c_int64 * 8)]
        count = self.header.count("_P") and self.header.split("enum {")[1]
        count = count.split("PARAMETER_COUNT")[0].count("/*")
        table = (Info * count).in_dll(self.library, self.name + "_parameters")
        for index, info in enumerate(table):
            shape = tuple(info.shape[:info.rank])
            name = info.name.decode()
            fan = max(1, int(np.prod(shape[1:])))
            values = generator.uniform(-1, 1, shape).astype(np.float32)
            values *= np.float32(1.7 / np.sqrt(fan) if len(shape) > 1 else 0.5)
            if name.endswith("var"):
                values = np.abs(values) + np.float32(0.5)
            status = self.function("set")(
                ctypes.c_void_p(self.parameters.at), ctypes.c_uint32(index),
                values.ctypes.data_as(ctypes.c_void_p))
            assert status == 0
            self.values[name] = torch.from_numpy(values)

    def forward(self, inputs, sizes, shapes, has_wrong_index=False):
        """The outputs, or None where the sizes, or an index, are refused."""
        arguments = [ctypes.c_int64(size) for size in sizes]
        scratch_bytes = self.function("scratch_bytes", ctypes.c_int64)(*arguments)
        given = [Guarded(x.size, x.reshape(-1).view(np.float32))
                 for x in inputs]
        taken = [Guarded(int(np.prod(shape)), 12345.0) for shape in shapes]
        scratch = Guarded(max(scratch_bytes, 64) // 4, np.nan)
        before = self.parameters.values.copy()
        status = self.function("forward")(
            ctypes.c_void_p(self.parameters.at),
            *[ctypes.c_void_p(x.at) for x in given], *arguments,
            *[ctypes.c_void_p(y.at) for y in taken],
            ctypes.c_void_p(scratch.at))
        assert before.tobytes() == self.parameters.values.tobytes()
        outputs = [y.values.copy().reshape(shape)
                   for y, shape in zip(taken, shapes)]
        untouched = np.isnan(scratch.values).all()
        for buffer in [*given, *taken, scratch]:
            buffer.close()
        if status == -1:
            assert (scratch_bytes == -1) != has_wrong_index, \
                "scratch of sizes that are refused"
            assert all((y == 12345.0).all() for y in outputs), "wrote"
            assert untouched, "wrote to scratch"
            return None
        assert status == 0 and scratch_bytes >= 64
        return outputs


def check(network, reference, shape_of, cases, tolerance=1e-4):
    """Compares `reference` for each of `cases`; those that PyTorch refuses
    must be."""
    fit = refused = 0
    generator = np.random.default_rng(3)
    for sizes in cases:
        inputs = [draw(generator, shape) for shape in shape_of(*sizes)]
        try:
            expected = reference(network.values,
                                 *[torch.from_numpy(x) for x in inputs])
            if isinstance(expected, torch.Tensor):
                expected = [expected]
            if any(y.numel() == 0 for y in expected):
                raise RuntimeError("empty")
        except RuntimeError:
            expected = None
        shapes = [(8,)] if expected is None else [tuple(y.shape)
                                                  for y in expected]
        outputs = network.forward(inputs, sizes, shapes)
        assert (outputs is None) == (expected is None), \
            (network.name, sizes, "refused" if outputs is None else "taken")
        if outputs is None:
            refused += 1
            continue
        fit += 1
        last = inputs, sizes, shapes
        for y, wanted in zip(outputs, expected):
            np.testing.assert_allclose(y, wanted.numpy(), rtol=tolerance,
                                       atol=1e-5, err_msg=f"{network.name} {sizes}")
    if "int64_t batch," in network.header:
        inputs, sizes, shapes = last
        for batch in (0, -1, -2**63):
            outputs = network.forward(inputs, (batch, *sizes[1:]), shapes)
            assert all((y == 12345.0).all() for y in outputs), "wrote no rows"
        assert network.forward(inputs, (2**62, *sizes[1:]), shapes) is None
    inputs, sizes, shapes = last
    for place, shape in enumerate(shape_of(*sizes)):
        for index in ((-1, shape.limit) if isinstance(shape, Indices) else ()):
            wrong = [x.copy() for x in inputs]
            wrong[place].reshape(-1)[-1] = index
            assert network.forward(wrong, sizes, shapes, True) is None
    for huge in (2**31, 2**62, -2**63):
        assert network.forward(inputs, (*sizes[:-1], huge), shapes) is None
    # Each of these fits, but not all.
    assert network.forward(inputs, [2**30] * len(sizes), shapes) is None
    print(f"{network.name}: {fit} fit, {refused} do not", flush=True)


NETWORKS = {}


def network(text, binding, shape_of, cases, flags=()):
    def add(reference):
        NETWORKS[reference.__name__] = (text, binding, shape_of, list(cases),
                                        reference, flags)
    return add


def images(channels):
    return lambda n, h, w: [(n, channels, h, w)]


SMALL = list(itertools.product([1, 3], [1, 2, 5, 8, 17, 33], [1, 3, 6, 16, 31]))


def main():
    compiler, cc, folder, *names = sys.argv[1:]
    flags = [name for name in names if name.startswith("-")]
    names = [name for name in names if not name.startswith("-")]
    for name, (text, binding, shape_of, cases, reference,
               own) in NETWORKS.items():
        if names and name not in names:
            continue
        check(Network(compiler, cc, folder, name, text,
                      binding and f"{name}={binding}", [*own, *flags]),
              reference, shape_of, cases)
