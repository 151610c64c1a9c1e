# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks the innermost loops of kernels in assembly.

    check_inner_loops.py FILE zmm|ymm|xmm|v.4s [FUNCTION=COUNT]…

In each layer's function, every innermost loop that multiplies and adds must do
so on registers of the full width, by fused instructions where there are any (xmm
stands for SSE, which has none), and neither refer to the stack, nor store, nor
call: accumulators stay in registers. The loop with the most multiply-adds of
each FUNCTION must have at least COUNT of them.
"""

import re
import sys


class X86:
    comment = "#"
    multiply_add = re.compile(r"vfn?m(add|sub)\d+[ps]s\b")
    stray = re.compile(r"v?(mul|add|sub)[ps]s\b")
    branch = re.compile(r"(j[a-z]+)\s+(\.L\w+)")
    call = re.compile(r"call")
    leave = re.compile(r"ret|ud2|jmp\s+[^.]")

    def __init__(self, width):
        self.wide = re.compile(rf"vfmadd\d+ps\b.*%{width}\d+$")
        self.other = re.compile("%[xyz]mm".replace(width[0], ""))

    def is_wide(self, line):
        operands = line.split(None, 1)[1]
        return bool(self.wide.search(line)) and not self.other.search(operands)

    def stack(self, function):
        """Registers that point to the stack: rbp may hold anything else."""
        pointers = ["%rsp"]
        if any(re.match(r"movq\s+%rsp, %rbp", line) for line in function):
            pointers.append("%rbp")
        return re.compile("|".join(pointers))

    def is_store(self, line):
        mnemonic = line.split()[0]
        return (line.endswith(")") and
                not re.match(r"cmp|test|prefetch|bt[lq]?\b", mnemonic))


class SSE(X86):
    """A multiply-add is two instructions, and is counted by its addition."""

    multiply_add = re.compile(r"addps\b")
    stray = re.compile(r"(mul|add|sub)ss\b|subps\b|v(mul|add|sub)[ps]s\b")

    def __init__(self, width):
        super().__init__(width)
        self.wide = re.compile(r"addps\b.*%xmm\d+$")


class AArch64:
    comment = "//"
    multiply_add = re.compile(r"fml[as]\b|fn?m(add|sub)\b")
    stray = re.compile(r"f(mul|add|sub)\b")
    branch = re.compile(r"(b(?:\.\w+)?|cbn?z|tbn?z)\s+(?:.*, )?(\.L\w+)")
    call = re.compile(r"blr?\b")
    leave = re.compile(r"ret|br\b|udf|b\s+[^.]")

    def __init__(self, _):
        pass

    def is_wide(self, line):
        return bool(re.match(r"fmla\s+v\d+\.4s, v\d+\.4s, v\d+\.(4s|s\[\d\])$",
                             line))

    def stack(self, function):
        pointers = [r"\bsp\b"]
        if any(re.match(r"(mov|add)\s+x29, sp", line) for line in function):
            pointers.append(r"\bx29\b")
        return re.compile("|".join(pointers))

    def is_store(self, line):
        return re.match(r"st[1-4npru]", line)


def functions(path, comment):
    """{name: instructions and labels}."""
    result, current = {}, None
    with open(path) as file:
        for line in file:
            line = line.split(comment)[0].strip() if comment else line.strip()
            started = re.match(r"([\w.$]+):$", line)
            if started and not line.startswith(".L"):
                current = result.setdefault(started.group(1), [])
            elif line.startswith(".Lfunc_end"):
                current = None
            elif current is not None and line and (
                    started or not line.startswith(".")):
                current.append(re.sub(r"\s+", " ", line))
    return result


def basic_blocks(target, function):
    """Blocks of instructions, and the successors of each by number."""
    blocks, labels, jumps = [[]], {}, [None]
    for line in function:
        if line.endswith(":"):
            if blocks[-1]:
                blocks.append([])
                jumps.append(None)
            labels[line[:-1]] = len(blocks) - 1
            continue
        blocks[-1].append(line)
        jump = target.branch.match(line)
        if jump or target.leave.match(line):
            jumps[-1] = jump
            blocks.append([])
            jumps.append(None)
    successors = []
    for index, (block, jump) in enumerate(zip(blocks, jumps)):
        following = set()
        if jump and jump.group(2) in labels:
            following.add(labels[jump.group(2)])
        leaves = block and (target.leave.match(block[-1]) or
                            jump and jump.group(1) in ("jmp", "b"))
        if not leaves and index + 1 < len(blocks):
            following.add(index + 1)
        successors.append(following)
    return blocks, successors


def natural_loops(successors):
    """Sets of blocks: a header, and what reaches a branch back to it. However
    the blocks were placed."""
    count = len(successors)
    before = [{i for i in range(count) if block in successors[i]}
              for block in range(count)]
    dominators = [{0}] + [set(range(count)) for _ in range(1, count)]
    changed = True
    while changed:
        changed = False
        for block in range(1, count):
            reaching = [dominators[i] for i in before[block]]
            new = {block} | (set.intersection(*reaching) if reaching else set())
            changed |= new != dominators[block]
            dominators[block] = new
    loops = {}
    for block in range(count):
        for header in successors[block] & dominators[block]:
            loop, work = loops.setdefault(header, {header}), [block]
            while work:
                member = work.pop()
                if member not in loop:
                    loop.add(member)
                    work += before[member]
    return list(loops.values())


def innermost_loops(target, function):
    """The instructions of each loop that holds no other."""
    blocks, successors = basic_blocks(target, function)
    loops = natural_loops(successors)
    return [[line for block in sorted(loop) for line in blocks[block]]
            for loop in loops
            if not any(other < loop for other in loops)]


def check(target, name, function):
    """(number of multiply-adds; problems) of each loop that has any."""
    stack = target.stack(function)
    for loop in innermost_loops(target, function):
        found = [line for line in loop if target.multiply_add.match(line)]
        if not found:
            continue
        problems = []
        for line in loop:
            if stack.search(line):
                problems.append(f"refers to the stack: {line}")
            elif target.is_store(line):
                problems.append(f"stores: {line}")
            elif target.call.match(line):
                problems.append(f"calls: {line}")
            elif target.stray.match(line):
                problems.append(f"multiplies or adds otherwise: {line}")
            elif target.multiply_add.match(line) and not target.is_wide(line):
                problems.append(f"is not of full width: {line}")
        yield len(found), [f"{name}: a loop {text}" for text in problems]


TARGETS = {"zmm": X86, "ymm": X86, "xmm": SSE, "v.4s": AArch64}


def main():
    path, width, *expected = sys.argv[1:]
    target = TARGETS[width](width)
    found = functions(path, target.comment)
    wrong, largest = [], {}
    for name, function in found.items():
        # Initialisers multiply and add, too, but accumulate nothing.
        if ".layer_" not in name:
            continue
        for count, problems in check(target, name, function):
            largest[name] = max(largest.get(name, 0), count)
            wrong += problems
    for expectation in expected:
        name, _, count = expectation.partition("=")
        if name not in found:
            wrong.append(f"{name}: no such function in {sorted(found)}")
        elif largest.get(name, 0) < int(count):
            wrong.append(f"{name}: {largest.get(name, 0)} multiply-adds "
                         f"in a loop, expected {count} or more")
    for name, count in largest.items():
        print(f"{name}: {count} multiply-adds")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
