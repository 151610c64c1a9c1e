# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks every layer that ODS defines but losses; one without an entry in
layers() fails.

    every_layer.py RECORDS COMPILER CC FOLDER

RECORDS is what `llvm-tblgen --dump-json` makes of Layers.td. Each layer stands
alone in a network of unknown sizes, which must survive being printed and parsed,
whose sizes are inferred as far as they can be, which each framework's listing
shows, and which, with an open batch, computes what PyTorch computes.
"""

import json
import os
import subprocess
import sys

import numpy as np
import torch

from layer_table import BATCH, Indices, layers, tensor
from nascent_oracle import NativeNetwork

RECORDS, COMPILER, CC, FOLDER = sys.argv[1:]


class Case:
    def __init__(self, name, clauses, module, row):
        self.name, self.module = name, module.double().eval()
        count = 2 if name in ("add", "mul", "concat", "matmul") else 1
        torch.manual_seed(len(name))
        is_indices = isinstance(row, Indices)
        element = "i32" if is_indices else "f32"
        self.inputs = [row.draw() if is_indices else torch.randn(BATCH, *row)
                       for _ in range(count)]
        for key, values in self.module.state_dict().items():
            if values.is_floating_point():
                values.uniform_(0.5, 1.5)
        with torch.no_grad():
            self.wanted = self.module(*(x if is_indices else x.double()
                                        for x in self.inputs))
        self.parameters = [
            (key, values.float().numpy())
            for key, values in self.module.state_dict().items()
            if values.is_floating_point()]
        given = tensor(len(row) + 1, element)
        result = tensor(self.wanted.dim())
        values = [f"%{letter}" for letter in "xz"[:count]]
        arguments = ", ".join(f"{value}: {given}" for value in values)
        self.source = (
            f"nn.sequential @{name}({arguments}) -> {result} {{\n"
            f"  %0 = nn.{name} {', '.join(values)}{clauses} : "
            f"{', '.join([given] * count)} -> {result}\n"
            f"  nn.return %0 : {result}\n}}\n")
        self.binding = "?x" + "x".join(map(str, row)) + "x" + element

    def compare(self):
        own = os.path.join(FOLDER, self.name)
        os.makedirs(own)
        binding = f"({', '.join([self.binding] * len(self.inputs))})"
        net = NativeNetwork(COMPILER, CC, self.source, self.name, own, binding)
        if self.parameters:
            assert net.table(len(self.parameters)) == [
                (f"0.{key}", values.shape) for key, values in self.parameters]
        _, (actual,) = net.answer([values for _, values in self.parameters],
                                  [x.numpy() for x in self.inputs],
                                  [self.wanted.shape], BATCH)
        assert np.allclose(actual, self.wanted.numpy(), rtol=1e-4, atol=1e-5), \
            f"nn.{self.name} is off by " \
            f"{np.abs(actual - self.wanted.numpy()).max()}"


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout


def main():
    with open(RECORDS) as file:
        records = json.load(file)
    defined = {records[record]["opName"]
               for record in records["!instanceof"]["NN_Layer"]
               if record not in records["!instanceof"]["NN_Loss"]}
    cases = [Case(*layer) for layer in layers()]
    names = {case.name for case in cases}
    assert len(names) == len(cases) > 50
    assert defined == names, \
        f"layers() of layer_table.py lacks {sorted(defined - names)} and has " \
        f"{sorted(names - defined)} too many"

    path = os.path.join(FOLDER, "all.mlir")
    with open(path, "w") as file:
        file.writelines(case.source for case in cases)
    printed = run("nascent-opt", path)
    for flag in ("--mlir-print-op-generic", "--emit-bytecode"):
        other = os.path.join(FOLDER, "other.mlir")
        subprocess.run(["nascent-opt", path, flag, "-o", other], check=True)
        assert run("nascent-opt", other) == printed, flag
    inferred = run("nascent-opt", path, "--nn-infer-shapes")
    assert inferred.count("nn.sequential @") == len(cases)
    for style in ("torch", "mxnet", "flax", "keras"):
        listed = run(COMPILER, path, "--emit=summary", f"--names={style}")
        assert len(listed.splitlines()) >= len(cases), style

    for case in cases:
        case.compare()
    print(f"{len(cases)} layers agree with PyTorch")


main()
