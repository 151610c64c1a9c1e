// Layers that change no element cost nothing: they are other views of a buffer.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func private @flatten.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x3x4xf32> {llvm.noalias}, %[[OUT:.*]]: memref<2x12xf32>
// CHECK-NEXT:    %[[FLAT:.*]] = memref.collapse_shape %[[IN]] {{\[\[}}0, 1, 2]] : memref<2x3x4xf32> into memref<24xf32>
// CHECK-NEXT:    %[[VIEW:.*]] = memref.expand_shape %[[FLAT]] {{\[\[}}0, 1]] output_shape [2, 12] : memref<24xf32> into memref<2x12xf32>
// CHECK-NEXT:    call @flatten.layer_1(%[[VIEW]], %[[OUT]])
// CHECK-NEXT:    return
nn.sequential @flatten(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.flatten %x : tensor<2x3x4xf32> -> tensor<2x12xf32>
  %1 = nn.softmax %0 : tensor<2x12xf32>
  nn.return %1 : tensor<2x12xf32>
}

// CHECK-LABEL: func.func private @flatten_all.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x3xf32> {llvm.noalias}, %[[OUT:.*]]: memref<6xf32>
// CHECK-NEXT:    %[[FLAT:.*]] = memref.collapse_shape %[[IN]] {{\[\[}}0, 1]] : memref<2x3xf32> into memref<6xf32>
// CHECK-NEXT:    call @flatten_all.layer_1(%[[FLAT]], %[[OUT]])
nn.sequential @flatten_all(%x: tensor<2x3xf32>) -> tensor<6xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.flatten %x start(0) : tensor<2x3xf32> -> tensor<6xf32>
  %1 = nn.relu %0 : tensor<6xf32>
  nn.return %1 : tensor<6xf32>
}

// CHECK-LABEL: func.func private @no_ops.forward(
// CHECK-SAME:    %[[IN:.*]]: memref<2x3xf32> {llvm.noalias}, %[[OUT:.*]]: memref<2x3xf32>
// CHECK-NEXT:    call @no_ops.layer_2(%[[IN]], %[[OUT]])
// CHECK-NEXT:    return
nn.sequential @no_ops(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.dropout %x : tensor<2x3xf32>
  %1 = nn.identity %0 : tensor<2x3xf32>
  %2 = nn.softmax %1 : tensor<2x3xf32>
  nn.return %2 : tensor<2x3xf32>
}
