# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Imports several networks of a file in one process, which loads PyTorch once:

    import_each.py TOOL FOLDER MODELS.py NETWORK... [-- OPTION...]

Prints for each what nascent-import says, and its status where that is not 0.
"""

import os
import sys

tool, folder, path, *arguments = sys.argv[1:]
networks, options = arguments, []
if "--" in arguments:
    at = arguments.index("--")
    networks, options = arguments[:at], arguments[at + 1:]
sys.path.insert(0, os.path.dirname(tool))
sys.stderr = sys.stdout

from nascent_import.main import main  # noqa: E402

for network in networks:
    print(f"{network}:", flush=True)
    output = os.path.join(folder, network.removesuffix("()") + ".mlir")
    status = main([f"{path}:{network}", "-o", output, *options])
    if status:
        print(f"status {status}")
