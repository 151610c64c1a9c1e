# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs ONNX's own tests, Debian's package libonnx-testdata, through nascent-run.

    onnx_testdata.py [--list] FOLDER [SUITE...]

A suite is a folder of tests, each a model with inputs and outputs. A test whose
operators nascent-import-onnx does not list is counted and not run. Tests of single
operators have weights as inputs: where the model is refused as it is, all inputs but
the first are made constants, and then all outputs but the first are left out.
Whatever is not run, or refused, is listed with its
reason by `--list`. Exits with 1 if an output is not as expected.
"""

import collections
import os
import re
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

DATA = "/usr/share/libonnx-testdata/data"
SUITES = ["node", "pytorch-converted", "pytorch-operator"]
# ONNX's own, of its backend tests.
TOLERANCE = ["--rtol=1e-3", "--atol=1e-7"]


def supported():
    page = subprocess.run(["nascent-import-onnx", "--supported"], check=True,
                          capture_output=True, text=True).stdout
    return set(re.findall(r"^\| (\w+) \| \d", page, re.M))


def read_arrays(folder, kind, values):
    """The arrays of a test, in the order of the graph's values."""
    arrays = []
    for index in range(len(values)):
        tensor = onnx.TensorProto()
        with open(os.path.join(folder, f"{kind}_{index}.pb"), "rb") as file:
            tensor.ParseFromString(file.read())
        arrays.append(numpy_helper.to_array(tensor))
    return arrays


def is_tensor(value, types):
    return value.type.WhichOneof("value") == "tensor_type" and \
        value.type.tensor_type.elem_type in types


def freeze(model, inputs, arrays, frozen):
    """The model with some inputs as initialisers, and those that are left."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    left, given = [], []
    for value, array in zip(inputs, arrays):
        if value.name in frozen:
            model.graph.initializer.append(
                numpy_helper.from_array(array, value.name))
            for index, entry in enumerate(model.graph.input):
                if entry.name == value.name:
                    del model.graph.input[index]
                    break
        else:
            left.append(value)
            given.append(array)
    return model, given


def run(model, inputs, outputs, folder):
    """Nothing if outputs are as expected, else what nascent-run says."""
    path = os.path.join(folder, "model.onnx")
    onnx.save(model, path)
    # What LLVM makes of networks is tested elsewhere, and takes half of the time.
    command = ["nascent-run", path, "-O0", *TOLERANCE]
    for kind, arrays in (("input", inputs), ("expect", outputs)):
        for index, array in enumerate(arrays):
            file = os.path.join(folder, f"{kind}{index}.npy")
            np.save(file, array)
            command.append(f"--{kind}={file}")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    return [line for line in done.stderr.splitlines() if "error:" in line]


def bring_batch_first(model, inputs, outputs):
    """What recurrent operators have with their steps or directions first, and what
    a Transpose puts there."""
    node = model.graph.node[0]
    layout = any(each.name == "layout" and each.i for each in node.attribute)
    perm = [list(each.ints) for each in node.attribute if each.name == "perm"]
    if node.op_type == "Transpose" and perm in ([[1, 0, 2]], [[2, 0, 1]]):
        outputs[0] = outputs[0].swapaxes(0, 1)
    if node.op_type not in ("LSTM", "GRU", "RNN") or layout:
        return
    inputs[0] = inputs[0].swapaxes(0, 1)
    for index, array in enumerate(outputs):
        outputs[index] = array.transpose(2, 0, 1, 3) if array.ndim == 4 else \
            array.swapaxes(0, 1)


def check(folder, scratch, known):
    """'agrees', or why not."""
    model = onnx.load(os.path.join(folder, "model.onnx"))
    others = sorted({node.op_type for node in model.graph.node
                     if node.op_type not in known or node.domain})
    if others:
        return "other operators", ", ".join(others)
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    outputs = list(model.graph.output)
    if not all(is_tensor(value, [TensorProto.FLOAT]) for value in outputs) or \
            not any(is_tensor(value, [TensorProto.FLOAT]) for value in inputs):
        return "not f32", "inputs and outputs of other types"
    data = os.path.join(folder, "test_data_set_0")
    arrays = read_arrays(data, "input", inputs)
    expected = read_arrays(data, "output", outputs)
    bring_batch_first(model, arrays, expected)
    whole = {value.name for value in inputs
             if not is_tensor(value, [TensorProto.FLOAT])}
    rest = {value.name for value in inputs[1:]} | whole
    reasons = []
    attempts = dict.fromkeys([(frozenset(whole), len(outputs)),
                              (frozenset(rest), len(outputs)),
                              (frozenset(rest), 1)])
    for frozen, count in attempts:
        del model.graph.output[count:]
        errors = run(*freeze(model, inputs, arrays, frozen), expected[:count],
                     scratch)
        if errors is None:
            return ("agrees", "") if count == len(outputs) else \
                ("first output agrees", "others are not supported")
        if any("is not as" in error or "has the shape" in error
               for error in errors):
            return "differs", errors[0]
        reasons = errors or ["no error"]
    return "refused", re.sub(r"^.*?model\.onnx[^:]*: ", "", reasons[0])


def main():
    arguments = [text for text in sys.argv[1:] if text != "--list"]
    folder, *suites = arguments
    known = supported()
    failed = False
    for suite in suites or SUITES:
        counts = collections.Counter()
        for test in sorted(os.listdir(os.path.join(DATA, suite))):
            result, why = check(os.path.join(DATA, suite, test), folder, known)
            counts[result] += 1
            failed |= result == "differs"
            if result == "differs" or ("--list" in sys.argv and why):
                print(f"{suite}/{test}: {result}: {why}")
        print(f"{suite}: " + ", ".join(f"{counts[result]} {result}" for result in
                                       ("agrees", "first output agrees", "refused", "not f32",
                                        "other operators", "differs")))
    return failed


sys.exit(main())
