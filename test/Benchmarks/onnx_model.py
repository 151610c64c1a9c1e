# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network of dense layers as an ONNX model.

    onnx_model.py WEIGHTS OUT BATCH IN:OUT:ACTIVATION...

WEIGHTS holds, layer by layer, the weight (OUT x IN, row-major) and the bias as
little-endian f32. ACTIVATION is an operator of ONNX, or None. The protocol
buffer is written by hand, as Debian 12 has no package onnx; the numbers of
fields and enumerators are those of onnx.proto.
"""

import sys

FLOAT = 1  # TensorProto.DataType
INT = 2  # AttributeProto.AttributeType


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


def value_info(name, shape):
    dimensions = b"".join(chunk(1, number(1, size)) for size in shape)
    tensor_type = number(1, FLOAT) + chunk(2, dimensions)
    return chunk(1, name) + chunk(2, chunk(1, tensor_type))


def model(weights, batch, layers):
    nodes, initializers, value = b"", b"", "x"
    for index, (inputs, outputs, activation) in enumerate(layers):
        last = index + 1 == len(layers)
        dense = "y" if last and activation == "None" else f"dense{index}"
        for name, shape in ((f"w{index}", (outputs, inputs)),
                            (f"b{index}", (outputs,))):
            count = shape[0] * (shape[1] if len(shape) > 1 else 1)
            initializers += chunk(5, tensor(name, shape,
                                            weights.read(4 * count)))
        nodes += chunk(1, node("Gemm", [value, f"w{index}", f"b{index}"],
                               [dense], integer_attribute("transB", 1)))
        value = dense
        if activation != "None":
            value = "y" if last else f"value{index}"
            nodes += chunk(1, node(activation, [dense], [value]))
    graph = (nodes + chunk(2, "network") + initializers +
             chunk(11, value_info("x", (batch, layers[0][0]))) +
             chunk(12, value_info("y", (batch, layers[-1][1]))))
    opset = chunk(1, "") + number(2, 17)
    return number(1, 8) + chunk(7, graph) + chunk(8, opset)


def main():
    source, target, batch, *descriptions = sys.argv[1:]
    layers = []
    for description in descriptions:
        inputs, outputs, activation = description.split(":")
        layers.append((int(inputs), int(outputs), activation))
    with open(source, "rb") as weights, open(target, "wb") as out:
        out.write(model(weights, int(batch), layers))


if __name__ == "__main__":
    main()
