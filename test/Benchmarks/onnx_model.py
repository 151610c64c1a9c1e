# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network as an ONNX model.

    onnx_model.py WEIGHTS OUT DESCRIPTION

WEIGHTS holds, layer by layer, the parameters in PyTorch's order as little-endian
f32. DESCRIPTION is JSON: the shapes of x and y, and of each layer
its operator of ONNX, its activation (an operator, or None), which value it reads
and which it adds (0 is x, i + 1 what layer i makes; -1 is none), and its sizes.
"""

import json
import sys

import onnx_sequences
from onnx_graph import (Graph, chunk, integer_attribute, integers_attribute,
                        number, value_info)


def window_attributes(layer):
    return (integers_attribute("kernel_shape", layer["kernel"]) +
            integers_attribute("strides", layer["strides"]) +
            integers_attribute("pads", layer["pads"]))


def attributes_of(layer):
    kind = layer["kind"]
    if kind == "Gemm":
        return integer_attribute("transB", 1)
    if kind == "GlobalAveragePool":
        return b""
    group = (integer_attribute("group", layer["group"]) if kind == "Conv"
             else b"")
    return window_attributes(layer) + group


def weight_shape(layer):
    if layer["kind"] == "Gemm":
        return layer["outputs"], layer["terms"]
    return layer["outputs"], layer["terms"], *layer["kernel"]


def model(weights, description):
    graph, layers = Graph(), description["layers"]
    values, are_images = ["x"], [len(description["x"]) == 4]
    for index, layer in enumerate(layers):
        kind, activation = layer["kind"], layer["activation"]
        if kind in onnx_sequences.LAYERS:  # the only one
            onnx_sequences.LAYERS[kind](graph, layer, weights, description["x"])
            continue
        value, is_image = values[layer["input"]], are_images[layer["input"]]
        steps = [kind] + ["Add"] * (layer["added"] >= 0) + (
            [activation] if activation != "None" else [])
        names = [f"{step}{index}" for step in steps]
        if index + 1 == len(layers):
            names[-1] = "y"
        if kind == "Gemm" and is_image:
            value = graph.add("Flatten", [value], f"flat{index}")
        inputs = [value]
        if kind in ("Gemm", "Conv"):
            inputs.append(graph.add_constant(f"w{index}", weight_shape(layer),
                                             weights))
            inputs.append(graph.add_constant(f"b{index}", (layer["outputs"],),
                                             weights))
        for step, name in zip(steps, names):
            if step == "Add":
                inputs.append(values[layer["added"]])
            graph.add(step, inputs, name,
                      attributes_of(layer) if step == kind else b"")
            inputs = [name]
        values.append(names[-1])
        are_images.append(kind != "Gemm")
    body = (graph.nodes + chunk(2, "network") + graph.constants +
            chunk(11, value_info("x", description["x"])) +
            chunk(12, value_info("y", description["y"])))
    opset = chunk(1, "") + number(2, 17)
    return number(1, 8) + chunk(7, body) + chunk(8, opset)


def main():
    source, target, description = sys.argv[1:]
    with open(description) as file:
        layers = json.load(file)
    with open(source, "rb") as weights, open(target, "wb") as out:
        out.write(model(weights, layers))


if __name__ == "__main__":
    main()
