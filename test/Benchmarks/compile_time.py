# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times compilation against depth, and what it takes and leaves behind.

    compile_time.py COMPILER [--repeat N] [--depths N...]

Networks of 1 to 2000 dense layers with relu, with all widths equal and with
all widths different, bound to a batch of 2; and the book's network. Prints CSV:
the median seconds of whole runs of the compiler, its peak memory, the object's
size, and the bytes of parameters and of scratch that the header asks for. Cost
is linear if seconds a layer do not grow.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
import time

MLP = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "examples",
                   "mlp.mlir")


def source(depth, widths):
    lines, value, known = [], "%x", "?"
    for index in range(depth):
        units = widths(index)
        lines.append(f"  %{2 * index} = nn.dense {value}, {units} : "
                     f"tensor<?x{known}xf32> -> tensor<?x{units}xf32>")
        lines.append(f"  %{2 * index + 1} = nn.relu %{2 * index} : "
                     f"tensor<?x{units}xf32>")
        value, known = f"%{2 * index + 1}", units
    return (f"nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x{known}xf32>"
            " {\n" + "\n".join(lines) +
            f"\n  nn.return {value} : tensor<?x{known}xf32>\n}}\n")


def run(command):
    """Seconds that it takes, and its peak memory in KiB."""
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    taken = time.perf_counter() - start
    if status != 0:
        sys.exit(f"this failed: {' '.join(command)}")
    return taken, usage.ru_maxrss


def macro(header, suffix):
    return int(re.search(rf"#define \w+_{suffix} (\d+)u", header).group(1))


def measure(compiler, path, binding, folder, repeat):
    target = os.path.join(folder, "net.o")
    runs = [run([compiler, path, "--bind", binding, "-o", target])
            for _ in range(repeat)]
    with open(os.path.join(folder, "net.h")) as file:
        header = file.read()
    return (f"{statistics.median(taken for taken, _ in runs):.4f},"
            f"{max(memory for _, memory in runs)},{os.path.getsize(target)},"
            f"{macro(header, 'PARAMETERS_BYTES')},"
            f"{macro(header, 'SCRATCH_BYTES')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compiler")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--depths", type=int, nargs="*",
                        default=[1, 10, 100, 1000, 2000])
    arguments = parser.parse_args()
    # 2003 is prime: 2000 widths, none twice, in no order.
    kinds = {
        "equal": lambda index: 64,
        "different": lambda index: 16 + index * 977 % 2003,
    }
    print("widths,layers,seconds,peak_kib,object_bytes,parameter_bytes,"
          "scratch_bytes")
    compiler = os.path.abspath(arguments.compiler)
    with tempfile.TemporaryDirectory() as folder:
        print("the book's,2," + measure(compiler, MLP, "mlp=2x20xf32", folder,
                                        arguments.repeat), flush=True)
        for kind, widths in kinds.items():
            for depth in arguments.depths:
                path = os.path.join(folder, "net.mlir")
                with open(path, "w") as file:
                    file.write(source(depth, widths))
                print(f"{kind},{depth}," +
                      measure(compiler, path, "net=2x64xf32", folder,
                              arguments.repeat), flush=True)


if __name__ == "__main__":
    main()
