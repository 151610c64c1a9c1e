# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network of COUNT kernels that differ in two numbers each, and of two
more: one of another operation, and one of the same that adds the other way.

    many_kernels.py COUNT
"""

import sys

COUNT = int(sys.argv[1])


def kernel(name, end, start, operation="addf", sum="%row, %again"):
    return f"""
func.func private @{name}(%x: memref<1xf32> {{llvm.noalias}}, %y: memref<1xf32>) attributes {{nn.kernel}} {{
  %c1 = arith.constant 1 : index
  %end = arith.constant {end} : index
  %start = arith.constant {start} : index
  scf.for %i = %start to %end step %c1 {{
    %row = arith.muli %i, %end : index
    %0 = memref.load %x[%row] : memref<1xf32>
    %again = arith.constant {end} : index
    %1 = arith.{operation} %0, %0 : f32
    %2 = arith.addi {sum} : index
    memref.store %1, %y[%2] : memref<1xf32>
  }}
  return
}}"""


names = [f"net.layer_{i}" for i in range(COUNT)]
for i, name in enumerate(names):
    print(kernel(name, 100 + i, i % 7))
print(kernel("net.product", 5, 6, operation="mulf"))
print(kernel("net.turned", 8, 9, sum="%again, %row"))
print("func.func @forward(%x: memref<1xf32>, %y: memref<1xf32>) {")
for name in [*names, "net.product", "net.turned"]:
    print(f"  call @{name}(%x, %y) : (memref<1xf32>, memref<1xf32>) -> ()")
print("  return\n}")
