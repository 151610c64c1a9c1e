# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks the symbols and relocations of a network's object.

    check_object.py SOURCE FOLDER SYMBOLS [--levels=3] [COMPILER FLAGS…]

SYMBOLS is a file of lines `name T`, the global symbols and their kinds. Each
optimisation level's object is also made a shared library, which has to resolve
all by itself.
"""

import os
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def global_symbols(path):
    """(name, T for code or D for data) of what others can name; U where it is not
    defined. readelf, as it starts in a tenth of llvm-nm's time."""
    symbols = []
    for line in run("readelf", "--symbols", "--wide", path).splitlines():
        # Some have a word of their own before the section.
        words = line.split()
        if len(words) >= 8 and words[4] in ("GLOBAL", "WEAK"):
            kind = {"FUNC": "T", "OBJECT": "D"}.get(words[3], words[3])
            symbols.append((words[-1], "U" if words[-2] == "UND" else kind))
    return sorted(symbols)


def check(source, folder, expected, flags):
    path = os.path.join(folder, "net.o")
    run("nascent-compile", source, "-o", path, *flags)
    found = global_symbols(path)
    assert found == expected, f"symbols {found}, expected {expected}"
    sections = run("readelf", "--sections", "--wide", path)
    for name in (".init_array", ".data", ".bss", ".tbss", ".tdata",
                 ".eh_frame_hdr"):
        sizes = [line for line in sections.splitlines()
                 if f" {name} " in line and " 000000 00 " not in line]
        assert not sizes, f"section {name}: there is global state"
    library = os.path.join(folder, "net.so")
    # text: a relocation in code would be an error; defs: an undefined symbol.
    run("ld.lld", "-shared", "--fatal-warnings", "-z", "defs", "-z", "text",
        path, "-o", library)
    dynamic = run("readelf", "--dynamic", "--wide", library)
    assert "TEXTREL" not in dynamic, dynamic
    assert "NEEDED" not in dynamic, dynamic


def main():
    source, folder, symbols, *flags = sys.argv[1:]
    with open(symbols) as file:
        expected = sorted(tuple(line.split()) for line in file if line.strip())
    levels = "3"
    for flag in list(flags):
        if flag.startswith("--levels="):
            levels = flag.partition("=")[2]
            flags.remove(flag)
    for level in levels:
        try:
            check(source, folder, expected, [*flags, f"-O{level}"])
        except AssertionError as error:
            sys.exit(f"-O{level} {' '.join(flags)}: {error}")


if __name__ == "__main__":
    main()
