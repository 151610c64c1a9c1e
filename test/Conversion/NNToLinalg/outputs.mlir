// Outputs are written where the caller wants them. What no layer writes there is
// copied.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func private @input.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x4xf32> {llvm.noalias}, %[[A:.*]]: memref<2x4xf32> {llvm.noalias}, %[[B:.*]]: memref<2x4xf32>
// CHECK:         call @input.layer_0(
// CHECK:         %[[FROM:.*]] = memref.collapse_shape %[[IN]] {{.*}} into memref<8xf32>
// CHECK:         %[[TO:.*]] = memref.collapse_shape %[[B]] {{.*}} into memref<8xf32>
// CHECK:         call @input.output_1(%[[FROM]], %[[TO]])
// CHECK-LABEL: func.func private @input.output_1(
// CHECK-SAME:    %[[FROM:[a-z0-9]+]]: memref<8xf32> {llvm.noalias}, %[[TO:[a-z0-9]+]]: memref<8xf32> {llvm.noalias}) attributes {nn.kernel}
// CHECK-NEXT:    %[[V:.*]] = bufferization.to_tensor %[[FROM]]
// CHECK-NEXT:    bufferization.materialize_in_destination %[[V]] in restrict writable %[[TO]]
// CHECK-NEXT:    return
nn.sequential @input(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0, %x : tensor<2x4xf32>, tensor<2x4xf32>
}

// One value returned twice is computed once.
// CHECK-LABEL: func.func private @twice.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x4xf32> {llvm.noalias}, %[[A:.*]]: memref<2x4xf32> {llvm.noalias}, %[[B:.*]]: memref<2x4xf32>
// CHECK:         call @twice.layer_0(%[[IN]], %[[A]])
// CHECK:         %[[FROM:.*]] = memref.collapse_shape %[[A]]
// CHECK:         %[[TO:.*]] = memref.collapse_shape %[[B]]
// CHECK:         call @twice.output_1(%[[FROM]], %[[TO]])
// CHECK-NEXT:    return
nn.sequential @twice(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  nn.return %0, %0 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Several inputs.
// CHECK-LABEL: func.func private @inputs.forward(
// CHECK-SAME:    %[[X:.*]]: memref<2x4xf32> {llvm.noalias}, %[[Y:.*]]: memref<3x4xf32> {llvm.noalias}, %[[A:.*]]: memref<3x4xf32> {llvm.noalias}, %[[B:.*]]: memref<2x4xf32>
// CHECK-SAME:    nn.num_inputs = 2 : i64
// CHECK:         call @inputs.layer_0(%[[X]], %[[B]])
// CHECK:         call @inputs.layer_1(%[[Y]], %[[A]])
nn.sequential @inputs(%x: tensor<2x4xf32>, %y: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.softmax %y : tensor<3x4xf32>
  nn.return %1, %0 : tensor<3x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func private @nothing.forward() attributes
// CHECK-NEXT:    return
nn.sequential @nothing() attributes {nn.parameter_bytes = 0 : i64} {
  nn.return
}
