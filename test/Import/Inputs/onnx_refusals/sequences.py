# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Recurrent operators, whose batch is behind their steps."""

import numpy as np
from onnx import TensorProto

from onnx_graph import model, node, numbers
from onnx_refusals.making import ints, whole


def recurrent(op, message, inputs={}, attributes={}, constants={}):
    """One of three units, of what is turned so that its steps come first."""
    units, gates = 3, {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
    words = [inputs.get("x", "t"), "w", "r", "-", inputs.get("lengths", "-"),
             inputs.get("state", "-"), "-", inputs.get("peepholes", "-")]
    while words[-1] == "-":
        words.pop()
    made = model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node("Transpose", "t", "tt", perm=[1, 0, 2]),
         node(op, " ".join(words), "z", "it", **{"hidden_size": units, **attributes}),
         node("Squeeze", "z one", "s"), node("Transpose", "s", perm=[1, 0, 2])],
        x=("N", 5, 4), **{"w": numbers(1, gates * units, 4),
                          "r": numbers(1, gates * units, units), "one": ints(1),
                          **constants})
    return made, f"node 'it' ({op}): {message}"


def behind(op, message, attributes={}, *constants):
    """A node that reads what an LSTM gives."""
    names = [f"c{index}" for index in range(len(constants))]
    if op == "Slice":
        attributes = {}
        names, constants = ["c0", "c1", "c1"], constants
    read = "z z" if op == "Concat" else " ".join(["z", *names])
    made = model(
        [node("Transpose", "x", "t", perm=[1, 0, 2]),
         node("LSTM", "t w r", "z", hidden_size=3), node(op, read, "y", "it",
                                                         **attributes)],
        x=("N", 5, 4), w=numbers(1, 12, 4), r=numbers(1, 12, 3),
        **{f"c{index}": value for index, value in enumerate(constants)})
    return made, f"node 'it' ({op}): {message}"


