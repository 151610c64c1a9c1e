# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Imports mutants of models: Keras's files, checkpoints of PyTorch, and listings.

    mutate_models.py IMPORT FOLDER MODEL... [--count N] [--seed S]

A MODEL is a .json, .keras, .h5, .pt or .txt file; its mutants have weights.bin beside
them, too. Of JSON, values are changed, taken away and put in twice, also within .keras
and .h5 files; of programs that make tensors of checkpoints, of texts, and of files as
such, bytes and lines. nascent-import must take a mutant or refuse it: with a message
that says "error:" and without a file left behind. An exception, a signal, a run without
an end or one that takes more than some memory is a failure: the mutant is left in
FOLDER, and named.

The same seed gives the same mutants. `--count` is how many there are of each model.
"""

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import sys
import traceback
import zipfile

SECONDS = 20
# What none of these small models needs, and where an import ends.
MUCH_MEMORY, MOST_MEMORY = 1 << 30, 8 << 30
# Of a model of TensorFlow.js.
WEIGHTS = "weights.bin"
VALUES = [None, True, 0, -1, 1, 2**31, 2**63, 1e30, 0.5, "", "x", "0", "relu", [], {},
          [1, 2], [[1]], [None, 3], {"a": 1}]
WORDS = ["0", "-1", "4294967296", "99999999999999999999", "?", "None", "(", ")", ",",
         "=", "'", "True", "nan", "1e400", "\u00e9", "\0"]


# -- Mutations -------------------------------------------------------------

def places_of(value, found):
    """(container, key) of everything within a value of JSON."""
    keys = value.keys() if isinstance(value, dict) else \
        range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        places_of(value[key], found)
    return found


def mutate_json(text, draw):
    value = json.loads(text)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        places = places_of(value, [])
        if not places:
            break
        holder, key = draw.choice(places)
        kind = draw.randrange(5)
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, list):
            holder.insert(draw.randrange(len(holder) + 1), holder[key])
        else:
            other, place = draw.choice(places)
            chosen = other[place] if kind == 2 else draw.choice(VALUES)
            # A copy: a value within itself would have no end.
            holder[key] = json.loads(json.dumps(chosen))
    return json.dumps(value)


def mutate_bytes(content, draw):
    content = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 8])):
        if not content:
            break
        at, kind = draw.randrange(len(content)), draw.randrange(5)
        if kind == 0:
            content[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            content[at] = draw.choice([0, 1, 127, 128, 255])
        elif kind == 2:
            del content[at:at + draw.choice([1, 4, len(content)])]
        elif kind == 3:
            content[at:at] = content[at:at + draw.choice([1, 8, 64])]
        else:
            content[at:at + 8] = draw.randbytes(8)
    return bytes(content)


def mutate_text(content, draw):
    lines = content.decode(errors="replace").split("\n")
    for _ in range(draw.choice([1, 1, 2, 4])):
        at, kind = draw.randrange(len(lines)), draw.randrange(6)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(draw.randrange(len(lines) + 1), lines[at])
        elif kind == 2:
            lines[at] = " " * draw.randrange(6) + lines[at].lstrip()
        else:
            line = lines[at]
            column = draw.randrange(len(line) + 1)
            lines[at] = line[:column] + draw.choice(WORDS) + \
                line[column + draw.choice([0, 1, 3]):]
    return "\n".join(lines).encode(errors="surrogatepass")


def mutate_zip(content, draw):
    """One member changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    changed = draw.randrange(len(members))
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for index, (name, member) in enumerate(members):
            if index == changed:
                is_json = name.endswith(".json") and draw.randrange(4)
                member = mutate_json(member, draw) if is_json else \
                    mutate_bytes(member, draw)
            archive.writestr(name, member)
    return result.getvalue()


def mutate_h5(content, draw):
    import h5py
    memory = io.BytesIO(content)
    with h5py.File(memory, "r+") as file:
        if "model_config" in file.attrs:
            file.attrs["model_config"] = mutate_json(file.attrs["model_config"], draw)
    return memory.getvalue()


def mutate(path, content, draw):
    if path.endswith(".json"):
        return mutate_json(content, draw).encode()
    if path.endswith(".txt"):
        return mutate_text(content, draw)
    if draw.randrange(4):
        return (mutate_h5 if path.endswith(".h5") else mutate_zip)(content, draw)
    return mutate_bytes(content, draw)


# -- Imports ---------------------------------------------------------------

MODEL = """\
from torch import nn
net = nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2))
"""


def arguments_for(path):
    """A checkpoint goes with a network beside it."""
    if path.endswith(".pt"):
        return ["model.py:net", "--params", path]
    return [path]


def run(path):
    """Imports in this process; what is wrong with how that went, or None."""
    from nascent_import.main import main
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            status = main([*arguments_for(path), "-o", "out.mlir"])
        except BaseException:  # SystemExit, too: arguments are right
            return traceback.format_exc()
    left = [name for name in os.listdir(".") if name.startswith(("out", ".import"))]
    if status == 0:
        return None if "out.mlir" in left else "nothing was written"
    if status != 1:
        return f"exit status {status}: {errors.getvalue()}"
    if left:
        return f"left behind: {left}"
    # What a process of its own says is on the terminal.
    return None if "error:" in errors.getvalue() or path.endswith((".keras", ".h5")) \
        else f"no error in: {errors.getvalue()}"


def attempt(path):
    """Imports in a process of its own; what is wrong, or None."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
        problem = "it ended within the import"
        try:
            problem = run(path)
        finally:
            os.write(writer, (problem or "").encode()[-4000:])
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        problem = file.read()
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    if usage.ru_maxrss << 10 > MUCH_MEMORY:
        return f"it took {usage.ru_maxrss >> 10} MiB"
    return problem or None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("folder")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tool = os.path.realpath(options.tool.split()[-1])
    models = [os.path.realpath(path) for path in options.models]
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(tool))
    sys.argv[0] = tool
    os.makedirs(options.folder, exist_ok=True)
    os.chdir(options.folder)
    with open("model.py", "w") as file:
        file.write(MODEL)
    # Loaded once, for all processes.
    if any(path.endswith(".pt") for path in models):
        import torch  # noqa: F401
    if any(path.endswith((".keras", ".h5")) for path in models):
        import h5py  # noqa: F401
    failures = 0
    for number, path in enumerate(models):
        suffix = os.path.splitext(path)[1]
        with open(path, "rb") as file:
            content = file.read()
        beside = os.path.join(os.path.dirname(path), WEIGHTS)
        if os.path.exists(beside):
            shutil.copy(beside, WEIGHTS)
        for index in range(options.count):
            draw = random.Random(f"{options.seed} {number} {index}")
            name = f"mutant_{number}_{index}{suffix}"
            with open(name, "wb") as file:
                file.write(mutate(path, content, draw))
            problem = attempt(name)
            for left in ("out.mlir", "out.safetensors"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(left)
            if problem:
                failures += 1
                print(f"{os.path.join(options.folder, name)}: {problem}", flush=True)
            else:
                os.remove(name)
    print(f"{options.count * len(models)} mutants, {failures} failures")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
