# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Prints networks whose tie leads through a block, beside many other networks.

    tied_blocks.py FIRST LAST

One module, for --split-input-file, for each number of others.
"""

import sys

TYPE = "tensor<?x4xf32>"


def network(name, *layers):
    lines, value = [], "%x"
    for index, layer in enumerate(layers):
        lines.append(f"  %{index} = {layer.replace('X', value)} : {TYPE} -> {TYPE}")
        value = f"%{index}"
    return "\n".join([f"nn.sequential {name}(%x: {TYPE}) -> {TYPE} {{", *lines,
                      f"  nn.return {value} : {TYPE}", "}"])


def module(others):
    leaf = network("private @leaf", "nn.dense X, 4")
    middle = network("private @middle", 'nn.block @leaf(X) name("c")')
    net = network("@net", 'nn.block @leaf(X) name("a")',
                  'nn.block @middle(X) name("a.b")',
                  'nn.block @leaf(X) name("d") tie("a.b.c")')
    rest = [network(f"private @other{i}", 'nn.block @leaf(X)')
            for i in range(others)]
    return "\n".join([leaf, middle, *rest, net])


def main():
    first, last = map(int, sys.argv[1:])
    print("\n// -----\n".join(map(module, range(first, last + 1))))


if __name__ == "__main__":
    main()
