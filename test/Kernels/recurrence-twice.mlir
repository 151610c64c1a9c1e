// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-split-kernels --nascent-vectorize-kernels=strict | FileCheck %s

// Two products at each step, which reads and writes in the same place both times.
// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK-SAME:      %[[X:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %{{.*}}: memref<1x8x8xf32> {{.*}}, %[[Y:[^ ]*]]: memref<2x7x8xf32>
// CHECK:         %[[STEPS:.*]] = arith.constant 7 : index
// CHECK:         %[[HALVES:.*]] = arith.muli %[[STEPS]], %{{.*}} : index
// CHECK:         scf.for %[[HALF:.*]] = %{{.*}} to %[[HALVES]] step %{{.*}} {
// CHECK:           %[[STEP:.*]] = arith.divui %[[HALF]], %{{.*}} : index
// CHECK:           vector.load %[[X]][%{{.*}}, %[[STEP]], %{{.*}}]
// CHECK:           vector.store %{{.*}}, %[[Y]][%{{.*}}, %[[STEP]], %{{.*}}]
module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<8x8xf32> init(#nn.ones) layout(#nn.panels<8>) offset(0)

func.func private @net.forward(%x: tensor<2x7x8xf32>) -> tensor<2x7x8xf32> attributes {nn.network = "net", nn.parameter_bytes = 256 : i64} {
  %0 = nn.load_parameter @w : tensor<1x8x8xf32>
  %1 = tensor.empty() : tensor<8x8xf32>
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [8] into %1 : tensor<1x8x8xf32> -> tensor<8x8xf32>
  %3:3 = nn.recurrence steps(%x : tensor<2x7x8xf32>) weight(%2 : tensor<8x8xf32>) twice attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x7x8xf32>, tensor<2x8xf32>, tensor<2x8xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %4 = arith.addf %in, %sum : f32
    nn.recurrence_yield %4 : f32
  }
  return %3#0 : tensor<2x7x8xf32>
}
}
