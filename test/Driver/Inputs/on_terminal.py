# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs a command whose standard error is a terminal, and prints what goes there."""

import os
import subprocess
import sys

ours, theirs = os.openpty()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL,
                           stderr=theirs)
os.close(theirs)
while True:
    try:
        text = os.read(ours, 1024)
    except OSError:  # Linux says so at the end.
        break
    if not text:
        break
    sys.stdout.buffer.write(text)
sys.exit(process.wait())
