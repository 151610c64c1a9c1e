# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks out of listings: PyTorch's print(net), ours, and Gluon's.

A listing says what a Sequential computes, and of no other module: how one calls
its children is in its program alone.
"""

import inspect
import os
import re

from . import activations, gluon, listing_text, recurrent, shaping  # noqa: F401
from .exchanged import bring_batch_first, positionwise
from .layers import LAYERS, PARAMETERS
from .network import Layer, Network, Value, format_source, symbol_of
from .refusals import ImportFailure, Refusal, Refusals, SharedAcrossBlocks
from .unknown import UNKNOWN, try_ranks

CONTAINERS = ("Sequential", "HybridSequential")
JOINS = ("Add", "Mul", "Concat")
# What a call alone has.
OF_CALLS = ("lengths", "state")
SEQUENCES = (*recurrent.RECURRENT, "MultiheadAttention")
# PyTorch's default, which a dense layer or a convolution has without a clause.
DEFAULTS = {"weight": "#nn.kaiming_uniform<a = 2.23606797749979>",
            "bias": "#nn.kaiming_uniform<a = 2.23606797749979>"}
DEFAULTS_OF_NORMS = {"weight": "#nn.ones", "bias": "#nn.zeros"}
DEFAULTS_OF = {"prelu": {"weight": "#nn.constant<0.25>"}}
SIZES_OF_INPUTS = ("in_features", "in_channels", "num_features")


def is_default(layer, attribute, init):
    """Whether a layer's parameter begins like that without a clause."""
    if layer.mnemonic in ("lstm", "gru", "rnn"):
        uniform = re.fullmatch(r"#nn\.uniform<-(\S+), (\S+)>", init)
        return bool(uniform) and uniform[1] == uniform[2] and \
            abs(float(uniform[1]) - layer.leading[0] ** -0.5) < 1e-12
    defaults = DEFAULTS_OF.get(layer.mnemonic, DEFAULTS_OF_NORMS if
                               "norm" in layer.mnemonic else DEFAULTS)
    return init == defaults.get(attribute)


class ListingImporter:
    """One attempt, with an input of some rank."""

    def __init__(self, listing):
        self.listing = listing
        self.refusals = Refusals()
        self.is_gluon = gluon.is_own(listing.root)

    def network(self, node, inputs, path):
        net = Network(inputs)
        net.is_block = bool(path)
        x, names = inputs[0], set()
        for name, child in node.children:
            if name in names:
                self.refusals.add(f"{self.listing.path}:{child.line}", Refusal(
                    f"layer '{path}{name}' ({child.kind}): expected a name of its own, "
                    "got that of a layer above"))
            names.add(name)
            x = self.call(net, child, x, name, path + name)
        net.outputs = [x]
        if x is UNKNOWN:
            return None
        bring_batch_first(net)
        return net

    def call(self, net, node, x, name, path):
        try:
            if node.children is not None or node.kind in CONTAINERS:
                return self.call_block(net, node, x, name, path)
            kind = node.kind.removeprefix("Lazy")
            try:
                layers = gluon.translate(node)
            except (TypeError, ValueError):
                raise Refusal(f"cannot read '{node.arguments}'")
            if layers is None:
                layers = [(kind, *self.arguments(kind, node))]
            for kind, args, keywords in layers:
                named = name if not self.is_gluon or not name.isdigit() else None
                x = self.call_layer(net, kind, x, named, path, args, keywords)
                name = "0"
            return x
        except (Refusal, ImportFailure, SharedAcrossBlocks) as refusal:
            if isinstance(refusal, SharedAcrossBlocks):
                refusal = Refusal("batch_first=False is not supported beside blocks in "
                                  "listings; import the program that made the network")
            self.refusals.add(
                f"{self.listing.path}:{node.line}",
                type(refusal)(f"layer '{path}' ({node.kind}): {refusal}"))
            return UNKNOWN

    def arguments(self, kind, node):
        if kind in JOINS:
            raise Refusal("a listing does not say what is joined; import the "
                          "program that made the network")
        if kind not in LAYERS:
            raise Refusal("is not supported; 'nascent-import --supported' lists "
                          "what is")
        parsed = listing_text.parse_arguments(node.arguments)
        if parsed is None:
            raise Refusal(f"cannot read '{node.arguments}'")
        args, keywords = parsed
        names = list(inspect.signature(LAYERS[kind]).parameters)[2:]
        if len(args) > len(names):
            raise Refusal(f"expected at most {len(names)} numbers, got {len(args)}")
        keywords = {**dict(zip(names, args)), **keywords}
        for name in OF_CALLS:
            if keywords.get(name) is not None:
                raise Refusal(f"'{name}' is no number of a layer")
        for size in SIZES_OF_INPUTS:
            # PyTorch's lazy modules say 0.
            if keywords.get(size) in (0, -1):
                keywords[size] = None
        return [], keywords

    def call_layer(self, net, kind, x, name, path, args, keywords):
        def apply(net, x):
            function = gluon.FUNCTIONS.get(kind) or LAYERS[kind]
            if kind not in SEQUENCES:
                function = positionwise(function)
            try:
                inspect.signature(function).bind(net, x, *args, **keywords)
                return function(net, x, *args, **keywords)
            except (TypeError, ValueError, OverflowError) as error:
                raise Refusal(f"cannot read its numbers: {error}")
        if x is UNKNOWN:
            try_ranks(apply)
            return UNKNOWN
        count = len(net.layers)
        result = apply(net, x)
        for layer in net.layers[count:-1]:
            layer.path = net.unique_path(f"{name}.pad")
        if len(net.layers) > count and name:
            net.layers[-1].path = name
            self.describe(net.layers[-1], kind, path)
        return result

    def describe(self, layer, kind, path):
        """What the table of parameters says: initialisers and ties."""
        for attribute, clause in PARAMETERS.get(kind, {}).items():
            for name in self.names_of(path, attribute):
                self.describe_parameter(layer, attribute, clause, name, path)

    def names_of(self, path, attribute):
        """Recurrent layers have several of a kind: weight_ih_l0, …."""
        name = f"{path}.{attribute}"
        return [known for known in [*self.listing.initializers,
                                    *self.listing.aliases]
                if known == name or known.startswith(name + "_")]

    def describe_parameter(self, layer, attribute, clause, name, path):
        init = self.listing.initializers.get(name)
        if init and not is_default(layer, attribute, init):
            if init.startswith("#nn.custom"):
                raise Refusal(f"'{name}' has an initialiser of its own, {init}, "
                              "which a listing does not define")
            if dict(layer.initializers).get(clause, init) != init:
                raise Refusal(f"'{name}' is initialised in another way than "
                              "others of its kind, which is not supported")
            if (clause, init) not in layer.initializers:
                layer.initializers.append((clause, init))
        if name in self.listing.aliases:
            owner = self.listing.aliases[name].rpartition(".")[0]
            parent, _, last = owner.rpartition(".")
            if parent != path.rpartition(".")[0]:
                raise Refusal(f"is tied to '{owner}' in another block, which is "
                              "not supported in listings")
            layer.tie = last

    def call_block(self, net, node, x, name, path):
        if node.kind not in CONTAINERS:
            raise Refusal("a listing does not say how it calls its children; import "
                          "the program that made the network")
        if not node.children:
            return x
        if x is UNKNOWN:
            self.network(node, [x], path + ".")
            return UNKNOWN
        block = self.network(node, [Value([None] * x.rank)], path + ".")
        if block is None:
            return UNKNOWN
        block.kind = node.kind
        block.hint = "block" if name.isdigit() else symbol_of(name)
        result = Value([x.sizes[0], *block.outputs[0].sizes[1:]])
        layer = Layer("block", [x], "", [result], network=block)
        layer.path = name if not self.is_gluon or not name.isdigit() else None
        net.layers.append(layer)
        net.flattens_nothing |= block.flattens_nothing
        return result


