// Layers that compute the same way share one kernel: compile time follows the
// number of distinct ones.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --duplicate-function-elimination | FileCheck %s

// CHECK-LABEL: func.func private @deep.forward(
// CHECK:         %[[W0:.*]] = nn.get_parameter @deep.0.weight
// CHECK:         call @[[KERNEL:.*]](%{{.*}}, %[[W0]], %[[T0:[a-z0-9_]+]])
// CHECK:         %[[W2:.*]] = nn.get_parameter @deep.2.weight
// CHECK:         call @[[KERNEL]](%[[T0]], %[[W2]], %[[T2:[a-z0-9_]+]])
// CHECK:         %[[W4:.*]] = nn.get_parameter @deep.4.weight
// CHECK:         call @[[OTHER:.*]](%[[T2]], %[[W4]], %{{.*}})
// CHECK-DAG:   func.func private @[[KERNEL]](
// CHECK-DAG:   func.func private @[[OTHER]](
// CHECK-NOT:   func.func
nn.parameter @deep.0.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.parameter @deep.2.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(64)
nn.parameter @deep.4.weight : tensor<4x4xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(128)
nn.sequential @deep(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 192 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@deep.0.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  %2 = nn.dense %1, 4 no_bias weight(@deep.2.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  %3 = nn.relu %2 : tensor<2x4xf32>
  %4 = nn.dense %3, 4 no_bias weight(@deep.4.weight) : tensor<2x4xf32> -> tensor<2x4xf32>
  %5 = nn.tanh %4 : tensor<2x4xf32>
  nn.return %5 : tensor<2x4xf32>
}
