"""Compiles a network, loads it into this process and calls its C interface.

The networks' answers are compared with PyTorch's; this module knows nothing of
how they are computed.
"""

import ctypes
import os
import re
import subprocess

import numpy as np


class Network:
    """One compiled network, through its object and header only."""

    def __init__(self, compiler, cc, source, name, binding, folder, flags=()):
        base = os.path.join(folder, name)
        with open(base + ".mlir", "w") as file:
            file.write(source)
        command = [compiler, base + ".mlir", "-o", base + ".o", *flags]
        if binding:
            command += ["--bind", f"{name}={binding}"]
        subprocess.run(command, check=True)
        library = base + ".so"
        # -z defs: an undefined symbol is an error.
        subprocess.run(
            [cc, "-shared", "-nostdlib", "-Wl,-z,defs", base + ".o", "-o",
             library], check=True)
        self.library = ctypes.CDLL(library)
        self.name = name
        with open(base + ".h") as file:
            self.header = file.read()
        self.parameters = _aligned(self.macro("PARAMETERS_BYTES"))
        self.scratch = _aligned(self.macro("SCRATCH_BYTES"))

    def macro(self, suffix):
        pattern = rf"#define {self.name.upper()}_{suffix} (\d+)u"
        return int(re.search(pattern, self.header).group(1))

    def function(self, suffix):
        return getattr(self.library, f"{self.name}_{suffix}")

    def init(self, seed):
        self.function("init")(_pointer(self.parameters), ctypes.c_uint64(seed))

    def set(self, index, values):
        values = np.ascontiguousarray(values, dtype=np.float32)
        return self.function("set")(_pointer(self.parameters),
                                    ctypes.c_uint32(index), _pointer(values))

    def get(self, index, shape):
        values = np.full(shape, np.nan, dtype=np.float32)
        status = self.function("get")(_pointer(self.parameters),
                                      ctypes.c_uint32(index), _pointer(values))
        assert status == 0, status
        return values

    def forward(self, x, shape, batch=None):
        """The output for `x`; guards around it must stay untouched."""
        x = np.ascontiguousarray(x, dtype=np.float32)
        count = int(np.prod(shape))
        guarded = np.full(count + 64, 12345.0, dtype=np.float32)
        y = guarded[32:32 + count]
        arguments = [_pointer(self.parameters), _pointer(x)]
        if batch is not None:
            arguments.append(ctypes.c_int64(batch))
        self.function("forward")(*arguments, _pointer(y),
                                 _pointer(self.scratch))
        assert (guarded[:32] == 12345.0).all(), "wrote before the output"
        assert (guarded[32 + count:] == 12345.0).all(), "wrote past the output"
        return y.reshape(shape).copy()


def _aligned(size, alignment=64):
    buffer = np.zeros(size + alignment, dtype=np.uint8)
    start = -buffer.ctypes.data % alignment
    return buffer[start:start + size]


def _pointer(array):
    return ctypes.c_void_p(array.ctypes.data)
