# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Models of Keras, Sequential and functional, as networks and blocks."""

import os

from ..network import Layer, Network, Value, format_source, symbol_of
from ..refusals import ImportFailure, RankRefusal, Refusal, Refusals, SizeRefusal
from . import (activations, attention, recurrent,  # noqa: F401, for their
               windows)  # layers
from .archive import UNREADABLE, NoWeights, read
from .call import Call, Tensor
from .layers import LAYERS

FUNCTIONAL = ("Functional", "Model")
MODELS = ("Sequential", *FUNCTIONAL)
SEVERAL = ("Add", "Multiply", "Concatenate", "MultiHeadAttention", "LSTM", "GRU",
           "SimpleRNN", "Bidirectional")


def input_sizes(config):
    """What a configuration says of an input, or None."""
    for key in ("batch_shape", "batch_input_shape", "batchInputShape"):
        shape = config.get(key)
        if shape:
            if not isinstance(shape, list) or not all(
                    size is None or type(size) is int and size > 0 for size in shape):
                raise Refusal(f"the input's shape {shape} is not supported")
            # The batch stays open.
            return [None, *shape[1:]]
    return None


def check_type(config, may_be_index=False):
    dtype = config.get("dtype", "float32")
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name", "float32")
    if dtype not in (None, "float32") and not (
            may_be_index and dtype in ("int32", "int64")):
        raise Refusal(f"dtype='{dtype}' is not supported; 'float32' is")


class Node:
    """A layer of a configuration."""

    def __init__(self, entry):
        if not isinstance(entry, dict) or \
                not isinstance(entry.get("class_name"), str) or \
                not isinstance(entry.get("config"), (dict, list)):
            raise Refusal("expected layers with a 'class_name' and a 'config', got "
                          f"{str(entry)[:60]!r}")
        self.kind, self.config = entry["class_name"], entry["config"]
        named = self.config if isinstance(self.config, dict) else {}
        self.name = str(named.get("name") or entry.get("name") or self.kind)
        self.inbound = entry.get("inbound_nodes") or []
        # Which layer in it has its arrays: a folder, and a part of their names.
        self.inner = None, None

    @property
    def layers(self):
        """Of a model; of Keras's first versions, a Sequential is a list."""
        layers = self.config if isinstance(self.config, list) else \
            self.config.get("layers", [])
        return [Node(entry) for entry in layers]


