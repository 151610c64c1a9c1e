// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-split-kernels --nascent-vectorize-kernels=strict | FileCheck %s

// Two products at each step, the last one first, and a body for each. What the first
// one gives is in the states alone. Rows have steps of their own at both.
// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK-SAME:      %[[X:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %{{.*}}: memref<2xf32> {{.*}}, %{{.*}}: memref<1x8x8xf32> {{.*}}, %[[Y:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %[[H:[^ ]*]]: memref<2x8xf32> {{.*}}, %[[SUMS:[^ ]*]]: memref<2x8xf32>
// CHECK:         scf.for %[[TURN:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:           %[[STEP:.*]] = arith.subi %{{.*}}, %[[TURN]] : index
// CHECK:           vector.store %{{.*}}, %[[SUMS]]
// CHECK:           vector.load %[[X]][%{{.*}}, %[[STEP]], %{{.*}}]
// CHECK:           %[[FIRST:.*]] = arith.constant 0.0
// CHECK:           %[[WHICH:.*]] = vector.broadcast %[[FIRST]]
// CHECK:           arith.mulf %{{.*}}, %[[WHICH]]
// CHECK:           vector.store %{{.*}}, %[[H]]
// CHECK-NOT:       %[[Y]]
// CHECK:           vector.store %{{.*}}, %[[SUMS]]
// CHECK:           vector.load %[[X]][%{{.*}}, %[[STEP]], %{{.*}}]
// CHECK:           %[[SECOND:.*]] = arith.constant 1.0
// CHECK:           %[[WHICH:.*]] = vector.broadcast %[[SECOND]]
// CHECK:           arith.mulf %{{.*}}, %[[WHICH]]
// CHECK:           arith.select
// CHECK:           vector.store %{{.*}}, %[[H]]
// CHECK:           vector.store %{{.*}}, %[[Y]][%{{.*}}, %[[STEP]], %{{.*}}]
module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<8x8xf32> init(#nn.ones) layout(#nn.panels<8>) offset(0)

func.func private @net.forward(%x: tensor<2x7x8xf32>, %n: tensor<2xf32>) -> tensor<2x7x8xf32> attributes {nn.network = "net", nn.parameter_bytes = 256 : i64} {
  %0 = nn.load_parameter @w : tensor<1x8x8xf32>
  %1 = tensor.empty() : tensor<8x8xf32>
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [8] into %1 : tensor<1x8x8xf32> -> tensor<8x8xf32>
  %3:3 = nn.recurrence steps(%x : tensor<2x7x8xf32>) weight(%2 : tensor<8x8xf32>) lengths(%n : tensor<2xf32>) reverse twice attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x7x8xf32>, tensor<2x8xf32>, tensor<2x8xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32, %half: f32):
    %4 = arith.addf %in, %sum : f32
    %5 = arith.mulf %4, %half : f32
    nn.recurrence_yield %5 : f32
  }
  return %3#0 : tensor<2x7x8xf32>
}
}
