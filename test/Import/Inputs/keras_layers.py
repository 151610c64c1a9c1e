# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers of Keras, channels last, and what PyTorch computes of them."""

import numpy as np
import torch
import torch.nn.functional as F

RNG = np.random.default_rng(1)


def array(*shape, low=-0.5, high=0.5):
    return RNG.uniform(low, high, shape).astype("f4")


class Layer:
    """A class, a configuration, named arrays, and what it computes."""

    def __init__(self, kind, config, arrays, compute):
        self.kind, self.config, self.arrays = kind, config, arrays
        self.compute = compute
        self.calls = []
        # What a call says beside its values.
        self.keywords = {}

    def tensor(self, name):
        return torch.tensor(self.arrays[name])

    def __call__(self, *inputs):
        """The value of a call, which remembers where it comes from."""
        result = self.compute(self, *(x.tensor for x in inputs))
        index = len(self.calls)
        self.calls.append(inputs)
        if isinstance(result, tuple):
            return [Value(each, self, index, place)
                    for place, each in enumerate(result)]
        return Value(result, self, index)


class Value:
    """A call's result; of several, `place` says which."""

    def __init__(self, tensor, layer, index, place=0):
        self.tensor, self.layer, self.index = tensor, layer, index
        self.place = place


def first(x):
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def same_pads(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return [total // 2, total - total // 2]


def pad_same(x, kernel, stride, value=0.0):
    """Of a tensor with channels first."""
    pads = [same_pads(size, kernel, stride) for size in x.shape[2:]]
    return F.pad(x, [each for pad in reversed(pads) for each in pad], value=value)


def conv2d(inputs, filters, kernel, stride=1, activation="linear"):
    def compute(layer, x):
        weight = layer.tensor("kernel").permute(3, 2, 0, 1)
        y = F.conv2d(pad_same(first(x), kernel, stride), weight, layer.tensor("bias"),
                     stride)
        return last(torch.tanh(y) if activation == "tanh" else y)
    return Layer("Conv2D", {
        "filters": filters, "kernel_size": [kernel] * 2, "strides": [stride] * 2,
        "padding": "same", "data_format": "channels_last", "activation": activation,
        "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": None}}},
        {"kernel": array(kernel, kernel, inputs, filters), "bias": array(filters)},
        compute)


def depthwise(channels, multiplier):
    def compute(layer, x):
        weight = layer.tensor("depthwise_kernel").permute(2, 3, 0, 1).reshape(
            channels * multiplier, 1, 3, 3)
        return last(F.conv2d(first(x), weight, groups=channels))
    return Layer("DepthwiseConv2D", {
        "kernel_size": [3, 3], "depth_multiplier": multiplier, "use_bias": False},
        {"depthwise_kernel": array(3, 3, channels, multiplier)}, compute)


def batch_norm(channels, scale=True):
    def compute(layer, x):
        gamma = layer.tensor("gamma") if scale else torch.ones(channels)
        return (x - layer.tensor("moving_mean")) / torch.sqrt(
            layer.tensor("moving_variance") + 1e-3) * gamma + layer.tensor("beta")
    arrays = {"gamma": array(channels, low=0.5, high=1.5)} if scale else {}
    return Layer("BatchNormalization", {
        "axis": -1, "momentum": 0.99, "epsilon": 1e-3, "scale": scale, "center": True},
        {**arrays, "beta": array(channels), "moving_mean": array(channels),
         "moving_variance": array(channels, low=0.5, high=2)}, compute)


def layer_norm(features):
    def compute(layer, x):
        return F.layer_norm(x, [features], layer.tensor("gamma"), layer.tensor("beta"),
                            1e-3)
    return Layer("LayerNormalization", {"axis": [-1], "epsilon": 1e-3},
                 {"gamma": array(features, low=0.5, high=1.5),
                  "beta": array(features)}, compute)


def dense(inputs, units, softmax=False):
    def compute(layer, x):
        y = x @ layer.tensor("kernel") + layer.tensor("bias")
        return y.softmax(-1) if softmax else y
    return Layer("Dense", {"units": units,
                           "activation": "softmax" if softmax else "linear"},
                 {"kernel": array(inputs, units), "bias": array(units)}, compute)


def embedding(rows, width):
    return Layer("Embedding", {"input_dim": rows, "output_dim": width,
                               "mask_zero": False},
                 {"embeddings": array(rows, width)},
                 lambda layer, x: layer.tensor("embeddings")[x])


def causal(inputs, filters, kernel, dilation):
    def compute(layer, x):
        weight = layer.tensor("kernel").permute(2, 1, 0)
        padded = F.pad(first(x), [(kernel - 1) * dilation, 0])
        return last(torch.relu(F.conv1d(padded, weight, layer.tensor("bias"),
                                        dilation=dilation)))
    return Layer("Conv1D", {
        "filters": filters, "kernel_size": [kernel], "dilation_rate": [dilation],
        "padding": "causal", "activation": "relu"},
        {"kernel": array(kernel, inputs, filters), "bias": array(filters)}, compute)


def run_steps(layer, x, step, states, names, backward=False):
    """The outputs of all steps, in the order of the steps, and the states after the
    last one that is computed."""
    kernel, recurrent = (layer.tensor(name) for name in names[:2])
    bias = layer.tensor(names[2])
    outputs = []
    for t in reversed(range(x.shape[1])) if backward else range(x.shape[1]):
        states = step(x[:, t] @ kernel, states[0] @ recurrent, bias, states)
        outputs.append(states[0])
    return torch.stack(outputs[::-1] if backward else outputs, 1), states


