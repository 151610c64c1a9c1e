# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network as an ONNX model.

    onnx_model.py WEIGHTS OUT DESCRIPTION

WEIGHTS holds, layer by layer, the weight in PyTorch's order and the bias as
little-endian f32. DESCRIPTION is JSON: the shapes of x and y, and of each layer
its operator of ONNX, its activation (an operator, or None), which value it reads
and which it adds (0 is x, i + 1 what layer i makes; -1 is none), and its sizes.
The protocol buffer is written by hand, as Debian 12 has no package onnx; the
numbers of fields and enumerators are those of onnx.proto.
"""

import json
import sys

FLOAT = 1  # TensorProto.DataType
INT = 2  # AttributeProto.AttributeType
INTS = 7


def varint(value):
    data = bytearray()
    while value >= 0x80:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def number(field, value):
    return varint(field << 3) + varint(value)


def chunk(field, value):
    """A string, bytes or a message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name, shape, data):
    return (b"".join(number(1, size) for size in shape) + number(2, FLOAT) +
            chunk(8, name) + chunk(9, data))


def node(operator, inputs, outputs, attributes=b""):
    return (b"".join(chunk(1, name) for name in inputs) +
            b"".join(chunk(2, name) for name in outputs) +
            chunk(3, outputs[0]) + chunk(4, operator) + attributes)


def integer_attribute(name, value):
    return chunk(5, chunk(1, name) + number(3, value) + number(20, INT))


def integers_attribute(name, values):
    return chunk(5, chunk(1, name) +
                 b"".join(number(8, value) for value in values) +
                 number(20, INTS))


def value_info(name, shape):
    dimensions = b"".join(chunk(1, number(1, size)) for size in shape)
    tensor_type = number(1, FLOAT) + chunk(2, dimensions)
    return chunk(1, name) + chunk(2, chunk(1, tensor_type))


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


class Graph:
    """Nodes and constants; a value has the name of the node that makes it."""

    def __init__(self):
        self.nodes = self.constants = b""

    def add(self, operator, inputs, output, attributes=b""):
        self.nodes += chunk(1, node(operator, inputs, [output], attributes))
        return output

    def add_constant(self, name, shape, weights):
        count = 1
        for size in shape:
            count *= size
        self.constants += chunk(5, tensor(name, shape,
                                          weights.read(4 * count)))
        return name


def model(weights, description):
    graph, layers = Graph(), description["layers"]
    values, are_images = ["x"], [len(description["x"]) == 4]
    for index, layer in enumerate(layers):
        kind, activation = layer["kind"], layer["activation"]
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
