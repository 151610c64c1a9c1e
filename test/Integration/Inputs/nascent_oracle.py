# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiles a network, runs it through its C interface and gives its answers.

The answers are compared with PyTorch's; this module knows nothing of how they
are computed. `NativeNetwork` is loaded into this process; `EmulatedNetwork` is
linked to a C program that runs under an emulator.
"""

import copy
import ctypes
import mmap
import os
import re
import shlex
import subprocess

import numpy as np

GUARD = 12345.0
# To compile initialisers takes longer than most networks here do.
WITHOUT_INIT = "--without=init,init_rows"


def in_turn(batches, index, flags):
    """Of pairs of a batch and whether it is open, those that network `index` is
    compiled for: without flags all, with flags one of them in turn. Threads share a
    batch that is known, so that with these it is a fixed one."""
    if any(flag.startswith("--threads") for flag in flags):
        batches = [pair for pair in batches if not pair[1]]
    return [batches[index % len(batches)]] if flags else batches


class CompiledNetwork:
    """One network's object and header, and what the header says."""

    def __init__(self, compiler, source, name, folder, binding=None, flags=(),
                 with_init=False):
        self.name = name
        self.folder = folder
        self.base = os.path.join(folder, name)
        with open(self.base + ".mlir", "w") as file:
            file.write(source)
        command = [compiler, self.base + ".mlir", "-o", self.base + ".o",
                   *flags]
        if not with_init:
            command.append(WITHOUT_INIT)
        if binding:
            command += ["--bind", f"{name}={binding}"]
        subprocess.run(command, check=True)
        with open(self.base + ".h") as file:
            self.header = file.read()
        self.read_sizes()

    def read_sizes(self):
        self.parameter_bytes = self.macro("PARAMETERS_BYTES")
        self.scratch_bytes = self.macro("SCRATCH_BYTES")
        self.steps = self.macro("STEPS") or 0

    def macro(self, suffix):
        """A number of the header, or None."""
        pattern = rf"#define {self.name.upper()}_{suffix} (\d+)"
        found = re.search(pattern, self.header)
        return int(found.group(1)) if found else None


class ParameterInfo(ctypes.Structure):
    """nascent_parameter_info."""
    _fields_ = [("name", ctypes.c_char_p), ("dtype", ctypes.c_char_p),
                ("rank", ctypes.c_uint32), ("shape", ctypes.c_int64 * 8)]