def lstm_step(given, recurrent, bias, states):
    i, f, c, o = (given + recurrent + bias).chunk(4, -1)
    cell = f.sigmoid() * states[1] + i.sigmoid() * c.tanh()
    return o.sigmoid() * cell.tanh(), cell


def gru_step(given, recurrent, bias, states):
    given, recurrent = given + bias[0], recurrent + bias[1]
    (z, r, h), (rz, rr, rh) = given.chunk(3, -1), recurrent.chunk(3, -1)
    z = (z + rz).sigmoid()
    return [z * states[0] + (1 - z) * (h + (r + rr).sigmoid() * rh).tanh()]


def gru(inputs, units):
    def compute(layer, x):
        states = [torch.zeros(len(x), units)]
        return run_steps(layer, x, gru_step, states, list(layer.arrays))[0]
    return Layer("GRU", {"units": units, "return_sequences": True, "activation": "tanh",
                         "recurrent_activation": "sigmoid", "reset_after": True},
                 {"kernel": array(inputs, 3 * units),
                  "recurrent_kernel": array(units, 3 * units),
                  "bias": array(2, 3 * units)}, compute)


def older_gru(inputs, units, slope):
    """Before TensorFlow 2: one bias, hard gates, and what they reset is multiplied."""
    def gate(x):
        return (slope * x + 0.5).clamp(0, 1)

    def compute(layer, x):
        kernel, recurrent, bias = (layer.tensor(name) for name in layer.arrays)
        h, outputs = torch.zeros(len(x), units), []
        for t in range(x.shape[1]):
            z, r, c = (x[:, t] @ kernel + bias).chunk(3, -1)
            rz, rr, rc = recurrent.chunk(3, -1)
            z, r = gate(z + h @ rz), gate(r + h @ rr)
            h = z * h + (1 - z) * (c + (r * h) @ rc).tanh()
            outputs.append(h)
        return torch.stack(outputs, 1)
    return Layer("GRU", {"units": units, "return_sequences": True, "activation": "tanh",
                         "recurrent_activation": "hard_sigmoid", "reset_after": False},
                 {"kernel": array(inputs, 3 * units),
                  "recurrent_kernel": array(units, 3 * units),
                  "bias": array(3 * units)}, compute)


def both_ways_lstm(inputs, units):
    """Of what is left after the last step."""
    def compute(layer, x):
        states = [torch.zeros(len(x), units)] * 2
        names = list(layer.arrays)
        forward, _ = run_steps(layer, x, lstm_step, states, names[:3])
        backward, _ = run_steps(layer, x, lstm_step, states, names[3:], backward=True)
        return torch.cat([forward[:, -1], backward[:, 0]], -1)
    inner = {"class_name": "LSTM", "config": {
        "name": "lstm", "units": units, "return_sequences": False, "activation": "tanh",
        "recurrent_activation": "sigmoid"}}
    arrays = {f"{way}_lstm/{name}": array(*shape) for way in ("forward", "backward")
              for name, shape in (("kernel", (inputs, 4 * units)),
                                  ("recurrent_kernel", (units, 4 * units)),
                                  ("bias", (4 * units,)))}
    return Layer("Bidirectional", {"layer": inner, "merge_mode": "concat"}, arrays,
                 compute)


def both_ways_gru(inputs, units):
    """Of all steps, begun with states of both directions, which it gives, too."""
    def compute(layer, x, *states):
        names = list(layer.arrays)
        forward, last = run_steps(layer, x, gru_step, states[:1], names[:3])
        backward, first = run_steps(layer, x, gru_step, states[1:], names[3:], True)
        return torch.cat([forward, backward], -1), last[0], first[0]
    inner = {"class_name": "GRU", "config": {
        "name": "gru", "units": units, "return_sequences": True, "return_state": True,
        "activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True}}
    arrays = {f"{way}_gru/{name}": array(*shape) for way in ("forward", "backward")
              for name, shape in (("kernel", (inputs, 3 * units)),
                                  ("recurrent_kernel", (units, 3 * units)),
                                  ("bias", (2, 3 * units)))}
    return Layer("Bidirectional", {"layer": inner, "merge_mode": "concat"}, arrays,
                 compute)


def lstm_with_states(inputs, units):
    """An encoder, or a decoder that begins where it ends."""
    def compute(layer, x, *states):
        states = states or [torch.zeros(len(x), units)] * 2
        outputs, last = run_steps(layer, x, lstm_step, states, list(layer.arrays))
        return (outputs, *last)
    return Layer("LSTM", {"units": units, "return_sequences": True, "return_state": True,
                          "activation": "tanh", "recurrent_activation": "sigmoid"},
                 {"kernel": array(inputs, 4 * units),
                  "recurrent_kernel": array(units, 4 * units),
                  "bias": array(4 * units)}, compute)


def plain(kind, config, compute):
    return Layer(kind, config, {}, lambda layer, *inputs: compute(*inputs))


def pooling():
    return plain("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2],
                                  "padding": "same"},
                 lambda x: last(F.max_pool2d(pad_same(first(x), 3, 2, -1e30), 3, 2)))


def model(kind, layers, inputs, outputs=None, compute=None):
    """A model is a layer."""
    made = Layer(kind, {}, {}, lambda made, *values: compute(*values))
    made.layers, made.inputs, made.outputs = layers, inputs, outputs
    return made


def chain(layers, x):
    for layer in layers:
        x = layer(x)
    return x
