# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes networks as ONNX and compares what is read back with them.

    round_trip.py [--onnxruntime FOLDER] NET.mlir...

A file's first line says what its network, @net, is bound to: "// bind: ?x4xf32", an
open batch being of 3 rows here. Values are those of a seed. Without an option the ONNX
file goes through the importer; with it through ONNX Runtime, from npm, in the folder.
"""

import json
import os
import re
import subprocess
import sys

import numpy as np

PROGRAM = """
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const [model, input, output] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model);
  const feeds = {};
  JSON.parse(fs.readFileSync(input)).forEach(({type, dims, data}, i) => {
    feeds[session.inputNames[i]] = new ort.Tensor(type,
        type == 'int32' ? Int32Array.from(data) : Float32Array.from(data), dims);
  });
  const results = await session.run(feeds);
  fs.writeFileSync(output, JSON.stringify(session.outputNames.map(name => ({
      dims: results[name].dims, data: Array.from(results[name].data)}))));
})();
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def make_inputs(binding):
    rng = np.random.default_rng(0)
    inputs = []
    for text in binding.strip("()").split(","):
        *sizes, kind = text.strip().split("x")
        shape = [3 if size == "?" else int(size) for size in sizes]
        # Lengths of rows are a list.
        inputs.append(rng.integers(len(shape) == 1, 5, shape).astype("i4") if kind == "i32"
                      else rng.standard_normal(shape).astype("f4"))
    return inputs


def check(path, runtime):
    name = os.path.basename(path)[:-len(".mlir")]
    with open(path) as file:
        text = file.read()
    binding = re.match("// bind: (.*)", text)[1]
    count = len(re.search(r"nn.return (.*?) :", text)[1].split(","))
    run("nascent-compile", path, f"--bind=net={binding}", "--seed=3", "--emit=onnx",
        "-o", name + ".onnx")
    inputs = make_inputs(binding)
    for index, x in enumerate(inputs):
        np.save(f"x{index}.npy", x)
    given = [f"--input=x{i}.npy" for i in range(len(inputs))]
    run("nascent-run", path, "--seed=3", *given,
        *(f"--output=y{i}.npy" for i in range(count)))
    if not runtime:
        run("nascent-run", name + ".onnx", "--atol=1e-6", *given,
            *(f"--expect=y{i}.npy" for i in range(count)))
        return
    with open("inputs.json", "w") as file:
        json.dump([{"type": "int32" if x.dtype == np.int32 else "float32",
                    "dims": list(x.shape), "data": x.ravel().tolist()}
                   for x in inputs], file)
    run("node", os.path.join(runtime, "run.js"), name + ".onnx", "inputs.json",
        "outputs.json")
    with open("outputs.json") as file:
        outputs = json.load(file)
    assert len(outputs) == count, name
    for index, output in enumerate(outputs):
        y = np.load(f"y{index}.npy")
        found = np.array(output["data"], np.float32).reshape(output["dims"])
        assert found.shape == y.shape, (name, index, found.shape, y.shape)
        assert np.allclose(found, y, 1e-4, 1e-5), (name, index, np.abs(found - y).max())


def main(arguments):
    runtime = None
    if arguments[0] == "--onnxruntime":
        runtime = os.path.abspath(arguments[1])
        arguments = arguments[2:]
        if not os.path.isdir(os.path.join(runtime, "node_modules", "onnxruntime-node")):
            # What its scripts would fetch is not needed.
            run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund",
                "--prefix", runtime, "onnxruntime-node")
        with open(os.path.join(runtime, "run.js"), "w") as file:
            file.write(PROGRAM)
    for path in arguments:
        check(path, runtime)
        print(os.path.basename(path), "agrees")


main(sys.argv[1:])
