// An open batch becomes functions of 16, 4 and 1 rows.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func private @net.forward.rows_16(
// CHECK-SAME:    %{{.*}}: memref<16x3x5xf32> {llvm.noalias}, %{{.*}}: memref<16x4xf32> {llvm.noalias})
// CHECK-SAME:    nn.num_inputs = 1 : i64, nn.parameter_bytes = 256 : i64, nn.rows = 16 : i64}
// CHECK:         call @net.layer_1.rows_16(
// CHECK-LABEL: func.func private @net.layer_1.rows_16(
// CHECK-SAME:    memref<16x15xf32>
// CHECK:         linalg.matmul {{.*}} outs(%{{.*}} : tensor<16x4xf32>)
// CHECK-LABEL: func.func private @net.forward.rows_4(
// CHECK-SAME:    memref<4x3x5xf32>
// CHECK-SAME:    nn.rows = 4 : i64
// CHECK:         call @net.layer_1.rows_4(
// CHECK-LABEL: func.func private @net.layer_1.rows_4(
// CHECK-LABEL: func.func private @net.forward.rows_1(
// CHECK-SAME:    memref<1x3x5xf32>
// CHECK-SAME:    nn.rows = 1 : i64
// CHECK-LABEL: func.func private @net.layer_1.rows_1(
// CHECK-NOT:   func.func
nn.parameter @net.1.weight : tensor<4x15xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @net(%x: tensor<?x3x5xf32>) -> tensor<?x4xf32> attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.flatten %x : tensor<?x3x5xf32> -> tensor<?x15xf32>
  %1 = nn.dense %0, 4 no_bias weight(@net.1.weight) : tensor<?x15xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}
