# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiles a small network for every target of LLVM and some processors of each.

    sweep.py MODEL FOLDER [PROCESSORS]

Whatever a target can do, the outcome is an object that needs no library, or an
error of one line; never a signal or a file without the other. Prints the outcome
of each. For each target of LLVM there are its generic processor and PROCESSORS
others, 2 unless given, spread over LLVM's list; "all" takes every one. For other
formats of objects and other systems there is the generic one.
"""

import os
import re
import subprocess
import sys

# Objects of other formats than ELF, and systems that are special to LLVM.
FURTHER_TRIPLES = [
    "aarch64-apple-macosx",
    "aarch64-pc-windows-msvc",
    "armv7-linux-gnueabihf",
    "armv7-pc-windows-msvc",
    "i686-pc-windows-msvc",
    "i686-w64-windows-gnu",
    "mips64-linux-gnuabin32",
    "powerpc-ibm-aix",
    "powerpc64-ibm-aix",
    "s390x-ibm-zos",
    "thumbv7em-none-eabihf",
    "wasm32-unknown-emscripten",
    "x86_64-apple-macosx",
    "x86_64-linux-gnux32",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-uefi",
    "x86_64-w64-windows-gnu",
]
# Names of targets that are not names of architectures in triples.
ARCHITECTURES = {"x86": "i386", "x86-64": "x86_64", "systemz": "s390x",
                 "ppc32le": "powerpcle"}
# What linkers, or C's start-up code, supply to whatever they link.
SUPPLIED = {
    "_GLOBAL_OFFSET_TABLE_", ".TOC.", "_gp_disp", "__gnu_local_gp",
    "__linear_memory", "__stack_pointer", "__indirect_function_table",
    "__memory_base", "__table_base", "_fltused", "__fltused",
}


def run(*command):
    return subprocess.run(command, text=True, errors="replace", timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def targets():
    text = run("llc", "--version").stdout.partition("Registered Targets:")[2]
    return [line.split()[0] for line in text.splitlines() if line.strip()]


def processors(triple, count):
    text = run("llc", f"-mtriple={triple}", "-mcpu=help").stderr
    text = text.partition("Available CPUs")[2].partition("Available features")[0]
    names = re.findall(r"^  (\S+) +- Select", text, re.MULTILINE)
    names = [name for name in names if name != "generic"]
    if count == "all" or len(names) <= int(count):
        return names
    step = (len(names) - 1) / max(int(count) - 1, 1)
    return [names[round(i * step)] for i in range(int(count))]


def compile_for(model, folder, triple, processor):
    path = os.path.join(folder, "net.o")
    flags = [f"--mtriple={triple}"] + ([f"--mcpu={processor}"] if processor
                                       else [])
    result = run("nascent-compile", model, "-o", path, *flags)
    files = sorted(os.listdir(folder))
    lines = result.stderr.splitlines()
    if result.returncode == 1:
        assert not files, f"a failed run leaves {files}"
        assert len(lines) == 1 and "error: " in lines[0], result.stderr
        assert "<unknown>" not in lines[0], result.stderr
        return lines[0]
    assert result.returncode == 0, f"ends with {result.returncode}: {lines[:3]}"
    assert not lines, f"an object, but also {lines}"
    assert files == ["net.h", "net.o"], f"leaves {files}"
    symbols = run("llvm-nm", "--undefined-only", "--format=just-symbols", path)
    assert symbols.returncode == 0, symbols.stderr
    undefined = set(symbols.stdout.split()) - SUPPLIED
    assert not undefined, f"undefined symbols {sorted(undefined)}"
    for file in files:
        os.remove(os.path.join(folder, file))
    return "object"


def main():
    model, folder, *count = sys.argv[1:]
    count = count[0] if count else "2"
    triples = [ARCHITECTURES.get(name, name) for name in targets()]
    failed = False
    runs = [(triple, processor) for triple in triples
            for processor in ["generic"] + processors(triple, count)]
    runs += [(triple, "generic") for triple in FURTHER_TRIPLES]
    for triple, processor in runs:
        try:
            outcome = compile_for(model, folder, triple, processor)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            outcome = f"FAILED: {error}"
            failed = True
            for file in os.listdir(folder):
                os.remove(os.path.join(folder, file))
        print(f"{triple} {processor}: {outcome}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
