# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What kernels are written with: buffers, their MLIR, and PyTorch's order.

Values are stored channels last, (n, spatial..., c).
"""

import itertools
import math

import numpy as np
import torch
import torch.nn.functional as F

GENERATOR = np.random.default_rng(11)


def draw(*shape):
    return GENERATOR.standard_normal(shape).astype(np.float32)


class Buffer:
    """A tensor in memory: where `strides` and `offset` say, else row-major."""

    def __init__(self, shape, strides=None, offset=0, total=None, kind="f32"):
        self.shape, self.kind = tuple(shape), kind
        self.plain = strides is None
        dense = [math.prod(shape[i + 1:]) for i in range(len(shape))]
        self.strides = dense if self.plain else list(strides)
        self.offset = offset
        last = sum((n - 1) * s for n, s in zip(self.shape, self.strides))
        self.total = total or offset + last + 1

    def tensor(self):
        return f"tensor<{'x'.join(map(str, self.shape))}x{self.kind}>"

    def memref(self):
        layout = ""
        if not self.plain:
            layout = (f", strided<[{', '.join(map(str, self.strides))}], "
                      f"offset: {self.offset}>")
        return f"memref<{'x'.join(map(str, self.shape))}x{self.kind}{layout}>"

    def memory(self):
        """What is between elements is not a number."""
        kinds = {"f32": (np.float32, np.nan), "bf16": (np.uint16, 0x7FC0)}
        kind, nothing = kinds[self.kind]
        return np.full(self.total, nothing, kind)

    def view(self, memory):
        step = memory.itemsize
        return np.lib.stride_tricks.as_strided(
            memory[self.offset:], self.shape, [s * step for s in self.strides])

    def write(self, memory, values):
        if self.kind == "bf16":
            rounded = torch.from_numpy(values).bfloat16().float().numpy()
            values = rounded.view(np.uint32) >> 16
        self.view(memory)[...] = values

    def read(self, memory):
        values = self.view(memory)
        if self.kind == "bf16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        return np.array(values, np.float64)


def apart(shape, low, high, room=0):
    """What lies within a buffer with a margin, and room behind each pixel."""
    outer = [l + n + h for l, n, h in zip(low, shape, high)]
    outer[-1] += room
    strides = [math.prod(outer[i + 1:]) for i in range(len(outer))]
    return Buffer(shape, strides, sum(l * s for l, s in zip(low, strides)),
                  math.prod(outer))


class Kernel:
    """`text` computes %result of the tensors %in0, %in1, …; `expected` the same,
    of arrays of doubles."""

    all = []

    def __init__(self, name, ins, out, text, expected, terms=1, exact=False,
                 values=None):
        self.name, self.ins, self.out = name, ins, out
        self.text, self.expected = text, expected
        self.terms, self.exact, self.values = terms, exact, values
        Kernel.all.append(self)

    def mlir(self):
        buffers = [*self.ins, self.out]
        arguments = [f"%b{i}: {b.memref()}" for i, b in enumerate(buffers)]
        parts = [f"%{role}: index {{nn.role = #nn.role<{role}>}}"
                 for role in ("part", "parts")]
        lines = [f"func.func @{self.name}({', '.join(arguments + parts)}) "
                 "attributes {nn.kernel} {"]
        for i, b in enumerate(self.ins):
            lines.append(f"%in{i} = bufferization.to_tensor %b{i} restrict : "
                         f"{b.memref()} to {b.tensor()}")
        if "%stored" in self.text:
            lines.append(f"%stored = bufferization.to_tensor %b{len(self.ins)} "
                         f"restrict : {self.out.memref()} to "
                         f"{self.out.tensor()}")
        lines.append(f"%empty = tensor.empty() : {self.out.tensor()}")
        lines.append(self.text)
        lines.append("bufferization.materialize_in_destination %result in "
                     f"restrict writable %b{len(self.ins)} : "
                     f"({self.out.tensor()}, {self.out.memref()}) -> ()")
        return "\n".join(lines + ["return", "}"])

    def draw(self):
        """Memory for all buffers."""
        memories = []
        for i, b in enumerate([*self.ins, self.out]):
            memory = b.memory()
            values = draw(*b.shape)
            if self.values:
                values = self.values(i, values)
            b.write(memory, values)
            memories.append(memory)
        memories[-1][...] = draw(self.out.total)
        return memories


def generic(result, dims, reductions, operands, out, out_map, body, init="%empty"):
    """A linalg.generic; `operands` are names, types and maps."""
    names = ", ".join(dims)
    maps = [f"affine_map<({names}) -> ({m})>"
            for m in [*(o[2] for o in operands), out_map]]
    kinds = ", ".join('"reduction"' if d in reductions else '"parallel"'
                      for d in dims)
    ins = ""
    if operands:
        ins = (f"ins({', '.join(o[0] for o in operands)} : "
               f"{', '.join(o[1] for o in operands)}) ")
    arguments = [f"%a{i}: {o[1][:-1].split('x')[-1]}"
                 for i, o in enumerate(operands)]
    return (f"{result} = linalg.generic {{indexing_maps = [{', '.join(maps)}], "
            f"iterator_types = [{kinds}]}} {ins}outs({init} : {out}) {{\n"
            f"^bb0({', '.join([*arguments, '%acc: f32'])}):\n{body}\n"
            f"}} -> {out}")


def relu(source, result, out):
    rank = out.shape
    dims = [f"d{i}" for i in range(len(rank))]
    return generic(result, dims, [], [(source, out.tensor(), ", ".join(dims))],
                   out.tensor(), ", ".join(dims),
                   "%z = arith.constant 0.0 : f32\n"
                   "%l = arith.cmpf olt, %a0, %z : f32\n"
                   "%r = arith.select %l, %z, %a0 : f32\nlinalg.yield %r : f32")


def fill(value, result, out):
    return (f"%constant = arith.constant {value} : f32\n"
            f"{result} = linalg.fill ins(%constant : f32) outs(%empty : "
            f"{out.tensor()}) -> {out.tensor()}")


def pad(source, buffer, low, high, value="%constant"):
    """Pads (n, spatial..., c); returns text, name and type."""
    if not any(low) and not any(high):
        return "", source, buffer.tensor()
    low, high = [0, *low, 0], [0, *high, 0]
    shape = [l + n + h for l, n, h in zip(low, buffer.shape, high)]
    padded = f"tensor<{'x'.join(map(str, shape))}xf32>"
    arguments = ", ".join(f"%i{i}: index" for i in range(len(shape)))
    return (f"%padded = tensor.pad {source} low{low} high{high} {{\n"
            f"^bb0({arguments}):\ntensor.yield {value} : f32\n}} : "
            f"{buffer.tensor()} to {padded}\n"), "%padded", padded


def window_map(spatial, stride, dilation, channel="c"):
    inner = [f"o{i} * {stride[i]} + k{i} * {dilation[i]}" for i in range(spatial)]
    return ", ".join(["n", *inner, channel])


def window_dims(spatial):
    out = ["n", *(f"o{i}" for i in range(spatial)), "c"]
    return out, [f"k{i}" for i in range(spatial)]


def extent(size, low, high, window, stride, dilation):
    return (size + low + high - (window - 1) * dilation - 1) // stride + 1


def torch_pad(x, low, high, value):
    """`x` is a tensor (n, c, spatial...)."""
    both = [(l, h) for l, h in zip(low, high)]
    return F.pad(x, list(itertools.chain(*reversed(both))), value=value)


def first(x):
    """Channels first, as PyTorch has them."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 1)))


def last(x):
    return np.moveaxis(x.numpy(), 1, -1)
