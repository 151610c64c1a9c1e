// A weight that does not stay in the nearest cache is read from alternating ends.
//
// RUN: nascent-opt %s --nascent-form-kernels --nascent-assign-buffers --nascent-outline-kernels --nascent-vectorize-kernels=strict | FileCheck %s

module attributes {nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>} {
nn.parameter @w : tensor<128x128xf32> init(#nn.ones) layout(#nn.panels<16>) offset(0)
nn.parameter @small : tensor<80x80xf32> init(#nn.ones) layout(#nn.panels<16>) offset(65536)

// CHECK-LABEL: func.func private @net.layer_0.l0(
// CHECK-SAME:      %{{.*}}: memref<1x7x128xf32> {{.*}}, %[[W:[^ ]*]]: memref<8x128x16xf32>
// CHECK:         scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:           %[[BACK:.*]] = arith.andi %[[T]], %{{.*}} : index
// CHECK:           scf.for %[[P:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:             %[[TWICE:.*]] = arith.muli %[[P]], %{{.*}} : index
// CHECK:             %[[WAY:.*]] = arith.subi %{{.*}}, %[[TWICE]] : index
// CHECK:             %[[SHIFT:.*]] = arith.muli %[[BACK]], %[[WAY]] : index
// CHECK:             %[[PANEL:.*]] = arith.addi %[[P]], %[[SHIFT]] : index
// CHECK:             %[[FIRST:.*]] = arith.addi %[[PANEL]], %{{.*}} : index
// CHECK:             vector.load %[[W]][%[[FIRST]],
func.func private @net.forward(%x: tensor<1x7x128xf32>) -> tensor<1x7x128xf32> attributes {nn.network = "net", nn.parameter_bytes = 91136 : i64} {
  %0 = nn.load_parameter @w : tensor<8x128x16xf32>
  %1 = tensor.empty() : tensor<128x128xf32>
  %2 = linalg.unpack %0 outer_dims_perm = [0, 1] inner_dims_pos = [0] inner_tiles = [16] into %1 : tensor<8x128x16xf32> -> tensor<128x128xf32>
  %3:3 = nn.recurrence steps(%x : tensor<1x7x128xf32>) weight(%2 : tensor<128x128xf32>) attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<1x7x128xf32>, tensor<1x128xf32>, tensor<1x128xf32> {
  ^bb0(%x0: f32, %sum: f32, %h0: f32):
    %5 = arith.addf %x0, %sum : f32
    nn.recurrence_yield %5 : f32
  }
  return %3#0 : tensor<1x7x128xf32>
}

// 25 KiB stay, and two rows have enough to compute.
// CHECK-LABEL: func.func private @other.layer_0.l0(
// CHECK-NOT:     arith.andi
func.func private @other.forward(%x: tensor<1x7x80xf32>, %y: tensor<2x7x128xf32>) -> (tensor<1x7x80xf32>, tensor<2x7x128xf32>) attributes {nn.network = "other", nn.parameter_bytes = 91136 : i64} {
  %0 = nn.load_parameter @small : tensor<5x80x16xf32>
  %1 = tensor.empty() : tensor<80x80xf32>
  %2 = linalg.unpack %0 outer_dims_perm = [0, 1] inner_dims_pos = [0] inner_tiles = [16] into %1 : tensor<5x80x16xf32> -> tensor<80x80xf32>
  %3:3 = nn.recurrence steps(%x : tensor<1x7x80xf32>) weight(%2 : tensor<80x80xf32>) attributes {nn.layer = "0", nn.layer_part = "l0"} -> tensor<1x7x80xf32>, tensor<1x80xf32>, tensor<1x80xf32> {
  ^bb0(%x0: f32, %sum: f32, %h0: f32):
    %5 = arith.addf %x0, %sum : f32
    nn.recurrence_yield %5 : f32
  }
  %6 = nn.load_parameter @w : tensor<8x128x16xf32>
  %7 = tensor.empty() : tensor<128x128xf32>
  %8 = linalg.unpack %6 outer_dims_perm = [0, 1] inner_dims_pos = [0] inner_tiles = [16] into %7 : tensor<8x128x16xf32> -> tensor<128x128xf32>
  %9:3 = nn.recurrence steps(%y : tensor<2x7x128xf32>) weight(%8 : tensor<128x128xf32>) attributes {nn.layer = "1", nn.layer_part = "l0"} -> tensor<2x7x128xf32>, tensor<2x128xf32>, tensor<2x128xf32> {
  ^bb0(%x0: f32, %sum: f32, %h0: f32):
    %5 = arith.addf %x0, %sum : f32
    nn.recurrence_yield %5 : f32
  }
  return %3#0, %9#0 : tensor<1x7x80xf32>, tensor<2x7x128xf32>
}
}
