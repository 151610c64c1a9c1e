// A recurrence that goes backwards.
//
// RUN: nascent-opt %s --nascent-form-kernels --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-vectorize-kernels=strict | FileCheck %s --check-prefix=LOOPS

module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<16x8xf32> init(#nn.ones) layout(#nn.panels<16>) offset(0)

// It reads the weight across panels, which is turned once.
// CHECK-LABEL: func.func private @net.forward(
// CHECK:         %[[TURNED:.*]] = nn.launch @net.layer_0.turned parameters(%{{.*}} : tensor<1x8x16xf32>) -> tensor<16x8xf32> {
// CHECK:         nn.launch @net.layer_0.l0 ins(%{{.*}}, %{{.*}}, %[[TURNED]] : tensor<2x7x16xf32>, tensor<2x7x8xf32>, tensor<16x8xf32>)
// CHECK:           nn.recurrence {{.*}} transposed reverse all

// LOOPS-LABEL: func.func private @net.layer_0.l0(
// LOOPS-SAME:      %[[X:[^ ]*]]: memref<2x7x16xf32> {{.*}}, %[[Y:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %[[W:[^ ]*]]: memref<16x8xf32> {{.*}}, %[[A:[^ ]*]]: memref<2x7x16xf32> {{.*}}, %[[C:[^ ]*]]: memref<2x7x8xf32> {{.*}}, %[[H:[^ ]*]]: memref<2x16xf32> {{.*}}, %[[D:[^ ]*]]: memref<2x8xf32> {{.*}}, %[[S:[^ ]*]]: memref<2x8xf32> {{.*}})
// LOOPS:         scf.for %[[COUNT:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// LOOPS:           %[[STEP:.*]] = arith.subi %{{.*}}, %[[COUNT]]
// LOOPS:           vector.load %[[W]]
// LOOPS:           memref.load %[[H]]
// LOOPS:           vector.store %{{.*}}, %[[S]]
// LOOPS:           %[[X0:.*]] = vector.load %[[X]][%[[ROW:.*]], %[[STEP]], %{{.*}}]
// LOOPS:           %[[X1:.*]] = vector.load %[[X]][%[[ROW]], %[[STEP]], %{{.*}}]
// LOOPS:           vector.load %[[Y]][%[[ROW]], %[[STEP]], %{{.*}}]
// LOOPS:           vector.store %{{.*}}, %[[H]][%[[ROW]], %{{.*}}]
// LOOPS:           vector.store %[[X1]], %[[H]][%[[ROW]], %{{.*}}]
// LOOPS:           vector.store %{{.*}}, %[[D]][%[[ROW]], %{{.*}}]
// LOOPS:           vector.store %{{.*}}, %[[A]][%[[ROW]], %[[STEP]], %{{.*}}]
// LOOPS:           vector.store %[[X1]], %[[A]][%[[ROW]], %[[STEP]], %{{.*}}]
// LOOPS:           vector.store %{{.*}}, %[[C]][%[[ROW]], %[[STEP]], %{{.*}}]
func.func private @net.forward(%x: tensor<2x7x16xf32>, %y: tensor<2x7x8xf32>) -> (tensor<2x7x16xf32>, tensor<2x7x8xf32>) attributes {nn.network = "net", nn.parameter_bytes = 512 : i64} {
  %0 = nn.load_parameter @w : tensor<1x8x16xf32>
  %1 = tensor.empty() : tensor<16x8xf32>
  %2 = linalg.unpack %0 inner_dims_pos = [0] inner_tiles = [16] into %1 : tensor<1x8x16xf32> -> tensor<16x8xf32>
  %4:5 = nn.recurrence steps(%x, %y : tensor<2x7x16xf32>, tensor<2x7x8xf32>) weight(%2 : tensor<16x8xf32>) transposed reverse all attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<2x7x16xf32>, tensor<2x7x8xf32>, tensor<2x16xf32>, tensor<2x8xf32>, tensor<2x8xf32> {
  ^bb0(%x0: f32, %x1: f32, %y0: f32, %sum: f32, %h0: f32, %h1: f32, %d: f32):
    %5 = arith.addf %x0, %sum : f32
    %6 = arith.addf %y0, %d : f32
    nn.recurrence_yield %5, %x1, %6 : f32, f32, f32
  }
  return %4#0, %4#1 : tensor<2x7x16xf32>, tensor<2x7x8xf32>
}
}
