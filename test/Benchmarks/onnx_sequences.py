# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers of sequences as ONNX's operators, from x to y."""

import array

from onnx_graph import integer_attribute, integers_attribute, read

# ONNX's gates by PyTorch's: i, o, f, g and z, r, n.
GATES = {"LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2]}


def add_recurrent(graph, layer, weights, _):
    kind, terms, units = layer["kind"], layer["terms"], layer["outputs"]
    order = GATES[kind]
    rows = len(order) * units

    def read_gates(columns):
        values, size = read(weights, rows, columns), units * columns
        gates = array.array("f")
        for gate in order:
            gates.extend(values[gate * size:(gate + 1) * size])
        return gates

    names = [graph.add_floats(name, (1, rows, columns), read_gates(columns))
             for name, columns in (("w", terms), ("r", units))]
    biases = read_gates(1) + read_gates(1)
    names.append(graph.add_floats("b", (1, 2 * rows), biases))
    attributes = integer_attribute("hidden_size", units)
    if kind == "GRU":
        attributes += integer_attribute("linear_before_reset", 1)
    graph.add(kind, ["x", *names], "states", attributes)
    graph.add("Squeeze", ["states", graph.add_integers("directions", [1])], "y")


def transposed(values, columns):
    result = array.array("f")
    for column in range(columns):
        result.extend(values[column::columns])
    return result


def add_encoder(graph, layer, weights, shape):
    """With the parameters that EncoderParameter of Sequences.h lists."""
    heads, width = layer["group"], layer["outputs"]

    def multiply(value, name, weight, bias):
        rows = len(bias)
        columns = len(weight) // rows
        constant = graph.add_floats(name + "_weight", (columns, rows),
                                    transposed(weight, columns))
        product = graph.add("MatMul", [value, constant], name + "_product")
        return graph.add("Add", [product, graph.add_floats(
            name + "_bias", (rows,), bias)], name)

    def add_and_normalize(value, added, name, output):
        parameters = [graph.add_constant(name + suffix, (width,), weights)
                      for suffix in ("_weight", "_bias")]
        total = graph.add("Add", [value, added], name + "_sum")
        return graph.add("LayerNormalization", [total, *parameters], output,
                         integer_attribute("axis", 2))

    def split(name, order):
        value = multiply("x", name, *projections[name])
        sizes = graph.add_integers(name + "_sizes",
                                   [*shape[:2], heads, width // heads])
        value = graph.add("Reshape", [value, sizes], name + "_heads")
        return graph.add("Transpose", [value], name + "_turned",
                         integers_attribute("perm", order))

    weight, bias = read(weights, 3 * width, width), read(weights, 3 * width)
    projections = {
        name: (weight[part * width * width:(part + 1) * width * width],
               bias[part * width:(part + 1) * width])
        for part, name in enumerate(("queries", "keys", "values"))}
    scores = graph.add("MatMul", [split("queries", [0, 2, 1, 3]),
                                  split("keys", [0, 2, 3, 1])], "scores")
    root = graph.add_floats("root", (1,),
                            array.array("f", [(width // heads) ** 0.5]))
    scores = graph.add("Div", [scores, root], "scaled")
    shares = graph.add("Softmax", [scores], "shares")
    value = graph.add("MatMul", [shares, split("values", [0, 2, 1, 3])],
                      "attended")
    value = graph.add("Transpose", [value], "attended_turned",
                      integers_attribute("perm", [0, 2, 1, 3]))
    value = graph.add("Reshape", [value, graph.add_integers("sizes", shape)],
                      "joined")
    value = multiply(value, "output", read(weights, width, width),
                     read(weights, width))
    first = add_and_normalize("x", value, "norm1", "norm1")
    value = multiply(first, "linear1", read(weights, 4 * width, width),
                     read(weights, 4 * width))
    value = graph.add("Relu", [value], "relu")
    value = multiply(value, "linear2", read(weights, width, 4 * width),
                     read(weights, width))
    add_and_normalize(first, value, "norm2", "y")


def add_mean(graph, *_):
    graph.add("ReduceMean", ["x"], "y", integers_attribute("axes", [1]))


LAYERS = {"LSTM": add_recurrent, "GRU": add_recurrent, "Encoder": add_encoder,
          "ReduceMean": add_mean}
