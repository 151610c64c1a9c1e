# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Changes in the text of a module, each as a careless pass might make it.

`mutate` makes some of them at random.
"""

import random
import re

NUMBERS = ["0", "1", "2", "3", "5", "17", "64", "-1", "4096", "2147483648",
           "4611686018427387904", "9223372036854775807"]
SCALARS = ["f32", "f16", "bf16", "f64", "i8", "i1", "i32", "i64", "index"]
TYPES = SCALARS + [
    "memref<f32>", "memref<4xf32>", "memref<4x8xf32>", "memref<?x8xf32>",
    "memref<1x4x8xf32>", "memref<4x8xf64>", "memref<*xf32>", "memref<0x8xf32>",
    "memref<4x8xf32, strided<[16, 1]>>", "memref<4x8xf32, strided<[1, 4]>>",
    "memref<4x8xf32, strided<[8, 1], offset: 8>>", "memref<4x8xf32, 1>",
    "memref<4xvector<4xf32>>", "memref<64xi8>", "tensor<4x8xf32>",
    "tensor<f32>", "tensor<?x8xf32>", "tensor<4x0xf32>", "vector<4xf32>",
    "vector<[4]xf32>", "complex<f32>", "!llvm.ptr", "tuple<>", "none"]
VALUES = ["unit", "0 : i64", "1 : i64", "3 : i64", "64 : i64", "-1 : i64",
          "1 : i32", '"x"', '"net"', "@net", "[]", "{}", "f32", "true",
          "#nn.zeros", "#nn.panels<3>", "#nn.panels<8, bf16>",
          "#nn.panels<1, spatial = 4>", "#nn.panels<8, spatial = 5>",
          "#nn.plan<tile_rows = 3, chains = 2>",
          '#nn.target<triple = "", cpu = "", features = "", '
          'vector_bits = 32, registers = 1, fma = false>']
ATTRIBUTES = ["nn.parameter_bytes", "nn.network", "nn.entry", "nn.rows",
              "nn.batch", "nn.role", "nn.scratch_bytes", "nn.steps",
              "nn.multiply_adds", "nn.parallel", "nn.kernel", "nn.plan",
              "nn.padded"]
# Each stands alone, or around a line without results.
LINES = ["%new = memref.alloc() : memref<4x8xf32>",
         "%new = memref.alloc() : memref<4x8xf64>",
         "%new = memref.alloca() : memref<4x8xf32>",
         "%new = arith.constant 3 : index",
         "func.call @unknown() : () -> ()",
         "func.call @unknown(%arg0) : (memref<4x8xf32>) -> ()",
         "%new = nn.load_parameter @net.0.weight : memref<4x8xf32>",
         "%new = ub.poison : memref<4x8xf32>"]
AROUND = [("scf.execute_region {", "scf.yield\n}"),
          ("%t = arith.constant true\nscf.if %t {", "}"),
          ("%f, %n = arith.constant 0 : index, arith.constant 2 : index", ""),
          ("%n = arith.constant 2 : index\nscf.for %i = %n to %n step %n {",
           "}"),
          ("cf.br ^later\n^later:", "")]

SHAPED = re.compile(r"(?:memref|tensor|vector)<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>")
SIZES = re.compile(r"(?<=<)(?:\d+x)+(?=[a-z])")
SCALAR = re.compile(r"(?<![A-Za-wyz0-9_.!%@#])(?:f32|f16|bf16|i1|i8|i32|i64|index)\b")
NUMBER = re.compile(r"(?<=[<x(\[\s,:=-])-?\d+(?![\w.]*\")(?=[x\]),>\s:}])")
NAMED = re.compile(r"(?<![\w%#.!])[a-z][\w.]* = (?:[^,{}<>\[\]()]|<[^<>]*>|\[[^\[\]]*\])+")
VALUE = re.compile(r"%[\w#]+")
SYMBOL = re.compile(r"@[\w.$-]+")
AT_THE_TOP = re.compile(r' {0,2}"?[a-z_]+\.[a-z_]+"?.*[@(]')
END = re.compile(r" {0,2}\}")
LIST = re.compile(r"\((%[\w#]+(?:, %[\w#]+)*)\)")


class Text:
    """IR as lines, and which of them are functions and networks."""

    def __init__(self, text):
        self.lines = text.splitlines()

    def __str__(self):
        return "\n".join(self.lines) + "\n"

    def symbols(self):
        """Ranges of lines: what stands at the top and is named."""
        ranges, start = [], None
        for at, line in enumerate(self.lines):
            if start is None and AT_THE_TOP.match(line):
                start = at
                if not line.endswith("{") and not line.rstrip().endswith("^bb0:"):
                    ranges.append((at, at + 1))
                    start = None
            elif start is not None and END.match(line):
                ranges.append((start, at + 1))
                start = None
        return ranges


def substitute(rng, text, pattern, replacement):
    """One occurrence of `pattern` in one function replaced, or all that are
    equal to it in the function or in the whole text."""
    whole = str(text)
    start, end = rng.choice(text.symbols() or [(0, len(text.lines))])
    part = "\n".join(text.lines[start:end])
    places = list(re.finditer(pattern, part)) or list(re.finditer(pattern, whole))
    if not places:
        return text
    place = rng.choice(places)
    old, new = place.group(), replacement(place.group())
    change = lambda match: new if match.group() == old else match.group()
    kind = rng.randrange(3)
    if kind == 0 or place.string is not part:
        return Text(re.sub(pattern, change, whole))
    part = (re.sub(pattern, change, part) if kind == 1 else
            part[:place.start()] + new + part[place.end():])
    text.lines[start:end] = part.split("\n")
    return text


def change_number(rng, text):
    def other(old):
        near = [str(int(old) + 1), str(int(old) - 1), str(int(old) * 2)]
        return rng.choice(near + NUMBERS)
    return substitute(rng, text, NUMBER, other)


def change_scalar(rng, text):
    return substitute(rng, text, SCALAR, lambda old: rng.choice(SCALARS))


def change_shape(rng, text):
    def other(old):
        kind, inside = old[:-1].split("<", 1)
        dims = re.match(r"(?:(?:\d+|\?)x)*", inside).group()
        rest = inside[len(dims):]
        sizes = dims.split("x")[:-1]
        choice = rng.randrange(8)
        if choice == 0:
            return rng.choice(TYPES)
        if choice == 1 and sizes:
            del sizes[rng.randrange(len(sizes))]
        elif choice == 2:
            sizes.insert(rng.randrange(len(sizes) + 1), rng.choice("1248?"))
        elif choice == 3 and sizes:
            sizes[rng.randrange(len(sizes))] = rng.choice(["?"] + NUMBERS[:9])
        elif choice == 4:
            sizes = []
        elif choice == 5:
            kind = rng.choice(["memref", "tensor", "vector"])
        elif choice == 6:
            rest = rng.choice(SCALARS) + rest[len(rest.split(",")[0]):]
        elif kind == "memref" and "," not in rest:
            strides = [str(rng.choice([1, 4, 8, 1040])) for _ in sizes]
            rest += ", strided<[" + ", ".join(strides) + "]>"
        return f"{kind}<{''.join(size + 'x' for size in sizes)}{rest}>"
    return substitute(rng, text, SHAPED, other)


def change_sizes(rng, text):
    """The sizes of all types that have them, whatever they are types of."""
    def other(old):
        sizes = old.split("x")[:-1]
        at = rng.randrange(len(sizes))
        if rng.randrange(2):
            sizes[at] = rng.choice(["?"] + NUMBERS[:9])
        elif rng.randrange(2):
            del sizes[at]
        else:
            sizes.insert(at, rng.choice("1248?"))
        return "".join(size + "x" for size in sizes)
    return substitute(rng, text, SIZES, other)


def change_attribute(rng, text):
    def other(old):
        name = old.split(" = ")[0]
        if rng.random() < 0.3:
            name = rng.choice(ATTRIBUTES)
        if old.endswith(" : i64") and rng.random() < 0.7:
            return f"{name} = {rng.choice(NUMBERS)} : i64"
        return f"{name} = {rng.choice(VALUES)}"
    return substitute(rng, text, NAMED, other)


def drop_attribute(rng, text):
    whole = str(text)
    places = list(re.finditer(NAMED, whole))
    if not places:
        return text
    place = rng.choice(places)
    before, after = whole[:place.start()], whole[place.end():]
    after = after[2:] if after.startswith(", ") else after
    return Text(before + after)


def drop_unit(rng, text):
    return substitute(rng, text, r"nn\.(kernel|parallel)|llvm\.noalias",
                      lambda old: rng.choice(["nn.kernel", "nn.parallel",
                                              "math.unit"]))


def add_attribute(rng, text):
    places = [at for at, line in enumerate(text.lines) if "attributes {" in line]
    if places:
        at = rng.choice(places)
        text.lines[at] = text.lines[at].replace(
            "attributes {", f"attributes {{{rng.choice(ATTRIBUTES)} = "
            f"{rng.choice(VALUES)}, ", 1)
    return text


def change_value(rng, text):
    values = list(dict.fromkeys(VALUE.findall(str(text))))
    return substitute(rng, text, VALUE, lambda old: rng.choice(values))


def change_symbol(rng, text):
    symbols = list(dict.fromkeys(SYMBOL.findall(str(text)))) + ["@unknown"]
    return substitute(rng, text, SYMBOL, lambda old: rng.choice(symbols))


def change_operands(rng, text):
    """An operand of a call dropped, doubled or swapped, with its type."""
    places = [at for at, line in enumerate(text.lines)
              if LIST.search(line) and re.search(r": \(", line)]
    if not places:
        return text
    at = rng.choice(places)
    line = text.lines[at]
    values = LIST.search(line)
    head, tail = line[:line.rfind(": (")], line[line.rfind(": (") + 3:]
    types = re.split(r", (?=[a-z!])", tail[:tail.rfind(") ->")])
    names = values.group(1).split(", ")
    if len(types) != len(names):
        return text
    i, j = rng.randrange(len(names)), rng.randrange(len(names))
    kind = rng.randrange(3)
    for each in (names, types):
        if kind == 0:
            del each[i]
        elif kind == 1:
            each.insert(j, each[i])
        else:
            each[i], each[j] = each[j], each[i]
    head = head.replace(values.group(), f"({', '.join(names)})")
    text.lines[at] = f"{head}: ({', '.join(types)}{tail[tail.rfind(') ->'):]}"
    return text


def inner_line(rng, text):
    """A line inside a function, or none."""
    ranges = [each for each in text.symbols() if each[1] - each[0] > 2]
    if not ranges:
        return None
    start, end = rng.choice(ranges)
    return rng.randrange(start + 1, end - 1)


def change_lines(rng, text):
    at = inner_line(rng, text)
    if at is None:
        return text
    line = text.lines[at]
    kind = rng.randrange(5)
    if kind == 0:
        del text.lines[at]
    elif kind == 1:
        text.lines.insert(at, re.sub(r"^\s*(%\w+)(.*=)", r"%copy\2", line))
    elif kind == 2:
        other = inner_line(rng, text)
        text.lines[at], text.lines[other] = text.lines[other], line
    elif kind == 3:
        text.lines.insert(at, rng.choice(LINES))
    else:
        before, after = rng.choice(AROUND)
        text.lines[at:at + 1] = [before, line, after]
    return text


def change_functions(rng, text):
    """A function removed, doubled, moved, without its body, public or not."""
    ranges = text.symbols()
    if not ranges:
        return text
    start, end = rng.choice(ranges)
    body = text.lines[start:end]
    kind = rng.randrange(5)
    if kind == 0:
        del text.lines[start:end]
    elif kind == 1:
        copy = body[:1] + body[1:]
        copy[0] = SYMBOL.sub(lambda m: m.group() + ".copy", copy[0], count=1)
        text.lines[start:start] = copy
    elif kind == 2:
        del text.lines[start:end]
        at = rng.choice(ranges)[0]
        text.lines[min(at, len(text.lines) - 1):0] = body
    elif kind == 3:
        types = re.sub(r"%\w+: ", "", body[0])
        text.lines[start:end] = [re.sub(r"\s*\{$", "", types)]
    else:
        text.lines[start] = (body[0].replace(" private", "", 1)
                             if " private" in body[0]
                             else body[0].replace(" @", " private @", 1))
    return text


def add_function(rng, text):
    """A function with arguments of any kind, the attributes of another one or
    any, and its calls."""
    types = [rng.choice(TYPES) for _ in range(rng.randrange(4))]
    attributes = rng.sample(ATTRIBUTES[:-2], rng.randrange(4, 12))
    given = {"nn.network": '"m"', "nn.entry": '"e"', "nn.parallel": "unit",
             "nn.kernel": "unit"}
    items = [f"{name} = {given.get(name) or rng.choice(NUMBERS[:7]) + ' : i64'}"
             for name in attributes]
    known = re.findall(r"attributes \{(nn\.[^{}#]*)\} \{", str(text))
    if known and rng.random() < 0.7:
        items = [rng.choice(known)]
    names = [f"%a{i}" for i in range(len(types))]
    arguments = ", ".join(f"{n}: {t}" for n, t in zip(names, types))
    operands = list(zip(names, types))
    rng.shuffle(operands)
    operands = operands[:rng.randrange(len(operands) + 1)]
    kernel = rng.choice(["nn.kernel", "math.unit"])
    parameters = ", ".join(t for _, t in operands)
    lines = [
        f"func.func private @m.kernel({parameters}) attributes {{{kernel}}}",
        f"func.func private @m.forward({arguments}) attributes "
        f"{{{', '.join(items)}}} {{"]
    lines += [rng.choice(LINES[:4])] * rng.randrange(2)
    lines += [f"call @m.kernel({', '.join(n for n, _ in operands)}) : "
              f"({parameters}) -> ()"] * rng.randrange(3)
    lines += ["return", "}"]
    at = rng.choice(text.symbols() or [(1, 1)])[0]
    text.lines[at:at] = lines
    return text


MUTATIONS = [change_number, change_scalar, change_scalar, change_sizes,
             change_sizes, change_shape, change_shape, change_attribute,
             drop_attribute, drop_unit, add_attribute, change_value,
             change_value, change_symbol, change_operands, change_lines,
             change_lines, change_functions, add_function, add_function]


def mutate(rng, text):
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        text = rng.choice(MUTATIONS)(rng, text)
    return str(text)