class NativeNetwork(CompiledNetwork):
    """A network for this machine, called through ctypes. `libraries` is what it
    is linked to."""

    def __init__(self, compiler, cc, source, name, folder, binding=None,
                 flags=(), libraries=(), with_init=False):
        super().__init__(compiler, source, name, folder, binding, flags,
                         with_init)
        library = self.base + ".so"
        # -z defs: an undefined symbol is an error.
        subprocess.run([cc, "-shared", "-nostdlib", "-Wl,-z,defs,-z,text",
                        self.base + ".o", *libraries, "-o", library],
                       check=True)
        self.library = ctypes.CDLL(library)
        self.parameters = aligned(self.parameter_bytes)
        self.entry = ""

    def another(self, name):
        """Another network of the same object."""
        other = copy.copy(self)
        other.name = name
        other.entry = ""
        other.read_sizes()
        other.parameters = aligned(other.parameter_bytes)
        return other

    def choose(self, label):
        """Has forward be that of the binding with a label."""
        self.entry = "_" + label
        self.scratch_bytes = self.macro(label.upper() + "_SCRATCH_BYTES")

    def function(self, suffix):
        return getattr(self.library, f"{self.name}_{suffix}")

    def table(self, count):
        """(name, shape) of the first `count` parameters."""
        entries = (ParameterInfo * count).in_dll(self.library,
                                                 self.name + "_parameters")
        assert all(entry.dtype == b"float32" for entry in entries)
        return [(entry.name.decode(), tuple(entry.shape[:entry.rank]))
                for entry in entries]

    def init(self, seed):
        self.function("init")(pointer(self.parameters), ctypes.c_uint64(seed))

    def has(self, index):
        """Whether there is a parameter of that index."""
        nothing = np.empty(0, dtype=np.float32)
        return self.function("set_range")(
            pointer(self.parameters), ctypes.c_uint32(index),
            ctypes.c_int64(0), ctypes.c_int64(0), pointer(nothing)) == 0

    def set(self, index, values):
        values = np.ascontiguousarray(values, dtype=np.float32)
        return self.function("set")(pointer(self.parameters),
                                    ctypes.c_uint32(index), pointer(values))

    def get(self, index, shape):
        count = int(np.prod(shape))
        guarded = np.full(count + 64, GUARD, dtype=np.float32)
        values = guarded[32:32 + count]
        status = self.function("get")(pointer(self.parameters),
                                      ctypes.c_uint32(index), pointer(values))
        assert status == 0, status
        assert (guarded[:32] == GUARD).all(), "get wrote before the values"
        assert (guarded[32 + count:] == GUARD).all(), "get wrote past them"
        return values.reshape(shape).copy()

    def forward(self, inputs, shapes, batch=None, schedule=()):
        """The outputs, of the given shapes; what surrounds them, and the
        scratch buffer, must stay untouched. With a schedule of (step, part,
        parts), these are computed one after the other."""
        inputs = [words(x) for x in inputs]
        counts = [int(np.prod(shape)) for shape in shapes]
        guarded = [np.full(count + 64, GUARD, dtype=np.float32)
                   for count in counts]
        outputs = [y[32:32 + count] for y, count in zip(guarded, counts)]
        scratch = aligned(self.scratch_bytes + 64)
        # What scratch holds must not matter: all bits set are NaN.
        scratch[:self.scratch_bytes] = 255
        scratch[self.scratch_bytes:] = 77
        before = self.parameters.copy()
        arguments = [pointer(self.parameters), *map(pointer, inputs)]
        if batch is not None:
            arguments.append(ctypes.c_int64(batch))
        arguments += [*map(pointer, outputs), pointer(scratch)]
        if not schedule:
            self.function("forward" + self.entry)(*arguments)
        for call in schedule:
            self.function("forward_step")(*arguments,
                                          *map(ctypes.c_int32, call))
        for y, count in zip(guarded, counts):
            assert (y[:32] == GUARD).all(), "wrote before an output"
            assert (y[32 + count:] == GUARD).all(), "wrote past an output"
        assert (scratch[self.scratch_bytes:] == 77).all(), "wrote past scratch"
        assert (before == self.parameters).all(), "forward changed parameters"
        return [y.reshape(shape).copy() for y, shape in zip(outputs, shapes)]

    def refuses(self, inputs, outputs, batch=None):
        """Whether forward says of inputs with indices that it does nothing. The
        only output may stand for itself."""
        outputs = outputs if isinstance(outputs, list) else [outputs]
        inputs = [words(x) for x in inputs]
        scratch = aligned(self.scratch_bytes)
        arguments = [pointer(self.parameters), *map(pointer, inputs)]
        if batch is not None:
            arguments.append(ctypes.c_int64(batch))
        status = self.function("forward" + self.entry)(
            *arguments, *map(pointer, outputs), pointer(scratch))
        assert status in (0, -1), status
        return status == -1

    def answer(self, parameters, inputs, shapes, batch=None, schedule=()):
        """What get returns after all parameters were set, and the outputs. By
        the schedule they must be the same to the bit."""
        for index, values in enumerate(parameters):
            assert self.set(index, values) == 0
        stored = [self.get(index, values.shape)
                  for index, values in enumerate(parameters)]
        outputs = self.forward(inputs, shapes, batch)
        if schedule:
            again = self.forward(inputs, shapes, batch, schedule)
            assert all(a.tobytes() == b.tobytes()
                       for a, b in zip(again, outputs)), \
                "steps compute something else than forward"
        return stored, outputs


    def forward_between_fences(self, inputs, wanted, batch=None):
        """Computes the outputs `wanted` again, to the bit, with zeros in
        scratch, and in buffers that begin or end where memory may not be
        touched; inputs and parameters may not be written."""
        for at_end in (True, False):
            with Fences(at_end) as fences:
                read = [fences.holding(self.parameters)]
                read += [fences.holding(words(x).reshape(-1).view(np.uint8))
                         for x in inputs]
                fences.protect()
                outputs = [fences.allocate(y.size * 4) for y in wanted]
                scratch = fences.allocate(self.scratch_bytes)
                arguments = [pointer(x) for x in read]
                if batch is not None:
                    arguments.append(ctypes.c_int64(batch))
                arguments += [*map(pointer, outputs), pointer(scratch)]
                self.function("forward" + self.entry)(*arguments)
                for y, y_wanted in zip(outputs, wanted):
                    assert y.tobytes() == y_wanted.tobytes(), \
                        "what is in scratch changes the outputs"


