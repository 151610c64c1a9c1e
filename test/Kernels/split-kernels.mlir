// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-split-kernels --verify-roundtrip | FileCheck %s

// Each kernel is told its part; forward asks for the whole. Two steps: 2 · 8 · 4
// multiply-adds, and 16 for each of 2 · 8 logarithms of probabilities.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: memref<2x4xf32> {llvm.noalias{{[^}]*}}}, %[[Y:.*]]: memref<2x8xf32> {llvm.noalias{{[^}]*}}}) attributes {
// CHECK-SAME:    nn.multiply_adds = 320 : i64
// CHECK-SAME:    nn.steps = 2 : i64
// CHECK:         %[[W:.*]] = nn.load_parameter @net.0.weight
// CHECK-NEXT:    %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT:    %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT:    call @net.layer_0(%[[X]], %[[W]], %[[H:.*]], %[[C0]], %[[C1]]) : (memref<2x4xf32>, memref<1x4x8xf32>, memref<2x8xf32>, index, index) -> ()
// CHECK-NEXT:    %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT:    %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT:    call @net.layer_1(%[[H]], %[[Y]], %[[C0]], %[[C1]])
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @net.layer_0(
// CHECK-SAME:    memref<2x8xf32> {llvm.noalias{{[^}]*}}}, %{{.*}}: index {nn.role = #nn.role<part>}, %{{.*}}: index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
// CHECK-LABEL: func.func private @net.layer_1(
// CHECK-SAME:    %{{.*}}: memref<2x8xf32> {llvm.noalias{{[^}]*}}}, %{{.*}}: memref<2x8xf32> {llvm.noalias{{[^}]*}}}, %{{.*}}: index {nn.role = #nn.role<part>}, %{{.*}}: index {nn.role = #nn.role<parts>})
nn.parameter @net.0.weight : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 8 no_bias weight(@net.0.weight) : tensor<2x4xf32> -> tensor<2x8xf32>
  %1 = nn.log_softmax %0 : tensor<2x8xf32>
  nn.return %1 : tensor<2x8xf32>
}
