"""Times compilation against depth.

    compile_time.py COMPILER [--repeat N]

Networks of 10 to 2000 dense layers with relu, with all widths equal and with
all widths different, bound to a batch of 2; and the book's network. Prints the
median seconds of whole runs of the compiler, seconds a layer, and the object's
size. Cost is linear if seconds a layer do not grow.
"""

import argparse
import os
import statistics
import subprocess
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


def seconds(compiler, path, binding, folder, repeat):
    target = os.path.join(folder, "net.o")
    samples = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run([compiler, path, "--bind", binding, "-o", target],
                       check=True)
        samples.append(time.perf_counter() - start)
    return statistics.median(samples), os.path.getsize(target)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compiler")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--depths", type=int, nargs="*",
                        default=[10, 100, 1000, 2000])
    arguments = parser.parse_args()
    # 2003 is prime: 2000 widths, none twice, in no order.
    kinds = {
        "equal": lambda index: 64,
        "different": lambda index: 16 + index * 977 % 2003,
    }
    print("| network | seconds | ms a layer | object, bytes |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        taken, size = seconds(arguments.compiler, MLP, "mlp=2x20xf32", folder,
                              arguments.repeat)
        print(f"| the book's | {taken:.3f} | {taken / 2 * 1e3:.1f} | {size} |")
        for kind, widths in kinds.items():
            for depth in arguments.depths:
                path = os.path.join(folder, "net.mlir")
                with open(path, "w") as file:
                    file.write(source(depth, widths))
                taken, size = seconds(arguments.compiler, path,
                                      "net=2x64xf32", folder,
                                      arguments.repeat)
                print(f"| {depth} layers, widths {kind} | {taken:.3f} | "
                      f"{taken / depth * 1e3:.2f} | {size} |", flush=True)


if __name__ == "__main__":
    main()
