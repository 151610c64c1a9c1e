# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Lines that say "loss NUMBER" say the same number, within a tolerance.

    compare_losses.py TOLERANCE < LINES
"""

import re
import sys

losses = [float(x) for x in re.findall(r"loss ([-+.\de]+)", sys.stdin.read())]
assert len(losses) > 1, "expected several losses"
spread = max(losses) - min(losses)
assert spread < float(sys.argv[1]), f"losses differ by {spread}: {losses}"
