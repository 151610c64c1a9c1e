# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs the gradients of a network by MLIR's own passes, without our kernels, in
double precision.

What `nascent-build-gradients` makes is linalg on tensors, which upstream turns
into plain loops. Parameters are taken and gradients given without panels.
"""

import ctypes
import os
import re
import struct
import subprocess

import numpy as np

from recurrence_loops import with_loops

LOWERING = [
    "--one-shot-bufferize=bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map",
    "--drop-equivalent-buffer-results",
    "--buffer-results-to-out-params=hoist-static-allocs=0 "
    "modify-public-functions=1",
    "--convert-linalg-to-loops", "--lower-affine", "--expand-strided-metadata",
    "--lower-affine", "--convert-scf-to-cf", "--convert-math-to-llvm",
    "--convert-math-to-libm", "--arith-expand", "--convert-arith-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm=use-bare-ptr-memref-call-conv=1",
    "--convert-cf-to-llvm", "--reconcile-unrealized-casts"]


def shape_of(tensor):
    """[2, 3] of "tensor<2x3xf32>"."""
    return [int(size) for size in tensor[len("tensor<"):].split("x")[:-1]]


def in_double(text):
    """A function on f64 instead of f32."""
    def widen(bits):
        value, = struct.unpack(">f", bytes.fromhex(bits[1]))
        return f"0x{struct.pack('>d', value).hex().upper()} : f64"

    text = re.sub(r"\b0x([0-9A-F]{8}) : f32", widen, text)
    # Indices are numbers here, not bits.
    text = re.sub(r"arith.bitcast (%\w+) : f32 to i32",
                  r"arith.fptosi \1 : f32 to i32", text)
    return re.sub(r"(\b|x)f32\b", r"\1f64", text)


def without_panels(values, shape):
    """What is stored in panels, where it is not in `shape` already."""
    if shape is None or list(values.shape) == shape:
        return values
    rows = np.moveaxis(values, -1, 1).reshape(-1, *values.shape[1:-1])
    assert not rows[shape[0]:].any(), "columns behind the last one are zeros"
    return rows[:shape[0]].reshape(shape)


def compile_reference(networks, loss, folder, cc):
    """ReferenceGradients of networks `net`, each its text and its binding, in one
    library: to start tools takes longer than most functions do."""
    all_gradients = [ReferenceGradients(source, "net", binding, loss)
                     for source, binding in networks]
    library = compile_functions(
        "\n".join(gradients.write_function(f"gradients_{index}", f"_{index}")
                  for index, gradients in enumerate(all_gradients)),
        os.path.join(folder, "net"), cc)
    for index, gradients in enumerate(all_gradients):
        gradients.function = getattr(library, f"gradients_{index}")
    return all_gradients


def compile_functions(text, base, cc):
    with open(base + ".mlir", "w") as file:
        file.write(text)
    subprocess.run(["nascent-opt", base + ".mlir", *LOWERING, "-o",
                    base + ".llvm.mlir"], check=True)
    subprocess.run(["mlir-translate", "--mlir-to-llvmir",
                    base + ".llvm.mlir", "-o", base + ".ll"], check=True)
    subprocess.run(["llc", "-O1", "-filetype=obj", "-relocation-model=pic",
                    base + ".ll", "-o", base + ".o"], check=True)
    libraries = subprocess.run(
        ["llvm-config", "--libdir"], check=True, stdout=subprocess.PIPE,
        universal_newlines=True).stdout.strip()
    subprocess.run([*cc.split(), "-shared", base + ".o", "-o", base + ".so",
                    f"-L{libraries}", "-lmlir_c_runner_utils",
                    f"-Wl,-rpath,{libraries}", "-lm"], check=True)
    return ctypes.CDLL(base + ".so")


class ReferenceGradients:
    """The gradients of the one network `name` of `source`, bound and with a loss.

    `parameters` and `gradients` are lists of (name, shape as stored)."""

    def __init__(self, source, name, binding, loss):
        self.name = name
        self.text = subprocess.run(
            ["nascent-opt", "-", f"--nascent-bind-and-infer=bindings={binding}",
             "--nn-set-target=triple=x86_64-linux-gnu cpu=x86-64-v3",
             f"--nn-add-loss=loss='{loss}'", "--nn-assign-orders",
             "--nn-assign-layouts", "--convert-nn-to-linalg",
             "--nascent-build-gradients"],
            input=source, check=True, stdout=subprocess.PIPE,
            universal_newlines=True).stdout
        self.spatial = {
            match[1]: int(match[2]) for match in re.finditer(
                r"nn.parameter @(\S+) :.*spatial = (\d+)>", self.text)}

    def write_function(self, name, suffix):
        """The function of parameters, inputs and the gradients before, whose
        results are gradients and the loss: what loads and stores them, and panels,
        is dropped. Names of attributes end in the suffix."""
        aliases = [line for line in self.text.splitlines()
                   if line.startswith("#")]
        match = re.search(
            rf"func.func private @{self.name}\.gradients\.forward\((.*?)\) -> "
            r"tensor<1xf32> attributes \{.*?\} \{\n(.*?)\n  \}\n", self.text,
            re.S)
        loads, old, packed, lines, stores = {}, {}, {}, [], []
        for line in match[2].splitlines():
            if load := re.match(
                    r" *(%\S+) = nn.load_(\w+) @(\S+) : (\S+)", line):
                kind = {"parameter": loads, "gradient": old}[load[2]]
                kind[load[1]] = (load[3], load[1], load[4])
            elif unpack := re.match(
                    r" *(%\S+) = linalg.unpack (%\S+) .*-> (\S+)", line):
                kind = old if unpack[2] in old else loads
                kind[unpack[2]] = (kind[unpack[2]][0], unpack[1], unpack[3])
            elif pack := re.match(
                    r" *(%\S+) = linalg.pack (%\S+) .* : (\S+) ->", line):
                packed[pack[1]] = (pack[2], pack[3])
            elif store := re.match(
                    r" *nn.store_gradient (%\S+), @(\S+)(?: {.*})? : (\S+)", line):
                stores.append((store[2],
                               *packed.get(store[1], (store[1], store[3]))))
            elif ret := re.match(r" *return (%\S+) : (\S+)", line):
                stores.append(("loss", ret[1], ret[2]))
            else:
                lines.append(line)
        prefix = len(self.name) + 1
        self.parameters = [(symbol[prefix:], shape_of(type_))
                           for symbol, _, type_ in loads.values()]
        self.gradients = [(symbol[prefix:], shape_of(type_))
                          for symbol, _, type_ in stores[:-1]]
        self.old = [shape_of(type_) for _, _, type_ in old.values()]
        arguments = ", ".join([f"{value}: {type_}"
                               for _, value, type_ in loads.values()]
                              + [match[1]]
                              + [f"{value}: {type_}"
                                 for _, value, type_ in old.values()])
        types = ", ".join(type_ for _, _, type_ in stores)
        values = ", ".join(value for _, value, _ in stores)
        text = in_double(with_loops("\n".join(
            [*aliases, f"func.func @{name}({arguments}) -> ({types}) {{",
             *lines, f"  return {values} : {types}", "}\n"])))
        for alias in aliases:
            known = alias.split(" ")[0]
            text = re.sub(re.escape(known) + r"\b", known + suffix, text)
        return text

    def stored(self, name, values, shape):
        """A parameter or a gradient as PyTorch has it, in the order that it is
        stored in: (out, kernel, in)."""
        values = values.detach().double().numpy()
        spatial = self.spatial.get(f"{self.name}.{name}", 1)
        if spatial > 1:
            values = values.reshape(values.shape[0], -1, spatial)
            values = values.swapaxes(1, 2)
        return np.ascontiguousarray(values.reshape(shape))

    def call(self, state, inputs, scale):
        """The loss, and the gradients by name, of parameters by name."""
        given = [self.stored(name, state[name], shape)
                 for name, shape in self.parameters]
        given += [np.ascontiguousarray(x, np.float64) for x in inputs]
        # What is there before is not kept, so that it may be anything.
        given += [np.array([scale]), np.zeros(1)]
        given += [np.full(shape, np.nan) for shape in self.old]
        results = {name: np.full(shape, np.nan)
                   for name, shape in self.gradients}
        loss = np.full(1, np.nan)
        self.function(*(ctypes.c_void_p(array.ctypes.data)
                        for array in [*given, *results.values(), loss]))
        shapes = dict(self.parameters)
        return loss[0], {name: without_panels(values, shapes.get(name))
                         for name, values in results.items()}
