# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Modules of PyTorch as layers and blocks.

A module with modules of its own becomes a block, and its network is written once
for all that compute the same. Where parameters are shared across blocks, all
layers stand in one network instead, called by their paths.
"""

import inspect

from torch import nn

from . import activations, attention, recurrent, shaping  # noqa: F401, for their layers
from .exchanged import Exchanged, bring_batch_first, positionwise
from .folding import fold
from .layers import LAYERS, PARAMETERS, READ_INDICES, RESULTS
from .network import Layer, Network, Value, symbol_of
from .recurrent import RECURRENT, operands_of
from .refusals import Refusal, Refusals, SharedAcrossBlocks
from .tracing import run_graph, trace
from .unknown import UNKNOWN, Unknown, try_ranks

SIZES_OF_INPUTS = ("in_features", "in_channels", "num_features")
# Whose value may have its batch behind.
SEQUENCES = {*RECURRENT, attention.NAME}
HOOKS = {"_forward_pre_hooks": "a hook in front of forward",
         "_forward_hooks": "a hook behind forward"}


def class_of(module):
    """The class of `torch.nn` whose forward a module has, without `Lazy`."""
    for base in type(module).__mro__:
        if base.__module__.startswith("torch.nn.modules."):
            if base is not nn.Module and type(module).forward is base.forward:
                return base.__name__.removeprefix("Lazy")
            return None
    return None


def attributes_of(module, function):
    """A module's numbers, by the names of the function's parameters."""
    names = list(inspect.signature(function).parameters)[2:]
    values = {name: getattr(module, name) for name in names
              if hasattr(module, name) and name not in ("bias", "init")}
    if "bias" in names and hasattr(module, "bias"):
        values["bias"] = module.bias is not None and module.bias is not False
    for name in SIZES_OF_INPUTS:
        # PyTorch's lazy modules say 0.
        if values.get(name) == 0:
            values[name] = None
    return values


def in_order(module, arguments, keywords):
    """The arguments of a call, those with names in the places that `forward` has for
    them."""
    if not keywords:
        return list(arguments)
    try:
        bound = inspect.signature(module.forward).bind(*arguments, **keywords)
    except TypeError as error:
        raise Refusal(f"is called in another way than its forward: {error}")
    given = bound.arguments
    if list(given) != list(bound.signature.parameters)[:len(given)]:
        raise Refusal("arguments behind ones that are left out are not supported")
    return list(given.values())


def describe(module, path):
    return f"layer '{path}' ({type(module).__name__})" if path \
        else f"network ({type(module).__name__})"


class Importer:
    """One attempt: in blocks or flat, with inputs of some ranks."""

    def __init__(self, model_file, graphs, flat):
        self.file, self.graphs, self.flat = model_file, graphs, flat
        self.refusals = Refusals()
        self.blocks = {}
        self.owners = {}
        self.changed = 0
        self.remarks = []
        # How far the attempt came.
        self.successes = 0

    def refuse(self, where, what, refusal):
        message = f"{what}: {refusal}"
        self.refusals.add(where, type(refusal)(message))
        return UNKNOWN

    def call_traced(self, net, module, arguments, keywords, path, full_path):
        """The same of a call as `forward` has it."""
        if class_of(module) != attention.NAME:
            try:
                operands = in_order(module, arguments, keywords)
            except Refusal as refusal:
                return self.refuse_module(module, full_path, refusal)
            return self.call(net, module, operands, path, full_path)
        try:
            operand = attention.operand_of(arguments, keywords)
        except Refusal as refusal:
            return self.refuse_module(module, full_path, refusal)
        return attention.results_of(
            self.call(net, module, [operand], path, full_path))

    def call(self, net, module, operands, path, full_path):
        """Appends a module that lies at a path of its network, and gives its
        result: a value, or several."""
        try:
            name = class_of(module)
            self.check_hooks(module)
            if name == "Sequential" or name is None:
                return self.call_block(net, module, operands, path, full_path)
            more = {}
            if name in RECURRENT:
                x, more = operands_of(net, name, operands)
                operands = [x]
            for operand in operands:
                if not isinstance(operand, (Value, Unknown, Exchanged)):
                    raise Refusal("expected values as arguments, got "
                                  f"{type(operand).__name__}")
            if name not in LAYERS:
                raise Refusal("is not supported; 'nascent-import --supported' "
                              "lists what is")
            if len(operands) != 1:
                raise Refusal(f"expected 1 input, got {len(operands)}")
            if module._modules and name != attention.NAME:
                # As PyTorch's parametrizations, which compute a weight.
                raise Refusal("a layer with modules of its own, "
                              f"{', '.join(module._modules)}, is not supported")
            return self.call_layer(net, module, operands[0], path, name, more)
        except Refusal as refusal:
            return self.refuse_module(module, full_path, refusal)

    def refuse_module(self, module, full_path, refusal):
        where = self.file.where(refusal.line) if refusal.line else \
            self.file.line_of(module)
        return self.refuse(where, describe(module, full_path), refusal)

    def check_hooks(self, module):
        for attribute, what in HOOKS.items():
            for hook in getattr(module, attribute).values():
                lazy = getattr(hook, "__name__", "") == "_infer_parameters"
                if not lazy:
                    raise Refusal(f"{what} is not supported")

    def call_layer(self, net, module, x, path, name, more):
        function = LAYERS[name]
        if name in READ_INDICES and not self.flat and net.is_block:
            raise SharedAcrossBlocks()
        arguments = {**attributes_of(module, function), **more}
        if x is UNKNOWN and not arguments.get("batch_first", True):
            return UNKNOWN
        if x is UNKNOWN:
            try_ranks(lambda scratch, value: function(scratch, value,
                                                      **arguments))
            return UNKNOWN
        count = len(net.layers)
        compute = function if name in SEQUENCES else positionwise(function)
        result = compute(net, x, **arguments)
        self.successes += 1
        if len(net.layers) > count:
            layer = net.layers[-1]
            for before in net.layers[count:-1]:
                before.path = net.unique_path(net.prefix + path + ".pad")
            layer.path = net.unique_path(net.prefix + path)
            self.initialize(net, layer, module, name)
        return RESULTS[name](net, result, arguments) if name in RESULTS else result

    def initialize(self, net, layer, module, name):
        """Ties a layer to the one that has its parameters, or says how they are
        initialised."""
        parameters = {
            attribute: tensor for attribute, tensor in
            [*module.named_parameters(recurse=name == attention.NAME),
             *module.named_buffers(recurse=False)]
            if attribute != "num_batches_tracked"}
        known = [self.owners.get(id(parameter))
                 for parameter in parameters.values()]
        if any(known):
            owner = known[0]
            if not all(known) or len({id(other[1]) for other in known}) > 1 or \
                    owner[1].mnemonic != layer.mnemonic:
                raise Refusal("shares some of its parameters with another layer, "
                              "but not all; only whole layers can be tied")
            if owner[0] is not net:
                raise SharedAcrossBlocks()
            layer.tie = owner[1].path
            return
        initializers = {}
        for attribute, parameter in parameters.items():
            self.owners[id(parameter)] = (net, layer)
            # Recurrent layers have several of a kind: weight_ih_l0, ….
            clauses = PARAMETERS[name]
            clause = clauses.get(attribute) or \
                clauses.get(attribute.split("_")[0])
            if not clause:
                continue
            initializer, changed = self.file.initializer(parameter)
            self.changed += changed
            initializers.setdefault(clause, []).append(initializer)
        for clause, stated in initializers.items():
            if len(set(stated)) > 1:
                raise Refusal(f"initialises parameters of one kind, '{clause}', in "
                              "several ways, which is not supported")
            if stated[0]:
                layer.initializers.append((clause, stated[0]))

    def call_block(self, net, module, operands, path, full_path):
        for operand in operands:
            if isinstance(operand, (Value, Unknown)):
                continue
            if not isinstance(operand, (Exchanged, tuple, list)):
                raise Refusal("expected values as arguments, got "
                              f"{type(operand).__name__}")
            # States go from one layer to the other where all are in one network.
            if not self.flat:
                raise SharedAcrossBlocks()
        if self.flat or UNKNOWN in operands:
            prefix = net.prefix
            net.prefix = prefix + path + "." if path else prefix
            results = self.run(net, module, operands, full_path)
            net.prefix = prefix
            return results
        for operand in operands:
            net.read(operand)
        block = self.block_of(module, operands, full_path)
        if block is None:
            return UNKNOWN
        results = [Value([operands[0].sizes[0], *value.sizes[1:]])
                   for value in block.outputs]
        layer = Layer("block", operands, "", results, network=block)
        layer.path = net.unique_path(net.prefix + path)
        net.remarks += [each for each in block.remarks if each not in net.remarks]
        self.tie_block(net, layer, module)
        net.layers.append(layer)
        net.flattens_nothing |= block.flattens_nothing
        for operand, value in zip(operands, block.inputs):
            if value.changed_by:
                net.overwrite(operand, value.changed_by)
        return results[0] if block.is_single else tuple(results)

    def tie_block(self, net, layer, module):
        if not [*module.parameters(), *module.buffers()]:
            return
        owner = self.owners.setdefault(id(module), (net, layer))
        if owner[0] is not net:
            raise SharedAcrossBlocks()
        if owner[1] is not layer:
            layer.tie = owner[1].path

    def block_of(self, module, operands, full_path):
        """The network of a block, one for all calls of it; None if refused."""
        key = (id(module), tuple(operand.rank for operand in operands))
        if key in self.blocks:
            return self.blocks[key]
        inputs = [Value([None] * operand.rank) for operand in operands]
        block = self.blocks[key] = self.network(module, inputs, full_path)
        if block:
            last = full_path.rsplit(".", 1)[-1]
            own = block.kind = type(module).__name__
            block.hint = symbol_of(
                own if class_of(module) is None else
                last if not last.isdigit() else "block")
        return block

    def network(self, module, inputs, full_path):
        net = Network(inputs)
        net.is_block = bool(full_path)
        results = self.run(net, module, inputs, full_path)
        net.is_single = not isinstance(results, (tuple, list))
        net.outputs = [results] if net.is_single else list(results)
        if UNKNOWN in net.outputs:
            return None
        bring_batch_first(net)
        for value in net.outputs:
            if not isinstance(value, Value):
                raise Refusal(f"returns a {type(value).__name__}; a value, or a "
                              "tuple of values, is supported")
            net.read(value)
        net.drop_unused()
        fold(net)
        return net

    def run(self, net, module, operands, full_path):
        """A module's children in a network: in their order, or as `forward`
        calls them."""
        self.check_hooks(module)
        inner = full_path + "." if full_path else ""
        if class_of(module) == "Sequential":
            if len(operands) != 1:
                raise Refusal(f"expected 1 input, got {len(operands)}")
            x = operands[0]
            for name, child in module._modules.items():
                x = self.call(net, child, [x], name, inner + name)
            return x
        graph = self.graph_of(module)
        return run_graph(self, net, module, graph, operands, inner)

    def graph_of(self, module):
        """What `forward` computes, traced once."""
        if id(module) not in self.graphs:
            try:
                self.graphs[id(module)] = trace(module, self.file)
            except Refusal as refusal:
                self.graphs[id(module)] = refusal
        graph = self.graphs[id(module)]
        if isinstance(graph, Refusal):
            raise graph
        return graph
