# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network that takes a sequence block by block, called through ctypes.

Buffers begin or end where memory may not be touched, scratch is full of NaN, and
what a block leaves is moved to another place before the next one."""

import ctypes
import os
import re
import subprocess

import numpy as np

from nascent_oracle import WITHOUT_INIT, Fences, aligned, pointer, words


class Stream:
    """`lengths` are those that are bound, or None where the length is open;
    `binding` says what an input of a length is: "2x{}x8xf32"."""

    def __init__(self, compiler, cc, source, name, folder, bindings, lengths,
                 flags=()):
        self.name, self.lengths = name, lengths
        base = os.path.join(folder, name)
        with open(base + ".mlir", "w") as file:
            file.write(source)
        command = [compiler, base + ".mlir", "-o", base + ".o", "--stream",
                   WITHOUT_INIT, *flags]
        for length in lengths or ["?"]:
            label = f":b{length}" if lengths and len(lengths) > 1 else ""
            types = ",".join(binding.format(length) for binding in bindings)
            command += ["--bind", f"{name}{label}={types}"]
        subprocess.run(command, check=True)
        subprocess.run([cc, "-shared", "-nostdlib", "-Wl,-z,defs,-z,text",
                        base + ".o", "-o", base + ".so"], check=True)
        with open(base + ".h") as file:
            self.header = file.read()
        self.may_refuse = bool(re.search(rf"^int {name}_forward", self.header, re.M))
        self.library = ctypes.CDLL(os.path.abspath(base + ".so"))
        self.parameters = aligned(self.macro("PARAMETERS_BYTES"))
        self.state = np.full(self.macro("STATE_BYTES"), 255, np.uint8)

    def macro(self, suffix):
        found = re.search(rf"#define {self.name.upper()}_{suffix} (\d+)u",
                          self.header)
        assert found, suffix
        return int(found.group(1))

    def function(self, suffix, result=ctypes.c_int):
        function = getattr(self.library, f"{self.name}_{suffix}")
        function.restype = result
        return function

    def set(self, parameters):
        """Gives all parameters their values, by their names."""
        for name, values in parameters.items():
            values = np.ascontiguousarray(values, np.float32)
            index = self.function("find")(name.encode())
            assert index >= 0, name
            assert self.function("set")(
                pointer(self.parameters), ctypes.c_uint32(index),
                pointer(values)) == 0

    def reset(self):
        self.function("reset", None)(pointer(self.state))

    def scratch_bytes(self, length):
        if not self.lengths:
            count = self.function("scratch_bytes", ctypes.c_int64)(
                ctypes.c_int64(length))
            assert count > 0, (length, count)
            return count
        label = f"B{length}_" if len(self.lengths) > 1 else ""
        return self.macro(label + "SCRATCH_BYTES")

    def forward(self, inputs, length, shapes, at_end=True):
        """The outputs of a block of `length` steps."""
        several = self.lengths and len(self.lengths) > 1
        with Fences(at_end) as fences:
            read = [fences.holding(self.parameters)]
            read += [fences.holding(words(x).reshape(-1).view(np.uint8))
                     for x in inputs]
            fences.protect()
            outputs = [fences.allocate(4 * int(np.prod(shape)))
                       for shape in shapes]
            state = fences.holding(self.state)
            scratch = fences.allocate(self.scratch_bytes(length))
            scratch[:] = 255
            arguments = [pointer(x) for x in read]
            if not self.lengths:
                arguments.append(ctypes.c_int64(length))
            arguments += [*map(pointer, outputs), pointer(state),
                          pointer(scratch)]
            label = f"_b{length}" if several else ""
            function = self.function("forward" + label,
                                     ctypes.c_int if self.may_refuse else None)
            assert function(*arguments) in (None, 0)
            self.state = state.copy()
            return [y.view(np.float32).reshape(shape).copy()
                    for y, shape in zip(outputs, shapes)]

    def refuses(self, length):
        """Whether a block of so many steps changes nothing."""
        before = self.state.copy()
        nothing = aligned(4096)
        label = f"_b{length}" if self.lengths and len(self.lengths) > 1 else ""
        sizes = [] if self.lengths else [ctypes.c_int64(length)]
        # As many arguments as a network of one input and one output has.
        status = self.function("forward" + label)(
            pointer(self.parameters), pointer(nothing), *sizes,
            pointer(nothing), pointer(self.state), pointer(nothing))
        return status == -1 and (self.state == before).all()


def cuts(rng, total, lengths):
    """Lengths of blocks that are `total` steps together."""
    blocks = []
    while total > 0:
        most = [n for n in lengths or range(1, total + 1) if n <= total]
        blocks.append(rng.choice(most))
        total -= blocks[-1]
    return blocks


def feed(stream, rng, inputs, axes, total, shape_of, output_axes):
    """All outputs of a sequence that comes in blocks. `axes` and `output_axes`
    are where the steps are in each input and output; None of an output that has
    none: of it, the last block's is the result."""
    stream.reset()
    parts, start = [], 0
    for number, length in enumerate(cuts(rng, total, stream.lengths)):
        block = [x if axis is None
                 else np.take(x, range(start, start + length), axis)
                 for x, axis in zip(inputs, axes)]
        parts.append(stream.forward(block, length, shape_of(length),
                                    at_end=number % 2 == 0))
        start += length
    return [part[-1] if axis is None else np.concatenate(part, axis)
            for part, axis in zip(zip(*parts), output_axes)]
