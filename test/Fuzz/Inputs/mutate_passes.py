# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs every pass of ours on mutants of the IR that it gets in a compilation.

    mutate_passes.py NASCENT_OPT FOLDER NETWORK... [--count N] [--seed S]
                     [--passes=A,B] [--memory=MB] [--statistics]

A network names its pipeline in its first line. Before each pass, the IR is
changed as text: types, numbers, attributes, operands, lines, functions and
blocks. What nascent-opt still reads as valid IR goes to the pass, which must
accept it or refuse it with an error. A signal, an abort or a run without an
end is a failure: the mutant is written into FOLDER, and the command that fails
on it is shown.

The same seed gives the same mutants. `--count` is how many there are for each
pass of each network.
"""

import argparse
import contextlib
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

from mutations import Text, mutate

SPLIT = "// -----"
# What they add is large, and no pass after them changes it.
ASIDE = ["nn-lower-init", "nn-lower-access"]
# How IR is printed.
FORMS = [[], ["--mlir-print-op-generic"]]
SECONDS = 20


class Tool:
    def __init__(self, path, folder, memory):
        self.path, self.folder, self.memory = path, folder, memory

    def run(self, arguments, source):
        """The exit status, what it wrote and its errors. A run that takes too
        long, or too much memory, ends by a signal."""
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            if self.memory:
                size = self.memory << 20
                resource.setrlimit(resource.RLIMIT_AS, (size, size))
        # Files: megabytes through pipes take as long as what is done with them.
        with contextlib.ExitStack() as stack:
            given, out, errors = (stack.enter_context(tempfile.TemporaryFile(
                "w+", errors="replace")) for _ in range(3))
            given.write(source)
            given.seek(0)
            status = subprocess.run(
                [self.path, "--mlir-disable-threading", *arguments], stdin=given,
                stdout=out, stderr=errors, preexec_fn=limit).returncode
            out.seek(0)
            errors.seek(0)
            return status, out.read(), errors.read()

    def split(self, arguments, mutants):
        """Runs on all mutants at once."""
        return self.run([*arguments, "--split-input-file",
                         f"--output-split-marker={SPLIT}"],
                        f"\n{SPLIT}\n".join(mutants))


def is_crash(status, errors):
    return status not in (0, 1) or "LLVM ERROR" in errors


def find_crashes(tool, arguments, mutants):
    """The mutants that crash on their own, with the errors."""
    if not mutants:
        return
    status, _, errors = tool.split(arguments, mutants)
    if not is_crash(status, errors):
        return
    if len(mutants) == 1:
        yield mutants[0], errors
        return
    half = len(mutants) // 2
    yield from find_crashes(tool, arguments, mutants[:half])
    yield from find_crashes(tool, arguments, mutants[half:])


def split_pipeline(text):
    """The passes of a pipeline as it is dumped, with their options."""
    text = re.search(r"builtin\.module\((.*?)\n\)", text, re.S).group(1)
    passes, depth, start = [], 0, 0
    for at, character in enumerate(text + ","):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            passes.append(text[start:at].strip())
            start = at + 1
    return passes


def is_ours(name):
    return re.match(r"(nn|nascent)-|convert-nn-", name)


def stages(tool, network):
    """Each of our passes, with its options and the IR that it gets, in MLIR's
    custom form and in its generic one."""
    with open(network) as file:
        pipeline = re.match(r"// passes: (.*)", file.read()).group(1)

    def run(pipeline, *arguments):
        status, result, errors = tool.run(
            [network, f"--pass-pipeline=builtin.module({pipeline})", *arguments],
            "")
        if status != 0:
            sys.exit(f"{network}: {errors}")
        return result, errors

    passes = split_pipeline(run(pipeline, "--dump-pass-pipeline")[1])
    # Those that run on each function are one, by the name of the first.
    is_nested = lambda each: each.startswith("func.func(")
    name_of = lambda each: re.split(r"[{,)]", each.removeprefix("func.func("))[0].strip()
    kept = [each for each in passes if name_of(each) not in ASIDE]
    trees, before = [], []
    for form in FORMS:
        trees.append(os.path.join(tool.folder, f"ir{len(form)}"))
        run(",".join(kept), "--mlir-print-ir-after-all",
            f"--mlir-print-ir-tree-dir={trees[-1]}", *form)
        before.append(run("", *form)[0])
    position = 0
    for each in passes:
        name = name_of(each)
        if is_ours(name):
            status, _, errors = tool.split(
                [f"--pass-pipeline=builtin.module({each})"], before)
            if status != 0:
                sys.exit(f"{network}: {name} refuses what it is given by "
                         f"the passes before it: {errors}")
            yield name, each, before
        if name in ASIDE:
            continue
        if is_nested(each):
            before = [tool.run([f"--pass-pipeline=builtin.module({each})", *form], text)[1]
                      for form, text in zip(FORMS, before)]
            continue
        before = []
        for tree in trees:
            path = os.path.join(tree, "builtin_module_no-symbol-name",
                                f"{position}_{name}.mlir")
            with open(path) as file:
                before.append(re.sub(r"^// -----//.*\n", "", file.read()))
        position += 1


def fuzz(tool, name, pipeline, mutants, counts, number):
    """Runs a pass on mutants; returns how many of them fail. `number` is that
    of the first failure."""
    failures = 0

    def report(kind, mutant, arguments, errors):
        nonlocal failures
        path = os.path.join(tool.folder,
                            f"{name}-{kind}-{number + failures}.mlir")
        failures += 1
        with open(path, "w") as file:
            file.write(mutant)
        print(f"{kind}: nascent-opt {path} {' '.join(map(repr, arguments))}")
        print("\n".join(errors.splitlines()[:12]), flush=True)

    status, valid, errors = tool.split([], mutants)
    if is_crash(status, errors):
        crashes = list(find_crashes(tool, [], mutants))
        for mutant, errors in crashes:
            # MLIR's own parser and verifiers are not ours to mend.
            if "nascent::" in errors:
                report("read", mutant, [], errors)
        unread = [mutant for mutant, _ in crashes]
        mutants = [each for each in mutants if each not in unread]
        valid = tool.split([], mutants)[1]
    valid = [each for each in valid.split(SPLIT) if each.strip()]
    counts["valid"] = len(valid)
    arguments = [f"--pass-pipeline=builtin.module({pipeline})"]
    status, result, errors = tool.split(arguments, valid)
    if is_crash(status, errors):
        for mutant, errors in find_crashes(tool, arguments, valid):
            report("crash", mutant, arguments, errors)
    else:
        result = [each for each in result.split(SPLIT) if each.strip()]
        counts["accepted"] = len(result)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nascent_opt")
    parser.add_argument("folder")
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passes", default="")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--statistics", action="store_true")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    tool = Tool(arguments.nascent_opt, arguments.folder, arguments.memory)
    wanted = set(filter(None, arguments.passes.split(",")))
    failures = 0
    for network in arguments.networks:
        for name, pipeline, forms in stages(tool, network):
            if wanted and name not in wanted:
                continue
            rng = random.Random(
                f"{arguments.seed} {os.path.basename(network)} {name}")
            mutants = [mutate(rng, Text(rng.choice(forms)))
                       for _ in range(arguments.count)]
            counts = {"mutants": len(mutants), "valid": 0, "accepted": 0}
            failed = fuzz(tool, name, pipeline, mutants, counts, failures)
            failures += failed
            if arguments.statistics:
                print(network, name, counts, f"{failed} failed", flush=True)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
