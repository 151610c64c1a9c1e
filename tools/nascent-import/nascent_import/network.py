# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks under construction: values, layers, and the text of both.

A value's sizes are numbers, or None for what is not known; how many there are is
always known. The first is the batch and stays open.
"""

import re

from .refusals import RankRefusal, Refusal


class Value:
    """What a layer computes, or an input."""

    def __init__(self, sizes, name=None):
        self.sizes = list(sizes)
        self.name = name
        # The value and the axis that each size was first one of.
        self.origins = [(self, axis) for axis in range(len(self.sizes))]
        # Indices are of i32.
        self.element = "f32"
        # What was computed from the same elements in memory: with a layer that
        # writes in place, these change, too.
        self.aliases = [self]
        self.changed_by = None
        # Of an input of states, which recurrent layers alone read.
        self.has_states = False
        # The value in its place once it turned out to have its batch second in
        # `forward`. Not where its first size was taken for the batch before.
        self.exchanged, self.gives_batch = None, False
        # How the dimensions of an input are called that `forward` has otherwise.
        self.order = None

    def __repr__(self):
        return "a value of the network"

    @property
    def rank(self):
        return len(self.sizes)

    @property
    def type(self):
        sizes = "".join("?x" if size is None else f"{size}x"
                        for size in self.sizes)
        return f"tensor<{sizes}{self.element}>"

    def axis(self, index):
        """A dimension, counted from 0, of one that may be counted from behind."""
        if not isinstance(index, int) or isinstance(index, bool) or \
                not -self.rank <= index < self.rank:
            raise RankRefusal(f"dimension {index} of a value of rank "
                              f"{self.rank}")
        return index % self.rank

    def expect(self, axis, size, what):
        """States a size, which may have been known already."""
        if size is None:
            return
        if self.sizes[axis] not in (None, size):
            raise Refusal(f"expected {size} {what}, got {self.sizes[axis]}")
        self.sizes[axis] = size

    def follow(self, other, axes):
        """Says that the first sizes are those of the other."""
        self.origins[:axes] = other.origins[:axes]

    def share(self, other):
        """Says that both are the same elements in memory."""
        other.aliases.append(self)
        self.aliases = other.aliases


class Layer:
    """A layer, or with `network` a block."""

    def __init__(self, mnemonic, operands, clauses, results, leading=None,
                 keeps_type=False, network=None):
        self.mnemonic, self.operands, self.results = \
            mnemonic, operands, results
        self.clauses, self.leading = clauses, leading
        self.keeps_type, self.network = keeps_type, network
        # Clauses that the last operands stand in, and how many each has.
        self.operand_clauses = []
        self.path = self.name = self.tie = None
        # What is to be said of it.
        self.remark = None
        self.initializers = []


# What is said of dropouts that training here does otherwise.
OF_CHANNELS = "its dropout of whole channels becomes one of elements"
OF_ALPHA = "its alpha dropout becomes one that sets elements to zero"


def unless(value, default):
    """A value, or None where it is the default."""
    return None if value == default else value


# From here on, a number rounds to no finite float32.
TOO_LARGE = 2.0 ** 128 - 2.0 ** 103


def number(value):
    """A float as MLIR writes it: with a point."""
    text = repr(float(value))
    if text.lstrip("-") in ("inf", "nan"):
        raise Refusal(f"the number {text} is not finite")
    if abs(float(value)) >= TOO_LARGE:
        raise Refusal(f"the number {text} is too large for float32")
    return text.replace("e", ".0e") if re.match(r"-?\d+e", text) else \
        text if "." in text else text + ".0"


def quote(text):
    """A string as MLIR writes it."""
    return '"' + "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\'
        else f"\\{byte:02X}" for byte in text.encode()) + '"'


def clause(name, value):
    """The text of a clause; True and None stand for a flag and for nothing."""
    if value is None or value is False:
        return ""
    if value is True:
        return " " + name
    if isinstance(value, (tuple, list)):
        value = ", ".join(map(str, value))
    return f" {name}({value})"


class Network:
    """A list of layers; `prefix` is where those that are added next belong."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.layers = []
        self.outputs = []
        self.prefix = ""
        self.symbol = None
        # Whether it is one of several that an import makes, of which one calls it.
        self.is_block = False
        self.remarks = []
        # Whether something is flattened that is flat, which makes the least rank
        # of an input doubtful.
        self.flattens_nothing = False

    def add(self, mnemonic, operands, sizes, leading=None, keeps_type=False,
            view=False, follows=0, **clauses):
        """Appends a layer and gives its result, of the sizes given, so many of which
        are the first operand's first ones."""
        operands = operands if isinstance(operands, list) else [operands]
        for operand in operands:
            self.read(operand)
        leading = [] if leading is None else \
            leading if isinstance(leading, list) else [leading]
        for size in [*sizes, *leading]:
            if size is not None and (
                    type(size) is not int or not 1 <= size < 1 << 63):
                raise Refusal(f"expected a size, got {size!r}")
        result = Value(sizes)
        result.follow(operands[0], result.rank if keeps_type else follows)
        if view:
            result.share(operands[0])
        # `in` and `end` are no names for Python's parameters.
        texts = [clause(name.rstrip("_"), value)
                 for name, value in clauses.items()]
        self.layers.append(Layer(mnemonic, operands, "".join(texts), [result],
                                 leading, keeps_type))
        return result

    def layer_remarks(self, prefix=""):
        """What is to be said of layers, each with its path."""
        for index, layer in enumerate(self.layers):
            path = f"{prefix}{layer.path or index}"
            if layer.remark:
                yield f"layer '{path}': {layer.remark}"
            if layer.network:
                yield from layer.network.layer_remarks(path + ".")

    def read(self, value):
        if value.has_states:
            raise Refusal("reads an input that a recurrent layer begins with; it is "
                          "supported for these layers alone")
        if value.exchanged:
            raise Refusal("reads with its batch first what a recurrent layer or an "
                          "attention reads with its steps first")
        if value.changed_by:
            raise Refusal(f"reads a value after {value.changed_by} changed it "
                          f"in place")

    def overwrite(self, value, by):
        """Says that a layer wrote its result to where its operand was."""
        for alias in value.aliases:
            alias.changed_by = by

    def drop_unused(self):
        """Removes layers that nothing reads, as PyTorch's results that a forward
        does not return."""
        used = {id(value) for value in self.outputs}
        kept = []
        for layer in reversed(self.layers):
            if any(id(result) in used for result in layer.results):
                used |= {id(operand) for operand in layer.operands}
                kept.append(layer)
        self.layers = kept[::-1]

    def paths(self, prefix=""):
        """The paths of all layers, also of those in blocks."""
        for layer in self.layers:
            if layer.network:
                yield from layer.network.paths(prefix + layer.path + ".")
            elif layer.path:
                # A second call's parameters are the first one's.
                yield prefix + layer.path.split("~")[0]

    def unique_path(self, path):
        """A path; for a second layer of that path, one that tells of it."""
        taken = {layer.path for layer in self.layers}
        name, count = path, 1
        while name in taken:
            count += 1
            name = f"{path}~{count}"
        return name

    def name_layers(self):
        """Names layers; those whose name is their index need none to be said."""
        taken = {layer.path for layer in self.layers if layer.path}
        for index, layer in enumerate(self.layers):
            if not layer.path:
                layer.path = str(index) if str(index) not in taken \
                    else self.unique_path(layer.mnemonic)
            layer.name = unless(layer.path, str(index))
        number_values(self)

    def body(self, public):
        """The text, with `@` for the symbol's name."""
        self.name_layers()
        arguments = ", ".join(f"{value.name}: {value.type}"
                              for value in self.inputs)
        results = [value.type for value in self.outputs]
        types = results[0] if len(results) == 1 else \
            "(" + ", ".join(results) + ")"
        kind = "" if public else "private "
        lines = [f"nn.sequential {kind}@({arguments}) -> {types} {{"]
        lines += ["  " + format_layer(layer) for layer in self.layers]
        names = ", ".join(value.name for value in self.outputs)
        lines.append(f"  nn.return {names} : {', '.join(results)}")
        return "\n".join(lines + ["}"])