CASES = [
    # Recurrent operators, whose batch is behind their steps.
    *(recurrent(*case) for case in (
        ("LSTM", "input 'tt' has the batch first; (steps, batch, units) is supported "
         "here", {"x": "tt"}),
        ("LSTM", "direction 'reverse' is not supported; 'forward' and "
         "'bidirectional' are", {}, {"direction": "reverse"}),
        ("LSTM", "hidden_size is 0", {}, {"hidden_size": 0}),
        ("LSTM", "input_forget is not supported", {}, {"input_forget": 1}),
        ("GRU", "activations Relu, Tanh are not supported; Sigmoid, Tanh are", {},
         {"activations": ["Relu", "Tanh"]}),
        *(("GRU", "activation_alpha and activation_beta are supported for "
           "HardSigmoid, one of all directions, and 0.5", {}, attributes)
          for attributes in ({"activation_alpha": [0.2]},
                             {"activations": ["HardSigmoid", "Tanh"],
                              "activation_beta": [0.25]},
                             {"activations": ["HardSigmoid", "Tanh"],
                              "activation_alpha": [0.2, 1.0]})),
        ("RNN", "activations Sigmoid are not supported; Tanh are", {},
         {"activations": ["Sigmoid"]}),
        ("LSTM", "constant lengths of sequences are supported where they are that of "
         "all; an input of the network may have others", {"lengths": "l"}, {},
         {"l": np.array([3], np.int32)}),
        ("LSTM", "input 't' is no input of the network with indices",
         {"lengths": "t"}),
        ("RNN", "initial states that are constant are supported where they are zeros",
         {"state": "h"}, {}, {"h": numbers(1, 1, 3)}),
        ("RNN", "expected initial states (1, batch, 3), or a state that a recurrent "
         "operator gives", {"state": "t"}),
        ("LSTM", "peepholes are supported where they are zeros", {"peepholes": "p"}, {},
         {"p": numbers(1, 9)}),
        ("RNN", "expected W of the shape (1, 3, -1), got (3, 4)", {}, {},
         {"w": numbers(3, 4)}),
        ("RNN", "expected 5 features, got 4", {}, {}, {"w": numbers(1, 3, 5)}),
        ("RNN", "attribute 'clip' is not supported", {}, {"clip": 1.0}))),
    whole("node 'it' (LSTM): one initial state without the other is not supported",
          nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                 node("RNN", "t r r", "- h", hidden_size=4),
                 node("LSTM", "t w w - - h", "- y", "it", hidden_size=4)],
          x=("N", 5, 4), r=numbers(1, 4, 4), w=numbers(1, 16, 4)),
    whole("node 'it' (LSTM): expected lengths of rank 1, got rank 2",
          nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                 node("LSTM", "t w w - l", "- y", "it", hidden_size=4)],
          inputs={"x": ("N", 5, 4), "l": ("N", 1)}, types={"l": TensorProto.INT32},
          w=numbers(1, 16, 4)),
    whole("node 'it' (LSTM): expected initial states (batch, 1, 4), or a state that a "
          "recurrent operator gives",
          nodes=[node("LSTM", "x w w - - h h", "- y", "it", hidden_size=4, layout=1)],
          inputs={"x": ("N", 5, 4), "h": ("N", 2, 4)}, w=numbers(1, 16, 4)),
    whole("there is no output", outputs=""),
    # Indices with their steps first, which a table reads.
    *(whole(f"node 'it' ({op}): input 'x' has indices; floats are supported here",
            nodes=[node("Gather", "table x", "e"),
                   node("GRU", "e w r", "y", hidden_size=3),
                   node(op, f"x {' '.join(constants)}", "z", "it", **attributes)],
            outputs="y z", x=("T", "N"), types={"x": TensorProto.INT64},
            table=numbers(9, 4), w=numbers(1, 9, 4), r=numbers(1, 9, 3), **constants)
      for op, attributes, constants in (
          ("Gather", {"axis": 0}, {"i": np.array(0)}),
          ("Slice", {}, {"a": ints(0), "b": ints(1), "c": ints(0)}))),
    # A constant of each row of the batch, and a value that has its batch first.
    whole("node 'it' (Mul): input 'x' has (steps, batch, units); the batch first is "
          "supported here", x=("T", 2, 4),
          nodes=[node("Mul", "x c", "m", "it"), node("RNN", "m r r", "y", hidden_size=4)],
          r=numbers(1, 4, 4), c=numbers(2, 1)),
    whole("node 'it' (Add): input 's' has (steps, batch, units); the batch first is "
          "supported here", inputs={"x": ("T", "N", 4), "z": ("T", "N", 4)},
          nodes=[node("RNN", "x r r", "d", hidden_size=4), node("Squeeze", "d one", "s"),
                 node("Add", "z s", "y", "it")], r=numbers(1, 4, 4), one=ints(1)),
    whole("node 'it' (Softmax): input 's' has (steps, batch, units); the batch first is "
          "supported here", x=("T", "N", 4),
          nodes=[node("RNN", "x r r", "d", hidden_size=4), node("Squeeze", "d one", "s"),
                 node("Softmax", "s", "y", "it", axis=1)], r=numbers(1, 4, 4),
          one=ints(1)),
    *(whole("node 'it' (ReduceMean): of a value with its steps first, a reduction of "
            "the steps is supported, with keepdims=0", x=("N", 5, 4),
            nodes=[node("Transpose", "x", "t", perm=[1, 0, 2]),
                   node("ReduceMean", "t", "y", "it", axes=axes, keepdims=keeps)])
      for axes, keeps in (([0], 1), ([1], 0), ([0, 1], 0))),
    *(behind(*case) for case in (
        ("Relu", "input 'z' has (steps, directions, batch, units); the batch first is "
         "supported here"),
        ("Transpose", "only what brings the batch of a recurrent operator's result to "
         "the first place is supported", {"perm": [2, 1, 0, 3]}),
        ("ReduceMean", "input 'z' has (steps, directions, batch, units); the batch "
         "first is supported here", {"axes": [0]}),
        ("Squeeze", "of a recurrent operator's result, only one direction or one step "
         "is supported to go", {}, ints(2)),
        ("Reshape", "of a recurrent operator's result, directions beside units are "
         "supported to become one dimension", {}, ints(0, 0, -1)),
        ("Gather", "of a recurrent operator's result, one step or one direction is "
         "supported to be taken", {}, ints(0)),
        ("Slice", "of a recurrent operator's result, a part of its steps or of its "
         "directions is supported", {"axis": 1}, ints(0), ints(1)),
        ("Concat", "of recurrent operators' results, states of as many units are "
         "supported to be joined", {"axis": 1}))),
]
