# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network whose initialiser sums COUNT draws, of which the second of
each two is normal, and that can be lowered by nn-lower-init.

    many_draws.py COUNT
"""

import sys

COUNT = int(sys.argv[1])

print("""
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {
nn.initializer @sum {
  %low = arith.constant 0.5 : f32
  %high = arith.constant 1.5 : f32
  %s0 = arith.constant 0.0 : f32""")
for i in range(COUNT):
    kind = "normal" if i % 2 else "uniform"
    print(f"  %d{i} = nn.{kind}_draw %low, %high")
    print(f"  %s{i + 1} = arith.addf %s{i}, %d{i} : f32")
print(f"""  nn.yield %s{COUNT}
}}
nn.parameter @w : tensor<10x4xf32> init(#nn.custom<@sum>) layout(#nn.panels<8>) offset(0)
nn.parameter @b : tensor<10xf32> init(#nn.custom<@sum>) offset(256)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x10xf32> attributes {{nn.parameter_bytes = 320 : i64}} {{
  %0 = nn.dense %x, 10 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x10xf32>
  nn.return %0 : tensor<2x10xf32>
}}
}}""")