def number_values(network):
    for index, value in enumerate(network.inputs):
        value.name = value.name or ("%x" if len(network.inputs) == 1
                                    else f"%x{index}")
    for index, layer in enumerate(network.layers):
        for position, result in enumerate(layer.results):
            result.name = f"%{index}" if len(layer.results) == 1 else \
                f"%{index}#{position}"


def format_layer(layer):
    names, texts = [value.name for value in layer.operands], ""
    for keyword, count in reversed(layer.operand_clauses):
        texts = clause(keyword, names[-count:]) + texts
        del names[-count:]
    operands = ", ".join(names)
    inputs = [value.type for value in layer.operands]
    outputs = [value.type for value in layer.results]
    names = clause("name", layer.name and quote(layer.name)) + \
        clause("tie", layer.tie and quote(layer.tie))
    left = layer.results[0].name.split("#")[0]
    if len(layer.results) > 1:
        left += f":{len(layer.results)}"
    types = ", ".join(inputs) + " -> " + ", ".join(outputs)
    if layer.network:
        return f"{left} = nn.block @{layer.network.symbol}({operands}){names}" \
               f" : {types}"
    if layer.keeps_type and len({*inputs, *outputs}) == 1:
        types = outputs[0]
    leading = "".join(f", {number}" for number in layer.leading or [])
    initializers = "".join(clause(*pair) for pair in layer.initializers)
    return f"{left} = nn.{layer.mnemonic} {operands}{leading}" \
           f"{layer.clauses}{texts}{names}{initializers} : {types}"


def symbol_of(text):
    """A name for C and MLIR, made of any."""
    text = re.sub(r"[^0-9A-Za-z_]+", "_", text).strip("_")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower() \
        if not text.isupper() else text.lower()
    return text if re.match(r"[a-z_]", text) else "block_" + text if text \
        else "block"


def format_source(network, name, title):
    """The file: the networks of blocks, each once, then the public one."""
    symbols, texts = {}, []

    def visit(block, hint, path):
        for layer in block.layers:
            if layer.network:
                block.name_layers()
                inner = path + layer.path + "."
                layer.network.symbol = visit(layer.network, layer.network.hint,
                                             inner)
        if block is network:
            return name
        body = block.body(public=False)
        if body not in symbols:
            symbol, count = hint, 1
            while symbol == name or symbol in [used[0] for used in symbols.values()]:
                count += 1
                symbol = f"{hint}_{count}"
            symbols[body] = (symbol, [], block.kind)
        symbols[body][1].append(path[:-1])
        return symbols[body][0]

    visit(network, name, "")
    for body, (symbol, paths, kind) in symbols.items():
        shown = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
        texts.append(f"// {kind}: {shown}\n" + body.replace("@", "@" + symbol, 1))
    top = network.body(public=True).replace("@", "@" + name, 1)
    comments = "\n".join(f"// {line}" for line in [title, *network.remarks,
                                             *network.layer_remarks()])
    return "\n".join([comments, "", *(text + "\n" for text in texts), top, ""])
