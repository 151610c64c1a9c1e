# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Files of Keras, laid out as its published source lays them out, and what PyTorch
computes of the same networks.

    keras_files.py FOLDER

For each network there is a folder with net.keras, as of Keras 3, net.h5, as of
Keras 2, both with weights, net.json without, and case.json with an input and an
output. Layers are Keras's, with channels last.
"""

import io
import json
import os
import sys
import zipfile

import h5py
import torch

from keras_layers import (Layer, Value, array, batch_norm, both_ways_gru,
                          both_ways_lstm, causal, chain, conv2d, dense, depthwise,
                          embedding, gru, layer_norm, lstm_with_states, model,
                          older_gru, plain, pooling)


def name_layers(layers):
    """As Keras does, though not in the order of the file."""
    for index, layer in enumerate(layers):
        layer.config["name"] = f"{layer.kind.lower()}_{9 - index}"
        if layer.kind in ("Sequential", "Functional"):
            name_layers(layer.layers)


def history(value):
    return [value.layer.config["name"], value.index, value.place]


def argument(value):
    return {"class_name": "__keras_tensor__", "config": {
        "shape": [None, *value.tensor.shape[1:]], "dtype": "float32",
        "keras_history": history(value)}}


def inbound(layer, call, version):
    if layer.kind == "MultiHeadAttention":
        if version == 2:
            return [[*history(call[0]), {"value": history(call[1]), **layer.keywords}]]
        return {"args": [argument(x) for x in call], "kwargs": layer.keywords}
    if version == 2:
        return [[*history(x), {}] for x in call]
    arguments = [argument(x) for x in call]
    if layer.kind in ("LSTM", "GRU", "Bidirectional") and len(call) > 1:
        return {"args": arguments[:1], "kwargs": {"initial_state": arguments[1:],
                                                  "mask": None}}
    return {"args": arguments if len(arguments) == 1 else [arguments],
            "kwargs": {"mask": None}}


def entry(layer, version):
    config = {**layer.config, "trainable": True, "dtype": "float32"}
    if version == 3:
        config["dtype"] = {"module": "keras", "class_name": "DTypePolicy",
                           "config": {"name": "float32"}, "registered_name": None}
    if layer.kind in ("Sequential", "Functional"):
        config = configuration(layer, version)
    made = {"class_name": layer.kind, "config": config}
    if version == 3:
        made.update({"module": "keras.layers", "registered_name": None})
    return made


def input_entry(name, x, version):
    dtype = "float32" if x.is_floating_point() else "int32"
    key = "batch_shape" if version == 3 else "batch_input_shape"
    return {"class_name": "InputLayer", "config": {
        key: [None, *x.shape[1:]], "dtype": dtype, "name": name}}


def configuration(made, version):
    name = made.config["name"]
    if made.kind == "Sequential":
        layers = [input_entry("input_layer", made.inputs[0].tensor, version)]
        return {"name": name, "layers": layers + [
            entry(layer, version) for layer in made.layers]}
    layers = []
    for value in made.inputs:
        source = input_entry(value.layer.config["name"], value.tensor, version)
        layers.append({**source, "name": value.layer.config["name"],
                       "inbound_nodes": []})
    layers += [{**entry(layer, version), "name": layer.config["name"],
                "inbound_nodes": [inbound(layer, call, version) for call in layer.calls]}
               for layer in made.layers]
    return {"name": name, "trainable": True, "layers": layers,
            "input_layers": [history(value) for value in made.inputs],
            "output_layers": [history(value) for value in made.outputs]}


def snake(kind):
    return {"Conv2D": "conv2d", "Conv1D": "conv1d",
            "DepthwiseConv2D": "depthwise_conv2d", "Dense": "dense",
            "BatchNormalization": "batch_normalization",
            "LayerNormalization": "layer_normalization",
            "MultiHeadAttention": "multi_head_attention",
            "TimeDistributed": "time_distributed", "Sequential": "sequential"}.get(kind, kind.lower())


def write_numbered(group, made):
    """Keras 3's weights: layers by their class, arrays by their number."""
    counts = {}
    for layer in made.layers:
        key = snake(layer.kind)
        counts[key] = counts.get(key, -1) + 1
        inner = group.create_group(
            f"layers/{key}" + (f"_{counts[key]}" if counts[key] else ""))
        if layer.kind == "Sequential":
            write_numbered(inner, layer)
        for index, (name, values) in enumerate(layer.arrays.items()):
            folder, number = "vars", index
            if layer.kind == "TimeDistributed":
                folder = "layer/vars"
            elif layer.kind == "MultiHeadAttention":
                part = {"attention_output": "output"}.get(name.split("/")[0],
                                                          name.split("/")[0])
                folder, number = f"_{part}_dense/vars", index % 2
            elif layer.kind in ("GRU", "LSTM"):
                folder = "cell/vars"
            elif layer.kind == "Bidirectional":
                way = name.split("_")[0]
                folder, number = f"{way}_layer/cell/vars", index % 3
            inner[f"{folder}/{number}"] = values