def import_listing(options, sizes):
    """The source of a listing's network, and remarks."""
    path = options.model
    listing = listing_text.read(path)
    if listing.root.children is None:
        # A single layer is a network of one.
        root = listing_text.Node("Sequential", listing.root.line)
        root.children = [("0", listing.root)]
        listing.root = root
    if listing.root.kind not in CONTAINERS:
        raise ImportFailure(
            f"{path}:{listing.root.line}: error: a listing does not say how "
            f"{listing.root.kind} calls its children; import the program that made "
            "the network")
    sizes = sizes or listing.sizes
    if sizes and not all(2 <= len(each) <= 5 and 0 not in each for each in sizes):
        raise ImportFailure(f"{path}: error: expected inputs of 2 to 5 sizes, the "
                            "batch first")
    if sizes and len(sizes) != 1:
        raise ImportFailure(f"{path}: error: expected the sizes of 1 input, got "
                            f"{len(sizes)}")
    weights = gluon.count_weights(listing.root)
    if listing.weights and listing.weights != weights:
        raise ImportFailure(
            f"{path}: error: {weights} layers have {listing.weights} weights: some "
            "are shared, and Gluon's listing does not say which")
    net = choose_rank(listing, sizes)
    name = options.name or listing.name or \
        symbol_of(os.path.splitext(os.path.basename(path))[0])
    source = format_source(
        net, name, f"Imported by nascent-import from {os.path.basename(path)}.")
    return source, [f"{path}: remark: {what}" for what in net.remarks]


def choose_rank(listing, sizes):
    """The network for the sizes given, or for the least rank that fits."""
    refused, fitting = [], []
    for each in [sizes[0]] if sizes else [[None] * rank for rank in (2, 3, 4, 5)]:
        importer = ListingImporter(listing)
        net = importer.network(listing.root, [Value(each)], "")
        if importer.refusals:
            refused.append(importer.refusals)
            if not importer.refusals.of_rank:
                break
            continue
        fitting.append(net)
        if not fitting[0].flattens_nothing:
            break
    if not fitting:
        # What is refused of another rank than the layers' says nothing of the mistake.
        raise ImportFailure(*min(refused, key=lambda each: (each.of_rank, len(each)))
                            .messages)
    if len(fitting) > 1 and fitting[0].flattens_nothing:
        raise ImportFailure(
            f"{listing.path}: error: the network flattens its input, and so does not "
            "say how many dimensions that has; state them with --input, for pictures "
            "--input '?x?x?x?' or --input '?x1x28x28'")
    return fitting[0]
