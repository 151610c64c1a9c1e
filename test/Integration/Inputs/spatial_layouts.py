# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Gives every parameter of a network a layout that stores its columns in another
order than the canonical one: places before channels.

    nascent-compile … --compile-to=inferred | spatial_layouts.py
"""

import re
import sys

# Whole vectors, parts of them, and what none divides.
WIDTHS = [8, 16, 12, 1, 32, 3]
PARAMETER = re.compile(r" *nn\.parameter .*: tensor<(?:(\d+)x)?(\d+)xf32> ")

count = 0
for line in sys.stdin:
    line = line.rstrip("\n")
    if found := PARAMETER.match(line):
        columns = int(found[2])
        spatial = [s for s in range(2, columns + 1) if columns % s == 0]
        if spatial:
            width = WIDTHS[count % len(WIDTHS)] if found[1] else 1
            line += (f" layout(#nn.panels<{width}, "
                     f"spatial = {spatial[count % len(spatial)]}>)")
            count += 1
    print(line)
