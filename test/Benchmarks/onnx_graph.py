# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Graphs of ONNX, written by hand as protocol buffers, as Debian 12 has no package
onnx; the numbers of fields and enumerators are those of onnx.proto.
"""

import array
import math

FLOAT = 1  # TensorProto.DataType
INT64 = 7
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


def tensor(name, shape, data, kind=FLOAT):
    return (b"".join(number(1, size) for size in shape) + number(2, kind) +
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


class Graph:
    """Nodes and constants; a value has the name of the node that makes it."""

    def __init__(self):
        self.nodes = self.constants = b""

    def add(self, operator, inputs, output, attributes=b""):
        self.nodes += chunk(1, node(operator, inputs, [output], attributes))
        return output

    def add_constant(self, name, shape, weights):
        """The next ones of a file."""
        return self.add_floats(name, shape, read(weights, *shape))

    def add_floats(self, name, shape, values):
        self.constants += chunk(5, tensor(name, shape, bytes(values)))
        return name

    def add_integers(self, name, values):
        self.constants += chunk(5, tensor(
            name, (len(values),), array.array("q", values).tobytes(), INT64))
        return name


def read(weights, *shape):
    """The next floats of a file, as many as the shape has elements."""
    values = array.array("f")
    values.frombytes(weights.read(4 * math.prod(shape)))
    return values