def write_named(group, layers):
    """Keras 2's weights, under their names."""
    for layer in layers:
        inner = group.create_group(layer.config["name"])
        arrays = {f"{layer.config['name']}/{name}:0": values
                  for name, values in layer.arrays.items()}
        if layer.kind == "Sequential":
            arrays = {f"{each.config['name']}/{name}:0": values for each in layer.layers
                      for name, values in each.arrays.items()}
        inner.attrs["weight_names"] = [name.encode() for name in arrays]
        for name, values in arrays.items():
            inner[name] = values


def write(folder, made, x, y):
    os.makedirs(folder)
    made.config["name"] = "model"
    name_layers(made.layers)
    place = os.path.join(folder, "net")
    third = {"module": "keras", "class_name": made.kind,
             "config": configuration(made, 3), "registered_name": made.kind}
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        write_numbered(file, made)
    with zipfile.ZipFile(place + ".keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.3.3"}))
        archive.writestr("config.json", json.dumps(third))
        archive.writestr("model.weights.h5", content.getvalue())
    second = {"class_name": made.kind, "config": configuration(made, 2)}
    with h5py.File(place + ".h5", "w") as file:
        file.attrs["model_config"] = json.dumps(second)
        file.attrs["keras_version"] = "2.15.0"
        write_named(file.create_group("model_weights"), made.layers)
    with open(place + ".json", "w") as file:
        json.dump({**second, "keras_version": "2.15.0", "backend": "tensorflow"}, file)
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump({name: {"shape": list(tensor.shape),
                          "values": tensor.flatten().tolist()}
                   for name, tensor in (("x", x), ("y", y))}, file)