class Fences:
    """Buffers that end, or begin, at a page that may not be touched."""

    LIBC = ctypes.CDLL(None, use_errno=True)
    LIBC.mmap.restype = ctypes.c_void_p
    LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
                          ctypes.c_int, ctypes.c_int, ctypes.c_long]
    LIBC.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

    def __init__(self, at_end):
        self.at_end, self.regions = at_end, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for start, size in self.regions:
            assert self.LIBC.munmap(start, size) == 0

    def allocate(self, size):
        page = mmap.PAGESIZE
        pages = (size + page - 1) // page * page
        start = self.LIBC.mmap(None, pages + 2 * page, 0,
                               mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        assert start != ctypes.c_void_p(-1).value
        self.regions.append((start, pages + 2 * page))
        if pages:
            assert self.LIBC.mprotect(start + page, pages, mmap.PROT_READ
                                      | mmap.PROT_WRITE) == 0
        first = start + page + (pages - size if self.at_end else 0)
        return np.frombuffer((ctypes.c_uint8 * size).from_address(first),
                             np.uint8)

    def holding(self, values):
        buffer = self.allocate(values.size)
        buffer[:] = values
        return buffer

    def protect(self):
        """From now on the buffers there are may only be read."""
        page = mmap.PAGESIZE
        for start, size in self.regions:
            if size > 2 * page:
                assert self.LIBC.mprotect(start + page, size - 2 * page,
                                          mmap.PROT_READ) == 0


PROGRAM = """\
#include "{name}.h"
#include <stdio.h>
#include <string.h>

static float in[{in_count} + 1], out[{out_count} + 1];
static unsigned char parameters[{upper}_PARAMETERS_BYTES + 64];
static unsigned char scratch[{upper}_SCRATCH_BYTES + 64];

static unsigned char *align(unsigned char *bytes) {{
  return bytes + (64 - (uintptr_t)bytes % 64) % 64;
}}

int main(void) {{
  void *p = align(parameters);
  if (fread(in, sizeof(float), {in_count}, stdin) != {in_count})
    return 1;
{sets}
{gets}
  {name}_forward({arguments});
{steps}
  return fwrite(out, sizeof(float), {out_count}, stdout) != {out_count};
}}
"""


class EmulatedNetwork(CompiledNetwork):
    """A network for another machine, in a program of its own for each answer;
    `run` is the command that runs it."""

    def __init__(self, compiler, cc, run, source, name, folder, binding=None,
                 flags=(), with_init=False):
        super().__init__(compiler, source, name, folder, binding, flags,
                         with_init)
        self.cc = cc
        self.run = shlex.split(run)

    def answer(self, parameters, inputs, shapes, batch=None, schedule=()):
        outputs = [np.empty(shape, dtype=np.float32) for shape in shapes]
        # Parameters come first on both sides.
        sent, received = [*parameters, *inputs], [*parameters, *outputs]
        starts = np.cumsum([0] + [x.size for x in sent])
        ends = np.cumsum([0] + [y.size for y in received])
        sets = [f"  if ({self.name}_set(p, {i}, in + {starts[i]}) != 0)\n"
                f"    return 2;" for i in range(len(parameters))]
        gets = [f"  if ({self.name}_get(p, {i}, out + {ends[i]}) != 0)\n"
                f"    return 3;" for i in range(len(parameters))]
        first = ["p"]
        first += [f"in + {start}" for start in starts[len(parameters):-1]]
        if batch is not None:
            first.append(str(batch))

        def arguments(place):
            last = [f"{place} + {end}" for end in ends[len(parameters):-1]]
            return ", ".join([*first, *last, "align(scratch)"])

        steps = [f"  {self.name}_forward_step({arguments('again')}, {step}, "
                 f"{part}, {parts});" for step, part, parts in schedule]
        if steps:
            begin = ends[len(parameters)]
            size = f"{ends[-1] - begin} * sizeof(float)"
            steps = [f"  static float again[{ends[-1]}];", *steps,
                     f"  if (memcmp(again + {begin}, out + {begin}, {size}))",
                     "    return 4;"]
        with open(self.base + ".c", "w") as file:
            file.write(PROGRAM.format(
                name=self.name, upper=self.name.upper(),
                in_count=starts[-1], out_count=ends[-1],
                sets="\n".join(sets), gets="\n".join(gets),
                steps="\n".join(steps), arguments=arguments("out")))
        program = self.base + ".exe"
        subprocess.run([self.cc, "-std=c99", "-O1", "-Wall", "-Wextra",
                        "-Werror", "-pedantic", self.base + ".c",
                        self.base + ".o", "-o", program], check=True)
        data = b"".join(np.ascontiguousarray(x, dtype="<f4").tobytes()
                        for x in sent)
        result = subprocess.run([*self.run, program], input=data, check=True,
                                stdout=subprocess.PIPE).stdout
        values = np.frombuffer(result, dtype="<f4")
        assert values.size == ends[-1]
        split = [values[ends[i]:ends[i + 1]].reshape(y.shape)
                 for i, y in enumerate(received)]
        return split[:len(parameters)], split[len(parameters):]


def aligned(size, alignment=64):
    buffer = np.zeros(size + alignment, dtype=np.uint8)
    start = -buffer.ctypes.data % alignment
    return buffer[start:start + size]


def words(array):
    """As a buffer of indices or floats."""
    integers = np.issubdtype(np.asarray(array).dtype, np.integer)
    return np.ascontiguousarray(array, np.int32 if integers else np.float32)


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)
