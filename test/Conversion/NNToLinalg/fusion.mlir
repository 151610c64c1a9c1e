// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// The elementwise layers after a layer belong to its kernel, however many.
// CHECK-LABEL: func.func private @fused.forward(
// CHECK-NOT:     memref.alloc
// CHECK:         call @fused.layer_0(
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @fused.layer_0(
// CHECK:         %[[Y:.*]] = linalg.matmul
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:           arith.cmpf olt
// CHECK:         %[[T:.*]] = linalg.generic {{.*}} ins(%[[R]] :
// CHECK:           math.tanh
// CHECK:         bufferization.materialize_in_destination %[[T]]
// CHECK-NOT:   @fused.layer_1
nn.parameter @fused.0.weight : tensor<4x5xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.sequential @fused(%x: tensor<2x5xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@fused.0.weight) : tensor<2x5xf32> -> tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  %2 = nn.tanh %1 : tensor<2x4xf32>
  nn.return %2 : tensor<2x4xf32>
}

// A value with two uses is needed in memory: each user has a kernel of its own.
// CHECK-LABEL: func.func private @two_uses.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x4xf32> {llvm.noalias}, %[[A:.*]]: memref<2x4xf32> {llvm.noalias}, %[[B:.*]]: memref<2x4xf32>
// CHECK:         %[[T:.*]] = memref.alloc() : memref<2x4xf32>
// CHECK:         call @two_uses.layer_0(%[[IN]], %[[T]])
// CHECK:         call @two_uses.layer_1(
// CHECK:         call @two_uses.layer_2(
nn.sequential @two_uses(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  %2 = nn.tanh %0 : tensor<2x4xf32>
  nn.return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A value that is returned, too, is one with two uses.
// CHECK-LABEL: func.func private @returned.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x4xf32> {llvm.noalias}, %[[A:.*]]: memref<2x4xf32> {llvm.noalias}, %[[B:.*]]: memref<2x4xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         call @returned.layer_0(%[[IN]], %[[A]])
// CHECK:         %[[AC:.*]] = memref.collapse_shape %[[A]]
// CHECK:         %[[BC:.*]] = memref.collapse_shape %[[B]]
// CHECK:         call @returned.layer_1(%[[AC]], %[[BC]])
nn.sequential @returned(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<2x4xf32>
  %1 = nn.relu %0 : tensor<2x4xf32>
  nn.return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Layers that are not elementwise start a kernel.
// CHECK-LABEL: func.func private @apart.forward(
// CHECK:         call @apart.layer_0(
// CHECK:         call @apart.layer_1(
// CHECK:         return
nn.sequential @apart(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  %1 = nn.softmax %0 : tensor<2x4xf32>
  nn.return %1 : tensor<2x4xf32>
}
