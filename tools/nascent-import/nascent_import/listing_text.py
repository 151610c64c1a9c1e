# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The grammar of listings, as Python prints modules:

    Sequential(
      (0): LazyLinear(in_features=?, out_features=256, bias=True)
      (block 1): Sequential(
        …
      )
    )

What stands before is a title, and what follows the parameters of ours.
"""

import ast
import re

from .refusals import ImportFailure

CHILD = re.compile(r"\s*\((?P<name>[^()]+)\): (?P<rest>.*)")
HEAD = re.compile(r"(?P<kind>[A-Za-z_]\w*)\((?P<rest>.*)")
TITLE = re.compile(r"(?P<name>[A-Za-z_]\w*): input (?P<input>.*) -> output ")
PARAMETER = re.compile(
    r"(?P<name>\S.*?)  +(?:<UninitializedParameter>  +)?\((?P<shape>[^)]*)\)  +"
    r"float32  +(?P<init>\S+(?:<.*>)?)$")
WEIGHT = re.compile(r"\s*Parameter \S+_weight \(")
ALIAS = re.compile(r"(?P<alias>\S.*?)  +is (?P<name>\S.*)$")


class Node:
    """A line of a listing, and those within it."""

    def __init__(self, kind, line):
        self.kind, self.line = kind, line
        self.arguments = ""
        # None for a layer, whose parentheses close on its line.
        self.children = None


class Listing:
    """What a file says: `root`, and where it is ours, more."""

    def __init__(self, path):
        self.path = path
        self.root = None
        self.name = None
        self.sizes = None
        self.initializers = {}
        self.aliases = {}
        # In Gluon's table, which names parameters and not their layers.
        self.weights = 0


def fail(path, line, what):
    raise ImportFailure(f"{path}:{line}: error: {what}")


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip() for line in file]
    except UnicodeDecodeError:
        raise ImportFailure(f"{path}: error: this is no text; a listing, a file of "
                            "Python, of Keras, of TensorFlow.js or of ONNX is imported")
    except OSError as error:
        raise ImportFailure(f"{path}: error: {error.strerror or error}")
    listing = Listing(path)
    index = 0
    while index < len(lines) and not HEAD.fullmatch(lines[index].strip()):
        title = TITLE.match(lines[index])
        if title:
            listing.name = title["name"]
            listing.sizes = parse_shapes(title["input"])
        elif lines[index]:
            fail(path, index + 1, f"expected a listing such as 'Sequential(', got "
                 f"'{lines[index]}'")
        index += 1
    if index == len(lines):
        fail(path, len(lines) or 1, "expected a listing such as 'Sequential(', got "
             "none")
    listing.root, index = parse_node(path, lines, index, lines[index].strip())
    read_parameters(listing, lines[index:])
    return listing


def parse_node(path, lines, index, text):
    """(a node, the index of the line behind it)."""
    if text == "Flatten":
        # So does Gluon print it.
        return Node(text, index + 1), index + 1
    head = HEAD.fullmatch(text)
    if not head:
        fail(path, index + 1, f"expected a layer such as 'ReLU()', got '{text}'")
    node = Node(head["kind"], index + 1)
    if head["rest"].endswith(")"):
        node.arguments = head["rest"][:-1]
        return node, index + 1
    if head["rest"]:
        fail(path, index + 1, f"expected ')' at the end of '{text}'")
    node.children = []
    index += 1
    while index < len(lines):
        line = lines[index]
        if line.strip() == ")":
            return node, index + 1
        child = CHILD.fullmatch(line)
        if not child:
            fail(path, index + 1, "expected a child such as '(0): ReLU()' or ')', got "
                 f"'{line.strip()}'")
        inner, index = parse_node(path, lines, index, child["rest"])
        node.children.append((child["name"], inner))
    fail(path, node.line, f"'{node.kind}(' is not closed")


def parse_shapes(text):
    """The sizes in `(-1, 20), (?, 3)`."""
    return [[int(size) if size.isdigit() else None
             for size in re.findall(r"\?|-?\d+", group)]
            for group in re.findall(r"\(([^()]*)\)", text)]


def read_parameters(listing, lines):
    """Initialisers and ties, from the table of parameters behind a listing."""
    for line in lines:
        listing.weights += bool(WEIGHT.match(line))
        row, alias = PARAMETER.match(line), ALIAS.match(line)
        if row:
            listing.initializers[row["name"]] = "#nn." + row["init"]
        elif alias:
            listing.aliases[alias["alias"]] = alias["name"]


def parse_arguments(text):
    """(positional, by name) of what stands between a layer's parentheses; None if
    that cannot be read."""
    # What is not known; words without quotes.
    text = re.sub(r"\?", "None", text)
    text = re.sub(r"=([A-Za-z_]\w*)", lambda match: match[0] if match[1] in
                  ("None", "True", "False") else f"='{match[1]}'", text)
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        return [ast.literal_eval(item) for item in call.args], \
            {item.arg: ast.literal_eval(item.value) for item in call.keywords}
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError,
            MemoryError):
        return None
