# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes recurrences as loops that MLIR's own passes know.

A step is a product of matrices, and then one unit after the other, on elements of
tensors that the loops carry.
"""

import re

OP = re.compile(
    r" *(?P<name>%\w+)(:\d+)? = nn\.recurrence steps\((?P<steps>[^)]*)\) "
    r"weight\((?P<weight>[^)]*)\)( bias\((?P<bias>[^)]*)\))?"
    r"(?P<flags>( transposed| reverse| last| all)*)( attributes \{[^}]*\})? -> "
    r"(?P<types>[^{]*) \{\n *\^bb0\((?P<arguments>[^)]*)\):\n(?P<body>.*?)"
    r" *nn\.recurrence_yield (?P<yielded>[^:]*) : [^\n]*\n *\}", re.S)


def shape_of(type_):
    return [int(size) for size in type_[len("tensor<"):].split("x")[:-1]]


def operands(text):
    """(%name, type) of "%a, %b : type, type"."""
    values, _, types = text.partition(" : ")
    return list(zip(values.split(", "), types.split(", ")))


class Loops:
    """One recurrence as text; in what is emitted, $ begins its own names."""

    def __init__(self, match):
        self.prefix = f"%r{match['name'][1:]}_"
        self.flags = match["flags"].split()
        *self.types, self.sums = match["types"].strip(" ()").split(", ")
        self.steps = operands(match["steps"])
        self.weight, = operands(match["weight"])
        self.bias = operands(match["bias"])[0] if match["bias"] else None
        self.arguments = [argument.split(":")[0]
                          for argument in match["arguments"].split(", ")]
        self.yielded = match["yielded"].split(", ")
        self.body = match["body"]
        self.units = shape_of(self.weight[1])[1]
        count = len(self.types)
        self.sequences = (0 if "last" in self.flags else
                          count // 2 if "all" in self.flags else 1)
        self.lines = []
        self.write()
        self.text = "\n".join(self.lines)
        self.results = [f"{self.prefix}all_s#{i}" for i in range(count)]

    def emit(self, text):
        self.lines.append(text.replace("$", self.prefix))

    def loop(self, variable, size, inner, outer):
        """The head of a loop that carries $outer0, … as $inner0, …."""
        carried = ", ".join(f"${inner}{i} = ${outer}{i}"
                            for i in range(len(self.types)))
        self.emit(f"$size_{variable} = arith.constant {size} : index")
        self.emit(f"$all_{inner}:{len(self.types)} = scf.for ${variable} = $0 to "
                  f"$size_{variable} step $1 iter_args({carried}) -> "
                  f"({', '.join(self.types)}) {{")

    def end(self, values):
        self.emit(f"scf.yield {', '.join(values)} : {', '.join(self.types)}")
        self.emit("}")

    def columns(self, width):
        """The places of a unit's values in a row of `width`."""
        for first in range(0, width, self.units):
            name = f"$column{len(self.lines)}"
            self.emit(f"{name}_0 = arith.constant {first} : index")
            self.emit(f"{name} = arith.addi $u, {name}_0 : index")
            yield name

    def multiply(self):
        """$sums, of the first state."""
        (weight, weight_type), sums = self.weight, self.sums
        if self.bias:
            self.emit(f"$begin = linalg.broadcast ins({self.bias[0]} : "
                      f"{self.bias[1]}) outs($space : {sums}) dimensions = [0]")
        else:
            self.emit(f"$begin = linalg.fill ins($zero : f32) outs($space : "
                      f"{sums}) -> {sums}")
        places = "d2, d1" if "transposed" in self.flags else "d1, d2"
        loops = "affine_map<(d0, d1, d2) ->"
        self.emit(
            f"$sums = linalg.generic {{indexing_maps = [{loops} (d0, d2)>, "
            f"{loops} ({places})>, {loops} (d0, d1)>], iterator_types = "
            '["parallel", "parallel", "reduction"]} '
            f"ins($s{self.sequences}, {weight} : {self.types[self.sequences]}, "
            f"{weight_type}) outs($begin : {sums}) {{")
        self.emit("^bb0(%a: f32, %b: f32, %c: f32):")
        self.emit("%d = arith.mulf %a, %b : f32")
        self.emit("%e = arith.addf %c, %d : f32")
        self.emit(f"linalg.yield %e : f32\n}} -> {sums}")

    def cell(self):
        """The tensors with the new values of a unit."""
        argument = iter(self.arguments)

        def read(value, type_, at):
            for column in self.columns(shape_of(type_)[-1]):
                self.emit(f"{next(argument)} = tensor.extract {value}[{at}, "
                          f"{column}] : {type_}")

        for value, type_ in self.steps:
            read(value, type_, "$b, $step")
        read("$sums", self.sums, "$b")
        states = list(enumerate(self.types))[self.sequences:]
        for index, type_ in states:
            read(f"$q{index}", type_, "$b")
        self.lines.extend(self.body.splitlines())
        written = []
        for group, at in ((list(enumerate(self.types))[:self.sequences],
                           "$b, $step"), (states, "$b")):
            value = iter(self.yielded)
            for index, type_ in group:
                current = f"$q{index}"
                for column in self.columns(shape_of(type_)[-1]):
                    name = f"$new{len(self.lines)}"
                    self.emit(f"{name} = tensor.insert {next(value)} into "
                              f"{current}[{at}, {column}] : {type_}")
                    current = name
                written.append(current)
        return written

    def write(self):
        batch, length, _ = shape_of(self.steps[0][1])
        self.emit("$0 = arith.constant 0 : index")
        self.emit("$1 = arith.constant 1 : index")
        self.emit(f"$end = arith.constant {length - 1} : index")
        self.emit("$zero = arith.constant 0.0 : f32")
        self.emit(f"$space = tensor.empty() : {self.sums}")
        for index, type_ in enumerate(self.types):
            self.emit(f"$e{index} = tensor.empty() : {type_}")
            self.emit(f"$f{index} = linalg.fill ins($zero : f32) outs($e{index} "
                      f": {type_}) -> {type_}")
        self.loop("t", length, "s", "f")
        self.emit("$step = arith.subi $end, $t : index" if "reverse" in self.flags
                  else "$step = arith.addi $t, $0 : index")
        self.multiply()
        self.loop("b", batch, "p", "s")
        self.loop("u", self.units, "q", "p")
        self.end(self.cell())
        for inner in ("q", "p"):
            self.end([f"$all_{inner}#{i}" for i in range(len(self.types))])


def with_loops(text):
    """The same function without recurrences. Nothing reads the sums."""
    while match := OP.search(text):
        loops = Loops(match)
        after = text[match.end():]
        for index, result in enumerate(loops.results):
            after = re.sub(re.escape(match["name"]) + rf"#{index}\b", result,
                           after)
        text = text[:match.start()] + loops.text + after
    return text
