# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the multiply-adds that nascent-run counts with the summary's.

    compare_costs.py RUN.txt SUMMARY.json ROWS
"""

import json
import sys

run, summary, rows = sys.argv[1:]
with open(run) as file:
    lines = [line.split() for line in file]
counted = {line[0]: int(line[1]) for line in lines
           if len(line) > 1 and line[1].isdigit() and int(line[1])}
with open(summary) as file:
    network, = json.load(file)["networks"]
expected = {layer["name"]: layer["multiply_adds_per_row"] * int(rows)
            for layer in network["layers"] if layer["multiply_adds_per_row"]}
expected["total"] = sum(expected.values())
assert counted == expected, (counted, expected)
