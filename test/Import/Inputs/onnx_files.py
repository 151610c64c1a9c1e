# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes models whose weight is in another file, and what they compute."""

import os
import sys

import numpy as np
from onnx import TensorProto

from onnx_graph import model, node, save

folder = sys.argv[1]
os.chdir(folder)
weight = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
bias = np.array([0.5, -0.5], np.float32)


def write(path, location="data", offset=4, length=24):
    made = model([node("Gemm", "x fc.weight fc.bias", transB=1)], x=("N", 3),
                 **{"fc.weight": weight, "fc.bias": bias})
    if location:
        tensor = made.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", offset),
                           ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
    save(made, path)


for path in ("model/data", "secret"):
    with open(path, "wb") as file:
        file.write(bytes(4) + weight.tobytes())
os.symlink("../secret", "model/link")
write("model/net.onnx")
write("whole.onnx", location=None)
write("model/parent.onnx", "../secret")
write("model/absolute.onnx", os.path.join(folder, "secret"))
write("model/link.onnx", "link")
write("model/missing.onnx", "nowhere")
write("model/late.onnx", offset=100)
write("model/long.onnx", length=25)
# A gate that is 1 where the image is.
save(model([node("GlobalAveragePool", "x", "g"), node("Mul", "x g")],
           x=("N", 2, "H", "W")), "gate.onnx")
np.save("image.npy", np.ones((2, 2, 3, 4), np.float32))
# What the compiler finds out.
save(model([node("Pad", "x pads", mode="reflect")], x=("N", 1, "L"),
           pads=np.array([0, 0, 3, 0, 0, 3])), "model/mirror.onnx")
# What a file says of its outputs without need to, and wrongly.
stated = model([node("Gemm", "x w", "a"), node("Relu", "a", "b"),
                node("Relu", "a", "c"), node("Relu", "a", "d")], x=("N", 3),
               outputs="a b c d", w=weight.T)
for value, shape in zip(stated.graph.output, ((4, 2), ("N", 3), (1, 2, 1), None)):
    for size in shape or ():
        dim = value.type.tensor_type.shape.dim.add()
        if isinstance(size, int):
            dim.dim_value = size
        else:
            dim.dim_param = size
stated.graph.output[3].type.tensor_type.elem_type = TensorProto.FLOAT16
save(stated, "stated.onnx")
save(model([node("Gather", "w x")], x=("N", 3), types={"x": TensorProto.INT64},
           w=weight), "words.onnx")
x = np.array([[1, -1, 2]], np.float32)
np.save("x.npy", x)
np.save("y.npy", x @ weight.T + bias)
