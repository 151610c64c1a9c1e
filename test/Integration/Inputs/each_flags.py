# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs a comparison with PyTorch once for each of several sets of flags.

    each_flags.py TEST SCRIPT COMPILER CC FOLDER FLAGS...

FLAGS is one word for each run, empty or with blanks between its flags. A run is
`SCRIPT COMPILER CC FOLDER/<number> <flag>...`, and FileCheck compares what it prints
with TEST. To load PyTorch takes longer than many comparisons do, so that it is
loaded once: each run is a copy of this process.
"""

import os
import runpy
import subprocess
import sys

import torch  # noqa: F401


def run(script, arguments, output):
    """Runs SCRIPT in a copy of this process; true where it succeeds."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with open(output, "w") as file:
                os.dup2(file.fileno(), 1)
            sys.argv = [script, *arguments]
            runpy.run_path(script, run_name="__main__")
            status = 0
        except SystemExit as end:
            status = 0 if end.code in (None, 0) else 1
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def main():
    test, script, compiler, cc, folder, *sets = sys.argv[1:]
    script = os.path.join(os.path.dirname(os.path.realpath(__file__)), script)
    for number, flags in enumerate(sets):
        own = os.path.join(folder, str(number))
        os.makedirs(own)
        output = own + ".txt"
        succeeded = run(script, [compiler, cc, own, *flags.split()], output)
        if succeeded:
            succeeded = subprocess.run(
                ["FileCheck", test, "--input-file", output]).returncode == 0
        if not succeeded:
            with open(output) as file:
                sys.exit(f"{file.read()}{script} with flags '{flags}' failed")


main()
