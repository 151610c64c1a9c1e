# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Keras's layers that go through sequences.

Keras has one bias where PyTorch, and so the dialect, has two: the other one is zeros.
Its GRU has its gates in another order, and with `reset_after` two biases.
"""

import numpy as np

from ..network import Value, unless
from .activations import is_new, name_of
from .call import leave_out_dropout, need
from .layers import layer

# The gates of PyTorch's order, by their places in Keras's.
ORDERS = {"lstm": (0, 1, 2, 3), "gru": (1, 0, 2), "rnn": (0,)}


def turn(array, order):
    """(features, gates · units) → (gates · units, features), gates as PyTorch's."""
    parts = np.split(np.asarray(array), len(order), axis=-1)
    return np.concatenate([parts[gate] for gate in order], axis=-1).T


def clauses_of(call, mnemonic):
    """What a cell's activations, and the place of its reset gate, are here."""
    need(call.arguments.get("mask") is None, "a mask is not supported")
    for key in ("stateful", "go_backwards", "time_major"):
        need(not call.flag(key, False), f"{key}=True is not supported")
    activation = name_of(call.number("activation", "tanh"))
    allowed = ("tanh", "relu") if mnemonic == "rnn" else ("tanh",)
    need(activation in allowed, f"activation='{activation}' is not supported; "
         f"{' and '.join(allowed)} is")
    if mnemonic == "rnn":
        return {"relu": activation == "relu"}
    # What does not say where its gate resets is of before there was a choice, when
    # gates were hard.
    is_first = mnemonic == "gru" and call.number("reset_after") is None
    gates = name_of(call.number("recurrent_activation",
                                "hard_sigmoid" if is_first else "sigmoid"))
    need(gates in ("sigmoid", "hard_sigmoid"), f"recurrent_activation='{gates}' is "
         "not supported; 'sigmoid' and 'hard_sigmoid' are")
    clauses = {}
    if gates == "hard_sigmoid":
        # Keras 2's has x / 5, Keras 3's x / 6.
        clauses["hardsigmoid"] = "0.16666667" if is_new(call.version) else "0.2"
    if mnemonic == "gru":
        clauses["reset_before"] = not call.flag("reset_after", False)
    return clauses


def verify(call, arrays, gates, mnemonic):
    """Refuses arrays that contradict the configuration."""
    units = call.positive("units")
    columns = gates * units
    shapes = {"kernel": (None, columns), "recurrent_kernel": (units, columns),
              "bias": (columns,)}
    reason = ""
    if mnemonic == "gru":
        has_two = call.flag("reset_after", False)
        shapes["bias"] = (2, columns) if has_two else (columns,)
        reason = f", as reset_after is {has_two}"
    for name, array in arrays.items():
        wanted, shape = shapes[name], tuple(array.shape)
        fits = len(shape) == len(wanted) and all(
            size in (None, own) for size, own in zip(wanted, shape))
        shown = str(wanted).replace("None", "?")
        need(fits, f"'{name}' has the shape {shape}, expected {shown}" +
             (reason if name == "bias" else ""))


def learn(call, mnemonic, suffix, inner):
    """The parameters of one direction."""
    order, has_bias = ORDERS[mnemonic], call.flag("use_bias", True)
    names = ["kernel", "recurrent_kernel", *["bias"] * has_bias]
    found = call.read(names, 0, inner)
    if not found:
        return
    verify(call, dict(zip(names, found)), len(order), mnemonic)
    arrays = call.learners[-1][2]
    arrays["weight_ih_l0" + suffix] = turn(found[0], order)
    arrays["weight_hh_l0" + suffix] = turn(found[1], order)
    if has_bias:
        bias = np.asarray(found[2])
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        arrays["bias_ih_l0" + suffix] = turn(both[0], order)
        arrays["bias_hh_l0" + suffix] = turn(both[1], order)


def initial_states(call, states, kinds, directions, units):
    """The dialect's states, (batch, directions, units), of Keras's: a direction's
    (batch, units) of each kind, then the other's."""
    need(len(states) in (0, kinds * directions), f"{len(states)} initial states are "
         f"not supported; {kinds * directions} are")
    made = []
    for kind in range(kinds if states else 0):
        parts = []
        for state in states[kind::kinds]:
            call.of_rank(state, 2)
            value = state.last()
            value.expect(1, units, "units")
            parts.append(call.add("reshape", value, [value.sizes[0], 1, units],
                                  shape=[-1, 1, units]))
        made.append(parts[0] if len(parts) == 1 else call.add(
            "concat", parts, [parts[0].sizes[0], directions, units], axis=1))
    return made


def last_states(call, layer, batch, kinds, directions, units):
    """Keras's states after the last step, of results that the layer is given."""
    layer.results += [Value([batch, directions, units]) for _ in range(kinds)]
    states = []
    for direction in range(directions):
        for state in layer.results[1:]:
            if directions > 1:
                state = call.add("slice", state, [batch, 1, units], axis=1,
                                 start=unless(direction, 0), end_=direction + 1)
            states.append(call.last(call.add("flatten", state, [batch, units])))
    return states


def recurrent(call, x, states, mnemonic, bidirectional, inners):
    call.of_rank(x, 3)
    clauses = clauses_of(call, mnemonic)
    leave_out_dropout(call)
    value, units = x.last(), call.positive("units")
    kinds, directions = 2 if mnemonic == "lstm" else 1, 2 if bidirectional else 1
    width = units * directions
    begun = initial_states(call, states, kinds, directions, units)
    last = not call.flag("return_sequences", False)
    result = call.add_main(
        mnemonic, value, [value.sizes[0], width] if last else
        [*value.sizes[:2], width], units, bidirectional=bidirectional, last=last,
        no_bias=not call.flag("use_bias", True), **clauses)
    made = call.net.layers[-1]
    made.operands += begun
    if begun:
        made.operand_clauses.append(("state", kinds))
    for suffix, inner in zip(("", "_reverse"), inners):
        learn(call, mnemonic, suffix, inner)
    if not call.learners[-1][2]:
        # The dialect has one initialiser for all weights, Keras two, and ones for the
        # biases of forgetting.
        call.remark("its initialisers are PyTorch's, not Keras's")
    if not call.flag("return_state", False):
        return call.last(result)
    return [call.last(result), *last_states(call, made, value.sizes[0], kinds,
                                            directions, units)]


KINDS = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"}


def one_way(mnemonic):
    # Where Keras 3 has the arrays, and what Keras 2's names have besides.
    return lambda call, x, *states: recurrent(call, x, states, mnemonic, False,
                                              [("cell", None)])


for _name, _mnemonic in KINDS.items():
    layer(_name)(one_way(_mnemonic))


@layer("Bidirectional")
def bidirectional(call, x, *states):
    inner = call.number("layer")
    kind, config = inner["class_name"], inner["config"]
    need(kind in KINDS, f"of {kind} is not supported; of {', '.join(KINDS)} it is")
    need(call.number("merge_mode", "concat") == "concat",
         f"merge_mode='{call.number('merge_mode')}' is not supported; 'concat' is")
    backward = call.number("backward_layer")
    if backward:
        same = {**config, "name": None, "go_backwards": None} == \
            {**backward["config"], "name": None, "go_backwards": None}
        need(same, "a backward_layer of its own is not supported")
    call.config = {**config, "go_backwards": False}
    return recurrent(call, x, states, KINDS[kind], True, [
        ("forward_layer/cell", f"forward_{config['name']}"),
        ("backward_layer/cell", f"backward_{config['name']}")])