def image_classifier(x):
    layers = [
        conv2d(3, 6, 3, stride=2, activation="tanh"), batch_norm(6),
        plain("ReLU", {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0},
              lambda x: x.clamp(0, 6)),
        depthwise(6, 2), batch_norm(12, scale=False), pooling(),
        plain("Dropout", {"rate": 0.5}, lambda x: x),
        plain("Flatten", {}, lambda x: x.flatten(1)), dense(12 * 3 * 3, 10, True)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def residual(x):
    source = Layer("InputLayer", {"name": "pixels"}, {}, None)
    value = Value(x, source, 0)
    enter, shared, norm = conv2d(3, 4, 1), conv2d(4, 4, 3), layer_norm(4)
    add = plain("Add", {}, lambda a, b: a + b)
    join = plain("Concatenate", {"axis": -1}, lambda a, b: torch.cat([a, b], -1))
    inside = [conv2d(8, 5, 3), batch_norm(5)]
    relu = plain("Activation", {"activation": "relu"}, torch.relu)
    pool = plain("GlobalAveragePooling2D", {"keepdims": False}, lambda x: x.mean((1, 2)))
    head = dense(5, 3)
    a = enter(value)
    b = norm(shared(a))
    joined = join(add(shared(relu(b)), a), b)
    block = model("Sequential", inside, [Value(joined.tensor, None, 0)],
                  compute=lambda x: chain(inside, Value(x, None, 0)).tensor)
    y = head(pool(block(joined)))
    layers = [enter, shared, norm, relu, add, join, block, pool, head]
    return model("Functional", layers, [value], [y]), y


def sequence(x):
    layers = [causal(5, 6, 3, 2), dense(6, 7), causal(7, 4, 2, 1),
              plain("GlobalMaxPooling1D", {}, lambda x: x.amax(1)), dense(4, 2)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def words(x):
    layers = [embedding(11, 4), layer_norm(4), dense(4, 6),
              plain("GlobalAveragePooling1D", {}, lambda x: x.mean(1)), dense(6, 2)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def each_step(inputs, units):
    """A dense layer in a layer that applies it to each step."""
    made = dense(inputs, units)
    made.config = {"layer": {"class_name": "Dense", "config": {
        "name": "inner", **made.config}}}
    made.kind = "TimeDistributed"
    return made


def recurrent(x):
    layers = [gru(4, 5), each_step(5, 5), both_ways_lstm(5, 3), dense(6, 2)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def translating(x):
    source = Layer("InputLayer", {"name": "steps"}, {}, None)
    value = Value(x, source, 0)
    encoder, decoder = lstm_with_states(4, 5), lstm_with_states(5, 5)
    both, join = both_ways_gru(5, 5), plain("Concatenate", {"axis": -1},
                                            lambda *x: torch.cat(x, -1))
    y, h, c = encoder(value)
    z, g, d = decoder(y, h, c)
    _, last, first = both(z, g, d)
    return model("Functional", [encoder, decoder, both, join], [value],
                 [answer := join(last, first, d)]), answer


def self_attention(width, heads, causal):
    share = width // heads

    def compute(layer, x, _):
        q, k, v = (torch.einsum("bld,dhk->bhlk", x, layer.tensor(f"{name}/kernel")) +
                   layer.tensor(f"{name}/bias")[:, None] for name in
                   ("query", "key", "value"))
        scores = q @ k.transpose(-1, -2) / share ** 0.5
        if causal:
            scores += torch.triu(torch.full(scores.shape[-2:], -torch.inf), 1)
        return torch.einsum("bhlk,hkd->bld", scores.softmax(-1) @ v,
                            layer.tensor("attention_output/kernel")) + \
            layer.tensor("attention_output/bias")
    arrays = {f"{name}/{part}": array(*shape) for name in ("query", "key", "value")
              for part, shape in (("kernel", (width, heads, share)),
                                  ("bias", (heads, share)))}
    made = Layer("MultiHeadAttention", {
        "num_heads": heads, "key_dim": share, "value_dim": share, "dropout": 0.1,
        "use_bias": True, "output_shape": None, "attention_axes": [1]},
        {**arrays, "attention_output/kernel": array(heads, share, width),
         "attention_output/bias": array(width)}, compute)
    made.keywords = {"use_causal_mask": causal, "return_attention_scores": False}
    return made


def attending(x):
    source = Layer("InputLayer", {"name": "steps"}, {}, None)
    value = Value(x, source, 0)
    scale = plain("Rescaling", {"scale": 0.5, "offset": -0.25}, lambda x: x * 0.5 - 0.25)
    add = plain("Add", {}, lambda a, b: a + b)
    inner, outer, head = self_attention(6, 2, True), self_attention(6, 3, False), \
        dense(6, 4)
    scaled = scale(value)
    summed = add(scaled, inner(scaled, scaled))
    y = head(outer(summed, summed))
    layers = [scale, inner, add, outer, head]
    return model("Functional", layers, [value], [y]), y


def sigmoids(x):
    """Keras 2's, which Keras 3 has otherwise."""
    def hard(x):
        return (x / 5 + 0.5).clamp(0, 1)
    inner = conv2d(3, 4, 3)
    inner.config["activation"], compute = "hard_sigmoid", inner.compute
    inner.compute = lambda layer, x: hard(compute(layer, x))
    layers = [inner, plain("Rescaling", {"scale": 9}, lambda x: x * 9),
              plain("Flatten", {}, lambda x: x.flatten(1)), dense(4 * 20, 6),
              plain("Activation", {"activation": "hard_sigmoid"}, hard)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def older(x, slope):
    layers = [older_gru(4, 7, slope), dense(7, 3)]
    source = Value(x, None, 0)
    y = chain(layers, source)
    return model("Sequential", layers, [source]), y


def keras2_gates(x):
    return older(x, 1 / 5)


def keras3_gates(x):
    return older(x, 1 / 6)


def main():
    torch.manual_seed(0)
    for make, x in ((image_classifier, torch.randn(2, 13, 14, 3)),
                    (residual, torch.randn(2, 7, 6, 3)),
                    (sequence, torch.randn(2, 9, 5)),
                    (recurrent, torch.randn(2, 7, 4)),
                    (translating, torch.randn(2, 6, 4)),
                    (keras2_gates, torch.randn(2, 6, 4)),
                    (keras3_gates, torch.randn(2, 6, 4)),
                    (attending, torch.randn(2, 5, 6)),
                    (sigmoids, torch.randn(2, 4, 5, 3) * 3),
                    (words, torch.randint(0, 11, (2, 6)))):
        made, y = make(x)
        write(os.path.join(sys.argv[1], make.__name__), made, x, y.tensor)


main()
