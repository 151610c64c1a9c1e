# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Asks the compiler whether it reads what was imported.

What a layer takes is known to the compiler alone. It is asked before the files have
their names, so that what it refuses is never written.
"""

import os
import re
import shutil
import subprocess
import sys


def find_tool(name):
    """The program of a name, beside this one or in the PATH, or None."""
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))
    return shutil.which(name, path=folder) or shutil.which(name)


def refusals_of(folder, network, weights, symbol):
    """What the compiler refuses of a network and its weights, files of a folder, as
    (what, whether it is about weights); nothing where there is no compiler."""
    program = find_tool("nascent-compile")
    if not program:
        return []
    # The shapes of weights are checked where they bind an input. Names within the
    # folder have no signs that --bind reads otherwise.
    bind = [f"--bind={symbol}=@{weights}"] if weights else []
    try:
        done = subprocess.run(
            [os.path.abspath(program), network, "--emit=summary", *bind],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    except OSError:
        return []
    # One that crashed, for want of memory, has said nothing of the network.
    if done.returncode != 1:
        return []
    refused = []
    for line in done.stderr.splitlines():
        error = re.match(r"(?:\S+:\d+:\d+|nascent-compile): error: (.*)", line)
        if not error:
            continue
        # Neither where it stands nor how it is written is the model's.
        what = re.sub(r"^'nn\.\w+' op (?=layer )", "", error[1])
        of_weights = bool(weights) and what.startswith(f"'{weights}': ")
        refused.append((what.removeprefix(f"'{weights}': "), of_weights))
    return refused