def tensors_of(value):
    """The (layer, call, result) of all tensors among a call's arguments."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return [tuple(value["config"]["keras_history"])]
        return [each for item in value.values() for each in tensors_of(item)]
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and \
                all(type(item) is int for item in value[1:3]):
            # What stands behind are arguments, such as a mask, which is a tensor, too.
            return [tuple(value[:3]), *tensors_of(value[3:])]
        return [each for item in value for each in tensors_of(item)]
    return []


def sources_of(node, nodes):
    """What each call of a layer reads. TensorFlow.js counts a model's own inputs as
    its first call."""
    counts = {each.name: len(each.inbound) for each in nodes if each.kind in MODELS}
    late = {source[0] for each in nodes for source in tensors_of(each.inbound)
            if source[1] >= counts.get(source[0], source[1] + 1)}
    return [[(name, index - (name in late), result)
             for name, index, result in tensors_of(inbound)]
            for inbound in node.inbound]


def arguments_of(value):
    """What a call says beside the values that it reads."""
    if isinstance(value, list):
        return {key: item for each in value for key, item in arguments_of(each).items()}
    if not isinstance(value, dict):
        return {}
    return value.get("kwargs", value)


def result_of(known, source):
    """A result of a call, or None where the call was refused."""
    found = known.get(source[:2])
    if found is None:
        return None
    results = found if isinstance(found, list) else [found]
    if not 0 <= source[2] < len(results):
        raise Refusal(f"result {source[2]} of layer '{source[0]}' is not supported; it "
                      f"has {len(results)}")
    return results[source[2]]


class Importer:
    """One import: what is refused, and the arrays by our names."""

    def __init__(self, path, version, weights):
        self.path, self.version, self.weights = path, version, weights
        self.refusals = Refusals()
        self.arrays, self.remarks = {}, []

    def refuse(self, path, node, refusal):
        name = "/".join([*path, node.name])
        self.refusals.add(self.path, f"layer '{name}' ({node.kind}): {refusal}")

    def call(self, net, node, inputs, path, earlier, arguments={}):
        """The result of a layer, or None after a refusal, its own or one above."""
        try:
            if any(isinstance(x, list) for x in inputs):
                raise Refusal("reads a layer of several results, return_state=True, "
                              "in a Sequential, which is not supported")
            if node.kind in MODELS:
                return self.call_block(net, node, inputs, path, earlier)
            if node.kind == "TimeDistributed":
                node = self.inside(node, inputs)
            if node.kind not in LAYERS:
                raise Refusal("is not supported; 'nascent-import --supported' lists what is")
            check_type(node.config, may_be_index=node.kind == "InputLayer")
            if len(inputs) != 1 and node.kind not in SEVERAL:
                raise Refusal(f"reads {len(inputs)} values, such as a mask; one is "
                              "supported")
            if None in inputs:
                return self.look_at(node, inputs, path, arguments)
            return self.call_layer(net, node, inputs, path, earlier, arguments)
        except Refusal as refusal:
            self.refuse(path, node, refusal)
        except UNREADABLE as error:
            self.refuse(path, node, f"cannot read its configuration: {error}")
        return None

    def inside(self, node, inputs):
        """The layer that is applied to each step, where that is all it does."""
        inner = Node(node.config["layer"])
        if inner.kind not in ("Dense", "Activation", "Dropout") or \
                inputs[0] is not None and inputs[0].rank != 3:
            raise Refusal(f"of {inner.kind} is not supported; of Dense, Activation and "
                          "Dropout it is")
        inner.name, inner.inner = node.name, ("layer", None)
        return inner

    def make_call(self, net, node, path, arguments):
        full = (*path, node.name)
        return Call(net, node.config,
                    lambda names, first, inner=node.inner: self.weights.of(
                        full, names, first, inner), self.version,
                    not isinstance(self.weights, NoWeights), arguments)

    def look_at(self, node, inputs, path, arguments):
        """Refuses a layer that reads results of what was refused only if it would be
        for inputs of any rank: no consequence of the first refusal is."""
        refused = None
        for rank in (4, 2, 3, 5):
            values = {id(x): Value([None] * rank if x is None else x.sizes)
                      for x in inputs}
            net = Network(list(values.values()))
            try:
                LAYERS[node.kind](self.make_call(net, node, path, arguments),
                                  *[Tensor(net, last=values[id(x)]) for x in inputs])
                return None
            except SizeRefusal:
                return None
            except RankRefusal:
                pass
            except (Refusal, *UNREADABLE) as refusal:
                refused = refused or refusal
        if refused:
            raise refused
        return None

    def call_layer(self, net, node, inputs, path, earlier, arguments):
        call = self.make_call(net, node, path, arguments)
        count = len(net.layers)
        result = LAYERS[node.kind](call, *inputs)
        self.remarks += [f"{self.path}: remark: layer '{node.name}': {what}"
                         for what in call.remarks if not earlier]
        for layer, suffix, arrays in call.learners:
            layer.path = net.unique_path(node.name + suffix)
            if earlier:
                layer.tie = node.name + suffix
                layer.initializers = []
                continue
            for name, array in arrays.items():
                self.arrays[".".join([*path, node.name + suffix, name])] = array
        if not call.learners and len(net.layers) > count:
            net.layers[-1].path = net.unique_path(node.name)
        for layer in net.layers[count:]:
            layer.path = layer.path or net.unique_path(f"{node.name}_{layer.mnemonic}")
        return result

    def call_block(self, net, node, inputs, path, earlier):
        if None in inputs:
            self.network(node, [None if x is None else x.sizes for x in inputs],
                         (*path, node.name))
            return None
        values = [x.last() for x in inputs]
        block = self.network(node, [value.sizes for value in values],
                             (*path, node.name))
        if block is None:
            return None
        if len(block.outputs) != 1:
            raise Refusal(f"{len(block.outputs)} outputs of a model in a model are not "
                          "supported; one is")
        block.kind, block.hint = node.kind, symbol_of(node.name)
        result = Value(block.outputs[0].sizes)
        layer = Layer("block", values, "", [result], network=block)
        layer.path = net.unique_path(node.name)
        if earlier:
            layer.tie = node.name
        net.layers.append(layer)
        for value, inner in zip(values, block.inputs):
            if inner.element != value.element:
                if value not in net.inputs:
                    raise Refusal("indices that the network computes are not "
                                  "supported; its inputs are")
                value.element = inner.element
        return Tensor(net, last=result)

    def network(self, node, sizes, path):
        """The network of a model, for inputs of some sizes, None for what was refused;
        None after a refusal."""
        nodes = node.layers
        if node.kind == "Sequential":
            self.weights.enter(path, [(each.name, each.kind) for each in nodes
                                      if each.kind != "InputLayer"])
            return self.sequential(nodes, sizes, path)
        self.weights.enter(path, [(each.name, each.kind) for each in nodes])
        return self.functional(node, nodes, sizes, path)

    def sequential(self, nodes, sizes, path):
        if len(sizes) != 1:
            raise Refusal(f"expected 1 input, got {len(sizes)}")
        net = Network([Value(sizes[0] or [])])
        x = None if sizes[0] is None else Tensor(net, last=net.inputs[0])
        for node in nodes:
            x = self.call(net, node, [x], path, earlier=False)
        return self.finish(net, [x])

    def finish(self, net, results):
        if any(x is None for x in results):
            return None
        net.outputs = [x.last() for x in results]
        net.drop_unused()
        return net

    def functional(self, node, nodes, sizes, path):
        """Calls come in an order in which each finds its inputs."""
        names = [name for name, *_ in tensors_of(node.config["input_layers"])]
        if len(names) != len(sizes):
            raise Refusal(f"expected {len(names)} inputs, got {len(sizes)}")
        values = [Value(each or [], None if len(names) == 1 else "%" + symbol_of(name))
                  for name, each in zip(names, sizes)]
        net = Network(values)
        known = {(name, 0): None if each is None else Tensor(net, last=value)
                 for name, value, each in zip(names, values, sizes)}
        waiting = [(each, index, sources)
                   for each in nodes if each.name not in names
                   for index, sources in enumerate(sources_of(each, nodes))]
        called = set()
        while waiting:
            later = []
            for each, index, sources in waiting:
                if not all(source[:2] in known for source in sources):
                    later.append((each, index, sources))
                    continue
                known[each.name, index] = self.call(
                    net, each, [result_of(known, source) for source in sources], path,
                    each.name in called, arguments_of(each.inbound[index]))
                called.add(each.name)
            if len(later) == len(waiting):
                raise Refusal("its layers read each other in a circle, or what is not "
                              "there")
            waiting = later
        outputs = tensors_of(node.config["output_layers"])
        for name, index, *_ in outputs:
            if (name, index) not in known:
                raise Refusal(f"no layer computes its output, call {index} of '{name}'")
        return self.finish(net, [result_of(known, output) for output in outputs])


def sizes_of(node):
    """Those of the inputs, or None where the model has not been built."""
    nodes = node.layers
    if node.kind == "Sequential":
        build = node.config.get("build_input_shape") if isinstance(node.config, dict) \
            else None
        config = nodes[0].config if nodes else {}
        found = input_sizes(config) if isinstance(config, dict) else None
        if nodes and nodes[0].kind in MODELS and not found:
            return sizes_of(nodes[0])
        return [found or input_sizes({"batch_shape": build})]
    inputs = [name for name, *_ in tensors_of(node.config["input_layers"])]
    by_name = {each.name: each for each in nodes}
    for name in inputs:
        check_type(by_name[name].config, may_be_index=True)
    return [input_sizes(by_name[name].config) for name in inputs]


def import_keras(options, sizes):
    """(source, arrays, remarks)."""
    path = options.model
    config, version, weights = read(path)
    importer = Importer(path, str(version), weights)
    try:
        node = Node(config)
        if node.kind not in MODELS:
            raise Refusal(f"expected a model, Sequential or functional, got "
                          f"{node.kind}")
        stated = sizes_of(node)
        if sizes and len(sizes) != len(stated):
            raise Refusal(f"expected the sizes of {len(stated)} inputs, got "
                          f"{len(sizes)}")
        if not sizes and None in stated:
            raise Refusal("the model has not been built and does not say how many "
                          "dimensions its input has; state them with --input, for a "
                          "picture --input '?x?x?x?' or --input '?x28x28x1'")
        net = importer.network(node, sizes or stated, ())
    except Refusal as refusal:
        raise ImportFailure(f"{path}: error: {refusal}")
    except UNREADABLE as error:
        raise ImportFailure(f"{path}: error: cannot read the model: "
                            f"{type(error).__name__}: {error}")
    if net is not None:
        for layer, array, shape in weights.unused():
            importer.refusals.add(
                path, f"the array '{array}' of shape {shape} is of no layer of the model"
                if layer is None else
                f"layer '{layer}' has the array '{array}' of shape {shape} in the file, "
                "which its configuration does not ask for")
    if net is None or importer.refusals:
        raise ImportFailure(*importer.refusals.messages)
    name = options.name or symbol_of(os.path.splitext(os.path.basename(path))[0])
    title = f"Imported by nascent-import from {os.path.basename(path)}."
    return format_source(net, name, title), importer.arrays, \
        importer.remarks
