# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A module's own `forward`, by PyTorch's symbolic tracing (torch.fx)."""

import dis
import inspect
import operator
import sys
import traceback

import torch
from torch import fx
from torch.nn.utils import rnn

from . import arithmetic, functions  # noqa: F401, for what they enter
from .exchanged import seen
from .function_table import FUNCTIONS, METHODS, InEval, Size, evaluate
from .refusals import Refusal
from .unknown import UNKNOWN, try_ranks

# What tracing adds to check arguments that it was told.
CHECKS = ("_assert", "_assert_is_none")


class Unpackable:
    """What `a, b = …` can take apart: the instruction says how many it expects."""

    def __iter__(self):
        frame = sys._getframe(1)
        for instruction in dis.get_instructions(frame.f_code):
            if instruction.offset == frame.f_lasti:
                if instruction.opname == "UNPACK_SEQUENCE":
                    return iter([self[i] for i in range(instruction.argval)])
                if instruction.opname == "UNPACK_EX":
                    raise Refusal("a name with a star takes values of which nobody "
                                  "says how many there are; write a name for each")
                break
        return super().__iter__()


class UnpackableAttribute(Unpackable, fx.proxy.Attribute):
    """As a value's shape."""


class UnpackableProxy(Unpackable, fx.Proxy):
    """A value."""

    def __getattr__(self, name):
        return UnpackableAttribute(self, name)

    # Without these, tracing would take `a += b` for `a = a + b`.
    def __iadd__(self, other):
        return self.tracer.create_proxy("call_function", operator.iadd,
                                        (self, other), {})

    def __imul__(self, other):
        return self.tracer.create_proxy("call_function", operator.imul,
                                        (self, other), {})


class LineTracer(fx.Tracer):
    """Traces one forward: other modules are called, not entered. Each node has
    the line of the model's file that made it."""

    def __init__(self, model_file):
        # These look at what they are given, and are to be called later.
        super().__init__(
            autowrap_functions=(torch.zeros, rnn.pack_padded_sequence,
                                rnn.pad_packed_sequence))
        # Where the programs find them.
        self._autowrap_search += [torch, rnn]
        self.file = model_file

    def is_leaf_module(self, module, qualified_name):
        return True

    def proxy(self, node):
        return UnpackableProxy(node, self)

    def create_node(self, *args, **kwargs):
        node = super().create_node(*args, **kwargs)
        node.meta["line"] = self.file.here(sys._getframe(1))
        return node


def trace(module, model_file):
    """The graph of a module's forward."""
    if type(module).forward is torch.nn.Module.forward:
        raise Refusal("has no forward")
    signature = inspect.signature(module.forward)
    defaults = {name: parameter.default
                for name, parameter in signature.parameters.items()
                if parameter.default is not inspect.Parameter.empty}
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            raise Refusal(f"forward takes {parameter}; arguments with names are "
                          "supported")
    training, module.training = module.training, InEval()
    try:
        graph = LineTracer(model_file).trace(module, defaults or None)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames
                 if frame.filename == model_file.absolute]
        first = str(error).split("\n", 1)[0]
        what = first if isinstance(error, Refusal) else \
            f"forward cannot be traced: {type(error).__name__}: {first}"
        raise Refusal(what, lines[-1] if lines else None)
    finally:
        module.training = training
    graph.defaults = defaults
    return graph


def resolve(net, argument, environment):
    """An argument with values in place of nodes."""
    def value_of(item):
        value = seen(net, environment[item]) if isinstance(item, fx.Node) else item
        return value.settled() if isinstance(value, Size) else value
    return fx.node.map_aggregate(argument, value_of)


def contains_unknown(argument):
    found = []
    fx.node.map_aggregate(
        argument,
        lambda item: found.append(item) if item is UNKNOWN else item)
    return bool(found)


def run_graph(importer, net, module, graph, operands, inner):
    """Appends what a graph computes to a network, and gives its result."""
    environment, waiting = {}, list(operands)
    names = [name for name in inspect.signature(module.forward).parameters
             if name not in graph.defaults]
    for node in graph.nodes:
        where = importer.file.where(node.meta.get("line"))
        if node.op == "placeholder":
            # Tracing puts a number behind the names of arguments with defaults.
            name = str(node.target)
            if name in names:
                names.remove(name)
            else:
                name = name.rsplit("_", 1)[0]
            if node.target in graph.defaults or name in graph.defaults:
                environment[node] = graph.defaults.get(
                    node.target, graph.defaults.get(name))
                continue
            if not waiting:
                raise Refusal(f"expected more inputs than {len(operands)}")
            environment[node] = waiting.pop(0)
            continue
        arguments = resolve(net, node.args, environment)
        keywords = resolve(net, node.kwargs, environment)
        if node.op == "output":
            if waiting:
                raise Refusal(f"expected {len(operands) - len(waiting)} inputs, got "
                              f"{len(operands)}; arguments with defaults are "
                              "left at these")
            return arguments[0] if not isinstance(arguments[0], dict) \
                else tuple(arguments[0].values())
        if node.op == "call_module":
            environment[node] = importer.call_traced(
                net, module.get_submodule(node.target), arguments, keywords,
                node.target, inner + node.target)
            continue
        if is_checked_only(node):
            environment[node] = None
            continue
        what = operator_name(node)
        try:
            environment[node] = run_node(net, node, arguments, keywords)
            importer.successes += 1
        except Refusal as refusal:
            environment[node] = importer.refuse(where, what, refusal)
    raise Refusal("has a forward that returns nothing")


def is_checked_only(node):
    """Whether tracing compares a default with itself here, and no more."""
    return node.users and all(user.op == "call_function" and
                              user.target.__name__ in CHECKS
                              for user in node.users)


def operator_name(node):
    if node.op == "get_attr":
        return f"'{node.target}'"
    name = node.target if isinstance(node.target, str) else \
        getattr(node.target, "__name__", str(node.target))
    return f"operator '{name}'"


def are_numbers(arguments):
    return arguments and all(type(item) in (int, float) for item in arguments)


def run_node(net, node, arguments, keywords):
    if node.op == "get_attr":
        raise Refusal("a parameter or a tensor that forward computes with is not "
                      "supported; parameters of layers are, and "
                      "torch.onnx.export may write it as a file to import")
    if node.op == "call_function" and \
            getattr(node.target, "__name__", "") in CHECKS:
        return None
    if node.op == "call_function" and are_numbers(arguments) and \
            getattr(node.target, "__module__", "") in ("_operator", "math"):
        # As of sizes that are known.
        return node.target(*arguments)
    table = METHODS if node.op == "call_method" else FUNCTIONS
    if node.target not in table:
        raise Refusal("is not supported; 'nascent-import --supported' lists what "
                      "is")
    function = table[node.target]
    if arguments and arguments[0] is UNKNOWN and \
            node.target in (operator.getitem, getattr):
        # It may have been several values.
        return UNKNOWN
    if contains_unknown((arguments, keywords)):
        def attempt(scratch, value):
            def known(item):
                return value if item is UNKNOWN else item
            evaluate(scratch, function,
                     fx.node.map_aggregate(arguments, known),
                     fx.node.map_aggregate(keywords, known))
        try_ranks(attempt)
        return UNKNOWN
    count = len(net.layers)
    result = evaluate(net, function, arguments, keywords)
    if net.prefix:
        for layer in net.layers[count:]:
            layer.path = net.unique_path(net.prefix + layer.mnemonic)
    return result

